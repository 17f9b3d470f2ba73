"""What the pipeline and the screens need of the world around them, as protocols.

`store.Store` implements `ArticleStore`; `marketwatch.pipeline.Pipeline` implements `Poller`. Screens and the pipeline
are given these as constructor arguments, so a test hands them a fake. Every method of `ArticleStore` blocks for a
short time and may be called from any thread; each raises `StoreError` and nothing else that a user could cause.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from marketwatch.config import Config
from marketwatch.domain import (
    ActivityCount,
    AlertState,
    AnalysedArticle,
    Article,
    ArticleText,
    BackfillState,
    Claim,
    FeedHealth,
    FeedState,
    Figure,
    Fingerprint,
    HostState,
    JobStep,
    MarkChange,
    Notice,
    Origin,
    Outgoing,
    PageOutcome,
    PageResult,
    PollOutcome,
    Provenance,
    Saving,
    StoredFigure,
    StoredShift,
    Story,
    Totals,
    Verdict,
    WantedPage,
)
from marketwatch.query import Query

if TYPE_CHECKING:
    from marketwatch.config import Config

Clock = Callable[[], datetime]
"""Gives now as aware UTC."""


class PollBook(Protocol):
    """What pollers share, so that several do the work of one. Each method is one transaction."""

    def claim(
        self, slugs: Collection[str], owner: str, *, now: datetime, lease: timedelta, over: Collection[str] = ()
    ) -> Mapping[str, Claim]:
        """Take feeds for `owner` where nobody else (but those of `over`) holds them; their states, and who holds the others.

        A lease ends when the feed's state is saved, when it is released, or when its time is over.
        """
        ...

    def release(self, owner: str) -> None:
        """Let go of all feeds of `owner`."""
        ...

    def hosts(self, names: Collection[str]) -> Mapping[str, HostState]:
        """What is remembered of these hosts."""
        ...

    def pauses(self) -> Mapping[str, tuple[datetime, str]]:
        """Hosts that asked for a pause: until when, and how they said so."""
        ...

    def pause(self, host: str, until: datetime, reason: str) -> None:
        """Remember that a host is to be left alone."""
        ...

    def save_robots(self, host: str, robots: str, now: datetime) -> None:
        """Remember a host's robots.txt."""
        ...

    def take_pages(
        self, owner: str, *, hosts: int, each: int, now: datetime, lease: timedelta, sources: Collection[str]
    ) -> Sequence[WantedPage]:
        """Pages that are due of up to so many hosts, the newest articles of each; nobody else gets these hosts meanwhile."""
        ...

    def save_page(self, outcome: PageOutcome) -> None:
        """Remember what an attempt on a page came to, where it brought no text."""
        ...

    def release_host(self, host: str, owner: str, *, later: datetime | None = None, now: datetime) -> None:
        """Let go of a host; with `later`, what is due of its pages is so again then."""
        ...

    def page_counts(self, since: datetime) -> Mapping[str, Mapping[PageResult, int]]:
        """Of each source, how many articles dated since then gave a summary only, by what came of their pages."""
        ...

    def coverage(self, since: datetime) -> Mapping[tuple[str, str], int]:
        """How many articles dated since then name a vendor, by vendor and language."""
        ...


