"""An application in the colours of a look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.filter import LineFilter, NoColor

from tui.render import plain
from tui.themes import DEFAULT, LOOKS, Legible, Sixteen, chosen

_NO_COLOR, _SIXTEEN = NoColor(), Sixteen()
_LEGIBLE = {look.contrast: Legible(look.contrast) for look in LOOKS.values()}


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

    def on_mount(self) -> None:
        for look in LOOKS.values():
            self.register_theme(look.theme)

    def notify(self, message: str, *, title: str = "", markup: bool = False, **options: Any) -> None:  # noqa: ARG002
        """Say something in passing, as text whatever it holds: an error may quote a feed or a file."""
        super().notify(plain(message), title=plain(title), markup=False, **options)

    @property
    def ansi_theme(self) -> TerminalTheme:
        """What red, green and yellow are in the look of the moment."""
        look = LOOKS.get(self.theme)
        return look.ansi if look else super().ansi_theme

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, then what makes text legible; nothing but NoColor when the user wants no colours."""
        if self.no_color:
            return [_NO_COLOR]
        look = LOOKS.get(self.theme)
        more: list[LineFilter] = [] if look is None else [_SIXTEEN] if look.theme.ansi else [_LEGIBLE[look.contrast]]
        return [*super().get_line_filters(), *more]

    def show_theme(self, name: str) -> None:
        """Change the colours; a name that no theme has is said."""
        if name not in self.available_themes:
            ours = " ".join(LOOKS)
            self.notify(f"there is no theme '{plain(name)}': {ours}, and Textual's", severity="warning", markup=False)
            name = DEFAULT
        self.theme = chosen(name, colours=self.console.color_system, no_color=self.no_color)
