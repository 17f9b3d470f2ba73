"""How each feed does over time, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marketwatch.domain import FeedHealth
from marketwatch.tables.text import Table

_HEALTH = {
    "feed": "feed",
    "articles": "articles",
    "a week": "per_week",
    "newest": "newest",
    "last poll": "last_poll",
    "next poll": "next_poll",
    "failures": "failures",
    "last error": "last_error",
}


def health_table(health: Sequence[FeedHealth]) -> Table:
    """A row a feed."""
    return Table("feeds", [_health_row(one) for one in health], _HEALTH)


def _health_row(health: FeedHealth) -> dict[str, Any]:
    state = health.state
    return {
        "feed": health.slug,
        "articles": health.articles,
        "per_week": round(health.per_week, 1),
        "newest": stamp(health.newest_at),
        "last_poll": stamp(state.last_polled_at) if state else None,
        "next_poll": stamp(state.next_poll_at) if state else None,
        "failures": state.failures if state else 0,
        "last_error": state.last_error if state else None,
        "gone": state.gone if state else False,
    }


def stamp(at: datetime | None) -> str | None:
    """To the minute, in UTC."""
    return at.strftime("%Y-%m-%dT%H:%MZ") if at else None
