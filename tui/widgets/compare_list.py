"""Kinds of moves, then figures, a line each; a column a vendor."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType

from marketwatch.compare import Comparison, FigureCell, FigureRow, KindCell, KindRow
from marketwatch.counted import counted
from marketwatch.domain import ShiftKind
from marketwatch.goals import number_text
from marketwatch.short_names import short_kind
from tui.render import DIRECTION_GLYPHS, fit, plain, ruled
from tui.widgets.line_list import LineList

Row = KindRow | FigureRow | str
"""A string is a heading."""
FIGURES_HEADING = "figures of several sources"
TREND_GLYPHS: Mapping[str, str] = {"up": "▲", "down": "▼", "level": "="}
_NAME_WIDTH = 13
_WIDE_NAME_WIDTH = 20
_TINY = 50
_TINY_NAME_WIDTH = 11
"""Of the kinds in so few cells."""
_WITH_MONTH = 14
"""Cells of a column that hold the month of the last move; in fewer stands its year."""
_ROOMY = 28
"""Cells of a column that hold the object of the last move too."""


class CompareList(LineList[Row]):
    """The cursor moves by row (j k) and by vendor (h l)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "vendor(-1)", "Vendor", show=False, id="compare.left"),
        Binding("l,right", "vendor(1)", "Vendor", show=True, key_display="h l", id="compare.right"),
    ]

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._colours = colours
        self._names = names
        self.found = Comparison((), (), (), None)
        self.column = 0

    def show(self, found: Comparison) -> None:
        """Show a comparison; row and vendor under the cursor stay as far as they still exist."""
        held = self.found.vendors[self.column] if self.column < len(self.found.vendors) else None
        self.found = found
        self.column = found.vendors.index(held) if held in found.vendors else 0
        figures: tuple[Row, ...] = (FIGURES_HEADING, *found.figures) if found.figures else ()
        self.set_rows((*found.kinds, *figures))

    @property
    def vendor(self) -> str | None:
        return self.found.vendors[self.column] if self.column < len(self.found.vendors) else None

    @property
    def cell(self) -> KindCell | FigureCell | None:
        """What the cursor stands on."""
        row = self.current
        return row.cells[self.column] if isinstance(row, KindRow | FigureRow) and self.column < len(row.cells) else None

    def seek(self, kind: ShiftKind) -> None:
        """Put the cursor on a kind of the first vendor."""
        self.column = 0
        self.move_to(next((n for n, row in enumerate(self.rows) if isinstance(row, KindRow) and row.kind is kind), -1))
        self.refresh_line(self.cursor)
        self.follow()

    def action_vendor(self, step: int) -> None:
        column = max(0, min(len(self.found.vendors) - 1, self.column + step))
        if column != self.column:
            self.column = column
            self.refresh_line(self.cursor)
            self.follow()

    # --- rows ------------------------------------------------------------------------------------------------------------
    def key_of(self, row: Row) -> Hashable:
        return row if isinstance(row, str) else row.kind if isinstance(row, KindRow) else (row.name, row.unit)

    def selectable(self, row: Row) -> bool:
        return not isinstance(row, str)

    def text_of(self, row: Row, width: int) -> Text:
        return self._line(row, width, None)

    def cursor_text(self, row: Row, width: int, style: Style) -> Text:
        return self._line(row, width, style)

    def _line(self, row: Row, width: int, cursor: Style | None) -> Text:
        if isinstance(row, str):
            return Text(ruled(row, width), style="dim")
        name_width, room = self._widths(width)
        name = short_kind(row.kind) if isinstance(row, KindRow) else row.name
        text = Text(fit(plain(name), name_width), no_wrap=True)
        for n, cell in enumerate(row.cells):
            here = cursor is not None and n == self.column
            one = Text(no_wrap=True)
            one.append("▌" if here else " ", style=self._colours.get(self.found.vendors[n], ""))
            inner = kind_text(cell, room - 2) if isinstance(cell, KindCell) else figure_text(cell, row, room - 2)
            one.append_text(inner)
            one.append(" ")
            if here and cursor is not None:
                one.stylize(cursor)
            text.append_text(one)
        text.truncate(width, pad=True)
        return text

    def _widths(self, width: int) -> tuple[int, int]:
        """Of the name and of a vendor's column."""
        name = _WIDE_NAME_WIDTH if width >= 100 else _NAME_WIDTH if width >= _TINY else _TINY_NAME_WIDTH
        return name, max(4, (width - name) // max(1, len(self.found.vendors)))

    def heading(self, width: int) -> Text:
        """The vendors above their columns, with their moves."""
        name_width, room = self._widths(width)
        text = Text(" " * name_width, no_wrap=True)
        for n, vendor in enumerate(self.found.vendors):
            moves = sum(row.cells[n].count for row in self.found.kinds)
            count = counted(moves, "move") if room >= _ROOMY else str(moves)
            label = f" {plain(self._names.get(vendor, vendor))} · {count}"
            text.append(fit(label, room), style=Style.parse(self._colours.get(vendor) or "none") + Style(bold=True))
        return text


def kind_text(cell: KindCell, width: int) -> Text:
    """`16 ▼2→1 2026-06 ▲ physical stores`: moves, trend, the last one; in few cells `16▼ 2026-06 ▲`; exactly `width` cells."""
    text = Text(no_wrap=True)
    if cell.last is None:
        text.append(fit("  ·", width), style="dim")
        return text
    shift, roomy = cell.last.lead.shift, width >= _ROOMY
    glyph = TREND_GLYPHS.get(cell.trend, "")
    trend = fit(f" {glyph}{cell.before}→{cell.recent}" if glyph else "", 8) if roomy else f"{glyph or ' '} "
    text.append(f"{cell.count:>3}", style="bold")
    text.append(trend, style="bold" if cell.trend == "up" else "")
    text.append(f"{cell.last.first_at:{'%Y-%m' if width >= _WITH_MONTH else '%Y'}} ", style="dim")
    text.append(f"{DIRECTION_GLYPHS[shift.direction]}{f' {plain(shift.object)}' if roomy else ''}")
    if text.cell_len > width:
        text.truncate(width, overflow="ellipsis")
    text.pad_right(max(0, width - text.cell_len))
    return text


def figure_text(cell: FigureCell | None, row: KindRow | FigureRow, width: int) -> Text:
    """`91 M–95 M devices ±4.4 % 3`: the ends, how far they lie apart, from how many outlets."""
    if cell is None or isinstance(row, KindRow):
        return Text(fit("  ·", width), style="dim")
    ends = number_text(cell.low) + (f"–{number_text(cell.high)}" if cell.high != cell.low else "")
    spread = f" Δ {cell.spread:.3g} %" if cell.spread else ""
    text = Text(no_wrap=True)
    text.append(f" {ends} {plain(row.unit)}", style="bold")
    text.append(spread, style="yellow")
    text.append(f" {counted(len(cell.outlets), 'outlet')}", style="dim")
    if text.cell_len > width:
        text.truncate(width, overflow="ellipsis")
    text.pad_right(max(0, width - text.cell_len))
    return text
