"""The command palette: every command and every saved view, by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape
from textual.types import IgnoreReturnCallbackType

from tui.render import plain
from tui.themes import LOOKS
from tui.widgets.top_bar import VIEWS

if TYPE_CHECKING:
    from tui.app import MarketwatchApp


class MarketwatchCommands(Provider):
    """What the palette offers beside Textual's own commands."""

    def _commands(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        app = cast("MarketwatchApp", self.app)
        board = app.dashboard
        for name, key, label in VIEWS:
            yield f"Go to {label}", f"key {key}", partial(board.action_show_view, name)
        yield "Poll all feeds now", "in the background", board.action_poll_all
        yield "Stop polling and the job under way", "what has come is kept", app.stop_poll
        yield "Read older articles", "how far back is asked", board.action_backfill
        yield "Help: keys, signs, the filter", "key ?", app.action_help
        yield "Settings", "written to feeds.toml, with its comments", app.action_settings
        yield "Edit the filter", "/", board.action_edit_filter
        yield "Clear the filter", "show everything", partial(board.set_filter, "")
        yield "Export what this view shows", "E", board.action_export
        yield "Save the filter as a view", "F", board.action_save_view
        yield "Counts: what the moves are made of", "C", board.action_facets
        yield "Lanes: choose vendors side by side", "L", board.action_lanes
        yield "Compare vendors", "c", board.action_compare
        yield "Sort the list", "S", board.action_sort
        yield "Merge the stories of what is selected", "M", board.action_merge
        yield "Part what is selected from its story", "P", board.action_split
        yield "Story: list all its articles", ":story", board.action_story
        yield "Copy the quote with its citation", "y", board.action_copy_quote
        yield "Show less sure moves", "-", partial(board.action_confidence, -1)
        yield "Show only surer moves", "+", partial(board.action_confidence, 1)
        yield "Show all moves, however unsure", "hide none", partial(board.action_confidence, -10)
        yield "Quit", "key Q", app.action_quit
        for name, look in LOOKS.items():
            kept = f'until the dashboard ends; to keep it: theme = "{name}"'
            yield f"Theme: {look.label}", kept, partial(app.show_theme, name)
        for view in app.config.views:
            yield f"View: {view.name}", view.query, partial(board.set_filter, view.query)
        for vendor in app.config.vendors.values():
            yield f"Vendor: {vendor.name}", f"vendor:{vendor.slug}", partial(board.set_filter, f"vendor:{vendor.slug}")

    def _shown(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        return ((plain(label), plain(text), run) for label, text, run in self._commands())

    async def discover(self) -> Hits:
        for label, text, run in self._shown():
            yield DiscoveryHit(Text(label), run, text=label, help=escape(text))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for label, text, run in self._shown():
            if (score := matcher.match(label)) > 0:
                # What Textual highlights it reads as markup: a name that could be some is shown as it is.
                shown = matcher.highlight(label) if escape(label) == label else Text(label)
                yield Hit(score, shown, run, text=label, help=escape(text))
