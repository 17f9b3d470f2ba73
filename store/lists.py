"""The lists of shifts and articles: one keyset page of any query, newest first. No list loads a body.

A list is ordered by place in time (store.places), and each way to read it gives that order without sorting:

- by an index of the table, of the vendor and kind when the query names one (SQLite chooses);
- articles of one vendor through `mention`, articles with certain shifts through `shift`;
- when every hit must hold certain words, from the newest end of the full-text index (store.search), where words meet the
  labels of vendors and kinds (store.labels), unless the rest of the query leaves so few rows that these are looked up instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.sql import visitors

from marketwatch.errors import UsageError
from marketwatch.query import And, FieldTerm, MatchAll, Node, Query
from store import labels, search
from store.as_of import naming, unchanged
from store.conditions import article_condition, concerns_shifts, shift_condition, split_words, within_dates
from store.dialect import DIALECT
from store.tables import ARTICLE, SEARCH, SHIFT

_FEW = 300
"""Rows that are rather looked up in the full-text index, each for itself, than met by walking through it."""
_EXPLAINED = 100
"""Rows of the page that is explained."""
_FINDING = ("tag", "story")
"""Fields whose index leads to the articles."""
_RANKED = 2000
"""Newest hits that are put in the order of how well they match."""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is read."""

    statement: Select[Any]
    """Rows that hold the columns of `key`, under every condition but the words."""
    key: tuple[ColumnElement[Any], ...]
    """The place, of shifts their id too: what orders the list and what a cursor names."""
    words: str = ""
    """Full-text expression that every hit must match; '' for none."""
    labels: str = ""
    """Full-text expression of the labels of every hit, beside `words`; '' for none."""
    selective: bool = False
    """Whether the other conditions may leave few rows, which an index finds and labels do not."""
    rest: Node = field(default_factory=MatchAll)
    """The query without the words."""
    article: ColumnElement[int] = ARTICLE.c.id
    """The id of a row's article, in `statement`."""
    as_of: datetime | None = None
    """The words are those of the versions of then."""

    @property
    def expression(self) -> str:
        """Full-text expression of words and labels."""
        return " AND ".join(filter(None, (self.words, self.labels)))


def shift_listing(query: Query) -> Listing:
    words, rest = split_words(query.where)
    statement = _under(shift_condition(query, rest), SHIFT)
    marked, selective = _narrowed(query, rest, shifts=True)
    return Listing(statement, (SHIFT.c.place, SHIFT.c.id), words, marked, selective, rest, SHIFT.c.article_id, query.as_of)


def article_listing(query: Query) -> Listing:
    words, rest = split_words(query.where)
    of_shifts = concerns_shifts(query)
    marked, selective = _narrowed(query, rest, shifts=of_shifts)
    if of_shifts:
        shifts: Select[Any] = _under(shift_condition(query, rest), SHIFT.c.place, SHIFT.c.article_id).distinct()
        return Listing(shifts, (SHIFT.c.place,), words, marked, selective, rest, SHIFT.c.article_id, query.as_of)
    vendor, others = _only_vendor(rest)
    if vendor is None:
        statement = select(ARTICLE.c.place, ARTICLE.c.id.label("article_id")).where(article_condition(rest, query.as_of))
        return Listing(statement, (ARTICLE.c.place,), words, marked, selective, rest, as_of=query.as_of)
    named: Select[Any] = naming([vendor], query.as_of)
    place, article = named.selected_columns
    if not isinstance(others, MatchAll) or query.as_of:
        condition = article_condition(others, query.as_of)
        named = named.join(ARTICLE, ARTICLE.c.id == article).where(condition)
    return Listing(named, (place,), words, marked, selective, rest, article, query.as_of)


def _narrowed(query: Query, rest: Node, *, shifts: bool) -> tuple[str, bool]:
    """The labels of every hit, and whether the query names what few rows may have and no label tells. Labels are of now."""
    if query.as_of is not None:
        return "", _names(rest, *_FINDING, "vendor", "kind")
    return labels.wanted(rest, shifts=shifts), _names(rest, *_FINDING)


