"""What goes on behind the screens: polling and long jobs, one of each at a time. Workers post; the dashboard shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing
from datetime import datetime

from textual import work
from textual.message import Message

from marketwatch.config import Config
from marketwatch.domain.alerts import SHOWN
from marketwatch.errors import MarketwatchError
from marketwatch.ports import Alerter, Background
from tui import messages
from tui.jobs import Job
from tui.themed import ThemedApp

_DUE_S = 30.0
"""Seconds between two looks for feeds that are due."""


class BackgroundApp(ThemedApp):
    """An application that polls and works while its user reads."""

    def __init__(self, config: Config, poller: Background | None, first: Job | None, alerter: Alerter | None = None) -> None:
        super().__init__(config.settings.theme)
        self.config = config
        self.polling = False
        self.working = False
        self.alerter = alerter
        self._alerts: asyncio.Task[None] | None = None
        self._poller = poller
        self._first = first

    def tell(self, message: Message) -> None:
        """Tell the dashboard, also where another screen lies over it."""
        raise NotImplementedError

    def begin_background(self) -> None:
        """Start what is due, and look again from time to time."""
        if self._first is not None:
            self.start_job(self._first)
        if self._poller is not None:
            self.call_later(self._poll_due)
            self.set_interval(_DUE_S, self._poll_due)

    # --- polling -------------------------------------------------------------------------------------------------------------
    def _poll_due(self) -> None:
        looking = self._alerts is not None and not self._alerts.done()
        if not self.polling and not looking:
            self._poll(None, due_only=True)

    def start_poll(self, slugs: Collection[str] | None) -> None:
        """Poll these feeds now (None: all enabled)."""
        if self._poller is None:
            self.notify("the demo polls nothing", markup=False)
        elif self.polling:
            self.notify("a round of polling is under way; X stops it", markup=False)
        else:
            self._poll(slugs, due_only=False)

    def stop_poll(self) -> None:
        """End the round and the job under way; what has come is kept."""
        self.workers.cancel_group(self, "poll")
        self.workers.cancel_group(self, "job")

    @work(group="poll", exclusive=True, exit_on_error=False)
    async def _poll(self, slugs: Collection[str] | None, *, due_only: bool) -> None:
        if self._poller is None:
            return
        error, began = None, False
        try:
            if due_only:  # whoever asks for a round meanwhile takes the place of this one
                slugs = await asyncio.to_thread(self._poller.due, slugs)
            await self._look_for_alerts()
            total = len(slugs) if slugs is not None else sum(feed.enabled for feed in self.config.feeds)
            if total:
                self.polling = began = True
                self.tell(messages.PollStarted(total))
                async for outcome in self._poller.poll(slugs, due_only=due_only):
                    self.tell(messages.FeedPolled(outcome))
                await self._look_for_alerts()
        except MarketwatchError as failure:
            error = str(failure)
        except Exception as bug:  # a worker's top: polling ends, the dashboard goes on and says so
            self.log.error(f"poll broke: {bug!r}")
            error = f"unexpected error: {type(bug).__name__}: {bug}"
        finally:
            if began:
                self.polling = False
            if began or error:
                self.tell(messages.PollFinished(error))

    async def _look_for_alerts(self) -> None:
        """Before a round, so that what it brings is new, and after it. What leaves the machine is sent from here too.

        One look at a time; a round that is stopped does not stop it, so that nothing told is lost.
        """
        if self.alerter is None:
            return
        if self._alerts is None or self._alerts.done():
            self._alerts = asyncio.create_task(self._tell_alerts(self.alerter))
        await asyncio.shield(self._alerts)

    async def _tell_alerts(self, alerter: Alerter) -> None:
        notices = await asyncio.to_thread(alerter.check, SHOWN)
        if notices:
            self.tell(messages.AlertsRaised(tuple(notices)))

    # --- jobs ----------------------------------------------------------------------------------------------------------------
    def start_backfill(self, since: datetime, slugs: Collection[str] | None) -> None:
        """Read older pages of these feeds (None: all enabled)."""
        poller = self._poller
        if poller is None:
            self.notify("the demo has no feeds to read back", markup=False)
        else:
            self.start_job(Job(f"backfill to {since:%Y-%m}", "pages", lambda: poller.backfill(since, slugs)))

    def start_job(self, job: Job) -> None:
        if self.working:
            self.notify("a job is under way; X stops it", markup=False)
        else:
            self._work(job)

    @work(group="job", exclusive=True, exit_on_error=False)
    async def _work(self, job: Job) -> None:
        error, stopped = None, False
        self.working = True
        self.tell(messages.JobStarted(job.name, job.unit))
        try:
            steps: AsyncIterator[object] = job.steps()
            async with aclosing(steps):  # type: ignore[type-var]
                async for step in steps:
                    self.tell(messages.JobStepped(step))  # type: ignore[arg-type]
        except asyncio.CancelledError:
            stopped = True
            raise
        except MarketwatchError as failure:
            error = str(failure)
        except Exception as bug:  # a worker's top
            self.log.error(f"{job.name} broke: {bug!r}")
            error = f"unexpected error: {type(bug).__name__}: {bug}"
        finally:
            self.working = False
            self.tell(messages.JobFinished(error, stopped))
