"""An application in the colours of a look."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.filter import LineFilter, NoColor
from textual.scrollbar import ScrollBar, ScrollBarRender

from tui.render import plain
from tui.themes import DEFAULT, LOOKS, Legible, Sixteen, chosen

_NO_COLOR = NoColor()


@cache
def _filters(name: str) -> Sequence[LineFilter]:
    look = LOOKS[name]
    return [Sixteen()] if look.theme.ansi else [Legible(_ansi(name), look.contrast)]


@cache
def _ansi(name: str) -> TerminalTheme:
    return LOOKS[name].ansi


class WholeCells(ScrollBarRender):
    """Without the parts of cells at its ends, which a look would make legible: they stood out from the bar."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


ScrollBar.renderer = WholeCells


class ThemedApp(App[None]):
    """Shows every text legibly: by a look, by the terminal's own colours, or by none."""

    CSS = """
    LineList:ansi > .line-list--cursor, LineList:nocolor > .line-list--cursor {
        background: ansi_default; text-style: bold reverse;
    }
    LineList:ansi > .line-list--cursor-blurred, LineList:nocolor > .line-list--cursor-blurred {
        background: ansi_default; text-style: underline;
    }
    """

    def __init__(self, theme: str) -> None:
        super().__init__()
        for look in LOOKS.values():
            self.register_theme(look.theme)
        first = self._possible(theme)
        if first in LOOKS and LOOKS[first].theme.dark:
            # Not as a change: that would make all styles again before the first paint.
            self.set_reactive(App.theme, first)
            self.stylesheet.set_variables(self.get_css_variables())

    def notify(self, message: str, *, title: str = "", markup: bool = False, **options: Any) -> None:  # noqa: ARG002
        """Say something in passing, as text whatever it holds: an error may quote a feed or a file."""
        super().notify(plain(message), title=plain(title), markup=False, **options)

    @property
    def ansi_theme(self) -> TerminalTheme:
        """What red, green and yellow are in the look of the moment."""
        return _ansi(self.theme) if self.theme in LOOKS else super().ansi_theme

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What makes text legible in this look; nothing but NoColor when the user wants no colours."""
        if self.no_color:
            return [_NO_COLOR]
        return _filters(self.theme) if self.theme in LOOKS else super().get_line_filters()

    def _possible(self, name: str) -> str:
        return chosen(name, colours=self.console.color_system, no_color=self.no_color)

    def show_theme(self, name: str) -> None:
        """Change the colours; a name that no theme has is said."""
        if name not in self.available_themes:
            ours = " ".join(LOOKS)
            self.notify(f"there is no theme '{plain(name)}': {ours}, and Textual's", severity="warning", markup=False)
            name = DEFAULT
        self.theme = self._possible(name)
