"""A goal over all articles that tell it: the values of the ledger, and how figures become tellings of a goal."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from marketwatch.domain import Article, Direction, FigureRole, Metric, ShiftKind, StoredFigure, StoredShift
from marketwatch.goals import Amount, period_span

CLAIM_ROLES = frozenset({FigureRole.TARGET, FigureRole.PRIOR_TARGET})
OUTCOME_ROLES = frozenset({FigureRole.ACTUAL, FigureRole.ESTIMATE})
_CURRENCY = re.compile(r"[A-Z]{3}")
_ASIDE = re.compile(r"[(（\[]([^)）\]]*)|[,，]\s*(?:soit|ou|or|oder|umgerechnet|ovvero|pari a|約|约合|合)\s*([^;；。]*)")
"""Where a sentence gives a sum again in another currency."""
STAFF: Mapping[Direction, str] = {Direction.REDUCE: "job cuts", Direction.STOP: "job cuts", Direction.EXPAND: "hiring"}
"""What becomes of a number of people; the object of such a shift is `job cuts` whichever way it goes."""
_OF_STAFF = frozenset(STAFF.values())
_HEARD = re.compile(
    r"\bsoll(?:en|te|ten)?\b[^.;:!?]*\b(?:(?:[a-zäöü]*ge\w+(?:t|en)|[a-zäöü]\w*iert|(?:be|ent|er|ver|zer)\w+(?:t|en)) "
    r"(?:haben|worden sein)|besitzen)\b"
)
"""A participle is written small: `soll Kunden die Möglichkeit haben` is another thing."""
_NUMBER = re.compile(r"\d[\d.,]*")


class ClaimVerdict(StrEnum):
    """What became of a goal. `verdict` in JSON."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    RAISED = "raised"
    CUT = "cut"
    WITHDRAWN = "withdrawn"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Telling:
    """One article's sentence that states a goal."""

    stored: StoredFigure
    conversions: tuple[StoredFigure, ...] = ()
    """The same amount in other currencies, as the sentence itself gives it."""

    @property
    def recalled(self) -> bool:
        """The article looks back at it: when it was set is not known."""
        return self.stored.figure.role is FigureRole.PRIOR_TARGET

    @property
    def undated(self) -> bool:
        """Its article has no date: `at` is when it was first seen."""
        return self.stored.article.published is None

    @property
    def at(self) -> datetime:
        return self.stored.article.dated_at

    @property
    def amount(self) -> Amount:
        return Amount.of(self.stored.figure)

    @property
    def ids(self) -> frozenset[int]:
        return frozenset({self.stored.id, *(one.id for one in self.conversions)})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A figure or a shift that may be the outcome, and why it settles nothing by itself."""

    reason: str
    figure: StoredFigure | None = None
    shift: StoredShift | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A goal over all articles that tell it, with what came of it: a row of the ledger."""

    tellings: tuple[Telling, ...]
    """The earliest first; never empty."""
    speaker: str | None = None
    verdict: ClaimVerdict = ClaimVerdict.OPEN
    outcome: StoredFigure | None = None
    agreeing: tuple[StoredFigure, ...] = ()
    """Other articles that report the outcome alike."""
    said: tuple[StoredShift, ...] = ()
    """Shifts that say what became of it."""
    replaced_by: Amount | None = None
    """What it was raised or cut to."""
    proposed: tuple[Proposal, ...] = ()

    @property
    def first(self) -> Telling:
        return self.tellings[0]

    @property
    def amount(self) -> Amount:
        return self.first.amount

    @property
    def set_at(self) -> datetime:
        return self.first.at

    @property
    def recalled(self) -> bool:
        """It was set at an unknown time before `set_at`."""
        return self.first.recalled or self.first.undated

    @property
    def set_on(self) -> str:
        """`2017-01-12`, at its article's precision; `<=2017-01` when the article only recalls it or has no date."""
        return f"{'<=' if self.recalled else ''}{day_of(self.first.stored).removeprefix('<=')}"

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.stored.article.publisher for t in self.tellings))

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple({t.stored.article.id: t.stored.article for t in self.tellings}.values())

    @property
    def langs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.stored.article.lang or "?" for t in self.tellings))


def day_of(stored: StoredFigure | StoredShift) -> str:
    """The date of its article, at the precision the source gave; of one without a date `<=` when it was first seen."""
    article = stored.article
    published = article.published
    day = str(published)[:10] if published and published.at == article.dated_at else article.dated_at.strftime("%Y-%m-%d")
    return day if published else f"<={day}"


def scope_of(scope: str | None) -> str:
    """A scope as it is compared: `in India` and `India` are one."""
    return re.sub(r"^(?:in|the|for)\s+", "", " ".join((scope or "").casefold().split()))


def about(stored: StoredFigure) -> tuple[str, str, str, str]:
    """Vendor, metric, period and scope, as they are compared."""
    figure = stored.figure
    return figure.vendor, figure.metric.value, figure.period or "", scope_of(figure.scope)


# --- what figures are of, and those that are no goals ---------------------------------------------------------------------
def of_staff(figures: Sequence[StoredFigure], shifts: Sequence[StoredShift]) -> list[StoredFigure]:
    """The figures, with numbers of people who go or come scoped by that: 1,850 jobs to be cut are no goal of 1,850 people.

    The shift stands in the figure's sentence: an article on job cuts in one country may tell of new jobs in another.
    """
    here: dict[tuple[int, str, int], set[str]] = defaultdict(set)
    for stored in shifts:
        shift = stored.shift
        if shift.kind is ShiftKind.ORGANIZATION and shift.object in _OF_STAFF and shift.direction in STAFF:
            for sentence in sentences_of(stored):
                here[sentence].add(STAFF[shift.direction])
    return [_of_staff(one, here.get(sentence_of(one), ())) for one in figures]


