"""A round of polling as the dashboard shows it: keys that start and stop it, progress and what failed in the top bar."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType

from marketwatch.domain import PollResult
from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore, Clock
from tui import messages
from tui.screens.alerting import AlertingScreen
from tui.widgets.feed_list import FeedList
from tui.widgets.top_bar import TopBar
from tui.words import poll_note

if TYPE_CHECKING:
    from tui.app import MarketwatchApp


class PollingScreen(AlertingScreen):
    """A screen over which feeds are polled."""

    POLLING: ClassVar[list[BindingType]] = [
        Binding("r", "poll_feed", "Poll feed", show=False, id="poll.feed"),
        Binding("R", "poll_all", "Poll", id="poll.all"),
        Binding("X", "stop_polling", "Stop polling", show=False, id="poll.stop"),
    ]

    def __init__(self, store: ArticleStore, now: Clock) -> None:
        super().__init__(store, now)
        self._failed: dict[str, bool] = {}
        """By feed: whether its last poll of this session failed."""

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
        feeds = self.query_one(FeedList)
        if feeds.has_focus and feeds.current is not None:
            self._main.start_poll([feeds.current.slug])

    def action_stop_polling(self) -> None:
        self._main.stop_poll()

    @on(messages.PollStarted)
    def _poll_started(self, event: messages.PollStarted) -> None:
        self.query_one(TopBar).update_activity(done=0, total=event.total, new=0, note="")
        if self.welcomes():
            self.reload()

    @on(messages.FeedPolled)
    def _feed_polled(self, event: messages.FeedPolled) -> None:
        bar, outcome = self.query_one(TopBar), event.outcome
        self._failed[outcome.feed] = outcome.result is PollResult.FAILED
        failing = sum(self._failed.values())
        bar.update_activity(done=bar.activity.done + 1, new=bar.activity.new + outcome.new, failing=failing)

    @on(messages.PollFinished)
    def _poll_finished(self, event: messages.PollFinished) -> None:
        bar = self.query_one(TopBar)
        if event.error:
            self.notify(event.error, title="polling stopped", severity="error", markup=False)
        if bar.activity.total:
            bar.update_activity(total=0, note=poll_note(bar.activity.new, sum(self._failed.values())))
            self.reload()
            self.count_failing()
