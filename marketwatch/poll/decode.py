"""Bytes → the text that a feed parser may be given.

Order of trust: byte order mark; zero bytes of UTF-16 and UTF-32; valid UTF-8, and UTF-8 with a little damage, over every
declaration; the HTTP or declared charset from a fixed list of names, unless another clearly reads better (`charsets`); else
cp1252. Nothing here raises. What XML forbids, and DOCTYPEs with all they can do, are taken out before a parser sees them.
"""

from __future__ import annotations

import codecs
import contextlib
import html
import re

from marketwatch.poll.charsets import by_escapes, choose, codec_of

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ASCII = bytes(range(128))
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']"""
    rb"""|<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<(?![?!/])")
_FEED_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_BEFORE_ROOT = 20_000
"""Characters of warnings and other text that a program may have written before a feed."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DOCTYPE_START = re.compile("<!DOCTYPE", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>]|\[(?:[^\]\"'<]|\"[^\"]*\"|'[^']*'|<[^>]*>)*\])*>", re.IGNORECASE)
_ENTITY = re.compile(
    r"<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+(?:\"([^\"&<%]{0,200}|&#\w{1,8};)\"|'([^'&<%]{0,200}|&#\w{1,8};)')\s*>"
)
_ENTITY_USE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z_][\w.-]{0,60});", re.DOTALL)
"""Or a section in which none is one."""
_MAX_USES = 10_000
"""With values of 200 characters at most they add two million."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9A-Fa-f]+)|0*([0-9]+));")


def decode(body: bytes, charset: str | None = None) -> str:
    """Return the text of a document; undecodable bytes become U+FFFD. `charset`: as the server names it."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace").lstrip("\ufeff")
    body = body.removeprefix(codecs.BOM_UTF8)  # it stands before other encodings too
    if (wide := _wide_without_bom(body)) is not None:
        return body.decode(wide, "replace")
    in_document = _DECLARED.search(body[:2000])
    names = (charset, in_document[in_document.lastindex or 0].decode("ascii") if in_document else None)
    declared = [codec for codec in map(codec_of, names) if codec and not codec.startswith("utf")]
    if (b"\x1b$" in body or b"~{" in body) and (codec := by_escapes(body, declared)) is not None:
        return body.decode(codec, "replace")
    with contextlib.suppress(UnicodeDecodeError):
        return body.decode("utf-8").lstrip("\ufeff")
    text = body.decode("utf-8", "replace")
    return text if _is_damaged_utf8(body, text) else body.decode(choose(body, declared), "replace")


def _wide_without_bom(body: bytes) -> str | None:
    """UTF-16 or UTF-32 told by where the zero bytes of its markup stand."""
    zeros = [body[at:800:4].count(0) for at in range(4)]
    quarter = len(body[:800]) // 4
    if sum(zeros) * 5 <= quarter * 4:  # one byte in five
        return None
    if min(sorted(zeros)[1:]) * 10 > quarter * 9:
        return "utf-32-be" if zeros[0] > zeros[3] else "utf-32-le"
    return "utf-16-be" if zeros[0] + zeros[2] > zeros[1] + zeros[3] else "utf-16-le"


def _is_damaged_utf8(body: bytes, text: str) -> bool:
    """Whether bytes are UTF-8 but for a few: bytes of another encoding are nearly all damage."""
    damaged = text.count("\ufffd")
    return damaged * 5 < len(body.translate(None, _ASCII)) - damaged


def prefilter(text: str) -> str:
    """Return the document from its root on, without DOCTYPE, forbidden characters and references to them."""
    text = _FORBIDDEN.sub("", text).lstrip("\ufeff \t\r\n")
    root = _root(text)
    document = _with_entities(text[root:], text[: min(root, _BEFORE_ROOT)])
    return _REFERENCE.sub(_checked_reference, document)


def _with_entities(document: str, head: str) -> str:
    """Put in the short entities that a DOCTYPE declares: a name or a character, nothing that refers to others."""
    found = _ENTITY.findall(head) if "<!ENTITY" in head else ()
    values = {name: html.escape(first or second).replace("&amp;#", "&#") for name, first, second in found}
    uses = sum(match[1] in values for match in _ENTITY_USE.finditer(document)) if values else 0
    if not 0 < uses <= _MAX_USES:
        return document
    return _ENTITY_USE.sub(lambda match: values.get(match[1] or "", match[0]), document)


def _root(text: str) -> int:
    """Where the root element begins; what stands before a feed may be markup too: a warning, a comment, a DOCTYPE."""
    head = text[:_BEFORE_ROOT]
    first = _ROOT.search(text)
    begins = _DOCTYPE_START.search(head)
    doctype = _DOCTYPE.match(text, begins.start()) if begins else None
    at = doctype.end() if doctype and first and doctype.start() < first.start() else 0  # it may hold markup of its own
    for comment in _COMMENT.finditer(head, at):
        if _ROOT.search(head, at, comment.start()):
            break
        at = comment.end()
    first = _ROOT.search(text, at)
    if first is None:
        return at
    feed = None if _PAGE.match(text, first.start()) else _FEED_ROOT.search(text, at, at + _BEFORE_ROOT)
    return (feed or first).start()


def legal_characters(text: str) -> str:
    """Return the text without the characters XML forbids and without numeric references to them."""
    return _REFERENCE.sub(_checked_reference, _FORBIDDEN.sub("", text))


def _checked_reference(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if len(digits) > 7:
        return "\ufffd"
    code = int(digits, 16 if match[1] else 10)
    if code in (9, 10, 13) or 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF:
        return match[0] if code not in (0xFFFE, 0xFFFF) else "\ufffd"
    # Windows-1252 numbers are a common mistake: &#146; is meant as an apostrophe.
    if 0x80 <= code < 0xA0:
        return bytes([code]).decode("cp1252", "replace")
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else ""
