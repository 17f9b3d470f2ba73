"""Rows ↔ values. The only place that knows both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marketwatch.domain import (
    Article,
    BackfillState,
    Bound,
    Direction,
    Evidence,
    FeedState,
    Figure,
    FigureRole,
    HostState,
    Marks,
    Metric,
    Moment,
    PollOutcome,
    PollResult,
    Precision,
    Shift,
    ShiftKind,
    Status,
)


def seconds(at: datetime) -> int:
    """An aware datetime as whole seconds since 1970."""
    return int(at.timestamp())


def optional_seconds(at: datetime | None) -> int | None:
    return None if at is None else seconds(at)


def instant(value: int) -> datetime:
    """Whole seconds since 1970 as an aware UTC datetime."""
    return datetime.fromtimestamp(value, UTC)


def optional_instant(value: int | None) -> datetime | None:
    return None if value is None else instant(value)


def moment(at: int | None, precision: str | None) -> Moment | None:
    return None if at is None else Moment(instant(at), Precision(precision or "second"))


def article(row: Any, vendors: Sequence[str], marks: Marks) -> Article:
    """A row with the columns of `article` as a value."""
    return Article(
        id=row.id,
        source=row.source,
        title=row.title,
        url=row.url,
        outlet=row.outlet,
        author=row.author,
        lang=row.lang,
        published=moment(row.published_at, row.published_precision),
        first_seen_at=instant(row.first_seen_at),
        version=row.version,
        text_hash=row.text_hash,
        shifts=row.shifts,
        vendors=tuple(vendors),
        marks=marks,
    )


def shift_values(shift: Shift, article_id: int, place: int, dated_at: int) -> dict[str, object]:
    return {
        "article_id": article_id,
        "place": place,
        "dated_at": dated_at,
        "vendor": shift.vendor,
        "kind": shift.kind.value,
        "direction": shift.direction.value,
        "object": shift.object,
        "status": shift.status.value,
        "origin": shift.origin,
        "destination": shift.destination,
        "speaker": shift.speaker,
        "role": shift.role,
        "background": shift.background,
        "confidence": shift.confidence,
        "rule": shift.rule,
        "event_at": optional_seconds(shift.event.at) if shift.event else None,
        "event_precision": shift.event.precision.value if shift.event else None,
    }


def shift(row: Any, evidence: Sequence[Evidence]) -> Shift:
    return Shift(
        vendor=row.vendor,
        kind=ShiftKind(row.kind),
        direction=Direction(row.direction),
        object=row.object,
        status=Status(row.status),
        evidence=tuple(evidence),
        origin=row.origin,
        destination=row.destination,
        speaker=row.speaker,
        role=row.role,
        background=bool(row.background),
        confidence=row.confidence,
        rule=row.rule,
        event=moment(row.event_at, row.event_precision),
    )


def figure_values(figure: Figure, article_id: int, dated_at: int, text_hash: str) -> dict[str, object]:
    return {
        "article_id": article_id,
        "dated_at": dated_at,
        "vendor": figure.vendor,
        "metric": figure.metric.value,
        "value": str(figure.value),
        "number": float(figure.value),
        "value_high": None if figure.value_high is None else str(figure.value_high),
        "unit": figure.unit,
        "period": figure.period,
        "role": figure.role.value,
        "bound": figure.bound.value,
        "scope": figure.scope,
        "rule": figure.rule,
        "text_hash": text_hash,
        "start": figure.evidence.start,
        "end": figure.evidence.end,
        "text": figure.evidence.text,
    }


def figure(row: Any) -> Figure:
    return Figure(
        vendor=row.vendor,
        metric=Metric(row.metric),
        value=Decimal(row.value),
        unit=row.unit,
        evidence=Evidence(row.text, row.start, row.end),
        period=row.period,
        role=FigureRole(row.role),
        bound=Bound(row.bound),
        value_high=None if row.value_high is None else Decimal(row.value_high),
        scope=row.scope,
        rule=row.rule,
    )


def state_values(state: FeedState) -> dict[str, object]:
    return {
        "slug": state.slug,
        "url": state.url,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_hash": state.body_hash,
        "next_poll_at": optional_seconds(state.next_poll_at),
        "last_polled_at": optional_seconds(state.last_polled_at),
        "last_success_at": optional_seconds(state.last_success_at),
        "failures": state.failures,
        "last_error": state.last_error,
        "gone": state.gone,
        "per_day": state.per_day,
        "newest_at": optional_seconds(state.newest_at),
        "moved_to": state.moved_to,
        "moved_times": state.moved_times,
    }


def state(row: Any) -> FeedState:
    return FeedState(
        slug=row.slug,
        url=row.url,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        next_poll_at=optional_instant(row.next_poll_at),
        last_polled_at=optional_instant(row.last_polled_at),
        last_success_at=optional_instant(row.last_success_at),
        failures=row.failures,
        last_error=row.last_error,
        gone=bool(row.gone),
        per_day=row.per_day,
        newest_at=optional_instant(row.newest_at),
        moved_to=row.moved_to,
        moved_times=row.moved_times,
    )


def host(row: Any) -> HostState:
    return HostState(
        host=row.host,
        pause_until=optional_instant(row.pause_until),
        pause_reason=row.pause_reason,
        robots=row.robots,
        robots_at=optional_instant(row.robots_at),
    )


def backfill_values(state: BackfillState) -> dict[str, object]:
    return {
        "feed": state.feed,
        "url": state.url,
        "page": state.page,
        "next_url": state.next_url,
        "linked": state.linked,
        "newest_at": optional_seconds(state.newest_at),
        "oldest_at": optional_seconds(state.oldest_at),
        "since_at": optional_seconds(state.since_at),
        "ended": state.ended,
        "wait_until": optional_seconds(state.wait_until),
    }


def backfill(row: Any) -> BackfillState:
    return BackfillState(
        feed=row.feed,
        url=row.url,
        page=row.page,
        next_url=row.next_url,
        linked=bool(row.linked),
        newest_at=optional_instant(row.newest_at),
        oldest_at=optional_instant(row.oldest_at),
        since_at=optional_instant(row.since_at),
        ended=row.ended,
        wait_until=optional_instant(row.wait_until),
    )


def outcome(row: Any) -> PollOutcome:
    return PollOutcome(
        feed=row.feed,
        url=row.url,
        result=PollResult(row.result),
        polled_at=instant(row.polled_at),
        seconds=row.seconds,
        status=row.status,
        new=row.new,
        updated=row.updated,
        reason=row.reason,
    )
