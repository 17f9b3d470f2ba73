"""Vendor lanes side by side, one time axis: the heart of the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size

from marketwatch.domain import Move
from marketwatch.listing import reversal_of
from marketwatch.reversals import Reversal
from tui.lanes import LaneRow, Row, YearRow, arrange
from tui.messages import MoveHighlighted
from tui.render import fit, move_text
from tui.widgets.line_list import LineList

LANE_WIDTH = 35
"""Cells a lane needs at least."""
NARROW = 110
"""Columns of a terminal below which lanes get more room and the evidence stands under them."""
NARROW_LANE_WIDTH = 46
_MONTH_WIDTH = 4
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
        self.reversals: Mapping[int, Reversal] = {}
        self._moves: Sequence[Move] = ()
        self._with_moves: frozenset[str] = frozenset()
        self._laid_out: tuple[str, ...] = ()

    # --- lanes -----------------------------------------------------------------------------------------------------------
    @property
    def lanes_shown(self) -> int:
        """Lanes side by side; a narrow terminal reads better with one."""
        least = LANE_WIDTH if self.app.size.width >= NARROW else NARROW_LANE_WIDTH
        return max(1, min(len(self.vendors), 4, (self.size.width - _MONTH_WIDTH) // least))

    @property
    def first_lane(self) -> int:
        """The leftmost lane on the screen: the window of lanes follows the cursor."""
        return self.lane // self.lanes_shown * self.lanes_shown

    @property
    def window(self) -> tuple[str, ...]:
        return self.vendors[self.first_lane : self.first_lane + self.lanes_shown]

    def show(self, moves: Sequence[Move], vendors: tuple[str, ...]) -> None:
        """Lay out moves; cursor, lane and place are kept as far as they still exist."""
        # Read before the lanes change: a row alone does not say which of its moves the cursor is on.
        key = self.key_of(self.current) if self.current is not None else None
        lane_vendor = self.vendors[self.lane] if self.lane < len(self.vendors) else None
        self._moves, self.vendors = moves, vendors
        self._with_moves = frozenset(move.lead.shift.vendor for move in moves)
        self.lane = vendors.index(lane_vendor) if lane_vendor in vendors else 0
        if self.vendors and self.vendors[self.lane] not in self._with_moves:
            self.lane = next((n for n, vendor in enumerate(vendors) if vendor in self._with_moves), 0)
        self._lay_out(key)
        self.post_message(MoveHighlighted(self.move))

    def _lay_out(self, key: Hashable = None) -> None:
        self._laid_out = self.window
        self.set_rows(arrange(self._moves, self._laid_out), key=key)

    @property
    def move(self) -> Move | None:
        """The move under the cursor."""
        row = self.current
        return self._cell(row) if row is not None else None

    def _cell(self, row: Row) -> Move | None:
        place = self.lane - self.first_lane
        return row.moves[place] if isinstance(row, LaneRow) and place < len(row.moves) else None

    def stand_on(self, key: Hashable) -> bool:
        """The move may be in any lane, also one that is not on the screen."""
        move = next((one for one in self._moves if min(s.id for s in one.shifts) == key), None)
        if move is None or move.lead.shift.vendor not in self.vendors:
            return False
        self.lane = self.vendors.index(move.lead.shift.vendor)
        self._lay_out(key)
        self.post_message(self.Highlighted(self, self.current))
        return True

    def action_lane(self, step: int) -> None:
        lane = self.lane + step
        while 0 <= lane < len(self.vendors) and self.vendors[lane] not in self._with_moves:
            lane += step
        if not 0 <= lane < len(self.vendors):
            return
        row = self.rows[self.cursor] if self.cursor < len(self.rows) else None
        month = row.month if isinstance(row, LaneRow) else ""
        self.lane = lane
        if self.window != self._laid_out:
            self._laid_out = self.window
            self.rows = arrange(self._moves, self._laid_out)
            self.virtual_size = Size(self.size.width, len(self.rows))
        places = [n for n, one in enumerate(self.rows) if self.selectable(one)]
        if places:
            same = [n for n in places if isinstance(one := self.rows[n], LaneRow) and one.month <= month]
            self.cursor = (
                min(same or places, key=lambda n: abs(n - self.cursor)) if row in self.rows else (same or places[-1:])[0]
            )
        self._reveal()
        self.refresh()
        self.post_message(self.Highlighted(self, self.current))

    def action_month(self, step: int) -> None:
        """To the first move of the lane in the next month that has one."""
        row = self.current
        here = row.month if isinstance(row, LaneRow) else ""
        order = range(self.cursor + 1, len(self.rows)) if step > 0 else range(self.cursor - 1, -1, -1)
        months = [(n, row.month) for n in order if isinstance(row := self.rows[n], LaneRow) and self.selectable(row)]
        other = [(n, month) for n, month in months if month != here]
        if other:
            self.move_to(min(n for n, month in other if month == other[0][1]))

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.vendors and self.window != self._laid_out:
            self._lay_out()

    # --- rows ------------------------------------------------------------------------------------------------------------
    def key_of(self, row: Row) -> Hashable:
        if isinstance(row, YearRow):
            return row.year
        move = self._cell(row)
        # A move keeps its cursor when a better source becomes its lead.
        return min(s.id for s in move.shifts) if move else None

    def selectable(self, row: Row) -> bool:
        return self._cell(row) is not None

    def text_of(self, row: Row, width: int) -> Text:
        return self._line(row, width, None)

    def cursor_text(self, row: Row, width: int, style: Style) -> Text:
        return self._line(row, width, style)

    def _line(self, row: Row, width: int, cursor: Style | None) -> Text:
        if isinstance(row, YearRow):
            years = "–".join(str(year) for year in dict.fromkeys(row.quiet or ()))
            quiet = f"  · {years} without moves" if years else ""
            return Text(fit(f"{row.year}{quiet}", width), style="bold dim")
        text = Text(no_wrap=True)
        month = date(2000, int(row.month[5:7]), 1).strftime("%b") if row.first else ""
        text.append(f" {month:<3}", style="dim")
        room = self._room(width)
        for place, move in enumerate(row.moves):
            text.append(_GAP if place else "")
            if move is None:
                text.append(" " * room)
                continue
            here = cursor is not None and place == self.lane - self.first_lane
            colour = self.colours.get(move.lead.shift.vendor, "")
            turned = reversal_of(move, self.reversals)
            cell = move_text(move, room, colour=colour, prefix="▌" if here else " ", reversal=turned)
            if here and cursor is not None:
                cell.stylize(cursor)
            text.append_text(cell)
        return text

    def _room(self, width: int) -> int:
        return (width - _MONTH_WIDTH - len(_GAP) * (self.lanes_shown - 1)) // self.lanes_shown

    def heading(self, width: int) -> Text:
        """The names above the lanes, with how many moves each has and what lies beyond the edges."""
        text = Text(" " * _MONTH_WIDTH, no_wrap=True)
        first, shown = self.first_lane, len(self.window)
        room = self._room(width)
        counts = Counter(move.lead.shift.vendor for move in self._moves)
        for n, vendor in enumerate(self.window):
            left = f"‹ {first} more " if n == 0 and first else ""
            hidden = len(self.vendors) - first - shown
            right = f" {hidden} more ›" if n == shown - 1 and hidden > 0 else ""
            of = f" · lane {first + 1} of {len(self.vendors)}" if shown == 1 and len(self.vendors) > 1 else ""
            name = f"─ {left}{self.names.get(vendor, vendor)} · {counts[vendor]} moves{of} "
            line = name + "─" * max(0, room - len(name) - len(right)) + right
            style = Style.parse(self.colours.get(vendor) or "none") + Style(bold=first + n == self.lane)
            text.append(_GAP if n else "")
            text.append(fit(line, room), style=style)
        return text
