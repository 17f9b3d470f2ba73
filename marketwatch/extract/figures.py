"""Quantities → figures: what is counted, for which period, and whether it is a fact, an estimate or a goal.

A quantity becomes a figure when a metric's word stands near it and nothing marks it as a growth rate, a price or a
device's specification. A conversion in brackets shares metric, period, role and bound with the amount before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from marketwatch.domain import Bound, Figure, FigureRole, Metric
from marketwatch.extract.context import Context, evidence_of
from marketwatch.extract.figure_terms import figure_terms
from marketwatch.extract.genre import is_ranking, names_firm
from marketwatch.extract.lexicon import Found
from marketwatch.extract.own_parts import own_part
from marketwatch.extract.periods import Period
from marketwatch.extract.quantities import Quantity, find_quantities, may_hold_quantity
from marketwatch.extract.scopes import scope_of
from marketwatch.extract.text import Sentence

CURRENCIES = frozenset(["CNY", "EUR", "USD", "HKD", "TWD", "INR", "KRW", "JPY", "GBP", "CAD", "BRL", "RUB", "VND", "IDR"])
COUNTED = {
    "units": (Metric.UNITS, "devices"),
    "cars": (Metric.UNITS, "cars"),
    "stores": (Metric.STORES, "stores"),
    "headcount": (Metric.HEADCOUNT, "people"),
    "countries": (Metric.COUNTRIES, "countries"),
    "patents": (Metric.OTHER, "patents"),
    "plants": (Metric.OTHER, "plants"),
    "cities": (Metric.OTHER, "cities"),
    "customers": (Metric.OTHER, "customers"),
    "users": (Metric.OTHER, "users"),
    "service": (Metric.OTHER, "service centres"),
    "orders": (Metric.OTHER, "orders"),
    "research": (Metric.OTHER, "R&D sites"),
}
MONEY_METRICS = {
    "revenue": Metric.REVENUE,
    "profit": Metric.PROFIT,
    "loss": Metric.PROFIT,
    "investment": Metric.INVESTMENT,
    "worth": Metric.OTHER,
    "raised": Metric.OTHER,
    "saved": Metric.OTHER,
    "sold": Metric.REVENUE,
}
MONEY = frozenset({Metric.REVENUE, Metric.PROFIT, Metric.INVESTMENT})
"""Metrics that are always an amount of money."""
_FLOWS = frozenset({Metric.UNITS, Metric.REVENUE, Metric.PROFIT, Metric.SHARE})
"""Metrics of a span of time, which the next sentence goes on with; people and stores are counted on a day."""
_MIN_MONEY = Decimal(1_000_000)
_MIN_COUNT = {"units": Decimal(10_000), "cars": Decimal(500), "stores": Decimal(2), "headcount": Decimal(20)}
_BARE_UNITS = Decimal(1_000_000)
"""Above this a number without a noun may count devices named elsewhere in its sentence."""
NEXT = 18
"""Characters between a number and the noun it counts."""


class Cue(NamedTuple):
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Count:
    """What an article says of a research firm's count."""

    firm: bool
    """One is named: market shares are its estimates."""
    ranking: bool
    """The count is what the article is about."""
    period: str | None
    """The quarter or half counted."""


NO_COUNT = _Count(firm=False, ranking=False, period=None)


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with everything found in it, offsets counted from the sentence's start."""

    sentence: Sentence
    quantities: Sequence[Quantity]
    metrics: Sequence[Cue]
    roles: Sequence[Cue]
    exclusions: Sequence[Cue]
    periods: Sequence[Period]
    count: _Count


def extract_figures(context: Context) -> tuple[Figure, ...]:
    """Return the figures of a document in text order. Evidence is the sentence each stands in."""
    if not context.attribution.salient:
        return ()  # nobody's figures
    terms = figure_terms(context.lang)
    figures: list[Figure] = []
    carried = _Carried(context)
    firm = names_firm(context)
    count = _Count(firm, firm and is_ranking(context), counted_period(context) if firm else None)
    for sentence in context.sentences:
        # The terms before the quantities: without a metric's word a sentence has a figure in a ranking only.
        if not may_hold_quantity(sentence, context.lang):
            continue
        found = terms.find(sentence.words)
        if "metrics" in found or count.ranking:
            figures += _figures_of(context, scene_of(context, sentence, found, count), carried)
    return tuple(_unique(_judged(figures, context)))


