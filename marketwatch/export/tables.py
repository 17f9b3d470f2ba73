"""Tables on disk: the ledger, compare, feeds and articles as the dashboard shows them."""

from __future__ import annotations

from pathlib import Path

from marketwatch.errors import UsageError
from marketwatch.export.files import check_place, put_whole
from marketwatch.tables.text import Table

TABLE_FORMS = ("md", "csv", "jsonl", "json")


def table_form(path: Path) -> str:
    """The form that a file's ending names, once it may be written. Raises UsageError."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in TABLE_FORMS:
        raise UsageError(f"{path}: these rows can end in {', '.join('.' + form for form in TABLE_FORMS)}")
    check_place(path)
    return ending


def write_table(table: Table, path: Path) -> None:
    """Write the file whole or leave all as it was. Raises UsageError, MarketwatchError."""
    put_whole(table.text(table_form(path)).encode(), path)
