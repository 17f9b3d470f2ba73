"""Terms found in a sentence: all sections of a language in one pass over its words.

A term is words with a space between; `open*` matches a beginning, `(new|own)` one of several, `..` up to three words
of anything. Han characters are words of their own, so `实体店` needs no spaces.

All terms share one tree. Its edges are numbers, one for each word or beginning that any term has: a word of the text is
looked up once, remembered, and stands for the numbers it matches. Most words match none and cost one look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from marketwatch.extract.text import words_in

_GAP = 3
"""Words that `..` may skip; a Han character is less than a word."""
_HAN_GAP = 8
_REMEMBERED = 20_000
"""Words a lexicon remembers."""

Terms = Mapping[str, Sequence[str]]
"""A section of a pack: names → terms."""


class Hit(NamedTuple):
    """A term found: tokens[first:last] of a sentence."""

    name: str
    first: int
    last: int


Found = Mapping[str, Sequence[Hit]]
"""Hits by section, in text order; a section without one is missing."""


@dataclass(slots=True)
class _Node:
    next: dict[int, _Node] = field(default_factory=dict)
    gap: _Node | None = None
    names: list[tuple[str, str]] = field(default_factory=list)
    """Section and name of the terms that end here."""


class _Word(NamedTuple):
    """What a word of a text may be."""

    begins: tuple[_Node, ...]
    """Where the terms that begin with it go on."""
    edges: tuple[int, ...]
    """The words and beginnings of terms that it matches, the shortest beginning first."""


class _Words(dict[str, _Word]):
    """Words seen → what they may be. It forgets when it is full: texts have no end of words."""

    def __init__(self, root: _Node, exact: Mapping[str, int], stems: Mapping[str, int]) -> None:
        self._root, self._exact, self._stems = root, exact, stems
        self._longest = max(map(len, (*exact, *stems)), default=0)

    def __missing__(self, word: str) -> _Word:
        if len(self) >= _REMEMBERED:
            self.clear()
        beginnings = (word[:length] for length in range(1, min(len(word), self._longest) + 1))
        edges = [self._stems[stem] for stem in beginnings if stem in self._stems]
        if word in self._exact:
            edges.insert(0, self._exact[word])
        read = _Word(tuple(self._root.next[edge] for edge in edges if edge in self._root.next), tuple(edges))
        if len(word) <= self._longest:
            self[word] = read
        return read


class Lexicon:
    """Sections of terms, matched on tokens in one pass."""

    def __init__(self, sections: Mapping[str, Terms]) -> None:
        root = _Node()
        exact: dict[str, int] = {}
        stems: dict[str, int] = {}
        for section, terms in sections.items():
            for name, patterns in terms.items():
                for pattern in patterns:
                    for words in _variants(pattern):
                        node = _grown(root, words, exact, stems)
                        if (section, name) not in node.names:
                            node.names.append((section, name))
        self._words = _Words(root, exact, stems)

    def find(self, words: Sequence[str]) -> Found:
        """Every longest match of each name in the words of a sentence; matches of different names may overlap."""
        read = list(map(self._words.__getitem__, words))
        found: dict[str, list[Hit]] = {}
        for at, (begins, _) in enumerate(read):
            if not begins:
                continue
            ends: dict[tuple[str, str], int] = {}
            goes_on = at + 1 < len(read) and read[at + 1].edges
            for node in begins:
                if goes_on or node.names or node.gap:
                    _follow(node, words, read, at + 1, ends)
            for (section, name), end in ends.items():
                found.setdefault(section, []).append(Hit(name, at, end))
        return found


def _grown(root: _Node, words: Sequence[str], exact: dict[str, int], stems: dict[str, int]) -> _Node:
    """The node at which a term ends, made where it is missing. A term begins with a word, never with a gap."""
    node = root
    for word in words:
        if word == "..":
            node.gap = node.gap or _Node()
            node = node.gap
        else:
            kind, key = (stems, word[:-1]) if word.endswith("*") else (exact, word)
            node = node.next.setdefault(kind.setdefault(key, len(exact) + len(stems)), _Node())
    return node


def _follow(node: _Node, words: Sequence[str], read: Sequence[_Word], at: int, ends: dict[tuple[str, str], int]) -> None:
    """Note how far each term reaches that goes on from a node at a word."""
    for name in node.names:
        ends[name] = max(at, ends.get(name, 0))
    if node.gap is not None:
        for place in _within_gap(words, at):
            _follow(node.gap, words, read, place, ends)
    if node.next and at < len(read):
        for edge in read[at].edges:
            if edge in node.next:
                _follow(node.next[edge], words, read, at + 1, ends)


def _within_gap(words: Sequence[str], at: int) -> Iterator[int]:
    """The places at which a term may go on behind `..`."""
    han = 0
    yield at
    for skipped, word in enumerate(words[at : at + _HAN_GAP], 1):
        han += is_han(word)
        if _word_count(skipped, han) > _GAP:
            return
        yield at + skipped


def is_han(word: str) -> bool:
    return len(word) == 1 and "\u3400" <= word <= "\u9fff"


def word_count(words: Sequence[str]) -> int:
    """Length in words: Chinese writes none, two or three characters make one."""
    return _word_count(len(words), sum(map(is_han, words)))


def fewest_words(tokens: int) -> int:
    """What so many tokens count at least, whatever they are."""
    return _word_count(tokens, tokens)


def _word_count(tokens: int, han: int) -> int:
    return tokens - han + han * _GAP // _HAN_GAP


def _choices(part: str) -> list[str]:
    """`(new|own)*` → new*, own*."""
    if not part.startswith("("):
        return [part]
    star = "*" if part.endswith("*") else ""
    return [choice if choice.endswith("*") else choice + star for choice in part.rstrip("*")[1:-1].split("|")]


def _variants(pattern: str) -> Iterator[list[str]]:
    """`open (new|own) store*` → its word lists; a star stays on its word."""
    pieces = [_choices(part) for part in re.findall(r"\([^)]*\)\*?|[^\s(]+", pattern.replace("..", " .. "))]
    for choice in product(*pieces):
        words: list[str] = []
        for part in choice:
            if part == "..":
                words.append(part)
                continue
            for word in part.split():
                words += words_in(word.rstrip("*"))
                if word.endswith("*") and words:
                    words[-1] += "*"
        if words:
            yield words
