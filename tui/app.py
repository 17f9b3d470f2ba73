"""The application: keys, signals, and which screen is shown; the dashboard screen owns what is shown on it."""

from __future__ import annotations

import asyncio
import signal
import time
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import ScreenStackError
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.message import Message

from marketwatch.config import Config
from marketwatch.domain import JobStep
from marketwatch.errors import ConfigError, MarketwatchError, StoreError
from marketwatch.place import Place, PlaceFile
from marketwatch.ports import Alerter, ArticleStore, Background, Clock
from marketwatch.sanitise import safe_url
from tui import messages
from tui.background import BackgroundApp
from tui.bindings import binding_ids
from tui.collecting import collect_seldom, collecting_seldom
from tui.jobs import Job
from tui.palette import MarketwatchCommands
from tui.render import plain
from tui.returning import come_back, list_of, place_of
from tui.screens.dashboard import WITH_KEYS, Dashboard
from tui.screens.help import HelpScreen
from tui.widgets.top_bar import TopBar

_LOOK_S = 2.0
"""Seconds between two looks at feeds.toml, and between two notes of the place."""
_RETURN_S = 20.0
"""Seconds after which a row that has not come back is given up."""


class MarketwatchApp(BackgroundApp):
    """Views on digits, one filter over them all, polling in the background."""

    TITLE = "marketwatch"
    CSS = """
    Dashboard { overflow: hidden; }
    CommandPalette CommandList { scrollbar-size-vertical: 1; }
    Dashboard ContentSwitcher { height: 1fr; }
    Dashboard EvidencePanel.zoomed, Dashboard QuotePanel.zoomed { width: 100%; max-width: 100%; height: 100%; }
    Dashboard .aside { display: none; }
    Dashboard.-short #ledger-summary, Dashboard.-short #compare-summary, Dashboard.-short #feeds-summary { display: none; }
    Dashboard.-short QuotePanel, Dashboard.-short #ledger-picture { height: 5; min-height: 5; }
    Dashboard.-short TimelineView.narrow EvidencePanel { height: 4; }
    Dashboard.-short MovesView.narrow > EvidencePanel, Dashboard.-short ArticlesView.narrow > ArticlePreview { height: 5; }
    Dashboard.-short TimelineView.narrow EvidencePanel.zoomed, Dashboard.-short MovesView.narrow > EvidencePanel.zoomed,
    Dashboard.-short ArticlesView.narrow > ArticlePreview.zoomed, Dashboard.-short QuotePanel.zoomed { height: 100%; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]
    COMMANDS: ClassVar = {MarketwatchCommands}  # Textual's own would stand first: of keys, screenshots, maximising
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?", id="app.help"),
        Binding("comma", "settings", "Settings", show=False, key_display=",", id="app.settings"),
        Binding("D", "demo", "Demo", show=False, id="app.demo"),
        Binding("Q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.force_quit"),
    ]

    def __init__(
        self,
        config: Config,
        store: ArticleStore,
        poller: Background | None,
        *,
        now: Clock,
        demo: bool = False,
        first: Job | None = None,
        places: PlaceFile | None = None,
        opening: Callable[[], object] | None = None,
        alerter: Alerter | None = None,
    ) -> None:
        super().__init__(config, poller, first, alerter)
        self.store = store
        self.now = now
        self.demo = demo
        self.crash: Exception | None = None
        """What ended the application, if nobody foresaw it."""
        self.demo_wanted = False
        self._opening = opening
        """Opens the store, after the first paint; an error ends the dashboard."""
        self._settle: Callable[[], None] | None = None
        """What follows when the start is over."""
        self._places = places
        self._noted = Place()
        self._returning: tuple[Place, float] | None = None
        self._stamp = _stamp(config)
        self._next_config: Config | None = None
        self._using = False
        """Another configuration is being taken over."""
        self.dashboard = self._make_dashboard()

    def _make_dashboard(self) -> Dashboard:
        zone: tzinfo | None = None if self.config.settings.timezone == "local" else ZoneInfo(self.config.settings.timezone)
        can_poll = self._poller is not None
        return Dashboard(self.config, self.store, now=self.now, zone=zone, demo=self.demo, can_poll=can_poll)

    def on_mount(self) -> None:
        # Not as the default screen: that one could not be changed for another when feeds.toml changes.
        self.push_screen(self.dashboard)
        self.show_theme(self.config.settings.theme)
        if self.config.keys:
            self.set_keymap(dict(self.config.keys))
        self._quit_on_signals()
        if self._places is not None:
            self._noted = self._places.read()
            self._returning = self._noted, time.monotonic()
        self.call_after_refresh(self._wait_for_paint)

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Textual's run. It has the process for itself, and so says when memory is looked through."""
        self._settle = collect_seldom
        with collecting_seldom():
            return super().run(*args, **kwargs)

    def use_config(self, config: Config) -> None:
        """Go on with the alerts of a configuration that was written here: for them alone no screen is made anew."""
        self.config = replace(self.config, alerts=config.alerts, path=config.path)
        if self.alerter is not None:
            self.alerter.use(self.config)

    def _wait_for_paint(self) -> None:
        # Only from here on does the screen paint, and call back when it has.
        self.dashboard.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        """What is not needed for the first paint begins behind it."""
        self.dashboard.begin()
        if self._places is not None:
            await self._return_to(self._noted)
        self._open()
        self.begin_background()
        self.set_interval(_LOOK_S, self._look)

    def binding_ids(self) -> Mapping[str, str]:
        """What `[keys]` can name."""
        return binding_ids([self, self.dashboard, *self.dashboard.walk_children()], WITH_KEYS)

    @work(thread=True, group="open", exit_on_error=False)
    def _open(self) -> None:
        try:
            if self._opening is not None:
                self._opening()
        except MarketwatchError as error:
            self.call_from_thread(self._give_up, error)
        if self._settle is not None:
            self._settle()

    def _give_up(self, error: Exception) -> None:
        if not self._exit:
            self.crash = error
            self.exit(return_code=1)

    def preparing(self, step: JobStep) -> None:
        """From the thread that opens the store: how far a file of an older version is on its way to this one.

        Raises StoreError once the dashboard ends, which nobody who pressed Q waits for: the file is then as it was.
        """
        if self._exit:
            raise StoreError("the dashboard ended before the database was brought to this version: it is as it was")
        self.tell(messages.Preparing(step))

    def tell(self, message: Message) -> None:
        self.dashboard.post_message(message)

    # --- ending --------------------------------------------------------------------------------------------------------------
    def _quit_on_signals(self) -> None:
        """A terminal that closes and `kill` end the dashboard like Q does, with the exit code that a shell expects."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
                number = getattr(signal, name)
                loop.add_signal_handler(number, self.exit, None, 128 + number)

    def _handle_exception(self, error: Exception) -> None:
        """Textual's last resort: its page of source code is no use to an analyst; who runs the app writes a report."""
        if self._exit and isinstance(error, ScreenStackError | NoMatches):
            return  # the last message of a screen that is being closed
        self.crash = self.crash or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """Textual's exit, with a last note of the place."""
        if self._places is not None and (place := self._place()) is not None:
            self._places.write(place)
        super().exit(*args, **kwargs)

    def action_demo(self) -> None:
        """From a dashboard that has nothing to show: end it, and let the command show the samples."""
        if self.dashboard.welcomes() and not self.demo:
            self.demo_wanted = True
            self.exit()

    # --- screens -------------------------------------------------------------------------------------------------------------
    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_settings(self) -> None:
        if self.config.path is None:
            self.notify("this dashboard was not started from a feeds.toml", markup=False)
        elif self.screen is self.dashboard:
            from tui.screens.settings import SettingsScreen  # brings what edits TOML, which the first paint does without

            self.push_screen(SettingsScreen(self.config, sorted(self.available_themes)))

    def open_article_url(self, url: str | None) -> None:
        """Open a web address in the browser; anything that is none is refused."""
        safe = safe_url(url)
        if safe is None:
            self.notify("this article has no web address", severity="warning", markup=False)
        elif self.is_web:
            self.open_url(safe)  # in the browser that shows the dashboard
        else:
            self._browse(safe)

    @work(thread=True, group="browser", exit_on_error=False)
    def _browse(self, url: str) -> None:
        webbrowser.open(url)

    # --- the place, and feeds.toml -----------------------------------------------------------------------------------------
    def _look(self) -> None:
        self._note_place()
        self._read_config()
        busy = self.polling or self.working or self._using
        if self._next_config is not None and self.screen is self.dashboard and not busy:
            config, self._next_config = self._next_config, None
            if config != self.config:  # the same change may have been seen twice
                self._using = True
                self._use(config)

    def _note_place(self) -> None:
        place = self._place()
        if self._places is not None and place is not None and place != self._noted:
            self._noted = place
            self._write_place(self._places, place)

    def _place(self) -> Place | None:
        """Where the user is; None while they are on the way there or the screen is gone."""
        if self._returning is not None or self._using or not self.screen_stack:
            return None
        try:
            return place_of(self.dashboard, self.screen)
        except (NoMatches, KeyError):  # the dashboard is being put up or taken down
            return None

    @work(thread=True, group="place", exclusive=True, exit_on_error=False)
    def _write_place(self, file: PlaceFile, place: Place) -> None:
        file.write(place)

    async def _return_to(self, place: Place) -> None:
        if not self.screen_stack:  # it ended meanwhile
            return
        self._returning = (place, time.monotonic())
        if place.minimum is not None:
            self.dashboard.minimum = place.minimum
        await come_back(self.dashboard, place, {view.name: view.query for view in self.config.views})
        if place.article is not None:
            self.tell(messages.ArticleChosen(place.article))
        if place.cursor is None:
            self._returning = None

    @on(messages.SnapshotLoaded)
    @on(messages.ArticlesLoaded)
    @on(messages.FeedsLoaded)
    def _returned(self) -> None:
        """The row that had the cursor gets it again as soon as it has been read."""
        if self._returning is not None and self.dashboard.is_mounted:
            place, began = self._returning
            if list_of(self.dashboard).stand_on(place.cursor) or time.monotonic() - began > _RETURN_S:
                self._returning = None

    @work(thread=True, group="config", exclusive=True, exit_on_error=False)
    def _read_config(self) -> None:
        """Take over a feeds.toml that was edited, here or elsewhere."""
        stamp = _stamp(self.config)
        if stamp is None or stamp == self._stamp or self.config.path is None:
            return
        self._stamp = stamp
        from marketwatch.config_file import load_config

        try:
            message: Message = messages.ConfigRead(load_config(self.config.path))
        except ConfigError as error:
            message = messages.ConfigBroken(str(error))
        self.post_message(message)

    @on(messages.ConfigRead)
    def _config_read(self, event: messages.ConfigRead) -> None:
        self._stamp = _stamp(event.config)
        self._next_config = event.config
        self._look()

    @on(messages.ConfigBroken)
    def _config_broken(self, event: messages.ConfigBroken) -> None:
        text = f"{plain(event.reason)}; what it said before stays in force"
        self.notify(text, title="feeds.toml", severity="error", markup=False)

    @work(group="use")
    async def _use(self, config: Config) -> None:
        """Go on under another configuration, at the same place."""
        if self._poller is not None:
            await asyncio.to_thread(self._poller.reconfigure, config)
        if self.alerter is not None:
            self.alerter.use(config)
        place, activity = place_of(self.dashboard, self.screen), self.dashboard.query_one(TopBar).activity
        self.config = config
        self.show_theme(config.settings.theme)
        self.set_keymap(dict(config.keys))
        self.dashboard = self._make_dashboard()
        await self.switch_screen(self.dashboard)
        feeds = sum(feed.enabled for feed in config.feeds)
        self.dashboard.query_one(TopBar).update_activity(feeds=feeds, failing=activity.failing, note=activity.note)
        self._returning = place, time.monotonic()
        self._using = False
        self.dashboard.begin()
        self.dashboard.call_after_refresh(self._return_to, place)
        self.notify("feeds.toml was read again", timeout=2, markup=False)


def _stamp(config: Config) -> tuple[int, int] | None:
    """What changes when the file does."""
    try:
        found = config.path.stat() if config.path else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found else None
