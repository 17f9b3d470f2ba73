"""A web page → the feeds it names in its head. Pure, and bounded: pages are long and hostile."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from marketwatch.sanitise import clean_line, safe_url

_MAX_PAGE = 500_000
"""Characters of a page in which links are looked for."""
_MAX_LINKS = 20
_LINK = re.compile(r"<link\b([^<>]{1,1500})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(rel|type|href|title)\s*=\s*(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^\s"'>]{1,1000}))""", re.IGNORECASE
)
_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names."""

    url: str
    title: str = ""


def feed_links(page: str, base: str = "") -> tuple[FeedLink, ...]:
    """Return the feeds named by `<link rel=alternate>` in the page's order; with a base only http(s) addresses."""
    found: dict[str, FeedLink] = {}
    for tag in _LINK.finditer(page[:_MAX_PAGE]):
        values: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(tag[1]):
            values.setdefault(match[1].lower(), html.unescape(match[2] or match[3] or match[4] or ""))
        rels = values.get("rel", "alternate").lower().split()
        if values.get("type", "").strip().lower() not in _TYPES or not {"alternate", "feed"} & set(rels):
            continue
        url = _joined(base, values.get("href", "").strip())
        if url and len(found) < _MAX_LINKS:
            found.setdefault(url, FeedLink(url, clean_line(values.get("title", ""), 200)))
    return tuple(found.values())


def _joined(base: str, href: str) -> str | None:
    if not base or not href:
        return href or None
    try:
        return safe_url(urljoin(base, href))
    except ValueError:
        return None
