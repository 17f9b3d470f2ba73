"""The filter: a line that is parsed at every keystroke, and what it found or why it cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widgets import Input, Static

from marketwatch.errors import MarketwatchError
from tui.completion import COUNTED, Options, options_for, place_of
from tui.messages import FilterLeft, OptionsFound, QueryTyped
from tui.render import plain, shortened

_NOTE_SHARE, _IDLE_SHARE = 0.6, 0.65
"""Of the line's width, at most for the note, with a query beside it and without: `max-width` below."""
_NOTE_GAP = 3
"""Cells between what is typed and the note, with what rounding may cost."""
_MOST_PAST = 100


class Completer(Suggester):
    """Looks up what could follow; the values' counts are read once for every time the filter is edited."""

    def __init__(self, counts: Callable[[str], Mapping[str, int]], vendors: Sequence[str], views: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.vendors = vendors
        self.views = views
        self._read = counts
        self._counts: dict[str, asyncio.Task[Mapping[str, int]]] = {}

    def forget(self) -> None:
        """Read the counts anew when they are next asked for."""
        self._counts = {}

    async def options(self, line: str) -> Options:
        """What could stand at the end of a line."""
        place = place_of(line)
        if place is None:
            return Options()
        counts: Mapping[str, int] = {}
        if place.field in COUNTED:
            # A task a field, shared by all keystrokes that ask for it.
            if place.field not in self._counts:
                self._counts[place.field] = asyncio.create_task(asyncio.to_thread(self._count, place.field))
            counts = await asyncio.shield(self._counts[place.field])
        return options_for(place, counts, self.vendors, self.views)

    def _count(self, field: str) -> Mapping[str, int]:
        try:
            return self._read(field)
        except MarketwatchError:  # the list says what is wrong with the file
            return {}

    async def get_suggestion(self, value: str) -> str | None:
        options = (await self.options(value)).options
        return options[0].line if options and value and options[0].line.startswith(value) else None


class QueryInput(Input):
    """Tab completes, again it takes the next; up and down go through past queries; enter goes to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete(1)", "Complete", show=True, priority=True, id="filter.complete"),
        Binding("shift+tab", "complete(-1)", "Complete backwards", show=False, priority=True, id="filter.complete_back"),
        Binding("up", "past(1)", "Past queries", show=True, key_display="↑↓", id="filter.older"),
        Binding("down", "past(-1)", "Later query", show=False, id="filter.newer"),
        # Priority: what is typed right behind it is for the list, also while the line is still busy.
        Binding("enter,escape", "leave", "Back to the list", show=True, key_display="⏎", priority=True, id="filter.leave"),
    ]

    def __init__(self, completer: Completer) -> None:
        super().__init__(
            placeholder='vendor:xiaomi kind:channel date:2017.. "words"', suggester=completer, select_on_focus=False, compact=True
        )
        self._completer = completer
        self._offered = Options()
        """What Tab goes through; the last one taken stands in the line."""
        self._taken: int | None = None
        self.past: list[str] = []
        """Queries that were used, the oldest first."""
        self._back = 0
        self._draft = ""

    @property
    def cycling(self) -> bool:
        """Whether what stands there was taken by Tab, which would take the next."""
        return self._taken is not None and self.value == self._offered.options[self._taken].line

    def put(self, text: str) -> None:
        """Another query, with the cursor behind it, as when it had been typed."""
        self.value = text
        self.cursor_position = len(text)

    async def action_complete(self, step: int) -> None:
        if not self.cycling:
            self._offered, self._taken = await self._completer.options(self.value), None
        if not self._offered.options:
            await self.run_action("leave")
            return
        at = (0 if step > 0 else -1) if self._taken is None else self._taken + step
        self._taken = at % len(self._offered.options)
        self.put(self._offered.options[self._taken].line)
        self.post_message(OptionsFound(self._offered, self.value, self._taken))
        if len(self._offered.options) == 1:
            self._taken = None  # the next Tab completes what follows

    def action_past(self, step: int) -> None:
        """An older query, or a newer one; down from the newest goes to the list."""
        if self._back == 0:
            self._draft = self.value
        past = [line for line in self.past if line != self._draft]
        if step < 0 and self._back == 0:
            self.action_leave()
        elif 0 <= self._back + step <= len(past):
            self._back += step
            self.put(past[-self._back] if self._back else self._draft)

    def action_leave(self) -> None:
        self.remember(self.value)
        self.screen.set_focus(None)
        self.post_message(FilterLeft())

    def remember(self, line: str) -> None:
        """Keep a query that was used, once."""
        self._back = 0
        if line.strip():
            self.past = [*(one for one in self.past if one != line.strip()), line.strip()][-_MOST_PAST:]

    def on_focus(self) -> None:
        self._completer.forget()
        self._back = 0


class FilterBar(Horizontal):
    """`/` focuses it. A wrong query leaves the last good list in place and says where it is wrong."""

    DEFAULT_CSS = """
    FilterBar { height: 1; padding: 0 1; background: $surface; }
    FilterBar > .slash { width: 2; color: $text-muted; }
    FilterBar > QueryInput { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    FilterBar > QueryInput:focus { background: $surface-lighten-1; }
    FilterBar > #filter-note { width: auto; max-width: 60%; padding-left: 2; text-align: right; }
    FilterBar.idle > #filter-note { max-width: 65%; }
    """

    def __init__(self, counts: Callable[[str], Mapping[str, int]], vendors: Sequence[str], views: Sequence[str]) -> None:
        super().__init__(classes="idle")
        self.completer = Completer(counts, vendors, views)
        self._note, self._brief, self._error = "", "", False

    def compose(self) -> ComposeResult:
        yield Static("/", classes="slash")
        yield QueryInput(self.completer)
        yield Static("", id="filter-note", markup=False)

    @property
    def input(self) -> QueryInput:
        return self.query_one(QueryInput)

    @property
    def room(self) -> int:
        """Cells that a note has."""
        return int(self.size.width * (_NOTE_SHARE if self.input.value else _IDLE_SHARE)) - _NOTE_GAP

    def note(self, text: str, *, brief: str = "", error: bool = False) -> None:
        """Say what was found, or what is wrong; of what was found, as many ` · ` parts as fit, or `brief` where it says more."""
        text = plain(text)  # an error may quote what was typed, or a file's name
        self._note, self._brief, self._error = text, brief, error
        text = text if error else shortened(text, self.room)
        text = brief if cell_len(text) < cell_len(brief) <= self.room else text
        self.query_one("#filter-note", Static).update(
            Text(text, style="bold red" if error else "dim", no_wrap=True, overflow="ellipsis")
        )

    def on_resize(self) -> None:
        self.note(self._note, brief=self._brief, error=self._error)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:  # noqa: ARG002 - Textual's signature
        self.offer()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if bool(event.value) == self.has_class("idle"):  # there is less room for the note now, or more
            self.set_class(not event.value, "idle")
            self.on_resize()
        self.post_message(QueryTyped(event.value))
        self.offer()

    def offer(self) -> None:
        """Look up what could follow, while one types."""
        if self.input.has_focus and not self.input.cycling:
            self.run_worker(self._offer(self.input.value), group="options", exclusive=True, exit_on_error=False)

    async def _offer(self, line: str) -> None:
        options = await self.completer.options(line)
        if line == self.input.value:
            self.post_message(OptionsFound(options, line))
