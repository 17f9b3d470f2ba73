"""Some of many, by key: values with counts under headings."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.facets import Choice, Picked
from tui.render import SELECTED, fit, plain, ruled
from tui.widgets.line_list import LineList

_BAR = 16


class PickList(LineList[Choice | str]):
    """A string is a heading."""

    SELECTS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,right,tab", "group(1)", "Next heading", show=False, id="pick.next"),
        Binding("h,left,shift+tab", "group(-1)", "Previous heading", show=False, id="pick.previous"),
    ]

    def key_of(self, row: Choice | str) -> Hashable:
        return row if isinstance(row, str) else (row.group, row.value)

    def selectable(self, row: Choice | str) -> bool:
        return not isinstance(row, str)

    def text_of(self, row: Choice | str, width: int) -> Text:
        if isinstance(row, str):
            return Text(ruled(plain(row), width), style="dim")
        order = list(self.selected).index(self.key_of(row)) + 1 if self.is_selected(row) else 0
        text = Text(f" {SELECTED}{order:<2}" if order else "    ", style="bold", no_wrap=True)
        room = max(8, width - 4 - (8 + _BAR if row.count is not None else 0))
        text.append(fit(plain(row.label), room), style=row.colour)
        if row.count is not None:
            most = max(one.count or 0 for one in self.rows if isinstance(one, Choice) and one.group == row.group)
            text.append(f"{row.count:>7,} ", style="bold")
            text.append(fit("▪" * max(1, round(_BAR * row.count / max(1, most))), _BAR), style="dim")
        return text

    def action_group(self, step: int) -> None:
        """To the first value under the next heading that has one."""
        here = self.current
        groups = list(dict.fromkeys(row.group for row in self.rows if isinstance(row, Choice)))
        if isinstance(here, Choice):
            wanted = groups[(groups.index(here.group) + step) % len(groups)]
            self.move_to(next(n for n, row in enumerate(self.rows) if isinstance(row, Choice) and row.group == wanted))


class PickerScreen(ModalScreen[Picked | None]):
    """Space chooses, enter takes what is chosen (else what is under the cursor), escape takes nothing."""

    CSS = """
    PickerScreen { align: center middle; }
    PickerScreen > Vertical {
        width: 80%; max-width: 76; height: 80%; padding: 0 1; border: round $primary; background: $surface;
    }
    PickerScreen Static { color: $text-muted; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Cancel", id="pick.cancel"),
        Binding("minus", "without", "Leave out", key_display="-", id="pick.without"),
    ]

    def __init__(
        self,
        title: str,
        hint: str,
        choices: Sequence[Choice],
        chosen: Sequence[str] = (),
        *,
        most: int = 0,
        excludes: bool = False,
    ) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._choices = choices
        self._chosen = chosen
        self._most = most
        """How many can be chosen; 0: any number."""
        self._excludes = excludes

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            yield PickList(id="picks")
            yield Static(self._hint, markup=False)

    @property
    def list(self) -> PickList:
        return self.query_one(PickList)

    def on_mount(self) -> None:
        rows: list[Choice | str] = []
        for choice in self._choices:
            if choice.group and choice.group not in rows:
                rows.append(choice.group)
            rows.append(choice)
        self.list.set_rows(rows)
        by_value = {choice.value: self.list.key_of(choice) for choice in self._choices}
        self.list.select_only(by_value[value] for value in self._chosen if value in by_value)
        self.list.focus()

    @on(LineList.Selected)
    def _at_most(self) -> None:
        if self._most and len(self.list.selected) > self._most:
            self.list.select_only(list(self.list.selected)[: self._most])
            self.notify(f"at most {self._most}", markup=False)

    @on(LineList.Chosen)
    def _take(self, event: LineList.Chosen) -> None:
        event.stop()
        self._give(without=False)

    def action_without(self) -> None:
        self._give(without=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        return self._excludes or action != "without"

    def _give(self, *, without: bool) -> None:
        by_key = {self.list.key_of(choice): choice for choice in self._choices}
        chosen = [by_key[key] for key in self.list.selected if key in by_key]
        if not chosen and isinstance(self.list.current, Choice):
            chosen = [self.list.current]
        self.dismiss(Picked(tuple(chosen), without))
