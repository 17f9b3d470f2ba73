"""How feeds are doing, and what they cover: functions of values, so that "no news" can be told from "no feeds"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketwatch.domain import Feed, FeedHealth, PageResult, PollOutcome, PollResult

WEEKS = 8
"""What is counted as recent, here and in `FeedHealth.per_week`."""
_SILENT_GAPS = 5
"""A feed is silent when nothing came for so many times its own pause between two entries,"""
_SILENT_LEAST = timedelta(days=3)
"""but not before so long."""
_CLASSES = (
    (
        "network",
        r"the host is not known|connection refused|cannot connect|no connection|the connection broke|no secure connection",
    ),
    ("slow", r"timed out|the server stopped answering"),
    ("http", r"HTTP \d|the server does not speak|redirect loop|more than \d+ redirects|redirects to something"),
    ("refused", r".*private address|body larger|content coding"),
    ("not a feed", r"this is |the answer is empty"),
    ("unreadable", r"feedparser cannot|reading it took|the compressed body|unexpected error"),
    ("pause", r"not asked"),
)


class Pulse(StrEnum):
    """How a feed is doing."""

    WELL = "well"
    SILENT = "silent"
    """It answers, and nothing new came for much longer than usual."""
    FAILING = "failing"
    GONE = "gone"
    NEVER = "never polled"


class Hearing(StrEnum):
    """What is known of a vendor in a language."""

    HEARD = "heard"
    """Articles name it."""
    QUIET = "quiet"
    """Feeds answer and do not name it: no news."""
    DEAF = "deaf"
    """There are feeds, and none of them is doing well: no feeds, just now."""
    UNPOLLED = "unpolled"
    """There are feeds, and none was polled yet: nothing is known."""
    BLIND = "blind"
    """No feed is enabled: no feeds."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A vendor in a language."""

    vendor: str
    lang: str
    hearing: Hearing
    feeds: int
    """Enabled feeds that may name it."""
    well: int
    """Of these, those that are doing well."""
    articles: int
    """That name it, of the last 8 weeks."""


def gap_of(health: FeedHealth) -> timedelta | None:
    """The feed's own pause between two entries; None where it is not known."""
    if health.state is not None and health.state.per_day:
        return timedelta(days=1 / health.state.per_day)
    return timedelta(weeks=1 / health.per_week) if health.per_week else None


def age_of(health: FeedHealth, now: datetime) -> timedelta | None:
    """How old the newest article is."""
    return None if health.newest_at is None else max(now - health.newest_at, timedelta(0))


def pulse_of(health: FeedHealth, now: datetime) -> Pulse:
    """How a feed is doing, by its last polls and by the age of its newest article beside its own rhythm."""
    state = health.state
    if state is None or state.last_polled_at is None:
        return Pulse.NEVER
    if state.gone:
        return Pulse.GONE
    if state.failures:
        return Pulse.FAILING
    age, gap = age_of(health, now), gap_of(health)
    if age is None:
        return Pulse.SILENT
    # The rhythm of a feed that died is slow, as its silence counts: a month is silence for any.
    limit = max(_SILENT_LEAST, min((gap or timedelta(days=6)) * _SILENT_GAPS, timedelta(days=30)))
    return Pulse.SILENT if age > limit else Pulse.WELL


def error_class(reason: str | None) -> str | None:
    """Which kind of fault a reason tells of; HTTP ones with the hundred of their status."""
    if reason is None:
        return None
    name = next((name for name, pattern in _CLASSES if re.match(pattern, reason)), "other")
    status = re.match(r"HTTP (\d)\d\d", reason)
    return f"http {status[1]}xx" if status else name


def errors_of(polls: Sequence[PollOutcome]) -> dict[str, int]:
    """How often each kind of fault came up in these polls."""
    kinds = (error_class(poll.reason) or "other" for poll in polls if poll.result is PollResult.FAILED)
    return dict(Counter(kinds).most_common())


def full_share(health: FeedHealth, pages: Mapping[PageResult, int]) -> float | None:
    """Which share of the recent articles has its full text, of the feed or of the page; None without articles."""
    recent = round(health.per_week * WEEKS)
    summaries = sum(count for result, count in pages.items() if result is not PageResult.READ)
    return None if not recent else max(0.0, 1 - summaries / recent)


def cells(
    vendors: Sequence[str],
    langs: Sequence[str],
    feeds: Sequence[Feed],
    health: Sequence[FeedHealth],
    articles: Mapping[tuple[str, str], int],
    now: datetime,
) -> list[Cell]:
    """Vendors by languages: how well each is heard. `articles` are counts of recent ones by vendor and language."""
    pulses = {one.slug: pulse_of(one, now) for one in health}
    found = []
    for vendor in vendors:
        for lang in langs:
            named = [f.slug for f in feeds if f.enabled and _speaks(f, lang) and (not f.vendors or vendor in f.vendors)]
            theirs = [pulses.get(slug, Pulse.NEVER) for slug in named]
            count = sum(n for (v, spoken), n in articles.items() if v == vendor and spoken.partition("-")[0] == lang)
            found.append(Cell(vendor, lang, _hearing(theirs, count), len(named), theirs.count(Pulse.WELL), count))
    return found


def _speaks(feed: Feed, lang: str) -> bool:
    return (feed.lang or "").partition("-")[0].lower() == lang


def _hearing(feeds: Sequence[Pulse], articles: int) -> Hearing:
    if not feeds:
        return Hearing.BLIND
    if Pulse.WELL not in feeds:
        return Hearing.UNPOLLED if set(feeds) == {Pulse.NEVER} else Hearing.DEAF
    return Hearing.HEARD if articles else Hearing.QUIET
