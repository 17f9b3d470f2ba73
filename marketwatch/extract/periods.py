"""The period a place in a sentence speaks of: `2015`, `Q3 2019`, `H1 2020`; relative ones from the publication date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from marketwatch.domain import Moment, Precision
from marketwatch.extract.figure_terms import figure_data
from marketwatch.extract.months import find_months
from marketwatch.extract.quantities import number_words

_YEAR = re.compile(r"(?<![\d.,])(?:19[89]\d|20[0-4]\d)(?![\d]|[.,]\d)")
_QUARTER = re.compile(
    r"(?<!\w)(?:Q([1-4])(?:\s*(?:of|de|du|des|,)?\s*(20\d\d))?|(20\d\d)\s*Q([1-4])|([1-4])T\s*(20\d\d)|T([1-4])\s*(20\d\d))",
    re.IGNORECASE,
)
_FISCAL = re.compile(r"(?<!\w)(?:FY|fiscal(?: year)?)\s*(20\d\d)", re.IGNORECASE)
_REMEMBERED = 2_000
"""Sentences whose periods are remembered: several steps ask for them."""
_FEW = range(2, 10)
_REACH = 14
"""Characters between `third quarter` and the year that belongs to it."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period named at a place of the sentence."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Words:
    quarters: Sequence[re.Pattern[str]]
    halves: Sequence[re.Pattern[str]]
    relative: Sequence[tuple[int, re.Pattern[str]]]
    last_quarter: re.Pattern[str]
    years_ahead: re.Pattern[str]
    any: re.Pattern[str]
    """Whatever may belong to a period: most sentences have nothing of it."""


@cache
def _words(lang: str) -> _Words:
    data: Mapping[str, Sequence[str]] = figure_data()[lang]["periods"]

    def any_of(words: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)), re.IGNORECASE)

    names = ("this_year", "last_year", "next_year", "last_quarter", "months", "short_months")
    every = [word for name in names for words in data.get(name, ()) for word in words.split()[:1]]
    every += [word for part in (*data["quarters"], *data["halves"]) for word in part.split("|")]
    return _Words(
        quarters=[any_of(words.split("|")) for words in data["quarters"]],
        halves=[any_of(words.split("|")) for words in data["halves"]],
        relative=[(0, any_of(data["this_year"])), (-1, any_of(data["last_year"])), (1, any_of(data["next_year"]))],
        last_quarter=any_of(data["last_quarter"]),
        years_ahead=re.compile(_years_ahead(lang, data["years_ahead"]), re.IGNORECASE),
        any=re.compile(
            rf"\d{{4}}|{_years_ahead(lang, data['years_ahead'])}|[QT][1-4]|[1-4][QT]|月|{any_of(every).pattern}", re.IGNORECASE
        ),
    )


def find_periods(text: str, lang: str, published: Moment | None) -> list[Period]:
    """Return the periods of a sentence in text order; relative ones only when the publication date is known."""
    return list(_periods(text.replace("’", "'"), lang, published))


@lru_cache(maxsize=_REMEMBERED)
def _periods(text: str, lang: str, published: Moment | None) -> tuple[Period, ...]:
    words = _words(lang)
    if not words.any.search(text):
        return ()
    year_now = published.at.year if published else None
    years = [Period(m[0], m.start(), m.end()) for m in _YEAR.finditer(text)]
    if year_now is not None:
        years += [
            Period(str(year_now + step), m.start(), m.end()) for step, pattern in words.relative for m in pattern.finditer(text)
        ]
    months = [Period(m.label, m.start, m.end) for m in find_months(text, lang, published)]
    years = [y for y in years if not any(m.start <= y.start < m.end for m in months)]
    found = [p for m in _QUARTER.finditer(text) if (p := _short_quarter(m, published))]
    found += _ahead(text, words, lang, published)
    if ended := last_quarter(published):
        found += [Period(ended, m.start(), m.end()) for m in words.last_quarter.finditer(text)]
    parts = [(f"Q{n}", pattern) for n, pattern in enumerate(words.quarters, 1)]
    parts += [(f"H{n}", pattern) for n, pattern in enumerate(words.halves, 1)]
    for name, pattern in parts:
        for match in pattern.finditer(text):
            year = _year_beside(years, match.start(), match.end()) or _latest_year(name, published)
            if year:
                found.append(Period(f"{name} {year}", match.start(), match.end()))
    found += [Period(f"FY{m[1]}", m.start(), m.end()) for m in _FISCAL.finditer(text)]
    taken = [
        y for y in years if not any(f.start - _REACH <= y.start <= f.end + _REACH and f.label.endswith(y.label) for f in found)
    ]
    return tuple(_apart(sorted([*found, *months, *taken], key=lambda p: (p.start, -p.end))))


def _years_ahead(lang: str, phrases: Sequence[str]) -> str:
    """`next {} years` with a small number, in digits or words."""
    small = [word for word, value in number_words(lang).ones.items() if value in _FEW]
    number = rf"(?:[2-9]|{'|'.join(map(re.escape, sorted(small, key=len, reverse=True)))})"
    return "|".join(re.escape(phrase).replace(r"\{\}", f"({number})") for phrase in phrases)


def _ahead(text: str, words: _Words, lang: str, published: Moment | None) -> list[Period]:
    """`over the next three years`, written in 2019: 2020-2022."""
    if published is None:
        return []
    found = []
    for match in words.years_ahead.finditer(text):
        told = next(group for group in match.groups() if group)
        count = int(told) if told.isdecimal() else int(number_words(lang).ones[told.lower()])
        first = published.at.year + 1
        found.append(Period(f"{first}-{first + count - 1}", match.start(), match.end()))
    return found


def _apart(periods: Sequence[Period]) -> list[Period]:
    """Of periods that overlap, the first and longest."""
    kept: list[Period] = []
    for period in periods:
        if not kept or kept[-1].end <= period.start:
            kept.append(period)
    return kept


def last_quarter(published: Moment | None) -> str | None:
    """The last quarter that had ended when the article appeared."""
    if published is None or published.precision is Precision.YEAR:
        return None
    quarter = (published.at.month - 1) // 3
    return f"Q{quarter} {published.at.year}" if quarter else f"Q4 {published.at.year - 1}"


def _short_quarter(match: re.Match[str], published: Moment | None) -> Period | None:
    quarter = match[1] or match[4] or match[5] or match[7]
    year = match[2] or match[3] or match[6] or match[8] or _latest_year(f"Q{quarter}", published)
    return Period(f"Q{quarter} {year}", match.start(), match.end()) if year else None


def _year_beside(years: Sequence[Period], start: int, end: int) -> str | None:
    near = [y for y in years if -_REACH <= y.start - end <= _REACH or 0 <= start - y.end <= _REACH]
    return min(near, key=lambda y: min(abs(y.start - end), abs(start - y.end))).label if near else None


def _latest_year(part: str, published: Moment | None) -> str | None:
    """The year of the last such quarter or half that had ended when the article appeared, or was under way."""
    if published is None or published.precision is Precision.YEAR:
        return None
    size = 3 if part[0] == "Q" else 6
    first_month = (int(part[1]) - 1) * size + 1
    return str(published.at.year if published.at.month >= first_month else published.at.year - 1)
