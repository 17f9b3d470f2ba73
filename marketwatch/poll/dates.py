"""Dates as feeds write them → `Moment`. None where a date cannot be read: a wrong date is worse than none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from marketwatch.domain import Moment, Precision

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}
_ZONES = {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
          "cet": 1, "cest": 2, "met": 1, "mest": 2, "eet": 2, "eest": 3, "wet": 0, "west": 1, "bst": 1, "msk": 3, "ist": 5.5,
          "jst": 9, "kst": 9, "hkt": 8, "sgt": 8, "aest": 10, "aedt": 11, "brt": -3}  # fmt: skip

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_ZONE = r"(?:\s*(?P<zone>(?:GMT|UTC)?\s*[+-]\d{1,2}:?(?:\d{2})?|[A-Za-z]{1,5}))?"
_PATTERNS = (
    re.compile(rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<name>[^\W\d]{{3}})[^\W\d]*\.?[\s-]+(?P<year>\d{{4}})(?:\s+{_TIME}{_ZONE})?", re.IGNORECASE),
    re.compile(rf"(?:[^\W\d]+\.?,?\s+)?(?P<name>[^\W\d]{{3}})[^\W\d]*\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})(?:,?\s+{_TIME}{_ZONE})?", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?(?:[T\s]+{_TIME}{_ZONE})?", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}})(?:\s+{_TIME}{_ZONE})?", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日?(?:\s*{_TIME}{_ZONE})?", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:T(?P<hour>\d{{2}}):?(?P<minute>\d{{2}}):?(?P<second>\d{{2}}){_ZONE})?", re.IGNORECASE),
    re.compile(r"(?P<year>\d{4})"),
)  # fmt: skip


def read_date(raw: str | None, now: datetime, *, chinese: bool = False) -> Moment | None:
    """Read a feed's date; None before 1995 or later than a day from `now`. `chinese`: CST means +08:00."""
    text = " ".join((raw or "").split())[:80]
    if re.fullmatch(r"\d{9,13}", text):
        return _plausible(Moment(datetime.fromtimestamp(int(text[:10]), UTC)), now) if len(text) in (10, 13) else None
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            try:
                return _plausible(_moment(match.groupdict(), chinese=chinese), now)
            except (ValueError, OverflowError):
                return None
    return None


def _moment(parts: dict[str, str | None], *, chinese: bool) -> Moment | None:
    year = int(parts["year"] or 0)
    month = _MONTHS.get((parts.get("name") or "").lower()[:3]) if parts.get("name") else int(parts.get("month") or 0)
    if month is None:
        return None
    if not month:
        return Moment(datetime(year, 1, 1, tzinfo=UTC), Precision.YEAR)
    if not parts.get("day"):
        return Moment(datetime(year, month, 1, tzinfo=UTC), Precision.MONTH)
    day = datetime(year, month, int(parts["day"] or 1), tzinfo=UTC)
    if not parts.get("hour"):
        return Moment(day, Precision.DAY)
    offset = _offset(parts.get("zone"), chinese=chinese)
    if offset is None:
        return Moment(day, Precision.DAY)
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute):
        return None
    local = day.replace(tzinfo=timezone(offset)) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return Moment(local.astimezone(UTC))


def _offset(zone: str | None, *, chinese: bool) -> timedelta | None:
    """The offset of a zone; UTC when none is given; None when its name is not known."""
    text = (zone or "").strip().lower()
    if not text:
        return timedelta(0)
    if match := re.fullmatch(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?", text):
        size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return (size if match[1] == "+" else -size) if size < timedelta(hours=15) else None
    if text == "cst" and chinese:
        return timedelta(hours=8)
    return timedelta(hours=_ZONES[text]) if text in _ZONES else None


def _plausible(moment: Moment | None, now: datetime) -> Moment | None:
    return moment if moment and _EARLIEST <= moment.at <= now + timedelta(days=1) else None
