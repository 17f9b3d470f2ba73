"""xlsx: sheets Moves (one row a move), Evidence (one row a sentence or figure, with its source), About.

Every outside string is written as a string: never a formula, a number or a link, but for http(s) addresses. What is read
back are the sheets Evidence and About; a sentence longer than a cell goes on in the next row.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from marketwatch.corroboration import corroboration_of
from marketwatch.export.data import ShapeError, about_object, about_of, move_object
from marketwatch.export.edits import Edits, edits_of_cells
from marketwatch.export.flat import (
    LATER_COLUMNS,
    SOURCE_COLUMNS,
    Cell,
    about_from,
    in_groups,
    report_from,
    source_cells,
    source_of,
)
from marketwatch.export.report import Report, Telling
from marketwatch.export.wording import ladder_words
from marketwatch.export.xlsx_sheets import sheets_of
from marketwatch.json_shapes import figure_object
from marketwatch.sanitise import safe_url

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LONGEST = 32_000
"""Characters in a cell; a spreadsheet takes 32,767."""
_WRAPPED = 30
"""Width from which a column's text goes on in a second line; a hash shall not make its row tall."""
_LINKS, _LONGEST_LINK = 60_000, 2000
"""Links on a sheet and characters in one; a spreadsheet takes 65,530 and 2,079."""
_FIGURE = ("metric", "value", "value_high", "unit", "period", "figure_role", "bound", "scope")
_MOVE_COLUMNS = {
    "move": 7, "first": 11, "vendor": 12, "kind": 15, "direction": 11, "object": 30, "status": 12, "confidence": 11,
    "speaker": 18, "articles": 9, "outlets": 30, "langs": 9, "scope": 20, "corroboration": 32, "ladder": 40,
    "verdict": 10, "reversal": 40, "quote": 90, "url": 40,
}  # fmt: skip
_EVIDENCE_COLUMNS = ("move", "source_no", "part", "part_no", "text", "start", "end", *SOURCE_COLUMNS, *_FIGURE)
_WIDTHS = {"text": 90, "title": 40, "url": 40, "object": 30, "outlet": 20, "key": 20, "text_hash": 14, "published": 12}


def build(report: Report) -> bytes:
    # Imported here: the dashboard and `--help` do without it.
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with Workbook(buffer, safe) as book:
        made = report.about.exported_at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": "Smartphone-market watch: moves", "created": made})
        bold = book.add_format({"bold": True, "bottom": 1})
        tall = {wide: book.add_format({"text_wrap": wide, "valign": "top"}) for wide in (True, False)}
        _fill(book.add_worksheet("Moves"), list(_MOVE_COLUMNS), _move_rows(report), bold, tall, _MOVE_COLUMNS)
        _fill(book.add_worksheet("Evidence"), _EVIDENCE_COLUMNS, _evidence_rows(report), bold, tall, _WIDTHS)
        about = [{"what": name, "value": _joined(value)} for name, value in about_object(report).items()]
        _fill(book.add_worksheet("About"), ("what", "value"), about, bold, tall, {"what": 22, "value": 80})
    return buffer.getvalue()


def _fill(
    sheet: Worksheet,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Cell]],
    head: Any,
    cells: Mapping[bool, Any],
    widths: Mapping[str, int],
) -> None:
    for at, name in enumerate(columns):
        sheet.write_string(0, at, name, head)
        sheet.set_column(at, at, widths.get(name, 12))
    links = 0
    for line, row in enumerate(rows, 1):
        for at, name in enumerate(columns):
            value, cell = row.get(name), cells[widths.get(name, 0) >= _WRAPPED]
            url = safe_url(value) if name == "url" and isinstance(value, str) else None
            if url and links < _LINKS and len(url) <= _LONGEST_LINK and url == value:
                links += 1
                sheet.write_url(line, at, url, cell, string=url)
            elif isinstance(value, int | float):
                sheet.write_number(line, at, value, cell)
            elif value is not None:
                sheet.write_string(line, at, str(_clipped(value)), cell)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _move_rows(report: Report) -> list[dict[str, Cell]]:
    rows = []
    for number, reported in enumerate(report.moves, 1):
        shift, article = reported.lead.shift, reported.lead.article
        row = {name: _joined(value) for name, value in move_object(reported).items() if name in _MOVE_COLUMNS}
        quote = shift.evidence[0].text if shift.evidence else ""
        row |= {"scope": reported.scope_words, "corroboration": corroboration_of(reported.move).words}
        row |= {"ladder": " ".join(ladder_words(reported))}
        rows.append(row | {"move": number, "speaker": shift.speaker, "quote": quote, "url": article.url})
    return rows


