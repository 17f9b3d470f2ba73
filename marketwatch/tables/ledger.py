"""Goals beside what came of them, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketwatch.claims import Claim, Proposal, day_of
from marketwatch.domain import StoredFigure, StoredShift
from marketwatch.goals import Amount
from marketwatch.json_shapes import article_object, evidence_object, number
from marketwatch.tables.text import Table

_COLUMNS = {
    "vendor": "vendor",
    "metric": "metric",
    "period": "about",
    "target": "target",
    "set on": "set_on",
    "speaker": "speaker",
    "outcome": "reached",
    "verdict": "verdict",
    "evidence": "evidence.0.text",
}
_RAW_COLUMNS = {
    **{name: name for name in ("vendor", "metric", "period", "scope", "value", "value_high", "unit", "bound", "set_on")},
    **{name: name for name in ("speaker", "verdict")},
    "outcome": "outcome.value",
    "outcome_high": "outcome.value_high",
    "outcome_bound": "outcome.bound",
    "outcome_unit": "outcome.unit",
    "outcome_date": "outcome.date",
    "replaced_by": "replaced_by.value",
    "evidence": "evidence.0.text",
    "outcome_evidence": "outcome.text",
}
"""Of CSV: a number a column, for spreadsheets."""


def ledger_table(claims: Sequence[Claim], *, words: bool = True) -> Table:
    """A row a goal; with what a reader wants in the place of numbers, or without."""
    rows = [claim_object(claim) | (_words(claim) if words else {}) for claim in claims]
    return Table("ledger", rows, _COLUMNS, _RAW_COLUMNS)


def _words(claim: Claim) -> dict[str, str]:
    """What a table shows in the place of numbers."""
    outcome = f"{Amount.of(claim.outcome.figure)} ({day_of(claim.outcome)})" if claim.outcome else ""
    if not outcome and claim.replaced_by:
        outcome = f"→ {claim.replaced_by}"
    if not outcome and claim.proposed:
        outcome = f"{len(claim.proposed)} proposed"
    figure = claim.first.stored.figure
    about = " ".join(part for part in (figure.period, figure.scope) if part)
    return {"about": about, "target": str(claim.amount), "reached": outcome}


def claim_object(claim: Claim) -> dict[str, Any]:
    """A row of the ledger, a stable contract."""
    figure, outcome = claim.first.stored.figure, claim.outcome
    return {
        "id": _figure_id(claim.first.stored),
        "vendor": figure.vendor,
        "metric": figure.metric.value,
        "period": figure.period,
        "scope": figure.scope,
        "value": number(figure.value),
        "value_high": number(figure.value_high),
        "unit": figure.unit,
        "bound": figure.bound.value,
        "set_on": claim.set_on,
        "speaker": claim.speaker,
        "verdict": claim.verdict.value,
        "outcome": _amount(Amount.of(outcome.figure)) | {"date": day_of(outcome), "text": outcome.figure.evidence.text}
        if outcome
        else None,
        "replaced_by": _amount(claim.replaced_by) if claim.replaced_by else None,
        "proposed": [_proposal(one) for one in claim.proposed],
        "evidence": [
            *(_quote("claim", telling.stored) for telling in claim.tellings),
            *(_quote("outcome", one) for one in ((outcome, *claim.agreeing) if outcome else ())),
            *(quote for shift in claim.said for quote in _said(shift)),
        ],
    }


def _figure_id(stored: StoredFigure) -> str:
    """As `marketwatch why` takes it."""
    return f"figure:{stored.id}"


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        "value": number(amount.value),
        "value_high": number(amount.value_high),
        "unit": amount.unit,
        "bound": amount.bound.value,
    }


def _quote(of: str, stored: StoredFigure) -> dict[str, Any]:
    """A sentence with the amount it tells."""
    told = _amount(Amount.of(stored.figure))
    return {
        "of": of,
        "id": _figure_id(stored),
        **evidence_object(stored.figure.evidence),
        **told,
        "article": article_object(stored.article),
    }


def _said(stored: StoredShift) -> list[dict[str, Any]]:
    """The sentences of a shift that says what became of a goal."""
    article = article_object(stored.article)
    said = {"of": stored.shift.direction.value, "id": f"shift:{stored.id}"}
    return [{**said, **evidence_object(e), "article": article} for e in stored.shift.evidence]


def _proposal(one: Proposal) -> dict[str, Any]:
    """A figure that may be the outcome, or what a shift says without one."""
    stored = one.figure or one.shift
    shape: dict[str, Any] = {"reason": one.reason, "date": day_of(stored) if stored else None}
    if one.figure is not None:
        figure = one.figure.figure
        told = {"role": figure.role.value, "period": figure.period, "scope": figure.scope}
        return shape | _amount(Amount.of(figure)) | told | {"evidence": [_quote("outcome", one.figure)]}
    return shape | {"value": None, "unit": None, "evidence": _said(one.shift) if one.shift else []}
