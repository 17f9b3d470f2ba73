"""Query → SQLAlchemy conditions, always parameterised.

A shift list asks each term of the shift or of its article. An article list asks the article itself; as soon as a term
concerns shifts (kind, status, speaker ...), it asks for articles with one shift that satisfies the whole query.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table, and_, case, exists, false, func, not_, or_, select, true, type_coerce

from marketwatch.domain import Verdict
from marketwatch.query import (
    OF_MOVES,
    REVERSAL,
    And,
    DateRange,
    FieldTerm,
    MatchAll,
    Node,
    Not,
    NumberRange,
    Or,
    Query,
    RegexTerm,
    TextTerm,
)
from store import search
from store.as_of import holding, known, of_version, placed, places_naming, unchanged
from store.mapping import seconds
from store.marks import is_judged
from store.places import in_places
from store.tables import ARTICLE, EVIDENCE, FIGURE, MARK, MENTION, SHIFT, TAG, VERSION
from store.text import fold, match_expression

Condition = ColumnElement[bool]
_SHIFT_SIGNS = frozenset({"speaker", "background", "verified", "rejected"})
_SHIFT_FIELDS = frozenset({"kind", "dir", "status", "object", "speaker", "quote", "conf", "event"})


def shift_condition(query: Query, where: Node | None = None) -> Condition:
    """Which shifts of `shift JOIN article` match. Background ones are left out unless the query names them.

    `where` stands for a part of the query's.
    """
    condition = _node(query.where if where is None else where, _shift_field, query.as_of)
    if not _asks_background(query):
        condition = and_(not_(SHIFT.c.background), condition)
    return and_(holding(SHIFT, query.as_of), placed(SHIFT, query.as_of), condition)


def article_condition(where: Node, as_of: datetime | None) -> Condition:
    """Which articles match, by what they are and name themselves."""
    return and_(known(as_of), _node(where, _article_field, as_of))


def figure_condition(query: Query) -> Condition:
    """Which figures of `figure JOIN article` match; terms on shifts concern any shift of the same article."""
    return and_(holding(FIGURE, query.as_of), _node(query.where, _figure_field, query.as_of))


def concerns_shifts(query: Query) -> bool:
    """Whether a term is about shifts, so that an article list asks for articles with such a shift."""
    terms = query.terms()
    return any(t.name in _SHIFT_FIELDS or (t.name in ("is", "has") and not _SHIFT_SIGNS.isdisjoint(t.values)) for t in terms)


def _asks_background(query: Query) -> bool:
    return any(t.name == "is" and "background" in t.values for t in query.terms())


def split_words(where: Node) -> tuple[str, Node]:
    """The words that every hit must hold, as one full-text expression, and the rest of the query."""
    parts = where.parts if isinstance(where, And) else (where,)
    found, rest = [], []
    for part in parts:
        expression = _expression(part)
        if expression is None:
            rest.append(part)
        elif expression:
            found.append(expression)
    return " AND ".join(found), And(tuple(rest)) if rest else MatchAll()


def within_dates(place: ColumnElement[int], where: Node) -> Condition:
    """What the dates that every hit must have say of its place."""
    parts = where.parts if isinstance(where, And) else (where,)
    return and_(true(), *(_dates(place, p, in_places) for p in parts if isinstance(p, FieldTerm) and p.name == "date"))


def _expression(part: Node) -> str | None:
    """Full-text expression of a term that is nothing but words; None for another."""
    if isinstance(part, TextTerm):
        return match_expression(part.text, prefix=not part.phrase)
    if isinstance(part, FieldTerm) and part.name in ("title", "text") and len(part.values) == 1:
        value = part.values[0]
        return None if isinstance(value, RegexTerm) else match_expression(str(value), prefix=True, column=part.name)
    return None


_Field = Callable[[FieldTerm, datetime | None], Condition]


def _node(node: Node, field: _Field, as_of: datetime | None) -> Condition:
    if isinstance(node, And):
        return and_(*(_node(part, field, as_of) for part in node.parts))
    if isinstance(node, Or):
        return or_(*(_node(part, field, as_of) for part in node.parts))
    if isinstance(node, Not):
        return not_(func.coalesce(_node(node.part, field, as_of), false()))
    if isinstance(node, TextTerm):
        return _matches(match_expression(node.text, prefix=not node.phrase), as_of)
    if isinstance(node, RegexTerm):
        return or_(_fits(node, _written("title", as_of)), _fits(node, _written("text", as_of)))
    return true() if isinstance(node, MatchAll) else field(node, as_of)


def _fits(term: RegexTerm, words: ColumnElement[Any]) -> Condition:
    pattern = f"(?i){term.pattern}" if term.ignore_case else term.pattern
    return func.regexp(pattern, words) == 1


def _written(what: str, as_of: datetime | None) -> ColumnElement[Any]:
    """Title or text of the article, in the version that held."""
    if what == "text":
        return func.unpacked(of_version(type_coerce(VERSION.c.text, LargeBinary), as_of).scalar_subquery())
    return of_version(VERSION.c.title, as_of).scalar_subquery() if as_of else ARTICLE.c.title


def _matches(expression: str, as_of: datetime | None) -> Condition:
    if not expression:
        return true()
    now = ARTICLE.c.place.in_(search.places(expression))
    if as_of is None:
        return now
    return or_(and_(now, unchanged(ARTICLE.c.id, as_of)), ARTICLE.c.place.in_(search.then(expression, as_of)))


def _shift_field(term: FieldTerm, as_of: datetime | None) -> Condition:
    columns: dict[str, ColumnElement[Any]] = {
        "vendor": SHIFT.c.vendor,
        "kind": SHIFT.c.kind,
        "dir": SHIFT.c.direction,
        "status": SHIFT.c.status,
    }
    if term.name in columns:
        return columns[term.name].in_(term.values)
    if term.name == "quote":
        quoted = (
            select(EVIDENCE.c.shift_id)
            .where(EVIDENCE.c.shift_id == SHIFT.c.id, _contains(EVIDENCE.c.text, term))
            .correlate(SHIFT)
        )
        return exists(quoted)
    if term.name in ("object", "speaker"):
        return _contains(SHIFT.c[term.name], term)
    if term.name == "conf":
        return _number(SHIFT.c.confidence, term)
    if term.name == "date":
        return _placed(SHIFT, term)
    if term.name == "event":
        return _dates(SHIFT.c.event_at, term)
    if term.name in ("is", "has"):
        return or_(*(_shift_sign(str(value), as_of) for value in term.values))
    return _common_field(term, as_of)


def _shift_sign(sign: str, as_of: datetime | None) -> Condition:
    if sign in ("verified", "rejected"):
        return is_judged(Verdict(sign))
    own = {"background": SHIFT.c.background.is_(True), "speaker": SHIFT.c.speaker.is_not(None)}
    return own[sign] if sign in own else _sign(sign, as_of)


def _article_field(term: FieldTerm, as_of: datetime | None) -> Condition:
    if term.name == "vendor":
        return _named([str(value) for value in term.values], as_of)
    return _common_field(term, as_of)


def _named(vendors: list[str], as_of: datetime | None) -> Condition:
    """Whether the article names one of these vendors."""
    if as_of is not None:
        return ARTICLE.c.place.in_(places_naming(vendors, as_of))
    named = select(MENTION.c.article_id).where(MENTION.c.article_id == ARTICLE.c.id, MENTION.c.vendor.in_(vendors))
    return exists(named.correlate(ARTICLE))


def _figure_field(term: FieldTerm, as_of: datetime | None) -> Condition:
    exact = {"vendor": FIGURE.c.vendor, "metric": FIGURE.c.metric, "period": FIGURE.c.period, "figrole": FIGURE.c.role}
    if term.name in exact:
        return exact[term.name].in_(term.values)
    if term.name == "value":
        return _number(FIGURE.c.number, term)
    if term.name == "scope":
        return _contains(FIGURE.c.scope, term)
    if term.name in _SHIFT_FIELDS or (term.name in ("is", "has") and not _SHIFT_SIGNS.isdisjoint(term.values)):
        same = (SHIFT.c.article_id == FIGURE.c.article_id, holding(SHIFT, as_of))
        return exists(select(SHIFT.c.id).where(*same, _shift_field(term, as_of)).correlate(FIGURE, ARTICLE))
    return _common_field(term, as_of)


def _common_field(term: FieldTerm, as_of: datetime | None) -> Condition:
    if term.name == "date":
        return _placed(ARTICLE, term)
    if term.name == "seen":
        return _dates(ARTICLE.c.first_seen_at, term)
    if term.name in ("lang", "feed"):
        return (ARTICLE.c.lang if term.name == "lang" else ARTICLE.c.source).in_(term.values)
    if term.name in ("title", "text"):
        return or_(
            *(
                _fits(value, _written(term.name, as_of))
                if isinstance(value, RegexTerm)
                else _matches(match_expression(str(value), prefix=True, column=term.name), as_of)
                for value in term.values
            )
        )
    if term.name == "outlet":
        return or_(_contains(ARTICLE.c.outlet, term), _contains(ARTICLE.c.source, term))
    if term.name in ("metric", "value", "period", "scope", "figrole"):
        same = (FIGURE.c.article_id == ARTICLE.c.id, holding(FIGURE, as_of))
        return exists(select(FIGURE.c.id).where(*same, _figure_field(term, as_of)).correlate(ARTICLE))
    if term.name == "story":
        return _in_story([int(str(value)) for value in term.values])
    if term.name == "tag":
        return _belongs(TAG, TAG.c.tag.in_(term.values))
    if term.name in OF_MOVES:
        return true()
    return or_(*(_sign(str(value), as_of) for value in term.values))


def _edited(as_of: datetime | None) -> Condition:
    """Whether an article changed; the page behind a feed's summary is no change of it."""
    version = of_version(VERSION.c.version, as_of).scalar_subquery() if as_of else ARTICLE.c.version
    return version > case((ARTICLE.c.feed_hash.is_not(None), 2), else_=1)


