"""Writing articles: what one `save` does inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from marketwatch.domain import AnalysedArticle, ArticleDraft, Extraction, FeedState, PollOutcome
from marketwatch.drafts import clean_draft, content_hash, text_hash
from marketwatch.sanitise import canonical_link, clean_line
from store.conditions import ARTICLE, EVIDENCE, EXTRACTION, FEED_STATE, FIGURE, MENTION, META, POLL, SHIFT, VERSION
from store.mapping import figure_values, seconds, shift_values, state_values
from store.text import index_text


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of a draft that came before."""

    id: int
    version: int
    title: str
    content_hash: str
    dated_at: int


def save_article(connection: Connection, analysed: AnalysedArticle, now: datetime) -> str:
    """Insert or update one article; return `new`, `updated` or `unchanged`."""
    draft = clean_draft(analysed.draft)
    _check_evidence(draft, analysed.extraction)
    digest = content_hash(draft.title, draft.text)
    known = _find(connection, draft)
    if known is None:
        article_id, dated_at = _insert(connection, draft, digest, now)
    elif known.content_hash == digest:
        return "unchanged"
    else:
        article_id, dated_at = known.id, known.dated_at
        _new_version(connection, known, draft, digest, now)
    index(connection, article_id, draft.title, draft.text)
    replace_extraction(connection, article_id, dated_at, text_hash(draft.text), analysed.extraction, now)
    return "updated" if known else "new"


def _check_evidence(draft: ArticleDraft, extraction: Extraction) -> None:
    spans = [e for shift in extraction.shifts for e in shift.evidence] + [f.evidence for f in extraction.figures]
    for span in spans:
        if draft.text[span.start : span.end] != span.text:
            raise ValueError(f"evidence {span.text!r} does not stand at {span.start}..{span.end} of {draft.key!r}")


def _find(connection: Connection, draft: ArticleDraft) -> _Known | None:
    """The stored article of this identity; an address as guid may change its scheme."""
    columns = (ARTICLE.c.id, ARTICLE.c.version, ARTICLE.c.title, ARTICLE.c.content_hash, ARTICLE.c.dated_at)
    base = select(*columns).where(ARTICLE.c.source == draft.source)
    row = connection.execute(base.where(ARTICLE.c.key == draft.key)).first()
    if row is None and (twins := _twin_keys(draft.key)):
        row = connection.execute(base.where(ARTICLE.c.key.in_(twins))).first()
    return _Known(*row) if row else None


def _twin_keys(key: str) -> list[str]:
    """The same address under the other scheme, with and without www: guids change so when a site moves to https."""
    scheme, separator, rest = key.partition("://")
    if not separator or scheme not in ("http", "https"):
        return []
    bare = rest.removeprefix("www.")
    return [twin for s in ("http", "https") for w in ("", "www.") if (twin := f"{s}://{w}{bare}") != key]


def _insert(connection: Connection, draft: ArticleDraft, digest: str, now: datetime) -> tuple[int, int]:
    seen = seconds(now)
    dated_at = min(seconds(draft.published.at), seen) if draft.published else seen
    values: dict[str, Any] = {
        "source": draft.source,
        "key": draft.key,
        "link": canonical_link(draft.url),
        "title": draft.title,
        "url": draft.url,
        "outlet": draft.outlet,
        "author": draft.author,
        "lang": draft.lang,
        "published_at": seconds(draft.published.at) if draft.published else None,
        "published_precision": draft.published.precision.value if draft.published else None,
        "first_seen_at": seen,
        "dated_at": dated_at,
        "version": 1,
        "text_hash": text_hash(draft.text),
        "content_hash": digest,
        "shifts": 0,
    }
    article_id = int(connection.execute(insert(ARTICLE).values(values)).inserted_primary_key[0])  # type: ignore[index]
    _insert_version(connection, article_id, 1, draft, seen)
    return article_id, dated_at


def _insert_version(connection: Connection, article_id: int, version: int, draft: ArticleDraft, seen: int) -> None:
    connection.execute(
        insert(VERSION).values(
            article_id=article_id,
            version=version,
            title=draft.title,
            text=draft.text,
            text_hash=text_hash(draft.text),
            text_source=draft.text_source,
            seen_at=seen,
        )
    )


