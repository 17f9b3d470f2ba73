"""Vendor lanes side by side, one time axis: the heart of the timeline."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType

from marketwatch.domain import Move
from tui.lanes import LaneRow, MonthRow, Row, arrange
from tui.messages import MoveHighlighted
from tui.render import fit, move_text
from tui.widgets.line_list import LineList

LANE_WIDTH = 36
"""Cells a lane needs at least."""
_GAP = " "


class LaneList(LineList[Row]):
    """The cursor moves by move (j k), by lane (h l) and by month ([ ])."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "lane(-1)", "Lane", show=False, id="lane.left"),
        Binding("l,right", "lane(1)", "Lane", show=True, key_display="h l", id="lane.right"),
        Binding("left_square_bracket", "month(1)", "Earlier", show=False, id="lane.earlier"),
        Binding("right_square_bracket", "month(-1)", "Later", show=False, id="lane.later"),
    ]

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.colours = colours
        self.names = names
        self.vendors: tuple[str, ...] = ()
        self.lane = 0
        self._moves: Sequence[Move] = ()

    # --- lanes -----------------------------------------------------------------------------------------------------------
    @property
    def lanes_shown(self) -> int:
        return max(1, min(len(self.vendors), 4, self.size.width // LANE_WIDTH))

    @property
    def first_lane(self) -> int:
        """The leftmost lane on the screen: the window of lanes follows the cursor."""
        return self.lane // self.lanes_shown * self.lanes_shown

    @property
    def window(self) -> tuple[str, ...]:
        return self.vendors[self.first_lane : self.first_lane + self.lanes_shown]

    def show(self, moves: Sequence[Move], vendors: tuple[str, ...]) -> None:
        """Lay out moves; cursor, lane and place are kept as far as they still exist."""
        lane_vendor = self.vendors[self.lane] if self.lane < len(self.vendors) else None
        self._moves, self.vendors = moves, vendors
        self.lane = vendors.index(lane_vendor) if lane_vendor in vendors else 0
        rows = arrange(moves, vendors)
        if not any(isinstance(row, LaneRow) and row.moves[self.lane] for row in rows):
            self.lane = next(
                (n for n in range(len(vendors)) for row in rows if isinstance(row, LaneRow) and row.moves[n]), self.lane
            )
        self.set_rows(rows)
        self.post_message(MoveHighlighted(self.move))

    @property
    def move(self) -> Move | None:
        """The move under the cursor."""
        row = self.current
        return row.moves[self.lane] if isinstance(row, LaneRow) else None

    def action_lane(self, step: int) -> None:
        lane = self.lane + step
        while 0 <= lane < len(self.vendors):
            places = [n for n, row in enumerate(self.rows) if isinstance(row, LaneRow) and row.moves[lane]]
            if places:
                self.lane = lane
                self.cursor = min(places, key=lambda n: abs(n - self.cursor))
                self._reveal()
                self.refresh()
                self.post_message(self.Highlighted(self, self.current))
                return
            lane += step

    def action_month(self, step: int) -> None:
        """To the first move of the lane in the next month that has one."""
        row = self.current
        here = row.month if isinstance(row, LaneRow) else ""
        order = range(self.cursor + 1, len(self.rows)) if step > 0 else range(self.cursor - 1, -1, -1)
        found = [n for n in order if self.selectable(self.rows[n]) and self.rows[n].month != here]
        if found:
            month = self.rows[found[0]].month
            self.move_to(min(n for n in found if self.rows[n].month == month))

    # --- rows ------------------------------------------------------------------------------------------------------------
    def key_of(self, row: Row) -> Hashable:
        if isinstance(row, MonthRow):
            return row.month
        move = row.moves[self.lane] if self.lane < len(row.moves) else None
        # A move keeps its cursor when a better source becomes its lead.
        return min(s.id for s in move.shifts) if move else None

    def selectable(self, row: Row) -> bool:
        return isinstance(row, LaneRow) and self.lane < len(row.moves) and row.moves[self.lane] is not None

    def text_of(self, row: Row, width: int) -> Text:
        return self._line(row, width, None)

    def cursor_text(self, row: Row, width: int, style: Style) -> Text:
        return self._line(row, width, style)

    def _line(self, row: Row, width: int, cursor: Style | None) -> Text:
        if isinstance(row, MonthRow):
            note = f"  ⋯ {row.folded} quiet month{'s' if row.folded > 1 else ''} above" if row.folded > 0 else ""
            return Text(fit(f"{row.month}{note}", width), style="dim")
        text = Text(no_wrap=True)
        shown, first = self.lanes_shown, self.first_lane
        room = (width - len(_GAP) * (shown - 1)) // shown
        for lane in range(first, first + shown):
            move = row.moves[lane] if lane < len(row.moves) else None
            if lane > first:
                text.append(_GAP)
            if move is None:
                text.append(" " * room)
                continue
            here = cursor is not None and lane == self.lane
            colour = self.colours.get(move.lead.shift.vendor, "")
            cell = move_text(move, room, colour=colour, prefix="▌" if here else " ")
            if here and cursor is not None:
                cell.stylize(cursor)
            text.append_text(cell)
        return text

    def heading(self, width: int) -> Text:
        """The names above the lanes, with how many moves each has and what lies beyond the edges."""
        text = Text(no_wrap=True)
        shown, first = self.lanes_shown, self.first_lane
        room = (width - len(_GAP) * (shown - 1)) // shown
        counts = {vendor: sum(m.lead.shift.vendor == vendor for m in self._moves) for vendor in self.window}
        for n, vendor in enumerate(self.window):
            left = f"‹ {first} more " if n == 0 and first else ""
            hidden = len(self.vendors) - first - shown
            right = f" {hidden} more ›" if n == shown - 1 and hidden > 0 else ""
            name = f"── {left}{self.names.get(vendor, vendor)} · {counts[vendor]} moves "
            line = name + "─" * max(0, room - len(name) - len(right)) + right
            style = Style.parse(self.colours.get(vendor) or "none") + Style(bold=first + n == self.lane)
            text.append(_GAP if n else "")
            text.append(fit(line, room), style=style)
        return text
