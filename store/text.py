"""Text as it goes into the full-text index and into its questions.

SQLite's unicode61 tokenizer takes a run of Han characters as one word, so a two-character name inside a sentence is
found by nobody; split into characters at index and query time it is a phrase.
"""

from __future__ import annotations

import re

from marketwatch.query.words import SCRIPT, fold

__all__ = ["fold", "index_text", "match_expression"]

_CJK = re.compile(f"[{SCRIPT}]")
_APART = re.compile(f"[{SCRIPT}]|[^{SCRIPT}]+")


def index_text(text: str) -> str:
    """Return the text as it goes into the index: folded by us, for SQLite knows neither ß nor accents of all scripts."""
    if text.isascii():
        return text
    folded = fold(text)
    return " ".join(_APART.findall(folded)) if _CJK.search(folded) else folded


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
