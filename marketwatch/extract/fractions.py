"""Shares told in words: `two thirds`, `six in ten`, `九成` → percentages with their places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from marketwatch.extract.han_numbers import han_shares
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import WORD


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


def may_hold_fraction(spoken: Sequence[str], lang: str) -> bool:
    """Whether a sentence of these words may tell a share."""
    telling = _fractions(lang).telling
    return telling is None or not telling.isdisjoint(spoken)


def find_fractions(folded: str, lang: str, spoken: Sequence[str]) -> list[tuple[int, int, Decimal]]:
    """Return (start, end, per cent) of the shares that a folded sentence of these words tells, in text order."""
    if not may_hold_fraction(spoken, lang):
        return []
    shares = _fractions(lang)
    found = [
        (match.start(), match.end(), shares.per_cent[re.sub(r"[\s-]", " ", match[0])])
        for match in shares.pattern.finditer(folded)
    ]
    return sorted([*found, *han_shares(folded)]) if lang == "zh" else found
