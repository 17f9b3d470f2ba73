"""The period a place in a sentence speaks of: `2015`, `Q3 2019`, `H1 2020`; relative ones from the publication date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from marketwatch.domain import Moment, Precision
from marketwatch.extract import fiscal
from marketwatch.extract.months import find_months, months_in
from marketwatch.extract.number_words import number_words
from marketwatch.extract.period_labels import is_month, year_after, year_before
from marketwatch.extract.phrases import Phrases, alternatives, needed_letters
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import fold
from marketwatch.extract.year_spans import year_spans

_FEW = range(2, 10)
_NAMED = (
    "year_end", "full_year", "this_quarter", "next_quarter", "holiday_quarter", "last_month",
    "this_fiscal", "last_fiscal", "next_fiscal",
)  # fmt: skip
_BEFORE_MONTH = 48
"""Characters before a month in which `the quarter that ended in` is looked for."""
_FIRST_NINE, _NINE_MONTHS = "Q1-Q3", 9
_YEAR_BEGINS = 6
"""Last month in which the next years begin with the one under way."""
_NUMERAL = re.compile(r"[\d一二三四五六七八九十百两几]")
"""Before `年内` (within the year) it makes years of it: 十年内, within ten years."""
_FISCAL_BESIDE = 12
"""Characters between a quarter and what makes it a fiscal one."""
_REACH = 14
"""Characters between `third quarter` and the year that belongs to it."""


class Period(NamedTuple):
    """A period named at a place of the sentence."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Words:
    parts: Sequence[tuple[str, Phrases]]
    """`Q1` to `H2`, and the first nine months."""
    relative: Sequence[tuple[int, Phrases]]
    last_quarter: Phrases
    named: Sequence[tuple[str, Phrases]]
    """What needs nothing but the publication date, by its name in the data: `this_quarter`."""
    ending: re.Pattern[str] | None
    """`Quarter that ended in`, right before a month; group 1 a quarter, group 2 a year."""
    fiscal: re.Pattern[str]
    """What makes a quarter beside it one of a fiscal year."""
    years_ahead: Phrases
    needed: Sequence[str]
    """Letters of which whatever tells a period, but for months, has some."""
    some: Sequence[str]
    """Letters of which a sentence with a period has some, unless it tells one in digits; the shortest first."""


_IN_DIGITS = re.compile(r"\d{4}|[qt][1-4]|[1-4][qt]|月")
_YEAR = Phrases(
    re.compile(
        r"(?<![\d.,])(?:19[89]\d|200[1-9]|20[1-4]\d|(?:(?<=[ei][nm] )|(?<=nel )|(?<=ahr )|(?<=aar )|(?<=ear ))2000|2000(?=年))"
        r"(?!\d|[.,]\d|[万萬亿億多余餘人名家部台辆个元])"
    ),
    ("19", "20"),
)
"""2000 counts something far more often: `almost 2000 people`."""
_SHORT_QUARTER = Phrases(
    re.compile(
        r"(?<!\w)(?:q([1-4])(?:\s*(?:of|de|du|des|,)?\s*(20\d\d))?|(20\d\d)\s*q([1-4])|([1-4])t\s*(20\d\d)|t([1-4])\s*(20\d\d))"
    ),
    ("q1", "q2", "q3", "q4", "1t", "2t", "3t", "4t", "t1", "t2", "t3", "t4"),
)
_FISCAL = Phrases(re.compile(r"(?<!\w)(?:fy|fiscal(?: year)?)\s*(20\d\d)"), ("fy", "fiscal"))


@cache
def _words(lang: str) -> _Words:
    data: Mapping[str, Sequence[str]] = rule_file("figures.toml")[lang]["periods"]

    def any_of(words: Sequence[str]) -> Phrases:
        return Phrases(re.compile(alternatives(words)), needed_letters(words))

    names = ("this_year", "last_year", "next_year", "last_quarter", "months", "short_months")
    some = {fold(phrase.split()[0]) for name in names for phrase in data.get(name, ())}
    some.update(fold(phrase) for part in (*data["quarters"], *data["halves"]) for phrase in part.split("|"))
    quarters = [(f"Q{n}", any_of(words.split("|"))) for n, words in enumerate(data["quarters"], 1)]
    halves = [(f"H{n}", any_of(words.split("|"))) for n, words in enumerate(data["halves"], 1)]
    nine = (_FIRST_NINE, any_of(data["nine_months"]))
    ahead = re.compile(_years_ahead(lang, data["years_ahead"]))
    years_ahead = Phrases(ahead, needed_letters(p.replace("{}", " ") for p in data["years_ahead"]))
    relative = [(step, any_of(data[key])) for step, key in ((0, "this_year"), (-1, "last_year"), (1, "next_year"))]
    last = any_of(data["last_quarter"])
    named = [(name, any_of(data[name])) for name in _NAMED]
    every = [phrases for _, phrases in (*quarters, *halves, nine, *relative, *named)]
    every += [last, years_ahead, _YEAR, _SHORT_QUARTER, _FISCAL]
    needed = sorted({part for phrases in every for part in phrases.needed})
    parts = [*quarters, *halves, nine]
    fiscal_words = re.compile(alternatives(data["fiscal"]))
    return _Words(parts, relative, last, named, _ending(data), fiscal_words, years_ahead, needed, sorted(some, key=len))


