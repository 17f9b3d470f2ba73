"""Amounts and periods of goals: whether a number reaches a goal, and when a goal is due. Pure arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from marketwatch.domain import Bound, Figure, Metric

ABOUT = Decimal("0.05")
"""`About 70 million` stands for what lies this share of it around 70 million."""
FAR = 10
"""No company restates its goal by more than this factor, or misses it so."""
CUMULATIVE = frozenset({Metric.UNITS, Metric.REVENUE, Metric.STORES, Metric.COUNTRIES})
"""Metrics that only grow within their period: a goal can be reached before the period ends."""
_TO_REACH = CUMULATIVE | {Metric.PROFIT, Metric.SHARE}
"""Metrics of which more is meant: a plain number as a goal is the least that is wanted."""
_PERIOD = re.compile(
    r"(?P<from>\d{4})-(?P<to>\d{4})|(?P<in>\d{4})-(?P<month>\d\d)(?!\d)|(?:(?P<part>[QH][1-4]) |FY)?(?P<year>\d{4})"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, as exact as its text gives it."""

    value: Decimal
    unit: str
    value_high: Decimal | None = None
    bound: Bound = Bound.EQ

    @classmethod
    def of(cls, figure: Figure) -> Amount:
        """The amount of a figure."""
        return cls(figure.value, figure.unit, figure.value_high, figure.bound)

    @property
    def high(self) -> Decimal:
        """The upper end of a range, else the value."""
        return self.value if self.value_high is None else self.value_high

    def same_as(self, other: Amount) -> bool:
        """Whether two texts name one amount: `over 100 billion` and `100 billion` do, `under 100 billion` does not."""
        ceiling = (self.bound is Bound.LT) == (other.bound is Bound.LT)
        return ceiling and (self.value, self.high, self.unit) == (other.value, other.high, other.unit)

    def compared_with(self, other: Amount) -> int:
        """1 when it is higher than another of the same unit, -1 when lower, 0 when one range lies inside the other."""
        if (self.value, self.high) == (other.value, other.high):
            return 0
        if self.value >= other.value and self.high >= other.high:
            return 1
        return -1 if self.value <= other.value and self.high <= other.high else 0

    def near(self, other: Amount) -> bool:
        """Whether two amounts may be of one goal: at most `FAR` times one another. The sales of a shop are not the company's."""
        low, high = sorted((abs(self.value), abs(other.value)))
        return not low or high <= low * FAR

    def __str__(self) -> str:
        """`> 100 bn CNY`, `80 M–100 M devices`."""
        sign = {Bound.GT: "> ", Bound.LT: "< ", Bound.ABOUT: "~ "}.get(self.bound, "")
        high = f"–{number_text(self.value_high)}" if self.value_high is not None else ""
        return f"{sign}{number_text(self.value)}{high} {self.unit}"


def number_text(value: Decimal | float) -> str:
    """`70 M`, `100 bn`: a number as analysts write it."""
    number = float(value)
    for size, unit in ((1e12, " tn"), (1e9, " bn"), (1e6, " M")):
        if abs(number) >= size:
            return f"{number / size:.4g}{unit}"
    return f"{number:,.10g}"


# --- reaching a goal ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Span:
    """All the numbers a text may mean; None leaves a side open, and an end may be excluded."""

    low: Decimal | None
    high: Decimal | None
    strict: bool = False
    """The ends themselves are not meant: more than, less than."""

    def all_from(self, edge: Decimal) -> bool:
        return self.low is not None and self.low >= edge

    def all_to(self, edge: Decimal) -> bool:
        return self.high is not None and self.high <= edge

    def all_above(self, edge: Decimal) -> bool:
        return self.low is not None and (self.low > edge or (self.strict and self.low == edge))

    def all_below(self, edge: Decimal) -> bool:
        return self.high is not None and (self.high < edge or (self.strict and self.high == edge))


def _span(amount: Amount) -> _Span:
    if amount.bound is Bound.GT:
        return _Span(amount.value, None, strict=True)
    if amount.bound is Bound.LT:
        return _Span(None, amount.value, strict=True)
    slack = ABOUT if amount.bound is Bound.ABOUT else Decimal(0)
    return _Span(amount.value - abs(amount.value) * slack, amount.high + abs(amount.high) * slack)


def reached(metric: Metric, goal: Amount, outcome: Amount) -> bool | None:
    """Whether an outcome in the goal's unit reaches it; None when the numbers alone do not say.

    What the outcome's text may mean must lie on one side as a whole: more than 70 million may or may not be 80 million, so
    it neither meets nor misses a goal of 80 to 100 million. Of a range the lower end is the goal. A plain number is the
    least that is wanted of units, revenue, profit, share, stores and countries; of other metrics (people, investment)
    nobody knows whether more is better, so that only the number itself meets the goal and none misses it. A goal of more
    than 100 that is reported as 100 stays undecided: both are rounded.
    """
    span, goal_span = _span(outcome), _span(goal)
    if goal.bound is Bound.GT:
        return True if span.all_above(goal.value) else False if span.all_below(goal.value) else None
    if goal.bound is Bound.LT:
        return True if span.all_below(goal.value) else False if span.all_above(goal.value) else None
    low, high = goal_span.low or Decimal(0), goal_span.high or Decimal(0)
    if metric in _TO_REACH:
        return True if span.all_from(goal.value) else False if span.all_below(low) else None
    return True if span.all_from(low) and span.all_to(high) else None


# --- periods -----------------------------------------------------------------------------------------------------------
def period_span(label: str | None) -> tuple[datetime, datetime] | None:
    """Start and end (excluded) of `2015`, `FY2015`, `Q3 2019`, `H1 2020`, `2017-03` or `2020-2022`; None for another label.

    A fiscal year is taken for the calendar year of its name.
    """
    match = _PERIOD.fullmatch(label or "")
    if match is None:
        return None
    first = last = int(match["year"] or match["from"] or match["in"])
    month, months = 1, 12
    if match["part"]:
        months = 3 if match["part"][0] == "Q" else 6
        month = (int(match["part"][1]) - 1) * months + 1
    elif match["month"]:
        month, months = int(match["month"]), 1
    elif match["to"]:
        last = int(match["to"])
    if not (1 <= first <= last < 9999 and 1 <= month <= 12):
        return None
    after = month + months
    return datetime(first, month, 1, tzinfo=UTC), datetime(last + after // 13, (after - 1) % 12 + 1, 1, tzinfo=UTC)


def period_in(text: str) -> str | None:
    """The first period that a text names by its label."""
    match = _PERIOD.search(text)
    return match[0] if match else None


def named_in(label: str, text: str) -> bool:
    """Whether a text names a period by its label: `2017` stands in `2017年`, not in `2017-03` or `20170`."""
    return re.search(rf"(?<![\d.,-]){re.escape(label)}(?!\d|[.,-]\d)", text) is not None
