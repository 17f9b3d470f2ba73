"""A list of lines drawn on demand: a thousand rows cost no more than those on the screen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tui.widgets.line_panel import LinedView

RowType = TypeVar("RowType")
FOLLOW_S = 0.04
"""What follows the cursor waits for a pause of this length: while a key is held only the cursor is painted."""


class LineList(LinedView, Generic[RowType], can_focus=True):
    """Rows of one line each with a cursor. Subclasses say how a row looks and what identifies it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor", "line-list--cursor-blurred"}
    DEFAULT_CSS = """
    LineList { height: 1fr; }
    LineList > .line-list--cursor { background: $primary-muted; text-style: bold; }
    LineList > .line-list--cursor-blurred { background: $surface-lighten-1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False, id="list.down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="list.up"),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("g,home", "edge(-1)", "First", show=False, id="list.first"),
        Binding("G,end", "edge(1)", "Last", show=False, id="list.last"),
        Binding("enter", "choose", "Open", show=True, id="list.open"),
        Binding("space", "select", "Select", show=False, id="list.select"),
        Binding("ctrl+a", "select_all", "Select all", show=False, id="list.select_all"),
    ]
    SELECTS: ClassVar[bool] = False
    """Whether rows can be selected."""

    class Highlighted(Message):
        """The cursor has come to a row, or the list became empty."""

        def __init__(self, control: LineList[Any], row: Any) -> None:
            super().__init__()
            self.list = control
            self.row = row

        @property
        def control(self) -> LineList[Any]:
            return self.list

    class Chosen(Message):
        """Enter or a second click on a row."""

        def __init__(self, control: LineList[Any], row: Any) -> None:
            super().__init__()
            self.list = control
            self.row = row

        @property
        def control(self) -> LineList[Any]:
            return self.list

    class Selected(Message):
        """Other rows are selected than before."""

        def __init__(self, control: LineList[Any]) -> None:
            super().__init__()
            self.list = control

        @property
        def control(self) -> LineList[Any]:
            return self.list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.rows: Sequence[RowType] = ()
        self.cursor = 0
        self.selected: dict[Hashable, None] = {}
        """Keys in the order in which they were selected; some may be of rows that are not listed now."""
        self._following: Timer | None = None
        self._strips: dict[int, Strip] = {}
        """Lines as they were drawn last, but that of the cursor."""
        self._drawn_in = Size()

    # --- what subclasses say -----------------------------------------------------------------------------------------
    def key_of(self, row: RowType) -> Hashable:
        """What identifies a row over reloads."""
        raise NotImplementedError

    def text_of(self, row: RowType, width: int) -> Text:
        """The line of a row, `width` cells wide."""
        raise NotImplementedError

    def selectable(self, row: RowType) -> bool:
        """Whether the cursor may stand on it."""
        return row is not None

    # --- rows and cursor -----------------------------------------------------------------------------------------------
    @property
    def current(self) -> RowType | None:
        """The row under the cursor."""
        if 0 <= self.cursor < len(self.rows) and self.selectable(self.rows[self.cursor]):
            return self.rows[self.cursor]
        return None

    def set_rows(self, rows: Sequence[RowType], *, key: Hashable = None) -> None:
        """Show other rows; the row under the cursor (or that of `key`) stays under it, at its place on the screen."""
        held = self.current
        if key is None and held is not None:
            key = self.key_of(held)
        on_screen = self.cursor - self.scroll_offset.y
        self.rows = rows
        self.redraw()
        place = None
        if key is not None:
            place = next((n for n, row in enumerate(rows) if self.selectable(row) and self.key_of(row) == key), None)
        if place is None:
            self.cursor = self._nearest(min(self.cursor, len(rows) - 1), 1)
            self.scroll_to(y=0 if key is None else None, animate=False)
            self._reveal()
        else:
            self.cursor = place
            self.scroll_to(y=max(0, place - on_screen), animate=False, force=True)
        if self.current is not held:
            self.follow()

    def redraw(self) -> None:
        """Rows are others than before, or look otherwise."""
        self._strips = {}
        self.reach(len(self.rows))
        self.refresh()

    def follow(self) -> None:
        """Say where the cursor is, when it stays there for a moment."""
        if self._following is not None:
            self._following.reset()
        else:
            self._following = self.set_timer(FOLLOW_S, self._stayed)

    @property
    def following(self) -> bool:
        """Whether it has not been said yet where the cursor is."""
        return self._following is not None

    def _stayed(self) -> None:
        self._following = None
        self.post_message(self.Highlighted(self, self.current))

    def stand_on(self, key: Hashable) -> bool:
        """Put the cursor on the row of a key; False when it is not there."""
        place = next((n for n, row in enumerate(self.rows) if self.selectable(row) and self.key_of(row) == key), None)
        if place is None:
            return False
        self.move_to(place)
        return True

    def move_to(self, index: int) -> None:
        """Put the cursor on a row and show it."""
        if index == self.cursor or not 0 <= index < len(self.rows) or not self.selectable(self.rows[index]):
            return
        before, self.cursor = self.cursor, index
        self.refresh_line(before)
        self.refresh_line(index)
        self._reveal()
        self.follow()

    def _reveal(self) -> None:
        # The line above is shown too: it may be the heading of the first row.
        top = max(0, self.cursor - 1)
        self.scroll_to_region(Region(0, top, 1, self.cursor - top + 1), animate=False, force=True)

    def _nearest(self, index: int, step: int) -> int:
        """The first selectable row from `index` on, in a direction, else in the other."""
        for way in (step, -step):
            place = index
            while 0 <= place < len(self.rows):
                if self.selectable(self.rows[place]):
                    return place
                place += way
        return max(0, index)

    def action_move(self, step: int) -> None:
        place = self.cursor + step
        while 0 <= place < len(self.rows) and not self.selectable(self.rows[place]):
            place += step
        self.move_to(place)

    def action_page(self, way: int) -> None:
        target = self.cursor + way * max(1, self.size.height - 2)
        self.move_to(self._nearest(max(0, min(len(self.rows) - 1, target)), way))

    def action_edge(self, way: int) -> None:
        self.move_to(self._nearest(0 if way < 0 else len(self.rows) - 1, -way))
        if way < 0:
            self.scroll_to(y=0, animate=False)

    def action_choose(self) -> None:
        if (row := self.current) is not None:
            self.post_message(self.Chosen(self, row))

    # --- selection -------------------------------------------------------------------------------------------------------
    @property
    def selection(self) -> list[RowType]:
        """The rows that are selected and listed."""
        return [row for row in self.rows if self.is_selected(row)] if self.selected else []

    def is_selected(self, row: RowType) -> bool:
        return bool(self.selected) and self.selectable(row) and self.key_of(row) in self.selected

    def select_only(self, keys: Iterable[Hashable]) -> None:
        self.selected = dict.fromkeys(keys)
        self.redraw()
        self.post_message(self.Selected(self))

    def action_select(self) -> None:
        """Select the row under the cursor, or no longer; go on to the next."""
        if (row := self.current) is not None:
            key = self.key_of(row)
            others = [other for other in self.selected if other != key]
            self.select_only(others if key in self.selected else [*others, key])
            self.action_move(1)

    def action_select_all(self) -> None:
        """All rows that are listed; none, when all are selected."""
        keys = [self.key_of(row) for row in self.rows if self.selectable(row)]
        self.select_only([] if all(key in self.selected for key in keys) else keys)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        return self.SELECTS or action not in ("select", "select_all")

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index == self.cursor:
            self.action_choose()
        else:
            self.move_to(index)

    def on_resize(self, event: events.Resize) -> None:
        if event.size != self._drawn_in:  # what was hidden is told its size too when it is shown again
            self._drawn_in = event.size
            self.redraw()
            self._reveal()

    def on_focus(self) -> None:
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        self.refresh_line(self.cursor)

    # --- drawing ---------------------------------------------------------------------------------------------------------
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips = {}

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.line_width
        if not 0 <= index < len(self.rows):
            return Strip.blank(width, self.base)
        row = self.rows[index]
        if index == self.cursor and self.selectable(row):
            return self.drawn(self.cursor_text(row, width, self._cursor_style()), width)
        if index not in self._strips:
            self._strips[index] = self.drawn(self.text_of(row, width), width)
        return self._strips[index]

    def _cursor_style(self) -> Style:
        return self.get_component_rich_style("line-list--cursor" if self.has_focus else "line-list--cursor-blurred", partial=True)

    def cursor_text(self, row: RowType, width: int, style: Style) -> Text:
        """The line of the row under the cursor."""
        text = self.text_of(row, width)
        text.stylize(style)
        return text