def _ending(data: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
    if not data["ending"]:
        return None
    links = alternatives(data["ending"])
    nouns = f"({alternatives(data['quarter_to'])})|({alternatives(data['year_to'])})"
    return re.compile(rf"(?<!\w)(?:{nouns})(?:[\s']+(?:{links})(?!\w))+[\s']*$")


def find_periods(text: str, lang: str, published: Moment | None, year_end: int = fiscal.CALENDAR_END) -> list[Period]:
    """Return the periods of a sentence in text order; relative ones only when the publication date is known.

    `year_end` is the month in which the fiscal years end that it speaks of.
    """
    return Periods(text, lang, published, year_end).find(text)


class Periods:
    """The periods of one document's sentences, each looked at once. What all of it lacks is not looked for again."""

    def __init__(self, text: str, lang: str, published: Moment | None, year_end: int = fiscal.CALENDAR_END) -> None:
        """`text` holds every sentence that will be asked for; `year_end` is the month in which its fiscal years end."""
        text = text.replace("’", "'")
        folded = fold(text)
        self._lang, self._published, self._year_end = lang, published, year_end
        self._needed = [part for part in _words(lang).needed if part in folded]
        self._months = months_in(text, folded, lang)
        self._known: dict[str, list[Period]] = {}

    def find(self, text: str) -> list[Period]:
        """Return the periods of a sentence in text order; relative ones only when the publication date is known."""
        if text not in self._known:
            self._known[text] = self._read(text.replace("’", "'"))
        return self._known[text]

    def _read(self, text: str) -> list[Period]:
        words, folded, published = _words(self._lang), fold(text), self._published
        months = [Period(m.label, m.start, m.end) for m in find_months(text, folded, self._lang, published, self._months)]
        months = [_ended(folded, month, words, published) for month in months]
        held = {part for part in self._needed if part in folded}
        if not (_may_hold_period(folded, words) if months else held):
            return []
        years = [Period(m[0], m.start(), m.end()) for m in _YEAR.find_with(held, folded)]
        years += _relative_years(folded, words, published, held)
        years = [y for y in years if not any(m.start <= y.start < m.end for m in months)]
        found = [p for m in _SHORT_QUARTER.find_with(held, folded) if (p := _short_quarter(m, published))]
        found += _told(folded, words, self._lang, published, years, held, self._year_end)
        found += _named(folded, words, published, held, self._year_end, told=bool(years))
        found += [Period(f"FY{m[1]}", m.start(), m.end()) for m in _FISCAL.find_with(held, folded)]
        taken = _spans(folded, [y for y in years if not any(_tells(f, y, self._year_end) for f in found)], self._lang)
        return _apart(sorted([*found, *months, *taken], key=lambda p: (p.start, -p.end)))


def _spans(folded: str, years: Sequence[Period], lang: str) -> list[Period]:
    """The years, those that the text joins as one span."""
    years = sorted(years, key=lambda y: y.start)
    spans = {span.first: span.label for span in year_spans(folded, years, lang)}
    joined = [Period(label, years[at].start, years[at + 1].end) for at, label in spans.items()]
    return [*joined, *(y for at, y in enumerate(years) if at not in spans and at - 1 not in spans)]


def _tells(period: Period, year: Period, end: int) -> bool:
    """Whether a year is the one that a period beside it has in its name, or had before it was told by the calendar."""
    beside = period.start - _REACH <= year.start <= period.end + _REACH
    names = (
        [year.label]
        if end == fiscal.CALENDAR_END or period.label[0] != "Q"
        else [year.label, year_before(year.label), year_after(year.label)]
    )
    return beside and period.label.endswith(tuple(names))


def _may_hold_period(folded: str, words: _Words) -> bool:
    return any(part in folded for part in words.some) or bool(_IN_DIGITS.search(folded) or words.years_ahead.find(folded))


def _relative_years(folded: str, words: _Words, published: Moment | None, held: Set[str]) -> list[Period]:
    """Years told from the publication date."""
    if published is None:
        return []
    return [
        Period(str(published.at.year + step), m.start(), m.end())
        for step, phrases in words.relative
        for m in phrases.find_with(held, folded)
    ]


def _told(
    folded: str, words: _Words, lang: str, published: Moment | None, years: Sequence[Period], held: Set[str], end: int
) -> list[Period]:
    """Years ahead, quarters and halves told in words."""
    found = _ahead(folded, words, lang, published, held)
    if ended := last_quarter(published):
        found += [Period(ended, m.start(), m.end()) for m in words.last_quarter.find_with(held, folded)]
    for name, phrases in words.parts:
        for match in phrases.find_with(held, folded):
            year = _year_beside(years, match.start(), match.end())
            beside = folded[max(0, match.start() - _FISCAL_BESIDE) : match.end() + _FISCAL_BESIDE]
            if end != fiscal.CALENDAR_END and name[0] == "Q" and name != _FIRST_NINE and words.fiscal.search(beside):
                label = fiscal.fiscal_quarter(int(name[1]), published, end, year)
                found += [Period(label, match.start(), match.end())] if label else []
            elif year := year or _latest_year(name, published):
                found.append(Period(f"{name} {year}", match.start(), match.end()))
    return found


def _ended(folded: str, month: Period, words: _Words, published: Moment | None) -> Period:
    """A month, or the quarter or the year that a text says ended in it."""
    before = max(0, month.start - _BEFORE_MONTH)
    match = words.ending.search(folded[before : month.start]) if words.ending and is_month(month.label) else None
    if match is None:
        return month
    year, number = int(month.label[:4]), int(month.label[5:])
    told = month.label[:4] in folded[month.start : month.end]
    label = fiscal.quarter_ending(year, number) if match[1] else fiscal.year_ending(year, number, published, told=told)
    return Period(label, before + match.start(), month.end)


def _named(folded: str, words: _Words, published: Moment | None, held: Set[str], end: int, *, told: bool) -> list[Period]:
    """Periods told from the publication date: `this quarter`, `last fiscal year`; `the full year` is a year `told` beside it."""
    if published is None:
        return []
    found = []
    for name, phrases in words.named:
        matches = [] if told and name == "full_year" else phrases.find_with(held, folded)
        if matches and (label := _label_of(name, published, end)):
            found += [Period(label, m.start(), m.end()) for m in matches if not _NUMERAL.match(folded, m.start() - 1)]
    return found


def _label_of(name: str, published: Moment, end: int) -> str | None:
    match name:
        case "year_end":
            return str(published.at.year)
        case "full_year":
            return fiscal.full_year(published)
        case "holiday_quarter":
            return fiscal.holiday_quarter(published)
        case "last_month":
            return fiscal.month_before(published)
        case "this_quarter" | "next_quarter":
            return fiscal.quarter_from(int(name == "next_quarter"), published)
    return fiscal.fiscal_year({"this_fiscal": 0, "last_fiscal": -1, "next_fiscal": 1}[name], published, end)


def _years_ahead(lang: str, phrases: Sequence[str]) -> str:
    """`next {} years` with a small number, in digits or words."""
    small = [word for word, value in number_words(lang).ones.items() if value in _FEW]
    number = rf"(?:[2-9]|{'|'.join(map(re.escape, sorted(small, key=len, reverse=True)))})"
    return "|".join(re.escape(fold(phrase)).replace(r"\{\}", f"({number})") for phrase in phrases)


def _ahead(folded: str, words: _Words, lang: str, published: Moment | None, held: Set[str]) -> list[Period]:
    """`over the next three years`: 2020-2022 when written late in 2019, 2019-2021 when early in it."""
    if published is None:
        return []
    found = []
    for match in words.years_ahead.find_with(held, folded):
        told = next(group for group in match.groups() if group)
        count = int(told) if told.isdecimal() else int(number_words(lang).ones[told])
        first = published.at.year + (published.at.month > _YEAR_BEGINS)
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
    first_month = _NINE_MONTHS + 1 if part == _FIRST_NINE else (int(part[1]) - 1) * size + 1
    return str(published.at.year if published.at.month >= first_month else published.at.year - 1)
