"""What the learned reader says → shifts and figures in our own terms, with what the rules know of their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marketwatch.domain import Bound, Direction, Figure, FigureRole, Metric, Shift, ShiftKind, Status
from marketwatch.extract.context import Context, evidence_of
from marketwatch.extract.elliptic import completed
from marketwatch.extract.figure_choice import weighed
from marketwatch.extract.figure_owner import owners_of
from marketwatch.extract.figure_periods import compared
from marketwatch.extract.figure_words import plainly
from marketwatch.extract.figures import CURRENCIES, MONEY, MONEY_METRICS
from marketwatch.extract.matching import Candidate
from marketwatch.extract.quantities import Quantity, find_quantities
from marketwatch.extract.reader.decide import FigureStatement, Statement, calibrated
from marketwatch.extract.scopes import scope_of
from marketwatch.extract.speakers import speaker_of
from marketwatch.extract.status import status_of
from marketwatch.extract.text import Sentence

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
_GOALS = frozenset({FigureRole.TARGET, FigureRole.PRIOR_TARGET})
_HEDGED = frozenset({Status.CONSIDERED, Status.RUMOURED})
_SUMS = frozenset(MONEY_METRICS.values())
_LEFT_OPEN = 0.2
"""Share of its sentences' votes that the reader must give a direction which the rules see."""
_BEGUN = (".prepare", ".enter")
"""Moves into what a company does not do yet, even where the reader takes them for more of the same."""
_BILLION = 1_000_000_000
"""Up to this a number without a unit may count devices, whatever words for sums stand around it."""
_LEAST_SUM = 1000
"""Below this a number is a price, whatever its currency."""


def shifts_of(
    context: Context,
    statement: Statement,
    rules_saw: Sequence[tuple[str | None, Candidate]],
    settings: Mapping[str, Any],
) -> list[Shift]:
    """The shifts of a statement: one for each object that the rules see in its sentences, else one for all of it."""
    statement = _directed(statement, rules_saw)
    objects: dict[str, list[Candidate]] = {}
    for vendor, candidate in rules_saw:
        if vendor == statement.vendor and _agree(statement, candidate):
            objects.setdefault(candidate.label, []).append(candidate)
    if not objects:
        return [_shift(context, statement, statement.sentences, None, settings)]
    if len(objects) == 1:
        (found,) = objects.values()
        seen = next((c for c in found if c.sentence == statement.best), found[0])
        return [_shift(context, statement, statement.sentences, seen, settings)]
    return [
        _shift(context, statement, tuple(sorted({c.sentence for c in found})), found[0], settings) for found in objects.values()
    ]


def _directed(statement: Statement, rules_saw: Sequence[tuple[str | None, Candidate]]) -> Statement:
    """The statement with the direction that the rules see in its surest sentence, where the reader leaves it open."""
    seen = [
        c
        for vendor, c in rules_saw
        if vendor == statement.vendor and c.kind is statement.kind and c.sentence == statement.best and not c.negated
    ]
    if not seen or any(c.direction is statement.direction for c in seen):
        return statement
    plainest = max(seen, key=lambda c: c.confidence)
    left_open = statement.leaning.get(plainest.direction, 0) >= _LEFT_OPEN or plainest.rule.endswith(_BEGUN)
    return replace(statement, direction=plainest.direction) if left_open else statement


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
    settings: Mapping[str, Any],
) -> Shift:
    sentence = context.sentences[seen.sentence if seen else statement.best]
    facts = statement.kind is ShiftKind.PRESSURE or statement.direction in (Direction.MET, Direction.MISSED)
    speaker = None if facts else speaker_of(context, sentence, statement.vendor)
    confidence = calibrated(statement.score, settings["calibration"])
    return Shift(
        vendor=statement.vendor,
        kind=statement.kind,
        direction=statement.direction,
        object=seen.label if seen else _object(context, statement),
        status=_status(context, statement, sentence, seen),
        evidence=tuple(evidence_of(context.sentences[at]) for at in sentences),
        origin=seen.origin if seen else None,
        destination=seen.label if seen and seen.origin else None,
        speaker=speaker.name if speaker else None,
        role=speaker.role if speaker else None,
        background=statement.background,
        confidence=max(confidence, settings["rules"]) if seen else confidence,
        rule=f"reader.{statement.kind.value}" + (f"+{seen.rule}" if seen else ""),
    )


