"""A round of polling as the dashboard shows it: keys that start and stop it, progress and what failed in the top bar."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType

from marketwatch.domain import Moment, PollResult
from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore, Clock
from tui import messages
from tui.render import plain
from tui.screens.alerting import AlertingScreen
from tui.screens.prompt import PromptScreen
from tui.widgets.feed_list import FeedList
from tui.widgets.job_bar import JobBar
from tui.widgets.top_bar import TopBar
from tui.words import poll_note

if TYPE_CHECKING:
    from tui.app import MarketwatchApp


class PollingScreen(AlertingScreen):
    """A screen over which feeds are polled."""

    POLLING: ClassVar[list[BindingType]] = [
        Binding("r", "poll_feed", "Poll feed", id="poll.feed"),
        Binding("R", "poll_all", "Poll", id="poll.all"),
        Binding("B", "backfill", "Older articles", show=False, id="poll.backfill"),
        Binding("X", "stop_polling", "Stop", show=False, id="poll.stop"),
    ]

    def __init__(self, store: ArticleStore, now: Clock) -> None:
        super().__init__(store, now)
        self._failed: dict[str, bool] = {}
        """By feed: whether its last poll of this session failed."""
        self._answered = 0
        """Feeds of the round that answered at all, if only with an error."""

    @property
    def _main(self) -> MarketwatchApp:
        return cast("MarketwatchApp", self.app)

    def reload(self) -> None:
        """Read again what is shown."""
        raise NotImplementedError

    @work(thread=True, group="failing", exclusive=True, exit_on_error=False)
    def count_failing(self) -> None:
        """Read which feeds failed at their last poll, whoever polled them."""
        with suppress(MarketwatchError):  # the list says what is wrong with the file
            states = self._store.feed_states()
            self.post_message(messages.FailingRead({slug: bool(state.failures) for slug, state in states.items()}))

    @on(messages.FailingRead)
    def _failing_read(self, event: messages.FailingRead) -> None:
        if not self._main.polling:
            enabled = {feed.slug for feed in self._main.config.feeds if feed.enabled}
            self._failed |= {slug: failed for slug, failed in event.failed.items() if slug in enabled}
            self.query_one(TopBar).update_activity(failing=sum(self._failed.values()))

    def welcomes(self) -> bool:
        """Whether the welcome is shown, which says that feeds are being polled."""
        raise NotImplementedError

    def action_poll_all(self) -> None:
        self._main.start_poll(None)

    def action_poll_feed(self) -> None:
        """The feed under the cursor of the feeds' own view."""
        feeds = self.focused
        if isinstance(feeds, FeedList) and feeds.current is not None:
            self._main.start_poll([feeds.current.slug])

    def action_stop_polling(self) -> None:
        self._main.stop_poll()

    # --- jobs ----------------------------------------------------------------------------------------------------------------
    def action_backfill(self) -> None:
        """Ask how far back; in the feeds' view only the feed under the cursor is read."""
        row = self.focused.current if isinstance(self.focused, FeedList) else None
        whose = f"of {plain(row.slug)}" if row else "of all feeds that are on"
        prompt = PromptScreen("Older articles", f"{whose}; how far back? 2016, 2016-01 or 2016-01-31", "2016-01")
        self.app.push_screen(prompt, lambda line: self._backfill_to(line, [row.slug] if row else None))

    def _backfill_to(self, line: str | None, slugs: Collection[str] | None) -> None:
        if line is None or not line.strip():
            return
        try:
            since = Moment.parse(line.strip()).at
        except ValueError:
            self.notify(f"'{plain(line)}' is no date; write 2017, 2017-01 or 2017-01-31", severity="error", markup=False)
            return
        self._main.start_backfill(since, slugs)

    @on(messages.JobStarted)
    def _job_started(self, event: messages.JobStarted) -> None:
        self.query_one(JobBar).begin(event.name, event.unit)

    @on(messages.JobStepped)
    def _job_stepped(self, event: messages.JobStepped) -> None:
        self.query_one(JobBar).step(event.step)

    @on(messages.JobFinished)
    def _job_finished(self, event: messages.JobFinished) -> None:
        bar = self.query_one(JobBar)
        progress = bar.progress
        bar.show(None)
        if progress is None:
            return
        if event.error:
            self.notify(plain(event.error), title=f"{progress.name} broke off", severity="error", markup=False)
        else:
            end = "stopped; what has come is kept" if event.stopped else "done"
            self.notify(f"{progress.done} {progress.unit}, {progress.new} new", title=f"{progress.name}: {end}", markup=False)
        self.reload()

    # --- polling -------------------------------------------------------------------------------------------------------------
    @on(messages.PollStarted)
    def _poll_started(self, event: messages.PollStarted) -> None:
        self._answered = 0
        self.query_one(TopBar).update_activity(done=0, total=event.total, new=0, note="")
        if self.welcomes():
            self.reload()

    @on(messages.FeedPolled)
    def _feed_polled(self, event: messages.FeedPolled) -> None:
        bar, outcome = self.query_one(TopBar), event.outcome
        self._failed[outcome.feed] = outcome.result is PollResult.FAILED
        self._answered += outcome.result is not PollResult.FAILED or outcome.status is not None
        failing = sum(self._failed.values())
        bar.update_activity(done=bar.activity.done + 1, new=bar.activity.new + outcome.new, failing=failing)

    @on(messages.PollFinished)
    def _poll_finished(self, event: messages.PollFinished) -> None:
        bar = self.query_one(TopBar)
        if event.error:
            self.notify(plain(event.error), title="polling stopped", severity="error", markup=False)
        if bar.activity.total:
            bar.update_activity(
                total=0, note=poll_note(bar.activity.new, sum(self._failed.values()), offline=self._answered == 0)
            )
            self.reload()
            self.count_failing()
