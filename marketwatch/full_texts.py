"""Pages of articles of which a feed gave a summary only, into the store. After polling, for each article that waits:

1. take       the newest first, some of each host; another poller gets other hosts
2. robots     what the host's robots.txt allows, remembered for a day; a host that asked for a pause is left alone
3. fetch      through the poller's limits; one page of a host at a time, with a pause behind it
4. read       trafilatura in a worker process; walls (paywall, consent, login, robots) are told from articles
5. store      the text as a new version of the same article, extracted again; or why the summary stays, and when to try again

The article was stored with its summary before: whatever happens here, it is not lost and was not late.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from marketwatch.domain import AnalysedArticle, ArticleDraft, Feed, PageOutcome, PageResult, WantedPage
from marketwatch.drafts import clean_draft
from marketwatch.errors import FetchError, MarketwatchError, ParseError
from marketwatch.events import tell
from marketwatch.pipeline import Pipeline
from marketwatch.poll import decide, robots
from marketwatch.poll.article_page import ArticlePage
from marketwatch.poll.decode import decode
from marketwatch.poll.fetch import PAGE, make_client
from marketwatch.poll.summary import wants_pages
from marketwatch.ports import ArticleStore
from marketwatch.turns import make_owner

if TYPE_CHECKING:
    import httpx

PAUSE_S = 3.0
"""Between two pages of a host, unless its robots.txt asks for more."""
_LEASE = timedelta(minutes=30)
_UNKNOWN = timedelta(minutes=10)
"""How long pages wait whose host cannot be asked for its robots.txt."""
_LONGEST_PAUSE = timedelta(days=1.2)
_WAITS_S = (600, 3600, 6 * 3600, 24 * 3600)
"""Until a page that failed is tried again; then the summary stays."""
_FINAL = frozenset({PageResult.PAYWALL, PageResult.EMPTY, PageResult.ROBOTS})
_PASSED = {
    **dict.fromkeys((401, 402), PageResult.PAYWALL),
    **dict.fromkeys((404, 410, 451), PageResult.EMPTY),
}
"""What statuses mean that will not change within days."""
_Done = asyncio.Queue[PageOutcome | MarketwatchError | None]
"""What came of pages; None ends a host."""


class _UnwantedError(FetchError):
    """The robots.txt of the host that a redirect leads to does not want the page read."""


class FullTexts:
    """Reads waiting pages with the fetcher, workers and extraction of a pipeline."""

    def __init__(
        self,
        pipeline: Pipeline,
        store: ArticleStore,
        *,
        client_factory: Callable[[int], httpx.AsyncClient] = make_client,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause_s: float = PAUSE_S,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pipeline = pipeline
        self._store = store
        self.book = store.polls
        self._client_factory = client_factory
        self.now = now
        self.pause_s = pause_s
        self.pause = pause

    async def read(self, slugs: Collection[str] | None = None, *, each: int = 20) -> AsyncGenerator[PageOutcome]:
        """Read at most `each` due pages of a host, of these feeds, hosts side by side, yielding each when it is stored.

        Closing cancels what is under way; what was not stored stays due.
        """
        settings = self._pipeline.config.settings
        chosen = (f for f in self._pipeline.config.feeds if (f.enabled if slugs is None else f.slug in slugs))
        feeds = {feed.slug: feed for feed in chosen if wants_pages(feed, settings) is not False}
        concurrency, owner = settings.concurrency, make_owner()
        take = partial(self.book.take_pages, owner, hosts=4 * concurrency, each=each, lease=_LEASE, sources=list(feeds))
        hosts: dict[str, list[WantedPage]] = defaultdict(list)
        for page in await asyncio.to_thread(take, now=self.now()):
            hosts[decide.host_of(page.url)].append(page)
        if not hosts:
            return
        done: _Done = asyncio.Queue()
        gate = asyncio.Semaphore(concurrency)
        async with await asyncio.to_thread(self._client_factory, concurrency) as client:
            readers = {host: _Host(self, client, host, gate) for host in hosts}
            tasks = [asyncio.create_task(self._read_host(readers[host], hosts[host], feeds, owner, done)) for host in hosts]
            try:
                for _ in tasks:
                    while (outcome := await done.get()) is not None:
                        if isinstance(outcome, MarketwatchError):
                            raise outcome
                        _tell(outcome)
                        yield outcome
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_host(self, host: _Host, pages: Sequence[WantedPage], feeds: dict[str, Feed], owner: str, done: _Done) -> None:
        """Put what comes of a host's pages, at last None, and let go of the host."""
        later = None
        try:
            later = await host.read(pages, feeds, done.put)
        except MarketwatchError as error:
            done.put_nowait(error)
        finally:
            with suppress(MarketwatchError):  # a lease that cannot be given back runs out
                await asyncio.to_thread(self.book.release_host, host.name, owner, later=later, now=self.now())
            done.put_nowait(None)

    @property
    def offline(self) -> bool:
        """Whether it seems that nothing can be reached from here."""
        return self._pipeline.offline

    async def rules(self, client: httpx.AsyncClient, url: str, linked_from: str) -> str:
        """The robots.txt for an address, empty if its host has none. Raises FetchError where nobody can say."""
        host, now = decide.host_of(url), self.now()
        state = (await asyncio.to_thread(self.book.hosts, [host])).get(host)
        if state is not None and robots.is_fresh(state, now):
            return state.robots or ""
        try:
            fetched = await self._pipeline.fetched(client, robots.robots_url(url), linked_from=linked_from)
            text = decode(fetched.body[: robots.MAX_ROBOTS], fetched.charset)
        except FetchError as error:
            if error.status is None or not 400 <= error.status < 500 or error.status == 429:
                tell("robots", {"host": host, "reason": str(error)})
                await self._pause_for(url, error)
                raise FetchError(f"robots.txt of {host} cannot be read: {error}", unreachable=error.unreachable) from error
            text = ""
        await asyncio.to_thread(self.book.save_robots, host, text, now)
        return text

    async def _pause_for(self, url: str, error: FetchError) -> None:
        """Leave the host of an address alone for as long as its answer asks."""
        if (wait := decide.pause_s(error.status, error.retry_after_s)) is not None:
            until = self.now() + timedelta(seconds=wait)
            await asyncio.to_thread(self.book.pause, decide.host_of(url), until, str(error))

    async def permission(self, rules: str, url: str) -> robots.Permission:
        """What a robots.txt says about an address; long ones are read outside the event loop."""
        return await asyncio.to_thread(robots.permission, rules, url)

    async def _ask(self, client: httpx.AsyncClient, linked_from: str, target: str) -> None:
        """Look whether a page may be read that a redirect leads to. Raises _UnwantedError, or FetchError when nobody can say."""
        if not (await self.permission(await self.rules(client, target, linked_from), target)).allowed:
            raise _UnwantedError(_unwanted(decide.host_of(target)))

    async def unread(self, page: WantedPage, reason: str) -> PageOutcome:
        """Note a try on a page that ended before the page was asked for. Raises StoreError."""
        outcome = PageOutcome(page.article_id, page.source, page.url, PageResult.FAILED, self.now(), reason)
        outcome = replace(outcome, next_try_at=self._next_try(outcome, page.tries))
        await asyncio.to_thread(self.book.save_page, outcome)
        return outcome

    async def read_one(self, client: httpx.AsyncClient, page: WantedPage, feed: Feed) -> PageOutcome:
        """Fetch, read and store one page; every fault is an outcome. Raises StoreError only."""
        started, at = time.monotonic(), self.now()
        analysed: list[AnalysedArticle] = []
        try:
            found = await self._found(client, page, feed)
            if found.result is PageResult.READ:
                analysed = await self._pipeline.workers.analyse([_draft(page, feed, found.text)], feed.vendors)
        except _UnwantedError as error:
            found = ArticlePage(PageResult.ROBOTS, reason=str(error))
        except FetchError as error:
            found = ArticlePage(_PASSED.get(error.status or 0, PageResult.FAILED), reason=str(error))
            await self._pause_for(page.url, error)
        except ParseError as error:
            found = ArticlePage(PageResult.FAILED, reason=str(error))
        except Exception as bug:  # one page that finds a bug does not stop the others
            found = ArticlePage(PageResult.FAILED, reason=f"unexpected error: {type(bug).__name__}: {bug}")
        outcome = PageOutcome(page.article_id, page.source, page.url, found.result, at, found.reason)
        outcome = replace(outcome, seconds=round(time.monotonic() - started, 3), next_try_at=self._next_try(outcome, page.tries))
        await asyncio.to_thread(self._store.save, analysed, page=outcome)
        return outcome

    async def _found(self, client: httpx.AsyncClient, page: WantedPage, feed: Feed) -> ArticlePage:
        """What a page comes to. Raises FetchError or ParseError."""
        ask = partial(self._ask, client, feed.url)
        fetched = await self._pipeline.fetched(client, page.url, linked_from=feed.url, accept=PAGE, ask=ask)
        if fetched.content_type and "html" not in fetched.content_type and "xml" not in fetched.content_type:
            return ArticlePage(PageResult.EMPTY, reason=f"is {fetched.content_type}, not a page")
        return await self._pipeline.workers.read_article(
            fetched.body, charset=fetched.charset, url=fetched.url, asked=page.url, summary=page.summary
        )

    def _next_try(self, outcome: PageOutcome, tries: int) -> datetime | None:
        if outcome.result is PageResult.READ or outcome.result in _FINAL or tries >= len(_WAITS_S):
            return None
        return self.now() + timedelta(seconds=_WAITS_S[tries])


