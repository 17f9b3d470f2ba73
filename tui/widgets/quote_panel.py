"""Two texts side by side, one under the other where the screen is narrow: a goal and its outcome, a move and its like."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from marketwatch.domain import Article, Evidence
from tui.render import plain

SIDE_BY_SIDE = 100
"""Columns from which two texts stand beside each other; below, they are brief."""


class QuotePanel(VerticalScroll):
    """Follows the cursor of the list above it."""

    DEFAULT_CSS = """
    QuotePanel {
        height: 42%; min-height: 9; padding: 0 1; border-top: solid $primary-darken-1; scrollbar-size-vertical: 1;
    }
    QuotePanel > Horizontal { height: auto; }
    QuotePanel > Horizontal > Static { width: 1fr; padding-right: 2; }
    QuotePanel.narrow > Horizontal { layout: vertical; }
    QuotePanel.narrow > Horizontal > Static { width: 100%; height: auto; padding: 0; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.can_focus = False
        self._shown = (Text(), Text())

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("", classes="left", markup=False)
            yield Static("", classes="right", markup=False)

    def show(self, left: Text, right: Text) -> None:
        """Show two texts, from the top when they are others."""
        before, self._shown = self._shown, (left, right)
        for side, text, old in ((".left", left, before[0]), (".right", right, before[1])):
            if text != old:
                self.query_one(side, Static).update(text)
        if (left.plain, right.plain) != (before[0].plain, before[1].plain):
            self.scroll_home(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < SIDE_BY_SIDE, "narrow")


def quoted(evidence: Evidence, article: Article, day: str, *, brief: bool = False) -> Text:
    """The exact sentence and where it stands; a brief one leaves out the article's title."""
    text = Text()
    text.append(plain(evidence.text), style="bold reverse")
    text.append(f"\n{day} {plain(article.publisher)} ({article.lang or '?'})", style="bold")
    text.append("\n" if brief else f" {plain(article.title)}\n", style="dim")
    return text
