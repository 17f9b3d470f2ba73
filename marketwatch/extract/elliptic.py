"""Numbers that leave out what the one beside them says: `earned 81 billion and kept 21`, `Samsung 62 %, Huawei 16`.

The network reads each number by its own words, and these have none. What a held figure of their sentence says is carried on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from marketwatch.domain import Metric
from marketwatch.extract.context import Context
from marketwatch.extract.figure_owner import owner_of
from marketwatch.extract.figure_words import MILLION, money_word, plain_scene
from marketwatch.extract.figures import CURRENCIES, MONEY, Scene, counted_noun
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.reader.decide import FigureStatement

_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
_WORDED = 10
"""Below this a number in words is a manner of speaking: `cut in two`."""
_SPAN = 8
"""Characters between the ends of `from 11.1 to 4.3 per cent`."""
_UNLIKE = Decimal(150)
"""How many times smaller or larger than the figure beside it a number with its scale and a word of its own may be."""
_ALIKE = Decimal(5)
"""The same for one without a word of its own: both count the same."""
_NOTICED, _NOTICED_ALONE = 0.05, 0.15
"""How sure of such a number the reader must be at least, in the sentence of the figure and in the next."""
_OF_A_LIST = 0.3
"""How sure of one share the reader must be, where each name of a list has its own."""


def completed(context: Context, statements: Sequence[FigureStatement], floor: float) -> list[FigureStatement]:
    """Return what is held of statements: those sure enough, and those that the figure beside them completes."""
    by_sentence: dict[int, list[FigureStatement]] = defaultdict(list)
    for statement in statements:
        by_sentence[statement.sentence].append(statement)
    found: list[FigureStatement] = []
    before: FigureStatement | None = None
    for at, beside in by_sentence.items():
        listed = _listed(context, at, beside)
        held = [_plus(s, floor) if s in listed else s for s in beside]
        held = list(_with_scale(context, at, held, before, floor))
        found += [s for s in held if s.score >= floor]
        before = next((s for s in reversed(held) if s.score >= floor and s.quantity.scale >= MILLION), None)
    return found


def _listed(context: Context, sentence: int, beside: Sequence[FigureStatement]) -> list[FigureStatement]:
    """The shares of a list that gives each vendor its own, when one of them is read as a share."""
    shares = [s for s in beside if _may_be_share(s.quantity)]
    owners = {id(s): owner_of(context, sentence, s.quantity) for s in shares}
    owned = [s for s in shares if owners[id(s)]]
    vendors = {mention.vendor for mention in owners.values() if mention}
    sure = any(s.metric is Metric.SHARE and s.score >= _OF_A_LIST for s in owned)
    per_cent = any(s.quantity.unit == "%" for s in owned)
    return owned if sure and per_cent and len(vendors) == len(owned) > 1 else []


def _may_be_share(quantity: Quantity) -> bool:
    return quantity.unit == "%" or (quantity.unit is None and quantity.scale == 1 and 0 < quantity.value <= 100)


def _plus(statement: FigureStatement, floor: float) -> FigureStatement:
    quantity = statement.quantity._replace(unit="%")
    return replace(statement, metric=Metric.SHARE, quantity=quantity, score=max(statement.score, floor))


def _with_scale(
    context: Context, sentence: int, beside: Sequence[FigureStatement], before: FigureStatement | None, floor: float
) -> Iterable[FigureStatement]:
    """Statements with the scale of the held figure beside them, or before them, where they lack one."""
    scene = None
    held = [s for s in beside if s.score >= floor and s.quantity.scale >= MILLION]
    alone = before is not None and before.sentence == sentence - 1 and len(beside) == 1
    for statement in beside:
        anchors = [s for s in held if s is not statement] or ([before] if before and alone else [])
        scene = scene or (plain_scene(context, context.sentences[sentence]) if anchors else None)
        if scene and _is_bare(scene, statement.quantity):
            anchor = min(anchors, key=lambda a: abs(a.quantity.start - statement.quantity.start))
            yield _carried(scene, statement, anchor, floor) or statement
        else:
            yield statement


def _is_bare(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number says neither what it counts nor its scale, and is no year and no end of a span of shares."""
    text = scene.sentence.text
    if (
        quantity.unit is not None
        or quantity.scale != 1
        or quantity.value < 2
        or _YEAR.fullmatch(text[quantity.start : quantity.end])
    ):
        return False
    if quantity.worded and quantity.value < _WORDED:
        return False
    if any(q.unit == "%" and 0 <= q.start - quantity.end <= _SPAN for q in scene.quantities):
        return False
    spec = any(c.name == "spec" and 0 <= c.start - quantity.end <= 2 for c in scene.exclusions)
    return not spec and counted_noun(scene, quantity) is None


def _carried(scene: Scene, statement: FigureStatement, anchor: FigureStatement, floor: float) -> FigureStatement | None:
    """The statement with the scale of another, and with its metric where no word beside it tells its own."""
    quantity, scale = statement.quantity, anchor.quantity.scale
    high = None if quantity.value_high is None else quantity.value_high * scale
    whole = quantity._replace(value=quantity.value * scale, value_high=high, scale=scale)
    money = anchor.quantity.unit in CURRENCIES or anchor.metric in MONEY
    if not money and anchor.metric is not Metric.UNITS:
        return None
    metric = money_word(scene, whole) if money else None
    noticed = statement.score >= (_NOTICED if anchor.sentence == statement.sentence else _NOTICED_ALONE)
    ratio, limit = whole.value / anchor.quantity.value, _UNLIKE if metric else _ALIKE
    if not 1 / limit <= ratio <= limit or not (metric or noticed):
        return None
    if money:
        whole = whole._replace(unit=anchor.quantity.unit)
    return replace(
        statement, metric=metric or anchor.metric, vendor=anchor.vendor, quantity=whole, score=max(statement.score, floor)
    )
