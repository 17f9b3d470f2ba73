"""The filter of the main screen: typed, completed, picked from saved views or from what the moves are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on, work
from textual.binding import Binding, BindingType
from textual.timer import Timer

from marketwatch.config import Config, View
from marketwatch.domain import Vendor
from marketwatch.errors import MarketwatchError, QueryError
from marketwatch.ports import ArticleStore, Clock
from marketwatch.query import Query, parse
from tui import messages
from tui.completion import may_become_field, narrowed
from tui.facets import Picked, facets, with_picked
from tui.render import plain
from tui.screens.picker import PickerScreen
from tui.screens.polling import PollingScreen
from tui.screens.prompt import PromptScreen
from tui.snapshot import Snapshot
from tui.widgets.filter_bar import FilterBar, QueryInput
from tui.widgets.view_tabs import ViewTabs, options_text

_TYPING_S = 0.06
"""A pause in typing after which the store is asked."""
_NAMING_S = 0.6
"""So long an empty answer waits behind what may become the name of a field: no list goes empty for `out` before `outlet:`."""
_ROOMY = 30
"""Lines of a terminal from which the saved views always have one."""
_FACETS_HINT = "moves under the filter · space chooses several · ⏎ asks for them · - leaves them out · h l heading"
_SAVE_HINT = "letters, digits, - and _; a view of this name gets the new query; @name stands for it in other queries"


class FilteringScreen(PollingScreen):
    """A screen over which a filter stands."""

    FILTERING: ClassVar[list[BindingType]] = [
        # Priority, so that what is typed right after it already goes into the filter.
        Binding("slash", "edit_filter", "Filter", key_display="/", priority=True, id="filter.edit"),
        Binding("escape", "clear_filter", "Clear filter", show=False, id="filter.clear"),
        Binding("f", "pick_view", "Views", show=False, id="filter.views"),
        Binding("F", "save_view", "Save view", show=False, id="filter.save"),
        Binding("exclamation_mark", "mute", "Mute outlet", show=False, key_display="!", id="filter.mute"),
        Binding("C", "facets", "Counts", show=False, id="filter.facets"),
    ]

    def __init__(self, config: Config, store: ArticleStore, now: Clock) -> None:
        super().__init__(store, now)
        self._config = config
        self._generation = 0
        self._query = Query()
        self._unasked = -1
        """The generation of a query that waits for a pause in typing."""
        self._naming: Timer | None = None
        """Runs while the end of the line may become the name of a field."""
        self._mistake = ""
        """What is wrong with the filter as it stands; the last good list stays."""
        self._colours = {v.slug: v.colour for v in config.vendors.values() if v.colour}
        self._names = {v.slug: v.name for v in config.vendors.values()}

    def focus_view(self) -> None:
        """Give the list the focus."""
        raise NotImplementedError

    def listed(self) -> Snapshot | None:
        """What is shown, without what is hidden."""
        raise NotImplementedError

    def asked(self) -> Query:
        return self._query

    def holds_empty(self) -> bool:
        """Whether the view on the screen can hold an empty answer back."""
        raise NotImplementedError

    def show_held(self) -> None:
        """Show the empty answers that were held back."""
        raise NotImplementedError

    def vendors(self) -> Mapping[str, Vendor]:
        return self._config.vendors

    # --- typing --------------------------------------------------------------------------------------------------------------
    @on(messages.QueryTyped)
    def _query_typed(self, event: messages.QueryTyped) -> None:
        self._generation += 1  # whatever is under way answers a question no longer asked
        self._name_no_more()
        self.query_one(ViewTabs).show_line(event.text)
        try:
            views = {view.name: view.query for view in self._config.views}
            self._query = parse(event.text, now=self._now(), views=views)
        except QueryError as error:
            self._mistake = str(error)
            self.query_one(FilterBar).note(self._mistake, error=True)
            return
        self._mistake = ""
        if self.query_one(FilterBar).input.has_focus and may_become_field(event.text):
            self._naming = self.set_timer(_NAMING_S, self._naming_over)
        self._unasked = self._generation
        pause = _NAMING_S if self.naming and not self.holds_empty() else _TYPING_S
        self.set_timer(pause, partial(self._reload_if_newest, self._generation))

    @property
    def naming(self) -> bool:
        """Whether an empty answer may only mean that the name of a field is not typed to its end."""
        return self._naming is not None

    def _naming_over(self) -> None:
        self._name_no_more()
        self.show_held()

    def _name_no_more(self) -> None:
        if self._naming is not None:
            self._naming.stop()
            self._naming = None

    def _reload_if_newest(self, generation: int) -> None:
        if generation == self._generation and generation == self._unasked:
            self.reload()

    @on(messages.OptionsFound)
    def _options_found(self, event: messages.OptionsFound) -> None:
        """What could follow; a mistake that the filter's own line has no room for comes first."""
        bar, tabs = self.query_one(FilterBar), self.query_one(ViewTabs)
        if not bar.input.has_focus or event.line != bar.input.value:
            return
        if self._mistake and cell_len(self._mistake) > bar.room and not event.options.options:
            tabs.hint(Text(plain(self._mistake), style="bold red", no_wrap=True, overflow="ellipsis"))
        else:
            tabs.hint(options_text(event.options, event.chosen))

    @on(messages.FilterLeft)
    def _filter_left(self) -> None:
        self._reload_if_newest(self._unasked)
        self._naming_over()
        self.focus_view()
        self.query_one(ViewTabs).hint(None)

    def set_filter(self, text: str) -> None:
        """Show what matches a query, as if it had been typed."""
        bar = self.query_one(FilterBar)
        bar.input.remember(bar.input.value)
        bar.input.put(plain(text))
        self.focus_view()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """In the filter itself a slash is a slash."""
        return not (action == "edit_filter" and isinstance(self.focused, QueryInput))

    def action_edit_filter(self) -> None:
        self.set_focus(self.query_one(FilterBar).input)

    # --- saved views -----------------------------------------------------------------------------------------------------------
    def action_pick_view(self) -> None:
        tabs = self.query_one(ViewTabs)
        tabs.display = True
        self.set_focus(tabs)

    @on(ViewTabs.Picked)
    def _view_picked(self, event: ViewTabs.Picked) -> None:
        self.query_one(FilterBar).input.value = plain(event.view.query)

    @on(ViewTabs.Done)
    def _view_shown(self) -> None:
        self.focus_view()

    def room_for_tabs(self) -> None:
        self.query_one(ViewTabs).roomy(self.app.size.height >= _ROOMY)

    def action_save_view(self) -> None:
        """Ask for a name, then write the filter into feeds.toml as a view."""
        if (line := self.saveable()) is None:
            return
        held = next((view.name for view in self._config.views if view.query.strip() == line), "")
        prompt = PromptScreen("Save view", f"{plain(line)}; {_SAVE_HINT}", held)
        self.app.push_screen(prompt, lambda name: self._view_named(name, line))

    def saveable(self) -> str | None:
        """The filter, if it is one; else it is said why not."""
        line = self.query_one(FilterBar).input.value.strip()
        if self._mistake or not line:
            self.notify(self._mistake or "there is no filter to save: / types one", severity="warning", markup=False)
            return None
        return line

    def _view_named(self, name: str | None, line: str) -> None:
        if name is not None and name.strip():
            self._save_view(View(name.strip(), line))

    @work(thread=True, group="views", exit_on_error=False)
    def _save_view(self, view: View) -> None:
        # Imported here: a dashboard that saves nothing starts without it.
        from marketwatch.view_list import save_view

        try:
            path, views = save_view(self._config.path or Path("feeds.toml"), view)
            self.post_message(messages.ViewsSaved(views, f"{view.name}, in {path}"))
        except MarketwatchError as error:
            self.post_message(messages.ViewsSaved((), str(error), failed=True))

    @on(messages.ViewsSaved)
    def _views_saved(self, event: messages.ViewsSaved) -> None:
        if event.failed:
            self.notify(plain(event.text), title="view not saved", severity="error", markup=False)
            return
        views = tuple(event.views)
        self._config, self._main.config = replace(self._config, views=views), replace(self._main.config, views=views)
        self.query_one(ViewTabs).show_views(event.views)
        self.query_one(FilterBar).completer.views = [view.name for view in event.views]
        self.notify(plain(event.text), title="view saved", markup=False)

    def _mistaken(self) -> bool:
        """Say what is wrong with the filter, if something is: nothing can be added to it then."""
        if self._mistake:
            self.notify(plain(self._mistake), title="first mend the filter", severity="warning", markup=False)
        return bool(self._mistake)

    # --- facets ----------------------------------------------------------------------------------------------------------------
    def action_facets(self) -> None:
        """Kinds, vendors, statuses, languages and outlets of the moves on the screen; what is chosen joins the filter."""
        if self._mistaken():
            return
        snapshot = self.listed()
        found = facets(snapshot.moves, self._names, self._colours) if snapshot else []
        if not found:
            self.notify("no move under this filter to count", markup=False)
            return
        self.app.push_screen(PickerScreen("Counts", _FACETS_HINT, found, excludes=True), self._facets_picked)

    def _facets_picked(self, picked: Picked | None) -> None:
        if picked is not None and picked.choices:
            self.set_filter(with_picked(self.query_one(FilterBar).input.value, picked))

    def action_mute(self) -> None:
        """Leave the outlet of what is under the cursor out of the filter, where it stands to be taken back."""
        if self._mistaken():
            return
        if (target := self.target()) is None:
            self.notify("no article under the cursor whose outlet could be left out", markup=False)
        else:
            outlet = target.article.publisher
            self.set_filter(narrowed(self.query_one(FilterBar).input.value, "outlet", [outlet], without=True))
            self.notify(f"{plain(outlet)} is left out; / edits the filter", markup=False)
