"""The line under the filter: saved views as tabs, or what could follow while the filter is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from marketwatch.config import View
from tui.completion import Options
from tui.render import plain

_ALL = View("all", "")


class ViewTabs(Widget, can_focus=True):
    """`f` goes here: h l or f choose a view, which shows at once; enter goes to the list, escape back to what was before."""

    DEFAULT_CSS = """
    ViewTabs { height: 1; padding: 0 1; background: $surface; link-style: none; link-color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,right,f,tab,j,down", "step(1)", "Choose", key_display="h l", id="views.next"),
        Binding("h,left,shift+tab,k,up", "step(-1)", "Previous", show=False, id="views.previous"),
        Binding("enter", "take", "Show", id="views.take"),
        Binding("escape", "back", "Back", show=False, id="views.back"),
    ]

    class Picked(Message):
        """A view is to be shown."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    class Done(Message):
        """The list is to have the focus again."""

    def __init__(self, views: Sequence[View]) -> None:
        super().__init__()
        self._views = (_ALL, *views)
        self._line = ""
        self._before = ""
        self._hint: Text | None = None
        self._roomy = False
        self.display = False

    @property
    def active(self) -> int | None:
        """The view whose query is the filter."""
        return next((n for n, view in enumerate(self._views) if view.query.strip() == self._line), None)

    def show_views(self, views: Sequence[View]) -> None:
        self._views = (_ALL, *views)
        self.refresh()

    def show_line(self, line: str) -> None:
        """Follow the filter."""
        self._line = line.strip()
        self.refresh()

    def hint(self, text: Text | None) -> None:
        """Say something in the place of the tabs, or no longer."""
        self._hint = text
        self._appear()
        self.refresh()

    def roomy(self, roomy: bool) -> None:
        """Whether the screen always has a line for the tabs."""
        self._roomy = roomy
        self._appear()

    def _appear(self) -> None:
        self.display = self._roomy or self._hint is not None or self.has_focus

    def on_focus(self) -> None:
        self._before = self._line

    def on_blur(self) -> None:
        self.call_later(self._appear)  # it still has the focus while it is told

    def action_step(self, step: int) -> None:
        at = self.active
        self._pick(self._views[((at if at is not None else 0 if step > 0 else 1) + step) % len(self._views)])

    def _pick(self, view: View) -> None:
        self._line = view.query.strip()
        self.refresh()
        self.post_message(self.Picked(view))

    def action_take(self) -> None:
        self.post_message(self.Done())

    def action_back(self) -> None:
        if self._line != self._before:
            self._pick(View("", self._before))
        self.post_message(self.Done())

    def action_click(self, number: int) -> None:
        self._pick(self._views[number])
        self.post_message(self.Done())

    def render(self) -> Text:
        if self._hint is not None:
            return self._hint
        width, active = self.content_size.width, self.active
        labels = [f" {plain(view.name)} " for view in self._views]
        first = 0
        # The active tab is on the screen, however many there are.
        while active is not None and first < active and sum(len(one) + 1 for one in labels[first : active + 1]) > width:
            first += 1
        text = Text("‹" if first else "", style="dim", no_wrap=True, overflow="ellipsis")
        for number in range(first, len(labels)):
            here = number == active
            look = Style(reverse=here, bold=here and self.has_focus, dim=not here, meta={"@click": f"click({number})"})
            text.append(labels[number], style=look)
            text.append(" ")
        if active is None and self._line:
            text.append("F saves this filter as a view", style="dim italic")
        return text


def options_text(found: Options, chosen: int | None) -> Text:
    """`xiaomi 41  huawei 30`: what Tab would take, the first one or the next to `chosen` first."""
    text = Text(no_wrap=True, overflow="ellipsis")
    if not found.options:
        text.append(found.help, style="dim")
        return text
    for number, option in enumerate(found.options[max(0, (chosen or 0) - 2) :], max(0, (chosen or 0) - 2)):
        text.append(option.label, style="bold reverse" if number == chosen else "bold" if number == 0 and chosen is None else "")
        text.append(f" {option.count:,}  " if option.count is not None else "  ", style="dim")
    return text