def _status(context: Context, statement: Statement, sentence: Sentence, seen: Candidate | None) -> Status:
    """As read, unless plain words of the sentence deny or hedge it."""
    denied = any(hit.name == "denied" for hit in context.hits(sentence, "modifiers"))
    if denied and statement.kind is not ShiftKind.PRESSURE:
        return Status.DENIED
    told = status_of(context, sentence, seen) if seen else None
    return told if told in _HEDGED else statement.status


def _object(context: Context, statement: Statement) -> str:
    """The concept of this kind that a sentence of the statement names, a place for a market, else the kind's own words."""
    rules = context.pack.rules.objects
    ordered = sorted(statement.sentences, key=lambda at: at != statement.best)
    for at in ordered:
        sentence = context.sentences[at]
        if statement.kind is ShiftKind.MARKET and (regions := context.hits(sentence, "regions")):
            return regions[0].name.replace("_", " ")
        named = [rules[hit.name].label for hit in context.hits(sentence, "objects") if rules[hit.name].kind is statement.kind]
        if named:
            return named[0]
    return _OBJECTS[statement.kind]


def figures_told(
    context: Context, statements: Sequence[FigureStatement], plain: Sequence[Figure], *, floor: float
) -> tuple[Figure, ...]:
    """The figures of statements that score at least `floor`, or are completed by one that does, each once.

    Where the rules see a goal (in `plain`), they tell it from the outcome beside it. A sum without a currency has that of the
    sum before it, or of the article's first.
    """
    with_goals = {f.evidence.start for f in plain if f.role in _GOALS}
    by_rules = {(f.evidence.start, abs(f.value)): f for f in plain if f.evidence.start in with_goals}
    found: dict[tuple[object, ...], Figure] = {}
    statements = compared(context, completed(context, weighed(context, statements), floor))
    currency = _first_currency(statements)
    for statement in statements:
        currency = statement.quantity.unit if statement.quantity.unit in CURRENCIES else currency
        for figure in _figures(context, statement, currency):
            told = by_rules.get((figure.evidence.start, abs(figure.value)))
            if told is not None:
                figure = replace(figure, bound=told.bound, value_high=told.value_high, role=told.role, period=told.period)
            found.setdefault((figure.vendor, figure.metric, figure.value, figure.unit, figure.period), figure)
    return tuple(found.values())


def _first_currency(statements: Sequence[FigureStatement]) -> str | None:
    return next((s.quantity.unit for s in statements if s.quantity.unit in CURRENCIES), None)


def _figures(context: Context, statement: FigureStatement, currency: str | None) -> list[Figure]:
    """The figure of a statement, of each it is told of; where the words beside a number are plain they overrule what was read."""
    quantity = statement.quantity
    sentence = context.sentences[statement.sentence]
    plain = plainly(context, sentence, quantity)
    counts = statement.metric is Metric.UNITS and quantity.unit is None and quantity.value < _BILLION
    devices = counts and plain.metric in _SUMS and not (plain.counted or plain.loss)
    metric = statement.metric if devices else plain.metric or statement.metric
    counted = currency if metric in MONEY and plain.unit not in CURRENCIES else plain.unit or currency
    unit = _unit(metric, quantity, counted)
    if plain.no_figure or unit is None:
        return []
    negative = metric is Metric.PROFIT and plain.loss
    figure = Figure(
        vendor=statement.vendor,
        metric=metric,
        value=-quantity.value if negative else quantity.value,
        unit=unit,
        evidence=evidence_of(sentence),
        period=statement.period,
        role=statement.role,
        bound=quantity.bound,
        value_high=quantity.value_high if quantity.bound is Bound.RANGE else None,
        scope=scope_of(context, sentence, quantity, find_quantities(sentence.text, context.lang), metric),
        rule=f"reader.figure.{metric.value}",
    )
    return [replace(figure, vendor=vendor) for vendor in owners_of(context, statement, metric)]


def _unit(metric: Metric, quantity: Quantity, counted: str | None) -> str | None:
    """The unit of a figure, None when a quantity's unit cannot be that of its metric."""
    named = quantity.unit if quantity.unit in CURRENCIES or quantity.unit == "%" else None
    if metric in MONEY:
        return next((unit for unit in (named, counted) if unit in CURRENCIES), None) if quantity.value >= _LEAST_SUM else None
    if metric is Metric.SHARE:
        return "%" if named in (None, "%") and quantity.value <= 100 else None
    if metric in _UNITS or metric is Metric.UNITS:
        if named is not None:
            return named if metric is Metric.HEADCOUNT and named == "%" else None
        return _UNITS.get(metric) or (counted if counted == "cars" else "devices")
    return named or counted or "items"
