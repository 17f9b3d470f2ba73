"""What of an export still holds: each exported sentence, shift and figure against the store as it is now.

Row ids mean nothing in a file. An article is found by source and key, else by its address; in it a shift by vendor, kind,
direction and object, and when none is left like that, by its sentences: then it has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from marketwatch.domain import Article, ArticleText, Figure, Move, Shift, StoredShift
from marketwatch.export.report import Report, ReportMove, Telling
from marketwatch.export.wording import figure_line, telling_date
from marketwatch.moves import move_key
from marketwatch.ports import ArticleStore


class State(StrEnum):
    """What became of something that was exported."""

    HOLDS = "holds"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Found:
    """An exported article as the store has it now."""

    article_id: int
    text: ArticleText
    shifts: Sequence[StoredShift]
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Checked:
    """One source of an exported move."""

    state: State
    why: tuple[str, ...] = ()
    shift_id: int | None = None
    """The shift that it is now; None when it is gone."""
    article_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedMove:
    reported: ReportMove
    state: State
    why: tuple[str, ...]
    """One line a reason; empty when it holds."""
    shift_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole file."""

    moves: tuple[CheckedMove, ...]
    new: tuple[Move, ...]
    """Moves under the query now that the file does not have. They make nothing in it wrong."""

    def count(self, state: State) -> int:
        return sum(move.state is state for move in self.moves)

    @property
    def holds(self) -> bool:
        return all(move.state is State.HOLDS for move in self.moves)


Look = Callable[[Telling], Found | None]


def look_in(store: ArticleStore) -> Look:
    """Find exported articles in a store, each read once while it is asked for again and again."""

    @lru_cache(maxsize=256)
    def found(source: str, key: str, url: str | None) -> Found | None:
        number = store.locate(source, key, url)
        text = None if number is None else store.text(number)
        if number is None or text is None:
            return None
        return Found(number, text, store.article_shifts(number), store.figures_of([number]).get(number, ()))

    return lambda telling: found(telling.article.source, telling.origin.key, telling.article.url)


def verify(report: Report, look: Look, now: Iterable[Move], *, edited: Collection[str] = ()) -> Verification:
    """Check every move; `now` are the moves under the report's query, `edited` sentences the file's readers do not see."""
    current = list(now)
    told = {stored.id: move for move in current for stored in move.shifts}
    moves = tuple(_check_move(reported, look, told, edited) for reported in report.moves)
    known = frozenset().union(*(move.shift_ids for move in moves))
    return Verification(moves, tuple(move for move in current if known.isdisjoint(s.id for s in move.shifts)))


def _check_move(reported: ReportMove, look: Look, told: Mapping[int, Move], edited: Collection[str]) -> CheckedMove:
    """`told` are the moves of now by the ids of their shifts."""
    checks = [_check(telling, look(telling), edited) for telling in reported.tellings]
    shifts = frozenset(check.shift_id for check in checks if check.shift_id is not None)
    if all(check.state is State.GONE for check in checks):
        state, added = State.GONE, []
    else:
        added = _added(shifts, {check.article_id for check in checks}, told)
        state = State.CHANGED if added or any(check.state is not State.HOLDS for check in checks) else State.HOLDS
    several = len(checks) > 1
    why = [
        f"{telling.article.publisher} {telling_date(telling)}: {reason}" if several else reason
        for telling, check in zip(reported.tellings, checks, strict=True)
        for reason in check.why
    ]
    return CheckedMove(reported, state, tuple(dict.fromkeys(why + added)), shifts)


def _added(shifts: Collection[int], articles: Collection[int | None], told: Mapping[int, Move]) -> list[str]:
    """Sources that the move has now and the file does not."""
    current = [stored.article for number in sorted(shifts) if number in told for stored in told[number].shifts]
    fresh: dict[int, Article] = {article.id: article for article in current if article.id not in articles}
    return [f"new source: {a.publisher} ({a.lang or '?'}) {a.dated_at:%Y-%m-%d}" for a in fresh.values()]


def _check(telling: Telling, found: Found | None, edited: Collection[str]) -> Checked:
    if found is None:
        return Checked(State.GONE, ("its article is no longer there",))
    stored = _counterpart(telling.shift, found.shifts)
    if stored is None:
        since = " in the edited article" if found.text.version != telling.article.version else ""
        return Checked(State.GONE, (f"the shift is no longer read{since}",), None, found.article_id)
    why = [*_sentences(telling, found, edited), *_differences(telling.shift, stored.shift), *_figures(telling, found)]
    return Checked(State.CHANGED if why else State.HOLDS, tuple(why), stored.id, found.article_id)


def _counterpart(shift: Shift, stored: Sequence[StoredShift]) -> StoredShift | None:
    """What the exported shift is now; of several the one that is most like it."""
    quotes = {evidence.text for evidence in shift.evidence}

    def likeness(other: StoredShift) -> tuple[bool, int, bool, int]:
        shared = len(quotes & {evidence.text for evidence in other.shift.evidence})
        return other.shift.object == shift.object, shared, other.shift.status is shift.status, -other.id

    same = [one for one in stored if move_key(one.shift) == move_key(shift)]
    quoting = [one for one in stored if one.shift.vendor == shift.vendor and likeness(one)[1]]
    return max(same or quoting, key=likeness, default=None)


def _sentences(telling: Telling, found: Found, edited: Collection[str]) -> Iterable[str]:
    for evidence in telling.shift.evidence:
        if evidence.text in edited:
            yield f"the readable part of the file does not have its sentence “{_brief(evidence.text)}”"
        if not _stands(evidence.text, evidence.start, evidence.end, telling, found):
            versions = f"{found.text.version}; exported from {telling.article.version}"
            yield f"its sentence is not in the current version ({versions}): “{_brief(evidence.text)}”"


def _stands(text: str, start: int, end: int, telling: Telling, found: Found) -> bool:
    """At its place in the version it was exported from; anywhere in another."""
    if found.text.text_hash == telling.origin.text_hash:
        return found.text.text[start:end] == text
    return bool(text) and text in found.text.text


def _differences(before: Shift, after: Shift) -> Iterable[str]:
    pairs = {
        "kind": (before.kind.value, after.kind.value),
        "direction": (before.direction.value, after.direction.value),
        "status": (before.status.value, after.status.value),
        "speaker": (before.speaker or "nobody", after.speaker or "nobody"),
    }
    if move_key(replace(before, kind=after.kind, direction=after.direction)) != move_key(after):
        pairs["object"] = (before.object, after.object)
    yield from (f"{name} {old} → {new}" for name, (old, new) in pairs.items() if old != new)
    if after.background:
        yield "now read as history that the article only recalls"


def _figures(telling: Telling, found: Found) -> Iterable[str]:
    now = {_said(figure) for figure in found.figures}
    for figure in telling.figures:
        span = figure.evidence
        if not _stands(span.text, span.start, span.end, telling, found):
            yield f"the words of a figure are not in the current version: {figure_line(figure)}"
        elif _said(figure) not in now:
            yield f"a figure is no longer read: {figure_line(figure)}"


def _said(figure: Figure) -> tuple[object, ...]:
    high = None if figure.value_high is None else float(figure.value_high)
    said = (figure.vendor, figure.metric, figure.unit, figure.period, figure.role, figure.bound, figure.scope)
    return (*said, float(figure.value), high)


def _brief(text: str, length: int = 90) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
