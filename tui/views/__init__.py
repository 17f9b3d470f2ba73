"""Views: what the digits 1 to 6 show."""

from __future__ import annotations

from collections.abc import Mapping

LISTS: Mapping[str, str] = {
    "timeline": "#lanes",
    "moves": "#moves",
    "articles": "#articles",
    "ledger": "#ledger",
    "compare": "#compare",
    "feeds": "#feeds",
}
"""The list of each view: it has the focus."""


def view_id(name: str) -> str:
    """The id of a view's widget."""
    return name if name == "timeline" else f"{name}-view"


BESIDE_PANEL: Mapping[str, str] = {
    "timeline": "#lanes-column",
    "moves": "#moves-column",
    "articles": "#articles-column",
    "ledger": "#ledger-column",
    "compare": "#compare-column",
}
"""What makes room for the view's panel when that takes the whole width; the panel is `#VIEW-evidence`."""
