"""Numbers with what they count: `1 outlet`, `2 outlets`, `500+ articles`."""

from __future__ import annotations


def counted(number: int, noun: str, *, more: bool = False) -> str:
    """A number and its noun, whose plural has an s; with `more`, the number is the least there is."""
    return f"{number}{'+' if more else ''} {noun}{'s' if number != 1 or more else ''}"
