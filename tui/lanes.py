"""Moves → rows of lanes side by side: a heading a year, the month on its first row, empty months folded away. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from marketwatch.domain import ActivityCount, Move


@dataclass(frozen=True, slots=True)
class YearRow:
    """The heading of a year."""

    year: int
    quiet: tuple[int, int] | None
    """First and last of the years without moves that lie between this and the next newer one shown."""
    moves: int


@dataclass(frozen=True, slots=True)
class LaneRow:
    """The n-th moves of a month, one a lane; None where a lane has no more."""

    month: str
    first: bool
    """The first row of its month: it carries the month's name."""
    moves: tuple[Move | None, ...]


Row = YearRow | LaneRow


def arrange(moves: Sequence[Move], vendors: Sequence[str]) -> list[Row]:
    """Lay moves out in the lanes of these vendors, newest month first."""
    lane_of = {vendor: lane for lane, vendor in enumerate(vendors)}
    months: dict[str, list[list[Move]]] = defaultdict(lambda: [[] for _ in vendors])
    years: dict[int, int] = defaultdict(int)
    for move in moves:
        if (lane := lane_of.get(move.lead.shift.vendor)) is not None:
            months[month_of(move)][lane].append(move)
            years[move.first_at.year] += 1
    rows: list[Row] = []
    newer: int | None = None
    for month in sorted(months, reverse=True):
        year = int(month[:4])
        if year != newer:
            rows.append(YearRow(year, (year + 1, newer - 1) if newer is not None and newer - year > 1 else None, years[year]))
            newer = year
        rows += [LaneRow(month, number == 0, cells) for number, cells in enumerate(zip_longest(*months[month]))]
    return rows


def month_of(move: Move) -> str:
    return move.first_at.strftime("%Y-%m")


def number_of(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


@dataclass(frozen=True, slots=True)
class Axis:
    """A time axis: `months` months from `first` on, `step` months a column."""

    first: int
    months: int
    step: int

    @property
    def columns(self) -> int:
        return -(-self.months // self.step)

    def column_of(self, month: str) -> int:
        return (number_of(month) - self.first) // self.step

    def labels(self) -> str:
        """Years above the column of their January, as far as they fit."""
        line = [" "] * self.columns
        free = 0
        for column in range(self.columns):
            first = self.first + column * self.step
            years = [m for m in range(first, first + self.step) if m % 12 == 0]
            if (years or column == 0) and column >= free and column + 4 <= self.columns:
                line[column : column + 4] = str((years[0] if years else first) // 12)
                free = column + 5
        return "".join(line)


def axis_for(activity: Sequence[ActivityCount], width: int) -> Axis | None:
    """The axis that shows all months of the activity in `width` columns; None when there is nothing to show."""
    if not activity or width < 4:
        return None
    numbers = [number_of(count.month) for count in activity]
    first, last = min(numbers), max(numbers)
    first = min(first, last - 11)
    months = last - first + 1
    return Axis(first, months, -(-months // width))


def bars(activity: Sequence[ActivityCount], vendor: str, axis: Axis) -> list[int]:
    """Shifts of a vendor a column."""
    line = [0] * axis.columns
    for count in activity:
        if count.vendor == vendor:
            line[axis.column_of(count.month)] += count.shifts
    return line
