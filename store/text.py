"""Text as the full-text index sees it: case, width and accents folded, CJK characters as words of their own.

SQLite's unicode61 tokenizer takes a run of Han characters as one word, so a two-character name inside a sentence is
found by nobody; split into characters at index and query time it is a phrase.
"""

from __future__ import annotations

import re
import unicodedata

_SCRIPT = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK = re.compile(f"[{_SCRIPT}]")
_APART = re.compile(f"[{_SCRIPT}]|[^{_SCRIPT}]+")


def fold(text: str) -> str:
    """Lower-case, narrow and strip accents: for comparing what people type with what is stored."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFKC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def index_text(text: str) -> str:
    """Return the text as it goes into the index."""
    if text.isascii():
        return text
    narrow = unicodedata.normalize("NFKC", text)
    return " ".join(_APART.findall(narrow)) if _CJK.search(narrow) else narrow


def match_expression(text: str, *, prefix: bool, column: str | None = None) -> str:
    """Return an FTS5 expression for a word or phrase; '' when nothing of it can be looked up.

    `prefix` lets the last token be the beginning of a word, for search while typing.
    """
    tokens = re.findall(r"\w+", index_text(text))
    if not tokens:
        return ""
    phrase = '"' + " ".join(tokens) + '"'
    open_end = "*" if prefix and not _CJK.match(tokens[-1]) else ""
    return (f"{column} : " if column else "") + phrase + open_end
