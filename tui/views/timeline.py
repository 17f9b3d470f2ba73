"""Home: lanes of moves by vendor, their activity by month, and the evidence of the move under the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from marketwatch.domain import ActivityCount
from tui.lanes import LaneRow
from tui.messages import ArticleChosen, MoveHighlighted
from tui.snapshot import EvidenceInContext, Snapshot, lane_vendors
from tui.widgets.activity import Activity
from tui.widgets.evidence_panel import EvidencePanel
from tui.widgets.lane_list import NARROW, LaneList
from tui.widgets.line_list import LineList
from tui.words import READING


class TimelineView(Vertical):
    """The view on 1."""

    DEFAULT_CSS = """
    TimelineView > #timeline-empty { height: 1fr; padding: 2 4; display: none; }
    TimelineView.empty > #timeline-empty { display: block; }
    TimelineView.empty > Activity, TimelineView.empty > #timeline-body { display: none; }
    TimelineView #timeline-body { height: 1fr; }
    TimelineView #lanes-column { width: 1fr; }
    TimelineView #lane-heading { height: 1; padding: 0; }
    TimelineView EvidencePanel { width: 34%; min-width: 36; max-width: 72; }
    TimelineView.narrow #timeline-body { layout: vertical; }
    TimelineView.narrow #lanes-column { width: 100%; height: 1fr; }
    TimelineView.narrow EvidencePanel {
        width: 100%; max-width: 100%; height: 45%; border-left: none; border-top: solid $primary-darken-1;
    }
    """

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str], zone: tzinfo | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, classes="empty")
        self._colours = colours
        self._names = names
        self._zone = zone
        self._counts: tuple[ActivityCount, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(READING, id="timeline-empty", markup=False)
        yield Activity(self._colours, self._names)
        with Horizontal(id="timeline-body"):
            with Vertical(id="lanes-column"):
                yield Static("", id="lane-heading", markup=False)
                yield LaneList(self._colours, self._names, id="lanes")
            yield EvidencePanel(self._zone, id="timeline-evidence")

    @property
    def lanes(self) -> LaneList:
        return self.query_one(LaneList)

    def show(self, snapshot: Snapshot, empty: str | None) -> None:
        """Show a snapshot; `empty` is what to say when it holds nothing."""
        self.set_class(empty is not None, "empty")
        self.query_one("#timeline-empty", Static).update(empty or "")
        self._counts = snapshot.activity
        self.lanes.reversals = snapshot.reversals
        asked = [str(v) for t in snapshot.query.terms() if t.name == "vendor" for v in t.values]
        present = {move.lead.shift.vendor for move in snapshot.moves}
        self.lanes.show(
            snapshot.moves,
            lane_vendors(snapshot.moves, list(self._names), [v for v in asked if v in present or v in self._names]),
        )
        self._follow()
        self.call_after_refresh(self._follow)  # what was hidden until now gets its size first

    def show_evidence(self, evidence: EvidenceInContext) -> None:
        self.query_one(EvidencePanel).show_evidence(evidence)

    @on(LineList.Highlighted, "#lanes")
    def _cursor_moved(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._follow()
        self.post_message(MoveHighlighted(self.lanes.move))

    @on(LineList.Chosen, "#lanes")
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        if (move := self.lanes.move) is not None:
            self.post_message(ArticleChosen(move.lead.article.id, move.lead.id))

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < NARROW, "narrow")
        self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        """Heading, activity and panel follow the cursor."""
        lanes = self.lanes
        if not lanes.size.width:
            return
        row = lanes.current
        self.query_one("#lane-heading", Static).update(lanes.heading(lanes.size.width))
        shown = lanes.window if len(lanes.window) > 1 else lanes.vendors[lanes.first_lane : lanes.first_lane + 2]
        self.query_one(Activity).show(self._counts, shown, row.month if isinstance(row, LaneRow) else None)
        self.query_one(EvidencePanel).show_move(lanes.move)
