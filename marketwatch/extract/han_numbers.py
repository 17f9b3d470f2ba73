"""Numbers in Han characters: `一亿五千万`, `两三百`, and shares told in them: `百分之三十`, `三成一`, `七到八成`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

ONES = {c: Decimal(v) for c, v in zip("零〇一二两兩三四五六七八九", (0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)}
SCALES = {c: Decimal(v) for c, v in zip("十百千万萬亿億兆", (10, 100, 1000, 10**4, 10**4, 10**8, 10**8, 10**12), strict=True)}
HAN = "".join((*ONES, *SCALES))
ODD = "多余餘几幾"
"""Between a number and its scale, `7000多万`: somewhat more than that."""

_BELOW = {"百": "十", "千": "百", "万": "千", "萬": "千", "亿": "千万", "億": "千万"}
_ROUND = frozenset(_BELOW)
_DIGIT = "一二两兩三四五六七八九"
_TEN_THOUSAND, _HUNDRED_MILLION = Decimal(10**4), Decimal(10**8)
_TWO_DIGITS = re.compile(rf"([{_DIGIT}])([{_DIGIT}])(?=[十百千万萬亿億])")
_PER_CENT = re.compile(rf"百分之(?P<spoken>[{HAN}]+)(?:点(?P<point>[零〇{_DIGIT}]+))?|百分之(?P<written>\d+(?:\.\d+)?)")
_TENTHS = re.compile(
    rf"(?:(?P<low>[{_DIGIT}])[到至]?)?(?P<tenths>[{_DIGIT}])成(?:(?P<more>[{_DIGIT}半])(?![星家个加款部台])|(?!员工)(?![不员功立本长为果都人交品年绩])|(?=员工))"
)
"""`一成不变` is no share, 成 begins many words, and `三成三星` is no 33 per cent."""


class HanNumber(NamedTuple):
    """A number, or the two ends of `两三百`."""

    value: Decimal
    high: Decimal | None = None


def read_han(word: str) -> HanNumber:
    """Read a run of Han numerals."""
    two = _TWO_DIGITS.match(word)
    if two is None or ONES[two[1]] + 1 != ONES[two[2]]:
        return HanNumber(_value(word))
    return HanNumber(_value(two[1] + word[2:]), _value(two[2] + word[2:]))


def _value(word: str) -> Decimal:
    if word[-1] in ONES and word[-2:-1] in _ROUND:  # 一万三: the last digit is of the next scale below
        word += _BELOW[word[-2]]
    total = section = digit = Decimal(0)
    for char in word:
        if char in ONES:
            digit = ONES[char]
            continue
        scale = SCALES[char]
        if scale < _TEN_THOUSAND:
            section += (digit or 1) * scale
        elif scale < total:  # 一亿五千万: the ten thousands behind a hundred million
            total += (section + digit or 1) * scale
            section = Decimal(0)
        else:
            total = (total + section + digit or Decimal(1)) * scale
            section = Decimal(0)
        digit = Decimal(0)
    return total + section + digit


def han_shares(text: str) -> Iterable[tuple[int, int, Decimal]]:
    """Yield (start, end, per cent) of the shares told in Han characters; of `七到八成` the lower end."""
    if "百分之" in text:
        for match in _PER_CENT.finditer(text):
            yield match.start(), match.end(), _per_cent(match)
    if "成" in text:
        for match in _TENTHS.finditer(text):
            more = match["more"] or ""
            tenths = 10 * ONES[match["low"] or match["tenths"]]
            yield match.start(), match.end(), tenths + (5 if more == "半" else ONES.get(more, Decimal(0)))


def _per_cent(match: re.Match[str]) -> Decimal:
    if match["written"]:
        return Decimal(match["written"])
    behind = "".join(str(ONES[char]) for char in match["point"] or "")
    return _value(match["spoken"]) + Decimal(f"0.{behind or 0}")
