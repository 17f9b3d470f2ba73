"""csv: one row a source of a move.

What the export is of stands in columns, not in comment lines: then pandas, a spreadsheet and `csv` read the file as it
is, and rows stay traceable after files are put together or sifted. An export without moves has one row with only these.
No byte order mark, for the sake of programs; people with spreadsheets have the xlsx form.

A cell that would run in a spreadsheet gets a `'` before it; so does one that begins with `'`, so that reading can take
it off again. Several sentences of one source stand in one cell; `spans` says where each begins and ends in the text, and
with that where each ends in the cell.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from marketwatch.corroboration import corroboration_of
from marketwatch.domain import Evidence
from marketwatch.export.data import ShapeError, about_of, parsed
from marketwatch.export.edits import Edits, edits_of_cells
from marketwatch.export.flat import (
    ABOUT_COLUMNS,
    LATER_COLUMNS,
    SOURCE_COLUMNS,
    about_cells,
    about_from,
    in_groups,
    report_from,
    source_cells,
    source_of,
)
from marketwatch.export.report import Report, ReportMove, Telling
from marketwatch.export.wording import ladder_words
from marketwatch.json_shapes import figure_object
from marketwatch.sanitise import inert

_GAP = " […] "
_REVERSAL = "move_reversal"
"""Exports of former versions have none."""
_HEAD = ("move", "move_first", "move_status", "move_confidence", _REVERSAL, "quote")
_SCOPE = "move_scope"
_SAID = (_SCOPE, "corroboration", "ladder")
"""Made of the sources; exports of former versions have none."""
_TAIL = ("spans", "figures")
COLUMNS = (*_HEAD, *SOURCE_COLUMNS, *_TAIL, *ABOUT_COLUMNS)
WRITTEN = (*_HEAD, *_SAID, *SOURCE_COLUMNS, *_TAIL, *ABOUT_COLUMNS)
_FIELD_LIMIT = 10_000_000


def build(report: Report) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(WRITTEN)
    about = about_cells(report)
    rows = [_row(n, move, telling) for n, move in enumerate(report.moves, 1) for telling in move.tellings] or [{}]
    for row in rows:
        writer.writerow([inert((row | about).get(name)) for name in WRITTEN])
    return buffer.getvalue().encode()


def _row(number: int, reported: ReportMove, telling: Telling) -> dict[str, Any]:
    evidence = telling.shift.evidence
    head = {"move": number, **_of_move(reported), "quote": _GAP.join(one.text for one in evidence)}
    spans = " ".join(f"{one.start}..{one.end}" for one in evidence)
    figures = json.dumps([figure_object(one) for one in telling.figures], ensure_ascii=False)
    return head | source_cells(telling) | {"spans": spans, "figures": figures}


def _of_move(reported: ReportMove) -> dict[str, Any]:
    """Cells that say the same in each row of a move."""
    move = reported.move
    return {
        "move_first": move.first_at.strftime("%Y-%m-%d"),
        "move_status": move.status.value,
        "move_confidence": move.confidence,
        _REVERSAL: reported.reversal,
        _SCOPE: reported.scope_words,
        "corroboration": corroboration_of(move).words,
        "ladder": " ".join(ladder_words(reported)),
    }


# --- reading ---------------------------------------------------------------------------------------------------------
def read(body: bytes) -> Report:
    """Raises ShapeError."""
    rows = _rows(body)
    about = about_of(about_from(rows[0]))
    whole = {
        row["move"]: {"reversal": row.get(_REVERSAL, ""), **({"scope": row[_SCOPE]} if _SCOPE in row else {})}
        for row in reversed(rows)
    }
    return report_from(about, ((row["move"], _source(row)) for row in rows if row["move"]), whole)


def edits(body: bytes, report: Report) -> Edits:
    """Cells of a move that are not made of its sources."""
    groups = in_groups((row["move"], row) for row in _rows(body) if row["move"])
    places = enumerate(zip(groups, report.moves, strict=True))
    return edits_of_cells((place, row, made) for place, ((_, rows), move) in places for made in (_of_move(move),) for row in rows)


def _rows(body: bytes) -> list[dict[str, str]]:
    """At least one. Raises ShapeError."""
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        missing = [name for name in COLUMNS if name not in {*(reader.fieldnames or ()), *LATER_COLUMNS, _REVERSAL}]
        if missing:
            raise ShapeError(f"it has no column '{missing[0]}'")
        rows = [{name: (value or "").removeprefix("'") for name, value in row.items() if name} for row in reader]
    except csv.Error as error:
        raise ShapeError(f"line {reader.line_num}: {error}") from error
    finally:
        csv.field_size_limit(before)
    if not rows:
        raise ShapeError("it has no rows, not even one that says what it is of")
    return rows


def _source(row: dict[str, str]) -> dict[str, Any]:
    figures = parsed(row["figures"] or "[]")
    evidence = [{"text": one.text, "start": one.start, "end": one.end} for one in _evidence(row["quote"], row["spans"])]
    return source_of(row, evidence, figures)


def _evidence(quote: str, spans: str) -> list[Evidence]:
    """The sentences of a cell; one that was edited since stays whole, and will be found nowhere."""
    try:
        ends = [(int(start), int(end)) for start, _, end in (span.partition("..") for span in spans.split())]
    except ValueError as error:
        raise ShapeError(f"'{spans[:80]}' are no spans") from error
    found, at = [], 0
    for start, end in ends:
        found.append(Evidence(quote[at : at + end - start], start, end))
        at += end - start + len(_GAP)
    if _GAP.join(one.text for one in found) != quote and ends:
        return [Evidence(quote, ends[0][0], ends[-1][1])]
    return found
