"""OPML whose attributes hold bare quotes and tags, made readable: one list in eight of a public collection has some.

    <outline text="A" description="By Jen "From Head To Toe" <a href="/x" rel="y">more</a>" xmlUrl="..."/>

A value then ends where the next attribute begins, not at the first quote. What stands in a description may be torn apart;
the names that matter come first or last and the first of a name counts. Linear in the length of the file.
"""

from __future__ import annotations

import re
from itertools import zip_longest

_PARTS = re.compile(r"(?=<outline\b|</outline\b|</body\b|</opml\b)", re.IGNORECASE)
_OUTLINE = re.compile(r"<(outline)(?=[\s/>])", re.IGNORECASE)
_NAME = re.compile(
    r"\s(?:([A-Za-z_][\w:.-]{0,40})\s{0,9}=\s{0,9}([\"'])|(text|title|type|xmlurl|htmlurl|url)=(?=[^\s\"'>]))", re.IGNORECASE
)


def without_comments(source: str) -> str:
    """Return the document without its comments; one that never ends takes all behind it along, as parsers do."""
    first, *rest = source.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in rest)


def repaired(source: str) -> str:
    """Return the document with every outline's tag written anew."""
    return "".join(_outline(part) for part in _PARTS.split(without_comments(source)))


def _outline(part: str) -> str:
    tag = _OUTLINE.match(part)
    if tag is None:
        return part
    closed = part.rstrip()
    inside = part[tag.end() : len(closed)]
    end = "/>" if closed.endswith("/>") or not closed.endswith(">") else ">"
    inside = inside.rstrip("/>" if end == "/>" else ">")
    found = list(_NAME.finditer(inside))
    values: dict[str, str] = {}
    for match, following in zip_longest(found, found[1:]):
        raw = inside[match.end() : following.start() if following else len(inside)].strip()
        name, quote = match[1] or match[3], match[2]
        if quote and quote not in raw:
            continue  # torn apart or cut off: an address that is not whole is none
        values.setdefault(name, raw.rpartition(quote)[0] if quote else raw.split()[0])
    attributes = "".join(f' {name}="{_escaped(value)}"' for name, value in values.items())
    return f"<{tag[1]}{attributes}{end}" + "\n" * part.count("\n")


def _escaped(value: str) -> str:
    return value.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("\n", " ")
