"""How sure a statement is, and whether it is old history: scoped modifiers around a match."""

from __future__ import annotations

import re

from marketwatch.domain import Direction, ShiftKind, Status
from marketwatch.extract.context import Context
from marketwatch.extract.lexicon import Hit
from marketwatch.extract.matching import Candidate
from marketwatch.extract.text import Sentence

_YEAR = re.compile(r"(?<!\d)(?:19[89]\d|20[0-4]\d)(?!\d)")
_REACH = 14
"""Words a modifier reaches, before the match or behind it."""
_STEPS = {"considered": Status.CONSIDERED, "planned": Status.PLANNED, "announced": Status.ANNOUNCED}
_ORDER = tuple(_STEPS.values())

_OUTCOMES = frozenset({Direction.MET, Direction.MISSED})
_CARRIED_OUT = frozenset({ShiftKind.DEAL, ShiftKind.ORGANIZATION})
"""Kinds that news reports when they have happened, more often than not."""


def status_of(context: Context, sentence: Sentence, candidate: Candidate) -> Status:
    """The status of a candidate: the weakest modifier that reaches it, else what its kind is without one."""
    status = _stated(context, sentence, candidate)
    if candidate.kind is ShiftKind.PRESSURE or candidate.direction in _OUTCOMES:
        # A force or an outcome is a fact; it can only be denied or rumoured.
        return status if status in (Status.DENIED, Status.RUMOURED) else Status.DONE
    if candidate.kind is ShiftKind.TARGET and status is Status.PLANNED:
        return Status.ANNOUNCED  # a goal is a plan; to state it is to announce it
    return status or (Status.DONE if candidate.kind in _CARRIED_OUT else Status.ANNOUNCED)


def _stated(context: Context, sentence: Sentence, candidate: Candidate) -> Status | None:
    """Denial and rumour colour the whole clause; of plans and announcements the nearest one counts."""
    reaching = [hit for hit in context.hits(sentence, "modifiers") if _reaches(sentence, hit, candidate)]
    names = {hit.name for hit in reaching}
    if "denied" in names:
        return Status.DENIED
    near = [(_distance(sentence, hit, candidate), _STEPS[hit.name]) for hit in reaching if hit.name in _STEPS]
    nearest = min(near, key=lambda pair: (pair[0], _ORDER.index(pair[1])))[1] if near else None
    if "rumoured" in names and nearest is not Status.CONSIDERED:
        return Status.RUMOURED
    return nearest


def _distance(sentence: Sentence, hit: Hit, candidate: Candidate) -> int:
    """Words from a modifier to a match; one that stands behind it more likely begins another statement."""
    first, last = _words_of(sentence, candidate)
    if hit.first < last and first < hit.last:
        return 0
    return first - hit.last if hit.last <= first else 3 * (hit.first - last) + 4


def is_background(context: Context, sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the sentence recalls old history: a year long past, or words that say so."""
    names = {hit.name for hit in context.hits(sentence, "modifiers") if _reaches(sentence, hit, candidate)}
    if "current" in names:
        return False
    # What is switched from is history by nature: the words speak of the origin.
    if "history" in names and candidate.direction is not Direction.SWITCH:
        return True
    published = context.document.published
    years = [int(m[0]) for m in _YEAR.finditer(sentence.text)]
    # A goal of the year before last is still what today's news is measured by.
    recent = 2 if candidate.kind is ShiftKind.TARGET else 1
    return bool(published and years and max(years) < published.at.year - recent)


def _reaches(sentence: Sentence, hit: Hit, candidate: Candidate) -> bool:
    first, last = _words_of(sentence, candidate)
    between = sentence.words[hit.last : first] if hit.last <= first else sentence.words[last : hit.first]
    return len(between) <= _REACH and not any(word in ";；" for word in between)


def _words_of(sentence: Sentence, candidate: Candidate) -> tuple[int, int]:
    """The words of a candidate: words[first:last] of its sentence."""
    start, end = candidate.start - sentence.start, candidate.end - sentence.start
    first = next((n for n, (_, ends) in enumerate(sentence.places) if ends > start), 0)
    last = next((n for n, (begins, _) in enumerate(sentence.places) if begins >= end), len(sentence.places))
    return first, last
