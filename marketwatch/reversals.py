"""Moves against what the vendor stood for: pairs of an earlier position and the move that turns it, both with their quotes.

A position is the newest firm move of the vendor on the same thing. What opposes what is data (`marketwatch.opposites`).
Two tellings of one article are never a pair, nor are two of one month: one piece of news has many facets.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from marketwatch.claims import day_of
from marketwatch.counted import counted
from marketwatch.domain import Move, ShiftKind, Status, StoredShift, Verdict
from marketwatch.opposites import LOCAL, OPPOSED, REACH_DAYS, REGIONS, UNNAMED, WHOLE

APART = timedelta(days=30)
"""Closer to each other than this, two opposite moves are facets of one piece of news."""
LEAST = 0.7
"""Confidence that either half needs: two uncertain readings would mostly make an invented pair."""
LEAST_NAMED = 0.6
"""The same for things that count only when both sentences name one place or partner: each vouches for the other."""
_FIRM = frozenset({Status.PLANNED, Status.ANNOUNCED, Status.DONE})
_NAME = re.compile(r"(^\W*|[.!?:…“„«]\s*)?\b([A-Z][A-Za-z]{3,})\b")
"""A word with a capital, and what is before it where a sentence begins: there every word has one."""
_DAYS_AND_MONTHS = frozenset({*calendar.day_name, *calendar.month_name})
"""English writes them with a capital, though they name nothing."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """A move and the position it turns."""

    earlier: Move
    later: Move
    certain: bool
    """The scopes are the same; else it is a possible reversal."""
    why: str
    """What the two share, or why it is only possible."""

    @property
    def after(self) -> timedelta:
        """Time between the two."""
        return self.later.first_at - self.earlier.first_at


def find_reversals(moves: Iterable[Move]) -> list[Reversal]:
    """Return the reversals among these moves, the newest first, at most one a move. Their order does not matter."""
    by_vendor: dict[tuple[str, ShiftKind], list[Move]] = defaultdict(list)
    for move in moves:
        shift = move.lead.shift
        if (
            shift.kind in OPPOSED
            and move.confidence >= _least(move)
            and move.verdict is not Verdict.REJECTED
            and move.dated  # else nobody knows which came first
            and _side(move) is not None
        ):
            by_vendor[shift.vendor, shift.kind].append(move)
    found: list[Reversal] = []
    for group in by_vendor.values():
        group.sort(key=lambda m: (m.first_at, m.lead.id))
        found += [one for place, later in enumerate(group) if (one := _reversal(later, group[:place])) is not None]
    return sorted(found, key=lambda r: (-r.later.first_at.timestamp(), r.later.lead.id))


def by_shift(reversals: Iterable[Reversal]) -> Mapping[int, Reversal]:
    """The reversals by the ids of the shifts that tell their later half."""
    return {stored.id: one for one in reversals for stored in one.later.shifts}


def _reversal(later: Move, before: Sequence[Move]) -> Reversal | None:
    """The pair of a move and the newest earlier position on the same thing, if it stands on the other side."""
    if later.status is Status.DENIED:
        return None
    about = ((earlier, _shared(earlier.lead, later.lead)) for earlier in before)
    same = [(earlier, *shared) for earlier, shared in about if shared is not None and _stands(earlier, later)]
    same = [one for one in same if not any(_at_odds(one[0], other) for other, *_ in same)]
    certain = [one for one in same if one[1]]
    for chosen in (certain, same):
        if not chosen:
            continue
        earlier, sure, why = chosen[-1]
        if _position(earlier) == _side(later) or later.first_at - earlier.first_at < APART or _one_article(earlier, later):
            return None
        if later.status not in _FIRM:
            sure, why = False, f"only {later.status.value}"
        return Reversal(earlier, later, sure, why)
    return None


def _least(move: Move) -> float:
    shift = move.lead.shift
    return LEAST_NAMED if shift.object in LOCAL.get(shift.kind, ()) else LEAST


def _side(move: Move) -> int | None:
    """0: into something, 1: out of it; None: neither."""
    sides = OPPOSED[move.lead.shift.kind]
    return next((n for n, side in enumerate(sides) if move.lead.shift.direction in side), None)


def _position(move: Move) -> int | None:
    """The side that the vendor stands on after it: what is denied leaves it on the other."""
    side = _side(move)
    return 1 - side if move.status is Status.DENIED and side is not None else side


def _stands(earlier: Move, later: Move) -> bool:
    reach = REACH_DAYS.get(earlier.lead.shift.kind)
    fresh = reach is None or later.first_at - earlier.first_at <= timedelta(days=reach)
    return fresh and (earlier.status in _FIRM or earlier.status is Status.DENIED)


def _at_odds(one: Move, other: Move) -> bool:
    """Whether one article is read to say both: then it is no position of the vendor's."""
    return _side(one) != _side(other) and _one_article(one, other)


