"""Rows → JSON, JSON Lines, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketwatch.sanitise import clean_line, inert


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, and which of their keys are columns."""

    name: str
    """`ledger`"""
    rows: Sequence[Mapping[str, Any]]
    columns: Mapping[str, str]
    """Heading → key; `article.title` reaches inside."""
    raw_columns: Mapping[str, str] | None = None
    """Those of CSV, where they are others: a number a column, for spreadsheets."""

    def text(self, style: str) -> str:
        """The table as json, jsonl, csv or md."""
        return table_text(self.rows, self.columns_of(style), style)

    def columns_of(self, style: str) -> Mapping[str, str]:
        """Heading → key of a format."""
        return (self.raw_columns or self.columns) if style == "csv" else self.columns


def table_text(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], style: str) -> str:
    """Rows in a format: json and jsonl hold them whole, csv and md their columns."""
    if style == "json":
        return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    if style == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return _csv(rows, columns) if style == "csv" else _markdown(rows, columns)


def cell(row: Mapping[str, Any], key: str) -> str:
    """What stands in a row under a key, as one line."""
    value = _value(row, key)
    return "" if value is None else clean_line(str(value), 2000)


def _value(row: Mapping[str, Any], key: str) -> Any:
    value: Any = row
    for part in key.split("."):
        value = value[int(part)] if isinstance(value, list) and value else value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value


def _csv(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        values = [_value(row, key) for key in columns.values()]
        writer.writerow([inert(clean_line(value, 2000) if isinstance(value, str) else value) for value in values])
    return buffer.getvalue()


def _markdown(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    for row in rows:
        cells = (cell(row, key).replace("\\", "\\\\").replace("|", "\\|") for key in columns.values())
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
