"""Signs for directions and statuses, the same in the dashboard and in exports: meaning never hangs on colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from marketwatch.domain import Direction, Status

DIRECTION_GLYPHS: Mapping[Direction, str] = {
    Direction.START: "+",
    Direction.EXPAND: "▲",
    Direction.HOLD: "=",
    Direction.REDUCE: "▼",
    Direction.STOP: "■",
    Direction.SWITCH: "⇄",
    Direction.SET: "◎",
    Direction.RAISE: "↑",
    Direction.CUT: "↓",
    Direction.WITHDRAW: "∅",
    Direction.MET: "✓",
    Direction.MISSED: "✗",
    Direction.FACES: "!",
    Direction.EASES: "~",
}
STATUS_GLYPHS: Mapping[Status, str] = {
    Status.RUMOURED: "?",
    Status.CONSIDERED: "·",
    Status.PLANNED: "○",
    Status.ANNOUNCED: "◐",
    Status.DONE: "●",
    Status.DENIED: "×",
}

REVERSAL_GLYPH = "↶"
"""Beside a move that turns what the vendor stood for; a `?` behind it: only possibly."""
