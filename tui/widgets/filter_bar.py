"""The filter: a line that is parsed at every keystroke, and what it found or why it cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widgets import Input, Static

from marketwatch.query import FIELDS
from tui.messages import QueryTyped
from tui.render import plain

_NOTE_SHARE = 0.6
"""Of the line's width, at most for the note: `max-width` below."""
_NOTE_GAP = 3
"""Cells between what is typed and the note, with what rounding may cost."""


class FieldSuggester(Suggester):
    """Completes field names, and the values of fields that have a fixed list."""

    def __init__(self, vendors: Sequence[str], views: Sequence[str]) -> None:
        super().__init__(use_cache=True, case_sensitive=True)
        self._vendors = tuple(vendors)
        self._views = tuple(views)

    async def get_suggestion(self, value: str) -> str | None:
        return complete(value, self._vendors, self._views)


def complete(value: str, vendors: Sequence[str], views: Sequence[str]) -> str | None:
    """The line with its last word completed, or None."""
    head, _, word = value.rpartition(" ")
    head = f"{head} " if head else ""
    sign = "-" if word.startswith("-") else ""
    word = word.removeprefix("-").lstrip("(")
    if not word:
        return None
    if word.startswith("@"):
        options = [f"@{view}" for view in views]
    elif ":" in word:
        field, _, typed = word.partition(":")
        spec = FIELDS.get(field)
        values = vendors if field == "vendor" else spec.choices if spec else ()
        before, comma, last = typed.rpartition(",")
        if not last:
            return None
        options = [f"{field}:{before}{comma}{value}" for value in values]
    else:
        options = [f"{name}:" for name in FIELDS]
    return next((f"{head}{sign}{option}" for option in options if option.startswith(word) and option != word), None)


class QueryInput(Input):
    """Tab takes the suggestion; enter, escape and down go back to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "cursor_right_or_leave", "Complete", show=True, priority=True, id="filter.complete"),
        Binding("enter,escape,down", "screen.leave_filter", "Back to the list", show=True, key_display="⏎", id="filter.leave"),
    ]

    async def action_cursor_right_or_leave(self) -> None:
        if self._suggestion and self.cursor_position == len(self.value):
            self.value = self._suggestion
            self.cursor_position = len(self.value)
        else:
            await self.run_action("screen.leave_filter")


class FilterBar(Horizontal):
    """`/` focuses it. A wrong query leaves the last good list in place and says where it is wrong."""

    DEFAULT_CSS = """
    FilterBar { height: 1; padding: 0 1; background: $surface; }
    FilterBar > .slash { width: 2; color: $text-muted; }
    FilterBar > QueryInput { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    FilterBar > QueryInput:focus { background: $surface-lighten-1; }
    FilterBar > #filter-note { width: auto; max-width: 60%; padding-left: 2; text-align: right; }
    """

    def __init__(self, vendors: Sequence[str], views: Sequence[str]) -> None:
        super().__init__()
        self._vendors = vendors
        self._views = views
        self._note, self._error = "", False

    def compose(self) -> ComposeResult:
        yield Static("/", classes="slash")
        yield QueryInput(
            placeholder='vendor:xiaomi kind:channel date:2017.. "words"',
            suggester=FieldSuggester(self._vendors, self._views),
            select_on_focus=False,
            compact=True,
        )
        yield Static("", id="filter-note", markup=False)

    @property
    def input(self) -> QueryInput:
        return self.query_one(QueryInput)

    def note(self, text: str, *, error: bool = False) -> None:
        """Say what was found, or what is wrong; of what was found, as many ` · ` parts as fit."""
        text = plain(text)  # an error may quote what was typed, or a file's name
        self._note, self._error = text, error
        while not error and " · " in text and cell_len(text) > int(self.size.width * _NOTE_SHARE) - _NOTE_GAP:
            text = text.rpartition(" · ")[0]
        self.query_one("#filter-note", Static).update(
            Text(text, style="bold red" if error else "dim", no_wrap=True, overflow="ellipsis")
        )

    def on_resize(self) -> None:
        self.note(self._note, error=self._error)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(QueryTyped(event.value))
