"""Dates as feeds write them → `Moment`. None where a date cannot be read: a wrong date is worse than none."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from marketwatch.domain import Moment, Precision

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_ZONES = {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
          "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "wet": 0, "west": 1, "bst": 1,
          "msk": 3, "мск": 3, "trt": 3, "ist": 5.5, "pkt": 5, "gst": 4, "ict": 7, "wib": 7, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8,
          "pht": 8, "awst": 8, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "sast": 2, "brt": -3, "akst": -9, "akdt": -8,
          "hst": -10, "uhr": 0, "h": 0}  # fmt: skip
_MONTHS = (
    "jan gen ene ian oca sty led янв січ ιαν ינו يناير जन 一月",
    "feb fev sub unor lut фев лют φεβ פבר فبراير फ 二月",
    "mar mrt maart brez мар берез μαρ מרץ مارس मार् 三月",
    "apr abr avr avril nis kwi dub апр квіт απρ אפר أبريل ابريل अप्र 四月",
    "may mai mei mag maj maig kvet май мая трав μαι מאי مايو मई 五月",
    "jun juin giu iun haz czerw cerv июн черв ιουν יונ يونيو जून 六月",
    "jul juil lug iul tem lip cervence cervenec июл лип ιουλ יול يوليو जुल 七月",
    "aug ago aou agu sierp srp авг серп αυγ אוג أغسطس اغسطس अग 八月",
    "sep set szep eyl wrz zari сен верес σεπ ספט سبتمبر सित 九月",
    "oct okt out ott eki paz rij окт жовт οκτ אוק أكتوبر اكتوبر अक् 十月",
    "nov noi noe kas list ноя лист νοε נוב نوفمبر नव 十一月",
    "dec dez dic des ara gru pros дек груд δεκ דצמ ديسمبر दिस 十二月",
)
"""How the names of the months begin, without accents, in the languages of feeds."""
_STEMS = {stem: number for number, stems in enumerate(_MONTHS, start=1) for stem in stems.split()}
_AFTERNOON = frozenset(["pm", "p.m.", "下午", "午後", "오후", "μμ", "م"])
_MORNING = frozenset(["am", "a.m.", "上午", "午前", "오전", "πμ", "ص"])
_KOREAN = frozenset(["오전", "오후"])
"""Written in one country, which has one time."""
_HALF = "|".join(map(re.escape, sorted(_AFTERNOON | _MORNING, key=len, reverse=True)))

_TIME = (
    rf"(?:(?P<before>{_HALF})\s*)?(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,:]\d+)?)?"
    rf"(?:\s*(?P<after>{_HALF})(?!\w))?"
)
_ZONE = r"(?:\s*(?P<zone>(?:GMT|UTC|Z)?\s*[+-]\d{1,2}:?(?:\d{2})?|[a-z]+/\w+|[^\W\d_]{1,5})(?:\s+[A-Z]{3,5})?)?"
_REST = rf"(?:[\sT,-]+{_TIME}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d]+\.?,?\s+)?"
_NAME = r"(?P<name>[^\W\d_][^\W\d]*)\.?"
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.?[\s-]+{_NAME},?[\s-]+(?P<year>\d{{4}}|\d\d){_REST}",
    rf"{_WEEKDAY}{_NAME}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}){_REST}",
    rf"{_WEEKDAY}{_NAME}\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?{_REST}",
    rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){_REST}",
    rf"(?P<year>\d{{4}})\.?[\s-]+{_NAME}[\s-]+(?P<day>\d{{1,2}})\.?{_REST}",
    rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:T?(?P<hour>\d{{2}}):?(?P<minute>\d{{2}}):?(?P<second>\d{{2}})?(?:[.,]\d+)?{_ZONE})?",
    rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<sign>[./-])(?P<other>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_REST}",
    r"(?P<year>\d{4})-W(?P<week>\d{2})(?:-(?P<of_week>[1-7]))?",
    rf"{_NAME}\s+(?P<year>\d{{4}})",
    r"(?P<year>\d{4})",
))  # fmt: skip
_UNIX = re.compile(r"(?:/Date\()?(\d{10})(?:\d{3})?(?:\.\d+)?(?:\)/)?")
_REWRITTEN = tuple((re.compile(pattern, re.IGNORECASE), new) for pattern, new in (
    (r"\((?:[^()]*)\)|\sm=[+-].*|(?<=[+-]\d\d:\d\d)\[.*\]$|(?<=Z)\[.*\]$", " "),  # comments; Go's clock; a zone's name behind its offset
    (r"\b(?:at|um|uhr|klo|kl|à|a las|alle|ore|às|om|den|de|del|of|the|le|год[а]?|г|в)\b\.?(?=\s|$)", " "),
    (r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b", ""),
    (r"(?<=\d)\s*[年년]\s*(?=\d)", "-"),
    (r"(?<=\d)\s*[月월]\s*(?=\d)", "-"),
    (r"(?<=\d)\s*[日일号號]\s*", " "),
    (r"(?<=\d)\s*(?:[时時點点시]|h(?=\d\d\b))\s*(?=\d)", ":"),
    (r"(?<=\d)\s*[分분]\s*(?=\d)", ":"),
    (r"(?<=\d)\s*[分秒분초]", " "),
    (r"(?:星期|周|週)[一二三四五六日天]|[月火水木金土日월화수목금토일](?:曜日?|요일)", " "),
    (r"[\u2010-\u2015\u2212]", "-"),
    (r"^[\s,،]+|[\s,،.]+$", ""),
    (r"\s*[,،]\s*", " "),
))  # fmt: skip
"""What people's languages write around the numbers, tried where a date stands in no common form."""


