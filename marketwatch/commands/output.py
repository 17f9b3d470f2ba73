"""Rows → stdout, as table, JSON, JSON Lines, CSV or Markdown."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from marketwatch.tables.text import cell, table_text

Layout = Literal["list", "grid"]
"""How a table uses a terminal: a list ends in a sentence or title, a grid has columns to be compared."""


def write_rows(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    style: str,
    *,
    empty: str | Callable[[], str] = "nothing found",
    layout: Layout = "list",
) -> None:
    """Write rows in a format; `columns` maps a table's headings to the row's keys (`article.title` reaches inside).

    A table fits the terminal; where there is none, each of its rows is one line and nothing is cut. `empty` is told on stderr
    where a table has no rows.
    """
    if style != "table":
        sys.stdout.write(table_text(rows, columns, style))
    elif rows:
        _table(rows, columns, layout)
    elif told := empty if isinstance(empty, str) else empty():
        print(told, file=sys.stderr)  # noqa: T201


def write_json(value: object) -> None:
    write_line(json.dumps(value, ensure_ascii=False, indent=2))


def write_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], layout: Layout) -> None:
    from marketwatch.tables.fitting import fitted, grid, in_a_line

    headings, cells = list(columns), [[cell(row, key) for key in columns.values()] for row in rows]
    if not sys.stdout.isatty():
        table = in_a_line(headings, cells)
    else:
        table = (grid if layout == "grid" else fitted)(headings, cells, shutil.get_terminal_size().columns)
    bold, plain = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() and os.environ.get("TERM") != "dumb" else ("", "")
    for line in table.head:
        write_line(f"{bold}{line}{plain}")
    for line in table.lines:
        write_line(line)
    if table.left_out:
        sys.stdout.flush()
        told = f"not shown for want of room: {', '.join(table.left_out)}; a wider terminal or --format json has them"
        print(told, file=sys.stderr)  # noqa: T201