class ArticleStore(Protocol):
    """Articles, shifts, figures and poll history in one file."""

    @property
    def polls(self) -> PollBook:
        """What pollers share."""
        ...

    # --- writing -------------------------------------------------------------------------------------------------
    def feed_states(self) -> Mapping[str, FeedState]:
        """What is remembered of every feed ever polled, by slug."""
        ...

    def backfill_states(self) -> Mapping[str, BackfillState]:
        """How far the older pages of feeds were read, by slug."""
        ...

    def known_hashes(self, source: str, keys: Collection[str]) -> Mapping[str, str]:
        """Of these keys of a source, those already stored, with the content hash of the current version.

        The hash is `store.content_hash(title, text)` of the sanitised draft as the feed gave it last, so that a caller
        can tell an unchanged draft from an edited one without loading bodies.
        """
        ...

    def articles_at(self, source: str, links: Collection[str]) -> Sequence[tuple[str, str, str]]:
        """The articles of a source at these canonical links: link, key, and the hash that `known_hashes` gives."""
        ...

    def save(
        self,
        articles: Sequence[AnalysedArticle],
        *,
        outcome: PollOutcome | None = None,
        state: FeedState | None = None,
        backfill: BackfillState | None = None,
        page: PageOutcome | None = None,
    ) -> tuple[int, int]:
        """Store articles, the poll's outcome and the feed's new states in one transaction; return (new, updated).

        The outcome is stored with those two counts. Drafts are sanitised here. An unchanged draft writes nothing; an
        edited one adds a version and replaces the extraction; `first_seen_at` and a stored published date are kept.
        The text of a page takes the place of the feed's summary and stays when the feed gives the summary again.
        """
        ...

    def save_all(self, savings: Sequence[Saving]) -> Sequence[tuple[int, int]]:
        """Store what several polls brought in one transaction, each as `save` does; return (new, updated) of each."""
        ...

    def without_fingerprint(self, version: str, *, limit: int = 50) -> Sequence[tuple[Article, ArticleText]]:
        """Articles that have no fingerprint of this version, with their current texts."""
        ...

    def put_fingerprints(self, made: Mapping[int, tuple[str, Sequence[str], Fingerprint]]) -> int:
        """Store what articles are compared by: by id the hash of the text it was made of, vendors, fingerprint.

        Return how many were taken: an article that was edited in the meantime has a newer one already.
        """
        ...

    def retire(self, before: datetime) -> int:
        """Let go the articles dated and first seen before this moment in which nothing was found or marked; return how many.

        Their keys are kept: a feed that still shows them brings them back only when they were edited.
        """
        ...

    # --- the analyst's own data --------------------------------------------------------------------------------------
    def mark(self, article_ids: Sequence[int], change: MarkChange, *, undoable: bool = True) -> str | None:
        """Change the marks of articles; return what was done in words, None for nothing.

        `undo` takes it back if it is undoable.
        """
        ...

    def judge(self, shift_ids: Sequence[int], verdict: Verdict | None) -> str | None:
        """Verify or reject shifts, or take the verdict away with None; return what was done in words, None for nothing."""
        ...

    def merge_stories(self, story_ids: Sequence[int]) -> str | None:
        """Make one story of several, each named by the id of any of its articles; return what was done, None for nothing."""
        ...

    def split_story(self, article_ids: Sequence[int]) -> str | None:
        """Take articles out of their stories, several as one story; return what was done, None for nothing."""
        ...

    def undo(self) -> str | None:
        """Take the newest mark, verdict, merge or split back; return what it was, None when there is none."""
        ...

    def redo(self) -> str | None:
        """Make the change again that was taken back last; return what it is, None when there is none."""
        ...

    # --- reading -------------------------------------------------------------------------------------------------
    def shifts(self, query: Query, *, limit: int = 500, after: str | None = None) -> tuple[Sequence[StoredShift], str | None]:
        """Shifts that match, newest first, with the cursor of the next page (None at the end)."""
        ...

    def articles(self, query: Query, *, limit: int = 100, after: str | None = None) -> tuple[Sequence[Article], str | None]:
        """Articles that match, newest first, with the cursor of the next page (None at the end)."""
        ...

    def stories(self, query: Query, *, limit: int = 100) -> Sequence[Story]:
        """Stories one article of which matches, that with the newest such article first."""
        ...

    def story(self, article_id: int) -> Story | None:
        """The story that an article is in."""
        ...

    def figures(self, query: Query, *, limit: int = 500) -> Sequence[StoredFigure]: ...

    def activity(self, query: Query) -> Sequence[ActivityCount]:
        """Shifts by vendor and month under a query, months without shifts left out."""
        ...

    def totals(self, query: Query) -> Totals: ...

    # `as_of`: as it was known before that instant, in the version of then; None: now.
    def article(self, article_id: int, *, as_of: datetime | None = None) -> Article | None: ...

    def text(self, article_id: int, version: int | None = None) -> ArticleText | None:
        """A version's text; None asks for the current one."""
        ...

    def article_shifts(self, article_id: int, *, as_of: datetime | None = None) -> Sequence[StoredShift]:
        """Shifts of one article in text order, background ones too."""
        ...

    def article_figures(self, article_id: int, *, as_of: datetime | None = None) -> Sequence[StoredFigure]: ...

    def figures_of(self, article_ids: Collection[int], *, as_of: datetime | None = None) -> Mapping[int, Sequence[Figure]]:
        """Figures of these articles, by id, in text order; articles without any are left out."""
        ...

    def provenance(self, article_ids: Collection[int], *, as_of: datetime | None = None) -> Mapping[int, Provenance]:
        """Of these articles, by id, what an export names them by; those that are not there are left out."""
        ...

    def origin(self, what: str, number: int) -> Origin | None:
        """The chain behind a `shift`, `figure` or `article` with this id, of a former version too; None: there is none."""
        ...

    def locate(self, source: str, key: str, url: str | None) -> int | None:
        """Id of the article of a source's key, else of one with this address; None when there is neither."""
        ...

    def feed_health(self, slugs: Sequence[str], now: datetime) -> Sequence[FeedHealth]:
        """One for each slug, in that order."""
        ...

    def field_counts(self, field: str) -> Mapping[str, int]:
        """Values of a query field with how many shifts (of articles: lang, outlet, feed, tag) carry each, most first."""
        ...

    def revision(self) -> int:
        """A number that changes when articles, shifts or polls do, whoever wrote them."""
        ...

    # --- alerts ------------------------------------------------------------------------------------------------------
    def alert_state(self, name: str) -> AlertState | None:
        """How far an alert has looked; None: it has not yet."""
        ...

    def fresh_shifts(self, query: Query, since: datetime) -> Sequence[StoredShift]:
        """Shifts under a query that were read in versions seen since then."""
        ...

    def told(self, name: str, keys: Collection[str]) -> Collection[str]:
        """Of these tellings, those that an alert knows already."""
        ...

    def claim_alert(
        self, name: str, before: AlertState | None, after: AlertState, keys: Collection[str], messages: Sequence[Outgoing]
    ) -> bool:
        """Write down a look with what it knows and its messages, all or nothing; False: another look came in between."""
        ...

    def take_messages(self, kinds: Collection[str], now: datetime) -> Sequence[Outgoing]:
        """Due messages of these kinds, which no other process gets until they are finished."""
        ...

    def finish_message(self, number: int, error: str | None) -> None:
        """It was told; or, with an error, is to be tried again."""
        ...

    def close(self) -> None: ...


