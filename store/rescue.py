"""What can still be read of a damaged file, copied into a new one: row by row around the pages that cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from store.engine import make_engine
from store.migrations import migrate, schema

_MADE_AGAIN = frozenset({"month_count", "outlet_count", "former", "story_key", "story_link", "meta"})
"""Tables that a repair fills from the others, or that a new file has filled."""
_RANGE = 1000
"""Numbers of rows that are read at once, and halved where that fails."""

Rows = Sequence[tuple[Any, ...]]


def copy_readable(path: Path, target: Path) -> list[str]:
    """Copy the rows of a damaged file into a new file at `target`; return what could not be read, a line each.

    Copies and indexes are not looked at: the new file wants a repair. Raises sqlite3.DatabaseError when nothing can be read.
    """
    engine = make_engine(target, writes=True, busy_s=1)
    migrate(engine, target)
    engine.dispose()
    lost: list[str] = []
    with closing(sqlite3.connect(path)) as damaged, closing(sqlite3.connect(target, isolation_level=None)) as made:
        made.execute("BEGIN IMMEDIATE")
        for table in _tables():
            columns = ", ".join(f'"{row[1]}"' for row in made.execute(f"PRAGMA table_info({table})"))
            gaps: list[str] = []
            for rows in _readable(damaged, table, columns, gaps):
                marks = ", ".join("?" * len(rows[0]))
                made.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - ours
            lost += [f"{table}: {gap}" for gap in gaps]
        made.execute("COMMIT")
    return lost


def _tables() -> Iterable[str]:
    return [name for name, sql in schema().items() if sql.startswith("CREATE TABLE") and name not in _MADE_AGAIN]


def _readable(damaged: sqlite3.Connection, table: str, columns: str, gaps: list[str]) -> Iterator[Rows]:
    """The rows of a table, some at a time; what is in between and cannot be read is added to `gaps`."""
    if "WITHOUT ROWID" in schema()[table]:
        yield from _from_both_ends(damaged, table, columns, gaps)
        return
    try:
        low, high = damaged.execute(f"SELECT min(rowid), max(rowid) FROM {table}").fetchone()  # noqa: S608 - ours
    except sqlite3.DatabaseError:
        low, high = 1, 2**24
    if low is not None:
        for start in range(low, high + 1, _RANGE):
            yield from _numbered(damaged, table, columns, start, min(start + _RANGE - 1, high), gaps)


def _numbered(damaged: sqlite3.Connection, table: str, columns: str, low: int, high: int, gaps: list[str]) -> Iterator[Rows]:
    """Rows of these numbers; where they cannot be read at once, each half for itself."""
    try:
        rows = damaged.execute(f"SELECT {columns} FROM {table} WHERE rowid BETWEEN ? AND ?", (low, high)).fetchall()  # noqa: S608 - ours
    except sqlite3.DatabaseError:
        if low == high:
            gaps.append(f"row {low} cannot be read")
            return
        middle = (low + high) // 2
        yield from _numbered(damaged, table, columns, low, middle, gaps)
        yield from _numbered(damaged, table, columns, middle + 1, high, gaps)
        return
    if rows:
        yield rows


def _from_both_ends(damaged: sqlite3.Connection, table: str, columns: str, gaps: list[str]) -> Iterator[Rows]:
    """Rows of a table without numbers: as far as they can be read from its beginning, then from its end."""
    keys = [str(row[1]) for row in sorted(damaged.execute(f"PRAGMA table_info({table})"), key=lambda row: row[5]) if row[5]]
    for order in ("ASC", "DESC"):
        by = ", ".join(f'"{key}" {order}' for key in keys)
        cursor = damaged.execute(f"SELECT {columns} FROM {table} ORDER BY {by}")  # noqa: S608 - ours
        try:
            while rows := cursor.fetchmany(_RANGE):
                yield rows
        except sqlite3.DatabaseError as error:
            if order == "ASC":
                gaps.append(f"not all of it can be read ({error})")
        else:
            return
