"""A panel of text that is broken into lines once and drawn line by line: another text takes no new layout of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

SCROLLBAR = 1
"""Columns of a scrollbar, left free also where there is none."""


class LinedView(ScrollView):
    """What is drawn line by line, and scrolled through."""

    DEFAULT_CSS = """
    LinedView { scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; overflow-x: hidden; scrollbar-gutter: stable; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._base: Style | None = None

    @property
    def base(self) -> Style:
        """Its own colours, which every line lies on. Textual puts them together anew for every line."""
        if self._base is None:
            self._base = self.rich_style
        return self._base

    def drawn(self, text: Text, width: int) -> Strip:
        """A line in exactly so many cells."""
        segments = [*Segment.apply_style(text.render(self.app.console, end=""), self.base)]
        return Strip(segments).adjust_cell_length(width, self.base)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._base = None

    @property
    def line_width(self) -> int:
        """Cells of a line: the last column is the scrollbar's, with and without one."""
        return max(0, self.size.width - SCROLLBAR)

    def reach(self, lines: int) -> None:
        """Have so many lines. Setting Textual's `virtual_size` would lay the whole screen out anew."""
        size = Size(self.size.width, lines)
        if size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)


class LinePanel(LinedView):
    """Subclasses say what it holds; text that is selected with the mouse can be copied."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.can_focus = False
        self._drawn_in = Size()
        self._lines: Sequence[Text] = ()
        self._strips: dict[int, Strip] = {}

    def broken(self, width: int) -> Sequence[Text]:
        """What it holds, in lines of at most `width` cells."""
        raise NotImplementedError

    def draw(self, *, stay: bool = False) -> None:
        """Show what it holds now, from its top unless it is to `stay` where it was scrolled to."""
        self._drawn_in = self.size
        self._lines = self.broken(self.line_width) if self.line_width else ()
        self._strips = {}
        self.reach(len(self._lines))
        if not stay and self.scroll_offset.y:
            self.scroll_to(y=0, animate=False)
        self.refresh()

    @property
    def shown(self) -> str:
        """Its lines, as they are drawn."""
        return "\n".join(line.plain for line in self._lines)

    def on_resize(self, event: events.Resize) -> None:
        if event.size != self._drawn_in:  # what was hidden is told its size too when it is shown again
            self.draw(stay=True)

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        if index >= len(self._lines):
            return Strip.blank(self.size.width, self.base)
        if index not in self._strips:
            self._strips[index] = self._strip(index)
        return self._strips[index]

    def _strip(self, index: int) -> Strip:
        line = self._lines[index]
        if self.text_selection is not None and (span := self.text_selection.get_span(index)) is not None:
            start, end = span
            line = line.copy()
            line.stylize(self.screen.get_component_rich_style("screen--selection"), start, len(line) if end < 0 else end)
        return self.drawn(line, self.size.width).apply_offsets(0, index)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips = {}

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The text that is selected, and what stands behind it."""
        return selection.extract(self.shown), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual's signature
        self._strips = {}
        self.refresh()