class _Carried:
    """The period that the last sentence with just one told, looked for no earlier than a figure asks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read = 0
        self._label: str | None = None

    def at(self, sentence: Sentence) -> str | None:
        """The period carried into a sentence, its own among them; sentences are asked for in text order."""
        for told in self._context.sentences[self._read : sentence.index + 1]:
            labels = {p.label for p in self._context.periods.find(told.text)}
            if len(labels) == 1:
                (self._label,) = labels
        self._read = max(self._read, sentence.index + 1)
        return self._label


def counted_period(context: Context) -> str | None:
    """The quarter or half that a report or a ranking is about: the first one named."""
    texts = (context.document.title, *(s.text for s in context.sentences))
    labels = (p.label for text in texts for p in context.periods.find(text))
    return next((label for label in labels if label[0] in "QH"), None)


def _judged(figures: Sequence[Figure], context: Context) -> list[Figure]:
    """A goal for a year that has ended is a prior goal."""
    published = context.document.published
    if published is None:
        return list(figures)
    return [
        replace(f, role=FigureRole.PRIOR_TARGET) if f.role is FigureRole.TARGET and _ended(f.period, published.at.year) else f
        for f in figures
    ]


def _ended(period: str | None, year: int) -> bool:
    return period is not None and period[-4:].isdecimal() and int(period[-4:]) < year


def scene_of(context: Context, sentence: Sentence, found: Found, count: _Count) -> Scene:
    """Everything found in a sentence, `found` of the language's figure terms."""

    def cues(section: str) -> list[Cue]:
        return [Cue(hit.name, *sentence.within(hit.first, hit.last)) for hit in found.get(section, ())]

    return Scene(
        sentence,
        find_quantities(sentence.text, context.lang),
        cues("metrics"),
        cues("roles"),
        cues("not"),
        context.periods.find(sentence.text),
        count,
    )


def _figures_of(context: Context, scene: Scene, carried: _Carried) -> list[Figure]:
    found: list[Figure] = []
    last: tuple[Quantity, Figure] | None = None
    for quantity in scene.quantities:
        if _is_date(quantity, scene):
            continue
        figure = _conversion(scene, quantity, last) or _figure(context, scene, quantity, carried)
        if figure is not None:
            found.append(figure)
            last = (quantity, figure)
    return found


def _conversion(scene: Scene, quantity: Quantity, last: tuple[Quantity, Figure] | None) -> Figure | None:
    """`100 billion yuan ($13.6 billion)`: the second says the first again in another currency."""
    if last is None or quantity.unit not in CURRENCIES or last[1].unit not in CURRENCIES or quantity.unit == last[1].unit:
        return None
    between = scene.sentence.text[last[0].end : quantity.start].strip().lstrip(",")
    if between[:1] not in ("(", "（", "[") or len(between) > 25:
        return None
    sign = -1 if last[1].value < 0 else 1
    return replace(
        last[1], value=quantity.value * sign, unit=str(quantity.unit), value_high=quantity.value_high, rule="figure.conversion"
    )


