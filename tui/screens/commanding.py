"""`:`: a command by name, with what it is about behind it: `:export xiaomi.md`, `:tag india -rumour`, `:zoom year`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from marketwatch.config import View
from marketwatch.near import did_you_mean
from tui.render import plain
from tui.screens.grouping import GroupingScreen
from tui.screens.marking import ids_of
from tui.screens.prompt import PromptScreen
from tui.timescale import Zoom
from tui.widgets.lane_list import LaneList

_VIEWS = ("timeline", "moves", "articles", "ledger", "compare", "feeds")
_ACTIONS: Mapping[str, str] = {
    **{name: f"show_view('{name}')" for name in _VIEWS},
    "counts": "facets",
    "star": "star",
    "read": "toggle_read",
    "verify": "judge('verified')",
    "reject": "judge('rejected')",
    "merge": "merge",
    "split": "split",
    "story": "story",
    "copy": "copy_quote",
    "undo": "undo",
    "redo": "redo",
    "sort": "sort",
    "poll": "poll_all",
    "stop": "stop_polling",
    "help": "app.help",
    "quit": "app.quit",
}
"""Commands without anything behind them: what a key does."""
_ABOUT: Mapping[str, str] = {
    "export": "FILE",
    "filter": "QUERY",
    "view": "NAME",
    "save": "NAME",
    "lanes": "VENDOR VENDOR ...",
    "zoom": " | ".join(zoom.value for zoom in Zoom),
    "tag": "WORD -WORD ...",
    "pipe": "COMMAND",
}


class CommandingScreen(GroupingScreen):
    """A screen that takes commands by name."""

    COMMANDING: ClassVar[list[BindingType]] = [
        Binding("colon", "command", "Command", show=False, key_display=":", id="command.line"),
    ]

    def action_command(self) -> None:
        about = " · ".join(f"{name} {what}" for name, what in _ABOUT.items() if name != "zoom")
        names = " ".join(sorted(_ACTIONS))
        self.app.push_screen(PromptScreen("Command", f"{about} · zoom {_ABOUT['zoom']} · {names}"), self._given)

    async def _given(self, line: str | None) -> None:
        """Do what a line says; a word that is no command changes nothing and is told."""
        name, _, rest = (line or "").strip().removeprefix(":").partition(" ")
        found = command_of(name)
        if not name:
            return
        if found is None:
            known = [*_ABOUT, *_ACTIONS]
            begun = [one for one in sorted(known) if one.startswith(name.lower())]
            hint = did_you_mean(name, known, f"there are: {' '.join(sorted(known))}")
            hint = f"so begin: {' '.join(begun)}" if begun else hint
            self.notify(f"no command '{plain(name)}'; {hint}", severity="warning", markup=False)
        elif found in _ACTIONS:
            await self.run_action(_ACTIONS[found])
        elif not rest.strip() and found not in ("filter", "lanes"):
            self.notify(f"{found} {_ABOUT[found]}", severity="warning", markup=False)
        else:
            await self._obey(found, rest.strip())

    async def _obey(self, name: str, rest: str) -> None:
        if name == "lanes":
            await self._lanes(rest.replace(",", " ").lower().split())
            return
        doing: Mapping[str, Callable[[], None]] = {
            "export": lambda: self.export_to(rest, self.asked(), self.table_source()),
            "filter": lambda: self.set_filter(rest),
            "view": lambda: self._view_of(rest),
            "save": lambda: self.save_as(rest),
            "zoom": lambda: self._zoom_to(rest),
            "tag": lambda: self.tag_all(ids_of(self.targets()), rest),
            "pipe": lambda: self.pipe(rest, self.quotes()),
        }
        doing[name]()

    async def _lanes(self, vendors: Sequence[str]) -> None:
        snapshot = self.listed()
        known = {*self._names, *(move.lead.shift.vendor for move in (snapshot.moves if snapshot else ()))}
        if wrong := [vendor for vendor in vendors if vendor not in known]:
            self._unknown("vendor", wrong[0], list(self._names))
        else:
            await self.choose_lanes(vendors)

    def _view_of(self, name: str) -> None:
        view = next((view for view in self._config.views if view.name == name.removeprefix("@")), None)
        if view is None:
            self._unknown("view", name, [view.name for view in self._config.views])
        else:
            self.set_filter(view.query)

    def _zoom_to(self, name: str) -> None:
        zoom = next((zoom for zoom in Zoom if zoom.value.startswith(name.lower())), None)
        if zoom is None:
            self._unknown("zoom", name, [zoom.value for zoom in Zoom])
        else:
            self.query_one(LaneList).zoom_to(zoom)

    def _unknown(self, what: str, name: str, known: Sequence[str]) -> None:
        there = ", ".join(plain(one) for one in known) or "none yet"
        self.notify(f"no {what} '{plain(name)}'; there are: {there}", severity="warning", markup=False)

    def save_as(self, name: str) -> None:
        """Save the filter as a view of this name."""
        if (line := self.saveable()) is not None:
            self._save_view(View(name, line))


def command_of(name: str) -> str | None:
    """The command that a name is or begins, if it is one alone."""
    known = [*_ABOUT, *_ACTIONS]
    found = [one for one in known if one.startswith(name.lower())]
    return name.lower() if name.lower() in known else found[0] if len(found) == 1 else None
