"""Older pages of a feed: their addresses, and when to stop asking for more. Functions of values.

Two ways lead back: a link in the feed (RFC 5005 `prev-archive` and `next`, JSON Feed's next_url), and WordPress's
`?paged=N`, which is tried where there is no link; a site that does not know it answers with the first page again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from marketwatch.domain import Entry
from marketwatch.sanitise import safe_url


def paged_url(url: str, number: int) -> str:
    """Return the address of a WordPress feed's page; other parameters stay."""
    parts = urlsplit(url)
    pairs = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "paged"]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*pairs, ("paged", str(number))]), ""))


def older_page(page_url: str, link: str | None, number: int, *, linked: bool) -> str | None:
    """Return where page `number` is; `linked` tells that an earlier page had a link, so that a missing one is the end."""
    if link:
        try:
            return safe_url(urljoin(page_url, link))
        except ValueError:
            return None
    return None if linked else paged_url(page_url, number)


def page_digest(entries: Sequence[Entry]) -> str:
    """A short name for a page's content, by the identities of its entries: the same page at another address has it too."""
    return hashlib.sha256("\0".join(sorted(entry.key for entry in entries)).encode("utf-8", "replace")).hexdigest()[:16]


def newest(entries: Sequence[Entry]) -> datetime | None:
    """The date of the newest entry that has one."""
    return max((entry.published.at for entry in entries if entry.published), default=None)


def oldest(entries: Sequence[Entry]) -> datetime | None:
    """The date of the oldest entry that has one."""
    return min((entry.published.at for entry in entries if entry.published), default=None)


def since(entries: Sequence[Entry], start: datetime) -> list[Entry]:
    """The entries from a date on; those without a date too, as nobody knows."""
    return [entry for entry in entries if entry.published is None or entry.published.at >= start]


EXHAUSTED = frozenset({"empty", "repeats", "nothing new", "last page"})
"""Reasons to stop that mean: the feed has no more. `too old` says there is more before the date asked for."""


def stop_reason(entries: Sequence[Entry], seen_keys: Collection[str], seen_pages: Collection[str], start: datetime) -> str | None:
    """Why no older page is worth asking for, None to go on.

    What counts as seen is what earlier pages of this walk brought, not what the store holds: polling has stored the
    newest pages long ago, and the old ones lie behind them.
    """
    if not entries:
        return "empty"
    if page_digest(entries) in seen_pages:
        return "repeats"
    if all(entry.key in seen_keys for entry in entries):
        return "nothing new"
    latest = newest(entries)
    return "too old" if latest is not None and latest < start else None


def pages_left(first: datetime | None, reached: datetime | None, start: datetime, pages: int) -> int | None:
    """How many more pages it takes to `start` at the pace of those read; None when it cannot be told."""
    if first is None or reached is None or pages < 1 or reached >= first:
        return None
    a_page = (first - reached) / pages
    return max(0, round((reached - start) / a_page))
