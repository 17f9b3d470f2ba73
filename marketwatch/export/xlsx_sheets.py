"""The cells of an xlsx file as text. Only what a table needs: shared and inline strings, numbers; no dates, no formulas.

A file that is given to be checked is anybody's: parts are inflated up to a limit, XML is read without entities or network.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from marketwatch.export.data import ShapeError

_PART_BYTES = 256 * 1024 * 1024
"""Of one part, inflated."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMN = re.compile(r"([A-Z]{1,3})\d+")
_COLUMNS = 1000
"""More than a sheet of ours has."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheets_of(body: bytes, wanted: Collection[str]) -> dict[str, list[list[str]]]:
    """Rows of the sheets of these names. Raises ShapeError."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            paths = _paths(parts, wanted)
            strings = _strings(parts)
            return {name: list(_rows(parts, path, strings)) for name, path in paths.items()}
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, IndexError, EOFError, NotImplementedError) as error:
        raise ShapeError(f"it is no xlsx file that can be read: {error}") from error


def _paths(parts: zipfile.ZipFile, wanted: Collection[str]) -> dict[str, str]:
    links = {link.get("Id"): link.get("Target") for link in _root(parts, "xl/_rels/workbook.xml.rels")}
    sheets = _root(parts, "xl/workbook.xml").iter(f"{_MAIN}sheet")
    held = {sheet.get("name"): links[sheet.get(_LINK)] for sheet in sheets if sheet.get("name") in wanted}
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in held.items()}


def _strings(parts: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in parts.namelist():
        return []
    return [_text(item) for item in _root(parts, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _rows(parts: zipfile.ZipFile, path: str, strings: list[str]) -> Iterator[list[str]]:
    for row in _root(parts, path).iter(f"{_MAIN}row"):
        cells: list[str] = []
        for cell in row.iter(f"{_MAIN}c"):
            match = _COLUMN.fullmatch(cell.get("r") or "")
            at = _number(match[1]) if match else len(cells)
            if at >= _COLUMNS:
                raise ValueError(f"column {at + 1}")
            cells += [""] * (at + 1 - len(cells))
            cells[at] = _cell(cell, strings)
        yield cells


def _cell(cell: Any, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_MAIN}v") or ""
    return strings[int(value)] if cell.get("t") == "s" and value else _unescaped(value)


def _text(holder: Any) -> str:
    """All runs of a string; readings of Japanese words beside them are none of it."""
    runs = (part.text or "" for part in holder.iter(f"{_MAIN}t") if part.getparent().tag != f"{_MAIN}rPh")
    return _unescaped("".join(runs))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _number(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _root(parts: zipfile.ZipFile, path: str) -> Any:
    from lxml import etree

    with parts.open(path) as part:
        body = part.read(_PART_BYTES + 1)
    if len(body) > _PART_BYTES:
        raise ValueError(f"{path} is larger than {_PART_BYTES >> 20} MiB")
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
