"""Months named in a text: `30 April`, `from July to September 2016`, `9月30日` → periods."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from marketwatch.domain import Moment, Precision
from marketwatch.extract.rule_files import rule_file

_HAN = re.compile(
    r"(?:(?P<year>20\d\d)年\s?)?(?:(?P<from>1[0-2]|[1-9])\s?[-–至到~～]\s?)?(?P<month>1[0-2]|[1-9])月(?:份|底|末|初|中旬)?(?:[0-3]?\d[日号])?"
)
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th|er|\.|º|°)?\s+(?:de\s+|of\s+)?)?"
_TAIL = r"(?:\s+\d{1,2}(?:st|nd|rd|th)?(?![\d.,]*\d|\s?%|\s\d{3}|\w))?(?:,?\s*(?:de\s+|del\s+|of\s+)?(?P<YEAR>20\d\d))?"
_HALF_YEAR = 6
_YEAR_END = 10
"""Months back from which a bare month is more likely the coming one: `in January`, written in December."""


@dataclass(frozen=True, slots=True)
class MonthSpan:
    """A month or a run of months at a place of a text."""

    label: str
    """`2016-04`, `Q3 2016`, `H1 2025`, `Q1-Q3 2020`."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Names:
    pattern: re.Pattern[str]
    number: Mapping[str, int]
    as_written: bool
    """Known by their capital: `may` is a verb and `march` a walk in English."""
    needed: Sequence[str]
    """Beginnings of names, of which a text with a month has some: looking for them first is quicker."""


@cache
def _names(lang: str) -> _Names:
    data = rule_file("figures.toml")[lang]["periods"]
    names: Sequence[str] = data["months"]
    number = {name.lower(): at for at, name in enumerate(names, 1)}
    number |= {short.lower(): at for at, forms in enumerate(data.get("short_months", []), 1) for short in forms.split()}
    as_written = lang == "en"
    words = [n.capitalize() for n in number] if as_written else list(number)
    one_of = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    join = "|".join(re.escape(w) for w in data["month_joins"])
    run = rf"(?P<from>{one_of})\.?{_TAIL.replace('YEAR', 'from_year')}\s*(?:{join}|[-–])\s*{_DAY}"
    text = rf"(?<!\w){_DAY}(?:{run})?(?P<month>{one_of})(?!\w)\.?{_TAIL.replace('YEAR', 'year')}"
    needed = [w for w in words if not any(w != other and w.startswith(other) for other in words)]
    return _Names(re.compile(text), number, as_written, needed)


def months_in(text: str, folded: str, lang: str) -> Sequence[str]:
    """Beginnings of months' names that a text has, for `find_months` in its sentences."""
    if lang == "zh":
        return ("月",) if "月" in text else ()
    names = _names(lang)
    seen = text if names.as_written else folded
    return [name for name in names.needed if name in seen]


def find_months(text: str, folded: str, lang: str, published: Moment | None, named: Sequence[str]) -> list[MonthSpan]:
    """Return the months of a sentence, also given folded, in text order. One without a year is the nearest to publication.

    `named` is what `months_in` says of the sentence or of a text that holds it.
    """
    names = _names(lang)
    seen = text if names.as_written else folded
    if not any(name in seen for name in named):
        return []
    found = []
    for first, last, year, span in _han_months(text) if lang == "zh" else _word_months(seen, names):
        resolved = int(year) if year else _nearest_year(last, published)
        if resolved:
            label = _label(first, last, resolved)
            if label:
                found.append(MonthSpan(label, *span))
    return found


def _word_months(seen: str, names: _Names) -> list[tuple[int | None, int, str | None, tuple[int, int]]]:
    return [
        (
            names.number[m["from"].lower()] if m["from"] else None,
            names.number[m["month"].lower()],
            m["year"] or m["from_year"],
            m.span(),
        )
        for m in names.pattern.finditer(seen)
    ]


def _han_months(text: str) -> list[tuple[int | None, int, str | None, tuple[int, int]]]:
    return [(int(m["from"]) if m["from"] else None, int(m["month"]), m["year"], m.span()) for m in _HAN.finditer(text)]


def _nearest_year(month: int, published: Moment | None) -> int | None:
    if published is None or published.precision is Precision.YEAR:
        return None
    ahead = month - published.at.month
    return published.at.year - (ahead > _HALF_YEAR) + (ahead <= -_YEAR_END)


def _label(first: int | None, last: int, year: int) -> str | None:
    if first is None:
        return f"{year}-{last:02}"
    length = last - first + 1
    if length == 3:  # June to August is the quarter that ends in August
        return f"Q{(last + 2) // 3} {year}"
    if length == _HALF_YEAR and first in (1, 7):
        return f"H{1 if first == 1 else 2} {year}"
    if (first, last) == (1, 9):
        return f"Q1-Q3 {year}"
    return str(year) if (first, last) == (1, 12) else None
