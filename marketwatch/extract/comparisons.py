"""Whether the words right beside a percentage make a rate of it, `up by 12 per cent`, or a level, `fell to 12 per cent`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from marketwatch.extract.phrases import whole_words
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import fold

_BEFORE, _BEHIND = 40, 24
"""Characters of a text that are looked at."""
_SIGNS = frozenset("+−")


class Comparison(Enum):
    """What two times are set against each other by."""

    RATE = "rate"
    LEVEL = "level"


class _Words(NamedTuple):
    by: re.Pattern[str]
    to: re.Pattern[str]
    up_to: re.Pattern[str]
    more: re.Pattern[str]


@cache
def _words(lang: str) -> _Words:
    data: Mapping[str, Sequence[str]] = rule_file("comparisons.toml")[lang]
    by, to, up_to, more = (whole_words(data[name], lang) for name in ("by", "to", "up_to", "more"))
    about = r"(?:\s*[约近]?|\s*)" if lang == "zh" else r"(?:\s+\w+)?\s+"
    return _Words(
        re.compile(rf"{by}{about}[(（]?$"),
        re.compile(rf"{to}{about}$"),
        re.compile(rf"{up_to}{about}$"),
        re.compile(rf"\s*{more}"),
    )


def comparison(text: str, quantity: Quantity, lang: str) -> Comparison | None:
    """Read the words right before and behind a percentage of a sentence; None when they say neither."""
    before = fold(text[max(0, quantity.start - _BEFORE) : quantity.start].replace("’", "'"))
    words = _words(lang)
    if before[-1:] in _SIGNS or words.by.search(before):
        return Comparison.RATE
    if words.more.match(fold(text[quantity.end : quantity.end + _BEHIND])):
        return Comparison.RATE
    return Comparison.LEVEL if words.to.search(before) and not words.up_to.search(before) else None
