"""Plain RSS 2.0 and Atom documents → what feedparser would say of them, in a fraction of its time.

Plain is: well-formed, every element one whose effect in feedparser is known, each at most once in an item, nothing nested.
Anything else is left to feedparser, which stays the judge: tests/poll/test_plain.py holds both against each other, over a whole
corpus of feeds where there is one.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from lxml import etree

_ATOM = "http://www.w3.org/2005/atom"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_PREFIXES = {
    "": "",
    _ATOM: "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
}
"""Namespaces in lower case, whatever prefix the document gives them."""
_READ_BY_FEEDPARSER = frozenset([
    "admin", "cc", "content", "creativecommons", "dc", "dcterms", "feedburner", "georss", "gml", "itunes", "media", "psc",
    "rdf", "xhtml",
])  # fmt: skip
"""Prefixes whose elements may mean something to feedparser."""
_ITEM = {
    "title": "title", "guid": "id", "id": "id", "pubdate": "published", "published": "published", "updated": "updated",
    "dc:date": "updated", "description": "summary", "summary": "summary", "content:encoded": "content", "content": "content",
    "author": "author", "dc:creator": "author", "link": "link",
}  # fmt: skip
_FEED = {"title": "title", "language": "language", "ttl": "ttl"}
_MEANS_NOTHING = frozenset([
    "category", "comments", "enclosure", "dc:subject", "dc:rights", "dc:identifier", "dc:type", "dc:format", "dc:source",
    "feedburner:origlink", "media:content", "media:thumbnail", "media:category", "media:keywords", "media:credit",
    "media:rating", "media:player", "itunes:image", "itunes:duration", "itunes:episode", "itunes:season",
    "itunes:episodetype", "itunes:explicit", "itunes:block", "itunes:order", "itunes:title", "itunes:keywords",
    "itunes:type",
])  # fmt: skip
"""To the fields that are read."""
_MEANS_NOTHING_IN_A_FEED = _MEANS_NOTHING | frozenset([
    "description", "subtitle", "tagline", "copyright", "rights", "generator", "docs", "pubdate", "lastbuilddate",
    "updated", "published", "managingeditor", "webmaster", "cloud", "id", "icon", "logo", "author", "feedburner:info",
    "feedburner:feedburnerhostname", "dc:date", "dc:publisher", "dc:creator",
])  # fmt: skip
_PERSON = frozenset(["name", "email", "uri", "url"])
_IMAGE = frozenset(["url", "title", "link", "width", "height", "description"])
_RICH = frozenset(["title", "summary", "content"])
_TYPES = frozenset(["text", "html", "text/plain", "text/html"])
_WEB = frozenset(["text/html", "html", "xhtml", "application/xhtml+xml"])
_MAX_AUTHOR = 512
_SLASHES = re.compile("^([A-Za-z][A-Za-z0-9+-.]*://)(/*)(.*?)")
_CP1252 = {code: bytes([code]).decode("cp1252") for code in range(128, 160) if code not in (129, 141, 143, 144, 157)}
_C1 = re.compile("[\x80-\x9f]")
_ROOT_TAG = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")


class _NotPlain(Exception):  # noqa: N818 - no error: feedparser is asked
    """Something that only feedparser knows how to read."""


def read_plain(document: str) -> Mapping[str, Any] | None:
    """Return version, feed and entries under feedparser's names, or None when the document is not plain."""
    root_tag = _ROOT_TAG.match(document)
    # A namespace that is declared further down may give a prefix a second meaning.
    if root_tag is None or "<!DOCTYPE" in document or "<!ENTITY" in document or "xmlns" in document[root_tag.end() :]:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(document.encode("utf-8", "replace"), parser)
        return _Reader(root).read()
    except (etree.XMLSyntaxError, _NotPlain):
        return None


