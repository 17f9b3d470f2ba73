"""A feed document → entries, with feedparser. Runs in a worker process: feedparser holds the interpreter for long."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median
from typing import Any

from marketwatch import __version__
from marketwatch.domain import Entry, Moment
from marketwatch.errors import ParseError
from marketwatch.poll.dates import read_date
from marketwatch.poll.decode import decode, prefilter
from marketwatch.poll.discovery import feed_links
from marketwatch.poll.html import html_to_text, inline_text
from marketwatch.poll.links import web_address
from marketwatch.poll.plain import read_plain
from marketwatch.poll.summary import weight

_MAX_ENTRIES = 10_000
"""Read of a feed at a time, the newest first; those behind have their turn at the next poll."""
_MAX_TITLE = 20_000
"""Characters of a title's source, of which 500 are kept in the end."""
_TAIL = 20_000
"""Characters in which the root's end is looked for: sites append comments and scripts."""
_ROOT_START = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\b", re.IGNORECASE)
_TITLE_END = re.compile(r"</(?:[\w-]+:)?title\s*>", re.IGNORECASE)
_IDENTITY_END = re.compile(r"</(?:[\w-]+:)?(?:guid|id)\s*>|rdf:about=[^<>]{1,2000}>", re.IGNORECASE)
_LINK_END = re.compile(r"</(?:[\w-]+:)?link\s*>|<(?:[\w-]+:)?link\s[^<>]*+>", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?!#\d+;|#[xX][0-9a-fA-F]+;|[a-zA-Z][\w.-]*;)", re.DOTALL
)
"""Or a section in which it may stand."""
_MAX_KNOWN = 2000
"""Items whose fingerprints are kept; longer feeds are read whole."""
_KNOWN = struct.Struct("<8sH")
"""A fingerprint and the weight of the text."""
_IANA = "http://www.iana.org/assignments/relation/"
_MAX_AUTHOR = 512
"""feedparser's e-mail expression is quadratic in the author's length."""
_AUTHOR = re.compile(
    r"(<(?:\w{1,20}:)?(?:author|creator|name|managingEditor|webMaster)\b[^>]{0,200}>)([^<]{" + str(_MAX_AUTHOR) + "})[^<]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a document said."""

    title: str
    lang: str | None
    entries: tuple[Entry, ...]
    ttl_s: int | None = None
    """How long the feed asks to be left alone."""
    kind: str = ""
    """Format and version in feedparser's short form: rss20, atom10, json1.1."""
    items: int = 0
    """How many the document has, read anew or not."""
    known: bytes = b""
    """The fingerprint and the weight of each of its items; empty: none are kept."""
    typical: float | None = None
    """The median weight of all its items (`summary.weight`); None: of the entries."""
    cut: bool = False
    """The document ends before its root element does: a whole one may hold more."""
    left: int = 0
    """Entries that were too many for one reading; where `known` is kept, the next one takes them up."""
    older: str | None = None
    """The link to older entries as it stands in the document: RFC 5005's `prev-archive` or `next`, JSON Feed's next_url."""


@dataclass(frozen=True, slots=True)
class _Item:
    """All that an entry is made of, as the document gives it."""

    identity: str
    link: str | None
    title: str
    dates: tuple[str, ...]
    """The best first."""
    source: str
    """HTML or text: the longest that the item has."""
    author: str | None
    lang: str | None

    @property
    def key(self) -> str:
        return self.identity or self.link or _digest(inline_text(self.title), next(iter(self.dates), ""), self.source)

    @property
    def fingerprint(self) -> bytes:
        """Two items with one fingerprint make the same entry, in one version of this program."""
        return hashlib.sha256(repr((__version__, self)).encode("utf-8", "replace")).digest()[:8]


def parse_feed(body: bytes, *, charset: str | None, now: datetime, known: bytes = b"", base: str = "") -> ParsedFeed:
    """Read a feed of any format feedparser or JSON Feed knows. Raises ParseError that says what it is instead.

    `known`: what `ParsedFeed.known` said the last time. Items that are as they were then give no entry.
    `base`: where the document came from; links are resolved against it, identities never.
    """
    parsed = _parsed(body, charset, now, known)
    return replace(parsed, entries=tuple(replace(entry, url=web_address(entry.url, base)) for entry in parsed.entries))


def _parsed(body: bytes, charset: str | None, now: datetime, known: bytes) -> ParsedFeed:
    text = decode(body, charset)
    if not text.strip():
        raise ParseError("the answer is empty")
    if text.lstrip()[:1] in ("{", "["):
        return _json_feed(text, now)
    document = prefilter(text)
    del text  # with one emoji it takes four bytes a character
    result = read_plain(document) or read_any(document)
    if not result.get("version") and not result.get("entries"):
        raise ParseError(_what_it_is(decode(body, charset)))
    feed = result.get("feed", {})
    lang = str(feed.get("language") or "")[:12] or None
    items = [_item(raw, lang) for raw in result.get("entries", [])]
    cut = is_cut(document)
    if cut and len(items) > 1 and _breaks_off(document, with_identity=bool(items[0].identity)):
        items.pop()  # under another key and with half a title; the next poll brings it whole
    entries, kept, typical, left = _read(items, known, now)
    return ParsedFeed(
        title=inline_text(str(feed.get("title") or "")),
        lang=lang,
        entries=entries,
        ttl_s=_ttl(feed.get("ttl")),
        items=len(items),
        known=kept,
        typical=typical,
        kind=str(result.get("version") or ""),
        cut=cut,
        left=left,
        older=_older(feed.get("links")),
    )


def is_cut(document: str) -> bool:
    """Whether a document ends before its root element does."""
    return _ROOT_START.match(document) is not None and not _ROOT_END.search(document[-_TAIL:])


def _breaks_off(document: str, *, with_identity: bool) -> bool:
    """Whether a cut document ends in an item whose title or identity is not whole. Without identities the link is one."""
    begun = max(document.rfind("<item"), document.rfind("<entry"))
    rest = document[max(begun, 0) :]
    if begun < 0 or _ITEM_END.search(rest):
        return False
    return not (_TITLE_END.search(rest) and (_IDENTITY_END.search(rest) or (not with_identity and _LINK_END.search(rest))))


def read_any(document: str) -> Mapping[str, Any]:
    """Have feedparser read a document that `prefilter` has made safe. Raises ParseError."""
    import feedparser

    # feedparser makes AT&T an entity: "AT&T;".
    escaped = _BARE_AMPERSAND.sub(lambda match: "&amp;" if match[0] == "&" else match[0], document)
    try:
        found: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(_AUTHOR.sub(r"\1\2", escaped).encode("utf-8", "replace")),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    except MemoryError:
        raise
    except Exception as error:  # feedparser raises a dozen kinds on broken documents; each is the feed's fault
        raise ParseError(f"feedparser cannot read it ({type(error).__name__})") from error
    return found


def _older(links: object) -> str | None:
    """The address of the page before: that of an archive document is permanent, `next` only a page of a list."""
    found: dict[str, str] = {}
    for link in links if isinstance(links, list) else ():
        if isinstance(link, Mapping):
            found.setdefault(_string(link, "rel").lower().removeprefix(_IANA), _string(link, "href"))
    return next((found[rel] for rel in ("prev-archive", "next") if found.get(rel)), None)


def _read(items: Sequence[_Item], known: bytes, now: datetime) -> tuple[tuple[Entry, ...], bytes, float | None, int]:
    """The entries that are new, what is to be known the next time, the median weight of all, and how many had to wait.

    Where keys clash one item changes others: then all are read.
    """
    clash = len({item.key for item in items}) < len(items)
    if not items or clash or _MAX_KNOWN < len(items) <= _MAX_ENTRIES:
        some = _newest(items, now)
        return distinct([_entry(item, now) for item in some]), b"", None, len(items) - len(some)
    weights = dict(_KNOWN.iter_unpack(known[: len(known) // _KNOWN.size * _KNOWN.size]))
    prints = {item: item.fingerprint for item in items}
    unknown = [item for item, one in prints.items() if one not in weights]
    entries = []
    for item in _newest(unknown, now):
        entry = _entry(item, now)
        weights[prints[item]] = min(int(weight(entry.text)), 65_535)
        entries.append(entry)
    kept = [one for one in prints.values() if one in weights]
    packed = b"".join(_KNOWN.pack(one, weights[one]) for one in kept)
    return tuple(entries), packed, median(weights[one] for one in kept), len(unknown) - len(entries)


def _newest(items: Sequence[_Item], now: datetime) -> Sequence[_Item]:
    """As many as are read at a time: those with the latest dates, then those that stand first."""
    if len(items) <= _MAX_ENTRIES:
        return items
    dates = {item: moment.at for item in items if (moment := _date(item, now))}
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(items, key=lambda item: dates.get(item, oldest), reverse=True)[:_MAX_ENTRIES]


def _item(raw: Mapping[str, Any], feed_lang: str | None) -> _Item:
    bodies = [str(part.get("value") or "") for part in raw.get("content") or () if isinstance(part, Mapping)]
    return _Item(
        identity=_string(raw, "id"),
        link=_string(raw, "link") or None,
        title=_string(raw, "title")[:_MAX_TITLE],
        dates=tuple(_string(raw, name) for name in ("published", "created", "updated", "date") if name in raw),
        source=max([*bodies, _string(raw, "summary")], key=len),
        author=_string(raw, "author") or None,
        lang=next((str(p["language"])[:12] for p in raw.get("content") or () if p.get("language")), None) or feed_lang,
    )


def _entry(item: _Item, now: datetime) -> Entry:
    return Entry(
        key=item.key,
        url=item.link,
        title=inline_text(item.title),
        text=html_to_text(item.source),
        author=item.author,
        published=_date(item, now),
        lang=item.lang,
    )


def _date(item: _Item, now: datetime) -> Moment | None:
    chinese = (item.lang or "").lower().startswith("zh")
    return next(filter(None, (read_date(date, now, chinese=chinese) for date in item.dates)), None)


def _string(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _digest(*parts: str) -> str:
    return "hash:" + hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def distinct(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Give every entry a key of its own: guids that clash get the link, then the content, then a number."""
    keys = [entry.key for entry in entries]
    widened: list[Callable[[Entry], str]] = [
        lambda e: f"{e.key} {e.url or ''}",
        lambda e: f"{e.key} {e.url or ''} {_digest(e.title, str(e.published), e.text)}",
    ]
    for widen in widened:
        clashes = {key for key, count in Counter(keys).items() if count > 1}
        if not clashes:
            break
        keys = [widen(entry) if key in clashes else key for key, entry in zip(keys, entries, strict=True)]
    seen: Counter[str] = Counter()
    found = []
    for key, entry in zip(keys, entries, strict=True):
        seen[key] += 1
        found.append(replace(entry, key=key if seen[key] == 1 else f"{key} #{seen[key]}"))
    return tuple(found)


def _ttl(value: object) -> int | None:
    text = str(value or "")
    return min(int(text) * 60, 86_400) if text.isdecimal() and len(text) < 7 else None


def _what_it_is(text: str) -> str:
    head = text.lstrip()[:2000].lower()
    if "<opml" in head:
        return "this is an OPML list of feeds, not a feed"
    if "<html" in head or "<!doctype html" in head or "<head" in head or "<body" in head:
        found = next((link.url for link in feed_links(text)), None)
        return f"this is a web page, not a feed; it names the feed {found}" if found else "this is a web page, not a feed"
    return "this is XML, but not a feed" if head.startswith("<") else "this is not a feed"


def _json_feed(text: str, now: datetime) -> ParsedFeed:
    """JSON Feed 1.0 and 1.1, which feedparser does not read."""
    try:
        # Numbers stay text: those too long for a number are no reason to lose a feed. Line breaks in strings are common.
        document = json.loads(text, strict=False, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise ParseError("this is neither XML nor readable JSON") from error
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("items"), list)
        or not document.keys() & {"version", "title"}
    ):
        raise ParseError("this is JSON, but not a JSON Feed")
    lang = _string(document, "language")[:12] or None
    items = [item for item in document["items"] if isinstance(item, dict)]
    some = items[:_MAX_ENTRIES]
    return ParsedFeed(
        title=inline_text(_string(document, "title")),
        lang=lang,
        entries=distinct([_json_entry(item, lang, now) for item in some]),
        items=len(items),
        left=len(items) - len(some),
        kind="json" + _string(document, "version").rpartition("/")[2][:5],
        older=_string(document, "next_url") or None,
    )


def _json_entry(item: Mapping[str, Any], lang: str | None, now: datetime) -> Entry:
    url = _string(item, "url") or _string(item, "external_url") or None
    title = _string(item, "title")[:_MAX_TITLE]
    body = html_to_text(_string(item, "content_html")) or _string(item, "content_text") or _string(item, "summary")
    dates = [date for name in ("date_published", "date_modified") if (date := _string(item, name))]
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_string(author, "name") if isinstance(author, dict) else author for author in authors or ()]
    return Entry(
        key=str(item.get("id") or "") or url or _digest(title, next(iter(dates), ""), body),
        url=url,
        title=inline_text(title),
        text=body,
        author=", ".join(name for name in names if name and isinstance(name, str)) or None,
        published=next(filter(None, (read_date(date, now) for date in dates)), None),
        lang=_string(item, "language") or lang,
    )
