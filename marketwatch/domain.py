"""The values that flow through marketwatch, in the order they appear.

feed → entry → article → shifts and figures → moves → screen

Everything here is a frozen value. Nothing knows SQL, HTTP or Textual. Instants are aware UTC datetimes; a date of
which the source gives only a year or a month is the start of that period with its `Precision`. Enum values are the
words used in code, database and JSON alike (the annotation guide is docs/annotation.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum


class ShiftKind(StrEnum):
    """What a strategy shift is about. Declaration order is display order."""

    DISCLOSURE = "disclosure"
    GROWTH = "growth"
    CHANNEL = "channel"
    MARKET = "market"
    DIVERSIFICATION = "diversification"
    POSITIONING = "positioning"
    PORTFOLIO = "portfolio"
    TECHNOLOGY = "technology"
    SUPPLY = "supply"
    PARTNERSHIP = "partnership"
    DEAL = "deal"
    ORGANIZATION = "organization"
    TARGET = "target"
    PRESSURE = "pressure"


class Direction(StrEnum):
    """Where the shift goes. `DIRECTIONS` says which go with which kind."""

    START = "start"
    EXPAND = "expand"
    HOLD = "hold"
    REDUCE = "reduce"
    STOP = "stop"
    SWITCH = "switch"
    SET = "set"
    RAISE = "raise"
    CUT = "cut"
    WITHDRAW = "withdraw"
    MET = "met"
    MISSED = "missed"
    FACES = "faces"
    EASES = "eases"


_D = Direction
DIRECTIONS: Mapping[ShiftKind, frozenset[Direction]] = {
    ShiftKind.GROWTH: frozenset({_D.REDUCE, _D.EXPAND, _D.HOLD}),
    ShiftKind.DISCLOSURE: frozenset({_D.STOP, _D.START}),
    ShiftKind.CHANNEL: frozenset({_D.EXPAND, _D.REDUCE, _D.SWITCH, _D.START, _D.STOP}),
    ShiftKind.MARKET: frozenset({_D.START, _D.EXPAND, _D.REDUCE, _D.STOP}),
    ShiftKind.DIVERSIFICATION: frozenset({_D.START, _D.EXPAND, _D.REDUCE, _D.STOP}),
    ShiftKind.POSITIONING: frozenset({_D.SWITCH, _D.START, _D.STOP, _D.EXPAND}),
    ShiftKind.PORTFOLIO: frozenset({_D.START, _D.REDUCE, _D.STOP, _D.EXPAND}),
    ShiftKind.TECHNOLOGY: frozenset({_D.START, _D.EXPAND, _D.REDUCE, _D.STOP, _D.SWITCH}),
    ShiftKind.SUPPLY: frozenset({_D.START, _D.EXPAND, _D.REDUCE, _D.SWITCH, _D.STOP}),
    ShiftKind.PARTNERSHIP: frozenset({_D.START, _D.EXPAND, _D.STOP}),
    ShiftKind.DEAL: frozenset({_D.START, _D.STOP, _D.REDUCE}),
    ShiftKind.ORGANIZATION: frozenset({_D.SWITCH, _D.REDUCE, _D.EXPAND}),
    ShiftKind.TARGET: frozenset({_D.SET, _D.RAISE, _D.CUT, _D.WITHDRAW, _D.MET, _D.MISSED}),
    ShiftKind.PRESSURE: frozenset({_D.FACES, _D.EASES}),
}


class Status(StrEnum):
    """How sure a shift is. Declaration order is the status ladder, weakest first; denied stands apart."""

    RUMOURED = "rumoured"
    CONSIDERED = "considered"
    PLANNED = "planned"
    ANNOUNCED = "announced"
    DONE = "done"
    DENIED = "denied"


class Metric(StrEnum):
    UNITS = "units"
    REVENUE = "revenue"
    PROFIT = "profit"
    SHARE = "share"
    STORES = "stores"
    INVESTMENT = "investment"
    HEADCOUNT = "headcount"
    COUNTRIES = "countries"
    OTHER = "other"


class FigureRole(StrEnum):
    ACTUAL = "actual"
    ESTIMATE = "estimate"
    TARGET = "target"
    PRIOR_TARGET = "prior_target"
    FORECAST = "forecast"


class Bound(StrEnum):
    EQ = "eq"
    GT = "gt"
    LT = "lt"
    ABOUT = "about"
    RANGE = "range"


class Precision(StrEnum):
    """How much of a date the source gave."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant with the precision its source gave: 2017-01 is `Moment(2017-01-01T00:00Z, MONTH)`."""

    at: datetime
    precision: Precision = Precision.SECOND

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Read `2017`, `2017-01`, `2017-01-31` or an ISO 8601 instant (naive ones are UTC). Raises ValueError."""
        text = text.strip()
        for form, precision in (("%Y", Precision.YEAR), ("%Y-%m", Precision.MONTH), ("%Y-%m-%d", Precision.DAY)):
            try:
                return cls(datetime.strptime(text, form).replace(tzinfo=UTC), precision)
            except ValueError:
                continue
        at = datetime.fromisoformat(text)
        return cls((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), Precision.SECOND)

    def __str__(self) -> str:
        """The text at its own precision: `2017`, `2017-01`, `2017-01-31` or an ISO instant."""
        form = {
            Precision.YEAR: "%Y",
            Precision.MONTH: "%Y-%m",
            Precision.DAY: "%Y-%m-%d",
            Precision.SECOND: "%Y-%m-%dT%H:%M:%SZ",
        }
        return self.at.strftime(form[self.precision])


# --- configuration values -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vendor:
    """A company on the watch-list with the names it goes by. From feeds.toml `[vendors.SLUG]`."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    """Names of the company in every script: 小米, Xiaomi Corp."""
    people: tuple[str, ...] = ()
    """People who speak for it: Lei Jun, 雷军."""
    sub_brands: tuple[str, ...] = ()
    """Brands whose moves are the vendor's: Redmi, 红米. An entry may carry dates: `Honor ..2020-11`, `Honor 2020-11..`."""
    colour: str = ""
    """Lane colour, `#rrggbb`; empty: chosen by the theme."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes: corroboration counts outlets, and outlets of one owner once."""

    name: str
    owner: str = ""
    country: str = ""
    tier: str = "press"
    """vendor | wire | press | trade | blog | research | discovery"""


