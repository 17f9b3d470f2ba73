"""Figures and shifts as articles tell them, and the rows of the ledger that they make."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marketwatch.claims import Claim, ClaimVerdict
from marketwatch.domain import (
    Article,
    Direction,
    FigureRole,
    Metric,
    Moment,
    ShiftKind,
    Status,
    StoredFigure,
    StoredShift,
)
from marketwatch.ledger import build_ledger

from builders import figure, shift  # isort: skip
from conftest import NOW  # isort: skip

TARGET, PRIOR, ACTUAL, ESTIMATE = FigureRole.TARGET, FigureRole.PRIOR_TARGET, FigureRole.ACTUAL, FigureRole.ESTIMATE
V = ClaimVerdict


def at(date: str, number: int = 0, outlet: str = "Example") -> Article:
    moment = Moment.parse(date)
    return Article(
        number or int(date.replace("-", "").ljust(8, "0")),
        "feed",
        f"Title {date}",
        "https://example.org",
        outlet,
        None,
        "en",
        moment,
        datetime(2026, 1, 1, tzinfo=UTC),
        1,
        "hash",
    )


def told(number: int, article: Article, value: object, **changes: Any) -> StoredFigure:
    """Units of 2016, in millions."""
    text = changes.pop("text", f"Xiaomi and the {value} million, {article.id}.")
    values = {"metric": Metric.UNITS, "unit": "devices", "period": "2016", "role": TARGET} | changes
    one = figure(text, value=Decimal(str(value)), **values)
    return StoredFigure(number, one, article)


def says(
    number: int, article: Article, direction: Direction, name: str, text: str = "It says so.", **changes: Any
) -> StoredShift:
    verdict = changes.pop("verdict", None)
    one = shift(text, kind=ShiftKind.TARGET, direction=direction, object=name, status=Status.DONE, **changes)
    return StoredShift(number, one, article, verdict)


def ledger(*stored: StoredFigure | StoredShift, now: datetime = NOW) -> list[Claim]:
    figures = [one for one in stored if isinstance(one, StoredFigure)]
    return build_ledger(figures, [one for one in stored if isinstance(one, StoredShift)], now)


def verdicts(claims: list[Claim]) -> dict[str, str]:
    """By goal, the verdict."""
    return {str(claim.amount.value): claim.verdict.value for claim in claims}


JAN, JUNE, NEXT_JAN, NEXT_MARCH = "2016-01-10", "2016-06-10", "2017-01-20", "2017-03-20"
