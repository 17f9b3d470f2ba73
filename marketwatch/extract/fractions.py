"""Shares told in words: `two thirds`, `one phone in four`, `九成` → percentages with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from marketwatch.extract.han_numbers import han_shares
from marketwatch.extract.number_words import number_words
from marketwatch.extract.phrases import whole_words
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import WORD

_MOST_OF = 20
"""The largest number that is counted out of another, hundreds and thousands aside."""


@dataclass(frozen=True, slots=True)
class _Shares:
    pattern: re.Pattern[str]
    per_cent: Mapping[str, Decimal]
    telling: frozenset[str] | None
    """The longest word of each, in languages that part words: without one there is no share."""


@cache
def _fractions(lang: str) -> _Shares:
    pairs = re.findall(r"(\S[^=]*)=([\d.]+)", rule_file("fractions.toml")[lang])
    shares = {phrase: Decimal(value) for phrase, value in pairs}
    one_of = "|".join(r"[\s-]".join(map(re.escape, p.split())) for p in sorted(shares, key=len, reverse=True))
    telling = frozenset(max(WORD.findall(phrase), key=len, default="") for phrase in shares)
    edges = ("", "") if lang == "zh" else (r"(?<!\w)", r"(?!\w)")
    return _Shares(re.compile(f"{edges[0]}(?:{one_of}){edges[1]}"), shares, telling if lang != "zh" else None)


@dataclass(frozen=True, slots=True)
class _Ratios:
    pattern: re.Pattern[str]
    numbers: Mapping[str, Decimal]


@cache
def _ratios(lang: str) -> _Ratios:
    """Two small numbers of which the first is counted out of the second, with up to two words behind it; not for Chinese."""
    data = rule_file("fractions.toml")["ratios"][lang]
    words = number_words(lang)
    numbers = {word: value for word, value in words.ones.items() if 1 <= value <= _MOST_OF}
    round_ones = (*words.scales.items(), *words.ones.items())
    numbers |= {word: value for word, value in round_ones if value in (100, 1000) and len(word) > 2}
    one = rf"{whole_words(list(numbers), lang)}|(?<![\w.,:–-])\d{{1,3}}(?![\w.,%]*\d)"
    some = r"(?:\s+[^\W\d]+){1,2}?"
    sure, loose, then = (whole_words(data[key], lang) for key in ("sure", "loose", "then"))
    parted = rf"(?:(?:{some})?\s+{sure}|\s+{loose})\s+(?:an?\s+)?(?P<of>{one})"
    ended = rf"{some}\s+{loose}\s+(?:an?\s+)?(?P<last>{one})(?=\s*(?:[,.;:!?)»”\"]|$|{then}))"
    return _Ratios(re.compile(rf"(?P<some>{one})(?:{parted}|{ended})"), numbers)


def may_hold_fraction(spoken: Sequence[str], lang: str) -> bool:
    """Whether a sentence of these words may tell a share."""
    telling = _fractions(lang).telling
    return telling is None or not telling.isdisjoint(spoken) or _may_hold_ratio(spoken, lang)


def _may_hold_ratio(spoken: Sequence[str], lang: str) -> bool:
    numbers = _ratios(lang).numbers
    return sum(word in numbers or word.isdigit() for word in spoken) > 1


def find_fractions(folded: str, lang: str, spoken: Sequence[str]) -> list[tuple[int, int, Decimal]]:
    """Return (start, end, per cent) of the shares that a folded sentence of these words tells, in text order."""
    if not may_hold_fraction(spoken, lang):
        return []
    shares = _fractions(lang)
    found = [
        (match.start(), match.end(), shares.per_cent[re.sub(r"[\s-]", " ", match[0])])
        for match in shares.pattern.finditer(folded)
    ]
    if lang == "zh":
        return sorted([*found, *han_shares(folded)])
    told = [(start, end) for start, end, _ in found]
    found += [r for r in _counted_out(folded, lang) if not any(r[0] < end and start < r[1] for start, end in told)]
    return sorted(found)


def _counted_out(folded: str, lang: str) -> Iterable[tuple[int, int, Decimal]]:
    ratios = _ratios(lang)
    for match in ratios.pattern.finditer(folded):
        part, whole = (_number(word, ratios.numbers) for word in (match["some"], match["of"] or match["last"]))
        if 0 < part < whole:
            share = round(100 * part / whole, 1)
            yield match.start(), match.end(), Decimal(int(share)) if share == int(share) else share


def _number(word: str, numbers: Mapping[str, Decimal]) -> Decimal:
    return Decimal(word) if word.isdigit() else numbers[word]
