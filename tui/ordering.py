"""The orders in which moves can be listed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from marketwatch.domain import Move

ORDERS: tuple[tuple[str, Callable[[Move], Any] | None], ...] = (
    ("newest first", None),
    ("oldest first", lambda move: move.first_at),
    ("most outlets first", lambda move: -len(move.outlets)),
    ("surest first", lambda move: -move.confidence),
    ("by vendor", lambda move: move.lead.shift.vendor),
    ("by kind", lambda move: move.lead.shift.kind.value),
)
"""Name and key; moves of one key stand newest first."""


def ordered(moves: Sequence[Move], order: int) -> Sequence[Move]:
    """Moves, which come newest first, in another order."""
    key = ORDERS[order][1]
    return moves if key is None else sorted(moves, key=key)
