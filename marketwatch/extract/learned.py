"""What the learned heads read → candidates, for vendor and kind pairs that no rule has seen in the article."""

from __future__ import annotations

from collections.abc import Collection

from marketwatch.domain import ShiftKind
from marketwatch.extract.context import Context
from marketwatch.extract.heads import Heads
from marketwatch.extract.lexicon import load_rules
from marketwatch.extract.matching import Candidate

_OBJECTS = {
    ShiftKind.DISCLOSURE: "published figures",
    ShiftKind.GROWTH: "pace of growth",
    ShiftKind.CHANNEL: "distribution",
    ShiftKind.MARKET: "market presence",
    ShiftKind.DIVERSIFICATION: "new business",
    ShiftKind.POSITIONING: "price tier or brand",
    ShiftKind.PORTFOLIO: "product range",
    ShiftKind.TECHNOLOGY: "own technology",
    ShiftKind.SUPPLY: "manufacturing and suppliers",
    ShiftKind.PARTNERSHIP: "partnership",
    ShiftKind.DEAL: "stake or business",
    ShiftKind.ORGANIZATION: "organisation",
    ShiftKind.TARGET: "company goal",
    ShiftKind.PRESSURE: "market pressure",
}


def learned_candidates(
    context: Context, heads: Heads, seen: Collection[tuple[str, ShiftKind]]
) -> list[tuple[str | None, Candidate]]:
    """Return (vendor, candidate) of what the heads read and no rule has."""
    found: list[tuple[str | None, Candidate]] = []
    for reading in heads.read(context):
        sentence = context.sentences[reading.sentence]
        vendor = context.vendor_for(sentence.index, (sentence.start + sentence.end) // 2)
        if vendor is None or (vendor, reading.kind) in seen:
            continue
        found.append(
            (
                vendor,
                Candidate(
                    sentence.index,
                    reading.kind,
                    reading.direction,
                    _object(context, reading.sentence, reading.kind),
                    f"heads.{reading.kind.value}",
                    sentence.start,
                    sentence.end,
                    reading.probability,
                ),
            )
        )
    return found


def _object(context: Context, sentence: int, kind: ShiftKind) -> str:
    """The concept of this kind that the sentence names, else the kind's own."""
    rules = load_rules().objects
    hits = context.pack.objects.find(context.sentences[sentence].tokens)
    named = [rules[hit.name].label for hit in hits if rules[hit.name].kind is kind]
    return named[0] if named else _OBJECTS[kind]
