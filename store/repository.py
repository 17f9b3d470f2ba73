"""`Store`: the SQLite implementation of `marketwatch.ports.ArticleStore`. May be used from any thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, case, func, select

from marketwatch.domain import (
    ActivityCount,
    AlertState,
    AnalysedArticle,
    Article,
    ArticleText,
    BackfillState,
    Extraction,
    FeedHealth,
    FeedState,
    Figure,
    Fingerprint,
    JobStep,
    MarkChange,
    Origin,
    Outgoing,
    PageOutcome,
    PollOutcome,
    Provenance,
    Saving,
    StoredFigure,
    StoredShift,
    Story,
    Totals,
    Verdict,
)
from marketwatch.errors import StoreError
from marketwatch.query import Query, to_text
from store import alerts, counting, extractions, lists, mapping, marks, origins, reading, retention, stories, writing
from store.as_of import holding
from store.file import StoreFile
from store.polling import PollBook, save_page
from store.tables import ARTICLE, BACKFILL, EXTRACTION, FEED_STATE, FIGURE, META, POLL, RETIRED, VERSION

_HEALTH_WEEKS = 8


def open_store(
    path: str | Path,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    busy_s: float = 10.0,
    told: Callable[[JobStep], None] = lambda _: None,
) -> Store:
    """Open or create the database at a path or `sqlite:///` address. Raises StoreError with advice.

    A file of an older version is brought to this one, for which a large one takes minutes: `told` hears how far that is,
    in articles, and ends it by raising; the file is then as it was.
    """
    text = str(path)
    if "://" in text:
        scheme, _, rest = text.partition("://")
        if scheme != "sqlite" or not rest.startswith("/"):
            raise StoreError(f"{text}: only SQLite files are known: give a path or sqlite:///PATH")
        text = rest[1:]
    return Store(Path(text).expanduser().absolute(), now=now, busy_s=busy_s, told=told)


@dataclass(frozen=True, slots=True)
class Document:
    """A stored text with what an extractor must know of it."""

    article: Article
    text: ArticleText
    extractor: str | None
    """Version of the extractor that read it last."""


class Store(StoreFile):
    """Articles, shifts, figures and poll history in one file."""

    def __init__(
        self, path: Path, *, now: Callable[[], datetime], busy_s: float, told: Callable[[JobStep], None] = lambda _: None
    ) -> None:
        super().__init__(path, now=now, busy_s=busy_s, told=told)
        self.polls = PollBook(self._reading, self._writing)
        """What pollers share: claims, pauses of hosts, pages to be read."""

    # --- writing -------------------------------------------------------------------------------------------------
    def feed_states(self) -> Mapping[str, FeedState]:
        with self._reading() as connection:
            return {row.slug: mapping.state(row) for row in connection.execute(select(FEED_STATE).where(FEED_STATE.c.url != ""))}

    def backfill_states(self) -> Mapping[str, BackfillState]:
        with self._reading() as connection:
            return {row.feed: mapping.backfill(row) for row in connection.execute(select(BACKFILL))}

    def known_hashes(self, source: str, keys: Collection[str]) -> Mapping[str, str]:
        known: dict[str, str] = {}
        wanted = list(keys)
        hashed = func.coalesce(ARTICLE.c.feed_hash, ARTICLE.c.content_hash).label("hash")
        with self._reading() as connection:
            for table in (RETIRED, ARTICLE):  # an article let go and sent again edited is the newer
                for at in range(0, len(wanted), 500):
                    same = (table.c.source == source, table.c.key.in_(wanted[at : at + 500]))
                    rows = connection.execute(
                        select(table.c.key, hashed if table is ARTICLE else table.c.content_hash).where(*same)
                    )
                    known.update((key, digest) for key, digest in rows)
        return known

    def articles_at(self, source: str, links: Collection[str]) -> Sequence[tuple[str, str, str]]:
        wanted = list(links)
        hashed = func.coalesce(ARTICLE.c.feed_hash, ARTICLE.c.content_hash)
        found: list[tuple[str, str, str]] = []
        with self._reading() as connection:
            for at in range(0, len(wanted), 500):
                same = (ARTICLE.c.source == source, ARTICLE.c.link.in_(wanted[at : at + 500]))
                rows = connection.execute(select(ARTICLE.c.link, ARTICLE.c.key, hashed).where(*same))
                found += [(link, key, digest) for link, key, digest in rows]
        return found

    def save(
        self,
        articles: Sequence[AnalysedArticle],
        *,
        outcome: PollOutcome | None = None,
        state: FeedState | None = None,
        backfill: BackfillState | None = None,
        page: PageOutcome | None = None,
    ) -> tuple[int, int]:
        with self._writing() as connection:
            ((new, updated),) = writing.save_all(connection, [Saving(articles, outcome, state, backfill)], self._now())
            if page is not None:
                save_page(connection, page)
        return new, updated

    def save_all(self, savings: Sequence[Saving]) -> Sequence[tuple[int, int]]:
        with self._writing() as connection:
            return writing.save_all(connection, savings, self._now())

    def retire(self, before: datetime) -> int:
        """Let the articles go that are older than this and carry nothing (store.retention); return how many."""
        gone = 0
        while True:
            with self._writing() as connection:
                batch = retention.retire(connection, before)
                if batch:
                    writing.touch(connection)
            gone += batch
            if not batch:
                return gone

    def retirable(self, before: datetime) -> int:
        """How many articles `retire` would let go."""
        with self._reading() as connection:
            return retention.count(connection, before)

    def replace_extraction(self, article_id: int, extraction: Extraction, *, read: str | None = None) -> bool:
        """Put a new extraction in the place of the old one; `read` is the hash of the text it was read in.

        False, and nothing done, when the article was edited in the meantime, and so read again already, or let go.
        """
        with self._writing() as connection:
            current = (VERSION.c.article_id == ARTICLE.c.id) & (VERSION.c.version == ARTICLE.c.version)
            found = select(ARTICLE, VERSION.c.seen_at).join(VERSION, current).where(ARTICLE.c.id == article_id)
            row = connection.execute(found).first()
            if row is None or (read is not None and row.text_hash != read):
                return False
            new = extractions.Reading(
                article_id, row.place, row.dated_at, row.outlet, row.source, row.text_hash, row.seen_at, extraction
            )
            writing.read_again(connection, new, self._now())
            writing.touch(connection)
        return True

    def put_fingerprints(self, made: Mapping[int, tuple[str, Sequence[str], Fingerprint]]) -> int:
        with self._writing() as connection:
            current = reading.text_hashes(connection, made)
            taken = {n: (print_, vendors) for n, (read, vendors, print_) in made.items() if current.get(n) == read}
            stories.put(connection, taken)
            if taken:
                writing.touch(connection)
        return len(taken)

    # --- the analyst's own data --------------------------------------------------------------------------------------
    def mark(self, article_ids: Sequence[int], change: MarkChange, *, undoable: bool = True) -> str | None:
        with self._writing() as connection:
            done = marks.mark(connection, article_ids, change, self._now(), undoable=undoable)
            return self._touched(connection, done)

    def judge(self, shift_ids: Sequence[int], verdict: Verdict | None) -> str | None:
        with self._writing() as connection:
            return self._touched(connection, marks.judge(connection, shift_ids, verdict, self._now()))

    def merge_stories(self, story_ids: Sequence[int]) -> str | None:
        with self._writing() as connection:
            return self._touched(connection, marks.merge(connection, story_ids, self._now()))

    def split_story(self, article_ids: Sequence[int]) -> str | None:
        with self._writing() as connection:
            return self._touched(connection, marks.split(connection, article_ids, self._now()))

    def undo(self) -> str | None:
        with self._writing() as connection:
            return self._touched(connection, marks.undo(connection, self._now()))

    def redo(self) -> str | None:
        with self._writing() as connection:
            return self._touched(connection, marks.redo(connection, self._now()))

    @staticmethod
    def _touched(connection: Connection, done: str | None) -> str | None:
        if done is not None:
            writing.touch(connection)
        return done

    # --- reading -------------------------------------------------------------------------------------------------
    def shifts(self, query: Query, *, limit: int = 500, after: str | None = None) -> tuple[Sequence[StoredShift], str | None]:
        with self._reading() as connection:
            return reading.page_of_shifts(connection, query, limit, after)

    def articles(self, query: Query, *, limit: int = 100, after: str | None = None) -> tuple[Sequence[Article], str | None]:
        with self._reading() as connection:
            return reading.page_of_articles(connection, query, limit, after)

    def stories(self, query: Query, *, limit: int = 100) -> Sequence[Story]:
        with self._reading() as connection:
            return reading.stories_matching(connection, query, limit)

    def story(self, article_id: int) -> Story | None:
        with self._reading() as connection:
            return reading.story_of(connection, article_id)

    def figures(self, query: Query, *, limit: int = 500) -> Sequence[StoredFigure]:
        with self._reading() as connection:
            return reading.figures_matching(connection, query, limit)

    def activity(self, query: Query) -> Sequence[ActivityCount]:
        with self._reading() as connection:
            return counting.activity(connection, query)

    def totals(self, query: Query) -> Totals:
        with self._reading() as connection:
            return counting.totals(connection, query)

    def article(self, article_id: int, *, as_of: datetime | None = None) -> Article | None:
        with self._reading() as connection:
            return reading.articles_by_id(connection, [article_id], as_of).get(article_id)

    def text(self, article_id: int, version: int | None = None) -> ArticleText | None:
        statement = select(VERSION).where(VERSION.c.article_id == article_id).order_by(VERSION.c.version.desc())
        if version is not None:
            statement = statement.where(VERSION.c.version == version)
        with self._reading() as connection:
            row = connection.execute(statement.limit(1)).first()
        return (
            ArticleText(row.article_id, row.version, row.title, row.text, row.text_hash, mapping.instant(row.seen_at))
            if row
            else None
        )

    def article_shifts(self, article_id: int, *, as_of: datetime | None = None) -> Sequence[StoredShift]:
        with self._reading() as connection:
            return reading.shifts_of(connection, article_id, as_of)

    def article_figures(self, article_id: int, *, as_of: datetime | None = None) -> Sequence[StoredFigure]:
        of_article = (FIGURE.c.article_id == article_id) & holding(FIGURE, as_of)
        with self._reading() as connection:
            found = reading.figures_of(connection, of_article, 500, as_of)
        return sorted(found, key=lambda f: (f.figure.evidence.start, f.id))

    def figures_of(self, article_ids: Collection[int], *, as_of: datetime | None = None) -> Mapping[int, Sequence[Figure]]:
        with self._reading() as connection:
            return reading.figures_by_article(connection, article_ids, as_of)

    def provenance(self, article_ids: Collection[int], *, as_of: datetime | None = None) -> Mapping[int, Provenance]:
        with self._reading() as connection:
            return reading.provenance_of(connection, article_ids, as_of)

    def origin(self, what: str, number: int) -> Origin | None:
        with self._reading() as connection:
            return origins.origin_of(connection, what, number)

    def kinds_of_id(self, number: int) -> Sequence[str]:
        """What has this id: `shift`, `figure`, `article`."""
        with self._reading() as connection:
            return origins.known(connection, number)

    def locate(self, source: str, key: str, url: str | None) -> int | None:
        with self._reading() as connection:
            return reading.located(connection, source, key, url)

    def without_fingerprint(self, version: str, *, limit: int = 50) -> Sequence[tuple[Article, ArticleText]]:
        with self._reading() as connection:
            ids = reading.without_fingerprint(connection, version, limit)
        found = (document for number in ids for document in self.documents(after_id=number - 1, limit=1))
        return [(one.article, one.text) for one in found]

    def documents(self, *, after_id: int = 0, limit: int = 200) -> Sequence[Document]:
        """Current texts in the order of their ids, for reading them again."""
        statement = (
            select(VERSION, EXTRACTION.c.extractor)
            .join(ARTICLE, (ARTICLE.c.id == VERSION.c.article_id) & (ARTICLE.c.version == VERSION.c.version))
            .outerjoin(EXTRACTION, EXTRACTION.c.article_id == ARTICLE.c.id)
            .where(ARTICLE.c.id > after_id)
            .order_by(ARTICLE.c.id)
            .limit(limit)
        )
        with self._reading() as connection:
            rows = list(connection.execute(statement))
            articles = reading.articles_by_id(connection, [row.article_id for row in rows])
        return [
            Document(
                articles[row.article_id],
                ArticleText(row.article_id, row.version, row.title, row.text, row.text_hash, mapping.instant(row.seen_at)),
                row.extractor,
            )
            for row in rows
        ]

    def feed_health(self, slugs: Sequence[str], now: datetime) -> Sequence[FeedHealth]:
        states = self.feed_states()
        since = mapping.seconds(now - timedelta(weeks=_HEALTH_WEEKS))
        recent = func.count(case((ARTICLE.c.dated_at >= since, 1)))  # the sum of conditions would come back as one
        counts = select(ARTICLE.c.source, func.count(), func.max(ARTICLE.c.dated_at), recent).group_by(ARTICLE.c.source)
        with self._reading() as connection:
            known = {row[0]: row for row in connection.execute(counts)}
            polls = {slug: self._recent_polls(connection, slug) for slug in slugs}
        return [
            FeedHealth(
                slug=slug,
                state=states.get(slug),
                articles=int(known[slug][1]) if slug in known else 0,
                newest_at=mapping.optional_instant(known[slug][2]) if slug in known else None,
                per_week=int(known[slug][3] or 0) / _HEALTH_WEEKS if slug in known else 0.0,
                recent=polls[slug],
            )
            for slug in slugs
        ]

    @staticmethod
    def _recent_polls(connection: Connection, slug: str) -> tuple[PollOutcome, ...]:
        statement = select(POLL).where(POLL.c.feed == slug).order_by(POLL.c.id.desc()).limit(10)
        return tuple(mapping.outcome(row) for row in connection.execute(statement))

    def field_counts(self, field: str) -> Mapping[str, int]:
        with self._reading() as connection:
            return counting.field_counts(connection, field)

    def revision(self) -> int:
        with self._reading() as connection:
            return int(connection.execute(select(META.c.value).where(META.c.key == "revision")).scalar_one())

    # --- alerts ------------------------------------------------------------------------------------------------------
    def alert_state(self, name: str) -> AlertState | None:
        with self._reading() as connection:
            return alerts.state_of(connection, name)

    def fresh_shifts(self, query: Query, since: datetime) -> Sequence[StoredShift]:
        with self._reading() as connection:
            return alerts.fresh_shifts(connection, query, since)

    def told(self, name: str, keys: Collection[str]) -> Collection[str]:
        with self._reading() as connection:
            return alerts.told(connection, name, keys)

    def claim_alert(
        self, name: str, before: AlertState | None, after: AlertState, keys: Collection[str], messages: Sequence[Outgoing]
    ) -> bool:
        with self._writing() as connection:
            return alerts.claim(connection, name, before, after, keys, messages)

    def take_messages(self, kinds: Collection[str], now: datetime) -> Sequence[Outgoing]:
        with self._writing() as connection:
            return alerts.take(connection, kinds, now)

    def finish_message(self, number: int, error: str | None) -> None:
        with self._writing() as connection:
            alerts.finish(connection, number, error, self._now())

    def explain(self, query: Query, *, of: str = "shifts") -> str:
        """How a list is read under a query: the query spelled out, the SQL with its values, SQLite's plan."""
        listing = lists.shift_listing(query) if of == "shifts" else lists.article_listing(query)
        sql = lists.explained(listing, query)
        with self._reading() as connection:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
        walked = "words: met from the newest end of the full-text index, with labels of vendors and kinds, or looked up in it"
        words = [walked] if listing.words else []
        return "\n".join([f"query: {to_text(query)}", *words, sql, "plan:", *(f"  {step}" for step in plan)])
