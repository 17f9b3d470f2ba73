"""The lists of shifts and articles: one keyset page of any query, newest first. No list loads a body.

A list is ordered by place in time (store.places), and each way to read it gives that order without sorting:

- by an index of the table, of the vendor and kind when the query names one (SQLite chooses);
- articles of one vendor through `mention`, articles with certain shifts through `shift`;
- when every hit must hold certain words, from the newest end of the full-text index (store.search), unless the rest of the
  query leaves so few rows that these are looked up in the index instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, tuple_

from marketwatch.errors import UsageError
from marketwatch.query import And, FieldTerm, MatchAll, Node, Query
from store import search
from store.as_of import placed
from store.conditions import article_condition, concerns_shifts, shift_condition, split_words
from store.dialect import DIALECT
from store.tables import ARTICLE, MENTION, SHIFT

_FEW = 2000
"""Rows that are rather looked up in the full-text index than met by walking through it."""
_RANKED = 2000
"""Newest hits that are put in the order of how well they match."""
_FIRST_STEP, _STEPS = 400, 4
"""Entries of the full-text index read first, and how often four times as many are read before another way is taken."""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is read."""

    statement: Select[Any]
    """Rows that hold the columns of `key`, under every condition but the words."""
    key: tuple[ColumnElement[Any], ...]
    """The place, of shifts their id too: what orders the list and what a cursor names."""
    words: str = ""
    """Full-text expression that every hit must match; '' for none."""
    selective: bool = False
    """Whether the other conditions may leave few rows, and an index finds these."""


def shift_listing(query: Query) -> Listing:
    words, rest = split_words(query.where)
    statement = select(SHIFT).join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id).where(shift_condition(query, rest))
    return Listing(statement, (SHIFT.c.place, SHIFT.c.id), words, _names(rest, "vendor", "kind"))


def article_listing(query: Query) -> Listing:
    words, rest = split_words(query.where)
    if concerns_shifts(query):
        shifts = select(SHIFT.c.place, SHIFT.c.article_id).join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id)
        statement = shifts.where(shift_condition(query, rest)).distinct()
        return Listing(statement, (SHIFT.c.place,), words, _names(rest, "vendor", "kind"))
    vendor, others = _only_vendor(rest)
    if vendor is None:
        statement = select(ARTICLE.c.place, ARTICLE.c.id.label("article_id")).where(article_condition(rest, query.as_of))
        return Listing(statement, (ARTICLE.c.place,), words)
    statement = select(MENTION.c.place, MENTION.c.article_id).where(MENTION.c.vendor == vendor)
    if not isinstance(others, MatchAll) or query.as_of:
        statement = statement.join(ARTICLE, ARTICLE.c.id == MENTION.c.article_id)
        statement = statement.where(placed(MENTION, query.as_of), article_condition(others, query.as_of))
    return Listing(statement, (MENTION.c.place,), words, True)


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
    if listing.words and not (listing.selective and _leaves_few(connection, listing)):
        rows = _by_words(connection, listing, limit + 1, cursor, oldest_first)
    else:
        rows = list(connection.execute(_ordered(with_words(listing), cursor, oldest_first).limit(limit + 1)).all())
    more, rows = len(rows) > limit, rows[:limit]
    return rows, ".".join(str(part) for part in _key_of(listing, rows[-1])) if more else None


def with_words(listing: Listing, newer_than: int | None = None) -> Listing:
    """The listing with its words as one of the conditions, of all places or of those behind one."""
    if not listing.words:
        return listing
    places = search.places(listing.words, newer_than)
    return replace(listing, statement=listing.statement.where(listing.key[0].in_(places)), words="")


def _leaves_few(connection: Connection, listing: Listing) -> bool:
    rows = listing.statement.limit(_FEW).subquery()
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one()) < _FEW


def _ordered(listing: Listing, cursor: Sequence[int] | None, oldest_first: bool) -> Select[Any]:
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
    if few:
        rows = list(connection.execute(_ordered(with_words(listing), None, False).limit(_RANKED)))
    else:
        rows = _by_words(connection, listing, _RANKED, None, False)
    ranked = search.ranked(connection, listing.words, sorted({row.place for row in rows}), apart=few)
    order = {place: number for number, place in enumerate(ranked)}
    start = whole_number(after) if after else 0
    page_ = sorted(rows, key=lambda row: order[row.place])[start : start + limit]
    return page_, str(start + limit) if len(rows) > start + limit else None


def _by_words(
    connection: Connection, listing: Listing, limit: int, cursor: Sequence[int] | None, oldest_first: bool
) -> list[Any]:
    """Walk through the full-text index from its newest end (or oldest) until a page is full."""
    ordered = _ordered(listing, cursor, oldest_first)
    found: list[Any] = []
    step = _FIRST_STEP
    beyond = cursor[0] if cursor else None
    for _ in range(_STEPS):
        hits = search.newest(connection, listing.words, limit=step, beyond=beyond, oldest_first=oldest_first)
        found += connection.execute(ordered.where(listing.key[0].in_(hits)).limit(limit - len(found)))
        if len(hits) < step or len(found) >= limit:
            return found
        beyond = hits[-1] + (1 if oldest_first else -1)
        step *= 4
    # The rest of the query leaves few of the hits: it is quicker to ask for all of them at once.
    key = listing.key[0]
    rest = _ordered(with_words(listing), cursor, oldest_first).where(key >= beyond if oldest_first else key <= beyond)
    return found + list(connection.execute(rest.limit(limit - len(found))))


def explained(listing: Listing, query: Query) -> str:
    """The SQL of a list's first page, with its values."""
    statement = _ordered(with_words(listing), None, query.oldest_first)
    return str(statement.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))
