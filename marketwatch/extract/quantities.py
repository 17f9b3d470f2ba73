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
from marketwatch.extract.han_numbers import HAN, ODD, SCALES, read_han
from marketwatch.extract.number_words import JOINTS, NumberWords, number_words, prefixes, units
from marketwatch.extract.text import LETTER, WORD, Sentence, fold, places_of

_DIGITS = r"\d{1,3}(?:[\u00a0\u202f '’]\d{3}(?!\d))+(?:[.,]\d+)?|\d{1,3}(?:[.,]\d{2,3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_WORD = re.compile(rf"(?P<digits>{_DIGITS})|(?P<han>[{HAN}]+)|(?P<word>[^\W\d_\u3400-\u9fff]+)|(?P<mark>\S)")
_MAX_SENTENCE = 2000
_REMEMBERED = 2_000
"""Sentences whose quantities are remembered: several steps ask for them."""
_LONG_SCALE_MIN = Decimal(1_000_000)
_WRITTEN = re.compile(
    rf"[\d{HAN}](?:(?<=\d)|[{HAN}{ODD}]|(?<=[过過超破逾近][百千万萬亿億])|(?<=[^线網网以之][上][百千万萬亿億])(?!度))"
)
"""A digit or two Han numerals; a single 百 or 亿 is a number behind a word for more: 过亿, over a hundred million.

It begins with one set of characters, which is looked for quickly.
"""
_MOVED = 60
"""Characters before `from 6 to 11 million` in which a word says that it moved."""
_MOST_DOZENS = 20
"""`Two dozen`, but not `two hundred dozen`."""
_INSIDE = re.compile(rf"(?<={LETTER}){LETTER}")
"""A letter with one before it: no word begins here."""


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


def may_hold_quantity(sentence: Sentence, lang: str) -> bool:
    """Whether a sentence may have a quantity. Most have none, and their words tell that quickly."""
    words = sentence.words
    return bool(_WRITTEN.search(sentence.text)) or number_words(lang).may_count(words) or may_hold_fraction(words, lang)


@lru_cache(maxsize=_REMEMBERED)
def _quantities(text: str, lang: str) -> tuple[Quantity, ...]:
    words = number_words(lang)
    folded = fold(text)
    spoken = WORD.findall(folded)
    shares = [_share(folded, *fraction, words) for fraction in find_fractions(folded, lang, spoken)]
    if not _WRITTEN.search(text) and not words.may_count(spoken):
        return tuple(shares)
    found = [_complete(folded, number, words) for number in _numbers(text, folded, spoken, words)]
    joined = _join_ranges(folded, found, words)
    whole = [q for q in joined if not any(s.start < q.end and q.start < s.end for s in shares)]
    return tuple(sorted([*whole, *shares], key=lambda q: q.start))


def _share(folded: str, start: int, end: int, value: Decimal, words: NumberWords) -> Quantity:
    return Quantity(value, "%", _bound_before(folded, start, words) or Bound.EQ, start, end, worded=True)


def _bound_before(folded: str, start: int, words: NumberWords) -> Bound | None:
    head = folded[max(0, start - 32) : start]
    for kind, phrases in words.bounds:
        if phrases.may_be_in(head) and phrases.pattern.search(head):
            return kind
    return None


def _numbers(text: str, folded: str, spoken: Sequence[str], words: NumberWords) -> list[Quantity]:
    """Numbers one after the other; only what may begin one is looked at. `A few million` is none."""
    begin = [place for word in words.beginning(spoken) for place in places_of(word, folded, WORD, _INSIDE)]
    begin = sorted([*begin, *(match.start() for match in _WRITTEN.finditer(text))])
    found, behind = [], 0
    for place in begin:
        if place < behind:
            continue
        number, behind = _plainly(text, folded, place, words) or _Number(words).read(_Tokens(text, place), folded)
        if number is not None and not (number.worded and _is_vague(folded, number, words)):
            found.append(number)
    return found


