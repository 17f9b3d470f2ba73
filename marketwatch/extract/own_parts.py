"""Percentages of a company's own total: its margin, a part of its revenue, of its staff. None of these is a market share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from marketwatch.domain import Metric
from marketwatch.extract.comparisons import Comparison, comparison
from marketwatch.extract.phrases import NEVER, alternatives
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import fold

_REACH = 60
"""Characters that are looked at on either side."""
_MARGIN_BEFORE, _HAN_BETWEEN = 30, 10
_NO_PAUSE = r"[^\d,;.:，；。：、]"


class _Words(NamedTuple):
    """Patterns for the text up to a percentage, and from its end."""

    margin_before: re.Pattern[str]
    margin_behind: re.Pattern[str]
    total_before: re.Pattern[str]
    total_behind: re.Pattern[str]
    staff_behind: re.Pattern[str]


@cache
def _words(lang: str) -> _Words:
    data: Mapping[str, Sequence[str]] = rule_file("own_parts.toml")[lang]
    margin, of, total, sold, own, staff = (alternatives(data[k]) for k in ("margin", "of", "total", "sold", "own", "staff"))
    if lang == "zh":
        rest = rf"{_NO_PAUSE}{{0,{_HAN_BETWEEN}}}"
        return _Words(
            margin_before=re.compile(rf"(?:{margin}){rest}$"),
            margin_behind=re.compile(rf"的?(?:{margin})"),
            # Behind a sum a part is one of that sort of sum: `贡献260.93亿元，占比89.8%`.
            total_before=re.compile(rf"(?:占{rest}(?:{total})|元[，,]?占比){rest}$"),
            total_behind=re.compile(rf"(?:以上|左右)?的(?:(?:{own})?(?:{total})|(?:{own})(?:{sold}))"),
            staff_behind=re.compile(rf"(?:以上|左右)?的(?:{staff})"),
        )
    of = rf"\s*(?:{of})(?:\s+|['’]\s*)"
    owned = rf"(?:{own})\s+{_some(1)}(?:{sold})|(?:{sold})\s+{_some(2)}(?:{own})"
    return _Words(
        margin_before=re.compile(rf"(?<!\w)(?:{margin})(?!\w){_NO_PAUSE}{{0,{_MARGIN_BEFORE}}}$"),
        margin_behind=re.compile(rf"\s*{_some(1)}(?:{margin})(?!\w)"),
        total_before=re.compile(NEVER),
        # German says `of its` in one word: `60 Prozent seiner Verkäufe`.
        total_behind=re.compile(rf"(?:{of}{_some(3)}(?:[dl]['’])?(?:{total})|(?:{of}|\s*){_some(2)}(?:{owned}))(?!\w)"),
        staff_behind=re.compile(rf"{of}{_some(3)}(?:{staff})(?!\w)"),
    )


def _some(most: int) -> str:
    """Up to so many words with no pause and no number between them."""
    return rf"(?:[^\s\d,;.:()]+\s+){{0,{most}}}?"


def own_part(text: str, quantity: Quantity, lang: str) -> Metric | None:
    """What a percentage of a sentence is a part of: OTHER for a company's money or goods, HEADCOUNT for its people, else None."""
    if quantity.unit != "%" or not 0 < quantity.value <= 100 or comparison(text, quantity, lang) is Comparison.RATE:
        return None
    words = _words(lang)
    before = fold(text[max(0, quantity.start - _REACH) : quantity.start].replace("’", "'"))
    behind = fold(text[quantity.end : quantity.end + _REACH].replace("’", "'"))
    if words.staff_behind.match(behind):
        return Metric.HEADCOUNT
    told_before = words.margin_before.search(before) or words.total_before.search(before)
    told_behind = words.margin_behind.match(behind) or words.total_behind.match(behind)
    return Metric.OTHER if told_before or told_behind else None
