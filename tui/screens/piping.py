"""What a command of the user's wrote about the quotes it was given, as plain text."""

from __future__ import annotations

import shlex
import subprocess
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from marketwatch.sanitise import clean_text

_SECONDS = 20.0
_MOST = 100_000
"""Characters of output that are shown."""


def run_command(line: str, text: str) -> str:
    """Run a command with text on its standard input; return what it wrote. Raises ValueError with what went wrong.

    The line is split into arguments as typed; no shell reads it or the text.
    """
    words = shlex.split(line)
    if not words:
        raise ValueError("no command")
    try:
        done = subprocess.run(  # noqa: S603 - what the user typed, no shell
            words,
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            start_new_session=True,  # the terminal is the dashboard's
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"{words[0]}: did not end within {_SECONDS:g} seconds") from error
    except OSError as error:
        raise ValueError(f"{words[0]}: {error.strerror or error}") from error
    ended = f"\n{words[0]} ended with {done.returncode}" if done.returncode else ""
    return clean_text(f"{done.stdout}{done.stderr}{ended}", _MOST)


class OutputScreen(ModalScreen[None]):
    """Esc or q closes it."""

    CSS = """
    OutputScreen { align: center middle; }
    OutputScreen > VerticalScroll {
        width: 90%; max-width: 120; height: 80%; padding: 0 1; border: round $primary; background: $surface;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "app.pop_screen", "Close", id="output.close")]

    def __init__(self, title: str, output: str) -> None:
        super().__init__()
        self._title = title
        self._output = output

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Text(self._title).plain.replace("[", "\\[")
            yield Static(Text(self._output or "it wrote nothing"), markup=False)
