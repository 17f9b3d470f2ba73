"""The chain behind a shift, a figure or an article, read row by row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from marketwatch.domain import ArticleText, Origin, PollOutcome
from store import mapping, reading
from store.tables import ARTICLE, EXTRACTION, FIGURE, PAST_EXTRACTION, POLL, SHIFT, VERSION

_TABLES = {"shift": SHIFT, "figure": FIGURE}


def origin_of(connection: Connection, what: str, number: int) -> Origin | None:
    """Of a `shift`, `figure` or `article` with this id, of a former version too; None when there is none."""
    if what == "article":
        return _origin(connection, number, None, None)
    table = _TABLES[what]
    row = connection.execute(select(table).where(table.c.id == number)).first()
    return None if row is None else _origin(connection, row.article_id, row, what)


def _origin(connection: Connection, article_id: int, row: Any, what: str | None) -> Origin | None:
    until = row.until if row is not None else None
    as_of = mapping.optional_instant(until)
    article = reading.articles_by_id(connection, [article_id], as_of).get(article_id)
    if article is None:
        return None
    version = select(VERSION).where(VERSION.c.article_id == article_id, VERSION.c.version == article.version)
    text = connection.execute(version).one()
    if until is None:
        read = connection.execute(select(EXTRACTION).where(EXTRACTION.c.article_id == article_id)).first()
    else:
        past = (PAST_EXTRACTION.c.article_id == article_id) & (PAST_EXTRACTION.c.until == until)
        read = connection.execute(select(PAST_EXTRACTION).where(past)).first()
    return Origin(
        article=article,
        text=ArticleText(article_id, text.version, text.title, text.text, text.text_hash, mapping.instant(text.seen_at)),
        text_source=text.text_source,
        extractor=read.extractor if read else "",
        extracted_at=mapping.instant(read.extracted_at) if read else None,
        until=as_of,
        poll=_poll(connection, article.source, text.seen_at),
        shift=next(iter(reading.with_articles(connection, [row], as_of)), None) if what == "shift" else None,
        figure=reading.stored_figure(row, article) if what == "figure" else None,
    )


def _poll(connection: Connection, feed: str, seen_at: int) -> PollOutcome | None:
    """The newest poll of the feed that had begun when a version was stored."""
    found = select(POLL).where(POLL.c.feed == feed, POLL.c.polled_at <= seen_at).order_by(POLL.c.id.desc()).limit(1)
    row = connection.execute(found).first()
    return None if row is None else mapping.outcome(row)


def known(connection: Connection, number: int) -> list[str]:
    """What has this id: `shift`, `figure`, `article`."""
    tables = {**_TABLES, "article": ARTICLE}
    return [name for name, table in tables.items() if connection.execute(select(table.c.id).where(table.c.id == number)).first()]
