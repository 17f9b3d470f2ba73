"""What the words right beside a quantity say of it, whoever reads the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketwatch.domain import Metric
from marketwatch.extract.comparisons import Comparison, comparison
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
    is_name,
    near,
    scene_of,
)
from marketwatch.extract.own_parts import own_part
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.text import Sentence

_BEFORE, _BEHIND = 28, 22
"""Characters between a sum and the word for what it is."""
_IN_USE = 40
"""Characters between a number of devices and a word that says that they are in use, not sold."""
_NOT_SOLD = ("in_use", "capacity")
_NO_WORD = 30
"""What it costs to leave a sum without a word, in characters."""
_LIST = 4
"""Characters between two sums of a list: `28, 20 and 21 million`."""
_SHARED_OUT = 5
"""Sums of one sentence that are looked at."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Plain:
    """What the words right beside a quantity say of it, whoever reads the sentence."""

    no_figure: bool
    """A growth rate, what two numbers differ by, or the name of a list."""
    metric: Metric | None
    """Of a sum whose metric's word stands beside it, or of a number with its noun."""
    counted: bool
    """A noun behind it says what it counts."""
    unit: str | None
    """What the noun behind a number counts, or its currency, told once for several sums of a sentence."""
    loss: bool
    """A sum told as a loss: that word stands nearer than the one for a profit."""


def plain_scene(context: Context, sentence: Sentence) -> Scene:
    """Everything found in a sentence of an article that is read by itself, not as a ranking."""
    return scene_of(context, sentence, figure_terms(context.lang).find(sentence.words), NO_COUNT)


def plainly(context: Context, sentence: Sentence, quantity: Quantity) -> Plain:
    """Read the words right beside a quantity."""
    return plain_in(plain_scene(context, sentence), quantity, context.lang)


def plain_in(scene: Scene, quantity: Quantity, lang: str) -> Plain:
    """The same, of a sentence whose scene is known."""
    noun = counted_noun(scene, quantity) if quantity.unit is None else None
    clause = _in_clause(scene, quantity)
    used = noun in ("units", "cars") and any(near(scene.metrics, quantity, n, _IN_USE, _IN_USE) is not None for n in _NOT_SOLD)
    loss, profit = (near(clause, quantity, name, 60, 40) for name in ("loss", "profit"))
    own = own_part(scene.sentence.text, quantity, lang)
    return Plain(
        no_figure=is_name(scene, quantity)
        or (own is None and (_is_growth(scene, quantity, lang) or _is_difference(scene, quantity))),
        metric=own or (Metric.OTHER if used else COUNTED[noun][0] if noun else money_word(scene, quantity)),
        counted=noun is not None,
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


def _is_growth(scene: Scene, quantity: Quantity, lang: str) -> bool:
    if quantity.unit != "%":
        return False
    beside = comparison(scene.sentence.text, quantity, lang)
    if beside is not None:
        return beside is Comparison.RATE
    growth = near(scene.exclusions, quantity, "growth", 22, 14)
    share = near(scene.metrics, quantity, "share", 60, 45)
    return growth is not None and (share is None or growth < share)


def _is_difference(scene: Scene, quantity: Quantity) -> bool:
    text = scene.sentence.text
    next_number = min((q.start for q in scene.quantities if q.start > quantity.start), default=len(text))
    behind = [c for c in scene.exclusions if c.name == "difference" and 0 <= c.start - quantity.end <= NEXT + 6]
    return any(c.start <= next_number and not set(text[quantity.end : c.start]) & set(",;.:()，。；（") for c in behind)


def money_word(scene: Scene, quantity: Quantity) -> Metric | None:
    """The metric of a sum: of its sentence's sums each takes a word of its own, so that all stand as near as can be.

    In `sales of 53 million and a profit of 11 million` the nearest word to the first sum is that of the second.
    """
    if not is_sum(quantity):
        return None
    sums = [quantity if q.start == quantity.start else q for q in scene.quantities]
    sums = [q for q in sums if is_sum(q) and counted_noun(scene, q) is None][:_SHARED_OUT]
    words = _outermost([c for c in scene.metrics if c.name in MONEY_METRICS])
    money = any(q.unit for q in sums)
    gaps = [[_gap(scene, q, c) if money or c.name != "sold" else None for c in words] for q in sums]
    if quantity not in sums or not any(gap is not None for row in gaps for gap in row):
        return None
    at, chosen = sums.index(quantity), _shared_out(gaps)
    while chosen[at] is None and at > 0 and _goes_on(scene, sums[at - 1], sums[at]):
        at -= 1
    word = chosen[at]
    return None if word is None else MONEY_METRICS[words[word].name]


def _outermost(words: Sequence[Cue]) -> list[Cue]:
    """Words without those that stand in a longer one: `sales` in `sales of`."""
    return [c for c in words if not any(o.start <= c.start and c.end <= o.end and o[1:] != c[1:] for o in words)]


def _goes_on(scene: Scene, one: Quantity, other: Quantity) -> bool:
    """Whether a sum shares the word of the one before: it is its conversion in brackets, or the next of a list."""
    between = scene.sentence.text[one.end : other.start].rstrip()
    return between.endswith(("(", "（", "[")) or (len(between) <= _LIST and other.start - one.end <= _LIST + 1)


def is_sum(quantity: Quantity) -> bool:
    """Whether a quantity may be money: it has a currency, or millions of what is not said."""
    return quantity.unit in CURRENCIES or (quantity.unit is None and quantity.scale >= MILLION)


def _gap(scene: Scene, quantity: Quantity, cue: Cue) -> int | None:
    """Characters between a sum and a word that can be its metric, None across a comma or too far."""
    before = cue.end <= quantity.start
    between = scene.sentence.text[cue.end : quantity.start] if before else scene.sentence.text[quantity.end : cue.start]
    if set(between) & set(",;:，；") or len(between) > (_BEFORE if before else _BEHIND):
        return None
    return len(between)


def _shared_out(gaps: Sequence[Sequence[int | None]]) -> Sequence[int | None]:
    """The word of each sum, none twice, with the least distance in all."""
    best: tuple[int, Sequence[int | None]] = (_NO_WORD * len(gaps), (None,) * len(gaps))

    def go_on(at: int, cost: int, taken: tuple[int | None, ...]) -> None:
        nonlocal best
        if at == len(gaps):
            best = min(best, (cost, taken), key=lambda one: one[0])
            return
        for word, gap in enumerate(gaps[at]):
            if gap is not None and word not in taken and cost + gap < best[0]:
                go_on(at + 1, cost + gap, (*taken, word))
        go_on(at + 1, cost + _NO_WORD, (*taken, None))

    go_on(0, 0, ())
    return best[1]
