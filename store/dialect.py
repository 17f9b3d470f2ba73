"""What another database engine says otherwise than SQLite; full text is in store.search, pragmas and locks in store.engine.

A second engine needs its own of these three modules and of the migrations; statements elsewhere in store/ are SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, func
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert, insert

DIALECT = sqlite.dialect()


def upsert(table: Table, key: Sequence[str], *, adding: str | None = None) -> Insert:
    """Insert rows; one whose key is there already replaces its other columns, or adds to the one that is named."""
    return _upsert(table, tuple(key), adding)


@cache
def _upsert(table: Table, key: tuple[str, ...], adding: str | None) -> Insert:
    """Made once of a kind: to make a statement costs more than to run it."""
    statement = insert(table)
    if adding:
        changed: dict[str, Any] = {adding: table.c[adding] + statement.excluded[adding]}
    else:
        changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def month_text(seconds: ColumnElement[int]) -> ColumnElement[str]:
    """Seconds since 1970 as `2017-01`."""
    return func.strftime("%Y-%m", seconds, "unixepoch")
