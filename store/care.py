"""Looking after the file: what is wrong with it, and making what can be made again."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from store import search

_OUT_OF_STEP = (
    ("full-text index", "SELECT count(*) FROM article", "SELECT count(*) FROM search_docsize"),
    ("counts of shifts", "SELECT count(*) FROM shift WHERE NOT background", "SELECT coalesce(sum(shifts), 0) FROM month_count"),
    ("counts of articles", "SELECT count(*) FROM article", "SELECT coalesce(sum(articles), 0) FROM outlet_count"),
)
_COUNT_AGAIN = (
    "DELETE FROM month_count",
    "INSERT INTO month_count SELECT vendor, strftime('%Y', dated_at, 'unixepoch') * 12 "
    "+ strftime('%m', dated_at, 'unixepoch') - 1 AS month, kind, count(*) FROM shift WHERE NOT background GROUP BY 1, 2, 3",
    "DELETE FROM outlet_count",
    "INSERT INTO outlet_count SELECT coalesce(nullif(outlet, ''), source), source, coalesce(lang, ''), count(*) "
    "FROM article GROUP BY 1, 2, 3",
)


def damage(connection: Connection) -> str:
    """SQLite's own verdict: `ok` or what is damaged."""
    return "; ".join(str(line) for line in connection.exec_driver_sql("PRAGMA quick_check").scalars())


def out_of_step(connection: Connection) -> list[str]:
    """What is kept beside the articles and does not fit them; `repair` makes it again."""
    return [
        f"{name}: {kept} instead of {true}"
        for name, truth, found in _OUT_OF_STEP
        if (true := connection.exec_driver_sql(truth).scalar_one()) != (kept := connection.exec_driver_sql(found).scalar_one())
    ]


def repair(connection: Connection) -> None:
    """Make the index, the counts and the full-text index again from the articles."""
    connection.exec_driver_sql("REINDEX")
    for statement in _COUNT_AGAIN:
        connection.exec_driver_sql(statement)
    search.rebuild(connection)


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
