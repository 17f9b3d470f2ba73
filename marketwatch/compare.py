"""Vendors side by side: their moves by kind, and what several sources say of one figure. Pure, but for reading the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from marketwatch.claims import OUTCOME_ROLES, scope_of
from marketwatch.domain import Metric, Move, ShiftKind, StoredFigure
from marketwatch.goals import period_span
from marketwatch.listing import moves_under
from marketwatch.ports import ArticleStore
from marketwatch.query import And, FieldTerm, Node, Or, Query, all_of

MOST = 4
"""Vendors that fit side by side."""
YEAR = timedelta(days=365)
MAX_FIGURES = 20_000
_ROLES = FieldTerm("figrole", tuple(sorted(OUTCOME_ROLES)))


@dataclass(frozen=True, slots=True)
class KindCell:
    """A vendor's moves of one kind."""

    count: int
    last: Move | None
    recent: int
    """Moves of the year that ends with the comparison's newest move."""
    before: int
    """Moves of the year before that."""

    @property
    def trend(self) -> str:
        """`up`, `down`, `level`, or `none` when neither year has a move."""
        if not self.recent and not self.before:
            return "none"
        return "up" if self.recent > self.before else "down" if self.recent < self.before else "level"


@dataclass(frozen=True, slots=True)
class FigureCell:
    """What sources say of a vendor's figure: one telling for each outlet and value, the smallest first."""

    sources: tuple[StoredFigure, ...]

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.article.publisher for one in self.sources))

    @property
    def low(self) -> Decimal:
        return self.sources[0].figure.value

    @property
    def high(self) -> Decimal:
        return max(one.figure.value_high or one.figure.value for one in self.sources)

    @property
    def spread(self) -> float | None:
        """Between the highest and the lowest, in percent of the lowest; None of one source, or around zero."""
        if len(self.outlets) < 2 or not self.low or (self.low < 0) != (self.high < 0):
            return None
        return float(abs((self.high - self.low) / self.low) * 100)


@dataclass(frozen=True, slots=True)
class KindRow:
    kind: ShiftKind
    cells: tuple[KindCell, ...]
    """One a vendor."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a period that several sources, or several vendors, have."""

    metric: Metric
    period: str
    scope: str | None
    unit: str
    cells: tuple[FigureCell | None, ...]
    """One a vendor; None where it has no such figure."""

    @property
    def name(self) -> str:
        """`units Q3 2019 India`."""
        return " ".join(part for part in (self.metric.value, self.period, self.scope) if part)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Vendors side by side."""

    vendors: tuple[str, ...]
    kinds: tuple[KindRow, ...]
    """In the order of the kinds; those without any move are left out."""
    figures: tuple[FigureRow, ...]
    """The latest period first."""
    until: datetime | None
    """Date of the newest move that has one: trends compare the year before it with the year before that."""


def compare(vendors: Sequence[str], moves: Iterable[Move], figures: Iterable[StoredFigure]) -> Comparison:
    """Put the moves and figures of vendors side by side.

    Trends are counted from the newest move among them, not from today: under `date:2016..2018` and in an old base they
    still say something, and no vendor is compared over another span than the others.
    """
    chosen = tuple(dict.fromkeys(vendors))
    by_cell: dict[tuple[ShiftKind, str], list[Move]] = defaultdict(list)
    for move in moves:
        if move.lead.shift.vendor in chosen:
            by_cell[move.lead.shift.kind, move.lead.shift.vendor].append(move)
    until = max((move.first_at for cell in by_cell.values() for move in cell if move.dated), default=None)
    present = {kind for kind, _ in by_cell}
    kinds = tuple(
        KindRow(kind, tuple(_kind_cell(by_cell.get((kind, vendor), ()), until) for vendor in chosen))
        for kind in ShiftKind
        if kind in present
    )
    return Comparison(chosen, kinds, tuple(_figure_rows(chosen, figures)), until)


def _kind_cell(moves: Sequence[Move], until: datetime | None) -> KindCell:
    """Of moves without a date nobody knows when they were: they are counted, but are in no trend, and last only beside none."""
    ages = [until - move.first_at for move in moves if move.dated and until]
    last = max(moves, key=lambda m: (m.dated, m.first_at, m.lead.id), default=None)
    return KindCell(len(moves), last, sum(a < YEAR for a in ages), sum(YEAR <= a < 2 * YEAR for a in ages))


def _figure_rows(vendors: Sequence[str], figures: Iterable[StoredFigure]) -> list[FigureRow]:
    """Figures that several outlets give for one vendor, or that several vendors have."""
    found: dict[tuple[str, str, str, str], dict[str, list[StoredFigure]]] = defaultdict(lambda: defaultdict(list))
    for one in figures:
        figure = one.figure
        if figure.vendor in vendors and figure.period and figure.role in OUTCOME_ROLES:
            key = (figure.metric.value, figure.period, scope_of(figure.scope), figure.unit)
            found[key][figure.vendor].append(one)
    rows = []
    for (metric, period, _, unit), told in found.items():
        cells = tuple(FigureCell(_sources(told[vendor])) if vendor in told else None for vendor in vendors)
        if len(told) > 1 or any(cell and len(cell.outlets) > 1 for cell in cells):
            scope = next(iter(told.values()))[0].figure.scope
            rows.append(FigureRow(Metric(metric), period, scope, unit, cells))
    order = list(Metric)
    return sorted(rows, key=lambda r: (_latest_first(r.period), order.index(r.metric), r.period, scope_of(r.scope), r.unit))


def _latest_first(period: str) -> float:
    span = period_span(period)
    return -span[1].timestamp() if span else 0.0


def _sources(told: Iterable[StoredFigure]) -> tuple[StoredFigure, ...]:
    """One for each outlet and value, its first telling."""
    first: dict[tuple[object, ...], StoredFigure] = {}
    for one in sorted(told, key=lambda f: (f.article.dated_at, f.id)):
        first.setdefault((one.article.publisher, one.figure.value, one.figure.value_high), one)
    return tuple(sorted(first.values(), key=lambda f: (f.figure.value, f.article.dated_at, f.id)))


def asked_vendors(query: Query) -> tuple[str, ...]:
    """The vendors that a query asks for; those it excludes are not among them."""
    found: list[str] = []
    todo: list[Node] = [query.where]
    while todo:
        node = todo.pop(0)
        if isinstance(node, And | Or):
            todo = [*node.parts, *todo]
        elif isinstance(node, FieldTerm) and node.name == "vendor":
            found += [str(value) for value in node.values]
    return tuple(dict.fromkeys(found))


# --- reading the store ---------------------------------------------------------------------------------------------------
def read_figures(store: ArticleStore, query: Query) -> Sequence[StoredFigure]:
    """The outcomes and estimates under a query. Raises StoreError."""
    return store.figures(Query(where=all_of(query.where, _ROLES), as_of=query.as_of), limit=MAX_FIGURES)


def read_comparison(store: ArticleStore, vendors: Sequence[str], query: Query) -> Comparison:
    """Compare vendors by what matches a query. Raises StoreError."""
    narrowed = replace(query, where=all_of(query.where, FieldTerm("vendor", tuple(vendors))))
    # A limit says how many rows of all vendors are looked at.
    moves, _ = moves_under(store, query if query.limit else narrowed)
    return compare(vendors, moves, read_figures(store, narrowed))
