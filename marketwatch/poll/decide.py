"""What a poll's answer means for the feed: pure decisions on values and `now`."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from marketwatch.config import Settings
from marketwatch.domain import Entry, Feed, FeedState
from marketwatch.poll.fetch import WITH_BODY, Fetched

if TYPE_CHECKING:
    from marketwatch.poll.parse import ParsedFeed

_LONGEST_S = 86_400
"""A failing or slow feed is still polled once a day: it is never dropped."""
_SHORTEST_S = 60
_TOO_FAR = timedelta(seconds=_LONGEST_S * 1.2)
"""No wait that begins now ends behind this: a time that does was set by a wrong clock."""
_SEARCH_S = 3600
"""Searches of others, for discovery only, are asked once an hour at most."""
_OFFLINE_S = 300
"""When nothing can be reached, the fault is ours and the feeds do not pay for it."""
_PROOFS = 5
"""Equal permanent redirects in a row until the feed is asked for at its new address."""
_SAMPLE = 20
"""Newest entries whose dates tell the rhythm."""
_BUSY_S = 900
"""How long a host is left alone that says 429 and not until when."""


def is_due(feed: Feed, state: FeedState | None, now: datetime, pauses: Mapping[str, tuple[datetime, str]] | None = None) -> bool:
    """Whether a feed should be polled now. A gone feed is not, until its address changes."""
    if not feed.enabled or pause_of(feed, state, now, pauses or {}) is not None:
        return False
    if state is None or state.url != feed.url:
        return True
    return not state.gone and (state.next_poll_at is None or not now < state.next_poll_at <= now + _TOO_FAR)


def pause_of(
    feed: Feed, state: FeedState | None, now: datetime, pauses: Mapping[str, tuple[datetime, str]]
) -> tuple[datetime, str] | None:
    """Until when the feed's host wants to be left alone, and how it said so."""
    pause = pauses.get(host_of(address(feed, state)))
    return pause if pause is not None and now < pause[0] <= now + _TOO_FAR else None


def host_of(url: str) -> str:
    """The host and port of an address: what is limited, paced and paused as one."""
    return urlsplit(url).netloc.lower()


def pause_s(status: int | None, retry_after_s: int | None) -> int | None:
    """How long the host is to be left alone after an answer, at least a minute and at most a day; None: it need not be."""
    if status not in (429, 503) or (status == 503 and retry_after_s is None):
        return None
    return min(max(_BUSY_S if retry_after_s is None else retry_after_s, _SHORTEST_S), _LONGEST_S)


def validators(feed: Feed, state: FeedState | None) -> FeedState:
    """The state to poll with: validators of another address are void."""
    if state is None or state.url != feed.url:
        return FeedState(slug=feed.slug, url=feed.url)
    return state


def address(feed: Feed, state: FeedState | None) -> str:
    """Where to ask for the feed: at the address it moved to for good, once that is proved."""
    moved = state is not None and state.url == feed.url and state.moved_times >= _PROOFS and state.moved_to
    return moved or feed.url


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def rhythm(entries: Sequence[Entry], state: FeedState, now: datetime) -> tuple[float | None, datetime | None]:
    """Entries a day and the date of the newest, after some were read; None where entries have no dates.

    The first reading takes the newest entries and the time since. Later ones need only what is new: each new entry moves
    the mean pause between two by a share of it.
    """
    dates = sorted((entry.published.at for entry in entries if entry.published and entry.published.at <= now), reverse=True)
    if state.per_day and state.newest_at is not None:
        fresh = [date for date in dates if date > state.newest_at][:_SAMPLE]
        if not fresh:
            return state.per_day, state.newest_at
        gap, seen = 86_400 / state.per_day, (fresh[0] - state.newest_at).total_seconds() / len(fresh)
        gap += (seen - gap) * len(fresh) / _SAMPLE
        return 86_400 / max(gap, _SHORTEST_S), fresh[0]
    sample = dates[:_SAMPLE]
    if not sample:
        return None, None
    days = max((now - sample[-1]).total_seconds() / 86_400, 1 / 24)
    return len(sample) / days, sample[0]