def read_date(raw: str | None, now: datetime, *, chinese: bool = False) -> Moment | None:
    """Read a feed's date; None before 1995 or later than a day from `now`. `chinese`: CST means +08:00."""
    text = " ".join((raw or "")[:200].split())[:80]
    if unix := _UNIX.fullmatch(text):
        return _plausible(Moment(datetime.fromtimestamp(int(unix[1]), UTC)), now)
    for form in (text, _rewritten):
        text = form(text) if callable(form) else form
        for pattern in _PATTERNS:
            if match := pattern.fullmatch(text):
                try:
                    return _plausible(_moment(match.groupdict(), chinese=chinese), now)
                except (ValueError, OverflowError):
                    return None
    return None


def _rewritten(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    for pattern, new in _REWRITTEN:
        text = pattern.sub(new, text)
    return " ".join(text.split())


def _moment(parts: dict[str, str | None], *, chinese: bool) -> Moment | None:
    year = _year(parts["year"] or "")
    if week := parts.get("week"):
        monday_on = datetime.fromisocalendar(year, int(week), int(parts["of_week"] or 1))
        return Moment(monday_on.replace(tzinfo=UTC), Precision.DAY)
    month, day_of_month = _month_and_day(parts)
    if month is None:
        return None
    if not month:
        return Moment(datetime(year, 1, 1, tzinfo=UTC), Precision.YEAR)
    if not day_of_month:
        return Moment(datetime(year, month, 1, tzinfo=UTC), Precision.MONTH)
    day = datetime(year, month, day_of_month, tzinfo=UTC)
    if not parts.get("hour"):
        return Moment(day, Precision.DAY)
    half = (parts.get("before") or parts.get("after") or "").lower()
    offset = _offset(parts.get("zone") or ("kst" if half in _KOREAN else ""), chinese=chinese)
    if offset is None:
        return Moment(day, Precision.DAY)
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute):
        return None
    local = day.replace(tzinfo=timezone(offset)) + timedelta(hours=hour, minutes=minute, seconds=second)
    return Moment(local.astimezone(UTC))


def _year(digits: str) -> int:
    """Of four digits, or of two as RFC 822 wrote it."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _month_and_day(parts: dict[str, str | None]) -> tuple[int | None, int]:
    """The month, 0: not given, None: not known; the day, 0: not given."""
    if parts.get("sign"):
        first, other = int(parts["first"] or 0), int(parts["other"] or 0)
        if other > 12 >= first:  # the American order
            return first, other
        # 6/1 and 6-1 mean June to some and January to others; a point is always behind the day.
        return (other if parts["sign"] == "." or first > 12 or first == other else None), first
    month = _month(parts["name"] or "") if parts.get("name") else int(parts.get("month") or 0)
    return month, int(parts.get("day") or 0)


def _month(name: str) -> int | None:
    """The number of a month by its name or the beginning of it."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    for size in range(len(plain), 1, -1):
        if plain[:size] in _STEMS:
            return _STEMS[plain[:size]]
    return None


def _offset(zone: str | None, *, chinese: bool) -> timedelta | None:
    """The offset of a zone; UTC when none is given; None when its name is not known."""
    text = (zone or "").strip().lower()
    if not text:
        return timedelta(0)
    if match := re.fullmatch(r"(?:gmt|utc|z)?\s*([+-])(\d{1,2}):?(\d{2})?", text):
        size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return (size if match[1] == "+" else -size) if size < timedelta(hours=15) else None
    if text == "cst" and chinese:
        return timedelta(hours=8)
    return timedelta(hours=_ZONES[text]) if text in _ZONES else None


def _plausible(moment: Moment | None, now: datetime) -> Moment | None:
    return moment if moment and _EARLIEST <= moment.at <= now + timedelta(days=1) else None
