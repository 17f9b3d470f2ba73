"""Numbers with their unit and bound, in eight languages: digits, words, scales, ranges, currencies.

Language facts are data (lang/quantities.toml); the reading is one left-to-right pass over words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from marketwatch.domain import Bound
from marketwatch.extract.fractions import find_fractions, may_hold_fraction
from marketwatch.extract.number_words import JOINTS, NumberWords, number_words, prefixes, units
from marketwatch.extract.text import LETTER, WORD, Sentence, fold

_DIGITS = r"\d{1,3}(?:[\u00a0\u202f '’]\d{3}(?!\d))+(?:[.,]\d+)?|\d{1,3}(?:[.,]\d{2,3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_WORD = re.compile(
    rf"(?P<digits>{_DIGITS})|(?P<han>[零一二两兩三四五六七八九十百千万萬亿億兆]+)|(?P<word>[^\W\d_\u3400-\u9fff]+)|(?P<mark>\S)"
)
_MAX_SENTENCE = 2000
_REMEMBERED = 2_000
"""Sentences whose quantities are remembered: several steps ask for them."""
_LONG_SCALE_MIN = Decimal(1_000_000)
_WRITTEN = re.compile(r"\d|[零一二两兩三四五六七八九十百千万萬亿億兆]{2}|(?<=[过過超破逾])[万萬亿億]")
"""A single 万 or 亿 is a number behind a word for more: 过亿, over a hundred million."""
_WRITTEN_OR_WORD = re.compile(rf"{_WRITTEN.pattern}|(?P<word>{LETTER}+)")


class Quantity(NamedTuple):
    """A number of the text: `text[start:end]` with its currency or unit word."""

    value: Decimal
    unit: str | None
    bound: Bound
    start: int
    end: int
    value_high: Decimal | None = None
    scale: Decimal = Decimal(1)
    """The last scale word read, carried to the first number of a range."""
    worded: bool = False
    """Written in words only: `two` is often no quantity."""


def find_quantities(text: str, lang: str) -> list[Quantity]:
    """Return the quantities of a sentence in text order, with offsets into it. Never raises on any text."""
    return list(_quantities(text[:_MAX_SENTENCE], lang))


def quantities_in(sentence: Sentence, lang: str) -> list[Quantity]:
    """Return the quantities of a sentence. Most have none, and its words tell that quickly."""
    words = sentence.words
    if _WRITTEN.search(sentence.text) or number_words(lang).may_count(words) or may_hold_fraction(words, lang):
        return find_quantities(sentence.text, lang)
    return []


@lru_cache(maxsize=_REMEMBERED)
def _quantities(text: str, lang: str) -> tuple[Quantity, ...]:
    words = number_words(lang)
    folded = fold(text)
    spoken = WORD.findall(folded)
    shares = [_share(folded, *fraction, words) for fraction in find_fractions(folded, lang, spoken)]
    if not _WRITTEN.search(text) and not words.may_count(spoken):
        return tuple(shares)
    found = [_complete(folded, number, words) for number in _numbers(text, spoken, words)]
    joined = _join_ranges(folded, found, words)
    whole = [q for q in joined if not any(s.start < q.end and q.start < s.end for s in shares)]
    return tuple(sorted([*whole, *shares], key=lambda q: q.start))


def _share(folded: str, start: int, end: int, value: Decimal, words: NumberWords) -> Quantity:
    return Quantity(value, "%", _bound_before(folded, start, words) or Bound.EQ, start, end, worded=True)


def _bound_before(folded: str, start: int, words: NumberWords) -> Bound | None:
    head = folded[max(0, start - 32) : start]
    return next((kind for kind, phrases in words.bounds if phrases.find(head)), None)


def _numbers(text: str, spoken: Sequence[str], words: NumberWords) -> list[Quantity]:
    """Numbers one after the other; only what may begin one is looked at."""
    begin = _WRITTEN if not any(map(words.may_begin, spoken)) else _WRITTEN_OR_WORD
    found, at = [], 0
    while match := begin.search(text, at):
        if match.lastgroup == "word" and not words.may_begin(match[0].lower()):
            at = match.end()
            continue
        number, at = _Number(words).read(_Tokens(text, match.start()))
        if number is not None:
            found.append(number)
    return found


class _Token(NamedTuple):
    kind: str
    word: str
    start: int
    end: int


class _Tokens:
    """Words, digits and marks from a place of the text on, read as they are asked for."""

    def __init__(self, text: str, start: int) -> None:
        self._rest = _WORD.finditer(text, start)
        self._read: list[_Token] = []

    def get(self, at: int) -> _Token | None:
        """The token of this number; None behind the last."""
        while len(self._read) <= at:
            match = next(self._rest, None)
            if match is None:
                return None
            self._read.append(_Token(str(match.lastgroup), match[0].lower(), match.start(), match.end()))
        return self._read[at]


class _Number:
    """Reading of one number: `current` below the next big scale, `total` above it."""

    def __init__(self, words: NumberWords) -> None:
        self.words = words
        self.current = Decimal(0)
        self.total = Decimal(0)
        self.scale = Decimal(1)
        self.digits = self.seen = self.approximate = False

    def read(self, tokens: _Tokens) -> tuple[Quantity | None, int]:
        """Return the number that begins at the first token, if one does, and the place behind what it is read from."""
        token = tokens.get(0)
        assert token is not None
        first = last = token
        at = taken = 0
        end = first.start
        while token is not None:
            after = tokens.get(at + 1)
            if not (self.seen and self._joins(token, after)):
                if not self._take(token.kind, token.word):
                    break
                end, taken = token.end, taken + 1
            last, token, at = token, after, at + 1
        lone_article = taken == 1 and not self.digits and self.total + self.current == 1
        if not self.seen or lone_article:
            return None, first.end
        bound = Bound.ABOUT if self.approximate else Bound.EQ
        value = self.total + self.current
        return Quantity(value, None, bound, first.start, end, scale=self.scale, worded=not self.digits), last.end

    def _joins(self, token: _Token, after: _Token | None) -> bool:
        """Whether a mark or a word like `and` stands between two words of a number."""
        mark = token.kind == "mark" and token.word in "-."
        if after is None or not (mark or (token.kind == "word" and token.word in self.words.joins)):
            return False
        if mark and after.start != token.end:
            return token.word == "." and after.word in self.words.scales
        if after.kind != "word":
            return False
        known = after.word in self.words.scales or after.word in self.words.fractions or after.word in self.words.joins
        return known or (not self.digits and after.word in self.words.ones)

    def _take(self, kind: str, word: str) -> bool:
        if kind == "digits":
            if self.seen:
                return False
            self.current, self.seen, self.digits = _digits(word, self.words.lang), True, True
            return True
        if kind == "han":
            return self._take_han(word)
        return kind == "word" and self._take_word(word)

    def _take_word(self, word: str) -> bool:
        words = self.words
        if word in words.fractions:
            return self._take_fraction(words.fractions[word])
        if word in words.about:
            self.current = (self.current or 1) * words.about[word]
            self.approximate = self.seen = True
            return True
        if word in words.scales and (self.seen or len(word) > 3):
            if len(word) <= 2 and not self.digits:
                return False
            return self._take_scale(words.scales[word])
        if word in words.ones and not self.digits:
            ones = words.ones[word]
            # quatre-vingts is four times twenty, not four and twenty
            self.current += 76 if words.lang == "fr" and ones == 20 and self.current % 100 == 4 else ones
            self.seen = True
            return True
        if not self.digits and words.may_be_compound(word) and (parts := _compound(word, words)):
            return all(self._take_word(part) for part in parts)
        return False

    def _take_scale(self, scale: Decimal) -> bool:
        self.scale = scale
        if scale < _LONG_SCALE_MIN:
            below = self.current % 1000 if scale == 100 else self.current
            self.current = self.current - below + (below or 1) * scale
        else:
            self.total += (self.current or 1) * scale
            self.current = Decimal(0)
        self.seen = True
        return True

    def _take_fraction(self, fraction: Decimal) -> bool:
        if self.seen and self.current == 1 and not self.total and not self.digits:
            self.current = fraction
        elif self.seen and self.total and not self.current:
            self.total += fraction * self.scale
        elif not self.seen or self.current:
            self.current += fraction
        self.seen = True
        return True

    def _take_han(self, word: str) -> bool:
        if self.digits:
            for char in word:
                if char not in self.words.scales and char not in "十百千万萬亿億兆":
                    return False
                self.current *= _HAN_SCALES[char]
                self.scale = _HAN_SCALES[char] * max(Decimal(1), self.scale)
            return True
        if self.seen or (len(word) == 1 and word not in "万萬亿億"):
            return False
        self.current, self.seen = _han_value(word), True
        return self.current > 0


_HAN_SCALES = {
    c: Decimal(v) for c, v in zip("十百千万萬亿億兆", (10, 100, 1000, 10**4, 10**4, 10**8, 10**8, 10**12), strict=True)
}
_HAN_ONES = {c: Decimal(v) for c, v in zip("零一二两兩三四五六七八九", (0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)}


def _han_value(word: str) -> Decimal:
    total = section = digit = Decimal(0)
    for char in word:
        if char in _HAN_ONES:
            digit = _HAN_ONES[char]
        elif (scale := _HAN_SCALES[char]) < 10_000:
            section += (digit or 1) * scale
            digit = Decimal(0)
        else:
            total = (total + section + digit or Decimal(1)) * scale
            section = digit = Decimal(0)
    return total + section + digit


def _digits(text: str, lang: str) -> Decimal:
    """Read digits by the grouping of the language: 13.600 is 13600 in Spanish and 13.6 in English."""
    if text.isdecimal():
        return Decimal(text)
    text = re.sub(r"[\u00a0\u202f '’]", "", text)
    mark, group = (".", ",") if lang in ("en", "zh") else (",", ".")
    if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{mark}\d+)?", text) or (
        group == "," and re.fullmatch(r"\d{1,2}(?:,\d{2})+,\d{3}", text)
    ):
        text = text.replace(group, "")
    elif re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}}){{2,}}", text):
        text = text.replace(mark, "")
    text = text.replace(",", ".")
    return Decimal(text) if text.count(".") < 2 else Decimal(text.replace(".", ""))


def _compound(word: str, words: NumberWords) -> list[str] | None:
    """Split a closed compound: zwölftausend, duemilacinquecento, tweehonderd."""
    parts: list[str] = []
    while word:
        key = next((k for k in words.compound_parts if word.startswith(k)), None)
        if key is None:
            join = next((j for j in JOINTS if parts and word.startswith(j)), None)
            if join is None or words.lang == "it":
                return None
            word = word[len(join) :]
            continue
        parts.append(key)
        word = word[len(key) :]
    return parts


def _complete(folded: str, number: Quantity, words: NumberWords) -> Quantity:
    """Add the unit behind or before the number, and the bound before or behind it."""
    start, end = number.start, number.end
    unit = None
    bound = number.bound
    if match := words.gt_after.match(folded, end):
        bound, end = Bound.GT, match.end()
    pattern, by_word = units()
    if match := pattern.match(folded, end):
        unit, end = by_word[match[1] or match[2]], match.end()
    prefix, by_prefix = prefixes()
    if unit is None and (match := prefix.search(folded[max(0, start - 6) : start])):
        unit, start = by_prefix[match[1]], start - len(match[0])
    bound = _bound_before(folded, start, words) or bound
    if number.end - number.start == 1 and number.value >= 10_000:
        bound = Bound.GT
    return Quantity(number.value, unit, bound, start, end, scale=number.scale, worded=number.worded)


def _join_ranges(folded: str, found: Sequence[Quantity], words: NumberWords) -> list[Quantity]:
    """`80 to 100 million` is one range; the scale of its end is carried to its beginning."""
    joined: list[Quantity] = []
    for quantity in found:
        last = joined[-1] if joined else None
        if last and last.value_high is None and words.range.fullmatch(folded[last.end : quantity.start]):
            low = last.value * quantity.scale if last.scale == 1 and quantity.scale > 1 else last.value
            high = quantity.value
            if (
                low < high <= low * 20
                and last.unit in (None, quantity.unit)
                and not _is_year(last)
                and (last.value >= 2 or quantity.scale > 1)
            ):
                joined[-1] = quantity._replace(value=low, value_high=high, bound=Bound.RANGE, start=last.start)
                continue
        joined.append(quantity)
    return joined


def _is_year(quantity: Quantity) -> bool:
    return quantity.unit is None and quantity.scale == 1 and 1980 <= quantity.value <= 2040
