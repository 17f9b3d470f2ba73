"""Looking after the file: what is wrong with it, and making what can be made again."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine

from store import search
from store.migrations import FORMERS, schema

_MONTHS = (
    "SELECT vendor, strftime('%Y', dated_at, 'unixepoch') * 12 + strftime('%m', dated_at, 'unixepoch') - 1 AS month, kind, "
    "count(*) FROM shift WHERE NOT background AND until IS NULL GROUP BY 1, 2, 3"
)
_OUTLETS = "SELECT coalesce(nullif(outlet, ''), source), source, coalesce(lang, ''), count(*) FROM article GROUP BY 1, 2, 3"
_COUNTED = "SELECT count(*) FROM shift WHERE article_id = article.id AND NOT background AND until IS NULL"
_SHOWN = f"SELECT id, ({_COUNTED}) FROM article"  # noqa: S608 - ours
_KEPT = (
    ("counts of shifts by month", _MONTHS, "SELECT vendor, month, kind, shifts FROM month_count"),
    ("counts of articles by outlet", _OUTLETS, "SELECT outlet, source, lang, articles FROM outlet_count"),
    ("articles' numbers of shifts", _SHOWN, "SELECT id, shifts FROM article"),
    ("full-text index", "SELECT place FROM article", "SELECT id FROM search_docsize"),
    ("former versions", FORMERS, "SELECT article_id, version, place, since, until FROM former"),
    ("full-text index of former versions", "SELECT id FROM former", "SELECT id FROM search_former_docsize"),
    ("texts of articles", "SELECT id, version FROM article", "SELECT article_id, max(version) FROM article_version GROUP BY 1"),
    ("revision", "SELECT 'revision'", "SELECT key FROM meta"),
)
"""What is kept beside the articles: its name, what it should be, what it is."""
_AGAIN = (
    "DELETE FROM month_count",
    f"INSERT INTO month_count {_MONTHS}",
    "DELETE FROM outlet_count",
    f"INSERT INTO outlet_count {_OUTLETS}",
    f"UPDATE article SET shifts = ({_COUNTED})",  # noqa: S608 - ours
    "INSERT OR IGNORE INTO meta VALUES ('revision', 0)",
    "DELETE FROM former",
    f"INSERT INTO former (article_id, version, place, since, until) {FORMERS}",
)


_COPIED = (
    ("shift", "place"), ("shift", "dated_at"), ("figure", "dated_at"), ("former", "place"), ("mention", "place"),
    ("past_mention", "place"),
)  # fmt: skip
"""Columns that stand in another table too, where indexes need them."""
_KEYED = ("mention", "past_mention")
"""Tables whose key holds the place."""


def damage(path: Path) -> str:
    """SQLite's own verdict: `ok` or what is damaged. Outside of transactions: of a damaged file none comes to its end."""
    with closing(sqlite3.connect(path)) as raw:
        try:
            return "; ".join(str(line) for (line,) in raw.execute("PRAGMA integrity_check"))
        except sqlite3.DatabaseError as error:
            return str(error)


def absent(connection: Connection) -> list[str]:
    """Tables and indexes that the file should have and has not."""
    there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
    return [name for name in schema() if name not in there]


def out_of_step(connection: Connection) -> list[str]:
    """What is kept beside the articles and does not fit them; `repair` makes it again."""
    lost = Counter(str(table) for table, *_ in connection.exec_driver_sql("PRAGMA foreign_key_check"))
    wrong = [f"{table}: {count} rows belong to nothing" for table, count in lost.items()]
    for table, column in _COPIED:
        count = connection.exec_driver_sql(f"SELECT count(*) {_differing(table, column)}").scalar_one()
        wrong += [f"{table}.{column}: {count} differ from the articles"] if count else []
    for name, truth, kept in _KEPT:
        either = _missing(connection, truth, kept) + _missing(connection, kept, truth)
        if either:
            wrong.append(f"{name}: {either} differ from the articles")
    return wrong


def _missing(connection: Connection, rows: str, others: str) -> int:
    """How many of the rows of one question the other does not give."""
    sql = f"SELECT count(*) FROM (SELECT * FROM ({rows}) EXCEPT SELECT * FROM ({others}))"  # noqa: S608 - ours both
    return int(connection.exec_driver_sql(sql).scalar_one())


def _differing(table: str, column: str) -> str:
    return f"FROM {table} JOIN article ON article.id = article_id WHERE {table}.{column} <> article.{column}"


def restore_schema(connection: Connection) -> None:
    """Make the tables and indexes again that are gone, empty as they then are."""
    for name in absent(connection):
        connection.exec_driver_sql(schema()[name])


def repair(connection: Connection) -> None:
    """Make the indexes, copies, counts and the full-text index again from the articles; rows that belong to nothing go.

    What the analyst said of an article that is gone stays.
    """
    connection.exec_driver_sql("REINDEX")
    for statement in _orphans(connection):
        connection.exec_driver_sql(statement)
    for table, column in _COPIED:
        found = f"SELECT {column} FROM article WHERE article.id = article_id"  # noqa: S608 - ours
        if table in _KEYED:
            connection.exec_driver_sql(f"UPDATE OR REPLACE {table} SET {column} = ({found}) WHERE {column} <> ({found})")  # noqa: S608
        else:
            wrong = f"SELECT {table}.id {_differing(table, column)}"
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = ({found}) WHERE id IN ({wrong})")  # noqa: S608 - ours
    for statement in _AGAIN:
        connection.exec_driver_sql(statement)
    search.rebuild(connection, schema())


def _orphans(connection: Connection) -> Iterator[str]:
    """Statements that delete rows whose article or shift is gone, where the schema lets them go with it."""
    tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    for table in tables:
        for _, _, parent, column, of, _, on_delete, _ in connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})").all():
            if on_delete == "CASCADE":
                yield f"DELETE FROM {table} WHERE {column} NOT IN (SELECT {of} FROM {parent})"  # noqa: S608 - ours


def compact(engine: Engine) -> None:
    """Give free pages back to the disk and let SQLite learn how its indexes are filled. Needs as much free disk as the file."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for statement in ("VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
            raw.cursor().execute(statement)


def learn(engine: Engine) -> None:
    """Let SQLite look at indexes whose filling changed a lot; a few milliseconds, and no waiting for who is writing."""
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for statement in ("PRAGMA busy_timeout = 50", "PRAGMA analysis_limit = 400", "PRAGMA optimize"):
            raw.cursor().execute(statement)
