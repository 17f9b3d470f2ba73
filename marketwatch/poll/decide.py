"""What a poll's answer means for the feed: pure decisions on values and `now`."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from marketwatch.domain import Feed, FeedState
from marketwatch.poll.fetch import Fetched

if TYPE_CHECKING:
    from marketwatch.poll.parse import ParsedFeed

_LONGEST_S = 86_400
"""A failing or slow feed is still polled once a day: it is never dropped."""
_SHORTEST_S = 60


def is_due(feed: Feed, state: FeedState | None, now: datetime) -> bool:
    """Whether a feed should be polled now. A gone feed is not, until its address changes."""
    if not feed.enabled:
        return False
    if state is None or state.url != feed.url:
        return True
    return not state.gone and (state.next_poll_at is None or state.next_poll_at <= now)


def validators(feed: Feed, state: FeedState | None) -> FeedState:
    """The state to poll with: validators of another address are void."""
    if state is None or state.url != feed.url:
        return FeedState(slug=feed.slug, url=feed.url)
    return state


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def after_success(
    state: FeedState, fetched: Fetched, *, interval_s: int, now: datetime, rng: random.Random, parsed: ParsedFeed | None = None
) -> FeedState:
    """The state after an answer that was stored, or, when it was not `parsed`, that said nothing is new."""
    wait = max(interval_s, fetched.max_age_s or 0, fetched.retry_after_s or 0, (parsed.ttl_s if parsed else None) or 0)
    unchanged = fetched.status == 304
    return replace(
        state,
        etag=state.etag if unchanged else fetched.etag,
        last_modified=state.last_modified if unchanged else fetched.last_modified,
        body_hash=state.body_hash if unchanged else body_hash(fetched.body),
        known_items=parsed.known if parsed else state.known_items,
        next_poll_at=_next(wait, now, rng),
        last_polled_at=now,
        last_success_at=now,
        failures=0,
        last_error=None,
        gone=False,
    )


def after_failure(
    state: FeedState,
    reason: str,
    *,
    interval_s: int,
    now: datetime,
    rng: random.Random,
    retry_after_s: int | None = None,
    gone: bool = False,
) -> FeedState:
    """The state after a failed poll: doubled waits up to a day, validators kept as they were."""
    wait = max(interval_s * 2 ** min(state.failures, 10), retry_after_s or 0)
    return replace(
        state,
        next_poll_at=_next(wait, now, rng),
        last_polled_at=now,
        failures=state.failures + 1,
        last_error=reason,
        gone=gone,
    )


def status_reason(fetched: Fetched) -> str | None:
    """Why a status is a failure; None when it is not one."""
    known = {
        401: "HTTP 401: wants a login",
        403: "HTTP 403: refused",
        404: "HTTP 404: not found",
        410: "HTTP 410: gone for good, not polled again until its url changes",
        429: "HTTP 429: too many requests",
        500: "HTTP 500: the server failed",
        503: "HTTP 503: the server is not available",
    }
    if fetched.status in (200, 304):
        return None
    return known.get(fetched.status, f"HTTP {fetched.status}")


def _next(wait_s: int, now: datetime, rng: random.Random) -> datetime:
    """Up to a tenth later than asked, so that feeds do not march in step."""
    wait = min(max(wait_s, _SHORTEST_S), _LONGEST_S)
    return now + timedelta(seconds=int(wait * (1 + rng.random() / 10)))