@dataclass(frozen=True, slots=True)
class Feed:
    """A configured source. From feeds.toml `[[feeds]]`."""

    slug: str
    title: str
    url: str
    lang: str | None = None
    outlet: Outlet | None = None
    vendors: tuple[str, ...] = ()
    """Vendors this feed is about when the text does not say; empty: general press."""
    tags: tuple[str, ...] = ()
    interval_s: int | None = None
    """Own polling interval; None: the setting."""
    full_text: bool = False
    enabled: bool = True


# --- polling --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we remember of polling a feed. Stored; all decisions on when and how to poll come from it."""

    slug: str
    url: str = ""
    """The address the validators belong to; another configured url voids them."""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    """SHA-256 of the last body that was parsed and stored."""
    next_poll_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: int = 0
    """Failed polls since the last success."""
    last_error: str | None = None
    gone: bool = False
    """The server answered 410: not polled again until the address changes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the feed gives it, decoded, HTML turned to text, not yet sanitised for the store."""

    key: str
    """Identity within the feed: guid, else canonical link, else hash of title and raw date."""
    url: str | None
    title: str
    text: str
    author: str | None = None
    published: Moment | None = None
    lang: str | None = None


class PollResult(StrEnum):
    POLLED = "polled"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """One attempt on one feed, as reported and stored: a bad feed is an outcome, never a crash."""

    feed: str
    url: str
    result: PollResult
    polled_at: datetime
    seconds: float = 0.0
    status: int | None = None
    """HTTP status; None when no answer came."""
    new: int = 0
    updated: int = 0
    reason: str | None = None
    """One line for people: why it failed, or what was odd."""


