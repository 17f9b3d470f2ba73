"""What screens and lists show: stored shifts, moves, counts, the health of feeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from marketwatch.domain.articles import Article
from marketwatch.domain.extraction import Figure, Shift
from marketwatch.domain.marks import Verdict
from marketwatch.domain.sources import FeedState, PollOutcome
from marketwatch.domain.vocabulary import Status


@dataclass(frozen=True, slots=True)
class StoredShift:
    """A shift with its id and the article it was read in."""

    id: int
    shift: Shift
    article: Article
    verdict: Verdict | None = None
    """The analyst's."""

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts tellings: by their articles, then by their places in the text."""
        return *self.article.order, *(evidence.start for evidence in self.shift.evidence)


@dataclass(frozen=True, slots=True)
class StoredFigure:
    id: int
    figure: Figure
    article: Article


@dataclass(frozen=True, slots=True)
class Move:
    """The same shift over all articles that state it: what a timeline shows."""

    shifts: tuple[StoredShift, ...]
    """Best evidence first; never empty."""

    @property
    def lead(self) -> StoredShift:
        return self.shifts[0]

    @property
    def best(self) -> StoredShift:
        """The telling that is most probably right."""
        return max(self.shifts, key=lambda s: s.shift.confidence)

    @property
    def confidence(self) -> float:
        """Of its best telling: an unsure one beside it takes nothing away."""
        return self.best.shift.confidence

    @property
    def first_at(self) -> datetime:
        return min(s.article.dated_at for s in self.shifts)

    @property
    def status(self) -> Status:
        """The highest step of the ladder reached; denied only when nothing else is said."""
        ladder = [s.shift.status for s in self.shifts if s.shift.status is not Status.DENIED]
        order = list(Status)
        return max(ladder, key=order.index) if ladder else Status.DENIED

    @property
    def verdict(self) -> Verdict | None:
        """The analyst's word on any of its tellings; one that is verified outweighs one that is rejected."""
        given = {s.verdict for s in self.shifts} - {None}
        return Verdict.VERIFIED if Verdict.VERIFIED in given else Verdict.REJECTED if given else None

    @property
    def first(self) -> StoredShift:
        """The telling that came first."""
        return min(self.shifts, key=lambda s: s.order)

    @property
    def dated(self) -> bool:
        """Whether `first_at` is a date that a source gave, not the time when an undated article was seen."""
        return self.first.article.published is not None

    @property
    def ladder(self) -> tuple[StoredShift, ...]:
        """The first telling of each status, from rumoured to done, then denied."""
        order = list(Status)
        steps: dict[Status, StoredShift] = {}
        for stored in sorted(self.shifts, key=lambda s: s.order):
            steps.setdefault(stored.shift.status, stored)
        return tuple(steps[status] for status in sorted(steps, key=lambda s: (s is Status.DENIED, order.index(s))))

    @property
    def articles(self) -> tuple[Article, ...]:
        """Each once, the earliest first."""
        found = {(s.article.id, s.article.source, s.article.title): s.article for s in self.shifts}
        return tuple(sorted(found.values(), key=lambda a: a.order))

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.article.publisher for s in self.shifts))

    @property
    def langs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.article.lang or "?" for s in self.shifts))


@dataclass(frozen=True, slots=True)
class ActivityCount:
    """How many shifts a vendor has in a month."""

    vendor: str
    month: str
    """`2017-01`"""
    shifts: int


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed beside what polling knows of it: what the Feeds view shows."""

    slug: str
    state: FeedState | None
    articles: int = 0
    newest_at: datetime | None = None
    """Date of its newest article."""
    per_week: float = 0.0
    """Articles a week over the last 8 weeks."""
    recent: tuple[PollOutcome, ...] = field(default=())
    """Latest outcomes, newest first, at most 10."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts for the status line of a filtered view."""

    articles: int
    outlets: int
    langs: tuple[str, ...]
    more_articles: bool = False
    """There are more than were counted: the number is the least there is."""
    more_outlets: bool = False
    """Outlets and languages are those of the newest articles; others may have more."""
