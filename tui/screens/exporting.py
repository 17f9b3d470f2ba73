"""`E`: the moves under the filter into a file, as `marketwatch export` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore, Clock
from marketwatch.query import Query, to_text
from tui import messages
from tui.render import plain
from tui.screens.copying import CopyingScreen
from tui.screens.prompt import PromptScreen

_HINT = "the ending says how: .md .csv .jsonl .xlsx .html; 'marketwatch verify FILE' later says what still holds"


class ExportingScreen(CopyingScreen):
    """A screen that shows the moves under a query and can write them to a file."""

    EXPORTING: ClassVar[list[BindingType]] = [Binding("E", "export", "Export", show=False, id="export.file")]

    def __init__(self, store: ArticleStore, now: Clock) -> None:
        super().__init__(store)
        self._now = now

    def asked(self) -> Query:
        """The query whose moves are shown."""
        raise NotImplementedError

    def vendor_names(self) -> Mapping[str, str]:
        """By slug, in the order of the lanes."""
        raise NotImplementedError

    def hidden_count(self) -> int:
        """Moves under the query that are not shown because they are unsure; a file has them."""
        raise NotImplementedError

    def action_export(self) -> None:
        """Ask for a file name, then write in a worker thread; an existing file is never overwritten from here."""
        query, hidden = self.asked(), self.hidden_count()
        what = f"moves under: {plain(to_text(query))}" if to_text(query) else "all moves"
        also = f", with the {hidden} that are hidden as unsure" if hidden else ""
        prompt = PromptScreen("Export", f"{what}{also}; {_HINT}", f"marketwatch-{self._now():%Y-%m-%d}.md")
        self.app.push_screen(prompt, lambda line: self._export_to(query, line))

    def _export_to(self, query: Query, line: str | None) -> None:
        if line is not None and line.strip():
            self._export(query, line.strip(), dict(self.vendor_names()))

    @work(thread=True, group="export", exit_on_error=False)
    def _export(self, query: Query, name: str, names: Mapping[str, str]) -> None:
        # Imported here: a dashboard that exports nothing starts without it.
        from marketwatch.export.files import check_target, write_report
        from marketwatch.export.report import gather
        from marketwatch.export.wording import size_line

        try:
            path = Path(name).expanduser()
            check_target(path, force=False)
            report = gather(self._store, query, now=self._now, names=names)
            write_report(report, path)
            message = messages.Exported(f"{size_line(report)}: {path.absolute()}")
        except (MarketwatchError, RuntimeError, ValueError) as error:  # ~nobody, a zero byte: no path at all
            message = messages.Exported(str(error), failed=True)
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(messages.Exported)
    def _exported(self, event: messages.Exported) -> None:
        if event.failed:
            self.notify(plain(event.text), title="not exported", severity="error", markup=False)
        else:
            self.notify(plain(event.text), title="exported", markup=False)
