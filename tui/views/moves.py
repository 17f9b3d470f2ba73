"""All moves as one list, with the evidence of the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from marketwatch.domain import Move
from tui.messages import ArticleChosen, MoveHighlighted
from tui.ordering import MOVE_ORDERS
from tui.snapshot import EvidenceInContext, Snapshot
from tui.views.sortable import Sortable
from tui.widgets.evidence_panel import EvidencePanel
from tui.widgets.lane_list import NARROW
from tui.widgets.line_list import LineList
from tui.widgets.move_list import MoveList
from tui.words import READING


class MovesView(Sortable, Horizontal):
    """The view on 2."""

    ORDERS = MOVE_ORDERS

    DEFAULT_CSS = """
    MovesView > #moves-column { width: 1fr; }
    MovesView #moves-heading { height: 1; color: $text-muted; }
    MovesView > EvidencePanel { width: 40%; max-width: 80; }
    MovesView > #moves-empty { display: none; width: 1fr; padding: 2 4; }
    MovesView.empty > #moves-empty { display: block; }
    MovesView.empty > #moves-column, MovesView.empty > EvidencePanel { display: none; }
    MovesView.narrow { layout: vertical; }
    MovesView.narrow > #moves-column { width: 100%; height: 1fr; }
    MovesView.narrow > EvidencePanel {
        width: 100%; max-width: 100%; height: 45%; border-left: none; border-top: solid $primary-darken-1;
    }
    """

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str], zone: tzinfo | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, classes="empty")
        self._colours = colours
        self._names = names
        self._zone = zone
        self._moves: Sequence[Move] = ()
        self._oldest_first = False
        """What the filter that is shown says."""

    def compose(self) -> ComposeResult:
        yield Static(READING, id="moves-empty", markup=False)
        with Vertical(id="moves-column"):
            yield Static("", id="moves-heading", markup=False)
            yield MoveList(self._colours, self._names, self._zone, id="moves")
        yield EvidencePanel(self._zone, id="moves-evidence")

    @property
    def list(self) -> MoveList:
        return self.query_one(MoveList)

    def show(self, snapshot: Snapshot, empty: str | None) -> None:
        self.set_class(empty is not None, "empty")
        self.query_one("#moves-empty", Static).update(empty or "")
        self.list.reversals = snapshot.reversals
        if snapshot.query.oldest_first != self._oldest_first:  # as the filter says now, until a key says otherwise
            self._oldest_first = snapshot.query.oldest_first
            self._order = int(self._oldest_first)
        self._moves = snapshot.moves
        self._list()

    def _list(self) -> None:
        self.list.set_rows(self.in_order(self._moves))
        self._head()
        self.panel.show_move(self.list.current)

    @on(LineList.Selected, "#moves")
    def _head(self) -> None:
        chosen = len(self.list.selection)
        what = f" · {chosen} selected: s m t v x y M P are for these" if chosen else ""
        self.query_one("#moves-heading", Static).update(f" {self.order_name}{what}")

    @property
    def panel(self) -> EvidencePanel:
        return self.query_one(EvidencePanel)

    def show_evidence(self, evidence: EvidenceInContext) -> None:
        self.panel.show_evidence(evidence)

    @on(LineList.Highlighted, "#moves")
    def _cursor_moved(self, event: LineList.Highlighted) -> None:
        event.stop()
        self.panel.show_move(event.row)
        self.post_message(MoveHighlighted(event.row))

    @on(LineList.Chosen, "#moves")
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        self.post_message(ArticleChosen(event.row.lead.article.id, event.row.lead.id))

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < NARROW, "narrow")
