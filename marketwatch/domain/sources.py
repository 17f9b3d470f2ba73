"""Vendors, outlets and feeds of the configuration, and what polling a feed gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketwatch.domain.vocabulary import Moment


@dataclass(frozen=True, slots=True)
class Vendor:
    """A company on the watch-list with the names it goes by. From feeds.toml `[vendors.SLUG]`."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    """Names of the company in every script: 小米, Xiaomi Corp."""
    people: tuple[str, ...] = ()
    """People who speak for it: Lei Jun, 雷军."""
    sub_brands: tuple[str, ...] = ()
    """Brands whose moves are the vendor's: Redmi, 红米. An entry may carry dates: `Honor ..2020-11`, `Honor 2020-11..`."""
    colour: str = ""
    """Lane colour, `#rrggbb`; empty: chosen by the theme."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes: corroboration counts outlets, and outlets of one owner once."""

    name: str
    owner: str = ""
    country: str = ""
    tier: str = "press"
    """vendor | wire | press | trade | blog | research | discovery"""


@dataclass(frozen=True, slots=True)
class Feed:
    """A configured source. From feeds.toml `[[feeds]]`."""

    slug: str
    title: str
    url: str
    lang: str | None = None
    outlet: Outlet | None = None
    vendors: tuple[str, ...] = ()
    """Vendors this feed is about when the text does not say; empty: general press."""
    tags: tuple[str, ...] = ()
    interval_s: int | None = None
    """Own polling interval; None: the setting."""
    full_text: bool | None = None
    """Whether the pages of its articles are read; None: where it gives a summary only."""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we remember of polling a feed. Stored; all decisions on when and how to poll come from it."""

    slug: str
    url: str = ""
    """The address the validators belong to; another configured url voids them."""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    """SHA-256 of the last body that was parsed and stored."""
    known_items: bytes = b""
    """Fingerprints of the items of that body, as `poll.parse` makes them: such an item needs no reading."""
    next_poll_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: int = 0
    """Failed polls since the last success."""
    last_error: str | None = None
    gone: bool = False
    """The server answered 410: not polled again until the address changes."""
    per_day: float | None = None
    """Entries a day, from the dates of the newest; None: they have none."""
    newest_at: datetime | None = None
    """Date of the newest entry."""
    moved_to: str | None = None
    """Where the server says for good that the feed is."""
    moved_times: int = 0
    """How often in a row it said so."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What came of asking for a feed to poll."""

    state: FeedState | None
    """As it is stored now; None: never polled."""
    holder: str | None = None
    """Who polls it at the moment, if that is somebody else."""


@dataclass(frozen=True, slots=True)
class BackfillState:
    """How far the older pages of a feed were read. Stored with the articles of each page, so that a walk goes on there."""

    feed: str
    url: str
    """The feed's address; another one begins from the front."""
    page: int = 1
    """The next page to read; 1 is the feed itself."""
    next_url: str | None = None
    """Where that page is; None: the feed itself."""
    linked: bool = False
    """The pages before named the next one themselves."""
    newest_at: datetime | None = None
    oldest_at: datetime | None = None
    """Dates of the newest and oldest entry seen."""
    since_at: datetime | None = None
    """All back to this date was read."""
    ended: str | None = None
    """Why there is no page behind; None: there may be one."""
    wait_until: datetime | None = None
    """The server asked not to be called before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the feed gives it, decoded, HTML turned to text, not yet sanitised for the store."""

    key: str
    """Identity within the feed: guid, else canonical link, else hash of title and raw date."""
    url: str | None
    title: str
    text: str
    author: str | None = None
    published: Moment | None = None
    lang: str | None = None


class PollResult(StrEnum):
    POLLED = "polled"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobStep:
    """How far a long piece of work came: what the screen shows of it."""

    what: str
    """What was just done, in a few words."""
    done: int
    total: int | None
    """Steps in all, as far as that can be told."""
    new: int = 0
    """Articles that came with this step."""


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """One attempt on one feed, as reported and stored: a bad feed is an outcome, never a crash."""

    feed: str
    url: str
    result: PollResult
    polled_at: datetime
    seconds: float = 0.0
    status: int | None = None
    """HTTP status; None when no answer came."""
    new: int = 0
    updated: int = 0
    reason: str | None = None
    """One line for people: why it failed, or what was odd."""
    entries: int = 0
    """Entries of the document; 0 where it was not read."""
    size: int = 0
    """Bytes of the answer's body, inflated."""
