"""Signs that stand for directions, on screens and in tables alike: every meaning has one, whatever the colours."""

from __future__ import annotations

from collections.abc import Mapping

from marketwatch.domain import Direction

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
