"""Where the user is, and how to come back there after a restart or under another configuration. Screen → Place → screen."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.screen import Screen

from marketwatch.errors import QueryError
from marketwatch.place import Place
from marketwatch.query import parse
from tui.screens.reader import ReaderScreen
from tui.views import LISTS
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from tui.screens.dashboard import Dashboard


def place_of(board: Dashboard, top: Screen[object]) -> Place:
    """Where the user is; `top` is the screen on top."""
    row = (found := list_of(board)).current
    key = found.key_of(row) if row is not None else None
    return Place(
        view=board.view,
        filter=board.query_one(FilterBar).input.value,
        cursor=key if isinstance(key, int | str) else None,
        article=top.article_id if isinstance(top, ReaderScreen) else None,
        minimum=board.minimum,
    )


async def come_back(board: Dashboard, place: Place, views: Mapping[str, str]) -> None:
    """Show view and filter of a place; its row gets the cursor when it has been read (`stand_on`)."""
    with suppress(QueryError):  # a saved view that is gone: the rest of the place still holds
        parse(place.filter, now=datetime.now(UTC), views=views)
        board.set_filter(place.filter)
    await board.action_show_view(place.view if place.view in LISTS else "timeline")


def list_of(board: Dashboard) -> LineList[object]:
    """The list of the view on the screen."""
    return board.query_one(LISTS[board.view], LineList)