def _is_vague(folded: str, number: Quantity, words: NumberWords) -> bool:
    """Whether a scale alone has a word like `few` before it, or is half of `per cento`."""
    told = folded[number.start : number.end]
    alone = told in words.scales or number.value == 100 or set(told) <= set(SCALES)
    return alone and words.vague.search(folded[max(0, number.start - 12) : number.start]) is not None


def _plainly(text: str, folded: str, place: int, words: NumberWords) -> tuple[Quantity | None, int] | None:
    """A number in digits, or an article, with nothing behind it that belongs to a number: most are. Also where it ends."""
    first = _WORD.match(text, place)
    if first is None:
        return None
    in_digits = first.lastgroup == "digits"
    if not in_digits and (first[0].lower() not in words.articles or words.per_cent.match(folded, first.end())):
        return None
    after = _WORD.search(text, first.end())
    if after and (after.lastgroup == "han" or after[0] in "-." or words.may_follow(after[0].lower(), in_digits=in_digits)):
        return None
    number = Quantity(+_digits(first[0], words.lang), None, Bound.EQ, place, first.end()) if in_digits else None
    return number, first.end()


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
        self.high: Decimal | None = None
        self.digits = self.seen = self.approximate = self.added = self.more = False

    def read(self, tokens: _Tokens, folded: str) -> tuple[Quantity | None, int]:
        """Return the number that begins at the first token, if one does, and the place behind what it is read from."""
        token = tokens.get(0)
        assert token is not None
        first = last = token
        at = taken = 0
        end = first.start
        while token is not None:
            after = tokens.get(at + 1)
            if self.seen and self._joins(token, after):
                self.added |= token.word in self.words.joins
            elif self._take(token.kind, token.word):
                end, taken, self.added = token.end, taken + 1, False
            else:
                break
            last, token, at = token, after, at + 1
        value = self.total + self.current
        lone_article = taken == 1 and not self.digits and value == 1 and not self.words.per_cent.match(folded, end)
        if not self.seen or lone_article:
            return None, first.end
        bound = Bound.RANGE if self.high else Bound.ABOUT if self.approximate else Bound.GT if self.more else Bound.EQ
        worded = not self.digits
        return Quantity(value, None, bound, first.start, end, self.high, scale=self.scale, worded=worded), last.end

    def _joins(self, token: _Token, after: _Token | None) -> bool:
        """Whether a mark or a word like `and` stands between two words of a number."""
        words, kind = self.words, token.kind
        if after is None:
            return False
        if kind == "mark" and token.word in ODD:
            self.more = after.kind == "han" and after.start == token.end and set(after.word) <= set(SCALES)
            return self.more
        mark = kind == "mark" and token.word in "-."
        if kind == "word" and token.word in words.of:
            return self.approximate and after.word in words.scales
        if not mark and (kind != "word" or token.word not in words.between):
            return False
        if mark and after.start != token.end:
            return token.word == "." and after.word in words.scales
        if after.kind != "word":
            return False
        known = after.word in words.scales or after.word in words.fractions or after.word in words.between
        return known or (not self.digits and (after.word in words.ones or after.word in words.about))

    def _take(self, kind: str, word: str) -> bool:
        if kind == "digits":
            if self.seen:
                return False
            self.current, self.seen, self.digits = _digits(word, self.words.lang), True, True
            return True
        if kind == "han":
            return self._take_han(word)
        return kind == "word" and self._take_word(word)

    def _take_word(self, word: str, *, closed: bool = False) -> bool:
        """Take a word, or a part of a `closed` compound, in which five and twenty are one number."""
        words = self.words
        if word in words.fractions:
            return self._take_fraction(words.fractions[word])
        if word in words.about:
            if self.digits or self.current > _MOST_DOZENS:
                return False
            self.current = (self.current or 1) * words.about[word]
            self.approximate = self.seen = True
            return True
        if word in words.scales and (self.seen or len(word) > 3):
            if len(word) <= 2 and not self.digits:
                return False
            if self.added and words.scales[word] == 100 and self.current % 1000:
                return False  # `ottanta e cento` are two
            return self._take_scale(words.scales[word])
        if word in words.ones and not self.digits:
            ones = words.ones[word]
            if not closed and not self._fits(ones):
                return False
            # quatre-vingts is four times twenty, not four and twenty
            self.current += 76 if words.lang == "fr" and ones == 20 and self.current % 100 == 4 else ones
            self.seen = True
            return True
        if not self.digits and words.may_be_compound(word) and (parts := _compound(word, words)):
            return all(self._take_word(part, closed=True) for part in parts)
        return False

    def _fits(self, ones: Decimal) -> bool:
        """Whether a number goes on with these: `twenty five` is one number, `eight and ten` are two."""
        if self.words.lang == "fr" and 10 <= ones <= 20 and self.current % 100 in (4, 60, 80):
            return True  # soixante-dix, quatre-vingts
        room = next(size for size in (10, 100, 1000, 1_000_000) if ones < size)
        return self.current % room == 0

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
        if self.seen and self.current == 1 and not (self.total or self.digits or self.added):
            self.current = fraction
        elif self.seen and self.total and not self.current:
            self.total += fraction * self.scale
        elif not self.seen or self.current:
            self.current += fraction
        self.seen = True
        return True

    def _take_han(self, word: str) -> bool:
        if self.seen:
            if not set(word) <= set(SCALES) or not (self.digits or self.more):
                return False
            for char in word:
                self.current *= SCALES[char]
                self.scale = SCALES[char] * max(Decimal(1), self.scale)
            return True
        if len(word) == 1 and word not in "十百千万萬亿億" and not self.more:
            return False
        self.current, self.high = read_han(word)
        self.seen = True
        return self.current > 0


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
    if bound is Bound.EQ and number.end - number.start == 1 and number.value >= 100:
        bound = Bound.GT
    return number._replace(unit=unit, bound=number.bound if number.value_high else bound, start=start, end=end)


