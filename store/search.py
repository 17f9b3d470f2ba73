"""Full text: FTS5 indexes without a copy of the text, of articles as they are and of former versions. The one place that knows
FTS5.

An entry has the number of its article's place in the order of dates (store.places): a search newest first reads as many
entries as it shows and sorts nothing, however often the word occurs. Beginnings of two to four letters have lists of their
own, for search while typing; FTS5 makes the list of a longer one from all the hits of all its words before it gives the first
hit, so such a beginning is asked for as the few words that the index has for it (`spelled_out`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    text,
    type_coerce,
)

from marketwatch.domain import JobStep
from store.bodies import legible
from store.labels import labels_of
from store.mapping import seconds
from store.tables import ARTICLE, FORMER, SEARCH, SEARCH_FORMER, VERSION
from store.text import index_text

OfPlaces = Callable[[ColumnElement[int]], ColumnElement[bool]]
"""Makes a condition of the column of places."""
Told = Callable[[JobStep], None]
"""Is told how far a long piece of work came; may raise to end it."""
_CHUNK = 500
"""Articles that are indexed at a time where all are."""
_HASH_BYTES, _BULK_BYTES = 1 << 20, 32 << 20
"""What FTS5 gathers before it writes: its own choice, and where all is indexed anew. Less is written again and again."""
_OPEN_END = re.compile(r'"([^"]+)"\*')
"""A phrase whose last word may be the beginning of one, as `text.match_expression` writes it."""
_LISTED = 4
"""Letters of the longest beginnings that have lists of their own."""
_MOST_WORDS = 16
"""Words that a beginning is spelled out in: each costs a look into every part of the index."""
_WORDS = """
WITH RECURSIVE found (term) AS (
    SELECT (SELECT term FROM search_terms WHERE term >= :first LIMIT 1)
    UNION ALL SELECT (SELECT term FROM search_terms WHERE term >= found.term || char(1) LIMIT 1)
    FROM found WHERE found.term < :behind LIMIT :most)
