"""What alerts have looked at and told, and their messages on the way. Each function runs inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, exists, insert, select, update

from marketwatch.domain import AlertState, Channel, Outgoing, StoredShift
from marketwatch.query import Query
from store import lists, reading
from store.dialect import upsert
from store.mapping import instant, seconds
from store.tables import ALERT, ALERT_MESSAGE, ALERT_TOLD, SHIFT

LEASE = timedelta(minutes=10)
"""A message taken longer ago than this, and neither sent nor failed, belongs to a process that is gone."""
EXPIRES = timedelta(days=7)
"""Messages nobody could tell for so long are left alone."""
ATTEMPTS = 5
_MOST = 5000
_AT_ONCE = 10
"""Messages taken at once: each may take half a minute, all of them less than the lease."""
_BACK_OFF_S = (60, 300, 1500, 7500)
"""Until a message that failed is tried again."""


def state_of(connection: Connection, name: str) -> AlertState | None:
    row = connection.execute(select(ALERT).where(ALERT.c.name == name)).first()
    return None if row is None else AlertState(row.query, instant(row.checked_at), row.round)


def fresh_shifts(connection: Connection, query: Query, since: datetime) -> list[StoredShift]:
    """Shifts under a query that were read in versions seen since then, at most so many of the newest.

    What the former version of an edited article said already is not fresh.
    """
    past = SHIFT.alias()
    same = [past.c[name] == SHIFT.c[name] for name in ("article_id", "vendor", "kind", "direction", "object")]
    said = exists(select(past.c.id).where(*same, past.c.until.is_not(None)).correlate(SHIFT))
    listing = lists.with_words(lists.shift_listing(query))
    found = (
        listing.statement.where(SHIFT.c.since >= seconds(since), ~said).order_by(SHIFT.c.since.desc(), SHIFT.c.id).limit(_MOST)
    )
    return reading.with_articles(connection, list(connection.execute(found)), None)


def told(connection: Connection, name: str, keys: Collection[str]) -> set[str]:
    found: set[str] = set()
    wanted = sorted(keys)
    for at in range(0, len(wanted), 500):
        same = (ALERT_TOLD.c.alert == name) & ALERT_TOLD.c.telling.in_(wanted[at : at + 500])
        found.update(connection.execute(select(ALERT_TOLD.c.telling).where(same)).scalars())
    return found


def claim(
    connection: Connection,
    name: str,
    before: AlertState | None,
    after: AlertState,
    keys: Collection[str],
    messages: Sequence[Outgoing],
) -> bool:
    """Write down a look with its messages, unless another one was written since `before` was read."""
    if state_of(connection, name) != before:
        return False
    row = {"name": name, "query": after.query, "checked_at": seconds(after.checked_at), "round": after.round}
    connection.execute(upsert(ALERT, ["name"]), [row])
    new = sorted(set(keys) - told(connection, name, keys))
    if new:
        connection.execute(insert(ALERT_TOLD), [{"alert": name, "telling": key} for key in new])
    if messages:
        connection.execute(insert(ALERT_MESSAGE), [_values(one) for one in messages])
    return True


def _values(message: Outgoing) -> dict[str, Any]:
    return {
        "alert": message.alert,
        "kind": message.channel.kind,
        "channel": json.dumps(asdict(message.channel), ensure_ascii=False),
        "payload": message.payload,
        "due_at": seconds(message.due_at),
        "attempts": 0,
    }


def take(connection: Connection, kinds: Collection[str], now: datetime) -> list[Outgoing]:
    """Take due messages of these kinds: until they are finished no other process gets them."""
    at, table = seconds(now), ALERT_MESSAGE.c
    free = table.taken_at.is_(None) | (table.taken_at < at - int(LEASE.total_seconds()))
    span = (table.due_at <= at, table.due_at > at - int(EXPIRES.total_seconds()))
    due = (table.done_at.is_(None), *span, table.attempts < ATTEMPTS)
    found = select(ALERT_MESSAGE).where(*due, free, table.kind.in_(sorted(kinds))).order_by(table.id).limit(_AT_ONCE)
    rows = connection.execute(found).all()
    taken = update(ALERT_MESSAGE).where(table.id.in_([row.id for row in rows]))
    connection.execute(taken.values(taken_at=at, attempts=table.attempts + 1))
    return [Outgoing(row.alert, _channel(row.channel), row.payload, instant(row.due_at), row.id) for row in rows]


def _channel(held: str) -> Channel:
    read = json.loads(held)
    return Channel(read["kind"], tuple(read["command"]), read["url"])


def finish(connection: Connection, number: int, error: str | None, now: datetime) -> None:
    """A message was told, or will be tried again because of an error."""
    if error is None:
        done: dict[str, Any] = {"done_at": seconds(now), "error": None}
    else:
        tried = ALERT_MESSAGE.c.attempts
        waits = case(*((tried == n, wait) for n, wait in enumerate(_BACK_OFF_S, 1)), else_=_BACK_OFF_S[-1])
        done = {"taken_at": None, "error": error[:500], "due_at": seconds(now) + waits}
    connection.execute(update(ALERT_MESSAGE).where(ALERT_MESSAGE.c.id == number).values(done))
