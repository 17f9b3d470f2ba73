"""Labels of periods taken apart: the same time a year before, and the parts of a span."""

from __future__ import annotations

import re

_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_YEARS = re.compile(r"(\d{4})-(\d{4})")
_QUARTERS = re.compile(r"Q([1-4])-Q([1-4]) (\d{4})")
_MOST_YEARS = 8


def year_before(label: str) -> str:
    """`Q3 2019` → `Q3 2018`, `2019` → `2018`, `2019-11` → `2018-11`, `FY2019` → `FY2018`; a span of years as a whole."""
    return _YEAR.sub(lambda year: str(int(year[0]) - 1), label)


def year_after(label: str) -> str:
    """`2019` → `2020`, a quarter or a month likewise."""
    return _YEAR.sub(lambda year: str(int(year[0]) + 1), label)


def parts_of(label: str) -> tuple[str, ...]:
    """The quarters of `Q1-Q3 2022`, the years of `2022-2024`; of what is no span, nothing."""
    if match := _QUARTERS.fullmatch(label):
        return tuple(f"Q{number} {match[3]}" for number in range(int(match[1]), int(match[2]) + 1))
    if match := _YEARS.fullmatch(label):
        first, last = int(match[1]), int(match[2])
        return tuple(map(str, range(first, last + 1))) if first < last < first + _MOST_YEARS else ()
    return ()


def is_part_of_year(label: str) -> bool:
    """Whether it is a quarter, a half, nine months or a month."""
    return label[0] in "QH" or is_month(label)


def is_month(label: str) -> bool:
    """Whether it is a month."""
    return _MONTH.fullmatch(label) is not None
