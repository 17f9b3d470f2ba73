"""The closed vocabularies, as used in code, database and JSON alike (docs/annotation.md), and dates of a precision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
