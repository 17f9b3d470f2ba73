"""The last line: what keys do here. One widget, because Textual's footer makes one of every key at each change of focus."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.screen import Screen
from textual.widget import Widget

_GAP = 1
"""Cells between two keys."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does."""

    key: str
    label: str
    does: str
    enabled: bool = True
    kept: bool = False
    """It stays when there is no room for all: it tells of those that are left out."""

    @property
    def width(self) -> int:
        return cell_len(self.label) + 1 + cell_len(self.does)


class KeyLine(Widget):
    """Keys of the widget in focus first; what does not fit is left out whole. A click presses the key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-line--key"}
    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; color: $footer-description-foreground; background: $footer-background; }
    KeyLine > .key-line--key { color: $footer-key-foreground; text-style: bold; }
    """

    def __init__(self, *, left_out: Collection[str] = ()) -> None:
        """`left_out`: actions whose keys only say why they do nothing here."""
        super().__init__()
        self._left_out = frozenset(left_out)
        self._hints: Sequence[Hint] = ()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)
        self._look()

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.call_after_refresh(self._look)  # many come at once, and the focus is still on its way

    def _look(self) -> None:
        if not self.is_attached:
            return  # its screen was left meanwhile
        hints = tuple(self._offered())
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def _offered(self) -> Iterator[Hint]:
        actions = set(self._left_out)
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and binding.action not in actions:
                actions.add(binding.action)
                label, kept = self.app.get_key_display(binding), binding.action == "help"
                yield Hint(binding.key, label, binding.description, enabled, kept)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        for start, hint in placed(self._hints, self.size.width):
            if start <= event.x < start + hint.width:
                self.app.simulate_key(hint.key)

    def render(self) -> Text:
        style = self.get_component_rich_style("key-line--key", partial=True)
        text = Text(no_wrap=True, overflow="crop")
        for start, hint in placed(self._hints, self.size.width):
            text.append(" " * (start - cell_len(text.plain)))
            text.append(hint.label, style=style)
            text.append(f" {hint.does}", style="" if hint.enabled else "dim")
        return text


def placed(hints: Iterable[Hint], width: int) -> Iterator[tuple[int, Hint]]:
    """Where each begins: those that are kept, and as many of the others from the first on as fit beside them."""
    hints = list(hints)
    kept = sum(hint.width + _GAP for hint in hints if hint.kept)
    start, full = 0, False
    for hint in hints:
        kept -= hint.width + _GAP if hint.kept else 0
        full = full or (not hint.kept and start + hint.width + kept > width)
        if start + hint.width <= width and (hint.kept or not full):
            yield start, hint
            start += hint.width + _GAP
