"""The first line: views, feeds, polling, clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from marketwatch.counted import counted

VIEWS = (
    ("timeline", "1", "Timeline"),
    ("moves", "2", "Moves"),
    ("articles", "3", "Articles"),
    ("ledger", "4", "Ledger"),
    ("compare", "5", "Compare"),
    ("feeds", "6", "Feeds"),
)
_BAR = 8
_LABELS = 78
"""Cells that hold the names of all views; in fewer only the one on the screen has its name."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What goes on in the background."""

    feeds: int = 0
    failing: int = 0
    done: int = 0
    total: int = 0
    """Feeds of the round under way; 0: none is."""
    new: int = 0
    note: str = ""
    """What the last round ended with."""


class TopBar(Widget):
    """Click on a view or press its digit."""

    DEFAULT_CSS = """
    TopBar {
        height: 1; padding: 0 1; background: $panel;
        link-style: none; link-color: $foreground; link-background: $panel;
        link-style-hover: bold underline; link-color-hover: $foreground; link-background-hover: $panel;
    }
    """

    def __init__(self, *, demo: bool) -> None:
        super().__init__()
        self._demo = demo
        self._view = "timeline"
        self._clock = ""
        self.activity = Activity()

    def update_activity(self, **changes: int | str) -> None:
        self.activity = replace(self.activity, **changes)  # type: ignore[arg-type]
        self.refresh()

    def show_view(self, view: str) -> None:
        self._view = view
        self.refresh()

    def show_clock(self, clock: str) -> None:
        if clock != self._clock:
            self._clock = clock
            self.refresh()

    def render(self) -> Text:
        width = self.content_size.width
        left = self._views(short=width < 100, digits=width < _LABELS)
        for form in range(6):
            right = self._status(form)
            if cell_len(left.plain) + cell_len(right.plain) + (2 if form < 4 else 1) <= width:
                break
        left.append(" " * max(1, width - cell_len(left.plain) - cell_len(right.plain)))
        left.append_text(right)
        left.truncate(width)
        return left

    def _views(self, *, short: bool, digits: bool) -> Text:
        text = Text(no_wrap=True)
        text.append("mw " if short else "marketwatch ", style="bold")
        if self._demo:
            text.append("demo ", style="italic")
        for name, key, label in VIEWS:
            style = Style(reverse=name == self._view, bold=name == self._view, meta={"@click": f"screen.show_view('{name}')"})
            text.append(f" {key} " if digits and name != self._view else f" {key} {label} ", style=style)
        return text

    def _status(self, form: int) -> Text:
        """The right side, shorter with each form; the shortest still has a sign for feeds that fail."""
        a = self.activity
        text = Text(no_wrap=True)
        if form >= 4:
            time = "" if form > 4 else f"{a.done}/{a.total}" if a.total else self._clock
            text.append(" ".join(filter(None, (f"✗{a.failing}" if a.failing else "", time))))
            return text
        failing = f" · {a.failing} failing" if a.failing else ""
        if a.total:
            filled = round(_BAR * a.done / a.total)
            bar = "▰" * filled + "▱" * (_BAR - filled) + " " if form < 2 else ""
            new = f" · {a.new} new" if a.new and form < 1 else ""
            text.append(f"poll {a.done}/{a.total} {bar}{new}{failing if form < 1 else ''}")
        else:
            note = f" · {a.note}" if a.note and form < 2 else ""
            shown = form == 0 or (form < 3 and not note)  # what the round ended with tells of failures too
            text.append(f"{counted(a.feeds, 'feed')}{failing if shown else ''}{note}")
        text.append(f"  {self._clock}")
        return text
