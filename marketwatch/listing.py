"""Whole answers out of the store's pages: what lists, exports and the checks of exports share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from marketwatch.domain import Article, Move, StoredShift
from marketwatch.moves import group_moves, matching
from marketwatch.ports import ArticleStore
from marketwatch.query import Query

MOVE_SHIFTS = 50_000
"""Shifts read at most to group them into moves."""
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
    return (moves[::-1] if query.oldest_first else moves), more
