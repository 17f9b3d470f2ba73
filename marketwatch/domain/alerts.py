"""Alerts: what is watched, how it is told, and what has been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

SHOWN = ("toast", "bell", "desktop")
"""Channels that need no more than their name."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to tell of a move. The kinds: toast, bell, desktop, command, webhook."""

    kind: str
    command: tuple[str, ...] = ()
    """Program and arguments, run without a shell."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """From `[[alerts]]`: tell of moves that come to match a query."""

    name: str
    query: str
    notify: tuple[Channel, ...]
    quiet: tuple[time, time] | None = None
    """Hours of the day in which nothing is told; what comes then is told after them."""


@dataclass(frozen=True, slots=True)
class AlertState:
    """How far an alert has looked."""

    query: str
    """With another one the alert begins anew."""
    checked_at: datetime
    round: int = 0
    """Moves with each look: two processes cannot claim the same one."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way: one move by one channel."""

    alert: str
    channel: Channel
    payload: str
    """JSON, what commands and webhooks get."""
    due_at: datetime
    """Not before: quiet hours."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for whoever has a screen."""

    kind: str
    """toast | bell | desktop, or `failed` for a channel that did not work."""
    alert: str
    text: str
