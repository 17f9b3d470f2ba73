"""robots.txt of a host: what it lets us read and how slowly. Decisions on its text; protego knows the rules (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from marketwatch.domain import HostState

AGENT = "marketwatch"
MAX_ROBOTS = 100_000
"""Bytes of a robots.txt that are read."""
_FRESH = timedelta(days=1)
_LONGEST_DELAY_S = 60.0


@dataclass(frozen=True, slots=True)
class Permission:
    """What robots.txt says about one address."""

    allowed: bool
    delay_s: float
    """Seconds between two requests that the host asks for, a minute at most; 0: it does not ask."""


def robots_url(url: str) -> str:
    """Where the robots.txt for an address is."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))


def is_fresh(state: HostState | None, now: datetime) -> bool:
    """Whether what is remembered of the host's robots.txt still holds: a day, and never longer than a clock can be wrong."""
    return state is not None and state.robots_at is not None and abs(now - state.robots_at) < _FRESH


def permission(robots: str, url: str) -> Permission:
    """What a robots.txt says about an address; an empty one allows all."""
    if not robots.strip():
        return Permission(True, 0.0)
    rules = _rules(robots)
    delay = rules.crawl_delay(AGENT)  # type: ignore[attr-defined]
    allowed = bool(rules.can_fetch(url, AGENT))  # type: ignore[attr-defined]
    return Permission(allowed, min(float(delay or 0), _LONGEST_DELAY_S))


@lru_cache(maxsize=16)
def _rules(robots: str) -> object:
    from protego import Protego

    return Protego.parse(robots)
