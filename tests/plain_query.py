"""A query evaluated in plain Python over plain values: what SQL must agree with."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from marketwatch.domain import ArticleDraft, Figure, Shift
from marketwatch.query import And, DateRange, FieldTerm, MatchAll, Node, Not, NumberRange, Or, Query, RegexTerm, TextTerm, Value
from store.text import fold, index_text

_OF_SHIFTS = {"kind", "dir", "status", "object", "speaker", "quote", "conf", "event"}


@dataclass(frozen=True)
class Row:
    """An article, and one of its shifts where the question is about shifts."""

    draft: ArticleDraft
    vendors: Sequence[str]
    shift: Shift | None = None
    since: datetime | None = None
    """When its version was seen; None: before everything."""
    shown: int = 0
    """Shifts of its version that are news."""
    until: datetime | None = None
    """When the next version was seen; None: it holds now."""
    figures: Sequence[Figure] = ()
    story: Collection[int] = ()
    """Ids of the articles on the same news, its own among them."""

    def held(self, as_of: datetime | None) -> bool:
        """Whether it held before a moment; None: whether it holds now."""
        if as_of is None:
            return self.until is None
        return (self.since is None or self.since < as_of) and (self.until is None or self.until >= as_of)

    @property
    def at(self) -> datetime:
        assert self.draft.published is not None
        return self.draft.published.at


def shift_matches(query: Query, row: Row) -> bool:
    assert row.shift is not None
    return row.held(query.as_of) and (asks_background(query) or not row.shift.background) and holds(query.where, row)


def article_matches(query: Query, article: Row, shifts: Sequence[Shift]) -> bool:
    if any(t.name in _OF_SHIFTS or (t.name == "has" and "speaker" in t.values) for t in query.terms()) or asks_background(query):
        return any(shift_matches(query, replace(article, shift=shift)) for shift in shifts)
    return article.held(query.as_of) and holds(query.where, article)


def asks_background(query: Query) -> bool:
    return any(t.name == "is" and "background" in t.values for t in query.terms())


def holds(node: Node, row: Row) -> bool:
    if isinstance(node, And):
        return all(holds(part, row) for part in node.parts)
    if isinstance(node, Or):
        return any(holds(part, row) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, row)
    if isinstance(node, TextTerm):
        return any(_found(node.text, text, prefix=not node.phrase) for text in (row.draft.title, row.draft.text))
    if isinstance(node, RegexTerm):
        return any(_fits(node, text) for text in (row.draft.title, row.draft.text))
    return isinstance(node, MatchAll) or _field(node, row)


def _fits(term: RegexTerm, text: str) -> bool:
    return re.search(term.pattern, text, re.IGNORECASE if term.ignore_case else 0) is not None


def _holds(value: Value, text: str) -> bool:
    """Whether a text holds a value, whatever its case and accents, or fits an expression."""
    return _fits(value, text) if isinstance(value, RegexTerm) else fold(str(value)) in fold(text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(index_text(text)))


def _found(wanted: str, text: str, *, prefix: bool) -> bool:
    words, sought = _words(text), _words(wanted)
    if not sought:
        return True
    last_open = prefix and not re.match("[\u4e00-\u9fff]", sought[-1])
    for at in range(len(words) - len(sought) + 1):
        run = words[at : at + len(sought)]
        if run[:-1] == sought[:-1] and (run[-1].startswith(sought[-1]) if last_open else run[-1] == sought[-1]):
            return True
    return False


def _field(term: FieldTerm, row: Row) -> bool:
    draft, shift = row.draft, row.shift
    if term.name == "vendor":
        return shift.vendor in term.values if shift else any(v in row.vendors for v in term.values)
    if term.name in ("title", "text"):
        text = getattr(draft, term.name)
        return any(_fits(v, text) if isinstance(v, RegexTerm) else _found(str(v), text, prefix=True) for v in term.values)
    if term.name in ("lang", "feed"):
        return (draft.lang if term.name == "lang" else draft.source) in term.values
    if term.name == "has":
        return any((v == "shift") == bool(row.shown) for v in term.values)
    if term.name == "outlet":
        return any(_holds(v, name) for v in term.values for name in (draft.outlet or "", draft.source))
    if term.name == "date":
        return any(_inside(row.at, v) for v in term.values if isinstance(v, DateRange))
    if term.name in ("scope", "metric"):
        return any(
            _holds(v, f.scope or "") if term.name == "scope" else v == f.metric.value for v in term.values for f in row.figures
        )
    if term.name == "story":
        return any(int(str(v)) in row.story for v in term.values)
    if term.values == ("reversal",):  # moves are sifted by it, shifts and articles are not
        return True
    assert shift is not None
    plain = {"kind": shift.kind.value, "dir": shift.direction.value, "status": shift.status.value}
    if term.name in plain:
        return plain[term.name] in term.values
    if term.name in ("object", "speaker"):
        return any(_holds(v, getattr(shift, term.name) or "") for v in term.values)
    if term.name == "quote":
        return any(_holds(v, e.text) for v in term.values for e in shift.evidence)
    if term.name == "conf":
        return any(_between(shift.confidence, v) for v in term.values if isinstance(v, NumberRange))
    assert term.values == ("background",)
    return shift.background


def _inside(at: datetime, value: DateRange) -> bool:
    return (value.start is None or value.start <= at) and (value.end is None or at < value.end)


def _between(number: float, value: NumberRange) -> bool:
    low, high = value.low, value.high
    if low is not None and (number <= float(low) if value.low_strict else number < float(low)):
        return False
    return high is None or (number < float(high) if value.high_strict else number <= float(high))
