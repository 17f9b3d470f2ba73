"""What of an export still holds: each exported sentence, shift and figure against the store as it is now.

Row ids mean nothing in a file. An article is found by source and key, else by its address; in it a shift by vendor, kind,
direction and object, and when none is left like that, by its sentences: then it has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from marketwatch.domain import Article, ArticleText, Figure, Move, Shift, StoredShift, Vendor
from marketwatch.export.edits import Edits, brief
from marketwatch.export.report import Report, ReportMove, Telling
from marketwatch.export.wording import figure_line, percent, telling_date
from marketwatch.listing import reversal_of
from marketwatch.move_scope import scope_of
from marketwatch.moves import move_key
from marketwatch.ports import ArticleStore
from marketwatch.reversals import Reversal, reversal_text


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
    edited: tuple[str, ...] = ()
    """What was edited in the file and is of no move."""
    compared: bool = True
    """What people read was held against the data; not so in a file of another version."""

    def count(self, state: State) -> int:
        return sum(move.state is state for move in self.moves)

    @property
    def holds(self) -> bool:
        return not self.edited and all(move.state is State.HOLDS for move in self.moves)


_SAID_OF_SHIFT: Mapping[str, Callable[[StoredShift], str]] = {
    "kind": lambda s: s.shift.kind.value,
    "direction": lambda s: s.shift.direction.value,
    "status": lambda s: s.shift.status.value,
    "from": lambda s: s.shift.origin or "nothing",
    "to": lambda s: s.shift.destination or "nothing",
    "speaker": lambda s: s.shift.speaker or "nobody",
    "role": lambda s: s.shift.role or "none",
    "event": lambda s: str(s.shift.event or "undated"),
    "confidence": lambda s: f"{percent(s.shift.confidence)} %",
    "the analyst's verdict": lambda s: s.verdict.value if s.verdict else "none",
}
_SAID_OF_ARTICLE: Mapping[str, Callable[[Article], str]] = {
    "title": lambda a: a.title,
    "outlet": lambda a: a.outlet or "none",
    "author": lambda a: a.author or "none",
    "address": lambda a: a.url or "none",
    "language": lambda a: a.lang or "none",
    "origin": lambda a: a.origin or "none",
    "published": lambda a: str(a.published or "undated"),
    "first seen": lambda a: f"{a.first_seen_at:%Y-%m-%d %H:%M:%S}",
}
"""What an export says of a telling and of its article, as it is compared and told."""

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


@dataclass(frozen=True, slots=True)
class Present:
    """What the base says now, to hold a report against."""

    moves: Sequence[Move]
    """Under the report's query."""
    reversals: Mapping[int, Reversal] = field(default_factory=dict)
    """By the ids of the shifts of their later half."""
    vendors: Mapping[str, Vendor] = field(default_factory=dict)


def verify(report: Report, look: Look, present: Present, edits: Edits | None = None) -> Verification:
    """Check every move of a report, and what was edited in its file."""
    told = {stored.id: move for move in present.moves for stored in move.shifts}
    edited = edits or Edits()
    moves = tuple(
        _check_move(reported, look, present, told, edited.moves.get(place, ())) for place, reported in enumerate(report.moves)
    )
    known = frozenset().union(*(move.shift_ids for move in moves))
    new = tuple(move for move in present.moves if known.isdisjoint(s.id for s in move.shifts))
    return Verification(moves, new, edited.elsewhere, compared=edits is not None)


