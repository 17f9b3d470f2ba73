"""feed → entries → articles → extraction → store, for many feeds at once.

For each feed, in this order:

1. turn?      due, nobody else polls it, its host wants no pause; per-host and overall limits
2. fetch      with the validators of the last stored answer
3. unchanged? a 304, or a body with the hash of the last one, ends here
4. parse      in a worker process; items that are as they were last time end here
5. clean      drafts sanitised, so that hashes and evidence offsets are final
6. new?       only drafts the store does not hold, or holds with another text, go on
7. extract    in a worker process
8. store      articles in chunks; the last one carries the outcome, the validators and the next poll

Where a feed gives summaries, `marketwatch.full_texts` reads the pages afterwards: nothing here waits for them.

A bad feed ends as a failed outcome. Validators are stored with the last article, so a process killed half-way polls the
feed again in full, and what was stored is then known.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from marketwatch.config import Config
from marketwatch.domain import ArticleDraft, BackfillState, Entry, Feed, FeedState, PageWish, PollOutcome, PollResult, Saving
from marketwatch.drafts import clean_draft, unknown_to
from marketwatch.errors import FetchError, MarketwatchError, ParseError, StoreBusyError, StoreError
from marketwatch.events import tell
from marketwatch.fingerprint_data import fingerprint_version
from marketwatch.group_commit import GroupCommit
from marketwatch.poll import decide
from marketwatch.poll.fetch import Fetched, fetch, make_client
from marketwatch.poll.summary import page_wishes
from marketwatch.poll.worker import WorkerPool
from marketwatch.ports import ArticleStore
from marketwatch.turns import Turns, make_owner

if TYPE_CHECKING:
    import httpx

    from marketwatch.poll.parse import ParsedFeed

_log = logging.getLogger(__name__)
_CHUNK = 20
"""Articles of a feed that are extracted and stored at a time, to begin with."""
_LARGEST_CHUNK = 160
"""Chunks double up to it: in feeds of thousands it is felt what a transaction costs beside its articles."""
_BEGUN = 100
"""Feeds that get in line in one turn of the event loop."""
_CAUGHT_UP = 100
"""Articles of an older base that a round of polling compares; `marketwatch stories` compares all."""
_OFFLINE_HOSTS = 3
"""So many hosts out of reach, and none in between that answers: the fault is in our own network."""


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
        self._commit = GroupCommit(store)
        self._owner = make_owner()
        self._out_of_reach: set[str] = set()
        """Hosts that could not be reached since one last answered."""
        self._retired_at: datetime | None = None

    def close(self) -> None:
        """End the worker processes."""
        self._pool.close()

    @property
    def workers(self) -> WorkerPool:
        """The worker processes, for whoever reads older pages or whole articles."""
        return self._pool

    def due(self, slugs: Collection[str] | None = None) -> Sequence[str]:
        states, pauses, now = self._store.feed_states(), self._store.polls.pauses(), self._now()
        return [f.slug for f in self._chosen(slugs) if decide.is_due(f, states.get(f.slug), now, pauses)]

    def _chosen(self, slugs: Collection[str] | None) -> list[Feed]:
        return [f for f in self.config.feeds if (f.enabled if slugs is None else f.slug in slugs)]

    async def poll(self, slugs: Collection[str] | None = None, *, due_only: bool = False) -> AsyncIterator[PollOutcome]:
        feeds = self._chosen(slugs)
        if due_only:
            due = set(await asyncio.to_thread(self.due, slugs))
            feeds = [feed for feed in feeds if feed.slug in due]
        settings = self.config.settings
        turns = Turns(self._store.polls, feeds, settings, owner=self._owner, now=self._now, due_only=due_only)
        await turns.begin()
        # Reading the certificates takes longer than a screen may stand still.
        async with await asyncio.to_thread(self._client_factory, settings.concurrency) as client:
            tasks: list[asyncio.Task[PollOutcome | None]] = []
            try:
                for feed in feeds:
                    tasks.append(asyncio.create_task(self._take_turn(client, feed, turns), name=feed.slug))
                    if len(tasks) % _BEGUN == 0:
                        await asyncio.sleep(0)  # thousands that begin at once hold the loop up
                for done in asyncio.as_completed(tasks):
                    if (outcome := await done) is not None:
                        _tell(outcome)
                        yield outcome
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await turns.end()
        await self._upkeep(some=bool(feeds))

    async def _upkeep(self, *, some: bool) -> None:
        """What can wait: a round that worked does not fail by it."""
        try:
            if some:
                await self._catch_up()
            await self._retire()
        except StoreBusyError as error:
            tell("busy", {"reason": str(error)})
        except StoreError:
            raise
        except Exception:  # a bug that one old article finds
            _log.exception("upkeep broke")

    async def _catch_up(self) -> None:
        """Let some of the articles that were stored before there were stories have their fingerprint."""
        waiting = await asyncio.to_thread(self._store.without_fingerprint, fingerprint_version(), limit=_CAUGHT_UP)
        if not waiting:
            return
        from marketwatch.fingerprints import document_of_stored  # with all of the extraction, which other rounds do without

        for at in range(0, len(waiting), _CHUNK):
            chunk = waiting[at : at + _CHUNK]
            try:
                made = await self._pool.fingerprints([document_of_stored(*one) for one in chunk])
            except ParseError as error:
                _log.warning("articles %s cannot be compared: %s", [article.id for article, _ in chunk], error)
                continue
            rows = zip(chunk, made, strict=True)
            taken = {article.id: (text.text_hash, article.vendors, print_) for (article, text), print_ in rows}
            await asyncio.to_thread(self._store.put_fingerprints, taken)

    async def _retire(self) -> None:
        """Let old articles go by the rule of the settings, once a day."""
        days, now = self.config.settings.retention_days, self._now()
        if days is not None and (self._retired_at is None or now - self._retired_at >= timedelta(days=1)):
            gone = await asyncio.to_thread(self._store.retire, now - timedelta(days=days))
            self._retired_at = now
            if gone:
                _log.info("retention: %d articles older than %d days let go", gone, days)

    async def _take_turn(self, client: httpx.AsyncClient, feed: Feed, turns: Turns) -> PollOutcome | None:
        async with turns.turn(feed) as turn:
            if turn.done:
                return None
            if turn.waits is not None:
                held = turn.waits.startswith("left")
                result = PollResult.UNCHANGED if held else PollResult.FAILED
                return PollOutcome(feed.slug, feed.url, result, self._now(), reason=turn.waits)
            try:
                return await self._poll_feed(client, feed, turn.state, turns)
            except MarketwatchError:
                raise
            except Exception as bug:  # one feed that finds a bug does not stop the others
                return await self._broke(feed, turn.state, bug)

    async def _poll_feed(self, client: httpx.AsyncClient, feed: Feed, known: FeedState | None, turns: Turns) -> PollOutcome:
        started = time.monotonic()
        state, asked = decide.validators(feed, known), decide.address(feed, known)
        outcome = PollOutcome(feed.slug, feed.url, PollResult.FAILED, self._now())
        try:
            answer = await self._answer(client, feed, state, asked)
        except (FetchError, ParseError) as error:
            status = error.status if isinstance(error, FetchError) else None
            if (wait := decide.pause_s(status, getattr(error, "retry_after_s", None))) is not None:
                await turns.pause(asked, wait, str(error))
            return await self._failed(feed, state, outcome, error, started)
        fetched = answer.fetched if isinstance(answer, _Answer) else answer
        outcome, after = replace(outcome, status=fetched.status, size=len(fetched.body)), self._after(feed, state, answer, asked)
        if not isinstance(answer, _Answer):
            outcome = replace(outcome, result=PollResult.UNCHANGED, seconds=_since(started))
            return await self._noted(outcome, after)
        try:
            parsed = answer.parsed
            outcome = replace(outcome, result=PollResult.POLLED, entries=parsed.items, reason=decide.unread(parsed))
            return await self.save_new(feed, parsed.entries, outcome, started=started, state=after, typical=parsed.typical)
        except ParseError as error:
            return await self._failed(feed, state, replace(outcome, result=PollResult.FAILED), error, started)

    def _after(self, feed: Feed, state: FeedState, answer: _Answer | Fetched, asked: str) -> FeedState:
        """The state once the answer is stored: rhythm, next poll, move."""
        fetched, parsed = (answer.fetched, answer.parsed) if isinstance(answer, _Answer) else (answer, None)
        before, now = state, self._now()
        if parsed is not None:
            per_day, newest_at = decide.rhythm(parsed.entries, state, now)
            state = replace(state, per_day=per_day, newest_at=newest_at)
        interval_s = decide.pace_s(feed, state, self.config.settings, now)
        after = decide.after_success(state, fetched, interval_s=interval_s, now=now, rng=self._rng, parsed=parsed, asked=asked)
        if decide.just_moved(before, after):
            tell("moved", {"feed": feed.slug, "url": feed.url, "moved_to": after.moved_to})
        return after

    async def _broke(self, feed: Feed, known: FeedState | None, bug: Exception) -> PollOutcome:
        _log.error("poll of %s broke", feed.slug, exc_info=bug)
        outcome = PollOutcome(feed.slug, feed.url, PollResult.FAILED, self._now())
        error = ParseError(f"unexpected error: {type(bug).__name__}: {bug}")
        return await self._failed(feed, decide.validators(feed, known), outcome, error, time.monotonic())

    async def _answer(self, client: httpx.AsyncClient, feed: Feed, state: FeedState, asked: str) -> _Answer | Fetched:
        """Fetch and parse; an answer that says nothing is new comes back unparsed."""
        moved_from = feed.url if asked != feed.url else None
        fetched = await self.fetched(client, asked, etag=state.etag, last_modified=state.last_modified, linked_from=moved_from)
        if fetched.status == 304 or (state.body_hash and state.body_hash == decide.body_hash(fetched.body)):
            return fetched
        return _Answer(fetched, await self._parsed(fetched, state.known_items))

    async def fetched(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        linked_from: str | None = None,
        accept: str | None = None,
        ask: Callable[[str], Awaitable[None]] | None = None,
    ) -> Fetched:
        """Fetch within the limits of the settings. Raises FetchError, also for a status that is a failure.

        `ask` looks at each address that a redirect leads to before it is asked for; what it raises ends the fetch.
        """
        settings = self.config.settings
        try:
            fetched = await fetch(
                client,
                url,
                timeout_s=settings.timeout_s,
                max_bytes=settings.max_bytes,
                etag=etag,
                last_modified=last_modified,
                linked_from=linked_from,
                accept=accept,
                ask=ask,
            )
        except FetchError as error:
            if error.unreachable:
                self._out_of_reach.add(decide.host_of(url))
            raise
        self._out_of_reach.clear()
        if fetched.status == 304 and not (etag or last_modified):
            raise FetchError("HTTP 304: says that nothing changed since an answer it never gave", status=304)
        if (reason := decide.status_reason(fetched)) is not None:
            raise FetchError(reason, status=fetched.status, retry_after_s=fetched.retry_after_s)
        return fetched

    @property
    def offline(self) -> bool:
        """Whether it seems that nothing can be reached from here."""
        return len(self._out_of_reach) >= _OFFLINE_HOSTS

    async def _parsed(self, fetched: Fetched, known: bytes = b"") -> ParsedFeed:
        try:
            now, base = self._now(), fetched.url
            return await self._pool.parse(fetched.body, charset=fetched.charset, now=now, known=known, base=base)
        except ParseError as error:
            raise FetchError(str(error), status=fetched.status) from error

    async def read_page(self, client: httpx.AsyncClient, url: str, *, linked_from: str) -> tuple[str, ParsedFeed]:
        """Fetch and parse a page of a feed; return where it came from and what it said. Raises FetchError."""
        fetched = await self.fetched(client, url, linked_from=linked_from)
        return fetched.url, await self._parsed(fetched)

    async def _failed(
        self, feed: Feed, state: FeedState, outcome: PollOutcome, error: FetchError | ParseError, started: float
    ) -> PollOutcome:
        status = error.status if isinstance(error, FetchError) else outcome.status
        outcome = replace(outcome, status=status, reason=str(error), seconds=_since(started))
        after = decide.after_failure(
            state,
            str(error),
            interval_s=decide.pace_s(feed, state, self.config.settings, self._now()),
            now=self._now(),
            rng=self._rng,
            retry_after_s=error.retry_after_s if isinstance(error, FetchError) else None,
            gone=status == 410,
            offline=isinstance(error, FetchError) and error.unreachable and self.offline,
        )
        return await self._noted(outcome, after)

    async def _noted(self, outcome: PollOutcome, state: FeedState) -> PollOutcome:
        """Store an outcome without articles."""
        await self._commit.save(Saving(outcome=outcome, state=state))
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
        typical: float | None = None,
    ) -> PollOutcome:
        """Clean, extract and store what is new of these entries; the last chunk carries outcome and states.

        Raises ParseError where there are no workers; what was stored before stays and is known the next time.
        """
        drafts = await asyncio.to_thread(self._unknown, feed, entries, typical) if entries else []
        if not drafts and state is not None and backfill is None:
            return await self._noted(replace(outcome, seconds=_since(started)), state)
        chunks = _chunks(drafts)
        for number, chunk in enumerate(chunks, 1):
            analysed = await self._pool.analyse_each(chunk, feed.vendors) if chunk else []
            outcome = replace(outcome, seconds=_since(started))
            saving = Saving(analysed, outcome, state, backfill) if number == len(chunks) else Saving(analysed)
            new, updated = await self._commit.save(saving)
            outcome = replace(outcome, new=outcome.new + new, updated=outcome.updated + updated)
        return outcome

    def _unknown(self, feed: Feed, entries: Sequence[Entry], typical: float | None) -> list[ArticleDraft]:
        """Clean drafts of the entries that the store does not hold with this very text."""
        wishes = page_wishes(feed, self.config.settings, entries, typical)
        drafts = [clean_draft(draft_of(feed, entry, wish)) for entry, wish in zip(entries, wishes, strict=True)]
        return unknown_to(self._store, feed.slug, drafts)


def _chunks(drafts: Sequence[ArticleDraft]) -> list[Sequence[ArticleDraft]]:
    """At least one, which carries the outcome; the first are small, so that there is soon something to see."""
    found: list[Sequence[ArticleDraft]] = []
    at, size = 0, _CHUNK
    while at < len(drafts) or not found:
        found.append(drafts[at : at + size])
        at, size = at + size, min(size * 2, _LARGEST_CHUNK)
    return found


def draft_of(feed: Feed, entry: Entry, page: PageWish = PageWish.NONE) -> ArticleDraft:
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
        page=page,
    )


def _tell(outcome: PollOutcome) -> None:
    failed = outcome.result is PollResult.FAILED
    fields = {
        "feed": outcome.feed,
        "url": outcome.url,
        "outcome": outcome.result.value,
        "status": outcome.status,
        "entries": outcome.entries,
        "new": outcome.new,
        "updated": outcome.updated,
        "bytes": outcome.size,
        "seconds": outcome.seconds,
        "reason": outcome.reason,
    }
    tell("gone" if outcome.status == 410 else "poll", fields, level=logging.WARNING if failed else logging.INFO)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
