"""Rows → stdout, as table, JSON, JSON Lines, CSV or Markdown."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from marketwatch.tables.text import cell, table_text

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
    if style != "table":
        sys.stdout.write(table_text(rows, columns, style))
    elif rows:
        _table(rows, columns, width)
    else:
        print(empty, file=sys.stderr)  # noqa: T201


def write_json(value: object) -> None:
    write_line(json.dumps(value, ensure_ascii=False, indent=2))


def write_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], width: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    last = list(columns)[-1]
    for heading in columns:
        table.add_column(heading, overflow="ellipsis", no_wrap=heading != last, ratio=None)
    for row in rows:
        table.add_row(*(Text(cell(row, key)) for key in columns.values()))
    Console(width=None if sys.stdout.isatty() else width, highlight=False).print(table)
