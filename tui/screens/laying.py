"""Vendors side by side: chosen by key or by name, in the timeline and in compare alike."""

from __future__ import annotations

from collections.abc import Sequence

from marketwatch.compare import MOST
from tui.facets import Picked, facets
from tui.screens.filling import FillingScreen
from tui.screens.picker import PickerScreen
from tui.views.compare import CompareView
from tui.views.timeline import TimelineView
from tui.widgets.lane_list import MOST_LANES

_HINT = "moves of each vendor · space chooses, in order, at most {most} · ⏎ lays them side by side"


class LayingScreen(FillingScreen):
    """A screen on which vendors are laid side by side."""

    async def have(self, name: str) -> None:
        """Make a view, unless it is there."""
        raise NotImplementedError

    async def action_lanes(self) -> None:
        """Choose the vendors that stand side by side, in the timeline and in compare."""
        snapshot = self.listed()
        found = [one for one in facets(snapshot.moves, self._names, self._colours) if one.group == "vendor"] if snapshot else []
        if not found:
            self.notify("no move under this filter to lay side by side", markup=False)
            return
        most = MOST if self.view == "compare" else MOST_LANES
        chosen = self.query_one(TimelineView).chosen[:most]
        self.app.push_screen(PickerScreen("Lanes", _HINT.format(most=most), found, chosen, most=most), self._lanes_chosen)

    async def _lanes_chosen(self, picked: Picked | None) -> None:
        if picked is not None:
            await self.choose_lanes([choice.value for choice in picked.choices])

    async def choose_lanes(self, vendors: Sequence[str]) -> None:
        """These vendors side by side, in the timeline and in compare; none: those of the filter."""
        await self.have("compare")
        self.fill("timeline")
        self.fill("compare")
        self.query_one(TimelineView).choose_lanes(vendors)
        self.query_one(CompareView).choose(vendors)
        self.focus_view()
