"""All feeds of the configuration, each on or off."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from marketwatch.domain import Feed
from tui.render import fit, plain
from tui.widgets.line_list import LineList


class FeedSwitches(LineList[Feed]):
    """Holds changed feeds until somebody writes them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "On, off", id="settings.feed"),
        Binding("F", "full_text", "Whole page", id="settings.full_text"),
    ]

    def __init__(self, feeds: Sequence[Feed], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._feeds = tuple(feeds)
        self.rows = tuple(feeds)

    @property
    def changed(self) -> bool:
        return tuple(self.rows) != self._feeds

    def turned(self, *, on: bool) -> set[str]:
        """Feeds that are to be on, or off, and are not so in the file."""
        pairs = zip(self._feeds, self.rows, strict=True)
        return {new.slug for old, new in pairs if new.enabled is on and old.enabled is not on}

    def full(self, *, on: bool) -> set[str]:
        """Feeds whose pages are to be read, or not, other than the file says."""
        pairs = zip(self._feeds, self.rows, strict=True)
        return {new.slug for old, new in pairs if new.full_text is on and old.full_text is not on}

    def key_of(self, row: Feed) -> Hashable:
        return row.slug

    def text_of(self, row: Feed, width: int) -> Text:
        text = Text(no_wrap=True)
        text.append(" ☑ on   " if row.enabled else " ☐ off  ", style="bold" if row.enabled else "dim")
        text.append(fit(plain(row.slug), 22))
        text.append(fit({True: "whole page", False: "as it comes", None: ""}[row.full_text], 12))
        text.append(fit(plain(row.title), max(0, width - 42)), style="" if row.enabled else "dim")
        return text

    def action_turn(self) -> None:
        if (row := self.current) is not None:
            self._put(replace(row, enabled=not row.enabled))

    def action_full_text(self) -> None:
        if (row := self.current) is not None:
            self._put(replace(row, full_text=not row.full_text))

    def _put(self, feed: Feed) -> None:
        self.set_rows(tuple(feed if row.slug == feed.slug else row for row in self.rows))
