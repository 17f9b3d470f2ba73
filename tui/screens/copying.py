"""`y` and `Y`: quotes with their citations, or addresses, into the clipboard of the terminal.

The text travels as OSC 52 through the terminal, so that it arrives on the machine in front of which one sits, over ssh too.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from marketwatch.sanitise import safe_url
from tui.citing import quote
from tui.screens.marking import MarkingScreen, Target


class CopyingScreen(MarkingScreen):
    """A screen whose current quotes can be copied."""

    COPYING: ClassVar[list[BindingType]] = [
        Binding("y", "copy_quote", "Copy quote", show=False, id="copy.quote"),
        Binding("Y", "copy_url", "Copy URL", show=False, id="copy.url"),
    ]

    def action_copy_quote(self) -> None:
        quotes = [quoted(target) for target in self.targets()]
        self._copy("\n\n".join(quotes), f"{len(quotes)} quotes with their citations" if len(quotes) > 1 else "quote and citation")

    def action_copy_url(self) -> None:
        urls = list(dict.fromkeys(filter(None, (safe_url(target.article.url) for target in self.targets()))))
        if self.targets() and not urls:
            self.notify("this article has no web address", severity="warning", markup=False)
        else:
            self._copy("\n".join(urls), f"{len(urls)} addresses" if len(urls) > 1 else "address")

    def _copy(self, text: str, what: str) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"{what} copied", timeout=2, markup=False)


def quoted(target: Target) -> str:
    """What is copied of a target: its move's or its figure's sentence, with the citation."""
    if target.move is None:
        return quote(None, target.article, target.sentence)
    return quote(target.move.lead.shift, target.move.lead.article)
