"""OPML, the format in which feed readers pass lists of feeds: bytes ↔ feeds.

Real files are often no XML: bare ampersands, HTML's entities, two attributes of a name, a wrong encoding, a missing end.
All are read as far as they go. A hostile one finds nothing: what stands before the root is cut off, so no DOCTYPE
declares anything; entities are characters before the parser runs; addresses are kept only when they are http(s), `include`
outlines are never fetched, and sizes are capped. What other readers do not know travels in attributes of our namespace.
"""

from __future__ import annotations

import contextlib
import html
import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from marketwatch.domain import Feed, Outlet
from marketwatch.errors import ParseError
from marketwatch.opml_repair import repaired, without_comments
from marketwatch.poll.decode import decode, legal_characters
from marketwatch.sanitise import clean_line, safe_url
from marketwatch.slugs import RESERVED, SLUG

MAX_OPML = 10_000_000
"""Bytes of a file."""
_MAX_FEEDS = 5_000
_MAX_DEPTH = 20
"""Folders in folders; a feed below them is left out and told."""
_MAX_TAGS = 8
_NAMESPACE = "urn:smartphone-marketwatch:feeds"
_TIERS = frozenset({"vendor", "wire", "press", "trade", "blog", "research", "discovery"})
_ROOT = re.compile(r"<(?:\w{1,20}:)?opml\b", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));|&")
_ADDRESS = re.compile(r"\sxmlurl\s*=", re.IGNORECASE)
_OWN_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LANG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_LOCAL_NAMES = (".local", ".localhost", ".internal", ".lan", ".home")


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed with the line it stands in."""

    line: int
    feed: Feed
    """Its slug is empty when the file names none that can be used."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What of a file could not be taken over, and where."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Opml:
    """A file as it was read, feeds in its order."""

    title: str
    feeds: tuple[Listed, ...]
    problems: tuple[Problem, ...]


def read_opml(body: bytes) -> Opml:
    """Read a file. Raises ParseError when it holds no OPML."""
    if len(body) > MAX_OPML:
        raise ParseError(f"is larger than {MAX_OPML // 1_000_000} MB")
    text = decode(body)
    start = _ROOT.search(text)
    if start is None:
        raise ParseError("is empty" if not text.strip() else "is no OPML: it has no <opml> element")
    before = text.count("\n", 0, start.start())
    source = _AMPERSAND.sub(_entity, legal_characters(text[start.start() :]))
    root, damaged_at = _tree(source)
    found = list(_found(root, before))
    named = len(_ADDRESS.findall(without_comments(source)))
    if damaged_at is not None and len(found) < named:
        with contextlib.suppress(ParseError):
            again, _ = _tree(repaired(source))
            root, found = max((root, found), (again, list(_found(again, before))), key=lambda read: len(read[1]))
    feeds = [one for one in found if isinstance(one, Listed)]
    problems = [one for one in found if isinstance(one, Problem)]
    if len(feeds) > _MAX_FEEDS:
        problems.append(Problem(feeds[_MAX_FEEDS].line, f"only the first {_MAX_FEEDS} feeds of a file are read"))
    if damaged_at is not None and len(found) < named:
        words = f"the file is damaged from here on: about {named - len(found)} feeds could not be read"
        problems.append(Problem(before + damaged_at, words))
    return Opml(_title(root), tuple(feeds[:_MAX_FEEDS]), tuple(problems))


def _tree(source: str) -> tuple[Any, int | None]:
    """The document as far as it can be read, and the line of its first fault. Raises ParseError."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ParseError("is no OPML that can be read") from error
    if root is None:
        raise ParseError("is no OPML that can be read")
    return root, parser.error_log[0].line if len(parser.error_log) else None


def _entity(match: re.Match[str]) -> str:
    """Ampersands as XML wants them: HTML's entities become characters, unknown ones and bare ampersands plain text."""
    number, name = match[1], match[2]
    if number or name in _OWN_ENTITIES:
        return match[0]
    character = html.unescape(match[0]) if name else match[0]
    return html.escape(character)


def _title(root: Any) -> str:
    for element in root.iter():
        if _local(element.tag) == "title":
            return clean_line("".join(element.itertext()), 200)
        if _local(element.tag) == "body":
            break
    return ""


