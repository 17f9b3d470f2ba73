"""`i` shows where the row under the cursor comes from, `%` reads what a reversal turns, `w` alerts on the filter."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from marketwatch.errors import MarketwatchError
from marketwatch.reversals import Reversal
from marketwatch.why import LABEL
from tui import messages
from tui.render import plain
from tui.screens.exporting import ExportingScreen
from tui.screens.text_box import TextBoxScreen


class ChainScreen(TextBoxScreen):
    """The chain of one row, as `marketwatch why` prints it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i", "app.pop_screen", "Close", id="chain.close"),
        Binding("j,down", "scroll(1)", show=False, id="chain.down"),
        Binding("k,up", "scroll(-1)", show=False, id="chain.up"),
    ]

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._lines = lines

    def text(self) -> Text:
        return chain_text(self._lines)

    def heading(self) -> str:
        return "Why"


def chain_text(lines: tuple[str, ...]) -> Text:
    """What each line is about in bold; a shift begins a new paragraph."""
    text = Text()
    for number, line in enumerate(lines):
        if number and line.startswith(("shift", "figure")):
            text.append("\n")
        text.append(f" {line[:LABEL]}", style="bold")  # what is indented has its further lines under its second column
        text.append(f"{plain(line[LABEL:])}\n")
    return text


class TracingScreen(ExportingScreen):
    """A screen whose rows can be traced back."""

    TRACING: ClassVar[list[BindingType]] = [
        Binding("i", "why", "Why", show=False, id="row.why"),
        Binding("percent_sign", "other_half", "What it turns", show=False, key_display="%", id="move.other_half"),
    ]

    def reversal(self) -> Reversal | None:
        """What the move under the cursor turns."""
        raise NotImplementedError

    def row_id(self) -> str | None:
        """The id of the row under the cursor, as `marketwatch why` takes it."""
        target = self.target()
        if target is None:
            return None
        return f"move:{target.move.lead.id}" if target.move else f"article:{target.article.id}"

    def action_why(self) -> None:
        if (row := self.row_id()) is None:
            self.notify("nothing here to trace back", markup=False)
        else:
            self._trace(row)

    @work(thread=True, group="why", exclusive=True, exit_on_error=False)
    def _trace(self, row: str) -> None:
        # Imported here: a dashboard that asks nothing starts without it.
        from marketwatch.why import chain_lines, read_chain, read_id

        message: messages.ChainRead | messages.LoadFailed
        try:
            chain = read_chain(self._store, *read_id(row))
            more = f"rules     marketwatch why {row} adds what the rules saw"
            message = messages.ChainRead((*chain_lines(chain), more) if chain else ())
        except MarketwatchError as error:
            message = messages.LoadFailed(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(messages.ChainRead)
    def _chain_read(self, event: messages.ChainRead) -> None:
        if not event.lines:
            self.notify("it has been read anew: try again", markup=False)
        elif self.is_current:
            self.app.push_screen(ChainScreen(event.lines))

    def action_other_half(self) -> None:
        """Read the article in which the vendor stood for the opposite."""
        if (reversal := self.reversal()) is None:
            self.notify("% is for a move that turns an earlier one: is:reversal finds them", markup=False)
        else:
            lead = reversal.earlier.lead
            self.post_message(messages.ArticleChosen(lead.article.id, lead.id))
