"""Text with offsets: documents, sentences, tokens. Evidence is always a slice of the document's text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

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


class Token(NamedTuple):
    """A word, a number or a Han character, lower-cased, at its place in the document."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """`document.text[start:end]`, with its words. Their places are looked for when they are asked for: most never are."""

    index: int
    text: str
    start: int
    end: int
    paragraph: int

    @cached_property
    def words(self) -> Sequence[str]:
        """The texts of its tokens."""
        return words_in(self.text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words with their places in the document."""
        return tokenise(self.text, self.start)


_new_token = partial(tuple.__new__, Token)
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
_INITIAL = re.compile(r"(?:^|[\s(.\-])[^\W\d_]\.$")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:[.\-][^\W\d_]+)*)\.$")


def tokenise(text: str, start: int = 0) -> tuple[Token, ...]:
    """Return the tokens of a piece of text that stands at `start` of its document."""
    lowered, token = _lowered(text)
    return tuple(map(_new_token, [(m[0], start + m.start(), start + m.end()) for m in token.finditer(lowered)]))


def words_in(text: str) -> list[str]:
    """The texts of the tokens alone, in a third of the time."""
    lowered, token = _lowered(text)
    return token.findall(lowered)


def _lowered(text: str) -> tuple[str, re.Pattern[str]]:
    """The text as its tokens are written, and what finds them."""
    lowered = text.lower().replace("’", "'")
    if len(lowered) != len(text):  # a few characters change length when lower-cased: offsets matter more than case
        lowered = text
    return lowered, _TOKEN_NOT if "n't" in lowered else _TOKEN


def fold(text: str) -> str:
    """The text in lower case, letter for letter: what a pattern that ignores case sees in it."""
    return text.replace("İ", "i").replace("ı", "i").replace("ſ", "s").lower()


def split_sentences(text: str, abbreviations: Collection[str]) -> tuple[Sentence, ...]:
    """Split into sentences; a quotation is not broken, an abbreviation or an initial ends none."""
    text = text[:MAX_TEXT]
    sentences: list[Sentence] = []
    start = paragraph = 0
    for match in _TERMINATOR.finditer(text):
        end = match.end()
        newline = match[0].startswith("\n")
        if not newline and _goes_on(text, start, match, abbreviations):
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
    sentences.append(Sentence(len(sentences), stripped, start, start + len(stripped), paragraph))


def _goes_on(text: str, start: int, match: re.Match[str], abbreviations: Collection[str]) -> bool:
    """Whether this full stop does not end the sentence."""
    mark, end = match[0], match.end()
    if _open_quote(text[start:end]):
        return True
    following = text[end : end + 3].lstrip()
    if mark[0] in "。！？；":
        return False
    if mark.startswith("."):
        head = text[max(start, match.start() - 30) : match.start() + 1]
        word = _LAST_WORD.search(head)
        if _INITIAL.search(head) or (word and word[1].lower() in abbreviations and following[:1] not in ("", "\n")):
            return True
    return following[:1].islower()


def _open_quote(text: str) -> bool:
    """Whether a quotation opened here is not closed; a very long one is taken as a missing mark."""
    last = max(text.rfind(opener) for opener in _OPENERS)
    if last < 0 or len(text) - last > 600:
        return False
    opener = text[last]
    if opener == "“" and text.rfind("„", 0, last) >= 0:
        return False
    return not any(_CLOSERS[c] == opener for c in text[last + 1 :] if c in _CLOSERS)
