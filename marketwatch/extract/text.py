"""Text with offsets: documents, sentences, words. Evidence is always a slice of the document's text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from marketwatch.domain import Moment

MAX_TEXT = 60_000
"""Characters read of one article; news is a tenth of that."""


@dataclass(frozen=True, slots=True)
class Document:
    """What the extractor is given."""

    text: str
    title: str = ""
    lang: str | None = None
    """A hint, from the feed; the text overrules it when it clearly disagrees."""
    published: Moment | None = None
    feed_vendors: tuple[str, ...] = ()
    """Vendors the source is about when the text names none."""


@dataclass(frozen=True)
class Sentence:
    """`document.text[start:end]`, with its words and, looked for when they are asked for, their places."""

    index: int
    text: str
    start: int
    end: int
    paragraph: int
    words: Sequence[str]
    """Its words, numbers, marks and Han characters, lower-cased."""

    @cached_property
    def places(self) -> Sequence[tuple[int, int]]:
        """By word: where it begins and ends, counted from the sentence's start."""
        lowered, token = _lowered(self.text)
        return [match.span() for match in token.finditer(lowered)]

    def within(self, first: int, last: int) -> tuple[int, int]:
        """Where words[first:last] stand, counted from the sentence's start."""
        return self.places[first][0], self.places[last - 1][1]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where words[first:last] stand in the document."""
        begin, end = self.within(first, last)
        return self.start + begin, self.start + end


LETTER = r"[^\W\d_\u3400-\u9fff]"
"""A letter of a script that writes words."""
_TOKEN = re.compile(rf"[a-zß-öø-ÿ]++(?!{LETTER})|{LETTER}+|[\u3400-\u9fff]|\d+(?:[.,]\d+)*|[^\w\s]")
"""Its first part is there for speed: most words are of plain letters."""
_TOKEN_NOT = re.compile(rf"[a-z]+n't\b|{_TOKEN.pattern}")
WORD = re.compile(rf"{LETTER}+|\d+")
_TERMINATOR = re.compile(
    r"""[.!?…。！？；\n](?:(?<=[.!?…])[.!?…]*["'“”’»)\]]*(?=\s|$)|(?<=[。！？；])[。！？；]*[”’」』）]*|(?<=\n)\n*)"""
)
"""It begins with one set of characters, which is looked for quickly."""
_OPENERS = "“«„「『"
_CLOSERS = {"”": "“", "»": "«", "“": "„", "」": "「", "』": "『"}
_INITIAL = re.compile(r"(?:^|[(.\-])[^\W\d_]\.$")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:[.\-][^\W\d_]+)*)\.$")


def words_in(text: str) -> list[str]:
    """Return words, numbers, marks and Han characters, lower-cased."""
    lowered, token = _lowered(text)
    return token.findall(lowered)


def _lowered(text: str) -> tuple[str, re.Pattern[str]]:
    """The text as its words are written, and what finds them."""
    lowered = text.lower().replace("’", "'")
    if len(lowered) != len(text):  # a few characters change length when lower-cased: offsets matter more than case
        lowered = text
    return lowered, _TOKEN_NOT if "n't" in lowered else _TOKEN


def fold(text: str) -> str:
    """The text in lower case, letter for letter: what a pattern that ignores case sees in it."""
    return text.replace("İ", "i").replace("ı", "i").replace("ſ", "s").lower()


def places_of(word: str, text: str, words: re.Pattern[str], inside: re.Pattern[str]) -> Iterator[int]:
    """Where a text has a word, all of it and nothing more: `words` matches one, `inside` where none begins."""
    at = text.find(word)
    while at >= 0:
        match = words.match(text, at)
        if match and match[0] == word and not inside.match(text, at):
            yield at
        at = text.find(word, at + 1)


def split_sentences(text: str, abbreviations: Collection[str]) -> tuple[Sentence, ...]:
    """Split into sentences; a quotation is not broken, an abbreviation or an initial ends none."""
    text = text[:MAX_TEXT]
    sentences: list[Sentence] = []
    openers = [opener for opener in _OPENERS if opener in text]
    start = paragraph = 0
    for match in _TERMINATOR.finditer(text):
        end = match.end()
        newline = match[0].startswith("\n")
        if not newline and _goes_on(text, start, match, abbreviations, openers):
            continue
        _append(sentences, text, start, match.start() if newline else end, paragraph)
        start = end
        paragraph += newline
    _append(sentences, text, start, len(text), paragraph)
    return tuple(sentences)


def _append(sentences: list[Sentence], text: str, start: int, end: int, paragraph: int) -> None:
    raw = text[start:end]
    stripped = raw.strip()
    if not stripped:
        return
    start += len(raw) - len(raw.lstrip())
    sentences.append(Sentence(len(sentences), stripped, start, start + len(stripped), paragraph, words_in(stripped)))


def _goes_on(text: str, start: int, match: re.Match[str], abbreviations: Collection[str], openers: Sequence[str]) -> bool:
    """Whether this full stop does not end the sentence."""
    mark, end = match[0], match.end()
    if openers and _open_quote(text[start:end], openers):
        return True
    following = text[end : end + 3].lstrip()
    if mark[0] in "。！？；":
        return False
    if following[:1].islower():
        return True
    if not mark.startswith("."):
        return False
    last = text[max(start, match.start() - 30) : match.start() + 1].split()[-1]
    word = _LAST_WORD.search(last)
    return bool(_INITIAL.search(last) or (word and word[1].lower() in abbreviations and following[:1] not in ("", "\n")))


def _open_quote(text: str, openers: Sequence[str]) -> bool:
    """Whether a quotation opened here is not closed; a very long one is taken as a missing mark."""
    last = max(map(text.rfind, openers))
    if last < 0 or len(text) - last > 600:
        return False
    opener = text[last]
    if opener == "“" and text.rfind("„", 0, last) >= 0:
        return False
    return not any(_CLOSERS[c] == opener for c in text[last + 1 :] if c in _CLOSERS)
