"""What an alert tells: which moves have newly come to match, when, and in what words. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta, tzinfo

from marketwatch.domain import Alert, Move, StoredShift
from marketwatch.moves import group_moves, matching, move_key
from marketwatch.query import Query


def telling_key(stored: StoredShift) -> str:
    """What an article says, whatever the row it stands in: a new reading that says the same tells nothing new."""
    return "|".join((str(stored.article.id), *move_key(stored.shift)))


def come_to_match(moves: Iterable[Move], query: Query, fresh: Collection[str], told: Collection[str]) -> list[Move]:
    """Of the moves under a query, those that only match by what is fresh, and of which nothing was told. Oldest first.

    `fresh` and `told` are keys of tellings. A move that an older article tells, and that matched by that already, has not
    come: another outlet repeats it. With `outlets:>=2` the second outlet is what makes it match.
    """
    found = []
    for move in matching(moves, query):
        keys = {telling_key(stored) for stored in move.shifts}
        older = [stored for stored in move.shifts if telling_key(stored) not in fresh]
        new = keys & set(fresh) and not keys & set(told)
        if new and not matching(group_moves(older), query):
            found.append(move)
    return sorted(found, key=lambda m: (m.first_at, m.lead.id))


def due_at(alert: Alert, now: datetime, zone: tzinfo | None) -> datetime:
    """Now, or the end of the quiet hours in which it lies. `zone` is None for the machine's."""
    if alert.quiet is None:
        return now
    start, end = alert.quiet
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not quiet:
        return now
    day = local.date() + timedelta(days=1 if start >= end and clock >= start else 0)
    return datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(now.tzinfo)


def payload(alert: Alert, move: Move) -> str:
    """The move as JSON: what commands get on stdin and webhooks as the body. `id` is the same however often it is sent."""
    lead = move.lead
    shift, article = lead.shift, lead.article
    told = {
        "id": f"{alert.name}|{telling_key(lead)}",
        "alert": alert.name,
        "query": alert.query,
        "vendor": shift.vendor,
        "kind": shift.kind.value,
        "direction": shift.direction.value,
        "object": shift.object,
        "status": move.status.value,
        "confidence": move.confidence,
        "first": move.first_at.strftime("%Y-%m-%d"),
        "speaker": shift.speaker,
        "evidence": [evidence.text for evidence in shift.evidence],
        "outlets": list(move.outlets),
        "langs": list(move.langs),
        "article": {"title": article.title, "url": article.url, "outlet": article.outlet, "lang": article.lang},
        "text": f"{shift.vendor} {shift.kind.value} {shift.direction.value}: {shift.object} ({article.publisher})",
    }
    return json.dumps(told, ensure_ascii=False)
