"""Reading the store for the main screen: workers ask, and post what they found; its handlers own what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Lock

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from marketwatch.config import Config
from marketwatch.coverage import WEEKS, cells
from marketwatch.domain import MarkChange, Move
from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore, Clock
from marketwatch.query import Query
from marketwatch.reversals import Reversal
from tui import messages
from tui.blind_spots import languages
from tui.screens.filtering import FilteringScreen
from tui.snapshot import Snapshot, read_article, read_evidence, read_newest, read_snapshot

_REST_S = 0.3
"""The newest moves stand there so long before the rest is read: who types on meanwhile asks for something else."""


class LoadingScreen(FilteringScreen):
    """A screen that shows what the store holds under the filter."""

    def __init__(self, config: Config, store: ArticleStore, now: Clock) -> None:
        super().__init__(config, store, now)
        self._resting = -1
        """The generation of newest moves whose rest is not asked for yet."""
        self._whole = Lock()
        """Held while all moves are read: what two such answers take at once is never given back to the system."""

    def reversal_of(self, move: Move) -> Reversal | None:
        """What a move turns."""
        raise NotImplementedError

    @work(thread=True, group="snapshot", exclusive=True, exit_on_error=False)
    def _load(self, query: Query, generation: int, shown: Query | None) -> None:
        """The newest moves; all of them together when they are shown already, so that no cursor loses its move."""
        if query == shown:
            self._read_whole(query, generation)
        else:
            self._reading(lambda: messages.SnapshotLoaded(read_newest(self._store, query), generation, whole=False))

    def read_rest(self, newest: Snapshot, generation: int) -> None:
        """Read what is behind the newest moves too, unless something else is asked for soon. No thread waits for that."""
        self._resting = generation
        self.set_timer(_REST_S, partial(self._read_rest_if_wanted, newest, generation))

    def _read_rest_if_wanted(self, newest: Snapshot, generation: int) -> None:
        if generation == self._generation:
            self._resting = -1
            self._load_rest(newest, generation)

    @work(thread=True, group="snapshot", exclusive=True, exit_on_error=False)
    def _load_rest(self, newest: Snapshot, generation: int) -> None:
        self._read_whole(newest.query, generation, newest)

    def _read_whole(self, query: Query, generation: int, newest: Snapshot | None = None) -> None:
        """Run in a worker thread, one at a time; who is no longer wanted when their turn comes reads nothing."""
        with self._whole:
            if not get_current_worker().is_cancelled:
                whole = partial(read_snapshot, self._store, query, counted=newest)
                self._reading(lambda: messages.SnapshotLoaded(whole(), generation, whole=True))

    @work(thread=True, group="articles", exclusive=True, exit_on_error=False)
    def _load_articles(self, query: Query, after: str | None, generation: int, limit: int) -> None:
        def read() -> messages.ArticlesLoaded:
            articles, following = self._store.articles(query, limit=limit, after=after)
            return messages.ArticlesLoaded(articles, following, after is None, generation)

        self._reading(read)

    @work(thread=True, group="feeds", exclusive=True, exit_on_error=False)
    def _load_feeds(self) -> None:
        feeds, now = [feed for feed in self._config.feeds if feed.enabled], self._now()

        def read() -> messages.FeedsLoaded:
            health = self._store.feed_health([feed.slug for feed in feeds], now)
            articles = self._store.polls.coverage(now - timedelta(weeks=WEEKS))
            found = cells(tuple(self._names), languages(feeds, articles), feeds, health, articles, now)
            return messages.FeedsLoaded(health, found)

        self._reading(read)

    @work(thread=True, group="evidence", exclusive=True, exit_on_error=False)
    def _load_evidence(self, move: Move) -> None:
        reversal, as_of, vendor = self.reversal_of(move), self._query.as_of, self._config.vendors.get(move.lead.shift.vendor)
        self._reading(lambda: messages.EvidenceLoaded(read_evidence(self._store, move, as_of, reversal, vendor)))

    @work(thread=True, group="revision", exclusive=True, exit_on_error=False)
    def _look_for_changes(self) -> None:
        self._reading(lambda: messages.RevisionSeen(self._store.revision()))

    @work(thread=True, group="reader", exclusive=True, exit_on_error=False)
    def _load_article(self, chosen: messages.ArticleChosen) -> None:
        opened = partial(read_article, self._store, chosen.article_id, chosen.shift_id, chosen.sentence, self._query)
        self._reading(lambda: messages.ArticleRead(opened()))

    def _reading(self, read: Callable[[], Message]) -> None:
        """Run in a worker thread: post what was read, or why it could not be."""
        try:
            message = read()
        except MarketwatchError as error:
            message = messages.LoadFailed(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @work(thread=True, group="preview", exclusive=True, exit_on_error=False)
    def _load_preview(self, article_id: int) -> None:
        self._reading(lambda: messages.PreviewRead(read_article(self._store, article_id, None, None, self._query)))

    @work(thread=True, group="read", exit_on_error=False)
    def _note_as_read(self, article_id: int) -> None:
        with suppress(MarketwatchError):  # a file that cannot be written can still be read
            self._store.mark([article_id], MarkChange(read=True), undoable=False)
            self.post_message(messages.RevisionSeen(self._store.revision()))
