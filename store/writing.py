"""Writing articles: what one `save` does inside its transaction, a batch at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, insert, select, update

from marketwatch.domain import (
    AnalysedArticle,
    ArticleDraft,
    BackfillState,
    Extraction,
    FeedState,
    PageResult,
    PageWish,
    PollOutcome,
    Saving,
)
from marketwatch.drafts import clean_draft, content_hash, text_hash
from marketwatch.sanitise import canonical_link, clean_line
from store import extractions, polling, search
from store.dialect import upsert
from store.labels import labels_of
from store.mapping import backfill_values, seconds, state_values
from store.places import FreePlaces
from store.tables import ARTICLE, BACKFILL, FEED_STATE, FORMER, META, PAGE, POLL, VERSION

_BATCH = 200
"""Articles whose keys are looked up in one statement."""
_TOUCH = update(META).where(META.c.key == "revision").values(value=META.c.value + 1)


class Written(Enum):
    """What came of an article that was to be saved."""

    NEW = 0
    UPDATED = 1
    UNCHANGED = 2


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of a draft that came before."""

    id: int
    version: int
    content_hash: str
    place: int
    dated_at: int
    outlet: str | None
    feed_hash: str | None
    """Of what the feed gave last, where the text is that of the page."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A cleaned draft on its way into the tables."""

    id: int
    version: int
    place: int
    dated_at: int
    outlet: str | None
    seen: int
    """When this version was seen."""
    draft: ArticleDraft
    extraction: Extraction
    text_hash: str
    content_hash: str

    @property
    def reading(self) -> extractions.Reading:
        return extractions.Reading(
            self.id, self.place, self.dated_at, self.outlet, self.draft.source, self.text_hash, self.seen, self.extraction
        )

    def entry(self, labels: str) -> search.Entry:
        """In the full-text index."""
        return search.Entry(self.place, self.draft.title, self.draft.text, labels)


_KNOWN_COLUMNS = ("id", "version", "content_hash", "place", "dated_at", "outlet", "feed_hash")


def save_articles(connection: Connection, articles: Sequence[AnalysedArticle], now: datetime) -> list[Written]:
    """Insert or update articles; say of each what came of it."""
    found: list[Written] = []
    for batch in _batches(replace(one, draft=clean_draft(one.draft)) for one in articles):
        known = _find(connection, [one.draft for one in batch])
        added, edited, done = _sorted_out(connection, batch, known, now)
        _insert_new(connection, added, now)
        _insert_edited(connection, edited, now)
        found += done
    return found


def _batches(articles: Iterable[AnalysedArticle]) -> Iterator[list[AnalysedArticle]]:
    """Batches in which no article comes twice."""
    batch: list[AnalysedArticle] = []
    seen: set[tuple[str, str]] = set()
    for one in articles:
        names = {(one.draft.source, key) for key in (one.draft.key, *_twin_keys(one.draft.key))}
        if len(batch) >= _BATCH or names & seen:
            yield batch
            batch, seen = [], set()
        batch.append(one)
        seen |= names
    if batch:
        yield batch


def _twin_keys(key: str) -> list[str]:
    """The same address under the other scheme, with and without www: guids change so when a site moves to https."""
    scheme, separator, rest = key.partition("://")
    if not separator or scheme not in ("http", "https"):
        return []
    bare = rest.removeprefix("www.")
    return [twin for s in ("http", "https") for w in ("", "www.") if (twin := f"{s}://{w}{bare}") != key]


def _find(connection: Connection, drafts: Sequence[ArticleDraft]) -> dict[tuple[str, str], _Known]:
    """The stored articles of these drafts by (source, key); an address as guid may have changed its scheme."""
    wanted = {(draft.source, key) for draft in drafts for key in (draft.key, *_twin_keys(draft.key))}
    stored = {(row.source, row.key): _Known(*tuple(row)[2:]) for row in _stored(connection, wanted)}
    known = {}
    for draft in drafts:
        names_of = (draft.key, *_twin_keys(draft.key))
        if twin := next((stored[draft.source, key] for key in names_of if (draft.source, key) in stored), None):
            known[draft.source, draft.key] = twin
    return known


