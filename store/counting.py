"""Counts under a query: activity by month, totals of the status line, values of a field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Subquery, and_, case, func, literal, not_, or_, select, true

from marketwatch.domain import ActivityCount, Totals
from marketwatch.query import And, DateRange, FieldTerm, MatchAll, Node, Not, Or, Query
from store import lists, search
from store.conditions import shift_condition, split_words, within_dates
from store.counts import month_name, month_of
from store.dialect import month_text
from store.mapping import seconds
from store.tables import ARTICLE, MONTH_COUNT, OUTLET_COUNT, SHIFT, TAG

COUNTED_AT_MOST = 10_000
"""Rows that totals count under a query; past that they say "more"."""
_HITS_AT_MOST = 10_000
"""Newest hits of words that are looked through for them."""
_LOOKED_AT = 2000
"""Newest articles whose outlets and languages are counted: each is a row to look up."""


def activity(connection: Connection, query: Query) -> list[ActivityCount]:
    """Shifts a vendor and month, in that order."""
    kept = _kept_condition(query)
    if kept is not None:
        counted = select(MONTH_COUNT.c.vendor, MONTH_COUNT.c.month, func.sum(MONTH_COUNT.c.shifts))
        counted = counted.where(kept).group_by(MONTH_COUNT.c.vendor, MONTH_COUNT.c.month)
        rows = connection.execute(counted.order_by(MONTH_COUNT.c.vendor, MONTH_COUNT.c.month))
        return [ActivityCount(vendor, month_name(month), int(shifts)) for vendor, month, shifts in rows]
    month = month_text(SHIFT.c.dated_at)
    statement = (
        select(SHIFT.c.vendor, month, func.count())
        .join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id)
        .where(shift_condition(query))
        .group_by(SHIFT.c.vendor, month)
        .order_by(SHIFT.c.vendor, month)
    )
    return [ActivityCount(vendor, name, int(shifts)) for vendor, name, shifts in connection.execute(statement)]


def _kept_condition(query: Query) -> ColumnElement[bool] | None:
    """The query as a condition on the kept counts, which are those of now; None when these do not tell it."""
    return None if query.as_of else _month_condition(query.where)


def _month_condition(where: Node) -> ColumnElement[bool] | None:
    """None when the kept counts do not tell it: another field, part of a month."""
    if isinstance(where, MatchAll):
        return MONTH_COUNT.c.shifts > 0
    if isinstance(where, FieldTerm):
        return _month_field(where)
    if isinstance(where, Not):
        inner = _month_condition(where.part)
        return None if inner is None else not_(inner)
    if isinstance(where, And | Or):
        parts = [_month_condition(part) for part in where.parts]
        known = [part for part in parts if part is not None]
        join = and_ if isinstance(where, And) else or_
        return join(*known) if len(known) == len(parts) else None
    return None


def _month_field(term: FieldTerm) -> ColumnElement[bool] | None:
    if term.name in ("vendor", "kind"):
        return MONTH_COUNT.c[term.name].in_(term.values)
    if term.name != "date":
        return None
    ranges = []
    for value in term.values:
        assert isinstance(value, DateRange)
        for at in (value.start, value.end):
            if at is not None and (at.day, at.hour, at.minute, at.second) != (1, 0, 0, 0):
                return None
        sides = [MONTH_COUNT.c.month >= month_of(seconds(value.start))] if value.start else []
        sides += [MONTH_COUNT.c.month < month_of(seconds(value.end))] if value.end else []
        ranges.append(and_(literal(True), *sides))
    return or_(*ranges)


def totals(connection: Connection, query: Query) -> Totals:
    """Counts of the articles that a query matches."""
    articles, more_articles, counts = _article_total(connection, query)
    langs: Counter[str] = Counter()
    for (_, lang), number in counts.items():
        langs[lang] += number
    return Totals(
        articles=articles,
        outlets=len({outlet for outlet, _ in counts}),
        langs=tuple(sorted(filter(None, langs), key=lambda lang: (-langs[lang], lang))),
        more_articles=more_articles,
        more_outlets=more_articles or articles > counts.total(),
    )


_Found = tuple[int, bool, Counter[tuple[str, str]]]
"""Articles, whether there are more than these, and how many of the newest an (outlet, language)."""


def _article_total(connection: Connection, query: Query) -> _Found:
    if isinstance(query.where, MatchAll) and query.as_of is None:
        counts = _counter(connection.execute(select(OUTLET_COUNT.c.outlet, OUTLET_COUNT.c.lang, OUTLET_COUNT.c.articles)))
        return counts.total(), False, counts
    found, rest = split_words(query.where)
    words = found if query.as_of else search.spelled_out(connection, found)  # former versions have words of their own
    if words and isinstance(rest, MatchAll) and query.as_of is None:
        return _words_total(connection, words)
    listing = replace(lists.article_listing(query), words=words)
    dated = partial(within_dates, where=rest)
    newer_than = search.counted_from(connection, listing.expression, _HITS_AT_MOST, dated) if words else None
    number = lists.counted(connection, listing, COUNTED_AT_MOST + 1, newer_than)
    newest = lists.ordered(lists.with_words(listing, newer_than)).limit(_LOOKED_AT).subquery()
    counts = _by_outlet(connection, newest, newest.c.article_id == ARTICLE.c.id)
    # One row more than is counted at most tells whether there are more.
    return min(number, COUNTED_AT_MOST), newer_than is not None or number > COUNTED_AT_MOST, counts


def _words_total(connection: Connection, words: str) -> _Found:
    """Of words alone: the full-text index counts its hits, and only the newest are looked up."""
    number = search.counted(connection, words, COUNTED_AT_MOST + 1)
    newest = search.newest(words, limit=_LOOKED_AT, where=lambda _: true()).subquery()
    counts = _by_outlet(connection, newest, newest.c.rowid == ARTICLE.c.place)
    return min(number, COUNTED_AT_MOST), number > COUNTED_AT_MOST, counts


def _by_outlet(connection: Connection, newest: Subquery, same: ColumnElement[bool]) -> Counter[tuple[str, str]]:
    """How many of these articles there are an (outlet, language)."""
    outlet = func.coalesce(ARTICLE.c.outlet, ARTICLE.c.source)
    counted = select(outlet, func.coalesce(ARTICLE.c.lang, ""), func.count()).group_by(outlet, ARTICLE.c.lang)
    return _counter(connection.execute(counted.select_from(newest).join(ARTICLE, same)))


def _counter(rows: Iterable[Any]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for outlet, lang, number in rows:
        counts[outlet, lang] += int(number)
    return counts


def field_counts(connection: Connection, field: str) -> dict[str, int]:
    """Values of a field with the number of shifts (of articles: lang, outlet, feed, tag) that carry each, most first."""
    kept = {"vendor": MONTH_COUNT.c.vendor, "kind": MONTH_COUNT.c.kind}
    of_articles = {"lang": OUTLET_COUNT.c.lang, "outlet": OUTLET_COUNT.c.outlet, "feed": OUTLET_COUNT.c.source}
    own = {"dir": SHIFT.c.direction, "status": SHIFT.c.status, "speaker": SHIFT.c.speaker, "object": SHIFT.c.object}
    column, number = (
        (kept[field], func.sum(MONTH_COUNT.c.shifts)) if field in kept
        else (of_articles[field], func.sum(OUTLET_COUNT.c.articles)) if field in of_articles
        else (own[field], func.count()) if field in own
        else (TAG.c.tag, func.count()) if field == "tag"
        else (None, None)
    )  # fmt: skip
    if column is None or number is None:
        return {}
    filled = case((column.is_(None), ""), else_=column.cast(String)) != ""
    if field in own:
        filled = and_(filled, SHIFT.c.background.is_(False), SHIFT.c.until.is_(None))
    statement = select(column, number).where(filled).group_by(column).order_by(number.desc(), column)
    return {str(value): int(count) for value, count in connection.execute(statement)}
