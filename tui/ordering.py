"""The orders in which rows can be listed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from marketwatch.claims import Claim, ClaimVerdict
from marketwatch.domain import FeedHealth, Move
from marketwatch.query import Query
from marketwatch.query.words import sought

RowType = TypeVar("RowType")
Orders = tuple[tuple[str, Callable[[RowType], Any] | None], ...]
"""Name and key of each; None: as the rows come, and rows of one key stay in that order."""

MOVE_ORDERS: Orders[Move] = (
    ("newest first", None),
    ("oldest first", lambda move: move.first_at),
    ("most outlets first", lambda move: -len(move.outlets)),
    ("surest first", lambda move: -move.confidence),
    ("by vendor", lambda move: move.lead.shift.vendor),
    ("by kind", lambda move: move.lead.shift.kind.value),
)
_VERDICTS = tuple(ClaimVerdict)
CLAIM_ORDERS: Orders[Claim] = (
    ("newest first", None),
    ("oldest first", lambda claim: claim.set_at),
    ("by verdict", lambda claim: _VERDICTS.index(claim.verdict)),
    ("by vendor", lambda claim: claim.first.stored.figure.vendor),
    ("by metric", lambda claim: claim.first.stored.figure.metric.value),
    ("by period", lambda claim: claim.first.stored.figure.period or "9999"),
)
FEED_ORDERS: Orders[FeedHealth] = (
    ("as in feeds.toml", None),
    ("failing first", lambda feed: (not (feed.state and (feed.state.gone or feed.state.failures)), feed.state is None)),
    ("silent longest first", lambda feed: feed.newest_at.timestamp() if feed.newest_at else 0.0),
    ("most articles a week first", lambda feed: -feed.per_week),
    ("by name", lambda feed: feed.slug),
)


def ordered(rows: Sequence[RowType], orders: Orders[RowType], number: int) -> Sequence[RowType]:
    """Rows in one of their orders."""
    key = orders[number][1]
    return rows if key is None else sorted(rows, key=key)


def next_article_order(query: Query) -> str:
    """What `sort:` says for the order after that of a query: by date, back, and by rank where words are sought."""
    orders = ["-date", "date", *(["rank"] if sought(query) else [])]
    now = "rank" if query.by_rank else "date" if query.oldest_first else "-date"
    return orders[(orders.index(now) + 1) % len(orders)] if now in orders else "-date"
