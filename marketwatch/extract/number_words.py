"""Number words of eight languages, with their scales, bounds, units and currencies: lang/quantities.toml as values.

The patterns are for folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from marketwatch.domain import Bound
from marketwatch.errors import PackError
from marketwatch.extract.han_numbers import ODD
from marketwatch.extract.phrases import NEVER, Phrases, alternatives, needed_letters
from marketwatch.extract.rule_files import rule_file

_COMPOUNDING = ("de", "nl", "it")
JOINTS = ("und", "en", "ën")
"""What may stand between the parts of a compound."""
_ARTICLES = "the|les|i|gli|los|las|os|as|de|an?|une?|una|uma?|eine?|einer|een"
_SHORT = 6
"""Letters up to which a word is no compound."""
_LONG = 60
"""Letters from which a word is not remembered."""
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class NumberWords:
    """One language's number words."""

    lang: str
    ones: Mapping[str, Decimal]
    scales: Mapping[str, Decimal]
    fractions: Mapping[str, Decimal]
    about: Mapping[str, Decimal]
    joins: frozenset[str]
    """Words that add what follows: `a million and a half`."""
    between: frozenset[str]
    """Those, and what stands inside a number and says nothing: `a good dozen`."""
    of: frozenset[str]
    """What stands between `une dizaine` and its scale."""
    vague: re.Pattern[str]
    """What takes its value from a scale: `a few million`."""
    many: frozenset[str]
    """Scales that alone are no number: `millions of users`."""
    per_cent: re.Pattern[str]
    towards: re.Pattern[str]
    """Words between what a number was and what it is."""
    moves_from: re.Pattern[str]
    """Ends before the first of two numbers that are no range: `raised from 6 to 11 million`."""
    bounds: Sequence[tuple[Bound, Phrases]]
    gt_after: re.Pattern[str]
    range: re.Pattern[str]
    begin: frozenset[str]
    """Words that a number may begin with."""
    articles: frozenset[str]
    """Those that are an article as well: one of them alone is no number."""
    numerals: frozenset[str]
    """The others, and all scales."""
    go_on: frozenset[str]
    """Words that may belong to the number before them, even to one in digits."""
    compounds: _Compounds | None
    """Two of those in one, in languages that write numbers so."""
    compound_parts: Sequence[str]

    def may_count(self, words: Sequence[str]) -> bool:
        """Whether words may tell a number, more than a lone article."""
        if not self.numerals.isdisjoint(words) or sum(map(self.articles.__contains__, words)) > 1:
            return True
        return self.compounds is not None and any(map(self.compounds.__getitem__, words))

    def beginning(self, words: Iterable[str]) -> frozenset[str]:
        """Those of some words that may be the first of a number."""
        found = self.begin.intersection(words)
        return found if self.compounds is None else found.union(filter(self.compounds.__getitem__, words)) - self.many

    def may_follow(self, word: str, *, in_digits: bool) -> bool:
        """Whether a word behind a number, in digits or words, may belong to it."""
        return word in self.go_on or (not in_digits and (word in self.ones or self.may_be_compound(word)))

    def may_be_compound(self, word: str) -> bool:
        """Whether a word begins like a closed compound: zwölftausend."""
        return self.compounds is not None and self.compounds[word]


class _Compounds(dict[str, bool]):
    """Words seen → whether they begin like a closed compound. It forgets when it is full: texts have no end of words."""

    def __init__(self, parts: Sequence[str]) -> None:
        self._pattern = re.compile(f"(?:{'|'.join(parts)})(?:{'|'.join((*parts, *JOINTS))})")

    def __missing__(self, word: str) -> bool:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = len(word) > _SHORT and self._pattern.match(word) is not None
        if len(word) <= _LONG:
            self[word] = found
        return found