def _joined(value: Any) -> Cell:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return int(value) if isinstance(value, bool) else value


def _evidence_rows(report: Report) -> list[dict[str, Cell]]:
    return [
        {"move": number, "source_no": place} | part | source_cells(telling)
        for number, reported in enumerate(report.moves, 1)
        for place, telling in enumerate(reported.tellings, 1)
        for part in _parts(telling)
    ]


def _parts(telling: Telling) -> Iterator[dict[str, Cell]]:
    """The sentences of a source, then its figures; at least one row, or the source would be lost."""
    for number, one in enumerate(telling.shift.evidence, 1):
        for at in range(0, len(one.text), _LONGEST) or (0,):
            text = one.text[at : at + _LONGEST]
            yield {"part": "quote", "part_no": number, "text": text, "start": one.start, "end": one.end}
    for number, figure in enumerate(telling.figures, 1):
        held = figure_object(figure)
        spans = held.pop("evidence")
        held["figure_role"] = held.pop("role")
        for at in range(0, len(spans["text"]), _LONGEST) or (0,):
            text = spans["text"][at : at + _LONGEST]
            yield {name: held[name] for name in _FIGURE} | spans | {"part": "figure", "part_no": number, "text": text}
    if not telling.shift.evidence and not telling.figures:
        yield {"part": "none"}


# --- reading ---------------------------------------------------------------------------------------------------------
def read(body: bytes) -> Report:
    """Raises ShapeError."""
    sheets = sheets_of(body, ("Moves", "Evidence", "About"))
    about = {row[0]: row[1] for row in sheets.get("About", []) if len(row) > 1}
    if not about:
        raise ShapeError("it has no sheet About")
    told = about_of(about_from(about))
    sources = in_groups((f"{_whole(one['move'])} {_whole(one['source_no'])}", one) for one in _evidence_in(sheets))
    whole = {
        number: {name: text for name, text in row.items() if name in ("reversal", "scope")}
        for number, row in _moves_in(sheets).items()
    }
    return report_from(told, ((number.partition(" ")[0], _source(parts)) for number, parts in sources), whole)


def edits(body: bytes, report: Report) -> Edits:
    """Cells of the sheet Moves that are not made of the sheet Evidence; who threw it away has edited nothing."""
    sheets = sheets_of(body, ("Moves", "Evidence"))
    shown = _moves_in(sheets)
    numbers = dict.fromkeys(_whole(one["move"]) for one in _evidence_in(sheets))
    return edits_of_cells(
        (place, shown.get(number, {}), {name: _clipped(value) for name, value in made.items() if name != "move"})
        for place, (number, made) in enumerate(zip(numbers, _move_rows(report), strict=True))
    )


def _moves_in(sheets: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, dict[str, str]]:
    """Cells by column of the rows of the sheet Moves, by the number of the move."""
    head, *rows = sheets.get("Moves") or [[]]
    found = (dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in rows)
    return {_whole(row["move"]): row for row in found if row.get("move")}


def _evidence_in(sheets: Mapping[str, Sequence[Sequence[str]]]) -> list[dict[str, str]]:
    """Cells by column of the rows of the sheet Evidence. Raises ShapeError."""
    head, *rows = sheets.get("Evidence") or [[]]
    absent = [name for name in _EVIDENCE_COLUMNS if name not in {*head, *LATER_COLUMNS}]
    if absent:
        raise ShapeError(f"its sheet Evidence has no column '{absent[0]}'")
    places = {name: head.index(name) for name in _EVIDENCE_COLUMNS if name in head}
    cells = [{name: row[at] if at < len(row) else "" for name, at in places.items()} for row in rows]
    return [one for one in cells if one["move"]]


def _clipped(value: Cell) -> Cell:
    return value[:_LONGEST] if isinstance(value, str) else value


def _whole(text: str) -> str:
    """`3.0`, as some programs save it, is 3."""
    return text.removesuffix(".0")


def _source(rows: list[dict[str, str]]) -> dict[str, Any]:
    evidence, figures = [], []
    for _, parts in in_groups((f"{row['part']} {_whole(row['part_no'])}", row) for row in rows):
        first = parts[0]
        span = {"text": "".join(row["text"] for row in parts), "start": _whole(first["start"]), "end": _whole(first["end"])}
        if first["part"] == "quote":
            evidence.append(span)
        elif first["part"] == "figure":
            held = {name: first[name] for name in _FIGURE if name != "figure_role"}
            figures.append(held | {"vendor": first["vendor"], "role": first["figure_role"], "evidence": span})
    cells = rows[0] | {"version": _whole(rows[0]["version"])}
    return source_of(cells, evidence, figures)
