"""Reading rows as values: pages of the lists, what belongs to one article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, func, or_, select

from marketwatch.domain import Article, Evidence, Figure, Marks, Provenance, StoredFigure, StoredShift, Story, Verdict
from marketwatch.query import Query
from marketwatch.sanitise import canonical_link
from store import lists, mapping, marks
from store.as_of import as_they_were, holding, known
from store.conditions import figure_condition
from store.tables import ARTICLE, EVIDENCE, EXTRACTION, FIGURE, MENTION, PAST_EXTRACTION, SHIFT, STORY_PRINT

Chunked = TypeVar("Chunked")
_STORY_PAGE = 200


def page_of_shifts(connection: Connection, query: Query, limit: int, after: str | None) -> tuple[list[StoredShift], str | None]:
    """One keyset page of shifts, newest first (oldest first if the query says so), and the next cursor."""
    rows, cursor = _page(connection, lists.shift_listing(query), query, limit, after)
    return with_articles(connection, rows, query.as_of), cursor


def page_of_articles(connection: Connection, query: Query, limit: int, after: str | None) -> tuple[list[Article], str | None]:
    """One keyset page of articles and the next cursor."""
    rows, cursor = _page(connection, lists.article_listing(query), query, limit, after)
    found = articles_by_id(connection, [row.article_id for row in rows], query.as_of)
    return [found[row.article_id] for row in rows], cursor


def _page(
    connection: Connection, listing: lists.Listing, query: Query, limit: int, after: str | None
) -> tuple[list[Any], str | None]:
    """A page; its cursor says too how many rows a query with a limit still gives."""
    place, _, left = (after or "").partition("/")
    remaining = lists.whole_number(left) if left else query.limit
    size = min(limit, remaining) if remaining else limit
    if query.by_rank and listing.words:
        rows, cursor = lists.best(connection, listing, size, place)
    else:
        rows, cursor = lists.page(connection, listing, size, place or None, query.oldest_first)
    if not remaining or cursor is None:
        return rows, cursor
    return rows, f"{cursor}/{remaining - len(rows)}" if remaining > len(rows) else None


def shifts_of(connection: Connection, article_id: int, as_of: datetime | None = None) -> list[StoredShift]:
    """All shifts of one article, in text order."""
    rows = list(connection.execute(select(SHIFT).where(SHIFT.c.article_id == article_id, holding(SHIFT, as_of))))
    found = with_articles(connection, rows, as_of)
    return sorted(found, key=lambda s: (s.shift.evidence[0].start if s.shift.evidence else 0, s.id))


def with_articles(connection: Connection, rows: Sequence[Any], as_of: datetime | None) -> list[StoredShift]:
    """Rows of shifts as values, each with its article in the version of then."""
    articles = articles_by_id(connection, {row.article_id for row in rows}, as_of)
    evidence = defaultdict(list)
    ids = [row.id for row in rows]
    for chunk in _chunks(ids):
        found = select(EVIDENCE).where(EVIDENCE.c.shift_id.in_(chunk)).order_by(EVIDENCE.c.shift_id, EVIDENCE.c.position)
        for row in connection.execute(found).all():
            evidence[row.shift_id].append(Evidence(row.text, row.start, row.end))
    verdicts: dict[marks.Judged, Verdict] = {}
    for chunk in _chunks(list(articles)):
        verdicts |= marks.verdicts_of(connection, chunk)
    return [
        StoredShift(
            row.id,
            mapping.shift(row, evidence[row.id]),
            articles[row.article_id],
            verdicts.get((row.article_id, row.vendor, row.kind, row.direction, row.object)),
        )
        for row in rows
    ]


def articles_by_id(connection: Connection, ids: Iterable[int], as_of: datetime | None = None) -> dict[int, Article]:
    """Articles of these ids, each with the vendors it names, in the version of then."""
    rows: list[Any] = []
    for chunk in _chunks(list(ids)):
        rows += connection.execute(select(ARTICLE).where(ARTICLE.c.id.in_(chunk))).all()
    found = _articles(connection, rows)
    if as_of is not None:
        found = [one for chunk in _chunks(found) for one in as_they_were(connection, chunk, as_of)]
    return {article.id: article for article in found}


def stories_matching(connection: Connection, query: Query, limit: int) -> list[Story]:
    """Stories in the order of their first hit in the list of articles."""
    ids: dict[int, None] = {}
    cursor: str | None = None
    wanted = min(limit, query.limit or limit)
    while len(ids) < wanted:
        rows, cursor = _page(connection, lists.article_listing(query), replace(query, limit=None), _STORY_PAGE, cursor)
        found = articles_by_id(connection, [row.article_id for row in rows])
        ids |= dict.fromkeys(found[row.article_id].story or row.article_id for row in rows)
        if cursor is None:
            break
    return _stories(connection, list(ids)[:wanted], query.as_of)


def story_of(connection: Connection, article_id: int) -> Story | None:
    article = articles_by_id(connection, [article_id]).get(article_id)
    return _stories(connection, [article.story or article.id])[0] if article else None


def _stories(connection: Connection, ids: Sequence[int], as_of: datetime | None = None) -> list[Story]:
    """The stories of these ids; an article that was not looked at yet is one of its own."""
    members: dict[int, list[int]] = defaultdict(list)
    for chunk in _chunks(ids):
        inside = func.coalesce(ARTICLE.c.story, ARTICLE.c.id).label("inside")
        rows = select(ARTICLE.c.id, inside).where(or_(ARTICLE.c.story.in_(chunk), ARTICLE.c.id.in_(chunk)), known(as_of))
        for row in connection.execute(rows.order_by(ARTICLE.c.place)):
            members[row.inside].append(row.id)
    articles = articles_by_id(connection, [number for found in members.values() for number in found], as_of)
    return [Story(number, tuple(articles[n] for n in members[number])) for number in ids if number in members]


def without_fingerprint(connection: Connection, version: str, limit: int) -> list[int]:
    """Ids of articles that have no fingerprint, then of those that have one of another version."""
    none = select(ARTICLE.c.id).where(ARTICLE.c.story.is_(None)).order_by(ARTICLE.c.id.desc()).limit(limit)
    found = list(connection.execute(none).scalars())
    if len(found) < limit:
        for side in (STORY_PRINT.c.version < version, STORY_PRINT.c.version > version):
            old = select(STORY_PRINT.c.article_id).where(side).limit(limit - len(found))
            found += connection.execute(old).scalars()
    return found


def text_hashes(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The hashes of articles' current texts."""
    found: dict[int, str] = {}
    for chunk in _chunks(list(ids)):
        rows = connection.execute(select(ARTICLE.c.id, ARTICLE.c.text_hash).where(ARTICLE.c.id.in_(chunk)))
        found |= {row.id: row.text_hash for row in rows}
    return found


