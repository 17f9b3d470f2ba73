"""Shifts of many articles → moves: the same step of the same vendor, however often it is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Protocol, TypeVar

from marketwatch.corroboration import corroborated
from marketwatch.domain import Article, Move, Shift, ShiftKind, Status, StoredShift
from marketwatch.query import OF_MOVES, FieldTerm, NumberRange, Query, move_terms

WINDOW = timedelta(days=60)
"""Two tellings further apart than this, with none between, are two moves."""
_STATUS_ORDER = {status: place for place, status in enumerate(Status)}
_PLURAL = re.compile(r"(?<=\w{3})s\b")


def group_moves(shifts: Iterable[StoredShift]) -> list[Move]:
    """Return the moves that these shifts tell, newest first. The order in which shifts come does not matter.

    One move holds the shifts of one vendor, kind, direction and object that follow one another within `WINDOW`. History
    that an article only recalls makes no move.
    """
    by_key: dict[tuple[str, str, str, str], list[StoredShift]] = defaultdict(list)
    for stored in shifts:
        if not stored.shift.background:
            by_key[move_key(stored.shift)].append(stored)
    moves = [move for group in by_key.values() for move in _chains(group)]
    return sorted(moves, key=lambda m: (-m.first_at.timestamp(), min(s.id for s in m.shifts)))


class Told(Protocol):
    """What several articles tell."""

    @property
    def outlets(self) -> tuple[str, ...]: ...

    @property
    def langs(self) -> tuple[str, ...]: ...

    @property
    def articles(self) -> tuple[Article, ...]: ...


ToldType = TypeVar("ToldType", bound=Told)


def matching(moves: Iterable[ToldType], query: Query) -> list[ToldType]:
    """Those of the moves whose outlets, origins, articles and languages are as many as the query says (`outlets:>=2`)."""
    terms = [term for term in move_terms(query) if term.name in OF_MOVES]
    return [move for move in moves if all(_counts(move, term) for term in terms)]


def _counts(move: Told, term: FieldTerm) -> bool:
    counted: dict[str, Callable[[], Sequence[object]]] = {
        "outlets": lambda: move.outlets,
        "langs": lambda: move.langs,
        "articles": lambda: move.articles,
        "origins": lambda: corroborated(move.articles, "").origins,
    }
    number = len(counted[term.name]())
    return any(value.holds(number) for value in term.values if isinstance(value, NumberRange))


def move_key(shift: Shift) -> tuple[str, str, str, str]:
    """What makes two tellings the same step: vendor, kind, direction and the words of the object, however they are put."""
    words = _PLURAL.sub("", re.sub(r"[^\w ]+", " ", shift.object.casefold()))
    # A goal's object names its metric and year; pressure comes in many words for one thing.
    named = "" if shift.kind is ShiftKind.GROWTH else " ".join(sorted(words.split()))
    return shift.vendor, shift.kind.value, shift.direction.value, named


def _chains(group: Sequence[StoredShift]) -> Iterable[Move]:
    chain: list[StoredShift] = []
    for stored in sorted(group, key=lambda s: (s.article.dated_at, s.id)):
        if chain and stored.article.dated_at - chain[-1].article.dated_at > WINDOW:
            yield Move(tuple(sorted(chain, key=best_first)))
            chain = []
        chain.append(stored)
    if chain:
        yield Move(tuple(sorted(chain, key=best_first)))


def best_first(stored: StoredShift) -> tuple[object, ...]:
    """The order of a move's tellings: named speakers first, then the surest status and rule, then the earliest article."""
    shift = stored.shift
    status = _STATUS_ORDER[shift.status] if shift.status is not Status.DENIED else -1
    return (
        0 if shift.speaker else 1,
        -status,
        -shift.confidence,
        *stored.order,
    )
