"""How probably two articles are on the same news.

A logistic regression over few measures, the same for every pair of languages; fitted on tests/stories, and tests/corpus was
kept apart (benchmarks/stories.py measures both). It looks at nothing but the two articles, so that the order in which they
come cannot matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from marketwatch.domain import Fingerprint

DAY = 86_400
WINDOW = 7 * DAY
"""Seconds that may lie between two articles on one news; a date that is only a month is all its days."""
LOOK_BACK = 31 * DAY
"""How long the dates of an article may be: a month."""
MEANING_BITS = 384
WITH_MEANING = (-4.96, 0.70, 2.85, 2.4, 1.5, -0.66, -0.67)
WITHOUT_MEANING = (-2.06, 1.11, 3.32, 0.0, 1.5, -0.52, -1.03)
"""Coefficients of `measures`, fitted on tests/stories alone; that of copied words is set by hand: the set has few of them."""
_SURE = 1.0
_NAMES_AT_MOST, _NUMBERS_AT_MOST, _DAYS_AT_MOST = 8.0, 4.0, 6.0
_INDEXED_NAMES, _INDEXED_NUMBERS, _INDEXED_SHINGLES, _INDEXED_BESIDE = 10, 6, 4, 6
_RARE = 0.55
_COMMON = 0.25
"""Keys from this weight up to rare ones lead to an article together with the vendors it is about."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as it is compared."""

    id: int
    start: int
    end: int
    """Its date, a range in seconds since 1970: a day, or a month where the source gives no more."""
    order: tuple[int, str]
    """Date and hash of the text: the same in any database."""
    vendors: tuple[str, ...]
    """Most salient first."""
    names: frozenset[str]
    numbers: frozenset[str]
    shingles: frozenset[str]
    meaning: int | None = None

    @classmethod
    def of(
        cls, article_id: int, dates: tuple[int, int], text_hash: str, vendors: Sequence[str], fingerprint: Fingerprint
    ) -> Profile:
        """An article's profile; `dates` is its date as a range in seconds."""
        kinds: dict[str, set[str]] = {"n": set(), "q": set(), "#": set()}
        for key in fingerprint.keys:
            kinds.setdefault(key[:1], set()).add(key)
        names, numbers, shingles = (frozenset(kinds[kind]) for kind in "nq#")
        order = (dates[0], text_hash)
        return cls(article_id, *dates, order, tuple(vendors[:2]), names, numbers, shingles, fingerprint.meaning)


def weight(key: str) -> float:
    """How much it says that two articles share a key, 0..1."""
    if key.startswith("q:"):
        digits = len(key[2:].partition("e")[0].replace(".", "").rstrip("0"))
        return {0: 0.2, 1: 0.25, 2: 0.6}.get(digits, _SURE)
    return _common().get(key[2:], _SURE)


@cache
def _common() -> dict[str, float]:
    """Names that much of the news has, with what sharing one says: common.txt tells in how many of so many stories they stand."""
    lines = files("marketwatch.stories").joinpath("common.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    of = next(int(number) for name, number in rows if name == "STORIES")
    return {name: math.log(of / int(number)) / math.log(of / 1.5) for name, number in rows}


def indexed(fingerprint: Fingerprint, vendors: Sequence[str]) -> list[str]:
    """The keys of an article by which others are looked for: its rarest, so many as keep an index small.

    What is not rare leads to those articles that have it beside the same vendor.
    """
    ranked = sorted((-weight(key), n, key) for n, key in enumerate(fingerprint.keys) if key[0] in "nq")
    rare = [key for minus, _, key in ranked if -minus >= _RARE]
    names = [key for key in rare if key[0] == "n"][:_INDEXED_NAMES]
    numbers = [key for key in rare if key[0] == "q"][:_INDEXED_NUMBERS]
    common = [key for minus, _, key in ranked if _COMMON <= -minus < _RARE][:_INDEXED_BESIDE]
    beside = [f"{vendor} {key}" for vendor in vendors[:2] for key in common]
    shingles = [key for key in fingerprint.keys if key[0] == "#"][:_INDEXED_SHINGLES]
    return [*names, *numbers, *beside, *shingles]


def likeness(one: Profile, other: Profile) -> float:
    """The probability that both are on the same news; the order of the two does not matter."""
    apart = max(other.start - one.end, one.start - other.end, 0)
    if apart > WINDOW:
        return 0.0
    log_odds = sum(c * m for c, m in zip(_coefficients(one, other), measures(one, other, apart), strict=True))
    return 1 / (1 + math.exp(-log_odds))


def measures(one: Profile, other: Profile, apart: int) -> tuple[float, ...]:
    """What the regression sees; the first is always 1."""
    told = 0.0
    if one.meaning is not None and other.meaning is not None:
        told = 0.5 - (one.meaning ^ other.meaning).bit_count() / MEANING_BITS
    return (
        1.0,
        min(_shared(one.names & other.names), _NAMES_AT_MOST),
        min(_shared(one.numbers & other.numbers), _NUMBERS_AT_MOST),
        10 * told,
        copied(one, other),
        float(bool(one.vendors and other.vendors and set(one.vendors).isdisjoint(other.vendors))),
        min(apart / DAY, _DAYS_AT_MOST),
    )


def _shared(keys: Iterable[str]) -> float:
    return math.fsum(weight(key) for key in keys)


def copied(one: Profile, other: Profile) -> float:
    """The share of the shorter one's words that stand in the other one, run by run, 0..1."""
    least = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / least if least else 0.0


def _coefficients(one: Profile, other: Profile) -> tuple[float, ...]:
    both = one.meaning is not None and other.meaning is not None
    return WITH_MEANING if both else WITHOUT_MEANING
