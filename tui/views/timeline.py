"""Home: lanes of moves by vendor, their activity by month, and the evidence of the move under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui.lanes import LaneRow
from tui.messages import ArticleChosen, MoveHighlighted
from tui.snapshot import EvidenceInContext, Snapshot, lane_vendors
from tui.widgets.activity import Activity, Counts, counts_of
from tui.widgets.evidence_panel import EvidencePanel
from tui.widgets.lane_list import LANES, MOST_LANES, NARROW, LaneList
from tui.widgets.line_list import LineList
from tui.words import READING

_PANEL_SHARE, _PANEL_LEAST, _PANEL_MOST = 34, 36, 72
"""The width of the evidence beside the lanes: percent, least and most, as in the style below."""


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
    TimelineView.narrow #timeline-body, TimelineView.stacked #timeline-body { layout: vertical; }
    TimelineView.narrow #lanes-column, TimelineView.stacked #lanes-column { width: 100%; height: 1fr; }
    TimelineView.narrow EvidencePanel, TimelineView.stacked EvidencePanel {
        width: 100%; max-width: 100%; height: 45%; border-left: none; border-top: solid $primary-darken-1;
    }
    """

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str], zone: tzinfo | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, classes="empty")
        self._colours = colours
        self._names = names
        self._zone = zone
        self._counts = Counts()
        self._heading = Text()
        self._snapshot: Snapshot | None = None
        self.chosen: tuple[str, ...] = ()
        """Vendors that were chosen to stand side by side, in that order."""
        self._empty: str | None = None
        """What is said instead of lanes."""

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
        self._empty = empty
        self.query_one("#timeline-empty", Static).update(empty or "")
        self._snapshot, self._counts = snapshot, counts_of(snapshot.activity, snapshot.moves)
        self.lanes.reversals = snapshot.reversals
        self.lanes.cut = snapshot.cut
        asked = [str(v) for t in snapshot.query.terms() if t.name == "vendor" for v in t.values]
        present = {move.lead.shift.vendor for move in snapshot.moves}
        asked = [v for v in asked if v in present or v in self._names]
        vendors = lane_vendors(snapshot.moves, list(self._names), asked)
        first = tuple(vendor for vendor in self.chosen if vendor in present)
        rest = tuple(vendor for vendor in vendors if vendor not in first)
        self.lanes.show(snapshot.moves, (*first, *rest), max(len(first), min(len(asked), MOST_LANES)))
        self._follow()

    def say(self, text: str) -> None:
        """Say something instead of lanes, while nothing has been read."""
        if self._snapshot is None:
            self.query_one("#timeline-empty", Static).update(text)

    def choose_lanes(self, vendors: Sequence[str]) -> None:
        """Lay these vendors side by side, in this order; none: as the filter says."""
        self.chosen = tuple(vendors)
        if self._snapshot is not None:
            lanes = self.lanes
            if lanes.vendors and lanes.vendors[lanes.lane] not in self.chosen:
                lanes.vendors = ()  # the cursor goes to the first of the chosen lanes
            self.show(self._snapshot, self._empty)

    @property
    def panel(self) -> EvidencePanel:
        return self.query_one(EvidencePanel)

    def show_evidence(self, evidence: EvidenceInContext) -> None:
        self.panel.show_evidence(evidence)

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

    @on(LaneList.Resized)
    def _lanes_resized(self, event: LaneList.Resized) -> None:
        event.stop()
        self._follow()

    def _follow(self) -> None:
        """Heading, activity and panel follow the cursor."""
        lanes = self.lanes
        row, move = lanes.current, lanes.move
        self.panel.show_move(move)
        if self._empty is not None:  # hidden, and not to come back with what it said of nothing
            self._head(Text())
            self.query_one(Activity).show(Counts(), (), None, lanes.zoom)
            return
        if not lanes.size.width:  # hidden until now: it tells when it has its size
            return
        # Lanes that do not fit beside the evidence stand above it.
        beside = self.size.width - max(_PANEL_LEAST, min(_PANEL_MOST, self.size.width * _PANEL_SHARE // 100))
        self.set_class(lanes.lanes_in(self.size.width) > max(LANES, lanes.lanes_in(beside)), "stacked")
        self._head(lanes.heading(lanes.line_width))
        alone = len(lanes.window) == 1 and not self.screen.has_class("-short")
        shown = lanes.vendors[lanes.first_lane : lanes.first_lane + 2] if alone else lanes.window
        day = move.first_at.date() if isinstance(row, LaneRow) and move is not None else None
        self.query_one(Activity).show(self._counts, shown, day, lanes.zoom)

    def _head(self, heading: Text) -> None:
        if heading != self._heading:
            self._heading = heading
            self.query_one("#lane-heading", Static).update(heading, layout=False)
