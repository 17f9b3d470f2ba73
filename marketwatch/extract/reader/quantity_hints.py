"""What the rules see of each quantity, as numbers beside its words: its size and unit, the terms near it, whose it may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from marketwatch.domain import Bound, Figure, FigureRole, Metric
from marketwatch.extract.context import Context
from marketwatch.extract.figure_words import plain_in, plain_scene
from marketwatch.extract.figures import CURRENCIES, Scene, in_period
from marketwatch.extract.genre import find_models, is_ranking, names_firm
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.reader.tokens import ReadSentence, Window
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import Sentence

_METRICS = tuple(Metric)
_ROLES = tuple(FigureRole)
_SIZES = (1, 10, 100, 1_000, 10_000, 1_000_000, 100_000_000, 1_000_000_000)
"""Values told apart."""
_SCALES = (1, 1_000, 1_000_000, 1_000_000_000)
_SORTS = ("currency", "%", "other unit", "no unit", "worded", "bound", "range", "year", "in period", "model")
_SECTIONS = ("metrics", "roles", "not")
_PLAIN = ("no figure", "counted", "loss", "shared unit")
_ARTICLE = ("ranking", "firm", "only number", "first number", "like others", "repeated")
_NEAR = 12
"""Characters at which a term counts half as much as right beside the number."""
_OWN = (
    "only vendor", "most salient", "of its clause", "topic",
    "last before", "other last before", "first behind", "other first behind", "near before", "near behind",
)  # fmt: skip


@cache
def terms() -> tuple[tuple[str, str], ...]:
    """(section, name) of the terms whose distance counts, in the order of their columns."""
    languages = [terms for terms in rule_file("figures.toml").values() if isinstance(terms, dict)]
    return tuple((section, name) for section in _SECTIONS for name in sorted({n for terms in languages for n in terms[section]}))


def width() -> int:
    """Columns of the hints of a quantity for one vendor."""
    shared = len(_SIZES) + len(_SCALES) + len(_SORTS) + len(_PLAIN) + len(_METRICS) + len(_ARTICLE) + 2 * len(terms())
    return shared + len(_OWN) + len(_METRICS) + len(_ROLES)


def quantity_hints(context: Context, window: Window, vendors: Sequence[str], figures: Iterable[Figure]) -> Any:
    """(vendors, quantities, columns) of 0..1 for the quantities of a window outside its title; `figures` by rules alone."""
    import numpy as np

    table = np.zeros((len(vendors), len(window.quantity_pieces), width()), dtype=np.float32)
    plain = {(f.evidence.start, abs(f.value), f.vendor): f for f in figures}
    about = (is_ranking(context), names_firm(context))
    every = [q.value for s in window.sentences[1:] for q in s.quantities]
    places = window.quantity_pieces
    scenes = {place: plain_scene(context, window.sentences[place].sentence) for place, _, _ in places}
    for at, (place, index, _) in enumerate(places):
        read = window.sentences[place]
        quantity = read.quantities[index]
        shared = [*_size(quantity), *_sort(read, quantity), *_words(scenes[place], quantity, context.lang), *about]
        shared += _among(read, quantity, every)
        for row, vendor in enumerate(vendors):
            told = plain.get((read.sentence.start, abs(quantity.value), vendor))
            table[row, at] = [*shared, *_own(context, read.sentence, quantity, vendor), *_ruled(told)]
    return table


def _size(quantity: Quantity) -> Sequence[float]:
    return [quantity.value >= size for size in _SIZES] + [quantity.scale >= scale for scale in _SCALES]


def _sort(read: ReadSentence, quantity: Quantity) -> Sequence[float]:
    unit, value = quantity.unit, quantity.value
    currency = unit in CURRENCIES
    return [
        currency, unit == "%", unit is not None and not currency and unit != "%", unit is None,
        quantity.worded, quantity.bound not in (Bound.EQ, Bound.RANGE), quantity.bound is Bound.RANGE,
        unit is None and quantity.scale == 1 and 1980 <= value <= 2040,
        in_period(quantity, read.periods),
        any(start <= quantity.start < end for start, end in find_models(read.sentence.text)),
    ]  # fmt: skip


def _words(scene: Scene, quantity: Quantity, lang: str) -> Sequence[float]:
    """What the words right beside it say, and how near each term stands before and behind it."""
    plain = plain_in(scene, quantity, lang)
    said = [plain.no_figure, plain.counted, plain.loss, plain.unit is not None]
    return [*said, *(plain.metric is metric for metric in _METRICS), *_nearness(scene, quantity)]


def _nearness(scene: Scene, quantity: Quantity) -> Sequence[float]:
    cues = zip(_SECTIONS, (scene.metrics, scene.roles, scene.exclusions), strict=True)
    before, behind = dict.fromkeys(terms(), 0.0), dict.fromkeys(terms(), 0.0)
    for section, found in cues:
        for cue in found:
            side, gap = (before, quantity.start - cue.end) if cue.end <= quantity.start else (behind, cue.start - quantity.end)
            if (section, cue.name) in side:
                side[section, cue.name] = max(side[section, cue.name], _close(gap))
    return [*before.values(), *behind.values()]


def _close(gap: int) -> float:
    return _NEAR / (_NEAR + max(0, gap))


def _among(read: ReadSentence, quantity: Quantity, every: Sequence[Any]) -> Sequence[float]:
    others = [q for q in read.quantities if q is not quantity]
    first = all(q.start > quantity.start for q in others)
    return [not others, first, any(q.unit == quantity.unit for q in others), every.count(quantity.value) > 1]


def _own(context: Context, sentence: Sentence, quantity: Quantity, vendor: str) -> Sequence[float]:
    about = context.attribution
    place = sentence.start + quantity.start
    mentions = about.mentions.get(sentence.index, ())
    before = [m for m in mentions if m.end <= place]
    behind = [m for m in mentions if m.start >= place]
    own_before = [place - m.end for m in before if m.vendor == vendor]
    own_behind = [m.start - place for m in behind if m.vendor == vendor]
    return [
        about.salient == (vendor,), about.salient[:1] == (vendor,),
        about.vendor_for(sentence.index, place) == vendor, about.topics[sentence.index] == vendor,
        bool(before) and before[-1].vendor == vendor, bool(before) and before[-1].vendor != vendor,
        bool(behind) and behind[0].vendor == vendor, bool(behind) and behind[0].vendor != vendor,
        _close(min(own_before)) if own_before else 0.0, _close(min(own_behind)) if own_behind else 0.0,
    ]  # fmt: skip


def _ruled(told: Figure | None) -> Sequence[float]:
    """What the rules alone would say of it."""
    if told is None:
        return [0.0] * (len(_METRICS) + len(_ROLES))
    return [*(told.metric is metric for metric in _METRICS), *(told.role is role for role in _ROLES)]
