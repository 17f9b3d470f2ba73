"""What the words right beside a quantity say of it, whoever reads the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketwatch.domain import Metric
from marketwatch.extract.context import Context
from marketwatch.extract.figure_terms import figure_terms
from marketwatch.extract.figures import (
    COUNTED,
    CURRENCIES,
    MONEY_METRICS,
    NEXT,
    NO_COUNT,
    Cue,
    Scene,
    counted_noun,
    near,
    scene_of,
)
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.text import Sentence


@dataclass(frozen=True, slots=True)
class Plain:
    """What the words right beside a quantity say of it, whoever reads the sentence."""

    no_figure: bool
    """A growth rate, or what two numbers differ by."""
    metric: Metric | None
    """Of a sum whose metric's word stands beside it, or of a number with its noun."""
    unit: str | None
    """What the noun behind a number counts, or its currency, told once for several sums of a sentence."""
    loss: bool
    """A sum told as a loss: that word stands nearer than the one for a profit."""


def plainly(context: Context, sentence: Sentence, quantity: Quantity) -> Plain:
    """Read the words right beside a quantity."""
    scene = scene_of(context, sentence, figure_terms(context.lang).find(sentence.words), NO_COUNT)
    noun = counted_noun(scene, quantity) if quantity.unit is None else None
    clause = _in_clause(scene, quantity)
    loss, profit = (near(clause, quantity, name, 60, 40) for name in ("loss", "profit"))
    return Plain(
        no_figure=_is_growth(scene, quantity) or _is_difference(scene, quantity),
        metric=COUNTED[noun][0] if noun else _beside_money(clause, quantity),
        unit=COUNTED[noun][1] if noun else _shared_unit(scene, quantity),
        loss=loss is not None and (profit is None or loss < profit),
    )


def _in_clause(scene: Scene, quantity: Quantity) -> list[Cue]:
    """The words for metrics that no comma parts from a quantity."""
    text = scene.sentence.text

    def between(cue: Cue) -> str:
        return text[cue.end : quantity.start] if cue.end <= quantity.start else text[quantity.end : cue.start]

    return [c for c in scene.metrics if not set(between(c)) & set(",;:，；")]


def _shared_unit(scene: Scene, quantity: Quantity) -> str | None:
    """`28.6亿、20.8亿和21.2亿元`: the currency nearest to a sum that names none; cars, where the sentence speaks of them."""
    if quantity.unit is not None:
        return None
    others = [q for q in scene.quantities if q.unit in CURRENCIES and quantity.scale > 1]
    if others:
        return min(others, key=lambda q: abs(q.start - quantity.start)).unit
    return "cars" if any(c.name == "cars" for c in scene.metrics) else None


def _is_growth(scene: Scene, quantity: Quantity) -> bool:
    if quantity.unit != "%":
        return False
    growth = near(scene.exclusions, quantity, "growth", 22, 14)
    share = near(scene.metrics, quantity, "share", 60, 45)
    signed = scene.sentence.text[max(0, quantity.start - 1) : quantity.start] in ("+", "−")
    return signed or (growth is not None and (share is None or growth < share))


def _is_difference(scene: Scene, quantity: Quantity) -> bool:
    text = scene.sentence.text
    behind = [c for c in scene.exclusions if c.name == "difference" and 0 <= c.start - quantity.end <= NEXT + 6]
    return any(not set(text[quantity.end : c.start]) & set(",;.:()，。；（") for c in behind)


def _beside_money(clause: Sequence[Cue], quantity: Quantity) -> Metric | None:
    if quantity.unit not in CURRENCIES:
        return None
    gaps = {name: near(clause, quantity, name, 28, 22) for name in ("revenue", "profit", "loss", "investment")}
    known = {name: gap for name, gap in gaps.items() if gap is not None}
    return MONEY_METRICS[min(known, key=lambda name: known[name])] if known else None
