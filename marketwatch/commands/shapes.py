"""Domain values → the JSON objects of the command line, a stable contract."""

from __future__ import annotations

from typing import Any

from marketwatch.corroboration import corroborated, corroboration_of
from marketwatch.domain import Extraction, Move, PollOutcome, Shift, Story, TraceStep, Vendor
from marketwatch.json_shapes import (
    article_object,
    corroboration_object,
    evidence_object,
    figure_object,
    scope_object,
    step_object,
)
from marketwatch.query.words import Snippet
from marketwatch.reversals import Reversal


def shift_object(shift: Shift, article: dict[str, Any], shift_id: int | None = None) -> dict[str, Any]:
    return {
        "id": shift_id,
        "vendor": shift.vendor,
        "kind": shift.kind.value,
        "direction": shift.direction.value,
        "object": shift.object,
        "status": shift.status.value,
        "from": shift.origin,
        "to": shift.destination,
        "speaker": shift.speaker,
        "role": shift.role,
        "background": shift.background,
        "confidence": shift.confidence,
        "evidence": [evidence_object(e) for e in shift.evidence],
        "article": article,
    }


def found_object(piece: Snippet | None) -> dict[str, Any] | None:
    """Where an article holds the words of the query."""
    return {"text": piece.text, "hits": [list(span) for span in piece.hits]} if piece else None


def move_object(move: Move, reversal: Reversal | None = None, vendor: Vendor | None = None) -> dict[str, Any]:
    """A move with what it turns; its sub-brands are known from its vendor."""
    from marketwatch.move_scope import scope_of  # with all of the extraction, which a poll does without

    lead = move.lead
    shape = shift_object(lead.shift, article_object(lead.article), lead.id)
    return shape | {
        "status": move.status.value,
        "confidence": move.confidence,
        "first": move.first_at.strftime("%Y-%m-%d"),
        "articles": len({s.article.id for s in move.shifts}),
        "outlets": list(move.outlets),
        "langs": list(move.langs),
        "scope": scope_object(scope_of(move, vendor)),
        "corroboration": corroboration_object(corroboration_of(move)),
        "first_by": article_object(move.first.article),
        "ladder": [step_object(step) for step in move.ladder],
        "shifts": [s.id for s in move.shifts],
        "reversal": reversal_object(reversal) if reversal else None,
    }


def reversal_object(reversal: Reversal) -> dict[str, Any]:
    """The earlier half of a pair: what the move turns."""
    earlier = reversal.earlier
    shape = shift_object(earlier.lead.shift, article_object(earlier.lead.article), earlier.lead.id)
    told = {"first": earlier.first_at.strftime("%Y-%m-%d"), "status": earlier.status.value, "days": reversal.after.days}
    return shape | told | {"certain": reversal.certain, "why": reversal.why}


def story_object(story: Story) -> dict[str, Any]:
    attested = corroborated(story.articles, "")
    return {
        "id": story.id,
        "title": story.articles[0].title,
        "first": story.first_at.strftime("%Y-%m-%d"),
        "last": story.last_at.strftime("%Y-%m-%d"),
        "vendors": list(story.vendors),
        "outlets": list(story.outlets),
        "langs": list(story.langs),
        "origins": list(attested.origins),
        "articles": [article_object(article) | {"origin": article.origin} for article in story.articles],
    }


def explain_object(extraction: Extraction, article: dict[str, Any], *, trace: bool = False) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": article["id"],
        "lang": extraction.lang,
        "date": article["published"],
        "shifts": [shift_object(shift, article) for shift in extraction.shifts],
        "figures": [figure_object(figure) for figure in extraction.figures],
        "extractor": extraction.extractor,
    }
    return shape | {"trace": [trace_object(step) for step in extraction.trace]} if trace else shape


def trace_object(step: TraceStep) -> dict[str, Any]:
    return {"rule": step.rule, "outcome": step.outcome, "start": step.start, "end": step.end, "detail": step.detail}


def outcome_object(outcome: PollOutcome, *, numbers: bool = False) -> dict[str, Any]:
    """A poll; `numbers` adds what is no part of the contract: how much was read."""
    shape: dict[str, Any] = {
        "feed": outcome.feed,
        "url": outcome.url,
        "outcome": outcome.result.value,
        "status": outcome.status,
        "new": outcome.new,
        "updated": outcome.updated,
        "reason": outcome.reason,
        "seconds": outcome.seconds,
    }
    return shape | {"entries": outcome.entries, "bytes": outcome.size} if numbers else shape
