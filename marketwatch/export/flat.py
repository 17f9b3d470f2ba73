"""A source as one row of a table: what the csv and xlsx forms share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from marketwatch.export.data import about_object, move_of, source_object
from marketwatch.export.report import About, Report, ReportMove, Telling

_OF_SHIFT = (
    "vendor", "kind", "direction", "object", "status", "confidence", "from", "to", "speaker", "role", "event", "rule", "verdict",
)  # fmt: skip
_OF_ARTICLE = ("published", "outlet", "origin", "lang", "title", "url", "author", "source", "key", "version", "first_seen")
_OF_READING = ("text_hash", "extractor")
LATER_COLUMNS = frozenset({"origin"})
"""What files of earlier versions do not have."""
SOURCE_COLUMNS = (*_OF_SHIFT, *_OF_ARTICLE, *_OF_READING)
ABOUT_COLUMNS = ("query", "exported_at", "revision", "marketwatch", "marketwatch_export", "cut")
Cell = str | int | float | None
Row = TypeVar("Row")


def source_cells(telling: Telling) -> dict[str, Cell]:
    """Everything but evidence and figures."""
    source = source_object(telling)
    return {name: source["article"][name] if name in _OF_ARTICLE else source[name] for name in SOURCE_COLUMNS}


def source_of(cells: Mapping[str, Any], evidence: list[dict[str, Any]], figures: list[Any]) -> dict[str, Any]:
    """The object that `data.telling_of` reads."""
    source = {name: cells[name] for name in (*_OF_SHIFT, *_OF_READING)}
    article = {name: cells.get(name) for name in _OF_ARTICLE}
    return source | {"article": article, "evidence": evidence, "figures": figures}


def about_cells(report: Report) -> dict[str, Cell]:
    about = about_object(report)
    return {name: int(about[name]) if name == "cut" else about[name] for name in ABOUT_COLUMNS}


def about_from(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The object that `data.about_of` reads; numbers may have come as text."""
    held = {name: cells.get(name) for name in ABOUT_COLUMNS if cells.get(name) is not None}
    for name in ("marketwatch_export", "cut"):
        text = str(held.get(name, ""))
        if text.isdecimal():
            held[name] = int(text)
    return held


def report_from(about: About, sources: Iterable[tuple[str, dict[str, Any]]], whole: Mapping[str, Mapping[str, str]]) -> Report:
    """A report of (number of its move, source) in the order of the file; `whole`: reversal and scope by that number.

    Raises ShapeError.
    """
    moves: list[ReportMove] = []
    for number, group in in_groups(sources):
        moves.append(move_of({"sources": group, **whole.get(number, {})}, f"move {number}"))
    return Report(about, tuple(moves))


def in_groups(rows: Iterable[tuple[str, Row]]) -> list[tuple[str, list[Row]]]:
    """Rows of one number together, in the order in which numbers first come: a table may have been sorted since."""
    found: dict[str, list[Row]] = {}
    for number, row in rows:
        found.setdefault(number, []).append(row)
    return list(found.items())
