"""The dashboard: owns all state; workers read the store and poll, and post what they found."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Collection
from datetime import tzinfo
from functools import partial
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import ContentSwitcher, Footer
from textual.worker import get_current_worker

from marketwatch.config import Config
from marketwatch.domain import Move, PollResult
from marketwatch.errors import MarketwatchError, QueryError, StoreError
from marketwatch.ports import ArticleStore, Clock, Poller
from marketwatch.query import Query, parse
from marketwatch.sanitise import safe_url
from tui import messages
from tui.palette import MarketwatchCommands
from tui.screens.help import HelpScreen
from tui.screens.reader import Opened, ReaderScreen
from tui.snapshot import Snapshot, read_evidence, read_snapshot
from tui.themes import DARK, LIGHT
from tui.views.articles import ArticlesView
from tui.views.feeds import FeedsView
from tui.views.moves import MovesView
from tui.views.timeline import TimelineView
from tui.widgets.evidence_panel import EvidencePanel
from tui.widgets.filter_bar import FilterBar
from tui.widgets.top_bar import TopBar
from tui.words import empty_text, found_note, poll_note

_DUE_S = 30.0
_REVISION_S = 2.0
_PAGE = 200
_TYPING_S = 0.06
"""A pause in typing after which the store is asked."""


class MarketwatchApp(App[None]):
    """Views on digits, one filter over them all, polling in the background."""

    TITLE = "marketwatch"
    CSS = """
    ContentSwitcher { height: 1fr; }
    Footer { height: 1; }
    EvidencePanel.zoomed { width: 100%; max-width: 100%; height: 100%; }
    .aside { display: none; }
    """
    COMMANDS: ClassVar = App.COMMANDS | {MarketwatchCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show_view('timeline')", "Timeline", show=False, id="view.timeline"),
        Binding("2", "show_view('moves')", "Moves", show=False, id="view.moves"),
        Binding("3", "show_view('articles')", "Articles", show=False, id="view.articles"),
        Binding("6", "show_view('feeds')", "Feeds", show=False, id="view.feeds"),
        Binding("slash", "edit_filter", "Filter", key_display="/", id="filter.edit"),
        Binding("escape", "clear_filter", "Clear filter", show=False, id="filter.clear"),
        Binding("f", "saved_views", "Views", id="filter.views"),
        Binding("z", "zoom", "Zoom", id="panel.zoom"),
        Binding("J", "scroll_evidence(3)", "Scroll evidence", show=False, id="panel.down"),
        Binding("K", "scroll_evidence(-3)", "Scroll evidence", show=False, id="panel.up"),
        Binding("o", "browser", "Browser", id="article.browser"),
        Binding("r", "poll_feed", "Poll feed", show=False, id="poll.feed"),
        Binding("R", "poll_all", "Poll", id="poll.all"),
        Binding("x", "stop_polling", "Stop polling", show=False, id="poll.stop"),
        Binding("question_mark", "help", "Help", key_display="?", id="app.help"),
        Binding("Q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.force_quit"),
    ]

    def __init__(self, config: Config, store: ArticleStore, poller: Poller | None, *, now: Clock, demo: bool = False) -> None:
        super().__init__()
        self.config = config
        self.now = now
        self.snapshot: Snapshot | None = None
        self._store = store
        self._poller = poller
        self._demo = demo
        self._generation = 0
        self._query = Query()
        self._revision = -1
        self._polling = False
        self._outcomes: dict[str, bool] = {}
        self._zone: tzinfo | None = None if config.settings.timezone == "local" else ZoneInfo(config.settings.timezone)
        self._colours = {v.slug: v.colour for v in config.vendors.values() if v.colour}
        self._names = {v.slug: v.name for v in config.vendors.values()}

    # --- screen ----------------------------------------------------------------------------------------------------------
    def compose(self) -> ComposeResult:
        feeds = {feed.slug: feed for feed in self.config.feeds}
        yield TopBar(demo=self._demo)
        yield FilterBar(list(self.config.vendors), [view.name for view in self.config.views])
        with ContentSwitcher(initial="timeline"):
            yield TimelineView(self._colours, self._names, self._zone, id="timeline")
            yield MovesView(self._colours, self._names, self._zone, id="moves-view")
            yield ArticlesView(self._zone, id="articles-view")
            yield FeedsView(feeds, self.now, id="feeds-view")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        wanted = self.config.settings.theme
        self.theme = wanted if wanted in self.available_themes else DARK.name
        if self.config.keys:
            self.set_keymap(dict(self.config.keys))
        self._tick()
        self.query_one(TopBar).update_activity(feeds=sum(feed.enabled for feed in self.config.feeds))
        self.query_one(TimelineView).lanes.focus()
        self.reload()
        self.set_interval(1.0, self._tick)
        self.set_interval(_REVISION_S, self._look_for_changes)
        if self._poller is not None:
            self.call_later(self._poll_due)
            self.set_interval(_DUE_S, self._poll_due)

    def _tick(self) -> None:
        self.query_one(TopBar).show_clock(self.now().astimezone(self._zone).strftime("%H:%M"))

    # --- reading the store -------------------------------------------------------------------------------------------------
    def reload(self) -> None:
        """Ask the store for what the current view shows; an answer to an older question is dropped."""
        self._generation += 1
        self._load(self._query, self._generation)
        if self._view == "articles":
            self._load_articles(self._query, None, self._generation)
        if self._view == "feeds":
            self._load_feeds()

    @work(thread=True, group="snapshot", exclusive=True, exit_on_error=False)
    def _load(self, query: Query, generation: int) -> None:
        self._reading(lambda: messages.SnapshotLoaded(read_snapshot(self._store, query), generation))

    @work(thread=True, group="articles", exclusive=True, exit_on_error=False)
    def _load_articles(self, query: Query, after: str | None, generation: int) -> None:
        def read() -> messages.ArticlesLoaded:
            # A reload fetches as many rows as are on the screen, so that no place is lost.
            articles, following = self._store.articles(query, limit=_PAGE, after=after)
            return messages.ArticlesLoaded(articles, following, after is None, generation)

        self._reading(read)

    @work(thread=True, group="feeds", exclusive=True, exit_on_error=False)
    def _load_feeds(self) -> None:
        slugs = [feed.slug for feed in self.config.feeds if feed.enabled]
        self._reading(lambda: messages.FeedsLoaded(self._store.feed_health(slugs, self.now())))

    @work(thread=True, group="evidence", exclusive=True, exit_on_error=False)
    def _load_evidence(self, move: Move) -> None:
        self._reading(lambda: messages.EvidenceLoaded(read_evidence(self._store, move)))

    @work(thread=True, group="revision", exclusive=True, exit_on_error=False)
    def _look_for_changes(self) -> None:
        self._reading(lambda: messages.RevisionSeen(self._store.revision()))

    def _reading(self, read: Callable[[], Message]) -> None:
        """Run in a worker thread: post what was read, or why it could not be."""
        try:
            message = read()
        except MarketwatchError as error:
            message = messages.LoadFailed(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(messages.SnapshotLoaded)
    def _show_snapshot(self, event: messages.SnapshotLoaded) -> None:
        if event.generation != self._generation:
            return
        self.snapshot, self._revision = event.snapshot, event.snapshot.revision
        empty = empty_text(event.snapshot, self._outcomes, polling=self._polling, can_poll=self._poller is not None)
        self.query_one(TimelineView).show(event.snapshot, empty)
        self.query_one(MovesView).show(event.snapshot, empty)
        self.query_one(FilterBar).note(found_note(event.snapshot))

    @on(messages.ArticlesLoaded)
    def _show_articles(self, event: messages.ArticlesLoaded) -> None:
        if event.generation == self._generation:
            empty = "no article matches this filter" if self._query.text else "no article yet"
            self.query_one(ArticlesView).show(event.articles, event.after, first_page=event.first_page, empty=empty)

    @on(messages.MoreWanted)
    def _more_articles(self) -> None:
        if (after := self.query_one(ArticlesView).list.after) is not None:
            self._load_articles(self._query, after, self._generation)

    @on(messages.FeedsLoaded)
    def _show_feeds(self, event: messages.FeedsLoaded) -> None:
        self.query_one(FeedsView).show(event.health)
        failing = sum(bool(one.state and one.state.failures) for one in event.health)
        self.query_one(TopBar).update_activity(failing=failing)

    @on(messages.EvidenceLoaded)
    def _show_evidence(self, event: messages.EvidenceLoaded) -> None:
        for view in (self.query_one(TimelineView), self.query_one(MovesView)):
            view.show_evidence(event.evidence)

    @on(messages.MoveHighlighted)
    def _move_highlighted(self, event: messages.MoveHighlighted) -> None:
        if event.move is not None:
            self._load_evidence(event.move)

    @on(messages.RevisionSeen)
    def _revision_seen(self, event: messages.RevisionSeen) -> None:
        if event.revision != self._revision:
            self.reload()

    @on(messages.LoadFailed)
    def _load_failed(self, event: messages.LoadFailed) -> None:
        self.query_one(FilterBar).note(event.reason, error=True)

    # --- filter ------------------------------------------------------------------------------------------------------------
    @on(messages.QueryTyped)
    def _query_typed(self, event: messages.QueryTyped) -> None:
        try:
            views = {view.name: view.query for view in self.config.views}
            self._query = parse(event.text, now=self.now(), views=views)
        except QueryError as error:
            self._generation += 1  # whatever is under way answers a question no longer asked
            self.query_one(FilterBar).note(str(error), error=True)
            return
        self._generation += 1
        self.set_timer(_TYPING_S, partial(self._reload_if_newest, self._generation))

    def _reload_if_newest(self, generation: int) -> None:
        if generation == self._generation:
            self.reload()

    @on(messages.FilterLeft)
    def _filter_left(self) -> None:
        self._focus_view()

    def set_filter(self, text: str) -> None:
        """Show what matches a query, as if it had been typed."""
        self.query_one(FilterBar).input.value = text
        self._focus_view()

    def action_edit_filter(self) -> None:
        self.query_one(FilterBar).input.focus()

    def action_clear_filter(self) -> None:
        self.set_filter("")

    def action_saved_views(self) -> None:
        self.action_command_palette()

    # --- views and articles --------------------------------------------------------------------------------------------------
    @property
    def _view(self) -> str:
        return str(self.query_one(ContentSwitcher).current).removesuffix("-view")

    def action_show_view(self, name: str) -> None:
        self.query_one(ContentSwitcher).current = name if name == "timeline" else f"{name}-view"
        self.query_one(TopBar).show_view(name)
        self._focus_view()
        self.reload()

    def _focus_view(self) -> None:
        lists = {"timeline": "#lanes", "moves": "#moves", "articles": "#articles", "feeds": "#feeds"}
        self.query_one(lists[self._view]).focus()

    @on(messages.ArticleChosen)
    def _open_article(self, event: messages.ArticleChosen) -> None:
        try:
            article, text = self._store.article(event.article_id), self._store.text(event.article_id)
            if article is None or text is None:
                return
            shifts, figures = self._store.article_shifts(article.id), self._store.article_figures(article.id)
        except StoreError as error:
            self.post_message(messages.LoadFailed(str(error)))
            return
        self.push_screen(ReaderScreen(Opened(article, text, shifts, figures, event.shift_id), self._zone))

    def action_browser(self) -> None:
        if self._view == "articles":
            article = self.query_one(ArticlesView).list.current
            self.open_article_url(article.url if article else None)
            return
        move = self.query_one(TimelineView).lanes.move if self._view == "timeline" else self.query_one(MovesView).list.current
        self.open_article_url(move.lead.article.url if move else None)

    def open_article_url(self, url: str | None) -> None:
        """Open a web address in the browser; anything that is none is refused."""
        safe = safe_url(url)
        if safe is None:
            self.notify("this article has no web address", severity="warning", markup=False)
            return
        self._browse(safe)

    @work(thread=True, group="browser", exit_on_error=False)
    def _browse(self, url: str) -> None:
        webbrowser.open(url)

    def action_zoom(self) -> None:
        """The evidence over the whole width, and back."""
        panel = self._panel
        if panel is not None:
            zoomed = not panel.has_class("zoomed")
            panel.set_class(zoomed, "zoomed")
            self.query_one("#lanes-column" if self._view == "timeline" else "#moves").set_class(zoomed, "aside")
            panel.can_focus = zoomed
            panel.focus() if zoomed else self._focus_view()

    def action_scroll_evidence(self, lines: int) -> None:
        if self._panel is not None:
            self._panel.scroll_relative(y=lines, animate=False)

    @property
    def _panel(self) -> EvidencePanel | None:
        if self._view in ("timeline", "moves"):
            return self.query_one(f"#{self._view}-evidence", EvidencePanel)
        return None

    def action_help(self) -> None:
        self.push_screen(HelpScreen())

    # --- polling -------------------------------------------------------------------------------------------------------------
    def _poll_due(self) -> None:
        if not self._polling:
            self._poll(None, due_only=True)

    def action_poll_all(self) -> None:
        self._start_poll(None)

    def action_poll_feed(self) -> None:
        row = self.query_one(FeedsView).list.current if self._view == "feeds" else None
        if row is not None:
            self._start_poll([row.slug])

    def _start_poll(self, slugs: Collection[str] | None) -> None:
        if self._poller is None:
            self.notify("the demo polls nothing", markup=False)
        elif self._polling:
            self.notify("a round of polling is under way; x stops it", markup=False)
        else:
            self._poll(slugs, due_only=False)

    def action_stop_polling(self) -> None:
        self.workers.cancel_group(self, "poll")

    @work(group="poll", exclusive=True, exit_on_error=False)
    async def _poll(self, slugs: Collection[str] | None, *, due_only: bool) -> None:
        if self._poller is None:
            return
        import asyncio

        error: str | None = None
        self._polling = True
        try:
            if due_only:
                slugs = await asyncio.to_thread(self._poller.due, slugs)
            total = len(slugs) if slugs is not None else sum(feed.enabled for feed in self.config.feeds)
            if total:
                self.post_message(messages.PollStarted(total))
                async for outcome in self._poller.poll(slugs, due_only=False):
                    self.post_message(messages.FeedPolled(outcome))
        except MarketwatchError as failure:
            error = str(failure)
        finally:
            self._polling = False
            self.post_message(messages.PollFinished(error))

    @on(messages.PollStarted)
    def _poll_started(self, event: messages.PollStarted) -> None:
        self._outcomes.clear()
        self.query_one(TopBar).update_activity(done=0, total=event.total, new=0, note="")

    @on(messages.FeedPolled)
    def _feed_polled(self, event: messages.FeedPolled) -> None:
        bar = self.query_one(TopBar)
        outcome = event.outcome
        self._outcomes[outcome.feed] = outcome.result is PollResult.FAILED
        failing = sum(self._outcomes.values())
        bar.update_activity(done=bar.activity.done + 1, new=bar.activity.new + outcome.new, failing=failing)

    @on(messages.PollFinished)
    def _poll_finished(self, event: messages.PollFinished) -> None:
        bar = self.query_one(TopBar)
        if event.error:
            self.notify(event.error, title="polling stopped", severity="error", markup=False)
        if bar.activity.total:
            bar.update_activity(total=0, note=poll_note(bar.activity.new, sum(self._outcomes.values())))
            self.reload()
