"""Whose a number is: the name beside it, the last before it, each of several, the buyer of a deal."""

from __future__ import annotations

from collections.abc import Sequence

from marketwatch.domain import Metric
from marketwatch.extract.context import Context
from marketwatch.extract.figure_words import plain_scene
from marketwatch.extract.figures import near
from marketwatch.extract.number_words import number_words
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.reader.decide import FigureStatement
from marketwatch.extract.vendors import Mention

_BESIDE = 12
"""Characters between a name and its number: `Samsung is at 19`."""
_PARTING = ",;.。，；、"
_EACH_BEFORE, _EACH_BEHIND = 10, 3
"""Characters between a number and the word that gives it to each."""
_VALUED = 8
"""Characters between a word for what a company is worth and the sum."""
_COUNTED_FOR_SEVERAL = frozenset({Metric.SHARE, Metric.UNITS})
_OF_ITS_SUBJECT = frozenset({Metric.HEADCOUNT, Metric.REVENUE, Metric.PROFIT, Metric.STORES})
"""Metrics that belong to a name right before the number: `Google shed some 12,000`."""


def owner_of(context: Context, sentence: int, quantity: Quantity) -> Mention | None:
    """The name that a number stands beside with no comma between them, the nearer of two."""
    mentions = context.attribution.mentions.get(sentence, ())
    text, start = context.sentences[sentence].text, context.sentences[sentence].start
    gaps = []
    for mention in mentions:
        low, high = mention.start - start, mention.end - start
        before = high <= quantity.start
        between = text[high : quantity.start] if before else text[quantity.end : low]
        if _is_beside(between, context.lang, before=before):
            gaps.append((len(between), mention))
    return min(gaps, key=lambda gap: gap[0])[1] if gaps else None


def _is_beside(between: str, lang: str, *, before: bool) -> bool:
    """Whether this little stands between a number and a name `before` or behind it; `and` begins what is said of another."""
    if before:
        return len(between) <= _BESIDE and not set(between) & set(_PARTING)
    parted = set(between) & set("(" + _PARTING) or number_words(lang).joins.intersection(between.split())
    return len(between) <= _BESIDE - 4 and not parted


def owners_of(context: Context, statement: FigureStatement, metric: Metric) -> Sequence[str]:
    """Whose the figure of a statement is: mostly one vendor, but of `Xiaomi and Samsung each had 19 per cent` both."""
    mentions = context.attribution.mentions.get(statement.sentence, ())
    if not mentions:
        return (statement.vendor,)
    if metric is Metric.INVESTMENT:
        return (_buyer(context, statement, mentions) or statement.vendor,)
    if metric is Metric.OTHER and (valued := _valued(context, statement, mentions)):
        return (valued,)
    if metric not in _COUNTED_FOR_SEVERAL:
        beside = owner_of(context, statement.sentence, statement.quantity)
        place = context.sentences[statement.sentence].start + statement.quantity.start
        said = metric in _OF_ITS_SUBJECT and beside is not None and not beside.passing and beside.end <= place
        return (beside.vendor if beside and said else statement.vendor,)
    return _sharers(context, statement, mentions) or (_counted(context, statement, mentions),)


def _counted(context: Context, statement: FigureStatement, mentions: Sequence[Mention]) -> str:
    """In a sentence that counts several vendors a number belongs to the name beside it, else to the last before it."""
    beside = owner_of(context, statement.sentence, statement.quantity)
    if beside is not None:
        return beside.vendor
    if len({m.vendor for m in mentions}) < 2:
        return statement.vendor
    start = context.sentences[statement.sentence].start + statement.quantity.start
    subjects = [m for m in mentions if not m.passing]
    before = [m for m in subjects if m.end <= start]
    if before or subjects:
        return before[-1].vendor if before else subjects[0].vendor
    # All of them are named in passing: `rising to 19 per cent and overtaking both Huawei and Apple`.
    return context.vendor_for(statement.sentence, start) or statement.vendor


def _sharers(context: Context, statement: FigureStatement, mentions: Sequence[Mention]) -> Sequence[str]:
    """The vendors that `each` have a number: those named between the number before it and itself."""
    sentence, quantity = context.sentences[statement.sentence], statement.quantity
    scene = plain_scene(context, sentence)
    if near(scene.roles, quantity, "each", _EACH_BEFORE, _EACH_BEHIND) is None:
        return ()
    alike = [q.end for q in scene.quantities if q.end <= quantity.start and q.unit == quantity.unit]
    behind = sentence.start + max(alike, default=0)
    named = [m.vendor for m in mentions if behind <= m.start < sentence.start + quantity.start]
    return tuple(dict.fromkeys(named))


def _valued(context: Context, statement: FigureStatement, mentions: Sequence[Mention]) -> str | None:
    """The name right before the word for what it is worth: `behind Xiaomi, worth HKD 377.8 billion ($48.87 billion)`."""
    sentence = context.sentences[statement.sentence]
    scene = plain_scene(context, sentence)
    first = statement.quantity.start
    for quantity in scene.quantities:
        if quantity.end < first and sentence.text[quantity.end : first].strip() in ("(", "（"):
            first = quantity.start
            break
    words = [c.start for c in scene.metrics if c.name == "worth" and 0 <= first - c.end <= _VALUED]
    return next((m.vendor for m in mentions for at in words if 0 <= at - (m.end - sentence.start) <= 2), None)


def _buyer(context: Context, statement: FigureStatement, mentions: Sequence[Mention]) -> str | None:
    """Of a sentence in which one vendor buys from another: the first named before the word for buying."""
    sentence = context.sentences[statement.sentence]
    buys = [sentence.places[hit.first][0] for hit in context.hits(sentence, "moves") if hit.name == "buy"]
    if not buys or len({m.vendor for m in mentions}) < 2:
        return None
    return next((m.vendor for m in mentions if m.end - sentence.start <= buys[0]), None)
