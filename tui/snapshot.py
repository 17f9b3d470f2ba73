"""What the screens show of the store at one moment, as values; reading it is a function of (store, query)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from marketwatch.domain import (
    ActivityCount,
    Article,
    ArticleText,
    Evidence,
    Move,
    StoredFigure,
    StoredShift,
    Story,
    Totals,
    Vendor,
)
from marketwatch.listing import only_reversals, reversals_of
from marketwatch.moves import group_moves, matching
from marketwatch.ports import ArticleStore
from marketwatch.query import Query, TextTerm, asks_reversals, move_terms
from marketwatch.query.words import sought
from marketwatch.reversals import Reversal

MAX_SHIFTS = 5000
"""Newest shifts a view shows; the totals say when there are more."""
FIRST_SHIFTS = 300
"""Newest shifts that are shown at once, while the rest is read."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The answer to one query."""

    query: Query
    moves: tuple[Move, ...]
    """Newest first."""
    activity: tuple[ActivityCount, ...]
    totals: Totals
    revision: int
    empty: bool
    """The whole database holds no article."""
    cut: bool
    """More shifts matched than are shown."""
    hidden: tuple[Move, ...] = ()
    """Moves that match but are less sure than `minimum`."""
    minimum: float = 0.0
    reversals: Mapping[int, Reversal] = field(default_factory=dict)
    """Moves against what the vendor stood for, by the ids of their shifts."""


@dataclass(frozen=True, slots=True)
class EvidenceInContext:
    """A move with what its panel needs."""

    move: Move
    text: ArticleText | None
    """The version that the lead's offsets point into."""
    figures: tuple[StoredFigure, ...]
    """Of the vendor, in the lead's article."""
    reversal: Reversal | None = None
    """What it turns."""
    scope: str = ""
    """Country, sub-brand and segment; empty: the whole company, as far as its sentences say."""


def read_newest(store: ArticleStore, query: Query) -> Snapshot:
    """What is shown at once: when it is cut, `read_snapshot` reads the rest. Raises StoreError."""
    return read_snapshot(store, query, FIRST_SHIFTS)


def read_snapshot(store: ArticleStore, query: Query, most: int = MAX_SHIFTS, counted: Snapshot | None = None) -> Snapshot:
    """Ask the store for the moves told by at most so many shifts, and for the counts. Raises StoreError.

    `counted`: an answer to the same query, whose counts still hold unless something was written since.
    """
    revision = store.revision()
    counted = counted if counted is not None and counted.revision == revision else None
    wanted = min(query.limit or MAX_SHIFTS, MAX_SHIFTS)
    limit = min(wanted, most)
    shifts, after = store.shifts(query, limit=limit)
    totals = counted.totals if counted else store.totals(query)
    moves = matching(group_moves(shifts), query)
    cut = after is not None or limit == len(shifts) < wanted
    # Of the newest that are shown first they would only be in the way.
    reversals = reversals_of(store, query, moves) if asks_reversals(query) or not cut or most == MAX_SHIFTS else {}
    moves = only_reversals(moves, reversals) if asks_reversals(query) else moves
    return Snapshot(
        query=query,
        moves=tuple(moves),
        activity=_activity(store, query, moves, counted),
        totals=totals,
        revision=revision,
        empty=totals.articles == 0 and store.totals(Query()).articles == 0,
        cut=cut,
        reversals=reversals,
    )


def _activity(store: ArticleStore, query: Query, moves: Iterable[Move], counted: Snapshot | None) -> tuple[ActivityCount, ...]:
    """Shifts by vendor and month. Where a query sifts moves, of those only: the store counts shifts and knows no moves."""
    if not move_terms(query):
        return counted.activity if counted else tuple(store.activity(query))
    counts = Counter(_month_of(stored) for move in moves for stored in move.shifts)
    return tuple(ActivityCount(vendor, month, number) for (vendor, month), number in sorted(counts.items()))


def _month_of(stored: StoredShift) -> tuple[str, str]:
    return stored.shift.vendor, stored.article.dated_at.strftime("%Y-%m")


def names_confidence(query: Query) -> bool:
    """Whether the query itself says how sure a shift must be."""
    return any(term.name == "conf" for term in query.terms())


def without_unsure(snapshot: Snapshot, minimum: float) -> Snapshot:
    """Hide the moves below a confidence, and their shifts from the activity; a `conf:` in the query overrides it.

    Moves are hidden, not shifts: a move stays the same one, with all its sources, at every threshold.
    """
    if names_confidence(snapshot.query):
        return snapshot
    hidden = tuple(move for move in snapshot.moves if move.confidence < minimum)
    gone = Counter(_month_of(stored) for move in hidden for stored in move.shifts)
    left = (replace(count, shifts=count.shifts - gone[count.vendor, count.month]) for count in snapshot.activity)
    return replace(
        snapshot,
        moves=tuple(move for move in snapshot.moves if move.confidence >= minimum),
        activity=tuple(count for count in left if count.shifts > 0),
        hidden=hidden,
        minimum=minimum,
    )


def read_evidence(
    store: ArticleStore,
    move: Move,
    as_of: datetime | None = None,
    reversal: Reversal | None = None,
    vendor: Vendor | None = None,
) -> EvidenceInContext:
    """Ask the store for the text behind a move's best evidence. Raises StoreError."""
    from marketwatch.move_scope import scope_of  # with all of the extraction, which the first paint does without

    article = move.lead.article
    text = store.text(article.id, article.version if as_of else None)
    figures = tuple(f for f in store.article_figures(article.id, as_of=as_of) if f.figure.vendor == move.lead.shift.vendor)
    return EvidenceInContext(
        move, text if text and _holds(text, move.lead) else None, figures, reversal, scope_of(move, vendor).words
    )


def _holds(text: ArticleText, stored: StoredShift) -> bool:
    """Whether the evidence still stands at its offsets: an edited article may have moved on."""
    return all(text.text[e.start : e.end] == e.text for e in stored.shift.evidence)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the reader shows."""

    article: Article
    text: ArticleText
    shifts: Sequence[StoredShift]
    figures: Sequence[StoredFigure]
    shift_id: int | None = None
    """Whose sentence to begin with."""
    sentence: Evidence | None = None
    """Or a sentence that no shift has."""
    words: tuple[TextTerm, ...] = ()
    """What the filter looked for."""
    previous: ArticleText | None = None
    """The version before this one."""
    story: Story | None = None
    """The articles on the same news, with this one; not known of an earlier time."""


def read_article(
    store: ArticleStore, article_id: int, shift_id: int | None, sentence: Evidence | None, query: Query
) -> Opened | None:
    """Ask the store for an article with all that was read out of it. Raises StoreError."""
    article = store.article(article_id, as_of=query.as_of)
    text = store.text(article_id, article.version if article and query.as_of else None)
    if article is None or text is None:
        return None
    previous = store.text(article_id, text.version - 1) if text.version > 1 else None
    shifts = store.article_shifts(article_id, as_of=query.as_of)
    figures = store.article_figures(article_id, as_of=query.as_of)
    story = None if query.as_of else store.story(article_id)
    return Opened(article, text, shifts, figures, shift_id, sentence, sought(query), previous, story)


def lane_vendors(moves: Sequence[Move], order: Sequence[str], asked: Sequence[str]) -> tuple[str, ...]:
    """Vendors that get a lane: those the query asks for, else the first two of the list and all with moves."""
    if asked:
        return tuple(dict.fromkeys(asked))
    present = {move.lead.shift.vendor for move in moves}
    ordered = [slug for slug in order if slug in present or slug in order[:2]]
    return tuple(ordered + sorted(present - set(order)))
