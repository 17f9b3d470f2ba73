"""How each feed does over time, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from marketwatch.coverage import WEEKS, age_of, error_class, errors_of, full_share, gap_of, pulse_of
from marketwatch.domain import Feed, FeedHealth, PageResult
from marketwatch.ports import PollBook
from marketwatch.tables.text import Table

_HEALTH = {
    "feed": "feed",
    "state": "state",
    "lang": "lang",
    "a week": "per_week",
    "newest": "newest",
    "age": "age",
    "rhythm": "rhythm",
    "full text": "full_text",
    "last poll": "last_poll",
    "next poll": "next_poll",
    "last error": "last_error",
}
_RAW = _HEALTH | {"age": "age_hours", "rhythm": "rhythm_hours", "failures": "failures"}
"""Of a CSV file: spans in hours."""


def health_table(polls: PollBook, feeds: Sequence[Feed], health: Sequence[FeedHealth], now: datetime, *, words: bool) -> Table:
    """A row a feed, as `feeds health` prints it; `words`: spans and shares to be read by people. Raises StoreError."""
    pages = polls.page_counts(now - timedelta(weeks=WEEKS))
    by_slug = {feed.slug: feed for feed in feeds}
    rows = [_health_row(by_slug[one.slug], one, pages.get(one.slug, {}), now) for one in health if one.slug in by_slug]
    return Table("feeds", [_in_words(row) for row in rows] if words else rows, _HEALTH, _RAW)


def _health_row(feed: Feed, health: FeedHealth, pages: Mapping[PageResult, int], now: datetime) -> dict[str, Any]:
    """How a feed is doing, as JSON: ages in hours, shares from 0 to 1."""
    state, share = health.state, full_share(health, pages)
    return {
        "feed": health.slug,
        "state": pulse_of(health, now).value,
        "lang": feed.lang,
        "vendors": list(feed.vendors),
        "articles": health.articles,
        "per_week": round(health.per_week, 1),
        "newest": stamp(health.newest_at),
        "age_hours": _hours(age_of(health, now)),
        "rhythm_hours": _hours(gap_of(health)),
        "full_text": None if share is None else round(share, 2),
        "pages": {result.value: count for result, count in pages.items()},
        "last_poll": stamp(state.last_polled_at) if state else None,
        "next_poll": stamp(state.next_poll_at) if state and not state.gone else None,
        "failures": state.failures if state else 0,
        "last_error": state.last_error if state else None,
        "error": error_class(state.last_error) if state else None,
        "errors": errors_of(health.recent),
        "gone": state.gone if state else False,
        "moved_to": state.moved_to if state else None,
    }


def _in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for a table: spans in words, shares in percent."""
    share, times = row["full_text"], f" ({row['failures']} times)" if row["failures"] > 1 else ""
    return {
        **row,
        "age": _span(row["age_hours"]),
        "rhythm": _span(row["rhythm_hours"]),
        "full_text": None if share is None else f"{share:.0%}",
        "last_error": f"{row['last_error']}{times}" if row["last_error"] else None,
    }


def stamp(at: datetime | None) -> str | None:
    """To the minute, in UTC."""
    return at.strftime("%Y-%m-%dT%H:%MZ") if at else None


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 3600, 1)


def _span(hours: float | None) -> str | None:
    if hours is None:
        return None
    return f"{hours * 60:.0f} min" if hours < 1 else f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"
