"""`y`, `Y` and `|`: quotes with their citations, or addresses, into the clipboard of the terminal or to a command.

The text travels as OSC 52 through the terminal, so that it arrives on the machine in front of which one sits, over ssh too.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from marketwatch.sanitise import safe_url
from tui import messages
from tui.citing import quote
from tui.render import plain
from tui.screens.marking import MarkingScreen, Target
from tui.screens.piping import OutputScreen, run_command
from tui.screens.prompt import PromptScreen

_PIPE_HINT = "a command and its arguments, no shell; the quotes with their citations are its standard input"


class CopyingScreen(MarkingScreen):
    """A screen whose current quotes can be copied."""

    COPYING: ClassVar[list[BindingType]] = [
        Binding("y", "copy_quote", "Copy quote", show=False, id="copy.quote"),
        Binding("Y", "copy_url", "Copy URL", show=False, id="copy.url"),
        Binding("vertical_line", "pipe", "Pipe", show=False, key_display="|", id="copy.pipe"),
    ]

    def action_copy_quote(self) -> None:
        many = len(self.targets())
        self._copy(self.quotes(), f"{many} quotes with their citations" if many > 1 else "quote and citation")

    def quotes(self) -> str:
        """What is selected, else what is under the cursor, with citations."""
        return "\n\n".join(quoted(target) for target in self.targets())

    def action_copy_url(self) -> None:
        urls = list(dict.fromkeys(filter(None, (safe_url(target.article.url) for target in self.targets()))))
        if self.targets() and not urls:
            self.notify("this article has no web address", severity="warning", markup=False)
        else:
            self._copy("\n".join(urls), f"{len(urls)} addresses" if len(urls) > 1 else "address")

    def action_pipe(self) -> None:
        """Give the quotes to a command of the user's."""
        if text := self.quotes():
            self.app.push_screen(PromptScreen("Pipe to", _PIPE_HINT), lambda line: self.pipe(line, text))

    def pipe(self, line: str | None, text: str) -> None:
        """Run a command with text as its input, in a worker thread; what it wrote is shown."""
        if text and line is not None and line.strip():
            self._pipe(line.strip(), text)

    @work(thread=True, group="pipe", exit_on_error=False)
    def _pipe(self, line: str, text: str) -> None:
        try:
            self.post_message(messages.CommandRan(line, run_command(line, text)))
        except ValueError as error:
            self.post_message(messages.CommandRan(line, str(error), failed=True))

    @on(messages.CommandRan)
    def _command_ran(self, event: messages.CommandRan) -> None:
        if event.failed:
            self.notify(plain(event.text), title="not run", severity="error", markup=False)
        elif self.is_current:
            self.app.push_screen(OutputScreen(plain(event.line), event.text))

    def _copy(self, text: str, what: str) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"{what} copied", timeout=2, markup=False)


def quoted(target: Target) -> str:
    """What is copied of a target: its move's or its figure's sentence, with the citation."""
    if target.move is None:
        return quote(None, target.article, target.sentence)
    return quote(target.move.lead.shift, target.move.lead.article)
