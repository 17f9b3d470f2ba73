"""Moves as a plain list, newest first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import tzinfo

from rich.text import Text

from marketwatch.domain import Move
from marketwatch.listing import reversal_of
from marketwatch.reversals import Reversal
from tui.render import SELECTED, date_of, fit, move_text
from tui.widgets.line_list import LineList

_TINY = 50
"""Cells below which dates have no day and vendors less room."""


class MoveList(LineList[Move]):
    """Date, vendor, move; a diamond behind the date of what is selected."""

    SELECTS = True

    def __init__(
        self,
        colours: Mapping[str, str],
        names: Mapping[str, str],
        zone: tzinfo | None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._colours = colours
        self._names = names
        self._zone = zone
        self.reversals: Mapping[int, Reversal] = {}

    def key_of(self, row: Move) -> Hashable:
        return min(s.id for s in row.shifts)

    def text_of(self, row: Move, width: int) -> Text:
        vendor = row.lead.shift.vendor
        colour = self._colours.get(vendor, "")
        text = Text(no_wrap=True)
        day, name = (7, 7) if width < _TINY else (10, 9)
        text.append(fit(date_of(row, self._zone)[:day], day), style="dim")
        text.append(SELECTED if self.is_selected(row) else " ", style="bold")
        text.append(fit(self._names.get(vendor, vendor), name) + " ", style=colour)
        room = width - day - name - 2
        text.append_text(move_text(row, room, colour=colour, reversal=reversal_of(row, self.reversals)))
        return text