def _figure(context: Context, scene: Scene, quantity: Quantity, carried: _Carried) -> Figure | None:
    own = own_part(scene.sentence.text, quantity, context.lang)
    about = (own, "%", False) if own else _metric(scene, quantity)
    if about is None:
        return None
    metric, unit, negative = about
    sentence = scene.sentence
    vendor = context.vendor_for(sentence.index, sentence.start + quantity.start)
    if vendor is None:
        return None
    counted = scene.count.ranking or (scene.count.firm and metric is Metric.SHARE)
    role = _role(scene, quantity)
    if role is FigureRole.ACTUAL and counted:
        role = FigureRole.ESTIMATE
    bound = quantity.bound
    return Figure(
        vendor=vendor,
        metric=metric,
        value=-quantity.value if negative else quantity.value,
        unit=unit,
        evidence=evidence_of(sentence),
        period=_period(scene, quantity, counted=counted) or (carried.at(sentence) if metric in _FLOWS else None),
        role=role,
        bound=bound,
        value_high=quantity.value_high if bound is Bound.RANGE else None,
        scope=scope_of(context, sentence, quantity, scene.quantities, metric),
        rule=f"figure.{metric.value}",
    )


def in_period(quantity: Quantity, periods: Sequence[Period]) -> bool:
    """Whether a number is part of what names a period, the 3 of `3rd quarter`."""
    return any(p.start <= quantity.start < p.end for p in periods)


def _is_date(quantity: Quantity, scene: Scene) -> bool:
    if in_period(quantity, scene.periods):
        return True
    bare = quantity.unit is None and quantity.scale == 1 and quantity.value == quantity.value.to_integral_value()
    return bare and 1980 <= quantity.value <= 2040 and not counted_noun(scene, quantity)


def _metric(scene: Scene, quantity: Quantity) -> tuple[Metric, str, bool] | None:
    if quantity.unit == "points" or _is_spec(scene, quantity) or is_name(scene, quantity):
        return None
    if quantity.unit == "%":
        return _share(scene, quantity)
    if quantity.unit in CURRENCIES:
        return _money(scene, quantity)
    return _count(scene, quantity)


def _is_spec(scene: Scene, quantity: Quantity) -> bool:
    return any(c.name == "spec" and -1 <= c.start - quantity.end <= 2 for c in scene.exclusions)


