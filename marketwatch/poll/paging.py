"""Older pages of a feed: their addresses, and when to stop asking for more. Functions of values.

Two ways lead back: a link in the feed (RFC 5005 `prev-archive` and `next`, JSON Feed's next_url), and WordPress's
`?paged=N`, which is tried where there is no link; a site that does not know it answers with the first page again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import urljoin, urlsplit, urlunsplit

from marketwatch.domain import Entry
from marketwatch.sanitise import safe_url


def paged_url(url: str, number: int) -> str:
    """Return the address of a WordPress feed's page; other parameters stay."""
    parts = urlsplit(url)
    others = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != "paged"]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join([*others, f"paged={number}"]), ""))


def older_page(page_url: str, link: str | None, number: int, *, linked: bool) -> str | None:
    """Return where page `number` is; `linked` tells that an earlier page had a link, so that a missing one is the end."""
    if link:
        try:
            return safe_url(urljoin(page_url, link))
        except ValueError:
            return None
    return None if linked else paged_url(page_url, number)


def newest(entries: Sequence[Entry]) -> datetime | None:
    """The date of the newest entry that has one."""
    return max((entry.published.at for entry in entries if entry.published), default=None)


def oldest(entries: Sequence[Entry]) -> datetime | None:
    """The date of the oldest entry that has one."""
    return min((entry.published.at for entry in entries if entry.published), default=None)


EXHAUSTED = frozenset({"empty", "nothing new", "repeats", "last page"})
"""Reasons to stop that mean: the feed has no more. `too old` says there is more before the date asked for."""


def stop_reason(entries: Sequence[Entry], seen: Collection[str], start: datetime) -> str | None:
    """Why no older page is worth asking for, None to go on.

    `seen` are the identities that earlier pages of this walk brought, not what the store holds: polling has stored the
    newest pages long ago, and the old ones lie behind them. A site that answers any number with one page ends here too.
    """
    if not entries:
        return "empty"
    if all(entry.key in seen for entry in entries):
        return "nothing new"
    latest = newest(entries)
    return "too old" if latest is not None and latest < start else None


def pages_left(first: datetime | None, reached: datetime | None, start: datetime, pages: int) -> int | None:
    """How many more pages it takes to `start` at the pace of those read, at least one; None when it cannot be told."""
    if first is None or reached is None or pages < 1 or reached >= first:
        return None
    a_page = (first - reached) / pages
    return max(1, round((reached - start) / a_page))
