"""What a figure is of: a country, one business, or all of the company.

A place or a business that the sentence names counts when it stands near the number. A list of market shares, and a ranking's
shipments, go on with the place that the article has named most often so far; other shares, and stores, are of the one place
that the title names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from marketwatch.domain import Metric
from marketwatch.extract.context import Context
from marketwatch.extract.genre import is_ranking, names_firm
from marketwatch.extract.lexicon import Hit
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.regions import WORLD, scope_terms
from marketwatch.extract.text import Sentence, words_in

BUSINESSES: Mapping[str, str] = {
    "cars": "cars",
    "internet_of_things": "connected devices",
    "services": "services",
    "cloud": "cloud",
    "fintech": "fintech",
    "research": "research and development",
}
"""Objects of the language packs that are a business or a budget of their own, and how a scope names them."""
_OF_A_BUSINESS = frozenset({Metric.REVENUE, Metric.PROFIT, Metric.INVESTMENT, Metric.HEADCOUNT})
_OF_A_PLACE = frozenset({Metric.SHARE, Metric.STORES})
"""Metrics that mean the one place that a title names; revenue, people and goals in devices mostly do not."""
_SEMICOLON, _COMMA, _NUMBER = 40, 12, 40
"""What stands between a number and a name counts for so many characters, so does another number's claim to the name."""
_NEAR = 90
_COUNTS = 20
"""Characters between a number and the place behind it: `300 stores in Spain`."""
_BACK = 30
"""Sentences back in which a place is looked for that goes on."""
_OWNER = 3
"""Characters between a place and the vendor that is from there: `Taiwan's HTC`."""


class _Name(NamedTuple):
    scope: str | None
    """None: the world, which is no part."""
    start: int
    end: int


def scope_of(
    context: Context, sentence: Sentence, quantity: Quantity, quantities: Sequence[Quantity], metric: Metric
) -> str | None:
    """The place or business that one of the quantities of a sentence is of, in English; None: the whole company."""
    if metric is Metric.COUNTRIES:
        return None  # names beside it are examples
    names = _places(context, sentence) + (_businesses(context, sentence) if metric in _OF_A_BUSINESS else [])
    near = [(gap, name) for name in names if (gap := _gap(sentence.text, quantity, name, quantities)) <= _NEAR]
    if near:
        return min(near, key=lambda one: one[0])[1].scope
    if any(name.scope is None for name in names):
        return None
    listed = metric is Metric.SHARE or (metric is Metric.UNITS and is_ranking(context))
    if listed and names_firm(context):
        return _told_before(context, sentence)
    titled = set(_titled(context)) if metric in _OF_A_PLACE else ()
    return next(iter(titled)) if len(titled) == 1 else None


def _titled(context: Context) -> list[str | None]:
    words = words_in(context.document.title)
    return [_scope(hit) for hit in (*context.pack.lexicon.find(words).get("regions", ()), *_own(context, words))]


def _told_before(context: Context, sentence: Sentence) -> str | None:
    """The place that the title and the sentences before name most often, of several the first."""
    before = context.sentences[max(0, sentence.index - _BACK) : sentence.index]
    told = (name.scope for one in before for name in _places(context, one))
    counts = Counter((*_titled(context), *told))
    return max(counts, key=counts.__getitem__, default=None)


def _places(context: Context, sentence: Sentence) -> list[_Name]:
    hits = [*context.hits(sentence, "regions"), *_own(context, sentence.words)]
    found = [_Name(_scope(hit), *sentence.within(hit.first, hit.last)) for hit in hits]
    vendors = [m.start - sentence.start for m in context.attribution.mentions.get(sentence.index, ())]
    return [name for name in found if not _within(name, found) and not _is_from(name, sentence.text, vendors)]


def _own(context: Context, words: Sequence[str]) -> Sequence[Hit]:
    return scope_terms(context.lang).find(words).get("places", ())


def _scope(hit: Hit) -> str | None:
    return None if hit.name == WORLD else hit.name.replace("_", " ")


def _within(name: _Name, found: Iterable[_Name]) -> bool:
    """Whether it is a part of a longer one: `Europe` in `Western Europe`."""
    return any(o.start <= name.start and name.end <= o.end and o.end - o.start > name.end - name.start for o in found)


def _is_from(name: _Name, text: str, vendors: Sequence[int]) -> bool:
    """Whether it says where a vendor comes from, or is a part of a word (`Taiwan-Dollar`)."""
    return text[name.end : name.end + 1] == "-" or any(0 <= vendor - name.end <= _OWNER for vendor in vendors)


def _businesses(context: Context, sentence: Sentence) -> list[_Name]:
    hits = context.hits(sentence, "objects")
    return [_Name(BUSINESSES[hit.name], *sentence.within(hit.first, hit.last)) for hit in hits if hit.name in BUSINESSES]


def _gap(text: str, quantity: Quantity, name: _Name, quantities: Iterable[Quantity]) -> int:
    """Characters between a number and a name, more where something parts them."""
    before = name.end <= quantity.start
    low, high = (name.end, quantity.start) if before else (quantity.end, name.start)
    between = text[low:high]
    gap = len(between) + _SEMICOLON * sum(map(between.count, ";；")) + _COMMA * sum(map(between.count, ",，、"))
    taken = (0 <= name.start - q.end <= _COUNTS if before else low <= q.start < high for q in quantities)
    return gap + _NUMBER * any(taken)
