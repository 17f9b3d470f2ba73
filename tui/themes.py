"""Colours. Meaning never hangs on them alone: every state also has a glyph or a word."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="marketwatch-dark",
    primary="#5b8def",
    secondary="#7aa2c8",
    accent="#ffb454",
    background="#101418",
    surface="#161b21",
    panel="#1d242c",
    success="#6cc070",
    warning="#e0b050",
    error="#e06c6c",
    dark=True,
)
LIGHT = Theme(
    name="marketwatch-light",
    primary="#2f5fb3",
    secondary="#49688a",
    accent="#a85f00",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e7e4dc",
    success="#2f7d3a",
    warning="#8a6100",
    error="#a83232",
    dark=False,
)