def _stored(connection: Connection, pairs: Iterable[tuple[str, str]]) -> list[Row[Any]]:
    """The articles of pairs of a source and a key, source by source: for pairs SQLite reads the whole index."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, key in sorted(pairs):
        by_source[source].append(key)
    columns = [ARTICLE.c[n] for n in ("source", "key", *_KNOWN_COLUMNS)]
    found: list[Row[Any]] = []
    for source, keys in by_source.items():
        found += connection.execute(select(*columns).where(ARTICLE.c.source == source, ARTICLE.c.key.in_(keys)))
    return found


def _sorted_out(
    connection: Connection, batch: Sequence[AnalysedArticle], known: dict[tuple[str, str], _Known], now: datetime
) -> tuple[list[_Row], list[_Row], list[Written]]:
    """What of a batch is new and what was edited, and of each of it which of these."""
    added: list[_Row] = []
    edited: list[_Row] = []
    done: list[Written] = []
    seen = seconds(now)
    dates = [_date(one.draft, seen) for one in batch]
    number, free = extractions.next_id(connection, ARTICLE), FreePlaces(connection, dates)
    for one, dated_at in zip(batch, dates, strict=True):
        draft, digest = one.draft, content_hash(one.draft.title, one.draft.text)
        _check_evidence(draft, one.extraction)
        rest = (seen, draft, one.extraction, text_hash(draft.text), digest)
        before = known.get((draft.source, draft.key))
        done.append(Written.UNCHANGED)
        if before is None:
            done[-1] = Written.NEW
            added.append(_Row(number + len(added), 1, free.take(dated_at), dated_at, draft.outlet, *rest))
        elif before.feed_hash is not None and draft.text_source == "feed":
            _summary_changed(connection, before, draft.title, digest, seen)
        elif before.content_hash != digest:
            done[-1] = Written.UPDATED
            edited.append(_Row(before.id, before.version + 1, before.place, before.dated_at, before.outlet, *rest))
    return added, edited, done


def _date(draft: ArticleDraft, seen: int) -> int:
    """What an article is ordered by: when it was published; when it was seen, if that is not known or said to be later."""
    return min(seconds(draft.published.at), seen) if draft.published else seen


def _summary_changed(connection: Connection, before: _Known, title: str, digest: str, seen: int) -> None:
    """The page's text stays the article's; the page is read again when the feed edited its title or summary."""
    if before.feed_hash != digest:
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == before.id).values(feed_hash=digest, title=title))
        connection.execute(update(PAGE).where(PAGE.c.article_id == before.id).values(tries=0, next_try_at=seen))


def _check_evidence(draft: ArticleDraft, extraction: Extraction) -> None:
    spans = [e for shift in extraction.shifts for e in shift.evidence] + [f.evidence for f in extraction.figures]
    for span in spans:
        if draft.text[span.start : span.end] != span.text:
            raise ValueError(f"evidence {span.text!r} does not stand at {span.start}..{span.end} of {draft.key!r}")


def _insert_new(connection: Connection, added: Sequence[_Row], now: datetime) -> None:
    if not added:
        return
    connection.execute(insert(ARTICLE), [_article_values(one, seconds(now)) for one in added])
    _insert_versions(connection, added, seconds(now))
    extractions.insert_all(connection, [one.reading for one in added], now)
    _index(connection, added)
    _wish_pages(connection, added, seconds(now))


def _wish_pages(connection: Connection, written: Sequence[_Row], seen: int) -> None:
    wishes = [
        {
            "article_id": one.id,
            "url": one.draft.url,
            "host": urlsplit(one.draft.url).netloc.lower(),
            "outcome": (PageResult.WAITING if one.draft.page is PageWish.WANTED else PageResult.OFF).value,
            "next_try_at": seen if one.draft.page is PageWish.WANTED else None,
        }
        for one in written
        if one.draft.page is not PageWish.NONE and one.draft.url
    ]
    polling.wish_pages(connection, wishes)


def _article_values(one: _Row, seen: int) -> dict[str, Any]:
    draft = one.draft
    return {
        "id": one.id,
        "source": draft.source,
        "key": draft.key,
        "place": one.place,
        "link": canonical_link(draft.url),
        "title": draft.title,
        "url": draft.url,
        "outlet": draft.outlet,
        "author": draft.author,
        "lang": one.extraction.lang,
        "published_at": seconds(draft.published.at) if draft.published else None,
        "published_precision": draft.published.precision.value if draft.published else None,
        "first_seen_at": seen,
        "dated_at": one.dated_at,
        "version": 1,
        "text_hash": one.text_hash,
        "content_hash": one.content_hash,
        "shifts": one.reading.shown,
    }


def _insert_versions(connection: Connection, written: Sequence[_Row], seen: int) -> None:
    rows = [
        {
            "article_id": one.id,
            "version": one.version,
            "title": one.draft.title,
            "text": one.draft.text,
            "text_hash": one.text_hash,
            "text_source": one.draft.text_source,
            "seen_at": seen,
        }
        for one in written
    ]
    connection.execute(insert(VERSION), rows)


def _insert_edited(connection: Connection, edited: Sequence[_Row], now: datetime) -> None:
    """Keep the old texts, add the new ones. First seen and the first published date stay as they were."""
    if not edited:
        return
    labels = labels_of(connection, [one.id for one in edited])
    for one in edited:
        of_it = (VERSION.c.article_id == one.id, VERSION.c.version == one.version - 1)
        columns = [VERSION.c[name] for name in ("title", "text", "text_source", "seen_at")]
        old = connection.execute(select(*columns).where(*of_it)).one()
        search.remove(connection, [search.Entry(one.place, old.title, old.text, labels[one.id])])
        _keep_former(connection, one, old)
        connection.execute(
            update(ARTICLE)
            .where(ARTICLE.c.id == one.id)
            .values(title=one.draft.title, version=one.version, text_hash=one.text_hash, content_hash=one.content_hash)
        )
        if one.draft.text_source == "page" and old.text_source == "feed":
            given = content_hash(old.title, old.text)
            connection.execute(update(ARTICLE).where(ARTICLE.c.id == one.id).values(feed_hash=given))
    _insert_versions(connection, edited, seconds(now))
    extractions.replace(connection, [one.reading for one in edited], now, edited=True)
    _index(connection, edited)
    _wish_pages(connection, edited, seconds(now))


def _keep_former(connection: Connection, one: _Row, old: Any) -> None:
    """Remember when the version before this one held, and its words."""
    number = extractions.next_id(connection, FORMER)
    values = {"version": one.version - 1, "place": one.place, "since": old.seen_at, "until": one.seen}
    connection.execute(insert(FORMER).values(id=number, article_id=one.id, **values))
    search.add(connection, [search.Entry(number, old.title, old.text)], former=True)


def _index(connection: Connection, written: Sequence[_Row]) -> None:
    """Put articles into the full-text index, when their rows, which give their labels, are there."""
    labels = labels_of(connection, [one.id for one in written])
    search.add(connection, (one.entry(labels[one.id]) for one in written))


def read_again(connection: Connection, reading: extractions.Reading, now: datetime) -> None:
    """Put a new extraction in the place of the old one; the full-text index learns of it where labels change."""
    number = reading.article_id
    before = labels_of(connection, [number])[number]
    extractions.replace(connection, [reading], now)
    after = labels_of(connection, [number])[number]
    if before != after:
        current = (VERSION.c.article_id == number, VERSION.c.version == ARTICLE.c.version, ARTICLE.c.id == number)
        row = connection.execute(select(VERSION.c.title, VERSION.c.text).where(*current)).one()
        search.remove(connection, [search.Entry(reading.place, row.title, row.text, before)])
        search.add(connection, [search.Entry(reading.place, row.title, row.text, after)])


def save_all(connection: Connection, savings: Sequence[Saving], now: datetime) -> list[tuple[int, int]]:
    """Write what polls brought; return of each how many articles are new and how many were updated."""
    done = iter(save_articles(connection, [article for one in savings for article in one.articles], now))
    counts = []
    outcomes = []
    for one in savings:
        of_it = Counter(islice(done, len(one.articles)))
        new, updated = of_it[Written.NEW], of_it[Written.UPDATED]
        counts.append((new, updated))
        if one.outcome is not None:
            outcomes.append(replace(one.outcome, new=one.outcome.new + new, updated=one.outcome.updated + updated))
        if one.backfill is not None:
            save_backfill(connection, one.backfill)
    states = [one.state for one in savings if one.state is not None]
    save_polls(connection, outcomes)
    save_states(connection, states)
    if outcomes or states or any(new or updated for new, updated in counts):
        touch(connection)
    return counts


def save_polls(connection: Connection, outcomes: Sequence[PollOutcome]) -> None:
    """Add polls to the history."""
    rows = [
        {
            "feed": outcome.feed,
            "url": clean_line(outcome.url, 2048),
            "result": outcome.result.value,
            "polled_at": seconds(outcome.polled_at),
            "seconds": outcome.seconds,
            "status": outcome.status,
            "new": outcome.new,
            "updated": outcome.updated,
            "reason": clean_line(outcome.reason) if outcome.reason else None,
        }
        for outcome in outcomes
    ]
    if rows:
        connection.execute(insert(POLL), rows)


def save_states(connection: Connection, states: Sequence[FeedState]) -> None:
    """Remember what polling must know of feeds. Validators are kept byte for byte: they go back to the server."""
    if states:
        connection.execute(upsert(FEED_STATE, ["slug"]), [state_values(state) for state in states])


def save_backfill(connection: Connection, state: BackfillState) -> None:
    """Remember how far the older pages of a feed were read."""
    connection.execute(upsert(BACKFILL, ["feed"]).values(backfill_values(state)))


def touch(connection: Connection) -> None:
    """Move the revision, so that other processes see that something changed."""
    connection.execute(_TOUCH)
