"""Older pages of feeds, from the newest back to a date, into the store. For each page, in this order:

1. where?     the feed itself, then the link of the page before or `?paged=N`; where the last walk stopped
2. fetch      through the poller's limits; one page of a host at a time, with a pause behind it
3. parse      in a worker process, as polling does
4. stop?      empty, nothing the walk has not seen, older than the date asked for
5. store      cleaned and extracted as polling does; the last chunk carries the outcome and how far the walk came

A walk that is interrupted at any moment goes on at the page it was reading. A page that straddles the date is stored whole.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from marketwatch.domain import BackfillState, Feed, PollOutcome, PollResult
from marketwatch.errors import FetchError, MarketwatchError, ParseError
from marketwatch.pipeline import Pipeline
from marketwatch.poll import paging
from marketwatch.poll.fetch import make_client
from marketwatch.poll.parse import ParsedFeed
from marketwatch.ports import ArticleStore

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)
_TRIES = 3
_LONGEST_WAIT_S = 60
"""A server that asks for a longer pause is left alone; the walk goes on with a later run."""
_PAST_THE_END = frozenset({400, 404, 410})
"""What sites answer to a page number that is too high."""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """One page of a feed, or why none was read."""

    page: int
    outcome: PollOutcome
    entries: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    stop: str | None = None
    """Why this feed's walk ended here; None: it goes on."""
    pages_left: int | None = None
    """An estimate, from the dates so far."""


