"""The fields of the query language: what each takes, and one line of help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from marketwatch.domain import Direction, FigureRole, Metric, ShiftKind, Status
from marketwatch.short_names import FEWEST_LETTERS, SHORT_KINDS, SHORT_METRICS

FieldType = Literal["exact", "choice", "contains", "date", "age", "number", "id", "sort", "limit", "asof"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: how its values are read."""

    name: str
    type: FieldType
    help: str
    choices: tuple[str, ...] = ()
    """Allowed values of a choice; completion offers them."""
    also: Mapping[str, str] = field(default_factory=dict)
    """Other names of some of them."""

    def chosen(self, word: str) -> str | None:
        """The value that a word in small letters stands for: its name, another one, or the first letters of one alone."""
        names = {choice: choice for choice in self.choices} | dict(self.also)
        if word in names or len(word) < FEWEST_LETTERS:
            return names.get(word)
        begun = {value for name, value in names.items() if name.startswith(word)}
        return begun.pop() if len(begun) == 1 else None


def _values(enum: type[ShiftKind] | type[Direction] | type[Status] | type[Metric] | type[FigureRole]) -> tuple[str, ...]:
    return tuple(member.value for member in enum)


_STATES = ("unread", "starred", "new", "verified", "rejected", "background", "dated", "reversal")
_HOLDINGS = ("note", "figure", "speaker", "shift", "versions")
_ORDERS = ("-date", "date", "rank")
OF_MOVES = frozenset({"outlets", "origins", "langs", "articles"})
"""Fields that count the sources of a move; see marketwatch.moves."""

REVERSAL = "reversal"
"""`is:reversal`: of a move, that it turns what the vendor stood for; see marketwatch.reversals."""

_KINDS = {name: kind.value for kind, name in SHORT_KINDS.items()} | {"organisation": ShiftKind.ORGANIZATION.value}
_METRICS = {name: metric.value for metric, name in SHORT_METRICS.items()}
_SPECS = (
    FieldSpec("vendor", "exact", "company: vendor:xiaomi,huawei"),
    FieldSpec("kind", "choice", "kind of shift: kind:channel, or as the lists shorten it", _values(ShiftKind), _KINDS),
    FieldSpec("dir", "choice", "direction: dir:stop", _values(Direction)),
    FieldSpec("status", "choice", "how sure: -status:rumoured", _values(Status)),
    FieldSpec("object", "contains", "what the shift is about: object:stores"),
    FieldSpec("speaker", "contains", 'who said it: speaker:"Lei Jun"'),
    FieldSpec("quote", "contains", "words of the evidence sentence"),
    FieldSpec("conf", "number", "how probably it is right, 0..1: conf:>=0.8"),
    FieldSpec("metric", "choice", "metric of a figure: metric:revenue", _values(Metric), _METRICS),
    FieldSpec("value", "number", "value of a figure: value:>=1e9"),
    FieldSpec("period", "exact", "period of a figure: period:2017"),
    FieldSpec("scope", "contains", "scope of a figure: scope:India"),
    FieldSpec("figrole", "choice", "role of a figure: figrole:target", _values(FigureRole)),
    FieldSpec("title", "contains", "words of the title"),
    FieldSpec("text", "contains", "words of the text"),
    FieldSpec("lang", "exact", "language: lang:fr,zh"),
    FieldSpec("feed", "exact", "feed slug: feed:heise"),
    FieldSpec("outlet", "contains", "who published it: outlet:golem"),
    FieldSpec("date", "date", "published: date:2016..2018, date:2017Q1, date:>=2017-03, date:7d"),
    FieldSpec("seen", "date", "first seen here: seen:today"),
    FieldSpec("asof", "asof", "the base as it was known at the end of that day: asof:2017-01-15"),
    FieldSpec("event", "date", "when it happens, if the text says: event:2018"),
    FieldSpec("age", "age", "how long ago it was published: age:<7d, age:>1y"),
    FieldSpec("is", "choice", "is:unread, is:starred, is:new (since yesterday), is:verified, is:reversal (moves) ...", _STATES),
    FieldSpec("has", "choice", "has:note, has:figure, has:speaker, has:shift, has:versions", _HOLDINGS),
    FieldSpec("story", "id", "story that an article is in, by its id: story:118"),
    FieldSpec("tag", "exact", "your tag: tag:india"),
    FieldSpec("outlets", "number", "of a move, how many outlets tell it: outlets:>=2"),
    FieldSpec("origins", "number", "of a move, how many independent sources it has: origins:>=2"),
    FieldSpec("articles", "number", "of a move or story, how many articles tell it: articles:>=3"),
    FieldSpec("langs", "number", "of a move, in how many languages it is told: langs:>=2"),
    FieldSpec("sort", "sort", "sort:-date, sort:date (oldest first), sort:rank (best match of the words first)", _ORDERS),
    FieldSpec("limit", "limit", "at most so many rows: limit:50"),
)

FIELDS: Mapping[str, FieldSpec] = {spec.name: spec for spec in _SPECS}