def pace_s(feed: Feed, state: FeedState, settings: Settings, now: datetime) -> int:
    """Seconds between two polls: as the user says for this feed, else a quarter of its own pause between two entries.

    The settings give floor and ceiling, and the pace of feeds without dates. A feed that fell silent slows down.
    """
    if feed.interval_s:
        return feed.interval_s
    floor = settings.interval_s
    if feed.outlet is not None and feed.outlet.tier == "discovery":
        floor = max(floor, _SEARCH_S)
    if not state.per_day:
        return floor
    gap = 86_400 / state.per_day
    if state.newest_at is not None:
        gap = max(gap, (now - state.newest_at).total_seconds() / 8)
    return int(min(max(gap / 4, floor), max(settings.slowest_s, floor)))


def after_success(
    state: FeedState,
    fetched: Fetched,
    *,
    interval_s: int,
    now: datetime,
    rng: random.Random,
    parsed: ParsedFeed | None = None,
    asked: str | None = None,
) -> FeedState:
    """The state after an answer that was stored or, not `parsed`, said nothing is new; it was asked for at `asked`."""
    wait = max(interval_s, fetched.max_age_s or 0, fetched.retry_after_s or 0, (parsed.ttl_s if parsed else None) or 0)
    unchanged = fetched.status == 304
    waits = parsed is not None and parsed.left > 0
    cut = waits or (parsed is not None and parsed.cut)  # asked with its validators, the server would never send the rest
    moved_to, times = _moved(state, fetched, asked or state.url)
    return replace(
        state,
        etag=state.etag if unchanged else None if cut else fetched.etag,
        last_modified=state.last_modified if unchanged else None if cut else fetched.last_modified,
        body_hash=state.body_hash if unchanged else None if waits else body_hash(fetched.body),
        known_items=parsed.known if parsed else state.known_items,
        next_poll_at=_next(wait, now, rng),
        last_polled_at=now,
        last_success_at=now,
        failures=0,
        last_error=None,
        gone=False,
        moved_to=moved_to,
        moved_times=times,
    )


def unread(parsed: ParsedFeed) -> str | None:
    """What of a feed was not read, in words; None: it was read whole."""
    if parsed.left:
        later = "wait for the next poll" if parsed.known else "are left out"
        return f"too many entries for one poll: {parsed.left:,} older ones {later}"
    return "the feed broke off: what is missing is asked for at the next poll" if parsed.cut else None


def _moved(state: FeedState, fetched: Fetched, asked: str) -> tuple[str | None, int]:
    """Where the feed is said to have moved to, and how often in a row."""
    if asked != state.url and fetched.moved_to is None:
        return state.moved_to, state.moved_times
    if fetched.moved_to is None:
        return None, 0
    return fetched.moved_to, state.moved_times + 1 if state.moved_to == fetched.moved_to else 1


def just_moved(before: FeedState, after: FeedState) -> bool:
    """Whether this answer was the last proof of a move."""
    return before.moved_times < _PROOFS <= after.moved_times


def after_failure(
    state: FeedState,
    reason: str,
    *,
    interval_s: int,
    now: datetime,
    rng: random.Random,
    retry_after_s: int | None = None,
    gone: bool = False,
    offline: bool = False,
) -> FeedState:
    """The state after a failed poll: doubled waits up to a day, validators kept as they were.

    `offline`: no host can be reached; the feed keeps its sign and its turn. A feed that moved is looked for at its old
    address again.
    """
    wait = max(interval_s * 2 ** min(state.failures, 10), retry_after_s or 0)
    return replace(
        state,
        next_poll_at=_next(min(interval_s, _OFFLINE_S) if offline else wait, now, rng),
        last_polled_at=now,
        failures=max(state.failures, 1) if offline else state.failures + 1,
        last_error=reason,
        gone=gone,
        moved_times=0 if state.moved_times >= _PROOFS and not offline else state.moved_times,
    )


_REASONS = {
    401: "HTTP 401: wants a login",
    403: "HTTP 403: refused",
    404: "HTTP 404: not found",
    410: "HTTP 410: gone for good, not polled again until its url changes",
    429: "HTTP 429: too many requests",
    500: "HTTP 500: the server failed",
    503: "HTTP 503: the server is not available",
}


def status_reason(fetched: Fetched) -> str | None:
    """Why a status is a failure; None when it is not one."""
    if fetched.status == 304 or fetched.status in WITH_BODY:
        return None
    return _REASONS.get(fetched.status, f"HTTP {fetched.status}")


def _next(wait_s: int, now: datetime, rng: random.Random) -> datetime:
    """Up to a tenth later than asked, so that feeds do not march in step."""
    wait = min(max(wait_s, _SHORTEST_S), _LONGEST_S)
    return now + timedelta(seconds=int(wait * (1 + rng.random() / 10)))