def figures_by_article(connection: Connection, ids: Iterable[int], as_of: datetime | None = None) -> dict[int, list[Figure]]:
    """Figures of articles, each's in text order."""
    found: dict[int, list[Figure]] = defaultdict(list)
    for chunk in _chunks(list(ids)):
        rows = (
            select(FIGURE)
            .where(FIGURE.c.article_id.in_(chunk), holding(FIGURE, as_of))
            .order_by(FIGURE.c.article_id, FIGURE.c.start, FIGURE.c.id)
        )
        for row in connection.execute(rows):
            found[row.article_id].append(mapping.figure(row))
    return dict(found)


def provenance_of(connection: Connection, ids: Iterable[int], as_of: datetime | None = None) -> dict[int, Provenance]:
    """Of articles, what names them in any database and what read them."""
    joined = ARTICLE.outerjoin(EXTRACTION, EXTRACTION.c.article_id == ARTICLE.c.id)
    wanted = select(
        ARTICLE.c.id, ARTICLE.c.key, EXTRACTION.c.extractor, ARTICLE.c.text_hash, EXTRACTION.c.text_hash.label("read")
    )
    found: dict[int, Provenance] = {}
    for chunk in _chunks(list(ids)):
        for row in connection.execute(wanted.select_from(joined).where(ARTICLE.c.id.in_(chunk))):
            found[row.id] = Provenance(row.key, row.extractor or "", row.read or row.text_hash)
        if as_of is not None:
            past = select(PAST_EXTRACTION).where(
                PAST_EXTRACTION.c.article_id.in_(chunk), PAST_EXTRACTION.c.until >= mapping.seconds(as_of)
            )
            for row in connection.execute(past.order_by(PAST_EXTRACTION.c.until.desc())):
                found[row.article_id] = replace(found[row.article_id], extractor=row.extractor, text_hash=row.text_hash)
    return found


def located(connection: Connection, source: str, key: str, url: str | None) -> int | None:
    """Id of an article by its source and key, else by its address: a feed may have been renamed."""
    by_key = (ARTICLE.c.source == source) & (ARTICLE.c.key == key)
    found = connection.execute(select(ARTICLE.c.id).where(by_key)).scalar_one_or_none()
    link = canonical_link(url)
    if found is None and link is not None:
        by_link = select(ARTICLE.c.id).where(ARTICLE.c.link == link).order_by(ARTICLE.c.source != source, ARTICLE.c.id)
        found = connection.execute(by_link.limit(1)).scalar_one_or_none()
    return found


def _articles(connection: Connection, rows: Sequence[Any]) -> list[Article]:
    vendors = defaultdict(list)
    marked: dict[int, Marks] = {}
    for chunk in _chunks([row.id for row in rows]):
        found = select(MENTION).where(MENTION.c.article_id.in_(chunk)).order_by(MENTION.c.article_id, MENTION.c.position)
        for row in connection.execute(found).all():
            vendors[row.article_id].append(row.vendor)
        marked |= marks.marks_of(connection, chunk)
    return [mapping.article(row, vendors[row.id], marked.get(row.id, Marks())) for row in rows]


def _chunks(ids: Sequence[Chunked], size: int = 500) -> Iterable[Sequence[Chunked]]:
    return (ids[n : n + size] for n in range(0, len(ids), size))


def figures_of(
    connection: Connection, condition: ColumnElement[bool], limit: int, as_of: datetime | None = None
) -> list[StoredFigure]:
    """Figures under a condition, newest first."""
    statement = select(FIGURE).join(ARTICLE, ARTICLE.c.id == FIGURE.c.article_id).where(condition)
    rows = list(connection.execute(statement.order_by(FIGURE.c.dated_at.desc(), FIGURE.c.id).limit(limit)))
    articles = articles_by_id(connection, {row.article_id for row in rows}, as_of)
    return [stored_figure(row, articles[row.article_id]) for row in rows]


def stored_figure(row: Any, article: Article) -> StoredFigure:
    return StoredFigure(row.id, mapping.figure(row), article)


def figures_matching(connection: Connection, query: Query, limit: int) -> list[StoredFigure]:
    return figures_of(connection, figure_condition(query), min(limit, query.limit or limit), query.as_of)