# --- articles -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article on its way into the store."""

    source: str
    """Feed slug, or `added` for what the analyst saved by hand, or `demo`."""
    key: str
    """Identity within the source."""
    title: str
    text: str
    url: str | None = None
    author: str | None = None
    outlet: str | None = None
    lang: str | None = None
    published: Moment | None = None
    text_source: str = "feed"
    """Where the text came from: feed | page | file | demo."""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article as lists show it: everything but the body."""

    id: int
    source: str
    title: str
    url: str | None
    outlet: str | None
    author: str | None
    lang: str | None
    published: Moment | None
    first_seen_at: datetime
    version: int
    """1 for the first text, +1 for each edit that was seen."""
    text_hash: str
    """SHA-256 of the current version's text: evidence offsets point into the version of this hash."""
    shifts: int = 0
    vendors: tuple[str, ...] = ()

    @property
    def dated_at(self) -> datetime:
        """The date that sorts it: published, unless that lies after we first saw it."""
        return min(self.published.at, self.first_seen_at) if self.published else self.first_seen_at


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One stored version of an article's text."""

    article_id: int
    version: int
    title: str
    text: str
    text_hash: str
    seen_at: datetime


# --- extraction -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exact copy of the article's text: always `article_text[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One company-level strategic move of one vendor, as one article states it."""

    vendor: str
    kind: ShiftKind
    direction: Direction
    object: str
    """2-6 English words: what it is about, whatever the article's language."""
    status: Status
    evidence: tuple[Evidence, ...]
    origin: str | None = None
    """`from` in JSON: the state left, when the text gives both."""
    destination: str | None = None
    """`to` in JSON."""
    speaker: str | None = None
    role: str | None = None
    background: bool = False
    """Recalled as old history, not part of the news."""
    confidence: float = 1.0
    """0..1, of the rule that fired; not a probability."""
    rule: str = ""
    """Name of the rule that fired."""
    event: Moment | None = None
    """When it happens or happened, if the text says."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One company-level quantity. Shares are percents, a loss is negative."""

    vendor: str
    metric: Metric
    value: Decimal
    unit: str
    """devices, CNY, USD, EUR, %, stores, people, countries ..."""
    evidence: Evidence
    period: str | None = None
    """`2015`, `Q3 2019`, `H1 2020`, `2017-03` or None; relative ones are resolved."""
    role: FigureRole = FigureRole.ACTUAL
    bound: Bound = Bound.EQ
    value_high: Decimal | None = None
    """Upper end when bound is range."""
    scope: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One thing the extractor considered: what fired, where, and what became of it."""

    rule: str
    outcome: str
    """kept | merged | dropped: reason"""
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All shifts and figures of one article."""

    lang: str
    shifts: tuple[Shift, ...]
    figures: tuple[Figure, ...]
    extractor: str
    """Extractor and rule version: `rules-1+3f9c2a`."""
    vendors: tuple[str, ...] = ()
    """Every vendor the text names, most salient first."""
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysedArticle:
    """A draft with what was extracted from it: stored together or not at all."""

    draft: ArticleDraft
    extraction: Extraction


# --- what screens and lists show --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredShift:
    """A shift with its id and the article it was read in."""

    id: int
    shift: Shift
    article: Article


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
    def first_at(self) -> datetime:
        return min(s.article.dated_at for s in self.shifts)

    @property
    def status(self) -> Status:
        """The highest step of the ladder reached; denied only when nothing else is said."""
        ladder = [s.shift.status for s in self.shifts if s.shift.status is not Status.DENIED]
        order = list(Status)
        return max(ladder, key=order.index) if ladder else Status.DENIED

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.article.outlet or s.article.source for s in self.shifts))

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

    shifts: int
    articles: int
    outlets: int
    langs: tuple[str, ...]
