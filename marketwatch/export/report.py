"""What an export says, as values, and how it is read out of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from marketwatch import __version__
from marketwatch.domain import Article, Figure, Move, Provenance, Shift, StoredShift, Vendor
from marketwatch.listing import moves_under, reversal_of, reversals_of
from marketwatch.move_scope import Scope, scope_of
from marketwatch.moves import best_first
from marketwatch.ports import ArticleStore
from marketwatch.query import Query, to_text
from marketwatch.reversals import reversal_text

_READINGS = 3
"""Times the store is read while another process writes to it, for an answer of one revision."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A move as one article states it: a source."""

    stored: StoredShift
    """Its ids are not the store's: `in_order` numbers what an export has."""
    origin: Provenance
    figures: tuple[Figure, ...] = ()
    """Of the vendor, in the same article."""

    @property
    def shift(self) -> Shift:
        return self.stored.shift

    @property
    def article(self) -> Article:
        return self.stored.article


@dataclass(frozen=True, slots=True)
class ReportMove:
    """A move with all its sources."""

    tellings: tuple[Telling, ...]
    """Best evidence first; never empty."""
    reversal: str | None = None
    """What it turns, in words, with the quote."""
    scope: Scope | None = field(default_factory=Scope)
    """Country, sub-brand and segment; out of a table only in words. None: the file does not say."""

    @property
    def lead(self) -> Telling:
        return self.tellings[0]

    @property
    def move(self) -> Move:
        return Move(tuple(telling.stored for telling in self.tellings))

    @property
    def scope_words(self) -> str:
        return self.scope.words if self.scope else ""


def in_order(tellings: Iterable[Telling]) -> tuple[Telling, ...]:
    """Tellings of one move, the best evidence first, numbered by what a file holds of them: its rows may be sorted anew."""
    held = sorted(tellings, key=lambda t: (t.stored.order, t.origin.key))
    keys = {(telling.article.source, telling.origin.key): telling.article.order for telling in held}
    numbers = {key: number for number, key in enumerate(sorted(keys, key=lambda k: (keys[k], k)), 1)}
    numbered = []
    for number, telling in enumerate(held, 1):
        article = replace(telling.article, id=numbers[telling.article.source, telling.origin.key])
        numbered.append(replace(telling, stored=replace(telling.stored, id=number, article=article)))
    return tuple(sorted(numbered, key=lambda t: best_first(t.stored)))


@dataclass(frozen=True, slots=True)
class About:
    """Which question was asked, when, and of what."""

    query: str
    """In its own language, views and relative dates spelled out."""
    exported_at: datetime
    revision: int
    """Of the database."""
    marketwatch: str = __version__
    cut: bool = False
    """There were more shifts than an export holds."""


@dataclass(frozen=True, slots=True)
class Report:
    """The moves under a query at one moment."""

    about: About
    moves: tuple[ReportMove, ...]
    """In the order of the query: newest first, unless it says otherwise."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Vendors' names by slug, in the order they are shown in."""

    @property
    def extractors(self) -> tuple[str, ...]:
        return tuple(sorted({t.origin.extractor for move in self.moves for t in move.tellings} - {""}))

    @property
    def articles(self) -> int:
        """How many articles tell these moves."""
        return len({(t.article.source, t.origin.key) for move in self.moves for t in move.tellings})

    def by_vendor(self) -> list[tuple[str, str, list[ReportMove]]]:
        """(slug, name, moves, newest first) of every vendor that has moves."""
        held: dict[str, list[ReportMove]] = {slug: [] for slug in self.names}
        for move in sorted(self.moves, key=lambda m: m.move.first_at, reverse=True):
            held.setdefault(move.lead.shift.vendor, []).append(move)
        return [(slug, self.names.get(slug) or slug, moves) for slug, moves in held.items() if moves]


def gather(store: ArticleStore, query: Query, *, now: Callable[[], datetime], vendors: Mapping[str, Vendor]) -> Report:
    """Read the report on a query out of the store; `vendors` by slug, in the order they are shown in. Raises StoreError.

    The revision is the one read before everything else, so that nothing in the report is older than it says.
    """
    for _ in range(_READINGS):
        revision = store.revision()
        moves, cut = moves_under(store, query)
        reported = _reported(store, moves, query, vendors)
        if store.revision() == revision:
            break
    names = {slug: vendor.name for slug, vendor in vendors.items()}
    return Report(About(to_text(query), now(), revision, cut=cut), reported, names)


def _reported(store: ArticleStore, moves: Sequence[Move], query: Query, vendors: Mapping[str, Vendor]) -> tuple[ReportMove, ...]:
    ids = sorted({stored.article.id for move in moves for stored in move.shifts})
    origins = store.provenance(ids, as_of=query.as_of)
    figures = store.figures_of(ids, as_of=query.as_of)
    turned = reversals_of(store, query, moves)

    def telling(stored: StoredShift) -> Telling:
        article = stored.article
        of_vendor = tuple(f for f in figures.get(article.id, ()) if f.vendor == stored.shift.vendor)
        return Telling(stored, origins.get(article.id) or Provenance("", "", article.text_hash), of_vendor)

    def reported(move: Move) -> ReportMove:
        found = reversal_of(move, turned)
        scope = scope_of(move, vendors.get(move.lead.shift.vendor))
        return ReportMove(in_order(map(telling, move.shifts)), reversal_text(found) if found else None, scope)

    return tuple(map(reported, moves))