def _one_article(one: Move, other: Move) -> bool:
    return not {s.article.id for s in one.shifts}.isdisjoint(s.article.id for s in other.shifts)


def _shared(first: StoredShift, second: StoredShift) -> tuple[bool, str] | None:
    """Whether two shifts of a vendor and kind are on the same thing, surely or possibly, and why; None: on different ones."""
    one, other = first.shift, second.shift
    if one.kind is ShiftKind.MARKET:
        return _same_place(one.object, other.object)
    if one.object != other.object:
        return None
    if one.object in WHOLE.get(one.kind, ()):
        return True, one.object
    if one.object not in LOCAL.get(one.kind, ()):
        return None
    return _both_name(first, second)


def _same_place(one: str, other: str) -> tuple[bool, str] | None:
    if one in UNNAMED or other in UNNAMED:
        return None
    if one == other:
        return True, one
    for whole, part in ((one, other), (other, one)):
        if part in REGIONS.get(whole, ()):
            return False, f"{part} is only a part of {whole}"
    return None


def _both_name(first: StoredShift, second: StoredShift) -> tuple[bool, str] | None:
    """Whether two shifts of something that may be local name one country or one partner; those of different countries do not."""
    from marketwatch.move_scope import places_of  # with all of the extraction, which most screens do without

    what, here, there = first.shift.object, places_of(first), places_of(second)
    if places := here & there:
        return True, f"{what}, both name {min(places)}"
    if here and there and first.shift.kind is not ShiftKind.PARTNERSHIP:
        parts = (shared for one in sorted(here) for other in sorted(there) if (shared := _same_place(one, other)))
        return next(((sure, f"{what}, {why}") for sure, why in parts), None)
    names, others = _names(first), _names(second)
    same = {name for name in names.keys() & others.keys() if names[name] or others[name]}
    return (True, f"{what}, both name {min(same)}") if same else None


def _names(stored: StoredShift) -> dict[str, bool]:
    """Words in Latin letters that may be names, but the vendor's and the speaker's, and whether each surely is one.

    Not surely: at the beginning of a sentence, and in German, which writes all nouns so.
    """
    own = f"{stored.shift.vendor} {stored.shift.speaker or ''}".casefold().split()
    found: dict[str, bool] = {}
    for evidence in stored.shift.evidence:
        for match in _NAME.finditer(evidence.text):
            word, begins = match[2], match[1] is not None
            if word not in _DAYS_AND_MONTHS and word.casefold() not in own:
                found[word] = found.get(word, False) or not (begins or stored.article.lang == "de")
    return found


def span_text(days: int) -> str:
    """`8 months`, `6 years`: the time between the halves."""
    for length, unit in ((365, "year"), (30, "month")):
        if days >= 2 * length or (days >= length and unit == "month"):
            count = round(days / length)
            return counted(count, unit)
    return f"{days} days"


def reversal_text(reversal: Reversal) -> str:
    """`reversal of 2022-08-01 (2 years before): “quote”`; `possible reversal of` when scopes differ."""
    lead = reversal.earlier.lead
    quote = lead.shift.evidence[0].text if lead.shift.evidence else lead.shift.object
    sure = "" if reversal.certain else "possible "
    said = "denied: " if reversal.earlier.status is Status.DENIED else ""
    before = f"{span_text(reversal.after.days)} before"
    return f"{sure}reversal of {day_of(reversal.earlier.first)} ({before}): {said}“{quote}”"
