"""Whether texts can be read and are those that were stored, whether sentences stand in them and words lead to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, LargeBinary, select, type_coerce, update

from marketwatch.drafts import text_hash
from store import search
from store.bodies import legible, unpacked
from store.labels import all_of, labels_of
from store.tables import ARTICLE, EVIDENCE, EXTRACTION, FIGURE, SHIFT, VERSION
from store.text import index_text, match_expression

LOOKED_AT = 2000
"""Articles that are looked at, spread over all, when not all are."""
_CHUNK = 200
_PIECE = 60
"""Characters at the beginning of a title and of a text that the full-text index must know."""
_BODY = type_coerce(VERSION.c.text, LargeBinary).label("body")


def out_of_step(connection: Connection, most: int | None = LOOKED_AT) -> list[str]:
    """What does not fit, a line each, of `most` articles' current versions (None: of all)."""
    texts, sentences, words = (len(found) for found in _wrong(connection, most))
    named = (
        (texts, "texts: {} cannot be read or are not what was stored"),
        (
            sentences,
            "sentences: those of {} articles do not stand in their texts; 'marketwatch reextract --write' reads them again",
        ),
        (words, "full-text index: {} are not found by their words"),
    )
    return [line.format(count) for count, line in named if count]


def _wrong(connection: Connection, most: int | None) -> tuple[set[int], set[int], set[int]]:
    """Ids of articles with damaged texts, with sentences that do not stand there, with words that do not lead to them."""
    damaged: set[int] = set()
    misquoted: set[int] = set()
    unfound: set[int] = set()
    for rows in _current(connection, most):
        texts = {row.id: text for row in rows if (text := _read(row.body)) is not None}
        damaged |= {row.id for row in rows if row.id not in texts or {row.text_hash, row.known} != {text_hash(texts[row.id])}}
        misquoted |= _misquoted(connection, texts)
        labels = labels_of(connection, list(texts))
        unfound |= {row.id for row in rows if row.id in texts and not _is_found(connection, row, texts[row.id], labels[row.id])}
    return damaged, misquoted, unfound - damaged


def _current(connection: Connection, most: int | None) -> Iterator[Sequence[Any]]:
    ids = list(connection.execute(select(ARTICLE.c.id).order_by(ARTICLE.c.id)).scalars())
    some = ids if most is None else ids[:: len(ids) // most + 1]
    same = (VERSION.c.article_id == ARTICLE.c.id) & (VERSION.c.version == ARTICLE.c.version)
    columns = (ARTICLE.c.id, ARTICLE.c.place, VERSION.c.version, VERSION.c.title, VERSION.c.text_hash)
    rows = select(*columns, ARTICLE.c.text_hash.label("known"), _BODY).join(VERSION, same)
    for at in range(0, len(some), _CHUNK):
        yield connection.execute(rows.where(ARTICLE.c.id.in_(some[at : at + _CHUNK]))).all()


def _read(body: bytes) -> str | None:
    try:
        return unpacked(body)
    except sqlite3.DatabaseError:
        return None


def _misquoted(connection: Connection, texts: dict[int, str]) -> set[int]:
    """Articles with a shift or figure whose sentence is not where it is said to stand, or that has none."""
    own = (SHIFT.c.article_id.in_(list(texts)), SHIFT.c.until.is_(None))
    quotes = select(SHIFT.c.article_id, EVIDENCE.c.start, EVIDENCE.c.end, EVIDENCE.c.text)
    said = [*connection.execute(quotes.outerjoin(EVIDENCE, EVIDENCE.c.shift_id == SHIFT.c.id).where(*own))]
    columns = (FIGURE.c.article_id, FIGURE.c.start, FIGURE.c.end, FIGURE.c.text)
    said += connection.execute(select(*columns).where(FIGURE.c.article_id.in_(list(texts)), FIGURE.c.until.is_(None)))
    return {row.article_id for row in said if row.start is None or texts[row.article_id][row.start : row.end] != row.text}


def _is_found(connection: Connection, row: Any, text: str, labels: str) -> bool:
    pieces = ((_whole_words(row.title), "title"), (_whole_words(text), "text"))
    words = [match_expression(piece, prefix=False, column=column) for piece, column in pieces]
    return bool(search.among(connection, " AND ".join(filter(None, (*words, all_of(labels)))), [row.place]))


def _whole_words(text: str) -> str:
    """The beginning of a text, cut between words."""
    words = index_text(text[:_PIECE])
    return words if len(text) <= _PIECE else words.rpartition(" ")[0]


def repair(connection: Connection) -> None:
    """Keep of damaged texts what can be read, and have articles read again that need it.

    What a feed gives next takes the place of a damaged text: its article no longer counts as known by its content. Articles
    whose newest version is gone go back to the one before; of those that have none left the title stays.
    """
    _go_back(connection)
    damaged, misquoted, _ = _wrong(connection, None)
    for number in damaged:
        of_it = (VERSION.c.article_id == number, VERSION.c.version == ARTICLE.c.version)
        body = connection.execute(select(_BODY).join(ARTICLE, ARTICLE.c.id == VERSION.c.article_id).where(*of_it)).scalar_one()
        current = select(ARTICLE.c.version).where(ARTICLE.c.id == number).scalar_subquery()
        left = legible(body)
        values = {"text": left, "text_hash": text_hash(left)}
        connection.execute(update(VERSION).where(of_it[0], VERSION.c.version == current).values(values))
        known = {"text_hash": values["text_hash"], "content_hash": "", "feed_hash": None}
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == number).values(known))
    stale = EXTRACTION.c.article_id.in_(sorted(damaged | misquoted))
    connection.execute(update(EXTRACTION).where(stale).values(extractor=""))


def _go_back(connection: Connection) -> None:
    has = select(VERSION.c.article_id).where(VERSION.c.article_id == ARTICLE.c.id, VERSION.c.version == ARTICLE.c.version)
    for row in connection.execute(select(ARTICLE).where(~has.exists())).all():
        newest = select(VERSION.c.version, VERSION.c.text_hash, VERSION.c.title).where(VERSION.c.article_id == row.id)
        left = connection.execute(newest.order_by(VERSION.c.version.desc()).limit(1)).first()
        if left is None:
            text = {"article_id": row.id, "version": 1, "title": row.title, "text": "", "text_hash": text_hash("")}
            connection.execute(VERSION.insert().values(text | {"text_source": "feed", "seen_at": row.first_seen_at}))
        known = {"version": 1, "text_hash": text_hash("")} if left is None else left._asdict()
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == row.id).values(known | {"content_hash": "", "feed_hash": None}))