@cache
def number_words(lang: str) -> NumberWords:
    """Return a language's number words. Raises PackError for one that quantities.toml lacks."""
    try:
        data = rule_file("quantities.toml")[lang]
        ones, scales, fractions, about = (_pairs(data[key]) for key in ("ones", "scales", "fractions", "about"))
        parts = sorted((w for w in (*ones, *scales) if len(w) > 2), key=len, reverse=True)
        joins, many = frozenset(data["joins"].split()), frozenset(data["many"].split())
        between = joins.union(data["between"].split())
        per_cent = rule_file("quantities.toml")["units"]["%"]
        return NumberWords(
            lang=lang,
            ones=ones,
            scales=scales,
            fractions=fractions,
            about=about,
            begin=frozenset((*ones, *fractions, *about, *(w for w in scales if len(w) > 3))) - many,
            articles=frozenset(word for word, value in ones.items() if value == 1),
            numerals=frozenset((*fractions, *about, *scales, *(word for word, value in ones.items() if value != 1)))
            | frozenset(phrase.split()[-1] for phrase in per_cent if phrase[0].isalpha()),
            go_on=frozenset((*between, *fractions, *about, *scales, *ODD)),
            compounds=_Compounds(parts) if lang in _COMPOUNDING else None,
            compound_parts=parts,
            joins=joins,
            between=between,
            of=frozenset(data["of"].split()),
            many=many,
            vague=re.compile(rf"(?:{alternatives(data['vague'])})\s*$"),
            per_cent=re.compile(rf"[\s-]?(?:{alternatives(per_cent)})"),
            towards=re.compile(rf"\s*(?:{alternatives(data['towards'])})\s*"),
            moves_from=_moves_from(data),
            bounds=tuple((b, _before(data[key])) for b, key in ((Bound.GT, "gt"), (Bound.LT, "lt"), (Bound.ABOUT, "approx"))),
            gt_after=re.compile(rf"\s?(?:{alternatives(data['gt_after'])}|\+)"),
            range=re.compile(rf"[\s,]*(?:[-–—~～]|{alternatives(data['range'])})[\s,]*(?:{_ARTICLES})?\s*"),
        )
    except KeyError as error:
        raise PackError("quantities.toml", (lang,), f"{error} is missing") from error


def _moves_from(data: Mapping[str, Any]) -> re.Pattern[str]:
    if not data["from"]:
        return re.compile(NEVER)
    moved = rf"(?<!\w)(?:{alternatives(data['moved'])})[^.;]*\W" if data["moved"] else ""
    ranging = "".join(rf"(?<!{word} )" for word in data["ranging"])
    edge = "" if data["from"][0] > "\u3000" else r"(?<!\w)"
    return re.compile(rf"{moved}{ranging}{edge}(?:{alternatives(data['from'])})\s*$")


def _pairs(text: str) -> dict[str, Decimal]:
    return {word: Decimal(value) for word, _, value in (pair.partition("=") for pair in text.split())}


def _before(words: Sequence[str]) -> Phrases:
    latin = [w for w in words if w[0] < "\u3000"]
    edge = r"(?<!\w)" if latin else ""
    pattern = re.compile(rf"{edge}(?:{alternatives(words)})\s*(?:the|les|la|le|de|des|i|gli|los|las|os|as|la cifra de)?\s*$")
    return Phrases(pattern, needed_letters(words))


@cache
def units() -> tuple[re.Pattern[str], Mapping[str, str]]:
    by_word = {word: unit for unit, words in rule_file("quantities.toml")["units"].items() for word in words}
    latin = alternatives([w for w in by_word if w[0].isalpha() and w[0] < "\u3000"])
    other = alternatives([w for w in by_word if not (w[0].isalpha() and w[0] < "\u3000")])
    pattern = re.compile(rf"(?:(?<=[^\W\d])\.)?[\s\u00a0]*-?(?:(?:de|d'|d’|di)\s*)?(?:({latin})(?!\w)|({other}))")
    return pattern, by_word


@cache
def prefixes() -> tuple[re.Pattern[str], Mapping[str, str]]:
    by_word = {word: unit for unit, words in rule_file("quantities.toml")["currency_prefix"].items() for word in words}
    return re.compile(rf"(?<![a-z])({alternatives(by_word)})\s?$"), by_word
