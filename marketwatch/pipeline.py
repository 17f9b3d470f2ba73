"""feed → entries → articles → extraction → store, for many feeds at once.

For each feed, in this order:

1. due?       its state says when it is polled next
2. fetch      with the validators of the last stored answer; per-host and overall limits
3. unchanged? a 304, or a body with the hash of the last one, ends here
4. parse      in a worker process
5. clean      drafts sanitised, so that hashes and evidence offsets are final
6. new?       only drafts the store does not hold, or holds with another text, go on
7. extract    in a worker process
8. store      articles in chunks; the last one carries the outcome, the validators and the next poll

A bad feed ends as a failed outcome. Validators are stored with the last article, so a process killed half-way polls the
feed again in full, and what was stored is then known.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from marketwatch.config import Config
from marketwatch.domain import ArticleDraft, BackfillState, Entry, Feed, FeedState, PollOutcome, PollResult
from marketwatch.drafts import clean_draft, content_hash
from marketwatch.errors import FetchError, MarketwatchError, ParseError
from marketwatch.poll import decide
from marketwatch.poll.fetch import Fetched, fetch, make_client
from marketwatch.poll.parse import ParsedFeed
from marketwatch.poll.worker import WorkerPool
from marketwatch.ports import ArticleStore

_log = logging.getLogger(__name__)
_CHUNK = 20
"""Articles stored in one transaction."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """A fetched body with what was read from it."""

    fetched: Fetched
    parsed: ParsedFeed


class Pipeline:
    """Polls the feeds of a configuration into a store: implements `marketwatch.ports.Poller`."""

    def __init__(
        self,
        config: Config,
        store: ArticleStore,
        *,
        client_factory: Callable[[int], httpx.AsyncClient] = make_client,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
        workers: int | None = None,
    ) -> None:
        self.config = config
        self._store = store
        self._client_factory = client_factory
        self._now = now
        self._rng = rng or random.Random()  # noqa: S311 - spreads polls, keeps no secret
        self._pool = WorkerPool(config, workers=workers)
        self._retired_at: datetime | None = None

    def close(self) -> None:
        """End the worker processes."""
        self._pool.close()

    def due(self, slugs: Collection[str] | None = None) -> Sequence[str]:
        states, now = self._store.feed_states(), self._now()
        return [f.slug for f in self._chosen(slugs) if decide.is_due(f, states.get(f.slug), now)]

    def _chosen(self, slugs: Collection[str] | None) -> list[Feed]:
        return [f for f in self.config.feeds if (f.enabled if slugs is None else f.slug in slugs)]

    async def poll(self, slugs: Collection[str] | None = None, *, due_only: bool = False) -> AsyncIterator[PollOutcome]:
        states = await asyncio.to_thread(self._store.feed_states)
        now = self._now()
        feeds = [f for f in self._chosen(slugs) if not due_only or decide.is_due(f, states.get(f.slug), now)]
        settings = self.config.settings
        overall = asyncio.Semaphore(settings.concurrency)
        hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(settings.per_host))
        async with self._client_factory(settings.concurrency) as client:

            async def limited(feed: Feed) -> PollOutcome:
                async with hosts[urlsplit(feed.url).netloc], overall:
                    try:
                        return await self._poll_feed(client, feed, states.get(feed.slug))
                    except MarketwatchError:
                        raise
                    except Exception as bug:  # one feed that finds a bug does not stop the others
                        return await self._broke(feed, states.get(feed.slug), bug)

            tasks = [asyncio.create_task(limited(feed), name=feed.slug) for feed in feeds]
            try:
                for done in asyncio.as_completed(tasks):
                    yield await done
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        await self._retire()

    async def _retire(self) -> None:
        """Let old articles go by the rule of the settings, once a day."""
        days, now = self.config.settings.retention_days, self._now()
        if days is not None and (self._retired_at is None or now - self._retired_at >= timedelta(days=1)):
            self._retired_at = now
            if gone := await asyncio.to_thread(self._store.retire, now - timedelta(days=days)):
                _log.info("retention: %d articles older than %d days let go", gone, days)

    async def _poll_feed(self, client: httpx.AsyncClient, feed: Feed, known: FeedState | None) -> PollOutcome:
        started = time.monotonic()
        state = decide.validators(feed, known)
        outcome = PollOutcome(feed.slug, feed.url, PollResult.FAILED, self._now())
        try:
            answer = await self._answer(client, feed, state)
        except (FetchError, ParseError) as error:
            return await self._failed(feed, state, outcome, error, started)
        fetched = answer.fetched if isinstance(answer, _Answer) else answer
        outcome = replace(outcome, status=fetched.status)
        after = decide.after_success(
            state,
            fetched,
            interval_s=self._interval(feed),
            now=self._now(),
            rng=self._rng,
            ttl_s=answer.parsed.ttl_s if isinstance(answer, _Answer) else None,
        )
        if not isinstance(answer, _Answer):
            outcome = replace(outcome, result=PollResult.UNCHANGED, seconds=_since(started))
            await asyncio.to_thread(self._store.save, [], outcome=outcome, state=after)
            return outcome
        try:
            outcome = replace(outcome, result=PollResult.POLLED)
            return await self.save_new(feed, answer.parsed.entries, outcome, started=started, state=after)
        except ParseError as error:
            return await self._failed(feed, state, replace(outcome, result=PollResult.FAILED), error, started)

    async def _broke(self, feed: Feed, known: FeedState | None, bug: Exception) -> PollOutcome:
        _log.error("poll of %s broke", feed.slug, exc_info=bug)
        outcome = PollOutcome(feed.slug, feed.url, PollResult.FAILED, self._now())
        error = ParseError(f"unexpected error: {type(bug).__name__}: {bug}")
        return await self._failed(feed, decide.validators(feed, known), outcome, error, time.monotonic())

    def _interval(self, feed: Feed) -> int:
        return feed.interval_s or self.config.settings.interval_s

    async def _answer(self, client: httpx.AsyncClient, feed: Feed, state: FeedState) -> _Answer | Fetched:
        """Fetch and parse; an answer that says nothing is new comes back unparsed."""
        fetched = await self._fetched(client, feed.url, etag=state.etag, last_modified=state.last_modified)
        if fetched.status == 304 or (state.body_hash and state.body_hash == decide.body_hash(fetched.body)):
            return fetched
        return _Answer(fetched, await self._parsed(fetched))

    async def _fetched(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        linked_from: str | None = None,
    ) -> Fetched:
        settings = self.config.settings
        fetched = await fetch(
            client,
            url,
            timeout_s=settings.timeout_s,
            max_bytes=settings.max_bytes,
            etag=etag,
            last_modified=last_modified,
            linked_from=linked_from,
        )
        if (reason := decide.status_reason(fetched)) is not None:
            raise FetchError(reason, status=fetched.status, retry_after_s=fetched.retry_after_s)
        return fetched

    async def _parsed(self, fetched: Fetched) -> ParsedFeed:
        try:
            return await self._pool.parse(fetched.body, charset=fetched.charset, now=self._now())
        except ParseError as error:
            raise FetchError(str(error), status=fetched.status) from error

    async def read_page(self, client: httpx.AsyncClient, url: str, *, linked_from: str) -> tuple[str, ParsedFeed]:
        """Fetch and parse a page of a feed; return where it came from and what it said. Raises FetchError."""
        fetched = await self._fetched(client, url, linked_from=linked_from)
        return fetched.url, await self._parsed(fetched)

    async def _failed(
        self, feed: Feed, state: FeedState, outcome: PollOutcome, error: FetchError | ParseError, started: float
    ) -> PollOutcome:
        status = error.status if isinstance(error, FetchError) else outcome.status
        outcome = replace(outcome, status=status, reason=str(error), seconds=_since(started))
        after = decide.after_failure(
            state,
            str(error),
            interval_s=self._interval(feed),
            now=self._now(),
            rng=self._rng,
            retry_after_s=error.retry_after_s if isinstance(error, FetchError) else None,
            gone=status == 410,
        )
        await asyncio.to_thread(self._store.save, [], outcome=outcome, state=after)
        return outcome

    async def save_new(
        self,
        feed: Feed,
        entries: Sequence[Entry],
        outcome: PollOutcome,
        *,
        started: float,
        state: FeedState | None = None,
        backfill: BackfillState | None = None,
    ) -> PollOutcome:
        """Clean, extract and store what is new of these entries; the last chunk carries outcome and states.

        Raises ParseError when extraction takes too long; what was stored before stays and is known the next time.
        """
        drafts = await asyncio.to_thread(self._unknown, feed, entries)
        for at in range(0, max(len(drafts), 1), _CHUNK):
            chunk = drafts[at : at + _CHUNK]
            analysed = await self._pool.analyse(chunk, feed.vendors) if chunk else []
            last = at + _CHUNK >= len(drafts)
            outcome = replace(outcome, seconds=_since(started))
            new, updated = await asyncio.to_thread(
                self._store.save,
                analysed,
                outcome=outcome if last else None,
                state=state if last else None,
                backfill=backfill if last else None,
            )
            outcome = replace(outcome, new=outcome.new + new, updated=outcome.updated + updated)
        return outcome

    def _unknown(self, feed: Feed, entries: Sequence[Entry]) -> list[ArticleDraft]:
        """Clean drafts of the entries that the store does not hold with this very text."""
        drafts = [clean_draft(draft_of(feed, entry)) for entry in entries]
        known = self._store.known_hashes(feed.slug, [draft.key for draft in drafts])
        return [d for d in drafts if known.get(d.key) != content_hash(d.title, d.text)]


def draft_of(feed: Feed, entry: Entry) -> ArticleDraft:
    """An entry of a feed on its way into the store."""
    return ArticleDraft(
        source=feed.slug,
        key=entry.key,
        title=entry.title,
        text=entry.text,
        url=entry.url,
        author=entry.author,
        outlet=feed.outlet.name if feed.outlet else feed.title,
        lang=feed.lang or entry.lang,
        published=entry.published,
    )


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
