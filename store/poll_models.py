"""SQLModel rows of polling: feeds, hosts, pages, how far backfills came, and the history; as in `store.models`."""

from sqlmodel import Field, SQLModel


class FeedStateRow(SQLModel, table=True):
    __tablename__ = "feed_state"

    slug: str = Field(primary_key=True)
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    known_items: bytes = b""
    next_poll_at: int | None = None
    last_polled_at: int | None = None
    last_success_at: int | None = None
    failures: int = 0
    last_error: str | None = None
    gone: bool = False
    per_day: float | None = None
    newest_at: int | None = None
    moved_to: str | None = None
    moved_times: int = 0
    held_by: str | None = None
    """Who polls it just now, until `held_until`; a state that is saved lets go of it."""
    held_until: int | None = None


class HostRow(SQLModel, table=True):
    """What is remembered of a host: the pause it asked for, its robots.txt."""

    __tablename__ = "host"

    host: str = Field(primary_key=True)
    pause_until: int | None = None
    pause_reason: str | None = None
    robots: str | None = None
    robots_at: int | None = None
    held_by: str | None = None
    """Who reads its pages just now, until `held_until`."""
    held_until: int | None = None


class PageRow(SQLModel, table=True):
    """The page of an article of which the feed gave a summary only."""

    __tablename__ = "page"

    article_id: int = Field(primary_key=True)
    url: str
    host: str
    outcome: str
    reason: str | None = None
    tries: int = 0
    tried_at: int | None = None
    next_try_at: int | None = None
    """None: not any more."""


class BackfillRow(SQLModel, table=True):
    __tablename__ = "backfill"

    feed: str = Field(primary_key=True)
    url: str
    page: int = 1
    next_url: str | None = None
    linked: bool = False
    newest_at: int | None = None
    oldest_at: int | None = None
    since_at: int | None = None
    ended: str | None = None
    wait_until: int | None = None


class PollRow(SQLModel, table=True):
    __tablename__ = "poll"

    id: int | None = Field(default=None, primary_key=True)
    feed: str
    url: str
    result: str
    polled_at: int
    seconds: float
    status: int | None = None
    new: int = 0
    updated: int = 0
    reason: str | None = None
