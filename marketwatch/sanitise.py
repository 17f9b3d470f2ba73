"""Make outside text safe to store and to show: every string of a feed, page or file goes through here.

Control characters are stripped last, after every unescape, because unescaping creates them (`&#27;`). What is taken
out: C0 and C1 controls, DEL, bidirectional overrides and isolates, byte order marks, tag characters, lone surrogates;
what is capped: length and combining marks a base character. All functions are idempotent.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

_MAX_URL = 2048
_MAX_MARKS = 4
"""Combining marks kept on one base character: real scripts need fewer, zalgo text has hundreds."""

_LINE_BREAKS = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_SUSPECT = re.compile("[^\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u3000-\u9fff\uff01-\uff60]")
"""Characters that make a text take the slow path."""
_MARKS = re.compile(f"((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){{{_MAX_MARKS}}})"
                    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(" {2,}")


def _strip(text: str) -> str:
    text = _LINE_BREAKS.sub("\n", text).replace("\t", " ")
    if not _SUSPECT.search(text):
        return text
    text = unicodedata.normalize("NFC", _UNSAFE.sub("", text))
    return _MARKS.sub(r"\1", text)


def clean_line(text: str, limit: int = 500) -> str:
    """Return one safe line of at most `limit` characters, white space collapsed."""
    return " ".join(_strip(text[: limit * 8]).split())[:limit].strip()


def clean_text(text: str, limit: int = 200_000) -> str:
    """Return safe text of at most `limit` characters that keeps its line and paragraph breaks."""
    text = _strip(text[: limit * 2])
    if "  " in text:
        text = _SPACES.sub(" ", text)
    if "\n" in text:
        text = "\n".join([line.strip(" ") for line in text.split("\n")])  # a pattern takes five times as long
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip()[:limit].strip()


def inert(value: object) -> str:
    """A cell of a CSV file as text that no spreadsheet takes for a formula; numbers are left alone.

    What would run gets a `'` before it, and so does what begins with one: reading can take it off again.
    """
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_RISKY) else text


def safe_url(url: str | None) -> str | None:
    """Return the absolute http(s) address without its userinfo, or None if it is anything else."""
    if not url or len(url) > _MAX_URL:
        return None
    url = url.strip()
    if _UNSAFE.search(url) or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or host.startswith("-"):
        return None
    netloc = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme.lower(), netloc + (f":{port}" if port else ""), parts.path, parts.query, parts.fragment))


def canonical_link(url: str | None) -> str | None:
    """Return the address without scheme, `www.` and fragment: the same page under http and https has one."""
    safe = safe_url(url)
    if safe is None:
        return None
    parts = urlsplit(safe)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}{query}"
