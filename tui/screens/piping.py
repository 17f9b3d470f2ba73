"""What a command of the user's wrote about the quotes it was given, as plain text."""

from __future__ import annotations

import shlex
import subprocess
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from marketwatch.sanitise import clean_text
from tui.screens.text_box import TextBoxScreen

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


class OutputScreen(TextBoxScreen):
    """Esc or q closes it."""

    CSS = "OutputScreen > VerticalScroll { padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "app.pop_screen", "Close", id="output.close")]

    def __init__(self, title: str, output: str) -> None:
        super().__init__()
        self._title = title
        self._output = output

    def text(self) -> Text:
        return Text(self._output or "it wrote nothing")

    def heading(self) -> str:
        return Text(self._title).plain.replace("[", "\\[")
