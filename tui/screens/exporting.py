"""`E`: what the view shows into a file: moves as `marketwatch export` writes them, other rows as their commands print them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from marketwatch.counted import counted
from marketwatch.domain import Vendor
from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore, Clock
from marketwatch.query import Query, to_text
from tui import messages
from tui.render import plain
from tui.screens.copying import CopyingScreen
from tui.screens.prompt import PromptScreen

if TYPE_CHECKING:
    from marketwatch.tables.text import Table

_HINT = "the ending says how: .md .csv .jsonl .xlsx .html; 'marketwatch verify FILE' later says what still holds"
_TABLE_HINT = "the ending says how: .md .csv .jsonl .json"


@dataclass(frozen=True, slots=True)
class TableSource:
    """Rows that are no moves."""

    name: str
    """`ledger`: how its file is called."""
    what: str
    """`12 goals`"""
    read: Callable[[str], Table]
    """Makes the table for a form (md, csv, jsonl, json); runs in a worker thread and may read the store."""


class ExportingScreen(CopyingScreen):
    """A screen that shows the moves under a query and can write them to a file."""

    EXPORTING: ClassVar[list[BindingType]] = [Binding("E", "export", "Export", show=False, id="export.file")]

    def __init__(self, store: ArticleStore, now: Clock) -> None:
        super().__init__(store)
        self._now = now

    def asked(self) -> Query:
        """The query whose moves are shown."""
        raise NotImplementedError

    def vendors(self) -> Mapping[str, Vendor]:
        """By slug, in the order of the lanes."""
        raise NotImplementedError

    def hidden_count(self) -> int:
        """Moves under the query that are not shown because they are unsure; a file has them."""
        raise NotImplementedError

    def table_source(self) -> TableSource | None:
        """What is shown when it is no moves; None: moves, which are exported as a report."""
        return None

    def action_export(self) -> None:
        """Ask for a file name, then write in a worker thread; an existing file is never overwritten from here."""
        query, source = self.asked(), self.table_source()
        under = f" under: {plain(to_text(query))}" if to_text(query) else ""
        name = free_name(f"{source.name if source else 'marketwatch'}-{self._now():%Y-%m-%d}", ".md")
        if source is None:
            hidden = self.hidden_count()
            also = f", with the {hidden} that are hidden as unsure" if hidden else ""
            hint = f"{f'moves{under}' if under else 'all moves'}{also}; {_HINT}"
        else:
            hint = f"{source.what}{under}; {_TABLE_HINT}"
        # The rows are those of then: who goes to a view and exports it at once is faster than its reading.
        self.app.push_screen(PromptScreen("Export", hint, name), lambda line: self.export_to(line, query, self.table_source()))

    def export_to(self, line: str | None, query: Query, source: TableSource | None) -> None:
        """Write into a file, in a worker thread."""
        if line is not None and line.strip():
            self._export(query, line.strip(), dict(self.vendors()), source)

    @work(thread=True, group="export", exit_on_error=False)
    def _export(self, query: Query, name: str, vendors: Mapping[str, Vendor], source: TableSource | None) -> None:
        try:
            path = Path(name).expanduser()
            written = (
                _write_report(self._store, query, self._now, vendors, path) if source is None else _write_table(source, path)
            )
            message = messages.Exported(f"{written}: {path.absolute()}")
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


def free_name(stem: str, ending: str) -> str:
    """A name that no file of the current folder has: `ledger-2026-11-24-2.md` beside the first of that day."""
    names = (f"{stem}{f'-{n}' if n > 1 else ''}{ending}" for n in count(1))
    return next(name for name in names if not Path(name).exists())


def _write_report(store: ArticleStore, query: Query, now: Clock, vendors: Mapping[str, Vendor], path: Path) -> str:
    # Imported here: a dashboard that exports nothing starts without it.
    from marketwatch.export.files import check_target, write_report
    from marketwatch.export.report import gather
    from marketwatch.export.wording import size_line

    check_target(path, force=False)
    report = gather(store, query, now=now, vendors=vendors)
    write_report(report, path)
    return size_line(report)


def _write_table(source: TableSource, path: Path) -> str:
    from marketwatch.export.tables import table_form, write_table

    table = source.read(table_form(path))
    write_table(table, path)
    return counted(len(table.rows), "row")
