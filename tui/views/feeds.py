"""How each feed is doing: a dead feed has a visible sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from marketwatch.counted import counted
from marketwatch.coverage import Cell
from marketwatch.domain import Feed, FeedHealth
from marketwatch.ports import Clock
from tui.blind_spots import blind_spots
from tui.messages import FeedChosen
from tui.ordering import FEED_ORDERS
from tui.render import plain
from tui.views.sortable import Sortable
from tui.widgets.feed_list import FeedList, heading
from tui.widgets.line_list import LineList
from tui.widgets.line_panel import SCROLLBAR


class BlindSpots(VerticalScroll, can_focus=True):
    """Vendors by languages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", show=False, id="blind.down"),
        Binding("k,up", "scroll_up", "Up", show=False, id="blind.up"),
    ]


class FeedsView(Sortable, Vertical):
    """The view on 6."""

    ORDERS = FEED_ORDERS

    DEFAULT_CSS = """
    FeedsView > #feeds-summary { height: 1; color: $text-muted; }
    FeedsView > #feeds-heading { height: 1; text-style: bold; }
    FeedsView > #blind-spots { display: none; height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    FeedsView.pictured > #blind-spots { display: block; }
    FeedsView.pictured > #feeds-summary, FeedsView.pictured > #feeds-heading { display: none; }
    FeedsView.pictured > #feeds, FeedsView.pictured > #feed-detail { display: none; }
    FeedsView > #feed-detail { height: auto; max-height: 8; padding: 0 1; border-top: solid $primary-darken-1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("p", "picture", "Blind spots", id="feeds.picture")]

    def __init__(
        self,
        feeds: Mapping[str, Feed],
        names: Mapping[str, str],
        clock: Clock,
        *,
        polled: bool,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._polled = polled
        self._feeds = feeds
        self._names = names
        self._cells: Sequence[Cell] = ()
        self._health: Sequence[FeedHealth] = ()
        self._clock = clock

    def compose(self) -> ComposeResult:
        yield Static("", id="feeds-summary", markup=False)
        yield Static("", id="feeds-heading", markup=False)
        yield FeedList(self._feeds, self._clock, polled=self._polled, id="feeds")
        yield Static("", id="feed-detail", markup=False)
        with BlindSpots(id="blind-spots"):
            yield Static("", markup=False)

    @property
    def list(self) -> FeedList:
        return self.query_one(FeedList)

    def on_resize(self, event: events.Resize) -> None:
        self.query_one("#feeds-heading", Static).update(heading(event.size.width - SCROLLBAR))
        self._draw()

    def _draw(self) -> None:
        table = blind_spots(self._names, self._cells, self.size.width - 2 - SCROLLBAR)
        self.query_one("#blind-spots Static", Static).update(table)

    def action_picture(self) -> None:
        """Where news is seen and where no feed looks, in the place of the list; and back."""
        self.toggle_class("pictured")
        pictured = self.has_class("pictured")
        # At once: what is pressed next may lead to another view, whose list is not to lose the focus again.
        self.screen.set_focus(self.query_one(BlindSpots) if pictured else self.list)

    def show(self, health: Sequence[FeedHealth], cells: Sequence[Cell]) -> None:
        """Show how feeds do, and what is heard of each vendor in each language."""
        self._cells, self._health = cells, health
        self._draw()
        self._list()
        self._detail(self.list.current)
        if not health:
            self.query_one("#feed-detail", Static).update("no feed is enabled: set 'enabled = true' on some in feeds.toml")

    def _list(self) -> None:
        failing = sum(bool(one.state and one.state.failures) for one in self._health)
        counts = f"{counted(len(self._health), 'feed')}{f', {failing} failing' if failing else ''}"
        unpolled = "" if self._polled else " · none is polled here"
        self.query_one("#feeds-summary", Static).update(f"{counts} · {self.order_name}{unpolled}")
        self.list.set_rows(self.in_order(self._health))

    @on(LineList.Chosen, "#feeds")
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        self.post_message(FeedChosen(event.row.slug))

    @on(LineList.Highlighted, "#feeds")
    def _cursor_moved(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._detail(event.row)

    def _detail(self, row: FeedHealth | None) -> None:
        feed = self._feeds.get(row.slug) if row else None
        if row is None or feed is None:
            return
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{plain(feed.title)}", style="bold")
        owner = f" · {plain(feed.outlet.name)}, {feed.outlet.country}" if feed.outlet else ""
        text.append(f"{owner}\n{plain(feed.url)}\n", style="dim")
        for outcome in row.recent[:4]:
            said = outcome.reason or f"{outcome.new} new, {outcome.updated} updated"
            status = f" HTTP {outcome.status}" if outcome.status else ""
            stamp = outcome.polled_at.strftime("%Y-%m-%d %H:%MZ")
            text.append(f"{stamp} {outcome.result.value}{status} in {outcome.seconds:.1f} s: {plain(said)}\n")
        self.query_one("#feed-detail", Static).update(text)