def _check_move(
    reported: ReportMove, look: Look, present: Present, told: Mapping[int, Move], edited: Sequence[str]
) -> CheckedMove:
    """`told` are the moves of now by the ids of their shifts, `edited` what was edited of it in the file."""
    checks = [_check(telling, look(telling)) for telling in reported.tellings]
    shifts = frozenset(check.shift_id for check in checks if check.shift_id is not None)
    added = [f"the file was edited: {one}" for one in edited]
    if all(check.state is State.GONE for check in checks):
        state = State.GONE
    else:
        current = [told[number] for number in sorted(shifts) if number in told]
        added += [*_added(current, {check.article_id for check in checks}), *_as_a_whole(reported, current, present)]
        state = State.CHANGED if added or any(check.state is not State.HOLDS for check in checks) else State.HOLDS
    several = len(checks) > 1
    why = [
        f"{telling.article.publisher} {telling_date(telling)}: {reason}" if several else reason
        for telling, check in zip(reported.tellings, checks, strict=True)
        for reason in check.why
    ]
    return CheckedMove(reported, state, tuple(dict.fromkeys(why + added)), shifts)


def _as_a_whole(reported: ReportMove, current: Sequence[Move], present: Present) -> Iterable[str]:
    """Scope, and what it turns: neither is said by one source."""
    vendor = present.vendors.get(reported.lead.shift.vendor)
    if reported.scope is not None and (scope := scope_of(reported.move, vendor).words) != reported.scope.words:
        yield f"scope {reported.scope.words or 'none'} → {scope or 'none'}"
    found = next((one for move in current if (one := reversal_of(move, present.reversals))), None)
    turned = reversal_text(found) if found else None
    if reported.reversal and not turned:
        yield f"no longer a {reported.reversal.partition(':')[0]}"
    elif turned and turned != reported.reversal:
        yield f"now a {turned}"


def _added(current: Sequence[Move], articles: Collection[int | None]) -> list[str]:
    """Sources that the move has now and the file does not."""
    told = [stored.article for move in current for stored in move.shifts]
    fresh: dict[int, Article] = {article.id: article for article in told if article.id not in articles}
    return [f"new source: {a.publisher} ({a.lang or '?'}) {a.dated_at:%Y-%m-%d}" for a in fresh.values()]


def _check(telling: Telling, found: Found | None) -> Checked:
    if found is None:
        return Checked(State.GONE, ("its article is no longer there",))
    stored = _counterpart(telling.shift, found.shifts)
    if stored is None:
        since = " in the edited article" if found.text.version != telling.article.version else ""
        return Checked(State.GONE, (f"the shift is no longer read{since}",), None, found.article_id)
    differences = [*_differences(telling.stored, stored), *_about_article(telling.article, stored.article)]
    why = [*_sentences(telling, found), *differences, *_figures(telling, found)]
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


def _sentences(telling: Telling, found: Found) -> Iterable[str]:
    for evidence in telling.shift.evidence:
        if not _stands(evidence.text, evidence.start, evidence.end, telling, found):
            versions = f"{found.text.version}; exported from {telling.article.version}"
            yield f"its sentence is not in the current version ({versions}): “{brief(evidence.text)}”"


def _stands(text: str, start: int, end: int, telling: Telling, found: Found) -> bool:
    """At its place in the version it was exported from; anywhere in another."""
    if found.text.text_hash == telling.origin.text_hash:
        return found.text.text[start:end] == text
    return bool(text) and text in found.text.text


def _differences(exported: StoredShift, stored: StoredShift) -> Iterable[str]:
    before, after = exported.shift, stored.shift
    pairs = {name: (said(exported), said(stored)) for name, said in _SAID_OF_SHIFT.items()}
    if move_key(replace(before, kind=after.kind, direction=after.direction)) != move_key(after):
        pairs["object"] = (before.object, after.object)
    yield from (f"{name} {old} → {new}" for name, (old, new) in pairs.items() if old != new)
    if after.background:
        yield "now read as history that the article only recalls"


def _about_article(exported: Article, stored: Article) -> Iterable[str]:
    """Only of one version: an edited article may well have another title."""
    if exported.version != stored.version:
        return
    pairs = ((name, said(exported), said(stored)) for name, said in _SAID_OF_ARTICLE.items())
    yield from (f"{name} {brief(old)} → {brief(new)}" for name, old, new in pairs if old != new)


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
