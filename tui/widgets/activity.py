"""The activity of each lane's vendor by the unit of the zoom, under one axis of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from marketwatch.domain import ActivityCount, Move
from tui.render import BARS, fit, plain
from tui.timescale import Axis, Zoom, axis_around, by_vendor

NAME_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """Shifts by vendor: by month as the store counts them, by day as the listed moves have them."""

    months: Mapping[str, Mapping[date, int]] = field(default_factory=dict)
    days: Mapping[str, Mapping[date, int]] = field(default_factory=dict)
    span: tuple[date, date] | None = None
    """The first and the last of the months."""


def counts_of(activity: Sequence[ActivityCount], moves: Sequence[Move]) -> Counts:
    months = ((one.vendor, date(int(one.month[:4]), int(one.month[5:7]), 1), one.shifts) for one in activity)
    days = ((s.shift.vendor, s.article.dated_at.date(), 1) for move in moves for s in move.shifts)
    by_month = by_vendor(months)
    known = [month for counts in by_month.values() for month in counts]
    return Counts(by_month, by_vendor(days), (min(known), max(known)) if known else None)


class Activity(Widget):
    """Read only; follows the lanes on the screen and marks the unit of the cursor."""

    DEFAULT_CSS = """
    Activity { height: auto; min-height: 1; padding: 0 1; }
    Activity > .activity--here { background: $primary-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"activity--here"}

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str]) -> None:
        super().__init__()
        self._colours = colours
        self._names = names
        self._counts = Counts()
        self._vendors: Sequence[str] = ()
        self._day: date | None = None
        self._zoom = Zoom.ALL

    def show(self, counts: Counts, vendors: Sequence[str], day: date | None, zoom: Zoom) -> None:
        """`day` is that of the cursor, which the axis holds."""
        taller = len(vendors) != len(self._vendors)
        before = self._drawn()
        self._counts, self._vendors, self._day, self._zoom = counts, vendors, day, zoom
        if taller or self._drawn() != before:
            self.refresh(layout=taller)

    def _drawn(self) -> tuple[object, ...]:
        """What it looks like, as far as that follows the cursor."""
        axis = self.axis(self._room)
        return self._counts, self._vendors, axis, axis.place_of(self._day) if axis and self._day else None

    @property
    def _room(self) -> int:
        return self.content_size.width - NAME_WIDTH - 1

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return 1 + max(1, len(self._vendors))

    def axis(self, width: int) -> Axis | None:
        """The axis in so many columns; None when there is nothing to show."""
        if self._counts.span is None:
            return None
        first, last = self._counts.span
        return axis_around(self._zoom, self._day or last, first, last, width)

    def render(self) -> Text:
        width = self._room
        axis = self.axis(width)
        if axis is None:
            return Text("no activity under this filter" if self._vendors else "", style="dim")
        text = Text(fit(axis.title, NAME_WIDTH) + " ", style="dim", no_wrap=True)
        labels = axis.labels()
        unit = f"  {axis.unit}" if axis.title != axis.unit else ""
        text.append(labels.rstrip() + unit if len(labels.rstrip() + unit) <= width else labels)
        text.pad_right(NAME_WIDTH + 1 + axis.columns - len(text))
        counts = self._counts.days if self._zoom.counts_days else self._counts.months
        lines = {vendor: axis.bars(counts.get(vendor, {})) for vendor in self._vendors}
        highest = max((max(line) for line in lines.values()), default=1)
        mark = axis.place_of(self._day) if self._day else None
        if mark is not None:
            self._mark(text, NAME_WIDTH + 1, mark, axis, "reverse")
        here = self.get_component_rich_style("activity--here", partial=True)
        for vendor, line in lines.items():
            colour = Style.parse(self._colours.get(vendor) or "none")
            text.append("\n")
            text.append(fit(plain(self._names.get(vendor, vendor)), NAME_WIDTH) + " ", style=colour + Style(bold=True))
            start = len(text)
            text.append("".join(bar(number, highest, axis.cell) for number in line), style=colour)
            if mark is not None:
                self._mark(text, start, mark, axis, here)
        return text

    @staticmethod
    def _mark(text: Text, start: int, mark: int, axis: Axis, style: str | Style) -> None:
        """Mark the unit of the cursor in a line that begins there. A bar is not reversed: an empty one would look full."""
        text.stylize(style, start + mark * axis.cell, start + (mark + 1) * axis.cell)


def bar(number: int, highest: int, width: int) -> str:
    """One unit: a bar, from three columns on with a gap behind it; with its number where that fits too."""
    thick = width - 1 if width > 1 else 1
    height = " " if not number else BARS[min(len(BARS) - 1, (number * len(BARS) - 1) // max(highest, 1))]
    if width >= 8 and number:
        return fit(f"{height * 3} {number}", width)
    return fit(height * thick, width)
