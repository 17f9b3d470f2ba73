"""Vendors side by side: kinds of moves with count, trend and last move, and figures of several sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static
from textual.worker import get_current_worker

from marketwatch.claims import day_of
from marketwatch.compare import MOST, Comparison, FigureCell, KindCell, asked_vendors, compare, read_figures
from marketwatch.counted import counted
from marketwatch.domain import Move, ShiftKind, StoredFigure
from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore
from marketwatch.query import Query
from tui.messages import ArticleChosen, FiguresLoaded, LoadFailed
from tui.render import DIRECTION_GLYPHS, STATUS_GLYPHS, figure_line, fit, plain, shortened
from tui.screens.marking import Target
from tui.snapshot import Snapshot
from tui.widgets.activity import bar
from tui.widgets.compare_list import CompareList
from tui.widgets.line_list import LineList
from tui.widgets.line_panel import SCROLLBAR
from tui.widgets.quote_panel import SIDE_BY_SIDE, QuotePanel, quoted
from tui.words import as_of_note, hidden_note

_NAME = 10
_LATEST = 6
"""Moves of a cell listed by name."""


class CompareView(Vertical):
    """The view on 5."""

    DEFAULT_CSS = """
    CompareView > #compare-empty { display: none; height: 1fr; padding: 2 4; }
    CompareView.empty > #compare-empty { display: block; }
    CompareView.empty > #compare-column, CompareView.empty > QuotePanel { display: none; }
    CompareView > #compare-column { height: 1fr; }
    CompareView #compare-summary { height: 1; color: $text-muted; }
    CompareView #compare-heading { height: 1; }
    """

    def __init__(self, store: ArticleStore, colours: Mapping[str, str], names: Mapping[str, str], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, classes="empty")
        self._store = store
        self._colours = colours
        self._names = names
        self._moves: Sequence[Move] = ()
        self._figures: Sequence[StoredFigure] = ()
        self._figures_of = self._asked = Query()
        """What the figures and the moves answer."""
        self._unsure = ""
        """How many moves are not compared, because they are too unsure to be shown."""
        self._vendors: tuple[str, ...] = ()
        self._chosen: tuple[str, ...] = ()
        """Vendors that were chosen by key."""

    def compose(self) -> ComposeResult:
        yield Static("", id="compare-empty", markup=False)
        with Vertical(id="compare-column"):
            yield Static("", id="compare-summary", markup=False)
            yield Static("", id="compare-heading", markup=False)
            yield CompareList(self._colours, self._names, id="compare")
        yield QuotePanel(id="compare-evidence")

    @property
    def list(self) -> CompareList:
        return self.query_one(CompareList)

    @property
    def target(self) -> Target | None:
        """The last move of the cell, or the article of its first figure."""
        cell = self.list.cell
        if isinstance(cell, KindCell):
            return Target(cell.last.lead.article, cell.last) if cell.last else None
        return Target(cell.sources[0].article, sentence=cell.sources[0].figure.evidence) if cell else None

    # --- what is shown -----------------------------------------------------------------------------------------------------
    def show(self, snapshot: Snapshot, empty: str | None) -> None:
        """Compare the vendors that the filter names, else the first two with moves; `empty` is what to say without any."""
        named = asked_vendors(snapshot.query)
        if named and named != asked_vendors(self._asked):
            self._chosen = ()  # what is typed later than chosen counts
        self._moves, self._asked = snapshot.moves, snapshot.query
        self._unsure = hidden_note(snapshot) if snapshot.hidden else ""
        self._vendors = self._chosen or vendors_of(snapshot.query, snapshot.moves, list(self._names))
        self.set_class(empty is not None, "empty")
        self.query_one("#compare-empty", Static).update(empty or "")
        self._show()

    def choose(self, vendors: Sequence[str], kind: ShiftKind | None = None) -> None:
        """Compare these vendors, none: those of the filter; the cursor goes to a kind of the first."""
        self._chosen = tuple(vendors)[:MOST]
        self._vendors = self._chosen or vendors_of(self._asked, self._moves, list(self._names))
        self._show()
        if kind is not None:
            self.list.seek(kind)

    @work(thread=True, group="compare", exclusive=True, exit_on_error=False)
    def load(self, query: Query) -> None:
        """Ask the store for the figures under a query; the moves come with the snapshot."""
        try:
            message: FiguresLoaded | LoadFailed = FiguresLoaded(read_figures(self._store, query), query)
        except MarketwatchError as error:
            message = LoadFailed(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(FiguresLoaded)
    def _figures_loaded(self, event: FiguresLoaded) -> None:
        event.stop()
        self._figures, self._figures_of = event.figures, event.query
        self._show()

    def _show(self) -> None:
        found = compare(self._vendors, self._moves, self._figures if self._figures_of == self._asked else ())
        self.list.show(found)
        self._head(self.size.width)
        self._follow()

    def _head(self, width: int) -> None:
        line = " · ".join(filter(None, (as_of_note(self._asked) + summary(self.list.found), self._unsure)))
        self.query_one("#compare-summary", Static).update(fit(shortened(line, width), width))
        self.query_one("#compare-heading", Static).update(self.list.heading(width - SCROLLBAR))

    def on_resize(self, event: events.Resize) -> None:
        self._head(event.size.width)

    # --- cursor ------------------------------------------------------------------------------------------------------------
    @on(LineList.Highlighted, "#compare")
    def _cursor_moved(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._follow()

    def _follow(self) -> None:
        cell, vendor = self.list.cell, self.list.vendor or ""
        name = plain(self._names.get(vendor, vendor))
        panel, brief = self.query_one(QuotePanel), self.size.width < SIDE_BY_SIDE
        if isinstance(cell, KindCell) and cell.last is not None:
            kind = cell.last.lead.shift.kind
            moves = [m for m in self._moves if m.lead.shift.vendor == vendor and m.lead.shift.kind is kind]
            years = years_text(kind, self._vendors, self._moves, self._names, self._colours)
            trend = trend_text(name, cell, moves, self.list.found)
            panel.show(last_move_text(cell.last, brief=brief), Text("\n").join([years, trend]))
        elif isinstance(cell, FigureCell):
            panel.show(sources_text(name, cell), Text())
        else:
            panel.show(Text(f"nothing of {name} here", style="dim"), Text())

    @on(LineList.Chosen, "#compare")
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        cell = self.list.cell
        if isinstance(cell, FigureCell):
            self.post_message(ArticleChosen(cell.sources[0].article.id, sentence=cell.sources[0].figure.evidence))
        elif cell is not None and cell.last is not None:
            self.post_message(ArticleChosen(cell.last.lead.article.id, cell.last.lead.id))


def vendors_of(query: Query, moves: Sequence[Move], order: Sequence[str]) -> tuple[str, ...]:
    """Those that the filter names, else the first two of the configuration that have moves, else the first two with moves."""
    if asked := asked_vendors(query):
        return asked[:MOST]
    present = {move.lead.shift.vendor for move in moves}
    return tuple([slug for slug in order if slug in present] + sorted(present - set(order)))[:2]


def summary(found: Comparison) -> str:
    """What the columns say, and since when trends are counted."""
    more = " · vendor:a,b in the filter compares two" if len(found.vendors) < 2 else ""
    if found.until is None:
        return f"no moves to compare{more}"
    return f"moves, ▲▼ in the year to {found.until:%Y-%m-%d} against the one before, last move{more}"


def last_move_text(move: Move, *, brief: bool = False) -> Text:
    """The last move of a cell with its sentences: the first may only lead up to what is said."""
    lead = move.lead
    shift = lead.shift
    text = Text()
    text.append(f"{DIRECTION_GLYPHS[shift.direction]} {shift.kind.value} {shift.direction.value}", style="bold")
    text.append(f" · {plain(shift.object)}\n")
    said = f", said by {plain(shift.speaker)}" if shift.speaker else ""
    text.append(f"{STATUS_GLYPHS[move.status]} {move.status.value}{said}{chr(10) if brief else chr(10) * 2}", style="dim")
    for evidence in shift.evidence[:-1]:
        text.append(plain(evidence.text), style="bold reverse").append("\n")
    for evidence in shift.evidence[-1:]:
        text.append_text(quoted(evidence, lead.article, day_of(lead), brief=brief))
    return text


def trend_text(name: str, cell: KindCell, moves: Sequence[Move], found: Comparison) -> Text:
    """The counts in words, and the latest moves of the cell."""
    text = Text()
    text.append(f"{name}: {counted(cell.count, 'move')}", style="bold")
    if found.until is not None:
        text.append(f" · {cell.recent} in the year to {found.until:%Y-%m-%d}, {cell.before} in the year before\n\n", style="dim")
    for move in sorted(moves, key=lambda m: m.first_at, reverse=True)[:_LATEST]:
        shift = move.lead.shift
        text.append(f"{move.first_at:%Y-%m-%d} ", style="dim")
        text.append(f"{DIRECTION_GLYPHS[shift.direction]} {plain(shift.object)}\n")
    if len(moves) > _LATEST:
        text.append(f"and {len(moves) - _LATEST} more\n", style="dim")
    return text


def years_text(
    kind: ShiftKind, vendors: Sequence[str], moves: Sequence[Move], names: Mapping[str, str], colours: Mapping[str, str]
) -> Text:
    """The moves of a kind by year, a line of bars a vendor on one scale."""
    counts = {vendor: Counter(m.first_at.year for m in moves if m.lead.shift.kind is kind and m.lead.shift.vendor == vendor)
              for vendor in vendors}  # fmt: skip
    years = [move.first_at.year for move in moves if move.lead.shift.vendor in vendors]
    highest = max((number for found in counts.values() for number in found.values()), default=1)
    text = Text()
    for vendor, found in counts.items():
        text.append(fit(plain(names.get(vendor, vendor)), _NAME), style=colours.get(vendor, ""))
        text.append(f" {min(years)} ", style="dim")
        bars = "".join(bar(found[year], highest, 1) for year in range(min(years), max(years) + 1))
        text.append(bars, style=colours.get(vendor, ""))
        text.append(f" {max(years)}\n", style="dim")
    return text


def sources_text(name: str, cell: FigureCell) -> Text:
    """Every source of a figure with its sentence."""
    text = Text()
    spread = f" · {cell.spread:.3g} % apart" if cell.spread is not None else ""
    text.append(f"{name}: {counted(len(cell.outlets), 'outlet')}{spread}\n\n", style="bold")
    for one in cell.sources:
        text.append(f"{figure_line(one.figure)} · {plain(one.article.publisher)}\n", style="bold")
        text.append_text(quoted(one.figure.evidence, one.article, day_of(one)))
    return text
