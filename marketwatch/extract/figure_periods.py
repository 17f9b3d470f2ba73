"""Periods that a sentence gives several numbers at once: `8 million a year earlier`, `from 35.9 to 29.3`, `in 2022 to 2024 …`.

The network chooses each number's period by itself. What is told by how numbers stand together is decided here, after it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from marketwatch.domain import FigureRole, Metric
from marketwatch.extract.comparisons import Comparison, comparison
from marketwatch.extract.context import Context
from marketwatch.extract.figures import counted_period, in_period
from marketwatch.extract.period_labels import is_month, is_part_of_year, parts_of, year_after, year_before
from marketwatch.extract.periods import Period
from marketwatch.extract.phrases import whole_words
from marketwatch.extract.quantities import Quantity, find_quantities
from marketwatch.extract.reader.decide import FigureStatement
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import fold

_FLOWS = frozenset({Metric.UNITS, Metric.REVENUE, Metric.PROFIT, Metric.SHARE})
"""Metrics of a span of time, which are set against those of another."""
_COUNTED_ON_A_DAY = frozenset({Metric.STORES, Metric.HEADCOUNT, Metric.COUNTRIES})
_GOALS = frozenset({FigureRole.TARGET, FigureRole.PRIOR_TARGET, FigureRole.FORECAST})
_BESIDE, _BEHIND = 28, 24
"""Characters between a number and `a year earlier` behind it, and before it."""
_FROM, _TO = 14, 28
"""Characters between `from` and the first number, and between the two numbers."""
_ON = 2
"""Sentences in which an investment is taken apart."""
_PARTING = re.compile(r"[,;:()，；：、。]")


@dataclass(frozen=True, slots=True)
class _Words:
    year_before: re.Pattern[str]
    year_after: re.Pattern[str]
    than: re.Pattern[str]
    """At the end of what stands before `a year earlier`."""
    begins: re.Pattern[str]
    """`from`, at most so far before the end of a text."""
    between: re.Pattern[str]
    """What parts the two numbers of `from 8 to 10`."""
    listed: re.Pattern[str]
    """What parts two numbers of a list."""


@cache
def _words(lang: str) -> _Words:
    data: Mapping[str, Sequence[str]] = rule_file("comparisons.toml")[lang]
    before, after, than, first, to = (whole_words(data[k], lang) for k in ("year_before", "year_after", "than", "from", "to"))
    return _Words(
        re.compile(before),
        re.compile(after),
        re.compile(rf"{than}[\s'’]*$"),
        re.compile(rf"{first}[^\d,;]{{0,{_FROM}}}$"),
        re.compile(rf"[^\d,;，；]*?{to}[^\d,;，；]*"),
        re.compile(rf"[^\w\d]*(?:{whole_words([*data['and'], *data['to']], lang)})?[^\w\d]*"),
    )


def compared(context: Context, statements: Sequence[FigureStatement]) -> list[FigureStatement]:
    """Return statements, those of each sentence with the periods that they have beside each other."""
    by_sentence: dict[int, list[FigureStatement]] = defaultdict(list)
    for statement in statements:
        by_sentence[statement.sentence].append(statement)
    found: list[FigureStatement] = []
    for at, beside in by_sentence.items():
        told = _Told(context, at, beside)
        found += told.dated() if told.names_period else _carried(told.dated(), found)
    return found


def _carried(statements: Sequence[FigureStatement], before: Sequence[FigureStatement]) -> list[FigureStatement]:
    """What becomes of an investment over years, told in the next sentences without these years."""
    last = next((s for s in reversed(before) if s.metric is Metric.INVESTMENT), None)
    if last is None or last.period is None or not parts_of(last.period):
        return list(statements)

    def goes_on(one: FigureStatement) -> bool:
        near = one.vendor == last.vendor and one.sentence <= last.sentence + _ON
        return near and one.metric is Metric.INVESTMENT and one.period is None

    return [replace(s, period=last.period) if goes_on(s) else s for s in statements]


class _Told:
    """The figures of a sentence, with all of its numbers and periods."""

    def __init__(self, context: Context, at: int, statements: Sequence[FigureStatement]) -> None:
        self._words = _words(context.lang)
        self._statements = statements
        self._text = fold(context.sentences[at].text.replace("’", "'"))
        self._periods = context.periods.find(context.sentences[at].text)
        self._quantities = [
            q for q in find_quantities(context.sentences[at].text, context.lang) if not in_period(q, self._periods)
        ]
        self._context = context

    @property
    def names_period(self) -> bool:
        """Whether the sentence names any period."""
        return bool(self._periods)

    def dated(self) -> list[FigureStatement]:
        told = self._listed() or self._before_pairs() | self._a_year_before() | self._a_year_after()
        told = self._only_one_named() | told
        return [replace(s, period=told.get(s.quantity.start, s.period)) for s in self._statements]

    def _listed(self) -> dict[int, str]:
        """Numbers that follow each other, one for each part of a span: `from 2022 to 2024 …`."""
        for period in self._periods:
            parts = parts_of(period.label)
            behind = [q for q in self._quantities if q.start >= period.end]
            run = self._run(behind, len(parts))
            if parts and len(run) == len(parts):
                return {q.start: part for q, part in zip(run, parts, strict=True)}
        return {}

    def _run(self, quantities: Sequence[Quantity], length: int) -> list[Quantity]:
        """The first numbers of one unit with nothing between them, if there are just so many."""
        if len(quantities) < length or length < 2:
            return []
        run = list(quantities[:1])
        for quantity in quantities[1:]:
            alike = None in (quantity.unit, run[-1].unit) or quantity.unit == run[-1].unit
            if not alike or not self._words.listed.fullmatch(self._text[run[-1].end : quantity.start]):
                break
            run.append(quantity)
        return run

    def _before_pairs(self) -> dict[int, str]:
        """`From 35.9 to 29.3 per cent`: the first is the one before, mostly of the year before."""
        found = {}
        for one, other in pairwise(self._quantities):
            first, second = self._figure_at(one), self._figure_at(other)
            if not first or not second or first.metric is not second.metric or first.metric not in _FLOWS:
                continue
            if second.role in _GOALS or second.period is None or first.period not in (None, second.period):
                continue
            if self._words.begins.search(self._text[: one.start]) and self._parts(one, other):
                years = parts_of(second.period)
                found[one.start] = years[0] if years else year_before(second.period)
                found[other.start] = years[-1] if years else second.period
        return found

    def _parts(self, one: Quantity, other: Quantity) -> bool:
        between = self._text[one.end : other.start]
        return len(between) <= _TO and self._words.between.fullmatch(between) is not None

    def _a_year_before(self) -> dict[int, str]:
        """The number beside `a year earlier`, a year before the period that the others are of."""
        found = {}
        for match in self._words.year_before.finditer(self._text):
            quantity = self._beside(match)
            anchor = self._anchor(match, quantity) if quantity else None
            if quantity and anchor:
                found[quantity.start] = year_before(anchor)
        return found

    def _a_year_after(self) -> dict[int, str]:
        """`In 2019 it sold 12 million, a year later 9`: the first number behind, a year after the one named before."""
        found = {}
        for match in self._words.year_after.finditer(self._text):
            before = [p for p in self._periods if p.end <= match.start()]
            behind = [q for q in self._quantities if q.start >= match.end()]
            if before and behind and self._is_near(self._text[match.end() : behind[0].start].lstrip(" ,，"), _BEHIND):
                found[behind[0].start] = year_after(before[-1].label)
        return found

    def _beside(self, match: re.Match[str]) -> Quantity | None:
        """The number that `a year earlier` dates: right before it, or behind it when nothing else stands there."""
        before = [q for q in self._quantities if q.end <= match.start()]
        behind = [q for q in self._quantities if q.start >= match.end()]
        if self._words.than.search(self._text[: match.start()]):
            return None
        if before and self._is_near(self._text[before[-1].end : match.start()], _BESIDE):
            rate = comparison(self._text, before[-1], self._context.lang) is Comparison.RATE
            return None if rate else before[-1]
        if not behind:
            return None
        gap = self._text[match.end() : behind[0].start]
        opens = not _PARTING.search(self._text[: match.start()].rstrip(" ,")) and match.start() <= _FROM
        return behind[0] if self._is_near(gap.lstrip(" ,，") if opens else gap, _BEHIND) else None

    def _is_near(self, gap: str, most: int) -> bool:
        return len(gap) <= most and not _PARTING.search(gap)

    def _anchor(self, match: re.Match[str], quantity: Quantity) -> str | None:
        """The period beside which `a year earlier` is said: of the sentence, of its other figures, of the article."""
        named = [p for p in self._periods if p.end <= match.start() or p.start >= match.end()]
        if named:
            return _nearest(named, match.start())
        others = [s.period for s in self._statements if s.quantity.start != quantity.start]
        dated = [period for period in others if period and is_part_of_year(period)]
        return next(iter(dated), None) or counted_period(self._context)

    def _only_one_named(self) -> dict[int, str]:
        """Figures of the one span or month that a sentence names, read as of none or of the span's last part."""
        labels = {p.label for p in self._periods}
        label = labels.pop() if len(labels) == 1 else ""
        last = parts_of(label)[-1:]
        return {s.quantity.start: label for s in self._statements if label and _may_be_of(s, label, last)}

    def _figure_at(self, quantity: Quantity) -> FigureStatement | None:
        return next((s for s in self._statements if s.quantity.start == quantity.start), None)


def _may_be_of(statement: FigureStatement, label: str, last: Sequence[str]) -> bool:
    """Whether a figure is of a span or a month: sales of nine months, an investment over years, people at a month's end."""
    if statement.period is not None and statement.period not in last:
        return False
    if is_month(label):
        return statement.metric in _COUNTED_ON_A_DAY and statement.role is FigureRole.ACTUAL
    if not last:
        return False
    return label[0] == "Q" or statement.metric is Metric.INVESTMENT or statement.role is not FigureRole.ACTUAL


def _nearest(periods: Sequence[Period], place: int) -> str:
    return min(periods, key=lambda p: min(abs(p.start - place), abs(place - p.end))).label