def _local(tag: object) -> str:
    """The name of an element or attribute without namespace and prefix, in lower case."""
    return re.split("[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def _found(root: Any, before: int) -> Iterator[Listed | Problem]:
    """Walk without recursion: files may nest deeper than Python's stack."""
    folders: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if _local(element.tag) != "outline":
            continue
        if event == "end":
            folders.pop()
            continue
        values = _values(element)
        own = {name.removeprefix(f"{{{_NAMESPACE}}}"): value for name, value in element.attrib.items() if _NAMESPACE in name}
        line = before + (element.sourceline or 1)
        if "xmlurl" in values or (values.get("type", "").lower() in ("rss", "atom") and "url" in values):
            yield _listed(line, values, own, folders)
            folders.append("")
        else:
            folders.append(values.get("text") or values.get("title") or "")


def _values(element: Any) -> dict[str, str]:
    """Attributes under lower-case names: xmlUrl is also written xmlurl and xmlURL. The first of a name counts."""
    values: dict[str, str] = {}
    for name, value in element.attrib.items():
        if _NAMESPACE not in name:
            values.setdefault(_local(name), str(value))
    return values


def _listed(line: int, values: Mapping[str, str], own: Mapping[str, str], folders: Sequence[str]) -> Listed | Problem:
    raw = values.get("xmlurl") or values.get("url") or ""
    url = safe_url(_web_address(raw.strip()))
    title = clean_line(values.get("title") or values.get("text") or "", 200)
    if url is None:
        shown = clean_line(raw, 80)
        return Problem(line, f"'{shown}' is no http or https address" if shown else f"'{title}' has no address")
    if len(folders) > _MAX_DEPTH:
        return Problem(line, f"{url} stands deeper than {_MAX_DEPTH} folders: left out")
    slug, lang = own.get("slug", ""), (values.get("language") or "").strip()
    feed = Feed(
        slug=slug if SLUG.fullmatch(slug) and slug not in RESERVED else "",
        title=title or (urlsplit(url).hostname or url),
        url=url,
        lang=lang if _LANG.fullmatch(lang) and len(lang) <= 12 else None,
        outlet=_outlet(own),
        vendors=tuple(v for v in own.get("vendors", "").split() if SLUG.fullmatch(v)),
        tags=_tags(values, own, folders),
        interval_s=_interval(own.get("interval", "")),
        full_text={"true": True, "false": False}.get(own.get("fullText", "")),
        enabled=own.get("enabled") != "false",
    )
    return Listed(line, feed)


def _web_address(raw: str) -> str:
    """`feed://host/` and `feed:https://host/` are how browsers once handed addresses to readers."""
    scheme, _, rest = raw.partition(":")
    if scheme.lower() != "feed":
        return raw
    return f"http:{rest}" if rest.startswith("//") else rest


def _outlet(own: Mapping[str, str]) -> Outlet | None:
    name = clean_line(own.get("outlet", ""), 200)
    tier = own.get("tier", "press")
    owner, country = clean_line(own.get("owner", ""), 200), clean_line(own.get("country", ""), 20)
    return Outlet(name, owner, country, tier if tier in _TIERS else "press") if name else None


def _interval(text: str) -> int | None:
    seconds = int(text) if text.isdecimal() and len(text) < 9 else 0
    return seconds if 60 <= seconds <= 31 * 86_400 else None


def _tags(values: Mapping[str, str], own: Mapping[str, str], folders: Sequence[str]) -> tuple[str, ...]:
    """Our own tags as they are; else the folders and categories it stands in, as words that a query can name."""
    if "tags" in own:
        return tuple(dict.fromkeys(filter(None, (clean_line(tag, 60) for tag in own["tags"].split("\n")))))
    found = [_tag(name) for name in (*folders, *re.split("[,/]", values.get("category", "")))]
    return tuple(dict.fromkeys(filter(None, found)))[:_MAX_TAGS]


def _tag(name: str) -> str:
    return re.sub(r"[^\w]+", "-", clean_line(name, 60).casefold()).strip("-_")


def is_local(url: str) -> bool:
    """Whether an address names this machine or its network: a list from elsewhere must not make us call there."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith(_LOCAL_NAMES)


def write_opml(feeds: Sequence[Feed], title: str) -> bytes:
    """Return the file that `read_opml` reads back as the same feeds; the first tag is the folder, for other readers."""
    root = etree.Element("opml", version="2.0", nsmap={"mw": _NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean_line(title, 200)
    body = etree.SubElement(root, "body")
    for tag, group in groupby(feeds, key=lambda feed: clean_line(feed.tags[0], 60) if feed.tags else ""):
        parent = etree.SubElement(body, "outline", text=tag, title=tag) if tag else body
        for feed in group:
            etree.SubElement(parent, "outline", _attributes(feed))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _attributes(feed: Feed) -> dict[str, str]:
    title = clean_line(feed.title, 200)
    known = {
        "type": "rss",
        "text": title,
        "title": title,
        "xmlUrl": safe_url(feed.url) or "",
        "language": feed.lang or "",
        "category": ",".join(re.sub("[,/]", " ", clean_line(tag, 60)) for tag in feed.tags),
    }
    outlet = feed.outlet or Outlet("")
    own = {
        "slug": feed.slug,
        "vendors": " ".join(feed.vendors),
        "tags": "\n".join(clean_line(tag, 60) for tag in feed.tags),
        "outlet": outlet.name,
        "owner": outlet.owner,
        "country": outlet.country,
        "tier": "" if outlet.tier == "press" else outlet.tier,
        "interval": str(feed.interval_s or ""),
        "fullText": {True: "true", False: "false", None: ""}[feed.full_text],
        "enabled": "" if feed.enabled else "false",
    }
    named = {name: value for name, value in known.items() if value}
    own = {name: value if name == "tags" else clean_line(value) for name, value in own.items() if value}
    return named | {f"{{{_NAMESPACE}}}{name}": value for name, value in own.items()}