def is_name(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is the name of a list: `Fortune Global 500`, `top ten`."""
    return quantity.unit is None and near(scene.exclusions, quantity, "named", 1, 0) is not None


def near(cues: Sequence[Cue], quantity: Quantity, name: str, before: int, after: int) -> int | None:
    """Distance to the nearest cue of a name, at most so far before or after; None without one."""
    gaps = [quantity.start - c.end for c in cues if c.name == name and 0 <= quantity.start - c.end <= before]
    gaps += [c.start - quantity.end for c in cues if c.name == name and 0 <= c.start - quantity.end <= after]
    gaps += [0 for c in cues if c.name == name and c.start < quantity.end and quantity.start < c.end]
    return min(gaps) if gaps else None


def _share(scene: Scene, quantity: Quantity) -> tuple[Metric, str, bool] | None:
    if not 0 < quantity.value <= 100:
        return None
    growth = near(scene.exclusions, quantity, "growth", 22, 14)
    share = near(scene.metrics, quantity, "share", 60, 45)
    if share is None and not (scene.count.ranking and growth is None):
        return None
    if share is not None and growth is not None and growth < share:
        return None
    return Metric.SHARE, "%", False


def _money(scene: Scene, quantity: Quantity) -> tuple[Metric, str, bool] | None:
    if max(quantity.value, quantity.value_high or 0) < _MIN_MONEY:
        return None
    distances = {name: near(scene.metrics, quantity, name, 90, 50) for name in ("revenue", "profit", "loss", "investment")}
    known = {name: gap for name, gap in distances.items() if gap is not None}
    if not known:
        return None
    name = min(known, key=lambda n: known[n])
    price = near(scene.exclusions, quantity, "price", 15, 10)
    if price is not None and price < known[name]:
        return None
    return MONEY_METRICS[name], str(quantity.unit), name == "loss"


def counted_noun(scene: Scene, quantity: Quantity) -> str | None:
    """The noun right behind a number."""
    text = scene.sentence.text
    following = [
        c
        for c in scene.metrics
        if c.name in COUNTED
        and -2 <= c.start - quantity.end <= NEXT
        and not set(text[quantity.end : c.start]) & set(",;.:()，。；（")
    ]
    return min(following, key=lambda c: (c.start, -c.end)).name if following else None


def _count(scene: Scene, quantity: Quantity) -> tuple[Metric, str, bool] | None:
    if near(scene.exclusions, quantity, "price", 6, 4) is not None:
        return None
    name = counted_noun(scene, quantity)
    if name is None and quantity.value >= _BARE_UNITS and quantity.unit is None:
        named = [c.name for c in scene.metrics if c.name in ("units", "cars")]
        name = named[0] if named else None
    if name is None or quantity.value < _MIN_COUNT.get(name, Decimal(2)):
        return None
    if quantity.worded and quantity.value < 20 and name not in ("countries", "stores"):
        return None
    metric, unit = COUNTED[name]
    return metric, unit, False


def _role(scene: Scene, quantity: Quantity) -> FigureRole:
    """The role of the nearest cue that no other quantity parts from this one."""
    goal = _cue_distance(scene, quantity, "target", 70, 40)
    missed = _cue_distance(scene, quantity, "missed", 60, 45)
    if goal is not None and missed is not None:
        return FigureRole.PRIOR_TARGET
    if missed is not None and missed <= 25:
        return FigureRole.PRIOR_TARGET
    if goal is not None:
        return FigureRole.TARGET
    if _cue_distance(scene, quantity, "forecast", 70, 20) is not None:
        return FigureRole.FORECAST
    if any(c.name == "estimate" for c in scene.roles):
        return FigureRole.ESTIMATE
    return FigureRole.ACTUAL


def _cue_distance(scene: Scene, quantity: Quantity, name: str, before: int, after: int) -> int | None:
    others = [q for q in scene.quantities if q is not quantity and not _is_date(q, scene)]
    best: int | None = None
    for cue in scene.roles:
        if cue.name != name:
            continue
        gap, low, high = (
            (quantity.start - cue.end, cue.end, quantity.start)
            if cue.end <= quantity.start
            else (cue.start - quantity.end, quantity.end, cue.start)
        )
        limit = before if cue.end <= quantity.start else after
        parted = any(low <= q.start < high and not _beside(scene, q, quantity) for q in others)
        # `70 million, short of the 80 million`: a cue before another number speaks of that one.
        parted = parted or (cue.start >= quantity.end and any(0 <= q.start - cue.end <= before for q in others))
        if 0 <= gap <= limit and not parted:
            best = gap if best is None else min(best, gap)
    return best


def _beside(scene: Scene, one: Quantity, other: Quantity) -> bool:
    """Two amounts with only a bracket between them are one statement."""
    first, second = sorted((one, other), key=lambda q: q.start)
    return scene.sentence.text[first.end : second.start].strip() in ("(", "（", "")


def _period(scene: Scene, quantity: Quantity, *, counted: bool) -> str | None:
    """The nearest period of the sentence; one in the same clause before one across a comma."""
    text = scene.sentence.text

    def distance(period: Period) -> int:
        before = period.end <= quantity.start
        gap = text[period.end : quantity.start] if before else text[quantity.end : period.start]
        return len(gap) + 40 * sum(gap.count(c) for c in ";；") + 12 * sum(gap.count(c) for c in ",，、")

    if counted and scene.count.period and not any(p.label[0] in "QH" for p in scene.periods):
        return scene.count.period  # a bare year beside it is what the quarter is compared with
    return min(scene.periods, key=distance).label if scene.periods else None


def _unique(figures: Sequence[Figure]) -> list[Figure]:
    """One figure for a (vendor, metric, value, unit, role, period): the first sentence that states it.

    Without a period it only says again what another sentence says with one.
    """
    dated = {_what(figure) for figure in figures if figure.period is not None}
    seen: set[tuple[object, ...]] = set()
    found = []
    for figure in figures:
        key = (*_what(figure), figure.period)
        if key not in seen and (figure.period is not None or _what(figure) not in dated):
            seen.add(key)
            found.append(figure)
    return found


def _what(figure: Figure) -> tuple[object, ...]:
    return figure.vendor, figure.metric, figure.value, figure.unit, figure.role
