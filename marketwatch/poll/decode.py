"""Bytes → the text that a feed parser may be given.

Order of trust: byte order mark; valid UTF-8 over every declaration; the declared or HTTP charset from a fixed list of
names; UTF-8 with a little damage; GB18030 when that reads as Chinese; else cp1252. Nothing here raises. What XML
forbids, and DOCTYPEs with all they can do, are taken out before a parser sees them.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSETS = frozenset(
    [
        "utf-8",
        "utf-16",
        "utf-16le",
        "utf-16be",
        "utf-32",
        "ascii",
        "us-ascii",
        "iso-8859-1",
        "latin-1",
        "latin1",
        "iso-8859-2",
        "iso-8859-3",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-6",
        "iso-8859-7",
        "iso-8859-8",
        "iso-8859-9",
        "iso-8859-10",
        "iso-8859-13",
        "iso-8859-14",
        "iso-8859-15",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp437",
        "cp850",
        "cp866",
        "cp949",
        "koi8-r",
        "koi8-u",
        "gb2312",
        "gbk",
        "gb18030",
        "hz-gb-2312",
        "big5",
        "big5-hkscs",
        "shift_jis",
        "shift-jis",
        "sjis",
        "euc-jp",
        "iso-2022-jp",
        "euc-kr",
        "ks_c_5601-1987",
        "tis-620",
        "macintosh",
        "mac-roman",
    ]
)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252",
          "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-9": "cp1254", "macintosh": "mac-roman",
          "ks_c_5601-1987": "cp949", "hz-gb-2312": "hz", "sjis": "shift_jis", "shift-jis": "shift_jis"}  # fmt: skip
"""What browsers read these names as."""

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_XML_DECLARATION = re.compile(r"\s*<\?xml.*?\?>", re.DOTALL)
_ROOT = re.compile(r"<(?![?!/])")
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>]|\[(?:[^\]\"'<]|\"[^\"]*\"|'[^']*'|<[^>]*>)*\])*>", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9A-Fa-f]{1,40})|0*(\d{1,5000}));")
_HAN = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")


def decode(body: bytes, charset: str | None = None) -> str:
    """Return the text of a document; undecodable bytes become U+FFFD."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace").lstrip("\ufeff")
    if (wide := _utf16_without_bom(body)) is not None:
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(body[:1000])
    for label in (charset, declared[1].decode("ascii") if declared else None):
        if (read := _declared(body, label)) is not None:
            return read
    return _guess(body)


def _utf16_without_bom(body: bytes) -> str | None:
    if body[:4] in (b"<\0?\0", b"<\0r\0", b"<\0f\0"):
        return "utf-16-le"
    return "utf-16-be" if body[:4] in (b"\0<\0?", b"\0<\0r", b"\0<\0f") else None


def _declared(body: bytes, name: str | None) -> str | None:
    """Decode by a declared name that is on the list and fits; utf-8 was tried before."""
    name = (name or "").strip().lower()
    if name not in _CHARSETS or name.startswith("utf-8"):
        return None
    codec = _WIDER.get(name, name)
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        text = body.decode(codec, "replace")
        return text if text.count("\ufffd") * 20 < len(text) else None


def _guess(body: bytes) -> str:
    high = sum(byte > 127 for byte in body[:200_000])
    text = body.decode("utf-8", "replace")
    chinese = body.decode("gb18030", "replace")
    damaged = text[:200_000].count("\ufffd")
    han = len(_HAN.findall(chinese[:200_000]))
    # A GBK text holds one Han character in two high bytes and is nearly all damage as UTF-8.
    if (high and damaged * 20 < high * 1.0) or (damaged <= 2 and high > damaged * 2):
        return text
    if han * 2 > high * 0.7 and chinese.count("\ufffd") * 20 <= max(han, 1):
        return chinese
    return body.decode("cp1252", "replace")


def prefilter(text: str) -> str:
    """Return the document from its root on, without DOCTYPE, forbidden characters and references to them."""
    text = text.lstrip("\ufeff \t\r\n")
    text = _XML_DECLARATION.sub("", text, count=1)
    text = _FORBIDDEN.sub("", text)
    root = _ROOT.search(text)
    if root is None:
        return text
    head, rest = text[: root.start()], text[root.start() :]
    if "<!DOCTYPE" in head.upper():
        # An internal subset holds markup of its own: the root is what follows the whole DOCTYPE.
        rest = _DOCTYPE.sub("", text, count=1)
        root = _ROOT.search(rest)
        rest = rest[root.start() :] if root else rest
    return _REFERENCE.sub(_checked_reference, rest)


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
