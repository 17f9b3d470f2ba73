"""The main screen: six views under one filter. Workers read the store and post what they found; handlers own the state."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from marketwatch.config import Config
from marketwatch.domain import MarkChange, Move
from marketwatch.ports import ArticleStore, Clock
from marketwatch.reversals import Reversal
from tui import messages
from tui.completion import with_order
from tui.ordering import next_article_order
from tui.screens.commanding import CommandingScreen
from tui.screens.exporting import TableSource
from tui.screens.marking import Target
from tui.screens.reader import ReaderScreen
from tui.tabulating import of_articles, of_claims, of_comparison, of_feeds
from tui.views import BESIDE_PANEL, LISTS, view_id
from tui.views.articles import ArticlesView
from tui.views.compare import CompareView
from tui.views.feeds import BlindSpots, FeedsView
from tui.views.ledger import LedgerView
from tui.views.moves import MovesView
from tui.views.sortable import Sortable
from tui.views.timeline import TimelineView
from tui.widgets.article_list import ArticleList
from tui.widgets.compare_list import CompareList
from tui.widgets.feed_list import FeedList
from tui.widgets.filter_bar import FilterBar
from tui.widgets.job_bar import JobBar
from tui.widgets.key_line import KeyLine
from tui.widgets.lane_list import LANES
from tui.widgets.ledger_list import LedgerList
from tui.widgets.line_panel import LinePanel
from tui.widgets.move_list import MoveList
from tui.widgets.top_bar import TopBar
from tui.widgets.view_tabs import ViewTabs

WITH_KEYS = (MoveList, ArticleList, LedgerView, LedgerList, CompareList, FeedsView, FeedList, BlindSpots)
"""What has keys of its own in views that are made when they are shown."""
_REVISION_S = 2.0
"""Seconds between two looks for what other processes have written."""


class Dashboard(CommandingScreen):
    """Timeline, moves, articles, ledger, compare, feeds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show_view('timeline')", "Timeline", show=False, id="view.timeline"),
        Binding("2", "show_view('moves')", "Moves", show=False, id="view.moves"),
        Binding("3", "show_view('articles')", "Articles", show=False, id="view.articles"),
        Binding("4", "show_view('ledger')", "Ledger", show=False, id="view.ledger"),
        Binding("5", "show_view('compare')", "Compare", show=False, id="view.compare"),
        Binding("6", "show_view('feeds')", "Feeds", show=False, id="view.feeds"),
        Binding("minus", "confidence(-1)", "Show less sure moves", show=False, key_display="-", id="confidence.lower"),
        Binding("plus,equals_sign", "confidence(1)", "Hide less sure moves", show=False, key_display="+", id="confidence.raise"),
        Binding("S", "sort", "Sort", show=False, id="list.sort"),
        Binding("c", "compare", "Compare", show=False, id="compare.open"),
        Binding("L", "lanes", "Lanes", show=False, id="lanes.choose"),
        Binding("z", "zoom", "Zoom", id="panel.zoom"),
        Binding("J", "scroll_evidence(3)", "Scroll evidence", show=False, id="panel.down"),
        Binding("K", "scroll_evidence(-3)", "Scroll evidence", show=False, id="panel.up"),
        Binding("o", "browser", "Browser", id="article.browser"),
        Binding("A", "read_all", "All read", show=False, id="mark.all_read"),
        *CommandingScreen.FILTERING,
        *CommandingScreen.COMMANDING,
        *CommandingScreen.POLLING,
        *CommandingScreen.MARKING,
        *CommandingScreen.GROUPING,
        *CommandingScreen.COPYING,
        *CommandingScreen.EXPORTING,
        *CommandingScreen.TRACING,
        *CommandingScreen.ALERTING,
    ]

    def __init__(
        self, config: Config, store: ArticleStore, *, now: Clock, zone: tzinfo | None, demo: bool, can_poll: bool
    ) -> None:
        super().__init__(config, store, now, zone=zone, can_poll=can_poll)
        self._demo = demo
        self._view = "timeline"
        self._making = asyncio.Lock()

    # --- screen ----------------------------------------------------------------------------------------------------------
    def compose(self) -> ComposeResult:
        for name in self._get_breakpoint_classes(self.app.size.height, self.app.VERTICAL_BREAKPOINTS or []):
            self.add_class(name)  # now, so that the first resize does not make all styles again
        yield TopBar(demo=self._demo)
        views = self._config.views
        yield FilterBar(self._store.field_counts, list(self._config.vendors), [view.name for view in views])
        yield ViewTabs(views)
        with ContentSwitcher(initial="timeline"):
            yield TimelineView(self._colours, self._names, self._zone, id="timeline")
        yield JobBar()
        yield KeyLine(left_out=() if self._can_poll else ("poll_all", "poll_feed"))

    def on_mount(self) -> None:
        self._tick()
        self.query_one(TopBar).update_activity(feeds=sum(feed.enabled for feed in self._config.feeds))
        self.focus_view()
        self.set_interval(1.0, self._tick)

    def begin(self) -> None:
        """Read the store, now and whenever it changes. What that takes is not to be in the way of the first paint."""
        self.reload()
        self.count_failing()
        self.set_interval(_REVISION_S, self._look_for_changes)

    async def have(self, name: str) -> None:
        """Make a view, unless it is there: what is never shown costs neither time nor memory."""
        async with self._making:
            if not self.query(f"#{view_id(name)}"):
                await self.query_one(ContentSwitcher).add_content(self._view_of_name(name))

    def _view_of_name(self, name: str) -> Widget:
        if name == "moves":
            return MovesView(self._colours, self._names, self._zone, id=view_id(name))
        if name == "articles":
            return ArticlesView(self._zone, self._names, id=view_id(name))
        if name == "ledger":
            return LedgerView(self._store, self._colours, self._names, self._now, id=view_id(name))
        if name == "compare":
            return CompareView(self._store, self._colours, self._names, id=view_id(name))
        feeds = {feed.slug: feed for feed in self._config.feeds}
        return FeedsView(feeds, self._names, self._now, polled=self._can_poll, id=view_id(name))

    def on_resize(self) -> None:
        self.room_for_tabs()

    def _tick(self) -> None:
        self.query_one(TopBar).show_clock(self._now().astimezone(self._zone).strftime("%H:%M"))

    # --- what was chosen ---------------------------------------------------------------------------------------------------
    @on(messages.ArticleChosen)
    def _article_chosen(self, event: messages.ArticleChosen) -> None:
        self._load_article(event)

    @on(messages.FeedChosen)
    async def _feed_chosen(self, event: messages.FeedChosen) -> None:
        """Its articles, under a filter that can be edited and taken back."""
        self.set_filter(f"feed:{event.slug}")
        await self.action_show_view("articles")

    @on(messages.ArticleRead)
    def _article_read(self, event: messages.ArticleRead) -> None:
        if event.opened is not None and self.is_current:
            article = event.opened.article
            if not article.marks.read:
                self._note_as_read(article.id)
                article = replace(article, marks=MarkChange(read=True).of(article.marks))
            self.app.push_screen(ReaderScreen(replace(event.opened, article=article), self._store, self._names))

    # --- what keys concern ---------------------------------------------------------------------------------------------------
    def target(self) -> Target | None:
        if self.view == "articles":
            article = self.query_one(ArticlesView).list.current
            return Target(article) if article else None
        if self.view == "ledger":
            return self.query_one(LedgerView).target
        if self.view == "compare":
            return self.query_one(CompareView).target
        lanes = self.query_one(TimelineView).lanes
        move = lanes.move if self.view == "timeline" else self.query_one(MovesView).list.current if self.view == "moves" else None
        return Target(move.lead.article, move) if move else None

    def targets(self) -> list[Target]:
        rows = self._chosen_from.selection if self._chosen_from else []
        found = [Target(row.lead.article, row) if isinstance(row, Move) else Target(row) for row in rows]
        return found or super().targets()

    @property
    def _chosen_from(self) -> MoveList | ArticleList | None:
        """The list of the view, where rows can be selected."""
        if self.view == "moves":
            return self.query_one(MovesView).list
        return self.query_one(ArticlesView).list if self.view == "articles" else None

    def reversal(self) -> Reversal | None:
        target = self.target()
        return self.reversal_of(target.move) if target and target.move else None

    def row_id(self) -> str | None:
        claim = self.query_one(LedgerView).list.current if self.view == "ledger" else None
        return f"figure:{claim.first.stored.id}" if claim else super().row_id()

    def show_marks(self) -> None:
        self.reload()

    def action_read_all(self) -> None:
        """All articles that are listed, as far as they are loaded."""
        unread = [article.id for article in self.query_one(ArticlesView).list.rows if not article.marks.read]
        if self.view == "articles" and unread:
            self.mark(unread, MarkChange(read=True))

    def table_source(self) -> TableSource | None:
        if self.view == "ledger":
            return of_claims(self.query_one(LedgerView).list.rows)
        if self.view == "compare":
            return of_comparison(self.query_one(CompareView).list.found)
        if self.view == "feeds":
            return of_feeds(self._store, self._config.feeds, self.query_one(FeedsView).list.rows, self._now())
        return of_articles(self._store, self._query) if self.view == "articles" else None

    def action_clear_filter(self) -> None:
        """Back from the whole panel, else from what is selected, else from the filter."""
        if self._chosen_from is not None and self._chosen_from.selected:
            self._chosen_from.select_only(())
        elif self._panel is not None and self._panel.has_class("zoomed"):
            self.action_zoom()
        else:
            self.set_filter("")

    # --- views ---------------------------------------------------------------------------------------------------------------
    @property
    def view(self) -> str:
        """Name of the view on the screen."""
        return self._view

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of a view are those that do something there."""
        feeds = self._view == "feeds"
        if (feeds and action in ("zoom", "browser")) or (not feeds and action == "poll_feed"):
            return False
        return super().check_action(action, parameters)

    async def action_show_view(self, name: str) -> None:
        await self.have(name)
        self._view = name
        self.query_one(ContentSwitcher).current = view_id(name)
        self.query_one(TopBar).show_view(name)
        self.focus_view()
        self.fill(name)
        self.call_after_refresh(self.catch_up)  # first what is there is shown

    def focus_view(self) -> None:
        if self.view == "feeds" and self.query_one(FeedsView).has_class("pictured"):
            self.set_focus(self.query_one(BlindSpots))
            return
        zoomed = self._panel is not None and self._panel.has_class("zoomed")
        self.set_focus(self._panel if zoomed else self.query_one(LISTS[self.view]))

    def action_sort(self) -> None:
        """The next order: of rows on the screen; of articles in the query, so that all of them are in it."""
        if self.view == "articles":
            self.set_filter(with_order(self.query_one(FilterBar).input.value, next_article_order(self._query)))
        elif isinstance(view := self.query_one(ContentSwitcher).visible_content, Sortable):
            view.next_order()
        else:
            self.notify("moves, articles, goals and feeds can be sorted otherwise: 2 3 4 6", markup=False)

    async def action_compare(self) -> None:
        """The vendors of what is selected, else that of the cursor beside those of the other lanes; there: choose others."""
        if self.view == "compare":
            await self.action_lanes()
            return
        await self.have("compare")
        moves = [target.move for target in self.targets() if target.move is not None]
        self.fill("timeline")  # the lanes and what is compared are those of now
        self.fill("compare")
        lanes = self.query_one(TimelineView).lanes
        others = lanes.vendors[: max(LANES, lanes.lanes_shown)] if len(moves) < 2 else ()
        vendors = tuple(dict.fromkeys((*(move.lead.shift.vendor for move in moves), *others)))
        self.query_one(CompareView).choose(vendors, moves[0].lead.shift.kind if moves else None)
        await self.action_show_view("compare")

    def action_browser(self) -> None:
        target = self.target()
        self._main.open_article_url(target.article.url if target else None)

    @property
    def _panel(self) -> LinePanel | None:
        return self.query_one(f"#{self.view}-evidence", LinePanel) if self.view in BESIDE_PANEL else None

    def action_zoom(self) -> None:
        """The evidence over the whole view, and back."""
        if (panel := self._panel) is not None:
            zoomed = not panel.has_class("zoomed") and panel.display and panel.region.area > 0
            panel.set_class(zoomed, "zoomed")
            self.query_one(BESIDE_PANEL[self.view]).set_class(zoomed, "aside")
            panel.can_focus = zoomed
            if zoomed:
                self.set_focus(panel)
            else:
                self.focus_view()

    def action_scroll_evidence(self, lines: int) -> None:
        if self._panel is not None:
            self._panel.scroll_relative(y=lines, animate=False)
