"""Goals beside what came of them, a line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from marketwatch.claims import Claim, ClaimVerdict, day_of
from marketwatch.counted import counted
from marketwatch.domain import Metric
from marketwatch.goals import Amount
from marketwatch.short_names import short_metric
from tui.render import fit, plain
from tui.widgets.line_list import LineList

CLAIM_GLYPHS: Mapping[ClaimVerdict, str] = {
    ClaimVerdict.OPEN: "○",
    ClaimVerdict.MET: "✓",
    ClaimVerdict.MISSED: "✗",
    ClaimVerdict.RAISED: "↑",
    ClaimVerdict.CUT: "↓",
    ClaimVerdict.WITHDRAWN: "∅",
    ClaimVerdict.OVERDUE: "!",
}
CLAIM_STYLES: Mapping[ClaimVerdict, str] = {
    ClaimVerdict.OPEN: "",
    ClaimVerdict.MET: "bold green",
    ClaimVerdict.MISSED: "bold red",
    ClaimVerdict.RAISED: "green",
    ClaimVerdict.CUT: "red",
    ClaimVerdict.WITHDRAWN: "dim",
    ClaimVerdict.OVERDUE: "yellow",
}
_SAID_BY_METRIC: Mapping[Metric, str] = {
    Metric.UNITS: "devices",
    Metric.STORES: "stores",
    Metric.HEADCOUNT: "people",
    Metric.COUNTRIES: "countries",
}
"""Units that the column of metrics says already."""
WIDE = 109
"""Cells from which dates have their day and metrics their whole name."""
_TINY, _SLIM, _USUAL = 50, 78, 120
_WITH_SPEAKER = 13
"""Cells from which what was said when has room for who said it."""


class Columns(NamedTuple):
    """Widths; one blank stands between two columns, and a column of width 0 is left out."""

    vendor: int
    metric: int
    period: int
    target: int
    said: int
    outcome: int
    verdict: int


def columns(width: int) -> Columns:
    """The widths that fill a line; a narrow one has goal and verdict only, the narrowest no period."""
    if width < _TINY:
        return Columns(7, 7, 0, max(8, width - 28), 0, 0, 11)
    if width < _SLIM:
        target = min(14, 12 + (width - _TINY) // 4)
        return Columns(8, 7, width - 30 - target, target, 0, 0, 11)
    if width < WIDE:
        spare = width - _SLIM
        return Columns(8, 7, 13 + spare // 4, 13, 8 + spare // 2, 12 + spare - spare // 2 - spare // 4, 11)
    spare = max(0, width - _USUAL)
    short = min(0, width - _USUAL)
    return Columns(10, 10, 18 + spare // 4, 15, 24 + spare // 2 + short, 25 + spare - spare // 2 - spare // 4, 12)


def heading(width: int) -> str:
    """The column names above the list."""
    room = columns(width)
    said = "said when, by" if room.said >= _WITH_SPEAKER else "said"
    period = "period, scope" if room.period >= len("period, scope") else "period"
    names = ("vendor", "metric", period, "target", said, "outcome", "  verdict")
    return fit(" ".join(fit(name, cells) for name, cells in zip(names, room, strict=True) if cells), width)


def summary(claims: Sequence[Claim], *, cut: bool) -> str:
    """`24 goals: 6 open, 9 overdue, 2 met`."""
    counts = Counter(claim.verdict for claim in claims)
    parts = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in ClaimVerdict if counts[verdict])
    return f"{counted(len(claims), 'goal')}: {parts}{' · of the newest figures' if cut else ''}"


def short_amount(amount: Amount, metric: Metric) -> str:
    """`> 70 M`: without the unit where the metric says it."""
    text = str(amount)
    return plain(text.removesuffix(f" {_SAID_BY_METRIC.get(metric, '')}"))


def when_text(claim: Claim, *, days: bool = True) -> str:
    """`≤2016-01-15`: set on an unknown day before that."""
    sign, day = ("≤", claim.set_on.removeprefix("<=")) if claim.recalled else ("", claim.set_on)
    return sign + (day if days else day[:7])


def outcome_text(claim: Claim, *, days: bool = True) -> str:
    """What came of it, what it was raised or cut to, or `? 35 M` for what is only proposed."""
    metric = claim.first.stored.figure.metric
    if claim.outcome is not None:
        date = f" · {day_of(claim.outcome)}" if days else ""
        return f"{short_amount(Amount.of(claim.outcome.figure), metric)}{date}"
    if claim.replaced_by is not None:
        return f"→ {short_amount(claim.replaced_by, metric)}"
    figures = [one.figure for one in claim.proposed if one.figure is not None]
    if figures:
        more = f" +{len(claim.proposed) - 1}" if len(claim.proposed) > 1 else ""
        return f"? {short_amount(Amount.of(figures[0].figure), metric)}{more}"
    return f"? {claim.proposed[0].shift.shift.direction.value}" if claim.proposed and claim.proposed[0].shift else ""


class LedgerList(LineList[Claim]):
    """Vendor, metric, period, target, who said it when, outcome, verdict."""

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._colours = colours
        self._names = names

    def key_of(self, row: Claim) -> Hashable:
        return min(telling.stored.id for telling in row.tellings)

    def text_of(self, row: Claim, width: int) -> Text:
        figure = row.first.stored.figure
        room, wide = columns(width), width >= WIDE
        metric = figure.metric.value if wide else short_metric(figure.metric)
        period = " ".join(part for part in (figure.period, figure.scope) if part) or "-"
        said = " ".join((when_text(row, days=wide), *([plain(row.speaker)] if room.said >= _WITH_SPEAKER else [])))
        style = CLAIM_STYLES[row.verdict]
        past = "dim" if row.verdict in (ClaimVerdict.RAISED, ClaimVerdict.CUT, ClaimVerdict.WITHDRAWN) else ""
        text = Text(no_wrap=True)
        text.append(fit(plain(self._names.get(figure.vendor, figure.vendor)), room.vendor), self._colours.get(figure.vendor, ""))
        text.append(f" {fit(metric, room.metric)} ", style=past)
        if room.period:
            text.append(f"{fit(plain(period), room.period)} ", style=past)
        text.append(fit(short_amount(row.amount, figure.metric), room.target), style=past or "bold")
        if room.said:
            text.append(f" {fit(said, room.said)} ", style="dim")
            text.append(fit(outcome_text(row, days=wide), room.outcome), style="" if row.outcome else "dim")
        text.append(f" {fit(f'{CLAIM_GLYPHS[row.verdict]} {row.verdict.value}', room.verdict)}", style=style)
        text.truncate(width, pad=True)
        return text
