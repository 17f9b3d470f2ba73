"""The application: themes, keys, the poller, and the screens; the dashboard screen owns what is shown."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Collection
from dataclasses import replace
from datetime import tzinfo
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from marketwatch.config import Config
from marketwatch.domain.alerts import SHOWN
from marketwatch.errors import MarketwatchError
from marketwatch.ports import Alerter, ArticleStore, Clock, Poller
from marketwatch.sanitise import safe_url
from tui import messages
from tui.palette import MarketwatchCommands
from tui.screens.dashboard import Dashboard
from tui.screens.help import HelpScreen
from tui.themes import DARK, LIGHT

_DUE_S = 30.0
"""Seconds between two looks for feeds that are due."""


class MarketwatchApp(App[None]):
    """Views on digits, one filter over them all, polling in the background."""

    TITLE = "marketwatch"
    CSS = """
    Dashboard { overflow: hidden; }
    Dashboard ContentSwitcher { height: 1fr; }
    Dashboard EvidencePanel.zoomed, Dashboard QuotePanel.zoomed { width: 100%; max-width: 100%; height: 100%; }
    Dashboard .aside { display: none; }
    Footer { height: 1; }
    """
    COMMANDS: ClassVar = App.COMMANDS | {MarketwatchCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?", id="app.help"),
        Binding("Q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.force_quit"),
    ]

    def __init__(
        self,
        config: Config,
        store: ArticleStore,
        poller: Poller | None,
        *,
        now: Clock,
        demo: bool = False,
        alerter: Alerter | None = None,
    ) -> None:
        super().__init__()
        self.config = config
        self.store = store
        self.now = now
        self.demo = demo
        self.zone: tzinfo | None = None if config.settings.timezone == "local" else ZoneInfo(config.settings.timezone)
        self.polling = False
        self._poller = poller
        self.alerter = alerter
        self.dashboard = Dashboard(config, store, now=now, zone=self.zone, demo=demo, can_poll=poller is not None)

    def get_default_screen(self) -> Screen[None]:
        return self.dashboard

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        wanted = self.config.settings.theme
        self.theme = wanted if wanted in self.available_themes else DARK.name
        if self.config.keys:
            self.set_keymap(dict(self.config.keys))
        if self._poller is not None:
            self.call_later(self._poll_due)
            self.set_interval(_DUE_S, self._poll_due)

    def use_config(self, config: Config) -> None:
        """Go on with the alerts of a configuration that was written in the meantime; the rest of it counts at the next start."""
        self.config = replace(self.config, alerts=config.alerts, path=config.path)
        if self.alerter is not None:
            self.alerter.use(self.config)

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def open_article_url(self, url: str | None) -> None:
        """Open a web address in the browser; anything that is none is refused."""
        safe = safe_url(url)
        if safe is None:
            self.notify("this article has no web address", severity="warning", markup=False)
        else:
            self._browse(safe)

    @work(thread=True, group="browser", exit_on_error=False)
    def _browse(self, url: str) -> None:
        webbrowser.open(url)

    # --- polling -------------------------------------------------------------------------------------------------------------
    def _poll_due(self) -> None:
        if not self.polling:
            self._poll(None, due_only=True)

    async def _look_for_alerts(self) -> None:
        """Before a round, so that what it brings is new, and after it. What leaves the machine is sent from here too."""
        if self.alerter is not None:
            notices = await asyncio.to_thread(self.alerter.check, SHOWN)
            if notices:
                self.dashboard.post_message(messages.AlertsRaised(tuple(notices)))

    def start_poll(self, slugs: Collection[str] | None) -> None:
        """Poll these feeds now (None: all enabled)."""
        if self._poller is None:
            self.notify("the demo polls nothing", markup=False)
        elif self.polling:
            self.notify("a round of polling is under way; X stops it", markup=False)
        else:
            self._poll(slugs, due_only=False)

    def stop_poll(self) -> None:
        """End the round under way; what has come is kept."""
        self.workers.cancel_group(self, "poll")

    @work(group="poll", exclusive=True, exit_on_error=False)
    async def _poll(self, slugs: Collection[str] | None, *, due_only: bool) -> None:
        if self._poller is None:
            return
        tell, error = self.dashboard.post_message, None
        self.polling = True
        try:
            if due_only:
                slugs = await asyncio.to_thread(self._poller.due, slugs)
            await self._look_for_alerts()
            total = len(slugs) if slugs is not None else sum(feed.enabled for feed in self.config.feeds)
            if total:
                tell(messages.PollStarted(total))
                async for outcome in self._poller.poll(slugs, due_only=due_only):
                    tell(messages.FeedPolled(outcome))
                await self._look_for_alerts()
        except MarketwatchError as failure:
            error = str(failure)
        except Exception as bug:  # a worker's top: polling ends, the dashboard goes on and says so
            self.log.error(f"poll broke: {bug!r}")
            error = f"unexpected error: {type(bug).__name__}: {bug}"
        finally:
            self.polling = False
            tell(messages.PollFinished(error))
