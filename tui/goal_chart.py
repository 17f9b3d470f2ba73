"""Goals of one vendor and metric beside their outcomes, as bars on one scale. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.text import Text

from marketwatch.claims import Claim
from marketwatch.domain import Bound
from marketwatch.goals import Amount, number_text
from tui.render import fit, plain
from tui.widgets.ledger_list import CLAIM_GLYPHS, CLAIM_STYLES

_PERIOD, _AMOUNT = 10, 20


def of_one_scale(claims: Sequence[Claim], claim: Claim) -> list[Claim]:
    """The goals that can stand on one scale with this one: same vendor, metric and unit, by period."""
    figure = claim.first.stored.figure
    same = [
        one
        for one in claims
        if (f := one.first.stored.figure).vendor == figure.vendor and f.metric is figure.metric and f.unit == figure.unit
    ]
    return sorted(same, key=lambda one: (one.first.stored.figure.period or "9999", one.set_at))


def goal_chart(claims: Sequence[Claim], here: Claim, name: str, width: int) -> Text:
    """Two lines a goal: what was wanted, and what came of it (`?`: what may have)."""
    shown = of_one_scale(claims, here)
    figure = here.first.stored.figure
    room = max(10, width - _PERIOD - _AMOUNT - 3)
    outcomes = [outcome_of(claim) for claim in shown]
    most = max((amount.high for amount in (*(c.amount for c in shown), *filter(None, outcomes))), default=Decimal(1)) or Decimal(
        1
    )
    text = Text(no_wrap=True)
    unit = f", {plain(figure.unit)}" if figure.unit != figure.metric.value else ""
    text.append(fit(f"{plain(name)} {figure.metric.value}{unit}", _PERIOD + _AMOUNT + 3), style="bold")
    middle, end = number_text(most / 2), number_text(most)
    text.append(f"0{middle.center(room - len(end) - 1)}{end}\n", style="dim")
    for claim, outcome in zip(shown, outcomes, strict=True):
        mark = "▌" if claim is here else " "
        period = " ".join(filter(None, (claim.first.stored.figure.period, claim.first.stored.figure.scope)))
        text.append(mark + fit(plain(period or "-"), _PERIOD) + " ", style="bold" if claim is here else "")
        text.append(fit(number(claim.amount), _AMOUNT) + " ")
        text.append(goal_bar(claim.amount, most, room) + "\n", style="bold" if claim is here else "")
        text.append(f"{mark}{fit(f'{CLAIM_GLYPHS[claim.verdict]} {claim.verdict.value}', _PERIOD)} ", CLAIM_STYLES[claim.verdict])
        if outcome is not None:
            sign = "" if claim.outcome else "? "
            text.append(fit(f"{sign}{number(outcome)}", _AMOUNT) + " ")
            text.append(outcome_bar(outcome, most, room, sure=claim.outcome is not None), style=CLAIM_STYLES[claim.verdict])
        text.append("\n")
    return text


def outcome_of(claim: Claim) -> Amount | None:
    """What came of it, else the first figure that may have, where it is told in the goal's unit."""
    figures = [claim.outcome, *(one.figure for one in claim.proposed)]
    amounts = [Amount.of(one.figure) for one in figures if one is not None]
    return next((amount for amount in amounts if amount.unit == claim.amount.unit), None)


def number(amount: Amount) -> str:
    """`> 100 bn`: without its unit, which the chart names once."""
    return str(amount).removesuffix(f" {amount.unit}")


def _column(value: Decimal, most: Decimal, room: int) -> int:
    return max(0, min(room - 1, round(float(value / most) * (room - 1))))


def goal_bar(amount: Amount, most: Decimal, room: int) -> str:
    """Dots up to the goal: `····◇`, a range `····├──┤`, more than `····◇▷`."""
    low, high = _column(amount.value, most, room), _column(amount.high, most, room)
    sign = f"├{'─' * (high - low - 1)}┤" if high > low else "◇"
    return f"{'·' * low}{sign}{'▷' if amount.bound is Bound.GT else ''}"[:room]


def outcome_bar(amount: Amount, most: Decimal, room: int, *, sure: bool) -> str:
    """A bar up to the number; one that is only proposed is lighter."""
    line = ("█" if sure else "░") * (_column(amount.high, most, room) + 1)
    return f"{line}{'▷' if amount.bound is Bound.GT else ''}"[:room]