def _in_story(article_ids: list[int]) -> Condition:
    """A story is named by the id of any of its articles."""
    named = ARTICLE.alias()
    stories = select(named.c.story).where(named.c.id.in_(article_ids))
    return or_(ARTICLE.c.story.in_(stories), ARTICLE.c.story.in_(article_ids), ARTICLE.c.id.in_(article_ids))


def _sign(sign: str, as_of: datetime | None) -> Condition:
    """`is:` and `has:` of an article."""
    signs: dict[str, Callable[[], Condition]] = {
        REVERSAL: true,  # moves are sifted by it
        "figure": lambda: _belongs(FIGURE, holding(FIGURE, as_of)),
        "shift": lambda: _belongs(SHIFT, not_(SHIFT.c.background), holding(SHIFT, as_of)) if as_of else ARTICLE.c.shifts > 0,
        "versions": lambda: _edited(as_of),
        "dated": lambda: ARTICLE.c.published_at.is_not(None),
        "starred": lambda: _belongs(MARK, MARK.c.starred.is_(True)),
        "unread": lambda: not_(_belongs(MARK, MARK.c.read.is_(True))),
        "note": lambda: _belongs(MARK, MARK.c.note != ""),
    }
    return signs[sign]() if sign in signs else false()


def _belongs(table: Table, *conditions: Condition) -> Condition:
    """Whether the article has a row there."""
    return ARTICLE.c.id.in_(select(table.c.article_id).where(*conditions))


