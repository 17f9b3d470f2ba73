"""One line above the footer while something long goes on."""

from __future__ import annotations

import time

from rich.text import Text
from textual.widget import Widget

from marketwatch.domain import JobStep
from tui.jobs import Progress, progress_line
from tui.render import fit, plain


class JobBar(Widget):
    """Not there when nothing runs."""

    DEFAULT_CSS = """
    JobBar { height: 1; padding: 0 1; background: $panel; color: $foreground; display: none; }
    JobBar.running { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.progress: Progress | None = None

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.progress is not None:  # time goes on between two steps
            self.refresh()

    def begin(self, name: str, unit: str) -> None:
        self.show(Progress(name, unit, time.monotonic()))

    def step(self, step: JobStep) -> None:
        if self.progress is not None:
            self.show(self.progress.after(step))

    def show(self, progress: Progress | None) -> None:
        self.progress = progress
        self.set_class(progress is not None, "running")
        self.refresh()

    def render(self) -> Text:
        if self.progress is None:
            return Text()
        width = self.content_size.width
        return Text(fit(plain(progress_line(self.progress, time.monotonic(), width)), width), no_wrap=True)