class Alerter(Protocol):
    """Looks for moves that come to match alerts, and tells of them."""

    def check(self, shows: Collection[str] = ()) -> Sequence[Notice]:
        """Look once; return what the caller is to show, of the kinds it can. Blocks while messages are sent."""
        ...

    def use(self, config: Config) -> None:
        """Go on with the alerts of another configuration."""
        ...


class Poller(Protocol):
    """Polls feeds and stores what is new."""

    def poll(self, slugs: Collection[str] | None = None, *, due_only: bool = False) -> AsyncIterator[PollOutcome]:
        """Poll these feeds (None: all enabled), yielding each outcome as it is stored.

        `due_only` leaves out feeds whose next poll lies ahead. Closing the iterator cancels what is under way;
        what was yielded is stored. Raises `StoreError` only.
        """
        ...

    def due(self, slugs: Collection[str] | None = None) -> Sequence[str]:
        """Slugs that a `due_only` poll would take now."""
        ...


class Background(Poller, Protocol):
    """What a dashboard has done behind it."""

    def backfill(self, since: datetime, slugs: Collection[str] | None = None) -> AsyncIterator[JobStep]:
        """Read older pages of these feeds (None: all enabled) back to a date, yielding each page as it is stored.

        Closing the iterator stops it; a later one goes on where it was. Raises `StoreError` only.
        """
        ...

    def reconfigure(self, config: Config) -> None:
        """Do what follows by another configuration; blocks for a moment. Not to be called while something is under way."""
        ...
