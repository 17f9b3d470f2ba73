"""Slugs of feeds: short names for the command line and for `feed:` in queries, made from a title or an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from urllib.parse import urlsplit

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""What a slug must be."""
RESERVED = frozenset({"added", "demo"})
"""Sources of articles that come from no feed."""
_LONGEST = 40
_WORDS = re.compile("[a-z0-9]+")
_SERVICES = frozenset({"www", "rss", "feed", "feeds", "m"})
_SECOND_LEVEL = frozenset({"ac", "co", "com", "gov", "ne", "net", "or", "org"})


def make_slug(title: str, url: str, taken: Collection[str]) -> str:
    """Return a slug that is not taken: from the title when that is mostly Latin, else from the address, else numbered."""
    wanted = list(filter(None, _candidates(title, url))) or ["feed"]
    free = (slug for slug in wanted if slug not in taken and slug not in RESERVED)
    numbered = (f"{wanted[0]}-{number}" for number in count(2))
    return next(free, None) or next(slug for slug in numbered if slug not in taken)


def _candidates(title: str, url: str) -> Iterator[str]:
    words = _slug(title)
    letters = sum(char.isalpha() for char in title)
    if len(words) > 2 and sum(char.isalpha() for char in words) * 2 >= letters > 0:
        yield words
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return
    name = _slug(" ".join(_name_of(host)))
    yield name
    yield _slug(f"{name} {parts.path}")


def _name_of(host: str) -> list[str]:
    """`www.bbc.co.uk` → bbc: the labels people know a host by."""
    labels = host.split(".")
    if len(labels) > 1 and not labels[-1].isdecimal():
        labels = labels[:-1]
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels = labels[:-1]
    return [label for label in labels if label not in _SERVICES] or labels


def _slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, cut between two words."""
    plain = unicodedata.normalize("NFKD", text[:500].casefold()).encode("ascii", "ignore").decode()
    slug = "-".join(_WORDS.findall(plain))
    return slug if len(slug) <= _LONGEST else (slug[: _LONGEST + 1].rpartition("-")[0] or slug)[:_LONGEST].strip("-")
