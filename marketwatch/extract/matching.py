"""Concepts and moves in a sentence → candidate shifts.

A rule of lang/rules.toml says what a concept (own stores) means when a move (open, close) concerns it. The move may
stand before or behind the concept, within the rule's window of words and within the clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marketwatch.domain import Direction, ShiftKind
from marketwatch.extract.context import Context
from marketwatch.extract.lexicon import Hit, fewest_words, word_count
from marketwatch.extract.packs import ObjectRule, PairRule, Rules
from marketwatch.extract.text import Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shift that a sentence seems to state, before its vendor and status are known."""

    sentence: int
    kind: ShiftKind
    direction: Direction
    label: str
    rule: str
    start: int
    end: int
    """The span of the words that fired, in the document."""
    confidence: float
    negated: bool = False
    origin: str | None = None
    """What is left behind, when the rule knows it."""


def candidates_in(context: Context, sentence: Sentence, rules: Rules) -> list[Candidate]:
    """Return what the rules see in a sentence, negated ones marked, in text order."""
    objects = _longest(context.hits(sentence, "objects"))
    regions = _longest(context.hits(sentence, "regions"))
    found = list(_cues(sentence, context.hits(sentence, "cues"), rules))
    if not objects and not regions:
        return sorted(found, key=lambda c: (c.start, c.end))
    moves = _longest(context.hits(sentence, "moves"))
    negations = [h for h in context.hits(sentence, "modifiers") if h.name == "negated"]
    for pair in rules.pairs:
        found += _paired(sentence, pair, objects)
    for hit in objects:
        found += _with_move(sentence, hit, rules.objects[hit.name], moves, negations)
    if "region" in rules.objects:
        for hit in regions:
            found += _with_move(sentence, hit, rules.objects["region"], moves, negations)
    return sorted(found, key=lambda c: (c.start, c.end))


def _longest(hits: Sequence[Hit]) -> list[Hit]:
    """Of hits of one name that overlap, the longest; different names may share words."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.first - h.last, h.first)):
        if not any(k.name == hit.name and k.first < hit.last and hit.first < k.last for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.first)


def _cues(sentence: Sentence, hits: Iterable[Hit], rules: Rules) -> Iterable[Candidate]:
    for hit in hits:
        cue = rules.cues[hit.name]
        start, end = _span(sentence, hit.first, hit.last)
        yield Candidate(sentence.index, cue.kind, cue.direction, cue.label, f"cue.{cue.name}", start, end, 0.9)


def _with_move(
    sentence: Sentence, hit: Hit, rule: ObjectRule, moves: Sequence[Hit], negations: Sequence[Hit]
) -> Iterable[Candidate]:
    near = [(gap, m) for m in moves if m.name in rule.moves and (gap := _gap(sentence, hit, m, rule)) is not None]
    label = hit.name.replace("_", " ") if rule.name == "region" else rule.label
    if near:
        gap, move = min(near, key=lambda pair: (pair[0], pair[1].first))
        first, last = min(hit.first, move.first), max(hit.last, move.last)
        start, end = _span(sentence, first, last)
        negated = any(first - 3 <= n.first <= last + 1 for n in negations)
        confidence = round(0.9 - 0.03 * gap, 2)
        yield Candidate(
            sentence.index, rule.kind, rule.moves[move.name], label, f"{rule.name}.{move.name}", start, end, confidence, negated
        )
    elif rule.alone is not None:
        start, end = _span(sentence, hit.first, hit.last)
        yield Candidate(sentence.index, rule.kind, rule.alone, label, f"{rule.name}.alone", start, end, 0.7)


def _paired(sentence: Sentence, pair: PairRule, objects: Sequence[Hit]) -> Iterable[Candidate]:
    left = next((h for h in objects if h.name == pair.origin), None)
    right = next((h for h in objects if h.name == pair.destination), None)
    if left is None or right is None or (left.first < right.last and right.first < left.last):
        return
    start, end = _span(sentence, min(left.first, right.first), max(left.last, right.last))
    yield Candidate(
        sentence.index, pair.kind, pair.direction, pair.label, f"pair.{pair.name}", start, end, 0.95, origin=pair.origin_label
    )


def _gap(sentence: Sentence, hit: Hit, move: Hit, rule: ObjectRule) -> int | None:
    """Words between concept and move; None when too far, in the wrong order, or parted by a semicolon."""
    if move.first < hit.last and hit.first < move.last:
        return None if (move.first, move.last) == (hit.first, hit.last) else 0
    before = move.last <= hit.first
    if (rule.order == "move_first" and not before) or (rule.order == "object_first" and before):
        return None
    low, high = (move.last, hit.first) if before else (hit.last, move.first)
    if fewest_words(high - low) > rule.window:
        return None
    between = sentence.words[low:high]
    if word_count(between) > rule.window or any(word in ";；:：" for word in between):
        return None
    return word_count(between) + 3 * sum(word in ",，" for word in between)


def _span(sentence: Sentence, first: int, last: int) -> tuple[int, int]:
    return sentence.tokens[first].start, sentence.tokens[last - 1].end
