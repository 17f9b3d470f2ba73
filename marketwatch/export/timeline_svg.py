"""Moves → a timeline as inline SVG: a lane a vendor, a mark a move, no script, every colour from the page's style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape

from marketwatch.counted import counted
from marketwatch.domain import ShiftKind
from marketwatch.export.report import Report, ReportMove
from marketwatch.export.wording import details, move_date, what
from marketwatch.glyphs import DIRECTION_GLYPHS

KIND_SIGNS: Mapping[ShiftKind, str] = {
    ShiftKind.DISCLOSURE: "di",
    ShiftKind.GROWTH: "gr",
    ShiftKind.CHANNEL: "ch",
    ShiftKind.MARKET: "ma",
    ShiftKind.DIVERSIFICATION: "dv",
    ShiftKind.POSITIONING: "ps",
    ShiftKind.PORTFOLIO: "pf",
    ShiftKind.TECHNOLOGY: "te",
    ShiftKind.SUPPLY: "su",
    ShiftKind.PARTNERSHIP: "pa",
    ShiftKind.DEAL: "de",
    ShiftKind.ORGANIZATION: "or",
    ShiftKind.TARGET: "ta",
    ShiftKind.PRESSURE: "pr",
}
HUES = 8
"""Colours of lanes, `.h0` to `.h7` in the page's style; they come again after that."""
_WIDTH, _LEFT, _TOP = 1200, 140, 26
_MARK_W, _MARK_H, _GAP = 40, 18, 3
_PAD = 7
"""Above and below the marks of a lane."""
_MONTHS_AT_MOST, _QUARTERS_AT_MOST, _YEARS_AT_MOST = 18, 60, 360
"""Months of a timeline that has a line a month, a quarter, a year; beyond that one in ten years."""


def timeline_svg(report: Report) -> str:
    """The picture, each mark a link to `#m1`, `#m2` ... in the order of the report; '' when there is nothing to draw."""
    lanes = report.by_vendor()
    if not lanes:
        return ""
    numbers = {id(reported): n for n, reported in enumerate(report.moves, 1)}
    dates = [reported.move.first_at for reported in report.moves]
    first, last = _month(min(dates)), _month(max(dates)) + 1
    bands, parts, y = [], [], _TOP
    for place, (_, name, moves) in enumerate(lanes):
        marks, height = _lane([(numbers[id(one)], one) for one in moves], first, last, y)
        tall = height + 2 * _PAD
        bands.append(f'<rect class="band{place % 2}" x="0" y="{y}" width="{_WIDTH}" height="{tall}"/>')
        parts.append(
            f'<g class="h{place % HUES}">'
            f'<text class="name" x="8" y="{y + _PAD + 13}">{escape(_short(name))}<title>{escape(name)}</title></text>{marks}</g>'
        )
        y += tall
    # Bands, then lines, then marks: what comes later lies on top.
    lines = "".join(_tick(month, label, first, last, y) for month, label in _ticks(first, last))
    label = f"Timeline of {counted(len(report.moves), 'move')} of {counted(len(lanes), 'vendor')}"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {y + 4}" role="group" aria-label="{label}" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(bands)}{lines}{''.join(parts)}</svg>"
    )


def _lane(moves: Sequence[tuple[int, ReportMove]], first: int, last: int, top: int) -> tuple[str, int]:
    """Marks of a lane, each on the first row that has room for it, and their height."""
    ends: list[float] = []
    marks = []
    for number, reported in sorted(moves, key=lambda m: m[1].move.first_at):
        x = _x(_at(reported.move.first_at), first, last)
        row = next((n for n, end in enumerate(ends) if end + _GAP <= x), len(ends))
        ends[row : row + 1] = [x + _MARK_W]
        marks.append(_mark(number, reported, x, top + _PAD + row * (_MARK_H + _GAP)))
    return "".join(marks), len(ends) * (_MARK_H + _GAP) - _GAP


def _mark(number: int, reported: ReportMove, x: float, y: int) -> str:
    shift, move = reported.lead.shift, reported.move
    sign = f"{'' if move.dated else '≤'}{DIRECTION_GLYPHS[shift.direction]} {KIND_SIGNS[shift.kind]}"
    quotes = [f"“{evidence.text}”" for evidence in shift.evidence[:1]]
    title = "\n".join([f"{move_date(reported)} {what(reported)}", " · ".join(details(reported)), *quotes])
    rejected = " rejected" if move.verdict and move.verdict.value == "rejected" else ""
    return (
        f'<a href="#m{number}"><g class="mark {move.status.value}{rejected}"><title>{escape(title)}</title>'
        f'<rect x="{x:.1f}" y="{y}" width="{_MARK_W}" height="{_MARK_H}" rx="4"/>'
        f'<text x="{x + _MARK_W / 2:.1f}" y="{y + 13}">{escape(sign)}</text></g></a>'
    )


# --- time ------------------------------------------------------------------------------------------------------------
def _month(at: datetime) -> int:
    """Months since the year 0."""
    return at.year * 12 + at.month - 1


def _at(at: datetime) -> float:
    """Months since the year 0, with the part of the month that has passed."""
    begin = datetime(at.year, at.month, 1, tzinfo=UTC)
    return _month(at) + min((at - begin).total_seconds() / (31 * 86400), 1)


def _x(month: float, first: int, last: int) -> float:
    return _LEFT + (month - first) / (last - first) * (_WIDTH - _LEFT - _MARK_W - 4)


def _ticks(first: int, last: int) -> Iterator[tuple[int, str]]:
    span = last - first
    if span <= _MONTHS_AT_MOST:
        yield from ((month, f"{month // 12}-{month % 12 + 1:02}") for month in range(first, last))
    elif span <= _QUARTERS_AT_MOST:
        yield from ((month, f"{month // 12} Q{month % 12 // 3 + 1}") for month in range(first, last) if month % 3 == 0)
    else:
        step = 12 if span <= _YEARS_AT_MOST else 120
        yield from ((month, str(month // 12)) for month in range(first, last) if month % step == 0)


def _tick(month: int, label: str, first: int, last: int, bottom: int) -> str:
    x = _x(month, first, last)
    line = f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{bottom}"/>'
    return f'{line}<text class="tick" x="{x + 2:.1f}" y="16">{label}</text>'


def _short(name: str) -> str:
    return name if len(name) <= 16 else name[:15] + "…"
