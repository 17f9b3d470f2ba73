"""Dates of the query language as half-open ranges of aware UTC instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_QUARTER = re.compile(r"(\d{4})-?Q([1-4])|Q([1-4])-?(\d{4})", re.IGNORECASE)
_HALF = re.compile(r"(\d{4})-?H([12])|H([12])-?(\d{4})", re.IGNORECASE)
_AGO = re.compile(r"(\d{1,4})([dwmy])", re.IGNORECASE)


def read_date(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return [start, end) of `2017`, `2017-03`, `2017-03-09`, `2017Q1`, `H1-2020`, `today`, `7d`. Raises ValueError.

    `7d`, `3w`, `6m`, `1y` run from that long ago until tomorrow.
    """
    tomorrow = _day(now) + timedelta(days=1)
    if text.lower() == "today":
        return _day(now), tomorrow
    if text.lower() == "yesterday":
        return _day(now) - timedelta(days=1), _day(now)
    if match := _AGO.fullmatch(text):
        return _ago(int(match[1]), match[2].lower(), now), tomorrow
    if match := _QUARTER.fullmatch(text):
        return _months(int(match[1] or match[4]), 3 * int(match[2] or match[3]) - 2, 3)
    if match := _HALF.fullmatch(text):
        return _months(int(match[1] or match[4]), 6 * int(match[2] or match[3]) - 5, 6)
    if match := re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text):
        year, month, day = (int(g) if g else 0 for g in match.groups())
        if day:
            start = datetime(year, month, day, tzinfo=UTC)
            return start, start + timedelta(days=1)
        return _months(year, month or 1, 1 if month else 12)
    raise ValueError(text)


def read_end(text: str, now: datetime) -> datetime:
    """Return the end (excluded) of a date: of `2017` the first instant of 2018, of `7d` the end of the day a week ago.

    Raises ValueError.
    """
    start, end = read_date(text, now)
    return start + timedelta(days=1) if _AGO.fullmatch(text) else end


def _day(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _ago(count: int, unit: str, now: datetime) -> datetime:
    if unit in "dw":
        return _day(now) - timedelta(days=count * (7 if unit == "w" else 1))
    month = now.year * 12 + now.month - 1 - count * (12 if unit == "y" else 1)
    return datetime(month // 12, month % 12 + 1, min(now.day, 28), tzinfo=UTC)


def _months(year: int, month: int, count: int) -> tuple[datetime, datetime]:
    last = year * 12 + month - 1 + count
    return datetime(year, month, 1, tzinfo=UTC), datetime(last // 12, last % 12 + 1, 1, tzinfo=UTC)
