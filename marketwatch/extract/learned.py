"""What the learned reader says → shifts and figures in our own terms, with what the rules know of their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketwatch.domain import Bound, Direction, Evidence, Figure, Metric, Shift, ShiftKind
from marketwatch.extract.context import Context
from marketwatch.extract.figures import CURRENCIES, counted_unit, is_loss
from marketwatch.extract.matching import Candidate
from marketwatch.extract.reader.decide import FigureStatement, Statement, calibrated
from marketwatch.extract.speakers import speaker_of
from marketwatch.extract.status import status_of

_OBJECTS: Mapping[ShiftKind, str] = {
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
_UNITS = {
    Metric.STORES: "stores",
    Metric.HEADCOUNT: "people",
    Metric.COUNTRIES: "countries",
    Metric.SHARE: "%",
}
_MONEY = frozenset({Metric.REVENUE, Metric.PROFIT, Metric.INVESTMENT})


def shifts_of(
    context: Context,
    statement: Statement,
    rules_saw: Sequence[tuple[str | None, Candidate]],
    calibration: Sequence[Sequence[float]],
) -> list[Shift]:
    """The shifts of a statement: one for each object that the rules see in its sentences, else one for all of it."""
    objects: dict[str, list[Candidate]] = {}
    for vendor, candidate in rules_saw:
        if vendor == statement.vendor and _agree(statement, candidate):
            objects.setdefault(candidate.label, []).append(candidate)
    if not objects:
        return [_shift(context, statement, statement.sentences, None, calibration)]
    if len(objects) == 1:
        (found,) = objects.values()
        return [_shift(context, statement, statement.sentences, found[0], calibration)]
    return [
        _shift(context, statement, tuple(sorted({c.sentence for c in found})), found[0], calibration)
        for found in objects.values()
    ]


def _agree(statement: Statement, candidate: Candidate) -> bool:
    return (
        not candidate.negated
        and candidate.kind is statement.kind
        and candidate.direction is statement.direction
        and candidate.sentence in statement.sentences
    )


def _shift(
    context: Context,
    statement: Statement,
    sentences: tuple[int, ...],
    seen: Candidate | None,
    calibration: Sequence[Sequence[float]],
) -> Shift:
    best = statement.best if statement.best in sentences else sentences[0]
    sentence = context.sentences[best]
    facts = statement.kind is ShiftKind.PRESSURE or statement.direction in (Direction.MET, Direction.MISSED)
    speaker = None if facts else speaker_of(context, sentence, statement.vendor)
    return Shift(
        vendor=statement.vendor,
        kind=statement.kind,
        direction=statement.direction,
        object=seen.label if seen else _object(context, statement),
        status=statement.status if best == statement.best or seen is None else status_of(context, sentence, seen),
        evidence=tuple(_evidence(context, at) for at in sentences),
        origin=seen.origin if seen else None,
        destination=seen.label if seen and seen.origin else None,
        speaker=speaker.name if speaker else None,
        role=speaker.role if speaker else None,
        background=statement.background,
        confidence=calibrated(statement.score, calibration),
        rule=f"reader.{statement.kind.value}" + (f"+{seen.rule}" if seen else ""),
    )


def _evidence(context: Context, at: int) -> Evidence:
    sentence = context.sentences[at]
    return Evidence(sentence.text, sentence.start, sentence.end)


def _object(context: Context, statement: Statement) -> str:
    """The concept of this kind that a sentence of the statement names, a place for a market, else the kind's own words."""
    rules = context.pack.rules.objects
    ordered = sorted(statement.sentences, key=lambda at: at != statement.best)
    for at in ordered:
        tokens = context.sentences[at].tokens
        if statement.kind is ShiftKind.MARKET and (regions := context.pack.regions.find(tokens)):
            return regions[0].name.replace("_", " ")
        named = [rules[hit.name].label for hit in context.pack.objects.find(tokens) if rules[hit.name].kind is statement.kind]
        if named:
            return named[0]
    return _OBJECTS[statement.kind]


def figure_of(context: Context, statement: FigureStatement) -> Figure | None:
    """The figure of a statement, None when its unit cannot be that of its metric."""
    sentence = context.sentences[statement.sentence]
    quantity = statement.quantity
    unit = _unit(context, statement)
    if unit is None:
        return None
    negative = statement.metric is Metric.PROFIT and is_loss(context, sentence, quantity)
    return Figure(
        vendor=statement.vendor,
        metric=statement.metric,
        value=-quantity.value if negative else quantity.value,
        unit=unit,
        evidence=_evidence(context, statement.sentence),
        period=statement.period,
        role=statement.role,
        bound=quantity.bound,
        value_high=quantity.value_high if quantity.bound is Bound.RANGE else None,
        rule=f"reader.figure.{statement.metric.value}",
    )


def _unit(context: Context, statement: FigureStatement) -> str | None:
    quantity, metric = statement.quantity, statement.metric
    named = quantity.unit if quantity.unit in CURRENCIES or quantity.unit == "%" else None
    if metric in _MONEY:
        return named if named in CURRENCIES else None
    if metric is Metric.SHARE:
        return "%" if named in (None, "%") else None
    if metric in _UNITS or metric is Metric.UNITS:
        if named is not None:
            return named if metric is Metric.HEADCOUNT and named == "%" else None
        return _UNITS.get(metric) or counted_unit(context, context.sentences[statement.sentence], quantity) or "devices"
    return named or counted_unit(context, context.sentences[statement.sentence], quantity) or "items"