SELECT term FROM found WHERE term < :behind
"""
"""Leaps from word to word: reading on would pass every occurrence of the word."""


def _texts(table: Table, number: ColumnElement[int], article_id: ColumnElement[int]) -> Select[Any]:
    """The next rows with their texts, in the order of their numbers in the index, those that come `behind` one."""
    of_it = and_(VERSION.c.article_id == article_id, VERSION.c.version == table.c.version)
    body = type_coerce(VERSION.c.text, LargeBinary).label("body")
    found = select(number.label("number"), article_id.label("id"), VERSION.c.title, body).join_from(table, VERSION, of_it)
    return found.where(number > bindparam("behind")).order_by(number).limit(_CHUNK)


_CURRENT = _texts(ARTICLE, ARTICLE.c.place, ARTICLE.c.id)
_FORMER = _texts(FORMER, FORMER.c.id, FORMER.c.article_id)


def open_terms(connection: sqlite3.Connection) -> None:
    """Give a new connection the table of the words of the index."""
    connection.execute("CREATE VIRTUAL TABLE temp.search_terms USING fts5vocab(main, search, instance)")


def spelled_out(connection: Connection, expression: str) -> str:
    """The same hits, asked for by whole words where few words of the index have the beginning; their rank differs."""
    return _OPEN_END.sub(lambda found: _phrases(connection, found[1]) or found[0], expression)


def _phrases(connection: Connection, phrase: str) -> str:
    """A phrase with each word that its last one begins; '' to leave it as it is."""
    *before, last = phrase.split(" ")
    if len(last) <= _LISTED:
        return ""
    first = last.lower()
    bounds = {"first": first, "behind": first + "\U0010ffff", "most": _MOST_WORDS + 1}
    terms = list(connection.execute(text(_WORDS), bounds).scalars())
    if len(terms) > _MOST_WORDS:
        return ""
    return "(" + " OR ".join(f'"{" ".join([*before, term])}"' for term in terms or [last]) + ")"


def matching(expression: str) -> ColumnElement[bool]:
    """Condition on SEARCH: the entries an FTS5 expression finds."""
    return SEARCH.c.search.op("MATCH")(expression)


def places(expression: str, newer_than: int | None = None) -> Select[Any]:
    """The places of the articles that an expression finds, in no order; only those behind a place, when it is given."""
    found = select(SEARCH.c.rowid).where(matching(expression))
    return found if newer_than is None else found.where(SEARCH.c.rowid > newer_than)


def counted_from(connection: Connection, expression: str, most: int, where: OfPlaces) -> int | None:
    """The place behind which the newest `most` hits lie, of those `where` says; None when there are not more of them."""
    last = places(expression).where(where(SEARCH.c.rowid)).order_by(SEARCH.c.rowid.desc()).offset(most).limit(1)
    found = connection.execute(last).scalar()
    return None if found is None else int(found)


def newest(
    expression: str,
    *,
    limit: int,
    where: OfPlaces,
    beyond: int | None = None,
    oldest_first: bool = False,
) -> Select[Any]:
    """Places of hits, newest first (or oldest first); `beyond` this place, itself included.

    The index is walked hit by hit until there are enough.
    """
    hits = SEARCH.alias("hits")  # conditions ask SEARCH for words of their own
    found = select(hits.c.rowid).where(hits.c.search.op("MATCH")(expression))
    if beyond is not None:  # before other bounds: FTS5 begins at the first it is told
        found = found.where(hits.c.rowid >= beyond if oldest_first else hits.c.rowid <= beyond)
    found = found.where(where(hits.c.rowid))
    return found.order_by(hits.c.rowid.asc() if oldest_first else hits.c.rowid.desc()).limit(limit)


def counted(connection: Connection, expression: str, most: int) -> int:
    """How many articles an expression finds, at most so many."""
    return int(connection.execute(select(func.count()).select_from(places(expression).limit(most).subquery())).scalar_one())


def among(connection: Connection, expression: str, wanted: Sequence[int]) -> set[int]:
    """Those of these places that an expression finds; each is looked up."""
    return set(connection.execute(places(expression).where(SEARCH.c.rowid.in_(wanted))).scalars()) if wanted else set()


def ranked(connection: Connection, expression: str, wanted: Sequence[int], *, apart: bool) -> list[int]:
    """These places, best match first: a word in the title weighs five times one in the text.

    `apart`: they lie far from one another, so that each is looked up, not all the hits between them.
    """
    if not wanted:
        return []
    among = SEARCH.c.rowid.in_(wanted) if apart else SEARCH.c.rowid.between(min(wanted), max(wanted))
    order = func.bm25(literal_column("search"), 5.0, 1.0)
    return list(connection.execute(places(expression).where(among).order_by(order)).scalars())


# --- versions that are no longer the current ones: one that an article had at a moment is found by its words ----------------
def then(expression: str, as_of: datetime) -> Select[Any]:
    """The places of the articles that an expression finds in the version of then, where that is no longer the current one."""
    matched = select(SEARCH_FORMER.c.rowid).where(SEARCH_FORMER.c.search_former.op("MATCH")(expression))
    return select(FORMER.c.place).where(FORMER.c.id.in_(matched), FORMER.c.since < seconds(as_of), _until(as_of))


def newest_then(
    expression: str, as_of: datetime, *, limit: int, where: OfPlaces, beyond: int | None = None, oldest_first: bool = False
) -> Select[Any]:
    """Of these the newest (or oldest), as `newest` gives them of the current versions."""
    place = FORMER.c.place
    found = then(expression, as_of).where(where(place))
    if beyond is not None:
        found = found.where(place >= beyond if oldest_first else place <= beyond)
    return found.order_by(place.asc() if oldest_first else place.desc()).limit(limit)


def among_then(connection: Connection, expression: str, wanted: Sequence[int], as_of: datetime, now: set[int]) -> set[int]:
    """Those of these places that an expression finds in the version of then; `now`: those that it finds in the current one."""
    if not wanted:
        return set()
    had = select(FORMER.c.place).join(ARTICLE, ARTICLE.c.id == FORMER.c.article_id).where(ARTICLE.c.place.in_(wanted))
    changed = set(connection.execute(had.where(_until(as_of))).scalars())
    found = then(expression, as_of).where(FORMER.c.place.in_(changed)) if changed else None
    return (now - changed) | (set(connection.execute(found).scalars()) if found is not None else set())


def _until(as_of: datetime) -> ColumnElement[bool]:
    return FORMER.c.until >= seconds(as_of)


# --- writing ---------------------------------------------------------------------------------------------------------------
class Entry(NamedTuple):
    """What is indexed: an article by its place, with its labels, or a former version by the id of its row, without."""

    number: int
    title: str
    text: str
    labels: str = ""


def add(connection: Connection, entries: Iterable[Entry], *, former: bool = False) -> None:
    """Index articles or former versions."""
    _write(connection, "INSERT INTO search_former (rowid, title, text) VALUES (:number, :title, :text)" if former else
           "INSERT INTO search (rowid, title, text, labels) VALUES (:number, :title, :text, :labels)", entries)  # fmt: skip


def remove(connection: Connection, entries: Iterable[Entry], *, former: bool = False) -> None:
    """Take them out; an index without content must be told the very words that went in."""
    _write(
        connection,
        "INSERT INTO search_former (search_former, rowid, title, text) VALUES ('delete', :number, :title, :text)" if former else
        "INSERT INTO search (search, rowid, title, text, labels) VALUES ('delete', :number, :title, :text, :labels)",
        entries,
    )  # fmt: skip


def _write(connection: Connection, sql: str, entries: Iterable[Entry]) -> None:
    rows: list[dict[str, Any]] = [
        {"number": e.number, "title": index_text(e.title), "text": index_text(e.text), "labels": e.labels} for e in entries
    ]
    if rows:
        connection.execute(text(sql), rows)


def rebuild(connection: Connection, schema: Mapping[str, str]) -> None:
    """Make both indexes afresh from the texts, with the SQL that makes the empty ones: one that is damaged cannot be emptied."""
    for name in ("search", "search_former"):
        connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql(schema[name])
    fill(connection)


def fill(connection: Connection, told: Told = lambda _: None) -> None:
    """Index all articles and former versions in indexes that are empty, in the order of their numbers, some at a time.

    One statement for all would hold every page that it changes a second time in memory: a gigabyte for 250,000 articles.
    """
    total = int(connection.execute(select(func.count()).select_from(ARTICLE)).scalar_one())
    for former, entries in ((False, _CURRENT), (True, _FORMER)):
        _gather(connection, _BULK_BYTES, former=former)
        done, behind = 0, -(2**62)
        while rows := connection.execute(entries, {"behind": behind}).all():
            labels = {} if former else labels_of(connection, [row.id for row in rows])
            made = (Entry(row.number, row.title, legible(row.body), labels.get(row.id, "")) for row in rows)
            add(connection, made, former=former)
            done, behind = done + len(rows), rows[-1].number
            told(JobStep("edited articles" if former else "full text", done, None if former else total))
        _gather(connection, _HASH_BYTES, former=former)


def _gather(connection: Connection, size: int, *, former: bool) -> None:
    name = "search_former" if former else "search"
    connection.exec_driver_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', {size})")  # noqa: S608 - ours
