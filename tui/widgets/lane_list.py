"""Vendor lanes side by side, one time axis: the heart of the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from marketwatch.counted import counted
from marketwatch.domain import Move
from marketwatch.listing import reversal_of
from marketwatch.reversals import Reversal
from tui.lanes import HeadRow, LaneRow, Row, arrange
from tui.messages import MoveHighlighted
from tui.render import fit, move_text
from tui.timescale import Zoom
from tui.widgets.line_list import LineList

LANES = 2
"""Lanes side by side when neither the filter nor a key chose others."""
MOST_LANES = 6
LANE_WIDTH = 35
"""Cells a lane needs at least."""
CHOSEN_LANE_WIDTH = 26
"""Cells it needs when it was chosen to stand beside others."""
NARROW = 110
"""Columns of a terminal below which lanes get more room and the evidence stands under them."""
NARROW_LANE_WIDTH = 46
_MONTH_WIDTH = 4
_GAP = " "


class LaneList(LineList[Row]):
    """The cursor moves by move (j k), by lane (h l) and by month or day ([ ]); < > zoom the time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left,shift+tab", "lane(-1)", "Lane", show=False, id="lane.left"),
        Binding("l,right,tab", "lane(1)", "Lane", show=True, key_display="h l", id="lane.right"),
        Binding("left_square_bracket", "time(1)", "Earlier", show=False, id="lane.earlier"),
        Binding("right_square_bracket", "time(-1)", "Later", show=False, id="lane.later"),
        Binding("greater_than_sign", "scale(1)", "Less time", show=False, id="time.closer"),
        Binding("less_than_sign", "scale(-1)", "More time", show=False, id="time.wider"),
    ]

    class Resized(Message):
        """There are more columns or fewer, and perhaps other lanes."""

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.colours = colours
        self.names = names
        self.vendors: tuple[str, ...] = ()
        self.lane = 0
        self.zoom = Zoom.ALL
        self._wanted = 0
        """Lanes that were chosen to stand side by side; 0: none was."""
        self.reversals: Mapping[int, Reversal] = {}
        self.cut = False
        """There are more moves than these."""
        self._moves: Sequence[Move] = ()
        self._with_moves: Counter[str] = Counter()
        """Vendors, and how many moves each has."""
        self._laid_out: tuple[str, ...] = ()

    # --- lanes -----------------------------------------------------------------------------------------------------------
    @property
    def lanes_shown(self) -> int:
        """Lanes side by side; a narrow terminal reads better with one."""
        return self.lanes_in(self.size.width)

    def lanes_in(self, width: int) -> int:
        """How many lanes stand side by side in so many cells."""
        least = CHOSEN_LANE_WIDTH if self._wanted > LANES else LANE_WIDTH
        least = least if self.app.size.width >= NARROW else NARROW_LANE_WIDTH
        return max(1, min(len(self.vendors), self._wanted or LANES, MOST_LANES, (width - _MONTH_WIDTH) // least))

    @property
    def first_lane(self) -> int:
        """The leftmost lane on the screen: the window of lanes follows the cursor."""
        return self.lane // self.lanes_shown * self.lanes_shown

    @property
    def window(self) -> tuple[str, ...]:
        return self.vendors[self.first_lane : self.first_lane + self.lanes_shown]

    def show(self, moves: Sequence[Move], vendors: tuple[str, ...], wanted: int = 0) -> None:
        """Lay out moves; cursor, lane and place are kept as far as they still exist. `wanted`: lanes chosen side by side."""
        # Read before the lanes change: a row alone does not say which of its moves the cursor is on.
        key = self.key_of(self.current) if self.current is not None else None
        lane_vendor = self.vendors[self.lane] if self.lane < len(self.vendors) else None
        self._moves, self.vendors, self._wanted = moves, vendors, wanted
        self._with_moves = Counter(move.lead.shift.vendor for move in moves)
        self.lane = vendors.index(lane_vendor) if lane_vendor in vendors else 0
        if self.vendors and self.vendors[self.lane] not in self._with_moves:
            self.lane = next((n for n, vendor in enumerate(vendors) if vendor in self._with_moves), 0)
        self._lay_out(key)
        self.post_message(MoveHighlighted(self.move))

    def _lay_out(self, key: Hashable = None) -> None:
        self._laid_out = self.window
        self.set_rows(arrange(self._moves, self._laid_out, by_day=self.zoom.by_day), key=key)

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
        self.follow()
        return True

    def action_lane(self, step: int) -> None:
        lane = self.lane + step
        while 0 <= lane < len(self.vendors) and self.vendors[lane] not in self._with_moves:
            lane += step
        if not 0 <= lane < len(self.vendors):
            return
        row = self.rows[self.cursor] if self.cursor < len(self.rows) else None
        time = row.time if isinstance(row, LaneRow) else ""
        before, self.lane = self.cursor, lane
        if self.window != self._laid_out:
            self._laid_out = self.window
            self.rows = arrange(self._moves, self._laid_out, by_day=self.zoom.by_day)
            self.redraw()
        places = [n for n, one in enumerate(self.rows) if self.selectable(one)]
        if places:
            same = [n for n in places if isinstance(one := self.rows[n], LaneRow) and one.time <= time]
            self.cursor = (
                min(same or places, key=lambda n: abs(n - self.cursor)) if row in self.rows else (same or places[-1:])[0]
            )
        self.refresh_line(before)
        self.refresh_line(self.cursor)
        self._reveal()
        self.follow()

    def action_time(self, step: int) -> None:
        """To the first move of the lane in the next month, or day, that has one."""
        row = self.current
        here = row.time if isinstance(row, LaneRow) else ""
        order = range(self.cursor + 1, len(self.rows)) if step > 0 else range(self.cursor - 1, -1, -1)
        times = [(n, row.time) for n in order if isinstance(row := self.rows[n], LaneRow) and self.selectable(row)]
        other = [(n, time) for n, time in times if time != here]
        if other:
            self.move_to(min(n for n, time in other if time == other[0][1]))

    def action_scale(self, steps: int) -> None:
        """Show less time, or more."""
        self.zoom_to(self.zoom.step(steps))

    def zoom_to(self, zoom: Zoom) -> None:
        """Show so much time; the cursor stays on its move."""
        before, self.zoom = self.zoom, zoom
        if before.by_day != self.zoom.by_day:
            self._lay_out(self.key_of(self.current) if self.current is not None else None)
        self.follow()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.vendors and self.window != self._laid_out:
            at_top = self.scroll_offset.y == 0
            self._lay_out()
            if at_top:  # what is first stays first, however many lanes there are now
                self.scroll_to(y=0, animate=False, force=True)
                self._reveal()
        self.post_message(self.Resized())

    # --- rows ------------------------------------------------------------------------------------------------------------
    def key_of(self, row: Row) -> Hashable:
        if isinstance(row, HeadRow):
            return row.name
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
        if isinstance(row, HeadRow):
            times = "–".join(dict.fromkeys(row.quiet or ()))
            quiet = f"  · {times} without moves" if times else ""
            return Text(fit(f"{row.name}{quiet}", width), style="bold dim")
        text = Text(no_wrap=True)
        text.append(f" {row.label:<3}", style="dim")
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
        for n, vendor in enumerate(self.window):
            left = f"‹ {first} more " if n == 0 and first else ""
            hidden = len(self.vendors) - first - shown
            right = f" {hidden} more ›" if n == shown - 1 and hidden > 0 else ""
            of = f" · lane {first + 1} of {len(self.vendors)}" if shown == 1 and len(self.vendors) > 1 else ""
            number = self._with_moves[vendor]
            moves = counted(number, "move", more=self.cut) if room >= LANE_WIDTH else f"{number}{'+' if self.cut else ''}"
            name = f"─ {left}{self.names.get(vendor, vendor)} · {moves}{of} "
            if len(name) + len(right) > room:
                name, right = name.replace("lane ", ""), right and f" +{hidden}›"
            line = name + "─" * max(0, room - len(name) - len(right)) + right
            style = Style.parse(self.colours.get(vendor) or "none") + Style(bold=first + n == self.lane)
            text.append(_GAP if n else "")
            text.append(fit(line, room), style=style)
        return text
