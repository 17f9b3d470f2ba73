"""A document as the extractor sees it: sentences and tokens, all with offsets into its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from marketwatch.domain import Moment

MAX_CHARS = 60_000
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{HAN}]|\d+(?:[.,]\d+)*[a-z]*|[^\W_{HAN}]+", re.IGNORECASE)
_LATIN_END = re.compile(r"[.!?…]+[\"”»’'“)\]]*(?=\s)|[。！？]+[”』」）\"’]*|\n\s*\n|\n")
_WORD_BEFORE = re.compile(r"[^\s(«“„\"]+$")
_OPENERS = "\"“«„'‘(¿¡[—–-"


@dataclass(frozen=True, slots=True)
class Document:
    """What is read: a text with what is known about it. Offsets of evidence point into `text`."""

    text: str
    title: str = ""
    lang: str | None = None
    published: Moment | None = None
    feed_vendors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: always `document.text[start:end] == text`."""

    text: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Token:
    """A lower-cased word, a number or one Han character, with its place in the document."""

    text: str
    start: int
    end: int


def tokenise(text: str, start: int = 0, *, fold: Mapping[str, str] | None = None) -> tuple[Token, ...]:
    """Split text into tokens. `start` is added to offsets; `fold` maps characters to their usual form."""
    table = fold or {}
    return tuple(
        Token(table.get(m.group(), m.group().lower()), start + m.start(), start + m.end())
        for m in _TOKEN.finditer(text)
    )


def split_sentences(text: str, abbreviations: frozenset[str] = frozenset()) -> tuple[Sentence, ...]:
    """Cut text into sentences with exact offsets. Headings and paragraphs end a sentence too."""
    found: list[Sentence] = []
    start, paragraph = 0, 0
    for end, breaks in _cuts(text, abbreviations):
        _append(found, text, (start, end), paragraph)
        start = end
        paragraph += breaks
    _append(found, text, (start, len(text)), paragraph)
    return tuple(found)


def _cuts(text: str, abbreviations: frozenset[str]) -> Iterator[tuple[int, bool]]:
    line_start = 0
    for match in _LATIN_END.finditer(text):
        mark = match.group()
        if mark.isspace():
            heading = match.start() - line_start < 60
            line_start = match.end()
            if mark.count("\n") > 1 or heading:
                yield match.end(), True
        elif mark[0] in "。！？" or _ends_sentence(text, match, abbreviations):
            yield match.end(), False


def _ends_sentence(text: str, match: re.Match[str], abbreviations: frozenset[str]) -> bool:
    rest = text[match.end() : match.end() + 8].lstrip()
    if not rest:
        return True
    head = rest.lstrip(_OPENERS + " \u00a0")[:1]
    if head.islower() and match.group()[0] != "!":
        return head.isascii() and rest[:4].lower() in {"vivo", "real", "ipho"}
    if match.group() != ".":
        return True
    word = _WORD_BEFORE.search(text[max(0, match.start() - 24) : match.start()])
    before = word.group() if word else ""
    initial = len(before) == 1 and before.isalpha() and before.isupper()
    return not initial and before.lower().rstrip(".") not in abbreviations


def _append(found: list[Sentence], text: str, span: tuple[int, int], paragraph: int) -> None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        found.append(Sentence(text[start:end], start, end, paragraph))
