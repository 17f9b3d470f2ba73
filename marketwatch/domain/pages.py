"""Pages of articles of which the feed gives a summary only, and what reading them came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PageWish(StrEnum):
    """What a draft says of its own text."""

    NONE = ""
    """The text is whole, or there is no page."""
    WANTED = "wanted"
    """It is a summary, and the page is to be read."""
    OFF = "off"
    """It is a summary, and the user does not want the page."""


class PageResult(StrEnum):
    """Where the reading of a page stands."""

    WAITING = "waiting"
    OFF = "off"
    READ = "read"
    PAYWALL = "paywall"
    CONSENT = "consent"
    """A wall that asks for consent, a login or a proof of being human."""
    ROBOTS = "robots"
    """robots.txt does not want it read."""
    FAILED = "failed"
    EMPTY = "empty"
    """The page holds no more than the summary."""


@dataclass(frozen=True, slots=True)
class WantedPage:
    """An article whose page is due."""

    article_id: int
    source: str
    key: str
    title: str
    summary: str
    """The text as stored now; empty where it is that of the page."""
    url: str
    lang: str | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """One attempt on one page."""

    article_id: int
    source: str
    url: str
    result: PageResult
    at: datetime
    reason: str | None = None
    """One line for people: why the summary stays."""
    seconds: float = 0.0
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host."""

    host: str
    pause_until: datetime | None = None
    """It asked not to be called before."""
    pause_reason: str | None = None
    robots: str | None = None
    """Its robots.txt; empty: it has none."""
    robots_at: datetime | None = None
