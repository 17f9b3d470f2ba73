"""What stands in the views. Only the one on the screen is filled; the others are marked as behind and filled when shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import partial
from typing import Final

from textual import on

from marketwatch.config import Config
from marketwatch.domain import Move
from marketwatch.listing import reversal_of
from marketwatch.ports import ArticleStore, Clock
from marketwatch.reversals import Reversal
from tui import messages
from tui.screens.loading import LoadingScreen
from tui.snapshot import Snapshot, names_confidence, without_unsure
from tui.views.articles import ArticlesView
from tui.views.compare import CompareView
from tui.views.feeds import FeedsView
from tui.views.ledger import LedgerView
from tui.views.moves import MovesView
from tui.views.timeline import TimelineView
from tui.widgets.filter_bar import FilterBar
from tui.words import empty_text, found_note, preparing_note, preparing_text

_PAGE = 200
_OF_MOVES: Final[Mapping[str, type[TimelineView | MovesView | CompareView]]] = {
    "timeline": TimelineView,
    "moves": MovesView,
    "compare": CompareView,
}
"""Views of the snapshot."""
_WITH_EVIDENCE: Final[Mapping[str, type[TimelineView | MovesView]]] = {"timeline": TimelineView, "moves": MovesView}
_WITH_ROWS: Final = ("articles", "ledger", "compare", "feeds")
"""Views for which the store is asked for more than the snapshot."""
_HOLDING: Final = ("timeline", "moves", "articles")
"""Views whose answers come to this screen, which can hold empty ones back."""


class FillingScreen(LoadingScreen):
    """A screen with the six views, each as old as what was last shown in it."""

    def __init__(self, config: Config, store: ArticleStore, now: Clock, *, zone: tzinfo | None, can_poll: bool) -> None:
        super().__init__(config, store, now)
        self._zone = zone
        self._can_poll = can_poll
        self._minimum = config.settings.min_confidence
        self._failure = ""
        """What the store could not answer since the last reload."""
        self._revision = self._awaited = -1
        """Of the snapshot, and that for which one is being read."""
        self._preparing_since: float | None = None
        """When the counting of articles began that a database of an older version waits for."""
        self._snapshot: Snapshot | None = None
        """With the moves that are hidden."""
        self._listed: Snapshot | None = None
        self._held: list[Callable[[], None]] = []
        """Shows the empty answers that are held back, unless they are too old by then."""
        self._behind: set[str] = set()
        """Views that show other moves than those of the snapshot."""
        self._unread: set[str] = set()
        """Views whose own rows were not asked for since something changed."""

    @property
    def view(self) -> str:
        """Name of the view on the screen."""
        raise NotImplementedError

    # --- asking --------------------------------------------------------------------------------------------------------------
    def reload(self) -> None:
        """Ask the store anew for what the view shows; an answer to an older question is dropped, other views are behind."""
        self._generation += 1
        self._failure, self._held = "", []
        self._unread = set(_WITH_ROWS)
        self._load(self._query, self._generation, self._snapshot.query if self._snapshot else None)
        self._read_rows()

    def catch_up(self) -> None:
        """Ask for what the view on the screen has missed; whether more has changed is looked for."""
        if self._failure or self._snapshot is None:
            self.reload()
        else:
            self._read_rows()
            if self.view in _WITH_EVIDENCE and (move := self.query_one(_WITH_EVIDENCE[self.view]).panel.missing) is not None:
                self._load_evidence(move)
            self._look_for_changes()

    def _read_rows(self) -> None:
        if self.view not in self._unread:
            return
        self._unread.discard(self.view)
        if self.view == "articles":
            # As many rows as are loaded, so that no place is lost.
            loaded = len(self.query_one(ArticlesView).list.rows)
            self._load_articles(self._query, None, self._generation, max(_PAGE, loaded))
        elif self.view == "ledger":
            self.query_one(LedgerView).load(self._query)
        elif self.view == "compare":
            self.query_one(CompareView).load(self._query)
        else:
            self._load_feeds()

    @on(messages.RevisionSeen)
    def _revision_seen(self, event: messages.RevisionSeen) -> None:
        if event.revision not in (self._revision, self._awaited):
            self._awaited = event.revision
            self.reload()

    @on(messages.LoadFailed)
    def _load_failed(self, event: messages.LoadFailed) -> None:
        self._failure, self._awaited = event.reason, -1
        self.query_one(FilterBar).note(event.reason, error=True)

    def holds_empty(self) -> bool:
        return self.view in _HOLDING

    def show_held(self) -> None:
        held, self._held = self._held, []
        for show in held:
            show()

    @on(messages.Preparing)
    def _preparing(self, event: messages.Preparing) -> None:
        if not event.step.what:  # it is done, and what was asked for comes
            return
        now = time.monotonic()
        if not event.step.total or self._preparing_since is None:
            self._preparing_since = now
        self.query_one(TimelineView).say(preparing_text(event.step, now - self._preparing_since))
        self.query_one(FilterBar).note(preparing_note(event.step))

    # --- moves ---------------------------------------------------------------------------------------------------------------
    @on(messages.SnapshotLoaded)
    def _show_snapshot(self, event: messages.SnapshotLoaded) -> None:
        if event.generation == self._generation and self.naming and not event.snapshot.moves:
            self._held.append(partial(self._show_snapshot, event))
        elif event.generation == self._generation:
            self._snapshot, self._revision = event.snapshot, event.snapshot.revision
            self._show_moves()
            if event.snapshot.cut and not event.whole:
                self.read_rest(event.snapshot, event.generation)

    def _show_moves(self) -> None:
        """The moves of the snapshot without what is too unsure, in the view on the screen, and their counts."""
        if self._snapshot is None:
            return
        self._listed = without_unsure(self._snapshot, self._minimum)
        self._behind = set(_OF_MOVES)
        self.fill(self.view)
        if not self._mistake and not self._failure:  # what is wrong is not to be lost
            full, brief = found_note(self._listed, self._config.settings.min_confidence, self._key("confidence.lower", "-"))
            self.query_one(FilterBar).note(full, brief=brief)
        self.call_after_refresh(self._keep_focus)

    def fill(self, view: str) -> None:
        """Show the moves of the snapshot in a view that is behind."""
        if view not in self._behind or self._listed is None:
            return
        self._behind.discard(view)
        feeds = sum(feed.enabled for feed in self._config.feeds)
        lower = self._key("confidence.lower", "-")
        empty = empty_text(
            self._listed, self._failed, feeds=feeds, polling=self._main.polling, can_poll=self._can_poll, lower=lower
        )
        self.query_one(_OF_MOVES[view]).show(self._listed, empty)

    def _key(self, binding: str, usual: str) -> str:
        """The key of a binding, as the screen calls it."""
        return self._config.keys.get(binding, usual)

    def _keep_focus(self) -> None:
        """A list that was empty lost the focus; it gets it back with its first move."""
        if self.focused is None:
            self.focus_view()

    def welcomes(self) -> bool:
        return self._snapshot is not None and self._snapshot.empty

    def listed(self) -> Snapshot | None:
        return self._listed

    def hidden_count(self) -> int:
        return len(self._listed.hidden) if self._listed else 0

    def reversal_of(self, move: Move) -> Reversal | None:
        return reversal_of(move, self._snapshot.reversals) if self._snapshot else None

    @property
    def minimum(self) -> float:
        """Confidence below which moves are hidden."""
        return self._minimum

    @minimum.setter
    def minimum(self, value: float) -> None:
        self._minimum = value

    def action_confidence(self, steps: int) -> None:
        """Hide moves up to a higher or lower confidence, in steps of 0.1, until the dashboard ends."""
        if names_confidence(self._query):
            self.notify("conf: in the filter says which moves are shown", markup=False)
            return
        self._minimum = max(0.0, min(1.0, round(self._minimum + steps / 10, 2)))
        self._show_moves()

    # --- what is beside and between them -----------------------------------------------------------------------------------
    @on(messages.MoveHighlighted)
    def _move_highlighted(self, event: messages.MoveHighlighted) -> None:
        if event.move is not None:
            self._load_evidence(event.move)

    @on(messages.EvidenceLoaded)
    def _show_evidence(self, event: messages.EvidenceLoaded) -> None:
        if self.view in _WITH_EVIDENCE:
            self.query_one(_WITH_EVIDENCE[self.view]).show_evidence(event.evidence)

    @on(messages.ArticlesLoaded)
    def _show_articles(self, event: messages.ArticlesLoaded) -> None:
        if event.generation != self._generation:
            self._unread.add("articles")
            return
        if self.naming and event.first_page and not event.articles:
            self._held.append(partial(self._show_articles, event))
            return
        empty = "no article matches this filter" if self._query.text else "no article yet"
        order = "best match first" if self._query.by_rank else "oldest first" if self._query.oldest_first else "newest first"
        view = self.query_one(ArticlesView)
        view.show(event.articles, event.after, first_page=event.first_page, empty=empty, order=order)

    @on(messages.MoreWanted)
    def _more_articles(self) -> None:
        if (after := self.query_one(ArticlesView).list.after) is not None:
            self._load_articles(self._query, after, self._generation, _PAGE)

    @on(messages.ArticleHighlighted)
    def _article_highlighted(self, event: messages.ArticleHighlighted) -> None:
        self._load_preview(event.article_id)

    @on(messages.PreviewRead)
    def _preview_read(self, event: messages.PreviewRead) -> None:
        if event.opened is not None:
            self.query_one(ArticlesView).show_preview(event.opened)

    @on(messages.FeedsLoaded)
    def _show_feeds(self, event: messages.FeedsLoaded) -> None:
        self.query_one(FeedsView).show(event.health, event.cells)
