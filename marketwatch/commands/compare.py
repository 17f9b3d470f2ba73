"""`compare`: vendors side by side."""

from __future__ import annotations

import difflib
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from marketwatch.claims import day_of
from marketwatch.commands.output import write_rows
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.commands.shapes import article_object
from marketwatch.compare import MOST, Comparison, FigureCell, FigureRow, KindCell, KindRow, read_comparison
from marketwatch.config import Config
from marketwatch.domain import Move, StoredFigure
from marketwatch.errors import UsageError
from marketwatch.glyphs import DIRECTION_GLYPHS
from marketwatch.goals import Amount, number_text
from marketwatch.json_shapes import evidence_object, number
from marketwatch.query import Query
from store import Store

_TRENDS = {"up": "▲", "down": "▼", "level": "="}
"""Moves of the year before and of the last year: `▲2→5`."""


def run(args: Namespace) -> int:
    config = configuration(args)
    with database(args) as store:
        vendors, words = _vendors(args.query, config, store)
        query = query_of(words, config)
        found = read_comparison(store, vendors, query)
        rows = rows_of(found)[: args.limit]
        until = f"kind, trend to {found.until:%Y-%m-%d}" if found.until else "kind"
        first = {"what": "row", "name": "name"} if args.format == "csv" else {until: "name"}
        columns = first | {vendor: f"vendors.{vendor}.text" for vendor in vendors}
        empty = "no move or figure of these vendors matches"
        if not store.totals(Query()).articles:
            empty = "the database is empty: 'marketwatch poll' fills it, 'marketwatch demo' shows sample articles"
        write_rows(rows, columns, args.format, empty=empty)
    return 0


def _vendors(words: Sequence[str], config: Config, store: Store) -> tuple[list[str], list[str]]:
    """The vendors that stand first, by slug, name or alias, and the words of the query behind them. Raises UsageError."""
    slugs = {vendor: vendor for vendor in (*store.field_counts("vendor"), *config.vendors)}
    names = {name.casefold(): v.slug for v in config.vendors.values() for name in (v.name, *v.aliases)} | slugs
    vendors: list[str] = []
    rest = list(words)
    while rest and (slug := names.get(rest[0].strip().casefold())) is not None:
        vendors.append(slug)
        rest.pop(0)
    vendors = list(dict.fromkeys(vendors))
    if len(vendors) > MOST:
        raise UsageError(f"compare {' '.join(vendors)}: at most {MOST} vendors fit side by side")
    if len(vendors) < 2:
        near = difflib.get_close_matches(rest[0].strip().casefold(), names, 1) if rest else []
        hint = f", did you mean '{near[0]}'?" if near else f"; known are {', '.join(sorted(slugs))}"
        what = f"no vendor '{rest[0].strip()}'{hint}" if rest else f"name 2 to {MOST} vendors{hint}"
        raise UsageError(f"compare: {what}")
    return vendors, rest


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
    outlets = len(cell.outlets)
    return {
        "low": number(cell.low),
        "high": number(cell.high),
        "spread_percent": None if cell.spread is None else round(cell.spread, 2),
        "sources": [_source(one) for one in cell.sources],
        "text": f"{'–'.join(ends)} {unit} ({outlets} outlet{'s' if outlets != 1 else ''}{spread})",
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
