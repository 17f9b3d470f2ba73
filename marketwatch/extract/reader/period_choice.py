"""Which periods a quantity may be of: those its sentence names, those the text named before, those the date implies.

The network chooses among them; what it is told of each is where it comes from, its sort and where it lies in time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from marketwatch.domain import Moment, Precision
from marketwatch.extract.period_labels import year_before
from marketwatch.extract.periods import Period, last_quarter
from marketwatch.extract.quantities import Quantity

MOST = 16
"""Candidates of one quantity."""
_SOURCES = (
    "none", "nearest", "second", "other", "before", "behind", "same clause", "close",
    "last named", "named earlier", "title", "main", "year before", "this year", "last year", "this month", "last quarter",
)  # fmt: skip
_SORTS = ("year", "quarter", "half", "month", "fiscal", "span")
_STEPS = ("long past", "last", "this", "next", "undated")
WIDTH = len(_SOURCES) + len(_SORTS) + len(_STEPS)
_YEARS = re.compile(r"\d{4}-\d{4}")
_QUARTER = re.compile(r"Q[1-4] \d{4}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A period, or None for a quantity that is of no period, with why it is considered."""

    label: str | None
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The periods of a whole document, the title first."""

    sentences: Sequence[Sequence[Period]]
    published: Moment | None

    @property
    def main(self) -> str | None:
        """The first quarter or half named: what a report or a ranking is about."""
        labels = [p.label for periods in self.sentences for p in periods]
        return next((label for label in labels if label[0] in "QH"), None)


def candidates_for(timeline: Timeline, at: int, text: str, quantity: Quantity) -> list[Candidate]:
    """Return the candidates of a quantity in sentence `at` (the title is 0), each label once, None first."""
    found: dict[str | None, set[str]] = {None: {"none"}}
    for label, source in _named(timeline, at, text, quantity):
        if label is not None:
            found.setdefault(label, set()).add(source)
    return [Candidate(label, frozenset(sources)) for label, sources in found.items()][:MOST]


def _named(timeline: Timeline, at: int, text: str, quantity: Quantity) -> Iterable[tuple[str | None, str]]:
    beside = sorted(timeline.sentences[at], key=lambda p: _distance(p, quantity))
    for rank, period in enumerate(beside):
        yield period.label, ("nearest", "second", "other")[min(rank, 2)]
        yield period.label, "before" if period.end <= quantity.start else "behind"
        low, high = sorted((period.start, quantity.start))
        if not set(text[low:high]) & set(",;:，；、(（—–"):
            yield period.label, "same clause"
        if _distance(period, quantity) <= 20:
            yield period.label, "close"
    earlier = [p.label for periods in timeline.sentences[1:at] for p in periods]
    if earlier:
        yield earlier[-1], "last named"
    for label in reversed(earlier[-4:]):
        yield label, "named earlier"
    for period in timeline.sentences[0]:
        yield period.label, "title"
    yield timeline.main, "main"
    for anchor in (*(p.label for p in beside), *earlier[-1:], timeline.main):
        if _QUARTER.fullmatch(anchor or ""):
            yield year_before(str(anchor)), "year before"
    yield from _implied(timeline.published)


def _implied(published: Moment | None) -> Iterable[tuple[str | None, str]]:
    if published is None:
        return
    yield str(published.at.year), "this year"
    yield str(published.at.year - 1), "last year"
    yield last_quarter(published), "last quarter"
    if published.precision is not Precision.YEAR:
        yield f"{published.at.year}-{published.at.month:02}", "this month"


def _distance(period: Period, quantity: Quantity) -> int:
    return quantity.start - period.end if period.end <= quantity.start else max(0, period.start - quantity.end)


def numbers(candidates: Sequence[Candidate], published: Moment | None) -> Any:
    """What the network is told: (MOST, WIDTH) of 0 and 1; rows without a candidate are zero."""
    import numpy as np

    table = np.zeros((MOST, WIDTH), dtype=np.float32)
    for row, candidate in zip(table, candidates, strict=False):
        for source in candidate.sources:
            row[_SOURCES.index(source)] = 1
        if candidate.label is not None:
            row[len(_SOURCES) + _SORTS.index(_sort(candidate.label))] = 1
            row[len(_SOURCES) + len(_SORTS) + _STEPS.index(_step(candidate.label, published))] = 1
    return table


def _sort(label: str) -> str:
    if label.isdecimal():
        return "year"
    if _YEARS.fullmatch(label):
        return "span"
    if label.startswith("FY"):
        return "fiscal"
    if label[0] in "QH":
        return "span" if "-" in label else "quarter" if label[0] == "Q" else "half"
    return "month"


def _step(label: str, published: Moment | None) -> str:
    year = re.search(r"\d{4}", label)
    if published is None or year is None:
        return "undated"
    step = int(year[0]) - published.at.year
    return _STEPS[max(0, min(3, step + 2))]
