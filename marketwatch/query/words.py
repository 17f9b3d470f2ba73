"""Words as searching sees them: case, width and accents folded, each character of Han, kana and hangul a word of its own.

The full-text index (store.text, store.search) and what is highlighted on the screen go by the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from marketwatch.query.ast import And, FieldTerm, Node, Or, Query, TextTerm

SCRIPT = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Characters of scripts that put no space between words, as a range of a regular expression."""
_KANA_MARKS = (0x3099, 0x309A)
"""Kana with a mark are letters of their own."""
_WORD = re.compile(f"[{SCRIPT}]|(?:[^\\W{SCRIPT}][\u0300-\u036f]*)+")
"""A letter may be followed by accents that have no character together with it."""
_ONE = re.compile(f"[{SCRIPT}]")
_SOUGHT_FIELDS = ("title", "text", "quote")


class _Bare(dict[int, int | None]):
    """Takes accents away in `str.translate`; filled as characters come."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) and code not in _KANA_MARKS else code
        return self[code]


_BARE = _Bare()


def fold(text: str) -> str:
    """Lower-case, narrow and strip accents: for comparing what people type with what is stored."""
    if text.isascii():
        return text.lower()  # the same, sooner
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFKC", decomposed.translate(_BARE))


def sought(query: Query) -> tuple[TextTerm, ...]:
    """The words and phrases that hits of a query hold; what it excludes is left out."""
    found: list[TextTerm] = []
    todo: list[Node] = [query.where]
    while todo:
        node = todo.pop(0)
        if isinstance(node, TextTerm):
            found.append(node)
        elif isinstance(node, FieldTerm) and node.name in _SOUGHT_FIELDS:
            found += [TextTerm(value) for value in node.values if isinstance(value, str)]
        elif isinstance(node, And | Or):
            todo += node.parts
    return tuple(found)


def places(text: str, terms: Iterable[TextTerm]) -> list[tuple[int, int]]:
    """Spans of a text that hold one of the terms, in order and without overlap; a term finds the beginning of a word too."""
    words = [(match.start(), match.end(), fold(match[0])) for match in _WORD.finditer(text)]
    spans = [span for term in terms for span in _runs(words, [fold(word) for word in _WORD.findall(term.text)], term.phrase)]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


class Snippet(NamedTuple):
    """A piece of a text in which the words sought stand close together."""

    text: str
    hits: tuple[tuple[int, int], ...]
    """Their spans in `text`."""


def snippet(text: str, terms: Iterable[TextTerm], width: int = 140) -> Snippet | None:
    """The first piece of about `width` characters with the most hits, cut between words; None without a hit."""
    found = places(text, terms)
    if not found:
        return None
    first = max(found, key=lambda span: (sum(span[0] <= start < span[0] + width * 3 // 4 for start, _ in found), -span[0]))
    start, end = max(0, first[0] - width // 4), first[0] + max(width * 3 // 4, first[1] - first[0])
    if start and (gap := re.search(r"\s", text[start : first[0]])):
        start += gap.end()
    if end < len(text) and (space := text.rfind(" ", first[1], end)) > 0:
        end = space
    piece = re.sub(r"\s", " ", text[start:end])
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    inside = ((a - start + len(head), b - start + len(head)) for a, b in found if start <= a and b <= end)
    return Snippet(f"{head}{piece}{tail}", tuple(inside))


def _runs(words: Sequence[tuple[int, int, str]], wanted: Sequence[str], phrase: bool) -> Iterable[tuple[int, int]]:
    if not wanted:
        return
    open_end = not phrase and not _ONE.match(wanted[-1])
    for at in range(len(words) - len(wanted) + 1):
        last = words[at + len(wanted) - 1]
        fits = last[2].startswith(wanted[-1]) if open_end else last[2] == wanted[-1]
        if fits and all(words[at + n][2] == word for n, word in enumerate(wanted[:-1])):
            yield words[at][0], last[1]
