"""A box of text over the screen, scrolled and closed by key."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.wrapping import Hanging


class TextBoxScreen(ModalScreen[None]):
    """Shows `text`, which is never markup; which keys close and scroll it its kinds say."""

    DEFAULT_CSS = """
    TextBoxScreen { align: center middle; }
    TextBoxScreen > VerticalScroll {
        width: 90%; max-width: 120; height: 80%; padding: 1 2; border: round $primary-darken-1; background: $surface;
        scrollbar-size-vertical: 1;
    }
    """

    def text(self) -> Text:
        """What is shown."""
        raise NotImplementedError

    def heading(self) -> str | None:
        """What the border says, square brackets escaped."""
        return None

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self.heading()
            yield Static(Hanging(self.text()), markup=False)

    def action_scroll(self, step: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)
