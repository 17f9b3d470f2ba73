"""Vendors side by side, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marketwatch.claims import day_of
from marketwatch.compare import Comparison, FigureCell, FigureRow, KindCell, KindRow
from marketwatch.counted import counted
from marketwatch.domain import Move, StoredFigure
from marketwatch.glyphs import DIRECTION_GLYPHS
from marketwatch.goals import Amount, number_text
from marketwatch.json_shapes import article_object, evidence_object, number
from marketwatch.tables.text import Table

_TRENDS = {"up": "▲", "down": "▼", "level": "="}
"""Moves of the year before and of the last year: `▲2→5`."""


def compare_table(found: Comparison) -> Table:
    """A row a kind of move or figure, a column a vendor."""
    until = f"kind, trend to {found.until:%Y-%m-%d}" if found.until else "kind"
    vendors = {vendor: f"vendors.{vendor}.text" for vendor in found.vendors}
    return Table("compare", rows_of(found), {until: "name"} | vendors, {"what": "row", "name": "name"} | vendors)


def rows_of(found: Comparison) -> list[dict[str, Any]]:
    """Kinds, then figures, each with a cell a vendor: a stable contract. `text` is the cell of a table."""
    until = found.until.strftime("%Y-%m-%d") if found.until else None
    return [
        *(_kind_row(row, found.vendors, until) for row in found.kinds),
        *(_figure_row(r, found.vendors) for r in found.figures),
    ]


def _kind_row(row: KindRow, vendors: Sequence[str], until: str | None) -> dict[str, Any]:
    cells = {vendor: _kind_cell(cell) for vendor, cell in zip(vendors, row.cells, strict=True)}
    return {"row": "kind", "name": row.kind.value, "kind": row.kind.value, "until": until, "vendors": cells}


def _kind_cell(cell: KindCell) -> dict[str, Any]:
    last = _last(cell.last) if cell.last else None
    years = f" {_TRENDS[cell.trend]}{cell.before}→{cell.recent}" if cell.trend in _TRENDS else ""
    text = f"{cell.count}{years} · {last['date']} {last['glyph']} {last['object']}" if last else ""
    return {
        "count": cell.count,
        "last": last,
        "last_year": cell.recent,
        "year_before": cell.before,
        "trend": cell.trend,
        "text": text,
    }


def _last(move: Move) -> dict[str, Any]:
    first = min(move.shifts, key=lambda s: (s.article.dated_at, s.id))
    shift = move.lead.shift
    return {
        "date": day_of(first),
        "direction": shift.direction.value,
        "glyph": DIRECTION_GLYPHS[shift.direction],
        "object": shift.object,
        "status": move.status.value,
        "shifts": [s.id for s in move.shifts],
    }


def _figure_row(row: FigureRow, vendors: Sequence[str]) -> dict[str, Any]:
    cells: Mapping[str, Any] = {
        vendor: _figure_cell(cell, row.unit) if cell else None for vendor, cell in zip(vendors, row.cells, strict=True)
    }
    about = {"metric": row.metric.value, "period": row.period, "scope": row.scope, "unit": row.unit}
    return {"row": "figure", "name": row.name, **about, "vendors": cells}


def _figure_cell(cell: FigureCell, unit: str) -> dict[str, Any]:
    ends = [number_text(cell.low)] + ([number_text(cell.high)] if cell.high != cell.low else [])
    spread = f", spread {cell.spread:.3g} %" if cell.spread is not None else ""
    return {
        "low": number(cell.low),
        "high": number(cell.high),
        "spread_percent": None if cell.spread is None else round(cell.spread, 2),
        "sources": [_source(one) for one in cell.sources],
        "text": f"{'–'.join(ends)} {unit} ({counted(len(cell.outlets), 'outlet')}{spread})",
    }


def _source(stored: StoredFigure) -> dict[str, Any]:
    figure = stored.figure
    return {
        "id": f"figure:{stored.id}",
        "text": f"{Amount.of(figure)} ({stored.article.publisher})",
        "value": number(figure.value),
        "value_high": number(figure.value_high),
        "bound": figure.bound.value,
        "role": figure.role.value,
        "evidence": evidence_object(figure.evidence),
        "article": article_object(stored.article),
    }