def _contains(words: ColumnElement[Any], term: FieldTerm) -> Condition:
    return or_(
        *(
            _fits(value, words) if isinstance(value, RegexTerm) else func.instr(func.folded(words), fold(str(value))) > 0
            for value in term.values
        )
    )


def _placed(table: Table, term: FieldTerm) -> Condition:
    """Rows of a range of dates; their places, which are indexed, lead to them."""
    return and_(_dates(table.c.dated_at, term), _dates(table.c.place, term, in_places))


def _dates(at_column: ColumnElement[Any], term: FieldTerm, scale: Callable[[int, bool], int] = lambda at, _: at) -> Condition:
    def inside(value: DateRange) -> Condition:
        low = [at_column >= scale(seconds(value.start), False)] if value.start else []
        high = [at_column < scale(seconds(value.end), True)] if value.end else []
        return and_(true(), *low, *high)

    return or_(*(inside(value) for value in term.values if isinstance(value, DateRange)))


def _number(number: ColumnElement[Any], term: FieldTerm) -> Condition:
    def inside(value: NumberRange) -> Condition:
        parts: list[Condition] = [true()]
        if value.low is not None:
            parts.append(number > float(value.low) if value.low_strict else number >= float(value.low))
        if value.high is not None:
            parts.append(number < float(value.high) if value.high_strict else number <= float(value.high))
        return and_(*parts)

    return or_(*(inside(value) for value in term.values if isinstance(value, NumberRange)))
