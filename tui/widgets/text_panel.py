"""A panel whose text follows the cursor of a list, written once for each row where the store answers in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.timer import Timer

from tui.widgets.line_panel import LinePanel
from tui.wrapping import wrapped

_MOMENT_S = 0.05
"""So long a row waits for what is read of it; then what the list knows is shown."""


class TextPanel(LinePanel):
    """Breaking a text into lines costs more than all else that a step of the cursor does."""

    DEFAULT_CSS = """
    TextPanel { padding: 0 1; border-left: solid $primary-darken-1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.text = Text()
        self._waiting: Timer | None = None

    def broken(self, width: int) -> Sequence[Text]:
        return wrapped(self.text, width)

    def put(self, text: Text, *, stay: bool = False) -> None:
        """Show a text, from its top unless it is to `stay` where it was scrolled to."""
        self._wait_no_more()
        if text != self.text or not stay:
            self.text = text
            self.draw(stay=stay)

    def put_soon(self, put: Callable[[], None]) -> None:
        """Call something that puts a text, unless another text comes first."""
        self._wait_no_more()
        self._waiting = self.set_timer(_MOMENT_S, put)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
