"""The time axis above the lanes: what a zoom shows around a day, cut into units of equal width. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_WEEKS = 54
"""Weeks that a year can begin or end in."""


class Zoom(StrEnum):
    """How much time the axis shows, from the widest to the closest."""

    ALL = "all"
    DECADE = "decade"
    YEARS = "three years"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"

    @property
    def by_day(self) -> bool:
        """Whether the moves below stand by day, not by month."""
        return self in (Zoom.QUARTER, Zoom.MONTH, Zoom.WEEK)

    @property
    def counts_days(self) -> bool:
        """Whether a unit is less than a month."""
        return self.by_day or self is Zoom.YEAR

    def step(self, steps: int) -> Zoom:
        """Closer (above 0) or wider, as far as there are zooms."""
        zooms = list(Zoom)
        return zooms[max(0, min(len(zooms) - 1, zooms.index(self) + steps))]


@dataclass(frozen=True, slots=True)
class Axis:
    """Units side by side, each `cell` columns wide."""

    title: str
    """What it shows: `2017`, `2017 Q1`."""
    unit: str
    starts: tuple[date, ...]
    end: date
    """The first day behind it."""
    cell: int
    zoom: Zoom

    @property
    def columns(self) -> int:
        return len(self.starts) * self.cell

    def place_of(self, day: date) -> int | None:
        """The unit that holds a day; None outside of the axis."""
        return bisect_right(self.starts, day) - 1 if self.starts[0] <= day < self.end else None

    def bars(self, counts: Mapping[date, int]) -> list[int]:
        """What the days (first days of months) of each unit come to."""
        line = [0] * len(self.starts)
        for day, number in counts.items():
            if (place := self.place_of(day)) is not None:
                line[place] += number
        return line

    def labels(self) -> str:
        """Names above the units, as far as they fit."""
        line = [" "] * self.columns
        free = 0
        for place, start in enumerate(self.starts):
            following = self.starts[place + 1] if place + 1 < len(self.starts) else self.end
            label, at = self._label(start, following, first=place == 0), place * self.cell
            if label and at >= free and at + len(label) <= self.columns:
                line[at : at + len(label)] = label
                free = at + len(label) + 1
        return "".join(line)

    def _label(self, start: date, following: date, *, first: bool) -> str:
        if self.zoom is Zoom.WEEK:
            return f"{start:%a} {start.day}"
        if self.zoom is Zoom.MONTH:
            return str(start.day) if start.weekday() == 0 else ""
        last = following - timedelta(1)
        if self.zoom.counts_days:
            named = start if start.day == 1 or (first and start.month == last.month) else last
            return f"{named:%b}" if named is start or start.month != last.month else ""
        if (start.month, start.day) == (1, 1) or (first and start.year == last.year):
            return str(start.year)
        return str(start.year + 1) if start.year != last.year else ""


def axis_around(zoom: Zoom, day: date, first: date, last: date, width: int) -> Axis | None:
    """The axis of a zoom that holds a day, `width` columns wide at most; `first` and `last` bound what there is to show."""
    if width < 14:
        return None
    year, month = day.year, day.month
    if zoom is Zoom.ALL:
        begin = min(_month(first), _month(last) - 11)
        return _months(zoom, "", begin, _month(last) - begin + 1, width)
    if zoom is Zoom.DECADE:
        return _months(zoom, f"{year // 10 * 10}s", year // 10 * 120, 120, width)
    if zoom is Zoom.YEARS:
        return _months(zoom, f"{year - 1}–{year + 1}", (year - 1) * 12, 36, width)
    if zoom is Zoom.YEAR and width < _WEEKS:
        return _months(zoom, f"{year}", year * 12, 12, width)
    if zoom is Zoom.YEAR:
        return _days(zoom, f"{year}", date(year, 1, 1), date(year + 1, 1, 1), width)
    if zoom is Zoom.QUARTER:
        begin = year * 12 + (month - 1) // 3 * 3
        return _days(zoom, f"{year} Q{(month + 2) // 3}", _day(begin), _day(begin + 3), width)
    if zoom is Zoom.MONTH:
        return _days(zoom, f"{day:%Y-%m}", date(year, month, 1), _day(_month(day) + 1), width)
    monday = day - timedelta(day.weekday())
    return _days(zoom, f"{day:%G-W%V}", monday, monday + timedelta(7), width)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _months(zoom: Zoom, title: str, begin: int, months: int, width: int) -> Axis:
    step = -(-months // width)
    step = next((whole for whole in (1, 2, 3, 6, 12) if whole >= step), step)
    starts = tuple(_day(month) for month in range(begin, begin + months, step))
    unit = {1: "a month", 3: "a quarter", 12: "a year"}.get(step, f"{step} months")
    return Axis(title or unit, unit, starts, _day(begin + months), max(1, width // len(starts)), zoom)


def _days(zoom: Zoom, title: str, begin: date, end: date, width: int) -> Axis:
    """A unit a day; a week, where days are too many."""
    days = [begin + timedelta(n) for n in range((end - begin).days)]
    weekly = len(days) > width or zoom is Zoom.YEAR
    starts = tuple(day for day in days if not weekly or day == begin or day.weekday() == 0)
    return Axis(title, "a week" if weekly else "a day", starts, end, max(1, width // len(starts)), zoom)


def by_vendor(counts: Iterable[tuple[str, date, int]]) -> dict[str, dict[date, int]]:
    """Counts of vendors and days, summed."""
    found: dict[str, dict[date, int]] = {}
    for vendor, day, number in counts:
        days = found.setdefault(vendor, {})
        days[day] = days.get(day, 0) + number
    return found
