"""Retention: old articles in which nothing was found and nothing was marked are let go; their keys are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, or_, select

from store import counts, search, stories
from store.dialect import upsert
from store.labels import labels_of
from store.mapping import seconds
from store.places import in_places
from store.tables import ARTICLE, FIGURE, FORMER, MARK, RETIRED, SHIFT, STORY_BOND, TAG, VERDICT, VERSION

_BATCH = 200
"""Articles let go in one transaction: writers beside wait for no more than that."""


def retirable(before: datetime) -> Select[Any]:
    """Ids of the articles dated and first seen before this moment that carry no shift, figure, star, note, tag or verdict and
    that nobody merged or split.

    The newest number stays: it would be given out again, and what was written down of the one gone would fit the other.
    """
    has_mark = and_(MARK.c.article_id == ARTICLE.c.id, or_(MARK.c.starred, MARK.c.note != ""))
    held = [exists().where(table.c.article_id == ARTICLE.c.id) for table in (SHIFT, FIGURE, TAG, VERDICT, STORY_BOND)]
    held.append(exists().where(STORY_BOND.c.other_id == ARTICLE.c.id))
    newest = select(func.max(ARTICLE.c.id)).scalar_subquery()
    old = (
        ARTICLE.c.id < newest,
        ARTICLE.c.place < in_places(seconds(before), is_end=False),
        ARTICLE.c.first_seen_at < seconds(before),
    )
    return select(ARTICLE.c.id).where(*old, ~exists().where(has_mark), *(~one for one in held))


def count(connection: Connection, before: datetime) -> int:
    """How many articles `retire` would let go in all."""
    return int(connection.execute(select(func.count()).select_from(retirable(before).subquery())).scalar_one())


def retire(connection: Connection, before: datetime) -> int:
    """Let a batch of articles go, oldest first; return how many, 0 when none is left."""
    ids = list(connection.execute(retirable(before).order_by(ARTICLE.c.place).limit(_BATCH)).scalars())
    if not ids:
        return 0
    counts.add(connection, months={}, outlets={k: -n for k, n in counts.articles_by_outlet(connection, ids).items()})
    current = select(ARTICLE.c.place, VERSION.c.title, VERSION.c.text, ARTICLE.c.id).join(
        VERSION, and_(VERSION.c.article_id == ARTICLE.c.id, VERSION.c.version == ARTICLE.c.version)
    )
    labels = labels_of(connection, ids)
    rows = connection.execute(current.where(ARTICLE.c.id.in_(ids)))
    search.remove(connection, [search.Entry(*row[:3], labels[row.id]) for row in rows])
    old = select(FORMER.c.id, VERSION.c.title, VERSION.c.text).join(
        VERSION, and_(VERSION.c.article_id == FORMER.c.article_id, VERSION.c.version == FORMER.c.version)
    )
    former = connection.execute(old.where(FORMER.c.article_id.in_(ids)))
    search.remove(connection, [search.Entry(*row) for row in former], former=True)
    given = func.coalesce(ARTICLE.c.feed_hash, ARTICLE.c.content_hash).label("content_hash")
    names = select(ARTICLE.c.source, ARTICLE.c.key, given).where(ARTICLE.c.id.in_(ids))
    connection.execute(upsert(RETIRED, ["source", "key"]), [row._asdict() for row in connection.execute(names)])
    beside = stories.linked(connection, ids) - set(ids)
    stories.forget(connection, ids)
    for table in (MARK, ARTICLE):  # what hangs on an article goes with it, but for what the analyst says
        column = table.c.article_id if table is MARK else table.c.id
        connection.execute(delete(table).where(column.in_(ids)))
    stories.regroup(connection, beside)
    return len(ids)
