"""Parts of the JSON that commands print, exports carry and the dashboard saves."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from marketwatch.corroboration import Corroboration
from marketwatch.domain import Article, Evidence, Figure, StoredShift

if TYPE_CHECKING:
    from marketwatch.move_scope import Scope


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    return {"text": evidence.text, "start": evidence.start, "end": evidence.end}


def article_object(article: Article) -> dict[str, Any]:
    """The article as it stands inside a shift."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "outlet": article.outlet,
        "lang": article.lang,
        "published": str(article.published) if article.published else None,
    }


def article_row(article: Article) -> dict[str, Any]:
    """The article as a row of its own list."""
    return article_object(article) | {
        "source": article.source,
        "author": article.author,
        "first_seen": article.first_seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": article.version,
        "shifts": article.shifts,
        "vendors": list(article.vendors),
        "story": article.story or article.id,
        "origin": article.origin,
    }


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


def scope_object(scope: Scope) -> dict[str, Any]:
    """Of what a move is; `words` says it as people read it."""
    return {
        "places": list(scope.places),
        "brands": list(scope.brands),
        "segments": list(scope.segments),
        "words": scope.words,
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
