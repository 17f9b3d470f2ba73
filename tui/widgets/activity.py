"""The activity of each lane's vendor by month, under one axis of years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from marketwatch.domain import ActivityCount
from tui.lanes import axis_for, bars
from tui.render import fit, sparkline

NAME_WIDTH = 10


class Activity(Widget):
    """Read only; follows the lanes on the screen and marks the month of the cursor."""

    DEFAULT_CSS = """
    Activity { height: auto; min-height: 1; padding: 0 1; }
    """

    def __init__(self, colours: Mapping[str, str], names: Mapping[str, str]) -> None:
        super().__init__()
        self._colours = colours
        self._names = names
        self._counts: Sequence[ActivityCount] = ()
        self._vendors: Sequence[str] = ()
        self._month: str | None = None

    def show(self, counts: Sequence[ActivityCount], vendors: Sequence[str], month: str | None) -> None:
        taller = len(vendors) != len(self._vendors)
        self._counts, self._vendors, self._month = counts, vendors, month
        self.refresh(layout=taller)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return 1 + max(1, len(self._vendors))

    def render(self) -> Text:
        width = self.content_size.width - NAME_WIDTH - 1
        axis = axis_for(self._counts, width)
        if axis is None:
            return Text("no activity under this filter", style="dim")
        unit = "a month" if axis.step == 1 else f"{axis.step} months"
        text = Text(fit(unit, NAME_WIDTH) + " ", style="dim", no_wrap=True)
        text.append(axis.labels())
        lines = {vendor: bars(self._counts, vendor, axis) for vendor in self._vendors}
        highest = max((max(line) for line in lines.values() if line), default=1)
        mark = axis.column_of(self._month) if self._month else None
        for vendor, line in lines.items():
            colour = Style.parse(self._colours.get(vendor) or "none")
            text.append("\n")
            text.append(fit(self._names.get(vendor, vendor), NAME_WIDTH) + " ", style=colour + Style(bold=True))
            bar = Text(sparkline(line, highest), style=colour)
            if mark is not None and 0 <= mark < axis.columns:
                bar.stylize(Style(reverse=True), mark, mark + 1)
            text.append_text(bar)
        return text
