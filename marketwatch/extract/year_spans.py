"""Years that a text joins: `from 2019 to 2021`, `between 2019 and 2021`, `2019-2021` → one span."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from marketwatch.extract.phrases import alternatives
from marketwatch.extract.rule_files import rule_file

_BEFORE = 24
"""Characters before the first year in which `between` is looked for."""


class YearSpan(NamedTuple):
    """Years of a sentence from `years[first]` to the one behind it."""

    label: str
    first: int


class _Joins(NamedTuple):
    through: re.Pattern[str]
    between: re.Pattern[str]
    ends: re.Pattern[str]


@cache
def _joins(lang: str) -> _Joins:
    data: Mapping[str, Sequence[str]] = rule_file("comparisons.toml")[lang]
    through, between, ends = (alternatives(data[name]) for name in ("through", "between", "and"))
    return _Joins(
        re.compile(rf"\s?[-–—~～]\s?|年?\s*(?:{through})\s*(?:fin |ende |end )?"),
        re.compile(rf"(?<!\w)(?:{between})\W*(?:den jahren |les années |los años |gli anni |os anos |de jaren |the years )?$"),
        re.compile(rf"\s+(?:{ends})\s+(?:il )?"),
    )


def year_spans(folded: str, years: Sequence[tuple[str, int, int]], lang: str) -> list[YearSpan]:
    """Return the spans that neighbours in `years` (label, start, end), in text order, are the ends of."""
    joins = _joins(lang)
    found: list[YearSpan] = []
    for at, (one, other) in enumerate(pairwise(years)):
        if not (one[0].isdecimal() and other[0].isdecimal() and int(one[0]) < int(other[0])):
            continue
        gap = folded[one[2] : other[1]]
        opened = joins.between.search(folded[max(0, one[1] - _BEFORE) : one[1]])
        if joins.through.fullmatch(gap) or (opened and joins.ends.fullmatch(gap)):
            found.append(YearSpan(f"{one[0]}-{other[0]}", at))
    return found
