"""Reading lists: keyset pages and counts. No list loads a body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, func, or_, select

from marketwatch.domain import ActivityCount, Article, Evidence, StoredFigure, StoredShift, Totals
from marketwatch.errors import UsageError
from marketwatch.query import Query
from store import mapping
from store.conditions import (
    ARTICLE,
    EVIDENCE,
    FIGURE,
    MENTION,
    SHIFT,
    article_condition,
    figure_condition,
    shift_condition,
)


def page_of_shifts(connection: Connection, query: Query, limit: int, after: str | None) -> tuple[list[StoredShift], str | None]:
    """One keyset page of shifts, newest first (oldest first if the query says so), and the next cursor."""
    statement = select(SHIFT).join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id).where(shift_condition(query))
    rows, cursor = _page(connection, statement, SHIFT, query, limit, after)
    return _with_articles(connection, rows), cursor


def page_of_articles(connection: Connection, query: Query, limit: int, after: str | None) -> tuple[list[Article], str | None]:
    """One keyset page of articles and the next cursor."""
    rows, cursor = _page(connection, select(ARTICLE).where(article_condition(query)), ARTICLE, query, limit, after)
    return _articles(connection, rows), cursor


def _page(
    connection: Connection, statement: Select[Any], table: Any, query: Query, limit: int, after: str | None
) -> tuple[list[Any], str | None]:
    key: Sequence[ColumnElement[Any]] = (table.c.dated_at, table.c.id)
    limit = min(limit, query.limit) if query.limit else limit
    if after:
        at, number = _read_cursor(after)
        older = or_(key[0] < at, and_(key[0] == at, key[1] < number))
        newer = or_(key[0] > at, and_(key[0] == at, key[1] > number))
        statement = statement.where(newer if query.oldest_first else older)
    order = [c.asc() if query.oldest_first else c.desc() for c in key]
    rows = list(connection.execute(statement.order_by(*order).limit(limit + 1)))
    more = len(rows) > limit and not query.limit
    rows = rows[:limit]
    return rows, f"{rows[-1].dated_at}.{rows[-1].id}" if more else None


def _read_cursor(cursor: str) -> tuple[int, int]:
    at, _, number = cursor.partition(".")
    try:
        return int(at), int(number)
    except ValueError as error:
        raise UsageError(f"'{cursor}' is no page cursor") from error


def shifts_of(connection: Connection, article_id: int) -> list[StoredShift]:
    """All shifts of one article, in text order."""
    rows = list(connection.execute(select(SHIFT).where(SHIFT.c.article_id == article_id)))
    found = _with_articles(connection, rows)
    return sorted(found, key=lambda s: (s.shift.evidence[0].start if s.shift.evidence else 0, s.id))


def _with_articles(connection: Connection, rows: Sequence[Any]) -> list[StoredShift]:
    articles = articles_by_id(connection, {row.article_id for row in rows})
    evidence = defaultdict(list)
    ids = [row.id for row in rows]
    for chunk in _chunks(ids):
        found = select(EVIDENCE).where(EVIDENCE.c.shift_id.in_(chunk)).order_by(EVIDENCE.c.shift_id, EVIDENCE.c.position)
        for row in connection.execute(found):
            evidence[row.shift_id].append(Evidence(row.text, row.start, row.end))
    return [StoredShift(row.id, mapping.shift(row, evidence[row.id]), articles[row.article_id]) for row in rows]


def articles_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, Article]:
    """Articles of these ids, each with the vendors it names."""
    rows: list[Any] = []
    for chunk in _chunks(list(ids)):
        rows += connection.execute(select(ARTICLE).where(ARTICLE.c.id.in_(chunk)))
    return {article.id: article for article in _articles(connection, rows)}


def _articles(connection: Connection, rows: Sequence[Any]) -> list[Article]:
    vendors = defaultdict(list)
    for chunk in _chunks([row.id for row in rows]):
        found = select(MENTION).where(MENTION.c.article_id.in_(chunk)).order_by(MENTION.c.article_id, MENTION.c.position)
        for row in connection.execute(found):
            vendors[row.article_id].append(row.vendor)
    return [mapping.article(row, vendors[row.id]) for row in rows]


def _chunks(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[n : n + size] for n in range(0, len(ids), size))


def figures_of(connection: Connection, condition: ColumnElement[bool], limit: int) -> list[StoredFigure]:
    """Figures under a condition, newest first."""
    statement = select(FIGURE).join(ARTICLE, ARTICLE.c.id == FIGURE.c.article_id).where(condition)
    rows = list(connection.execute(statement.order_by(FIGURE.c.dated_at.desc(), FIGURE.c.id).limit(limit)))
    articles = articles_by_id(connection, {row.article_id for row in rows})
    return [StoredFigure(row.id, mapping.figure(row), articles[row.article_id]) for row in rows]


def figures_matching(connection: Connection, query: Query, limit: int) -> list[StoredFigure]:
    return figures_of(connection, figure_condition(query), min(limit, query.limit or limit))


def activity(connection: Connection, query: Query) -> list[ActivityCount]:
    """Shifts a vendor and month, in that order."""
    month = func.strftime("%Y-%m", SHIFT.c.dated_at, "unixepoch")
    statement = (
        select(SHIFT.c.vendor, month, func.count())
        .join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id)
        .where(shift_condition(query))
        .group_by(SHIFT.c.vendor, month)
        .order_by(SHIFT.c.vendor, month)
    )
    return [ActivityCount(vendor, at, count) for vendor, at, count in connection.execute(statement)]


def totals(connection: Connection, query: Query) -> Totals:
    """Counts of what a query shows: shifts, and the articles it matches."""
    shifts = (
        select(func.count()).select_from(SHIFT.join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id)).where(shift_condition(query))
    )
    outlet = func.coalesce(ARTICLE.c.outlet, ARTICLE.c.source)
    condition = article_condition(query)
    articles, outlets = connection.execute(select(func.count(), func.count(distinct(outlet))).where(condition)).one()
    langs = select(ARTICLE.c.lang).where(condition, ARTICLE.c.lang.is_not(None)).group_by(ARTICLE.c.lang)
    return Totals(
        shifts=int(connection.execute(shifts).scalar_one()),
        articles=int(articles),
        outlets=int(outlets),
        langs=tuple(connection.execute(langs.order_by(func.count().desc(), ARTICLE.c.lang)).scalars()),
    )


def field_counts(connection: Connection, field: str) -> dict[str, int]:
    """Values of a field with the number of shifts that carry each, most first; {} for a field without values."""
    columns = {
        "vendor": SHIFT.c.vendor,
        "kind": SHIFT.c.kind,
        "dir": SHIFT.c.direction,
        "status": SHIFT.c.status,
        "speaker": SHIFT.c.speaker,
        "object": SHIFT.c.object,
        "lang": ARTICLE.c.lang,
        "outlet": ARTICLE.c.outlet,
        "feed": ARTICLE.c.source,
    }
    if field not in columns:
        return {}
    column = columns[field]
    statement = select(column, func.count()).select_from(SHIFT.join(ARTICLE, ARTICLE.c.id == SHIFT.c.article_id))
    statement = statement.where(column.is_not(None)).group_by(column).order_by(func.count().desc(), column)
    return {str(value): int(count) for value, count in connection.execute(statement)}
