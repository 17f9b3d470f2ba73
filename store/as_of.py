"""The base as it was known at a moment: articles first seen before it, in the version of then, with what was read in that.

Rows read out of a version hold from when it was seen (`since`) until the next one was (`until`; none: they hold now).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, exists, func, not_, or_, select, true

from marketwatch.domain import Article
from store.mapping import seconds
from store.places import in_places
from store.tables import ARTICLE, FORMER, MENTION, PAST_MENTION, SHIFT, VERSION


def holding(table: Table, as_of: datetime | None) -> ColumnElement[bool]:
    """Shifts or figures that held before a moment; None: that hold now."""
    if as_of is None:
        return table.c.until.is_(None)
    at = seconds(as_of)
    return and_(table.c.since < at, or_(table.c.until.is_(None), table.c.until >= at))


def placed(table: Table, as_of: datetime | None) -> ColumnElement[bool]:
    """Bounds the places that are read: an article's date never lies after it was first seen."""
    return true() if as_of is None else table.c.place < in_places(seconds(as_of), True)


def known(as_of: datetime | None) -> ColumnElement[bool]:
    """Articles that had been seen before a moment."""
    return true() if as_of is None else and_(ARTICLE.c.first_seen_at < seconds(as_of), placed(ARTICLE, as_of))


def of_version(column: ColumnElement[Any], as_of: datetime | None) -> Select[Any]:
    """A column of the version that an article had then, as a correlated query."""
    found = select(column).where(VERSION.c.article_id == ARTICLE.c.id).correlate(ARTICLE)
    if as_of is None:
        return found.where(VERSION.c.version == ARTICLE.c.version)
    return found.where(VERSION.c.seen_at < seconds(as_of)).order_by(VERSION.c.version.desc()).limit(1)


def naming(vendors: Collection[str], as_of: datetime | None) -> Select[Any]:
    """Places and ids of the articles that named one of these vendors, in the version of then; each as often as it named one."""
    now = select(MENTION.c.place, MENTION.c.article_id).where(MENTION.c.vendor.in_(vendors))
    if as_of is None:
        return now
    past = select(PAST_MENTION.c.place, PAST_MENTION.c.article_id).where(PAST_MENTION.c.vendor.in_(vendors), _past(as_of))
    either = now.where(unchanged(MENTION.c.article_id, as_of)).union_all(past).subquery("naming")
    return select(either.c.place, either.c.article_id)


def places_naming(vendors: Collection[str], as_of: datetime) -> Select[Any]:
    """The places of these articles alone."""
    named = naming(vendors, as_of)
    return named.with_only_columns(named.selected_columns[0])


def _past(as_of: datetime) -> ColumnElement[bool]:
    return and_(PAST_MENTION.c.since < seconds(as_of), PAST_MENTION.c.until >= seconds(as_of))


def unchanged(article_id: ColumnElement[int], as_of: datetime | None) -> ColumnElement[bool]:
    """Whether an article that was known then had the version that it has now."""
    if as_of is None:
        return true()
    later = select(FORMER.c.id).where(FORMER.c.article_id == article_id, FORMER.c.until >= seconds(as_of))
    return not_(exists(later))


def as_they_were(connection: Connection, articles: Sequence[Article], as_of: datetime) -> list[Article]:
    """Articles with the title, version, vendors and number of shifts of then; marks are those of now."""
    edited = [article.id for article in articles if article.version > 1]
    if not edited:
        return list(articles)
    versions = select(VERSION.c.article_id, VERSION.c.version, VERSION.c.title, VERSION.c.text_hash)
    versions = versions.where(VERSION.c.article_id.in_(edited), VERSION.c.seen_at < seconds(as_of)).order_by(VERSION.c.version)
    then = {row.article_id: row for row in connection.execute(versions)}
    counted = select(SHIFT.c.article_id, func.count()).where(SHIFT.c.article_id.in_(edited), SHIFT.c.background.is_(False))
    counted = counted.where(holding(SHIFT, as_of)).group_by(SHIFT.c.article_id)
    counts: dict[int, int] = {number: int(shifts) for number, shifts in connection.execute(counted)}
    named: dict[int, list[str]] = defaultdict(list)
    past = select(PAST_MENTION.c.article_id, PAST_MENTION.c.vendor).where(PAST_MENTION.c.article_id.in_(edited), _past(as_of))
    for number, vendor in connection.execute(past.order_by(PAST_MENTION.c.position)):
        named[number].append(vendor)
    return [
        replace(
            a,
            version=row.version,
            title=row.title,
            text_hash=row.text_hash,
            shifts=counts.get(a.id, 0),
            vendors=a.vendors if row.version == a.version else tuple(named[a.id]),
        )
        if (row := then.get(a.id)) is not None
        else a
        for a in articles
    ]
