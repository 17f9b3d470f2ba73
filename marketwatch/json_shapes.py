"""Parts of the JSON that commands print and exports carry."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marketwatch.corroboration import Corroboration
from marketwatch.domain import Evidence, Figure, StoredShift


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    return {"text": evidence.text, "start": evidence.start, "end": evidence.end}


def figure_object(figure: Figure) -> dict[str, Any]:
    return {
        "vendor": figure.vendor,
        "metric": figure.metric.value,
        "value": number(figure.value),
        "value_high": number(figure.value_high),
        "unit": figure.unit,
        "period": figure.period,
        "role": figure.role.value,
        "bound": figure.bound.value,
        "scope": figure.scope,
        "evidence": evidence_object(figure.evidence),
    }


def corroboration_object(attested: Corroboration) -> dict[str, Any]:
    """Who attests a move; `words` says it as people read it."""
    return {
        "outlets": len(attested.outlets),
        "langs": list(attested.langs),
        "origins": list(attested.origins),
        "kind": attested.kind,
        "words": attested.words,
    }


def step_object(step: StoredShift) -> dict[str, Any]:
    """A step of a move's status ladder: who said so first."""
    article = step.article
    return {
        "status": step.shift.status.value,
        "date": article.dated_at.strftime("%Y-%m-%d"),
        "outlet": article.publisher,
        "lang": article.lang,
        "title": article.title,
        "url": article.url,
    }


def number(value: Decimal | None) -> int | float | None:
    """A Decimal as JSON's number, whole ones without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