class Backfill:
    """Walks back through feeds with the fetcher, parser and extraction of a pipeline."""

    def __init__(
        self,
        pipeline: Pipeline,
        store: ArticleStore,
        *,
        since: datetime,
        max_pages: int = 200,
        pause_s: float = 1.0,
        again: bool = False,
        client_factory: Callable[[int], httpx.AsyncClient] = make_client,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pipeline = pipeline
        self._store = store
        self._since = since
        self._max_pages = max_pages
        self._pause_s = pause_s
        self._again = again
        self._client_factory = client_factory
        self._now = now

    async def walk(self, slugs: Collection[str]) -> AsyncIterator[PageOutcome]:
        """Walk these feeds, hosts side by side, yielding each page when it is stored. Closing cancels what is under way."""
        states = await asyncio.to_thread(self._store.backfill_states)
        hosts: dict[str, list[Feed]] = {}
        for feed in self._pipeline.config.feeds:
            if feed.slug in slugs:
                hosts.setdefault(urlsplit(feed.url).netloc, []).append(feed)
        pages: asyncio.Queue[PageOutcome | None] = asyncio.Queue()
        concurrency = self._pipeline.config.settings.concurrency
        gate = asyncio.Semaphore(concurrency)
        async with self._client_factory(concurrency) as client:

            async def one_host(feeds: Sequence[Feed]) -> None:
                try:
                    for feed in feeds:
                        state = self._start(feed, states.get(feed.slug))
                        async with gate:
                            try:
                                await self._walk_feed(client, feed, state, pages.put)
                            except MarketwatchError:
                                raise
                            except Exception as bug:  # one feed that finds a bug does not stop the others
                                _log.error("backfill of %s broke", feed.slug, exc_info=bug)
                                await pages.put(self._broke(state, bug))
                finally:
                    pages.put_nowait(None)

            tasks = [asyncio.create_task(one_host(feeds)) for feeds in hosts.values()]
            try:
                for _ in tasks:
                    while (page := await pages.get()) is not None:
                        yield page
                for task in tasks:
                    await task
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _broke(self, state: BackfillState, bug: Exception) -> PageOutcome:
        reason = f"unexpected error: {type(bug).__name__}: {bug}"
        url = state.next_url or state.url
        return PageOutcome(state.page, PollOutcome(state.feed, url, PollResult.FAILED, self._now(), reason=reason), stop=reason)

    def _start(self, feed: Feed, known: BackfillState | None) -> BackfillState:
        fresh = BackfillState(feed.slug, feed.url)
        if known is None or known.url != feed.url:
            return fresh
        return replace(fresh, wait_until=known.wait_until) if self._again else known

    def _idle_reason(self, state: BackfillState) -> str | None:
        """Why there is nothing to do for a feed now."""
        if state.wait_until and state.wait_until > self._now():
            return f"the server asked to wait until {state.wait_until:%Y-%m-%d %H:%M} UTC"
        if state.ended:
            return f"already read to its end ({state.ended})"
        if state.since_at and state.since_at <= self._since:
            return f"already read back to {state.since_at:%Y-%m-%d}"
        return None

    async def _walk_feed(
        self, client: httpx.AsyncClient, feed: Feed, state: BackfillState, put: Callable[[PageOutcome], Awaitable[None]]
    ) -> None:
        if (reason := self._idle_reason(state)) is not None:
            outcome = PollOutcome(feed.slug, state.next_url or feed.url, PollResult.UNCHANGED, self._now(), reason=reason)
            await put(PageOutcome(state.page, outcome, oldest=state.oldest_at, stop=reason))
            return
        seen: set[str] = set()
        addresses: set[str] = set()
        for count in range(1, self._max_pages + 1):
            addresses.add(state.next_url or feed.url)
            page, state = await self._read(client, feed, state, seen, addresses)
            if page.stop is None and count == self._max_pages:
                page = replace(page, stop=f"{self._max_pages} pages read; run it again to go on")
            await put(page)
            if page.stop is not None:
                return
            await asyncio.sleep(self._pause_s)

    async def _read(
        self, client: httpx.AsyncClient, feed: Feed, state: BackfillState, seen: set[str], addresses: Collection[str]
    ) -> tuple[PageOutcome, BackfillState]:
        """One page: what came of it, and where to go on."""
        started = time.monotonic()
        url = state.next_url or feed.url
        outcome = PollOutcome(feed.slug, url, PollResult.POLLED, self._now(), status=200)
        try:
            where, parsed = await self._patiently(client, url, feed.url)
        except FetchError as error:
            return await self._not_read(state, replace(outcome, seconds=_since(started)), error)
        stop = paging.stop_reason(parsed.entries, seen, self._since)
        seen.update(entry.key for entry in parsed.entries)
        after, stop = self._after(state, where, parsed, stop, addresses)
        try:
            outcome = await self._pipeline.save_new(feed, parsed.entries, outcome, started=started, backfill=after)
        except ParseError as error:
            return await self._not_read(state, replace(outcome, seconds=_since(started)), FetchError(str(error)))
        page = PageOutcome(
            page=state.page,
            outcome=outcome,
            entries=len(parsed.entries),
            newest=paging.newest(parsed.entries),
            oldest=paging.oldest(parsed.entries),
            stop=stop,
            pages_left=None if stop else paging.pages_left(after.newest_at, after.oldest_at, self._since, state.page),
        )
        return page, after

    def _after(
        self, state: BackfillState, where: str, parsed: ParsedFeed, stop: str | None, addresses: Collection[str]
    ) -> tuple[BackfillState, str | None]:
        """The state behind a page, and why the walk stops there if it does."""
        linked = state.linked or parsed.older is not None
        following = paging.older_page(where, parsed.older, state.page + 1, linked=linked)
        if following is None and stop in (None, "too old"):
            stop = "last page"
        elif following in addresses and stop is None:
            stop = "repeats"
        dates = [state.oldest_at, state.newest_at, paging.oldest(parsed.entries), paging.newest(parsed.entries)]
        known = [date for date in dates if date is not None]
        after = replace(
            state,
            page=state.page + 1,
            next_url=following,
            linked=linked,
            newest_at=max(known, default=None),
            oldest_at=min(known, default=None),
            since_at=self._since if stop == "too old" else None,
            ended=stop if stop in paging.EXHAUSTED and state.page > 1 else None,
            wait_until=None,
        )
        return after, stop

    async def _patiently(self, client: httpx.AsyncClient, url: str, feed_url: str) -> tuple[str, ParsedFeed]:
        """Read a page; a fault that may pass is tried again after longer and longer pauses. Raises FetchError."""
        for attempt in range(1, _TRIES):
            try:
                return await self._pipeline.read_page(client, url, linked_from=feed_url)
            except FetchError as error:
                wait_s = error.retry_after_s or 0
                passing = error.status is None or error.status == 429 or error.status >= 500
                if not passing or wait_s > _LONGEST_WAIT_S:
                    raise
                await asyncio.sleep(max(wait_s, self._pause_s * 5**attempt))
        return await self._pipeline.read_page(client, url, linked_from=feed_url)

    async def _not_read(self, state: BackfillState, outcome: PollOutcome, error: FetchError) -> tuple[PageOutcome, BackfillState]:
        if error.status in _PAST_THE_END and state.page > 1 and not state.linked:
            state = replace(state, ended="last page")
            outcome = replace(outcome, result=PollResult.UNCHANGED, status=error.status, reason=f"no page {state.page}")
            stop = "last page"
        else:
            if (error.retry_after_s or 0) > _LONGEST_WAIT_S:
                state = replace(state, wait_until=self._now() + timedelta(seconds=error.retry_after_s or 0))
            outcome = replace(outcome, result=PollResult.FAILED, status=error.status, reason=f"page {state.page}: {error}")
            stop = f"{error}; run it again to go on"
        await asyncio.to_thread(self._store.save, [], outcome=outcome, backfill=state)
        return PageOutcome(state.page, outcome, oldest=state.oldest_at, stop=stop), state


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
