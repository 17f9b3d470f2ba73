"""Rows → stdout, as table, JSON, JSON Lines, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from marketwatch.sanitise import clean_line

_PIPE_WIDTH = 160
"""Columns of a table when the output is no terminal."""


def write_rows(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    style: str,
    *,
    empty: str = "nothing found",
    width: int = _PIPE_WIDTH,
) -> None:
    """Write rows in a format; `columns` maps a table's headings to the row's keys (`article.title` reaches inside).

    `width` is that of a table that goes to no terminal.
    """
    if style == "json":
        write_json(rows)
    elif style == "jsonl":
        for row in rows:
            write_line(json.dumps(row, ensure_ascii=False))
    elif style == "csv":
        _csv(rows, columns)
    elif style == "md":
        _markdown(rows, columns)
    elif rows:
        _table(rows, columns, width)
    else:
        print(empty, file=sys.stderr)  # noqa: T201


def write_json(value: object) -> None:
    write_line(json.dumps(value, ensure_ascii=False, indent=2))


def write_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def _cell(row: Mapping[str, Any], key: str) -> str:
    value: Any = row
    for part in key.split("."):
        value = value[int(part)] if isinstance(value, list) and value else value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else clean_line(str(value), 2000)


def _csv(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        # A cell that begins like a formula would run in a spreadsheet.
        writer.writerow([f"'{c}" if c[:1] in "=+-@\t" and c[:1] else c for c in (_cell(row, key) for key in columns.values())])
    sys.stdout.write(buffer.getvalue())


def _markdown(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    write_line("| " + " | ".join(columns) + " |")
    write_line("|" + " --- |" * len(columns))
    for row in rows:
        cells = (_cell(row, key).replace("\\", "\\\\").replace("|", "\\|") for key in columns.values())
        write_line("| " + " | ".join(cells) + " |")


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], width: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    last = list(columns)[-1]
    for heading in columns:
        table.add_column(heading, overflow="ellipsis", no_wrap=heading != last, ratio=None)
    for row in rows:
        table.add_row(*(Text(_cell(row, key)) for key in columns.values()))
    Console(width=None if sys.stdout.isatty() else width, highlight=False).print(table)
