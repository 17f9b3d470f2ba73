"""Full text: an FTS5 index without a copy of the text. The one place that knows FTS5.

An entry has the number of its article's place in the order of dates (store.places): a search newest first reads as many
entries as it shows and sorts nothing, however often the word occurs. Beginnings of two to four letters have lists of their
own, for search while typing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select, text

from store.tables import SEARCH
from store.text import index_text

_FILL = (
    "INSERT INTO search (rowid, title, text) SELECT article.place, indexed(v.title), indexed(unpacked(v.text)) FROM article "
    "JOIN article_version v ON v.article_id = article.id AND v.version = article.version ORDER BY article.place"
)
"""The functions are Python's, see store.engine."""


def matching(expression: str) -> ColumnElement[bool]:
    """Condition on SEARCH: the entries an FTS5 expression finds."""
    return SEARCH.c.search.op("MATCH")(expression)


def places(expression: str, newer_than: int | None = None) -> Select[Any]:
    """The places of the articles that an expression finds, in no order; only those behind a place, when it is given."""
    found = select(SEARCH.c.rowid).where(matching(expression))
    return found if newer_than is None else found.where(SEARCH.c.rowid > newer_than)


def counted_from(connection: Connection, expression: str, most: int) -> int | None:
    """The place behind which the newest `most` hits lie; None when there are not more of them."""
    last = places(expression).order_by(SEARCH.c.rowid.desc()).offset(most).limit(1)
    found = connection.execute(last).scalar()
    return None if found is None else int(found)


def newest(
    connection: Connection, expression: str, *, limit: int, beyond: int | None = None, oldest_first: bool = False
) -> list[int]:
    """Places of hits, newest first (or oldest first); `beyond` this place, itself included."""
    found = select(SEARCH.c.rowid).where(matching(expression))
    if beyond is not None:
        found = found.where(SEARCH.c.rowid >= beyond if oldest_first else SEARCH.c.rowid <= beyond)
    order = SEARCH.c.rowid.asc() if oldest_first else SEARCH.c.rowid.desc()
    return list(connection.execute(found.order_by(order).limit(limit)).scalars())


def ranked(connection: Connection, expression: str, wanted: Sequence[int], *, apart: bool) -> list[int]:
    """These places, best match first: a word in the title weighs five times one in the text.

    `apart`: they lie far from one another, so that each is looked up, not all the hits between them.
    """
    if not wanted:
        return []
    among = SEARCH.c.rowid.in_(wanted) if apart else SEARCH.c.rowid.between(min(wanted), max(wanted))
    order = func.bm25(literal_column("search"), 5.0, 1.0)
    return list(connection.execute(places(expression).where(among).order_by(order)).scalars())


def add(connection: Connection, articles: Iterable[tuple[int, str, str]]) -> None:
    """Index articles: (place, title, text)."""
    _write(connection, "INSERT INTO search (rowid, title, text) VALUES (:place, :title, :text)", articles)


def remove(connection: Connection, articles: Iterable[tuple[int, str, str]]) -> None:
    """Take articles out; an index without content must be told the very text that went in."""
    sql = "INSERT INTO search (search, rowid, title, text) VALUES ('delete', :place, :title, :text)"
    _write(connection, sql, articles)


def _write(connection: Connection, sql: str, articles: Iterable[tuple[int, str, str]]) -> None:
    rows: list[dict[str, Any]] = [{"place": at, "title": index_text(t), "text": index_text(b)} for at, t, b in articles]
    if rows:
        connection.execute(text(sql), rows)


def rebuild(connection: Connection) -> None:
    """Make the index afresh from the current texts."""
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")
    connection.exec_driver_sql(_FILL)
