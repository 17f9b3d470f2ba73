"""Counts kept in step with what they count, in the same transaction: shifts by month, articles by outlet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from store.dialect import upsert
from store.mapping import instant
from store.tables import ARTICLE, MONTH_COUNT, OUTLET_COUNT, SHIFT

Counts = Counter[tuple[Any, ...]]
"""How many there are more (or fewer) of each key."""


def month_of(dated_at: int) -> int:
    """Months since the year 0: one number to compare and to group by."""
    at = instant(dated_at)
    return at.year * 12 + at.month - 1


def month_name(month: int) -> str:
    """`2017-01`"""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def outlet_key(outlet: str | None, source: str, lang: str | None) -> tuple[str, str, str]:
    return outlet or source, source, lang or ""


def shifts_by_month(connection: Connection, article_ids: Sequence[int]) -> Counts:
    """What the stored shifts of these articles add to the months."""
    found = select(SHIFT.c.vendor, SHIFT.c.dated_at, SHIFT.c.kind).where(
        SHIFT.c.article_id.in_(article_ids), SHIFT.c.background.is_(False), SHIFT.c.until.is_(None)
    )
    return Counter((row.vendor, month_of(row.dated_at), row.kind) for row in connection.execute(found))


def articles_by_outlet(connection: Connection, article_ids: Sequence[int]) -> Counts:
    found = select(ARTICLE.c.outlet, ARTICLE.c.source, ARTICLE.c.lang).where(ARTICLE.c.id.in_(article_ids))
    return Counter(outlet_key(row.outlet, row.source, row.lang) for row in connection.execute(found))


def add(connection: Connection, *, months: Mapping[tuple[Any, ...], int], outlets: Mapping[tuple[Any, ...], int]) -> None:
    """Add differences; what comes to nothing is taken out."""
    _add(connection, MONTH_COUNT, ("vendor", "month", "kind"), "shifts", months)
    _add(connection, OUTLET_COUNT, ("outlet", "source", "lang"), "articles", outlets)


def _add(connection: Connection, table: Table, key: tuple[str, ...], count: str, more: Mapping[tuple[Any, ...], int]) -> None:
    rows = [dict(zip(key, values, strict=True)) | {count: number} for values, number in more.items() if number]
    if not rows:
        return
    connection.execute(upsert(table, key, adding=count), rows)
    if any(row[count] < 0 for row in rows):
        connection.execute(table.delete().where(table.c[count] <= 0))
