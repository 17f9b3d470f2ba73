"""Looking after the file: what is wrong with it, and making what can be made again."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from store import search

_MONTHS = (
    "SELECT vendor, strftime('%Y', dated_at, 'unixepoch') * 12 + strftime('%m', dated_at, 'unixepoch') - 1 AS month, kind, "
    "count(*) FROM shift WHERE NOT background AND until IS NULL GROUP BY 1, 2, 3"
)
_OUTLETS = "SELECT coalesce(nullif(outlet, ''), source), source, coalesce(lang, ''), count(*) FROM article GROUP BY 1, 2, 3"
_COUNTED = "SELECT count(*) FROM shift WHERE article_id = article.id AND NOT background AND until IS NULL"
_SHOWN = f"SELECT id, ({_COUNTED}) FROM article"  # noqa: S608 - ours
_FORMER = (
    "SELECT v.article_id, v.version, article.place, v.seen_at, n.seen_at FROM article_version v JOIN article_version n "
    "ON n.article_id = v.article_id AND n.version = v.version + 1 JOIN article ON article.id = v.article_id"
)
_KEPT = (
    ("counts of shifts by month", _MONTHS, "SELECT vendor, month, kind, shifts FROM month_count"),
    ("counts of articles by outlet", _OUTLETS, "SELECT outlet, source, lang, articles FROM outlet_count"),
    ("articles' numbers of shifts", _SHOWN, "SELECT id, shifts FROM article"),
    ("full-text index", "SELECT place FROM article", "SELECT id FROM search_docsize"),
    ("former versions", _FORMER, "SELECT article_id, version, place, since, until FROM former"),
    ("full-text index of former versions", "SELECT id FROM former", "SELECT id FROM search_former_docsize"),
)
"""What is kept beside the articles: its name, what it should be, what it is."""
_AGAIN = (
    "DELETE FROM month_count",
    f"INSERT INTO month_count {_MONTHS}",
    "DELETE FROM outlet_count",
    f"INSERT INTO outlet_count {_OUTLETS}",
    f"UPDATE article SET shifts = ({_COUNTED})",  # noqa: S608 - ours
    "DELETE FROM former",
    f"INSERT INTO former (article_id, version, place, since, until) {_FORMER}",
)


def damage(connection: Connection) -> str:
    """SQLite's own verdict: `ok` or what is damaged."""
    return "; ".join(str(line) for line in connection.exec_driver_sql("PRAGMA quick_check").scalars())


def out_of_step(connection: Connection) -> list[str]:
    """What is kept beside the articles and does not fit them; `repair` makes it again."""
    wrong = []
    for name, truth, kept in _KEPT:
        either = _missing(connection, truth, kept) + _missing(connection, kept, truth)
        if either:
            wrong.append(f"{name}: {either} differ from the articles")
    return wrong


def _missing(connection: Connection, rows: str, others: str) -> int:
    """How many of the rows of one question the other does not give."""
    sql = f"SELECT count(*) FROM (SELECT * FROM ({rows}) EXCEPT SELECT * FROM ({others}))"  # noqa: S608 - ours both
    return int(connection.exec_driver_sql(sql).scalar_one())


def repair(connection: Connection) -> None:
    """Make the index, the counts and the full-text index again from the articles."""
    connection.exec_driver_sql("REINDEX")
    for statement in _AGAIN:
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
