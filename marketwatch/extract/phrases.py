"""Phrases as one pattern, with a quick look first: most sentences hold no letter of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from marketwatch.extract.text import fold


@dataclass(frozen=True, slots=True)
class Phrases:
    """A pattern for folded text, and letters of which whatever it matches has some."""

    pattern: re.Pattern[str]
    needed: Sequence[str]

    def may_be_in(self, folded: str) -> bool:
        """Whether a folded text has letters that the pattern needs."""
        return any(part in folded for part in self.needed)

    def find(self, folded: str) -> list[re.Match[str]]:
        """Matches in a folded text."""
        return list(self.pattern.finditer(folded)) if self.may_be_in(folded) else []

    def find_with(self, held: Set[str], folded: str) -> list[re.Match[str]]:
        """Matches in a folded text of which it is known what it holds of the letters that phrases need."""
        return [] if held.isdisjoint(self.needed) else list(self.pattern.finditer(folded))


def needed_letters(phrases: Iterable[str]) -> tuple[str, ...]:
    """The longest word of each phrase; what holds a shorter one is left out."""
    words = {max(fold(phrase).split(), key=len) for phrase in phrases}
    return tuple(sorted(word for word in words if not any(other != word and other in word for other in words)))


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of these words in folded text, the longest first."""
    return one_of(map(fold, words))


NEVER = r"(?!)"
"""Matches nothing."""


def whole_words(words: Sequence[str], lang: str) -> str:
    """A pattern for any of these words in folded text and for no part of one; Chinese has no word breaks."""
    if not words:
        return NEVER
    return f"(?:{alternatives(words)})" if lang == "zh" else rf"(?<!\w)(?:{alternatives(words)})(?!\w)"


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first; of many words only those of one first letter are tried at a place."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())
