"""One look of all alerts: find what has come to match, claim it, tell it.

1. what is fresh   tellings of versions seen since the last look, under the alert's query
2. claim           in one transaction with the alert's round: of two processes that looked, one writes its messages
3. tell            each message is taken in a transaction before it is sent; what fails is tried again, five times at most

A new alert, or one with another query, tells nothing of what is there already. A process killed while it sends leaves its
message taken; it is tried again ten minutes later, so that a receiver may see one twice, with the same `id`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from marketwatch.alerts.decide import come_to_match, due_at, payload, telling_key
from marketwatch.alerts.send import DeliveryError, has_desktop, send
from marketwatch.config import Config
from marketwatch.domain import Alert, AlertState, Channel, Move, Notice, Outgoing, StoredShift
from marketwatch.listing import every, only_reversals, reversals_of
from marketwatch.moves import WINDOW, group_moves, matching
from marketwatch.ports import ArticleStore, Clock
from marketwatch.query import DateRange, FieldTerm, Query, all_of, asks_reversals, parse

OVERLAP = timedelta(hours=1)
"""Looks overlap: what another process stored with a slightly older clock is not missed."""
_NEIGHBOURS = timedelta(days=200)
_TRIES = 3
_MOST = 5000
_MOST_ROUNDS = 20
"""Handfuls of messages that one look tells."""

Send = Callable[[Channel, str], None]


class Watcher:
    """Looks after the alerts of a configuration: implements `marketwatch.ports.Alerter`."""

    def __init__(
        self,
        config: Config,
        store: ArticleStore,
        *,
        now: Clock,
        zone: tzinfo | None = None,
        send: Send = send,
        desktop: Callable[[], bool] = has_desktop,
    ) -> None:
        self._config = config
        self._store = store
        self._now = now
        self._zone = zone
        self._send = send
        self._desktop = desktop

    def use(self, config: Config) -> None:
        """Go on with the alerts of another configuration."""
        self._config = config

    def check(self, shows: Collection[str] = ()) -> Sequence[Notice]:
        """Look once and tell; return what the caller is to show, of the kinds that it `shows`, and what failed.

        Blocks while commands and webhooks run. Raises StoreError.
        """
        if not self._config.alerts:
            return []
        for alert in self._config.alerts:
            for _ in range(_TRIES):
                if self._claim(alert):
                    break
        return self._tell(shows)

    # --- claiming --------------------------------------------------------------------------------------------------------
    def _claim(self, alert: Alert) -> bool:
        """Whether this look stands: not when another process has looked in the meantime."""
        now, before = self._now(), self._store.alert_state(alert.name)
        query = parse(alert.query, now=now, views={view.name: view.query for view in self._config.views})
        begins = before is None or before.query != alert.query
        since = now if before is None or begins else before.checked_at
        fresh = self._store.fresh_shifts(query, since - OVERLAP)
        after = AlertState(alert.query, now, before.round + 1 if before else 1)
        keys = {telling_key(stored) for stored in fresh}
        if begins and not self._store.totals(Query()).articles:
            return True  # it begins with what the first poll brings, which is no news
        moves = [move for move in self._moves_of(query, fresh) if self._sure(query, move)] if fresh else []
        # What does not match yet is not known: with outlets:>=2 the next telling may make it match.
        known = {telling_key(stored) for move in matching(moves, query) for stored in move.shifts}
        found = [] if begins else come_to_match(moves, query, keys, self._store.told(alert.name, known))
        return self._store.claim_alert(alert.name, before, after, known, list(self._messages(alert, found, now)))

    def _moves_of(self, query: Query, fresh: Sequence[StoredShift]) -> list[Move]:
        """The moves that fresh tellings are of, as the list under the query groups them."""
        vendors = tuple(sorted({stored.shift.vendor for stored in fresh}))
        days = [stored.article.dated_at for stored in fresh]
        span = DateRange(min(days) - _NEIGHBOURS - WINDOW, max(days) + _NEIGHBOURS)
        near = all_of(query.where, FieldTerm("vendor", vendors), FieldTerm("date", (span,)))
        shifts, _ = every(self._store.shifts, replace(query, where=near, limit=None), _MOST)
        moves = group_moves({stored.id: stored for stored in (*shifts, *fresh)}.values())
        return only_reversals(moves, reversals_of(self._store, query, moves)) if asks_reversals(query) else moves

    def _sure(self, query: Query, move: Move) -> bool:
        """The dashboard hides unsure moves unless the query says how sure they must be; alerts do likewise."""
        named = any(term.name == "conf" for term in query.terms())
        return named or move.confidence >= self._config.settings.min_confidence

    def _messages(self, alert: Alert, moves: Iterable[Move], now: datetime) -> Iterable[Outgoing]:
        due = due_at(alert, now, self._zone)
        for move in moves:
            told = payload(alert, move)
            yield from (Outgoing(alert.name, channel, told, due) for channel in alert.notify)

    def _taken(self, kinds: Collection[str]) -> Iterator[Outgoing]:
        """Due messages, a few at a time: none is held longer than its lease."""
        for _ in range(_MOST_ROUNDS):
            if not (taken := self._store.take_messages(kinds, self._now())):
                return
            yield from taken

    # --- telling ---------------------------------------------------------------------------------------------------------
    def _tell(self, shows: Collection[str]) -> list[Notice]:
        sent = {"command", "webhook"} | ({"desktop"} if self._desktop() else set())
        notices = []
        for message in self._taken(sent | set(shows)):
            if message.channel.kind not in sent:
                notices.append(Notice(message.channel.kind, message.alert, str(json.loads(message.payload)["text"])))
                self._store.finish_message(message.id, None)
                continue
            error: str | None = None
            try:
                self._send(message.channel, message.payload)
            except DeliveryError as failure:
                error = str(failure)
                notices.append(Notice("failed", message.alert, error))
            self._store.finish_message(message.id, error)
        return notices
