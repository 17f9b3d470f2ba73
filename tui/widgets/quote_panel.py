"""Two texts side by side, one under the other where the screen is narrow: a goal and its outcome, a move and its like."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from marketwatch.domain import Article, Evidence
from tui.render import plain
from tui.widgets.line_panel import LinePanel
from tui.wrapping import side_by_side, wrapped

SIDE_BY_SIDE = 100
"""Columns from which two texts stand beside each other; below, they are brief."""


class QuotePanel(LinePanel):
    """Follows the cursor of the list above it."""

    DEFAULT_CSS = """
    QuotePanel { height: 36%; min-height: 9; max-height: 15; padding: 0 1; border-top: solid $primary-darken-1; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.left, self.right = Text(), Text()

    def show(self, left: Text, right: Text) -> None:
        """Show two texts, from the top when they are others."""
        before, (self.left, self.right) = (self.left, self.right), (left, right)
        if before != (left, right):
            self.draw(stay=(left.plain, right.plain) == (before[0].plain, before[1].plain))

    def broken(self, width: int) -> Sequence[Text]:
        if self.outer_size.width < SIDE_BY_SIDE:
            return [*wrapped(self.left, width), *wrapped(self.right, width)]
        return side_by_side(self.left, self.right, width)


def quoted(evidence: Evidence, article: Article, day: str, *, brief: bool = False) -> Text:
    """The exact sentence and where it stands; a brief one leaves out the article's title."""
    text = Text()
    text.append(plain(evidence.text), style="bold reverse")
    text.append(f"\n{day} {plain(article.publisher)} ({article.lang or '?'})", style="bold")
    text.append("\n" if brief else f" {plain(article.title)}\n", style="dim")
    return text
