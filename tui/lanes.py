"""Moves → rows of lanes side by side: a heading a year with its months below, or a month with its days. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from marketwatch.domain import Move

_NO_DAY = "00"
"""Of a move whose sources give its month only."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The heading of a year, or of a month."""

    name: str
    """`2017`, `2017-01`"""
    quiet: tuple[str, str] | None
    """First and last of the years (months) without moves that lie between this and the next newer one shown."""
    moves: int


@dataclass(frozen=True, slots=True)
class LaneRow:
    """The n-th moves of a month (of a day), one a lane; None where a lane has no more."""

    time: str
    """`2017-01`, `2017-01-12`; `2017-01-00` when the day is not known."""
    first: bool
    """The first row of its time: it carries the name."""
    moves: tuple[Move | None, ...]

    @property
    def label(self) -> str:
        """`Jan`, or the day; blank where the line above has it."""
        if not self.first:
            return ""
        month, day = self.time[5:7], self.time[8:]
        return (day if day != _NO_DAY else "—") if day else date(2000, int(month), 1).strftime("%b")


Row = HeadRow | LaneRow


def arrange(moves: Sequence[Move], vendors: Sequence[str], *, by_day: bool = False) -> list[Row]:
    """Lay moves out in the lanes of these vendors, newest first, by month or by day."""
    lane_of = {vendor: lane for lane, vendor in enumerate(vendors)}
    times: dict[str, list[list[Move]]] = defaultdict(lambda: [[] for _ in vendors])
    counts: dict[str, int] = defaultdict(int)
    for move in moves:
        if (lane := lane_of.get(move.lead.shift.vendor)) is not None:
            time = time_of(move, by_day=by_day)
            times[time][lane].append(move)
            counts[time[:-3]] += 1
    rows: list[Row] = []
    newer: str | None = None
    for time in sorted(times, reverse=True):
        head = time[:-3]
        if head != newer:
            rows.append(HeadRow(head, _between(head, newer), counts[head]))
            newer = head
        rows += [LaneRow(time, number == 0, cells) for number, cells in enumerate(zip_longest(*times[time]))]
    return rows


def _between(older: str, newer: str | None) -> tuple[str, str] | None:
    """The years or months between two of them; None when there is none."""
    if newer is None:
        return None
    low, high = _number(older) + 1, _number(newer) - 1
    return (_named(low, older), _named(high, older)) if low <= high else None


def _number(head: str) -> int:
    return int(head[:4]) * 12 + int(head[5:7]) - 1 if "-" in head else int(head)


def _named(number: int, like: str) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}" if "-" in like else str(number)


def time_of(move: Move, *, by_day: bool) -> str:
    """The month of a move, or its day as far as its first source gave it."""
    # Written out, because strftime took most of the time that a layout of thousands takes.
    first = move.shifts[0] if len(move.shifts) == 1 else min(move.shifts, key=lambda s: (s.article.dated_at, s.id))
    published, at = first.article.published, first.article.dated_at
    month = f"{at.year:04d}-{at.month:02d}"
    if not by_day:
        return month
    coarse = published and published.at == at and published.precision.value in ("year", "month")
    return f"{month}-{_NO_DAY}" if coarse else f"{month}-{at.day:02d}"
