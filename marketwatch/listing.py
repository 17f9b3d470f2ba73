"""Whole answers out of the store's pages: what lists, exports and the checks of exports share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from marketwatch.domain import Article, Move, StoredShift
from marketwatch.moves import group_moves, matching
from marketwatch.opposites import OPPOSED
from marketwatch.ports import ArticleStore
from marketwatch.query import And, DateRange, FieldTerm, Query, asks_reversals
from marketwatch.reversals import Reversal, by_shift, find_reversals

MOVE_SHIFTS = 50_000
"""Shifts read at most to group them into moves."""
POSITION_SHIFTS = 10_000
"""Newest shifts read at most to find what vendors stood for."""
_PAGE = 1000

Row = TypeVar("Row", StoredShift, Article)
_Page = Callable[..., tuple[Sequence[Row], str | None]]


def every(page: _Page[Row], query: Query, limit: int) -> tuple[list[Row], bool]:
    """At most so many rows of `store.shifts` or `store.articles`, and whether there are more."""
    found: list[Row] = []
    after: str | None = None
    while len(found) < limit:
        rows, after = page(query, limit=min(_PAGE, limit - len(found)), after=after)
        found += rows
        if after is None:
            break
    return found, after is not None


def moves_under(store: ArticleStore, query: Query) -> tuple[list[Move], bool]:
    """The moves under a query in its order, and whether there were more shifts than are read. Raises StoreError."""
    shifts, more = every(store.shifts, query, MOVE_SHIFTS)
    moves = matching(group_moves(shifts), query)
    if asks_reversals(query):
        moves = only_reversals(moves, reversals_of(store, query, moves))
    return (sorted(moves, key=lambda move: move.first_at) if query.oldest_first else moves), more


def reversals_of(store: ArticleStore, query: Query, moves: Sequence[Move]) -> Mapping[int, Reversal]:
    """What of these moves is a reversal, by the ids of their shifts. Raises StoreError.

    The positions they turn are looked for in the whole base, as the query knows it (`asof:`), whatever else it asks.
    """
    vendors = tuple(sorted({move.lead.shift.vendor for move in moves if move.lead.shift.kind in OPPOSED}))
    if not vendors:
        return {}
    # What was told later turns nothing of theirs, and must not push out what was told before.
    last = max(stored.article.dated_at for move in moves for stored in move.shifts) + timedelta(days=1)
    kinds = tuple(kind.value for kind in OPPOSED)
    terms = (FieldTerm("vendor", vendors), FieldTerm("kind", kinds), FieldTerm("date", (DateRange(None, last),)))
    shifts, _ = every(store.shifts, Query(where=And(terms), as_of=query.as_of), POSITION_SHIFTS)
    return by_shift(find_reversals(group_moves(shifts)))


def only_reversals(moves: Iterable[Move], reversals: Mapping[int, Reversal]) -> list[Move]:
    """Those of the moves that are reversals."""
    return [move for move in moves if reversal_of(move, reversals) is not None]


def reversal_of(move: Move, reversals: Mapping[int, Reversal]) -> Reversal | None:
    """The reversal that a move is, be it told by only some of the articles that tell it."""
    return next((reversals[stored.id] for stored in move.shifts if stored.id in reversals), None)