def _join_ranges(folded: str, found: Sequence[Quantity], words: NumberWords) -> list[Quantity]:
    """`80 to 100 million` is one range; the scale of its end is carried to its beginning, as in `from 43 to 39 million`."""
    joined: list[Quantity] = []
    for quantity in found:
        last = joined[-1] if joined else None
        if last and last.end == quantity.start and last.scale > quantity.scale > 1:  # 2万5千
            joined[-1] = last._replace(value=last.value + quantity.value, unit=quantity.unit, end=quantity.end)
            continue
        between = folded[last.end : quantity.start] if last else ""
        if last and last.value_high is None and words.range.fullmatch(between):
            low = last.value * quantity.scale if last.scale == 1 and quantity.scale > 1 else last.value
            high = quantity.value
            if (
                low < high <= low * 20
                and last.unit in (None, quantity.unit)
                and not _is_year(last)
                and (last.value >= 2 or quantity.scale > 1)
                and not words.moves_from.search(folded[max(0, last.start - _MOVED) : last.start])
            ):
                joined[-1] = quantity._replace(value=low, value_high=high, bound=Bound.RANGE, start=last.start)
                continue
        if last and _goes_down_or_up(last, quantity) and (words.towards.fullmatch(between) or words.range.fullmatch(between)):
            joined[-1] = last._replace(value=last.value * quantity.scale, scale=quantity.scale, unit=quantity.unit)
        joined.append(quantity)
    return joined


def _goes_down_or_up(one: Quantity, other: Quantity) -> bool:
    """Whether the first of two numbers may share the scale of the second: `from 43 to 39 million`."""
    alike = one.unit is None and one.scale == 1 and other.scale >= 1000 and one.value_high is None and not _is_year(one)
    return alike and other.value <= one.value * other.scale * 5 and one.value * other.scale <= other.value * 5


def _is_year(quantity: Quantity) -> bool:
    return quantity.unit is None and quantity.scale == 1 and 1980 <= quantity.value <= 2040