def _of_staff(stored: StoredFigure, told: Collection[str]) -> StoredFigure:
    figure = stored.figure
    if figure.metric is not Metric.HEADCOUNT or len(told) != 1:
        return stored
    scope = ", ".join((*told, *filter(None, (figure.scope,))))
    return replace(stored, figure=replace(figure, scope=scope))


def sentence_of(stored: StoredFigure) -> tuple[int, str, int]:
    """Where it stands, for its vendor."""
    return stored.article.id, stored.figure.vendor, stored.figure.evidence.start


def sentences_of(stored: StoredShift) -> list[tuple[int, str, int]]:
    """Where a shift stands, as `sentence_of`."""
    return [(stored.article.id, stored.shift.vendor, one.start) for one in stored.shift.evidence]


def hearsay(stored: StoredFigure) -> bool:
    """Whether a German `soll` reports instead of aiming: `15 Milliarden soll er besitzen`, `sollen daran getüftelt haben`."""
    return stored.article.lang == "de" and _HEARD.search(stored.figure.evidence.text) is not None


# --- sentences that restate a goal ---------------------------------------------------------------------------------------
def as_restated(figures: Sequence[StoredFigure], shifts: Sequence[StoredShift]) -> list[StoredFigure]:
    """The figures, with the two of a sentence that cuts or raises a goal as the former goal and the new one.

    `The target was lowered from 100 to 80 million`, told in July: whatever was read of it, 80 million is no outcome of the year.
    """
    places: dict[tuple[object, ...], list[StoredFigure]] = defaultdict(list)
    for one in figures:
        places[one.article.id, one.figure.vendor, one.figure.evidence.start].append(one)
    roles: dict[int, FigureRole] = {}
    for stored in shifts:
        shift, article = stored.shift, stored.article
        for evidence in shift.evidence if shift.direction in (Direction.CUT, Direction.RAISE) else ():
            told = places.get((article.id, shift.vendor, evidence.start), ())
            if _restates(told):
                low, high = sorted(told, key=lambda one: one.figure.value)
                new, former = (low, high) if shift.direction is Direction.CUT else (high, low)
                roles |= {new.id: FigureRole.TARGET, former.id: FigureRole.PRIOR_TARGET}
    return [replace(one, figure=replace(one.figure, role=roles[one.id])) if one.id in roles else one for one in figures]


def _restates(told: Sequence[StoredFigure]) -> bool:
    """Whether figures of one sentence may be two goals for a period that had not ended."""
    if len(told) != 2 or CLAIM_ROLES.isdisjoint(one.figure.role for one in told):
        return False
    alike = {(*about(one), one.figure.unit) for one in told}
    span = period_span(told[0].figure.period)
    return len(alike) == 1 and span is not None and told[0].article.dated_at < span[1]


# --- tellings ------------------------------------------------------------------------------------------------------------
def tellings_of(figures: Sequence[StoredFigure]) -> list[Telling]:
    """Goals among the figures; what another article gives only in a converted currency counts in the first one's unit."""
    found = [t for t in with_conversions(figures) if t.stored.figure.role in CLAIM_ROLES and not hearsay(t.stored)]
    known = {
        (*about(t.stored), c.figure.unit, c.figure.value, c.figure.value_high): t.stored.figure
        for t in reversed(found)
        for c in t.conversions
    }
    tellings = []
    for telling in found:
        figure = telling.stored.figure
        same = known.get((*about(telling.stored), figure.unit, figure.value, figure.value_high))
        if same is not None and same.unit != figure.unit:
            first = replace(figure, value=same.value, value_high=same.value_high, unit=same.unit, bound=same.bound)
            telling = Telling(replace(telling.stored, figure=first), (telling.stored,))
        tellings.append(telling)
    return tellings


def with_conversions(figures: Sequence[StoredFigure]) -> list[Telling]:
    """Each amount with its conversions of the same sentence; a conversion is no telling of its own. The oldest first."""
    sentences: dict[tuple[object, ...], list[StoredFigure]] = defaultdict(list)
    for one in figures:
        sentences[(one.article.id, one.figure.evidence.start, one.figure.role.value, *about(one))].append(one)
    tellings = []
    for group in sentences.values():
        converted = [one for one in group if _is_conversion(one, group)]
        first = [one for one in group if one not in converted] or group
        tellings += [Telling(one, tuple(converted) if len(first) == 1 < len(group) else ()) for one in first]
    return sorted(tellings, key=lambda t: (t.at, t.recalled, t.stored.id))


def is_currency(unit: str) -> bool:
    """Whether a unit is money: `CNY`."""
    return _CURRENCY.fullmatch(unit) is not None


def _is_conversion(stored: StoredFigure, group: Sequence[StoredFigure]) -> bool:
    """Whether it says another sum of its sentence again, in brackets or behind `soit`, in another currency."""
    figure = stored.figure
    others = {one.figure.unit for one in group} - {figure.unit}
    if not is_currency(figure.unit) or not any(is_currency(unit) for unit in others):
        return False
    digits = "".join(str(digit) for digit in figure.value.normalize().as_tuple().digits)
    asides = (match[1] or match[2] or "" for match in _ASIDE.finditer(figure.evidence.text))
    numbers = (re.sub(r"\D", "", number).lstrip("0").rstrip("0") for aside in asides for number in _NUMBER.findall(aside))
    return digits.rstrip("0") in numbers