class _Reader:
    """Reads one document; raises _NotPlain at the first thing it does not know."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._names: dict[tuple[str, str | None], str | None] = {}
        self._lang: str | None = None

    def read(self) -> Mapping[str, Any]:
        attributes = dict(self._root.attrib)
        self._lang = attributes.pop(f"{_XML}lang", None)
        if self._lang == "":
            raise _NotPlain
        if self._root.tag.lower() == f"{{{_ATOM}}}feed" and not attributes:
            return {"version": "atom10"} | self._feed(self._root, "entry")
        only = self._root[0] if len(self._root) == 1 else self._root
        version = attributes.pop("version", "")
        if self._root.tag == "rss" and version.startswith("2.") and only.tag == "channel" and not attributes and not only.attrib:
            return {"version": "rss20"} | self._feed(only, "item")
        raise _NotPlain

    def _feed(self, element: Any, of_items: str) -> dict[str, Any]:
        feed: dict[str, Any] = {"language": self._lang.replace("_", "-")} if self._lang else {}
        links: list[dict[str, str]] = []
        entries = []
        seen: set[str] = set()
        for child in element:
            name = self._name(child)
            if name == of_items:
                entries.append(self._entry(child))
            elif name in _FEED:
                if name in seen:
                    raise _NotPlain
                seen.add(name)
                feed[name] = self._text(child, rich=name == "title")
            elif name == "link":
                links += self._link(child)[:1] if child.attrib else self._leaf(child)
            elif name == "image" and not child.prefix:
                self._only(child, _IMAGE)
            elif name == "author" and len(child):
                self._only(child, _PERSON)
            elif name is not None and name not in _MEANS_NOTHING_IN_A_FEED:
                raise _NotPlain
            else:
                self._leaf(child)
        return {"feed": feed | {"links": links}, "entries": entries}

    def _entry(self, item: Any) -> dict[str, Any]:
        if item.attrib:
            raise _NotPlain
        raw: dict[str, Any] = {}
        alternate = None
        for child in item:
            name = self._name(child)
            key = _ITEM.get(name or "-")
            if key is None:
                if name is not None and name not in _MEANS_NOTHING and not (name == "source" and not child.prefix):
                    raise _NotPlain
                self._leaf(child)
            elif name == "link" and child.attrib:
                alternate = next(iter(self._link(child)[1:]), alternate)
            elif key in raw:
                raise _NotPlain
            elif key == "id":
                raw[key], permanent = self._identity(child)
            elif key == "author":
                raw[key] = self._author(child)
            elif key == "content":
                raw[key] = [{"value": self._text(child, rich=True), "language": self._lang and self._lang.replace("_", "-")}]
            elif key == "link":
                raw[key] = re.sub("&([A-Za-z0-9_]+);", r"&\g<1>", _joined(self._text(child)).replace("&amp;", "&"))
            else:
                raw[key] = self._text(child, rich=key in _RICH)
        if alternate is not None:
            if "link" in raw:  # the last of both kinds would count
                raise _NotPlain
            raw["link"] = alternate["href"]
        if "id" in raw and permanent:
            raw["id"] = _repaired(_joined(raw["id"]))
            raw.setdefault("link", raw["id"])
        if "content" in raw:
            raw.setdefault("summary", raw["content"][0]["value"])
        return raw

    def _name(self, element: Any) -> str | None:
        """feedparser's name of an element; None for one of a namespace that means nothing to it."""
        key = (element.tag, element.prefix)
        if key not in self._names:
            self._names[key] = _name(*key)
        return self._names[key]

    def _leaf(self, element: Any) -> tuple[()]:
        """Check that an element holds nothing but text and changes neither base nor language."""
        if len(element) or any(name.rpartition("}")[2].lower() in ("base", "lang") for name in element.attrib):
            raise _NotPlain
        return ()

    def _only(self, element: Any, names: frozenset[str]) -> None:
        """Check that an element has these children alone, each a plain one."""
        if element.attrib or any(self._name(child) not in names or child.attrib or len(child) for child in element):
            raise _NotPlain

    def _text(self, element: Any, *, rich: bool = False) -> str:
        """The text as feedparser gives it, for an element without attributes, or with a plain `type` where it is rich."""
        if len(element) or (element.attrib and not (rich and _plain_type(element.attrib))):
            raise _NotPlain
        return _repaired((element.text or "").strip())

    def _identity(self, element: Any) -> tuple[str, bool]:
        """The identity as it stands, and whether it is an address."""
        self._leaf(element)
        attributes = {name.lower(): value for name, value in element.attrib.items()}
        if attributes.keys() - {"ispermalink"}:
            raise _NotPlain
        permanent = attributes.get("ispermalink", "true") == "true"
        text = (element.text or "").strip()
        return text if permanent else _repaired(text), permanent

    def _link(self, element: Any) -> list[dict[str, str]]:
        """A link with attributes, twice when it is the address of what it stands in."""
        self._leaf(element)
        if (element.text or "").strip() or "href" not in element.attrib or {"url", "uri"} & set(element.attrib):
            raise _NotPlain
        rel = element.get("rel", "alternate").lower()
        kind = element.get("type", "text/html").lower()
        found = {"rel": rel, "href": _joined(element.get("href"))}
        return [found, found] if rel == "alternate" and kind in _WEB else [found]

    def _author(self, element: Any) -> str:
        if not len(element):
            text = self._text(element)
            if len(text) > _MAX_AUTHOR:
                raise _NotPlain
            return text
        self._only(element, _PERSON)
        parts = {self._name(child): (child.text or "").strip() for child in element}
        around = [element.text, *(child.tail for child in element)]
        if (
            len(parts) != len(element)
            or any((text or "").strip() for text in around)
            or len("".join(parts.values())) > _MAX_AUTHOR
        ):
            raise _NotPlain
        name, email = parts.get("name"), parts.get("email")
        return f"{name} ({email})" if name and email else name or email or ""


def _name(tag: str, prefix: str | None) -> str | None:
    uri, _, local = tag.rpartition("}")
    known = _PREFIXES.get(uri[1:].lower())
    if known is None:
        if not prefix or prefix.lower() in _READ_BY_FEEDPARSER:
            raise _NotPlain
        return None
    return f"{known}:{local.lower()}" if known else local.lower()


def _plain_type(attributes: Mapping[str, str]) -> bool:
    return list(attributes) == ["type"] and attributes["type"].lower() in _TYPES


def _joined(address: str) -> str:
    """An address as feedparser resolves it where nothing is known to resolve it against."""
    try:
        return urljoin("", _SLASHES.sub(r"\1\3", address))
    except ValueError:
        return ""


def _repaired(text: str) -> str:
    """UTF-8 that was taken for Latin-1 put right, and the numbers that mean Windows-1252."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_CP1252) if _C1.search(text) else text