def _new_version(connection: Connection, known: _Known, draft: ArticleDraft, digest: str, now: datetime) -> None:
    """Keep the old text, add the new one. First seen and the first published date stay as they were."""
    old = connection.execute(
        select(VERSION.c.title, VERSION.c.text).where(VERSION.c.article_id == known.id, VERSION.c.version == known.version)
    ).one()
    unindex(connection, known.id, old.title, old.text)
    _insert_version(connection, known.id, known.version + 1, draft, seconds(now))
    connection.execute(
        update(ARTICLE)
        .where(ARTICLE.c.id == known.id)
        .values(title=draft.title, version=known.version + 1, text_hash=text_hash(draft.text), content_hash=digest)
    )


def index(connection: Connection, article_id: int, title: str, body: str) -> None:
    """Add an article to the full-text index."""
    statement = text("INSERT INTO search (rowid, title, text) VALUES (:id, :title, :body)")
    connection.execute(statement, {"id": article_id, "title": index_text(title), "body": index_text(body)})


def unindex(connection: Connection, article_id: int, title: str, body: str) -> None:
    """Take an article out of the index; a contentless FTS5 table must be told the very text that went in."""
    statement = text("INSERT INTO search (search, rowid, title, text) VALUES ('delete', :id, :title, :body)")
    connection.execute(statement, {"id": article_id, "title": index_text(title), "body": index_text(body)})


def replace_extraction(
    connection: Connection, article_id: int, dated_at: int, digest: str, extraction: Extraction, now: datetime
) -> None:
    """Put an extraction in the place of the article's former one."""
    connection.execute(delete(SHIFT).where(SHIFT.c.article_id == article_id))
    connection.execute(delete(FIGURE).where(FIGURE.c.article_id == article_id))
    connection.execute(delete(MENTION).where(MENTION.c.article_id == article_id))
    for shift in extraction.shifts:
        row = connection.execute(insert(SHIFT).values(shift_values(shift, article_id, dated_at)))
        shift_id = int(row.inserted_primary_key[0])  # type: ignore[index]
        spans = [
            {"shift_id": shift_id, "position": n, "text_hash": digest, "start": e.start, "end": e.end, "text": e.text}
            for n, e in enumerate(shift.evidence)
        ]
        _insert_all(connection, EVIDENCE, spans)
    _insert_all(connection, FIGURE, (figure_values(f, article_id, dated_at, digest) for f in extraction.figures))
    _insert_all(
        connection,
        MENTION,
        ({"vendor": vendor, "article_id": article_id, "position": n} for n, vendor in enumerate(extraction.vendors)),
    )
    record = {
        "article_id": article_id,
        "text_hash": digest,
        "extractor": extraction.extractor,
        "lang": extraction.lang,
        "extracted_at": seconds(now),
    }
    statement = upsert(EXTRACTION).values(record)
    connection.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=record))
    shown = sum(not shift.background for shift in extraction.shifts)
    connection.execute(update(ARTICLE).where(ARTICLE.c.id == article_id).values(shifts=shown, lang=extraction.lang))


def _insert_all(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    if found := list(rows):
        connection.execute(insert(table), found)


def save_poll(connection: Connection, outcome: PollOutcome, new: int, updated: int) -> None:
    """Add a poll to the history."""
    connection.execute(
        insert(POLL).values(
            feed=outcome.feed,
            url=clean_line(outcome.url, 2048),
            result=outcome.result.value,
            polled_at=seconds(outcome.polled_at),
            seconds=outcome.seconds,
            status=outcome.status,
            new=new,
            updated=updated,
            reason=clean_line(outcome.reason) if outcome.reason else None,
        )
    )


def save_state(connection: Connection, state: FeedState) -> None:
    """Remember what polling must know of a feed. Validators are kept byte for byte: they go back to the server."""
    values = state_values(state)
    statement = upsert(FEED_STATE).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=values))


def touch(connection: Connection) -> None:
    """Move the revision, so that other processes see that something changed."""
    connection.execute(update(META).where(META.c.key == "revision").values(value=META.c.value + 1))