class _Host:
    """The pages of one host, one after the other."""

    def __init__(self, owner: FullTexts, client: httpx.AsyncClient, host: str, gate: asyncio.Semaphore) -> None:
        self._owner = owner
        self._client = client
        self.name = host
        self._gate = gate

    async def read(
        self, pages: Sequence[WantedPage], feeds: dict[str, Feed], put: Callable[[PageOutcome], Awaitable[None]]
    ) -> datetime | None:
        """Read them; when the host cannot be asked any more, return when the others are due again."""
        owner = self._owner
        rules: str | None = None
        for number, page in enumerate(pages):
            feed = feeds[page.source]
            if (later := await self._later()) is not None:
                return later
            if rules is None:
                try:
                    rules = await owner.rules(self._client, page.url, feed.url)
                except FetchError as error:
                    if not owner.offline:  # then it is the fault of neither host nor page
                        for waiting in pages[number:]:
                            await put(await owner.unread(waiting, str(error)))
                    return owner.now() + _UNKNOWN
            allowed = await owner.permission(rules, page.url)
            if not allowed.allowed:
                reason = _unwanted(self.name)
                refused = PageOutcome(page.article_id, page.source, page.url, PageResult.ROBOTS, owner.now(), reason)
                await asyncio.to_thread(owner.book.save_page, refused)
                await put(refused)
                continue
            if number:
                await owner.pause(max(owner.pause_s, allowed.delay_s))
            async with self._gate:
                outcome = await owner.read_one(self._client, page, feed)
            await put(outcome)
        return None

    async def _later(self) -> datetime | None:
        """When the host may be asked again, if it may not now or cannot be reached."""
        now = self._owner.now()
        if self._owner.offline:
            return now + _UNKNOWN
        until, _ = (await asyncio.to_thread(self._owner.book.pauses)).get(self.name, (now, ""))
        return until if now < until <= now + _LONGEST_PAUSE else None


def _unwanted(host: str) -> str:
    return f"robots.txt of {host} does not want it read"


def _draft(page: WantedPage, feed: Feed, text: str) -> ArticleDraft:
    """The article again, with the text of its page."""
    outlet = feed.outlet.name if feed.outlet else feed.title
    return clean_draft(
        ArticleDraft(page.source, page.key, page.title, text, page.url, outlet=outlet, lang=page.lang, text_source="page")
    )


def _tell(outcome: PageOutcome) -> None:
    fields = {
        "feed": outcome.source,
        "url": outcome.url,
        "outcome": outcome.result.value,
        "seconds": outcome.seconds,
        "reason": outcome.reason,
    }
    tell("page", fields)