def _under(condition: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Shifts under a condition, with their articles where it asks something of these: each is a row to look up."""
    asked = any(getattr(part, "table", None) is ARTICLE for part in visitors.iterate(condition))
    shifts = select(*columns).where(condition)
    return shifts.join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id) if asked else shifts


def _parts(where: Node) -> tuple[Node, ...]:
    return where.parts if isinstance(where, And) else (where,)


def _names(where: Node, *fields: str) -> bool:
    return any(isinstance(part, FieldTerm) and part.name in fields for part in _parts(where))


def _only_vendor(where: Node) -> tuple[str | None, Node]:
    """The one vendor that every hit must name, and the rest of the query."""
    parts = _parts(where)
    for number, part in enumerate(parts):
        if isinstance(part, FieldTerm) and part.name == "vendor" and len(part.values) == 1:
            rest = (*parts[:number], *parts[number + 1 :])
            return str(part.values[0]), And(rest) if rest else MatchAll()
    return None, where


def page(
    connection: Connection, listing: Listing, limit: int, after: str | None, oldest_first: bool
) -> tuple[list[Any], str | None]:
    """Rows of one page and the cursor of the next, None at the end. Raises UsageError for a cursor that is none."""
    cursor = _read_cursor(after, len(listing.key)) if after else None
    if not listing.words:
        rows = list(connection.execute(ordered(listing, cursor, oldest_first).limit(limit + 1)))
    elif listing.selective and _leaves_few(connection, listing):
        rows = _looked_up(connection, listing, cursor, oldest_first)
    elif listing.selective and _names(listing.rest, "date"):
        # The hits of the dates are held at once: without knowing better SQLite asks for all rows of the dates, hit by hit.
        rows = list(connection.execute(ordered(with_words(listing), cursor, oldest_first).limit(limit + 1)))
    else:
        rows = _by_words(connection, listing, limit + 1, cursor, oldest_first)
    more, rows = len(rows) > limit, rows[:limit]
    return rows, ".".join(str(part) for part in _key_of(listing, rows[-1])) if more else None


def with_words(listing: Listing, newer_than: int | None = None) -> Listing:
    """The listing with its words as one of the conditions, of all places or of those behind one."""
    if not listing.words:
        return listing
    place = listing.key[0]
    holds: ColumnElement[bool] = place.in_(
        search.places(listing.expression, newer_than).where(within_dates(SEARCH.c.rowid, listing.rest))
    )
    if listing.as_of is not None:
        then = place.in_(search.then(listing.words, listing.as_of))
        holds = or_(and_(holds, unchanged(listing.article, listing.as_of)), then)
    return replace(listing, statement=listing.statement.where(holds), words="", labels="")


def _leaves_few(connection: Connection, listing: Listing) -> bool:
    return counted(connection, replace(listing, words=""), _FEW) < _FEW


def counted(connection: Connection, listing: Listing, most: int, newer_than: int | None = None) -> int:
    """How many rows a listing has, at most so many; of its words only the hits behind a place, when one is given."""
    statement = with_words(listing, newer_than).statement.with_only_columns(*listing.key, maintain_column_froms=True)
    return int(connection.execute(select(func.count()).select_from(statement.limit(most).subquery())).scalar_one())


def ordered(listing: Listing, cursor: Sequence[int] | None = None, oldest_first: bool = False) -> Select[Any]:
    """The rows behind a cursor in the order of the list, under every condition but the words."""
    statement = listing.statement
    if cursor:
        key, at = tuple_(*listing.key), tuple_(*(literal(part) for part in cursor))
        statement = statement.where(key > at if oldest_first else key < at)
    return statement.order_by(*(c.asc() if oldest_first else c.desc() for c in listing.key))


def _key_of(listing: Listing, row: Any) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in ("place", "id")[: len(listing.key)])


def _read_cursor(cursor: str, length: int) -> tuple[int, ...]:
    parts = tuple(whole_number(part) for part in cursor.split("."))
    if len(parts) != length:
        raise UsageError(f"'{cursor}' is no page cursor")
    return parts


def whole_number(text: str) -> int:
    """A part of a cursor. Raises UsageError."""
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise UsageError(f"'{text}' is no page cursor")
    return int(text)


def best(connection: Connection, listing: Listing, limit: int, after: str) -> tuple[list[Any], str | None]:
    """Rows in the order of how well they match the words, of the newest that match; a cursor counts those before."""
    few = listing.selective and _leaves_few(connection, listing)
    rows = _looked_up(connection, listing) if few else _by_words(connection, listing, _RANKED)
    ranked = search.ranked(connection, listing.words, sorted({row.place for row in rows}), apart=few)
    order = {place: number for number, place in enumerate(ranked)}
    last = len(order)  # where those stand that the words find in a former version
    start = whole_number(after) if after else 0
    page_ = sorted(rows, key=lambda row: order.get(row.place, last))[start : start + limit]
    return page_, str(start + limit) if len(rows) > start + limit else None


def _looked_up(
    connection: Connection, listing: Listing, cursor: Sequence[int] | None = None, oldest_first: bool = False
) -> list[Any]:
    """Few rows of the rest of the query, those whose article holds the words."""
    rows = list(connection.execute(ordered(listing, cursor, oldest_first)))
    # Spelled out: of a beginning, FTS5 would make the list of all hits for each of these places anew.
    words = search.spelled_out(connection, listing.words)
    places = list({row.place for row in rows})
    found = search.among(connection, words, places)
    if listing.as_of is not None:
        found = search.among_then(connection, listing.words, places, listing.as_of, found)
    return [row for row in rows if row.place in found]


def _by_words(
    connection: Connection, listing: Listing, limit: int, cursor: Sequence[int] | None = None, oldest_first: bool = False
) -> list[Any]:
    """Walk through the full-text index from its newest end (or oldest) until a page is full."""
    spelled = replace(listing, words=search.spelled_out(connection, listing.words))
    places = list(connection.execute(_walk(spelled, limit, cursor, oldest_first)).scalars())
    if listing.as_of is not None:
        places += connection.execute(_walk(listing, limit, cursor, oldest_first, then=listing.as_of)).scalars()
    return list(connection.execute(ordered(listing, cursor, oldest_first).where(listing.key[0].in_(places)).limit(limit)))


def _walk(
    listing: Listing, limit: int, cursor: Sequence[int] | None, oldest_first: bool, then: datetime | None = None
) -> Select[Any]:
    """Places of the hits of a page: those that the rest of the query leaves a row of.

    Of the current versions, where these were the articles' before `as_of`; `then`: of those that articles had at that moment.
    """

    def has_row(place: ColumnElement[int]) -> ColumnElement[bool]:
        rows = listing.statement.with_only_columns(literal(1), maintain_column_froms=True).where(listing.key[0] == place)
        if then is None:
            rows = rows.where(unchanged(listing.article, listing.as_of))
        return and_(within_dates(place, listing.rest), rows.correlate(place.table).exists())

    # One place more: of the first, all rows may stand before the cursor.
    beyond = cursor[0] if cursor else None
    newest = partial(search.newest_then, as_of=then) if then else search.newest
    return newest(listing.expression, limit=limit + 1, where=has_row, beyond=beyond, oldest_first=oldest_first)


def explained(listing: Listing, query: Query) -> str:
    """The SQL of a list's first page, with its values."""
    statement = ordered(listing, None, query.oldest_first)
    if listing.words:
        walks = [_walk(listing, _EXPLAINED, None, query.oldest_first, then) for then in dict.fromkeys((None, listing.as_of))]
        statement = statement.where(or_(*(listing.key[0].in_(walk) for walk in walks)))
    return str(statement.limit(_EXPLAINED).compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))
