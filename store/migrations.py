"""The schema as an append-only list of numbered steps. Step N takes a file from version N-1 to N.

All steps that a file needs, and its new number, are one transaction that really rolls back (`store.engine` begins
explicitly). The full-text index is filled once, behind the last step, whichever steps made it anew: that is nearly all the
time it takes. A file written by a newer marketwatch is refused. An existing file is copied beside itself first.
"""

from __future__ import annotations

import glob
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from marketwatch.domain import JobStep
from marketwatch.errors import StoreError, StoreVersionError
from store import search
from store.engine import make_engine
from store.errors import is_busy

APPLICATION_ID = 0x6D6B7477
"""`mktw`: marks the file as ours."""

_FIRST = """
CREATE TABLE article (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, link TEXT, title TEXT NOT NULL, url TEXT, outlet TEXT,
    author TEXT, lang TEXT, published_at INTEGER, published_precision TEXT, first_seen_at INTEGER NOT NULL,
    dated_at INTEGER NOT NULL, version INTEGER NOT NULL, text_hash TEXT NOT NULL, content_hash TEXT NOT NULL,
    shifts INTEGER NOT NULL, UNIQUE (source, key));
CREATE INDEX article_by_link ON article (source, link) WHERE link IS NOT NULL;
CREATE INDEX article_by_date ON article (dated_at DESC, id DESC);
CREATE INDEX article_by_source_date ON article (source, dated_at DESC);
CREATE TABLE article_version (
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, version INTEGER NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, text_hash TEXT NOT NULL, text_source TEXT NOT NULL, seen_at INTEGER NOT NULL,
    PRIMARY KEY (article_id, version));
CREATE TABLE extraction (
    article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE, text_hash TEXT NOT NULL,
    extractor TEXT NOT NULL, lang TEXT NOT NULL, extracted_at INTEGER NOT NULL);
CREATE TABLE mention (
    vendor TEXT NOT NULL, article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    PRIMARY KEY (vendor, article_id)) WITHOUT ROWID;
CREATE INDEX mention_by_article ON mention (article_id);
CREATE TABLE shift (
    id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, dated_at INTEGER NOT NULL,
    vendor TEXT NOT NULL, kind TEXT NOT NULL, direction TEXT NOT NULL, object TEXT NOT NULL, status TEXT NOT NULL,
    origin TEXT, destination TEXT, speaker TEXT, role TEXT, background BOOLEAN NOT NULL, confidence REAL NOT NULL,
    rule TEXT NOT NULL, event_at INTEGER, event_precision TEXT);
CREATE INDEX shift_by_date ON shift (dated_at DESC, id DESC);
CREATE INDEX shift_by_vendor_date ON shift (vendor, dated_at DESC, id DESC);
CREATE INDEX shift_by_article ON shift (article_id);
CREATE TABLE evidence (
    shift_id INTEGER NOT NULL REFERENCES shift (id) ON DELETE CASCADE, position INTEGER NOT NULL, text_hash TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (shift_id, position)) WITHOUT ROWID;
CREATE TABLE figure (
    id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, dated_at INTEGER NOT NULL,
    vendor TEXT NOT NULL, metric TEXT NOT NULL, value TEXT NOT NULL, number REAL NOT NULL, value_high TEXT,
    unit TEXT NOT NULL, period TEXT, role TEXT NOT NULL, bound TEXT NOT NULL, scope TEXT, rule TEXT NOT NULL,
    text_hash TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX figure_by_article ON figure (article_id);
CREATE INDEX figure_by_vendor_date ON figure (vendor, dated_at DESC, id DESC);
CREATE TABLE feed_state (
    slug TEXT PRIMARY KEY, url TEXT NOT NULL, etag TEXT, last_modified TEXT, body_hash TEXT, next_poll_at INTEGER,
    last_polled_at INTEGER, last_success_at INTEGER, failures INTEGER NOT NULL, last_error TEXT, gone BOOLEAN NOT NULL);
CREATE TABLE poll (
    id INTEGER PRIMARY KEY, feed TEXT NOT NULL, url TEXT NOT NULL, result TEXT NOT NULL, polled_at INTEGER NOT NULL,
    seconds REAL NOT NULL, status INTEGER, new INTEGER NOT NULL, updated INTEGER NOT NULL, reason TEXT);
CREATE INDEX poll_by_feed ON poll (feed, id DESC);
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('revision', 0);
CREATE VIRTUAL TABLE search USING fts5 (title, text, content='', tokenize='unicode61 remove_diacritics 2');
"""

_CAREER = """
ALTER TABLE article ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE article SET place = (SELECT place FROM (
    SELECT id, rank + max(dated_at * 16 - rank) OVER (ORDER BY rank) AS place
    FROM (SELECT id, dated_at, row_number() OVER (ORDER BY dated_at, id) AS rank FROM article)) found
    WHERE found.id = article.id);
CREATE UNIQUE INDEX article_by_place ON article (place);
DROP INDEX article_by_date;
ALTER TABLE shift ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE shift SET place = (SELECT place FROM article WHERE article.id = article_id);
DROP INDEX shift_by_date;
DROP INDEX shift_by_vendor_date;
CREATE INDEX shift_by_place ON shift (place, id);
CREATE INDEX shift_by_vendor ON shift (vendor, place, id);
CREATE INDEX shift_by_vendor_kind ON shift (vendor, kind, place, id);
CREATE INDEX shift_by_kind ON shift (kind, place, id);
ALTER TABLE mention RENAME TO old_mention;
CREATE TABLE mention (
    vendor TEXT NOT NULL, place INTEGER NOT NULL, article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, PRIMARY KEY (vendor, place)) WITHOUT ROWID;
INSERT INTO mention SELECT vendor, article.place, article_id, position
    FROM old_mention JOIN article ON article.id = article_id;
DROP TABLE old_mention;
CREATE INDEX mention_by_article ON mention (article_id);
CREATE TABLE month_count (
    vendor TEXT NOT NULL, month INTEGER NOT NULL, kind TEXT NOT NULL, shifts INTEGER NOT NULL,
    PRIMARY KEY (vendor, month, kind)) WITHOUT ROWID;
INSERT INTO month_count SELECT vendor,
    strftime('%Y', dated_at, 'unixepoch') * 12 + strftime('%m', dated_at, 'unixepoch') - 1 AS month, kind, count(*)
    FROM shift WHERE NOT background GROUP BY 1, 2, 3;
CREATE TABLE outlet_count (
    outlet TEXT NOT NULL, source TEXT NOT NULL, lang TEXT NOT NULL, articles INTEGER NOT NULL,
    PRIMARY KEY (outlet, source, lang)) WITHOUT ROWID;
INSERT INTO outlet_count SELECT coalesce(nullif(outlet, ''), source), source, coalesce(lang, ''), count(*)
    FROM article GROUP BY 1, 2, 3;
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
    title, text, content='', prefix='2 3 4', tokenize='unicode61 remove_diacritics 2');
UPDATE article_version SET text = packed(text);
"""
"""Lists of any length: order by date in every index, counts kept, the full-text index in the order of dates."""

_ANALYST = """
CREATE TABLE mark (
    article_id INTEGER PRIMARY KEY REFERENCES article (id), starred BOOLEAN NOT NULL, read BOOLEAN NOT NULL, note TEXT NOT NULL);
CREATE INDEX mark_starred ON mark (article_id) WHERE starred;
CREATE TABLE tag (
    tag TEXT NOT NULL, article_id INTEGER NOT NULL REFERENCES article (id), PRIMARY KEY (tag, article_id)) WITHOUT ROWID;
CREATE INDEX tag_by_article ON tag (article_id);
CREATE TABLE verdict (
    article_id INTEGER NOT NULL REFERENCES article (id), vendor TEXT NOT NULL, kind TEXT NOT NULL, direction TEXT NOT NULL,
    object TEXT NOT NULL, verdict TEXT NOT NULL, decided_at INTEGER NOT NULL,
    PRIMARY KEY (article_id, vendor, kind, direction, object)) WITHOUT ROWID;
CREATE TABLE undo (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, label TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    undone BOOLEAN NOT NULL);
"""
"""What the analyst says: no cascade, so that no article can take it along."""

_BACKFILL = """
CREATE TABLE backfill (
    feed TEXT PRIMARY KEY, url TEXT NOT NULL, page INTEGER NOT NULL, next_url TEXT, linked BOOLEAN NOT NULL,
    newest_at INTEGER, oldest_at INTEGER, since_at INTEGER, ended TEXT, wait_until INTEGER) WITHOUT ROWID;
"""
"""How far the older pages of each feed were read."""

_RETIRED = """
CREATE TABLE retired (
    source TEXT NOT NULL, key TEXT NOT NULL, content_hash TEXT NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID;
"""
"""Articles let go by the rule of retention: what tells them from new ones while their feed still shows them."""

_POLLERS = """
ALTER TABLE feed_state ADD COLUMN per_day REAL;
ALTER TABLE feed_state ADD COLUMN newest_at INTEGER;
ALTER TABLE feed_state ADD COLUMN moved_to TEXT;
ALTER TABLE feed_state ADD COLUMN moved_times INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_state ADD COLUMN held_by TEXT;
ALTER TABLE feed_state ADD COLUMN held_until INTEGER;
ALTER TABLE article ADD COLUMN feed_hash TEXT;
CREATE TABLE host (
    host TEXT PRIMARY KEY, pause_until INTEGER, pause_reason TEXT, robots TEXT, robots_at INTEGER, held_by TEXT,
    held_until INTEGER) WITHOUT ROWID;
CREATE TABLE page (
    article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE, url TEXT NOT NULL, host TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT, tries INTEGER NOT NULL, tried_at INTEGER, next_try_at INTEGER);
CREATE INDEX page_due ON page (next_try_at) WHERE next_try_at IS NOT NULL;
"""
"""Rhythm, moves and holders of feeds; hosts that asked for a pause; pages to be read because a feed gave a summary."""

_AS_OF = """
ALTER TABLE shift ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shift ADD COLUMN until INTEGER;
UPDATE shift SET since = (SELECT max(seen_at) FROM article_version v WHERE v.article_id = shift.article_id);
CREATE INDEX shift_by_since ON shift (since);
ALTER TABLE figure ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN until INTEGER;
UPDATE figure SET since = (SELECT max(seen_at) FROM article_version v WHERE v.article_id = figure.article_id);
CREATE INDEX figure_now ON figure (article_id) WHERE until IS NULL;
CREATE TABLE past_extraction (
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, until INTEGER NOT NULL, text_hash TEXT NOT NULL,
    extractor TEXT NOT NULL, lang TEXT NOT NULL, extracted_at INTEGER NOT NULL, PRIMARY KEY (article_id, until)) WITHOUT ROWID;
"""
"""What was read out of former versions stays, with the time it held."""

_ALERTS = """
CREATE TABLE alert (
    name TEXT PRIMARY KEY, query TEXT NOT NULL, checked_at INTEGER NOT NULL, round INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE alert_told (alert TEXT NOT NULL, telling TEXT NOT NULL, PRIMARY KEY (alert, telling)) WITHOUT ROWID;
CREATE TABLE alert_message (
    id INTEGER PRIMARY KEY, alert TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, payload TEXT NOT NULL,
    due_at INTEGER NOT NULL, taken_at INTEGER, attempts INTEGER NOT NULL, error TEXT, done_at INTEGER);
CREATE INDEX alert_message_due ON alert_message (due_at) WHERE done_at IS NULL;
"""
"""How far alerts have looked, what they told, and their messages on the way."""

_ITEMS = "ALTER TABLE feed_state ADD COLUMN known_items BLOB NOT NULL DEFAULT x''"
"""Which items of each feed are known as they are."""

_STORIES = """
ALTER TABLE article ADD COLUMN story INTEGER;
ALTER TABLE article ADD COLUMN origin TEXT;
CREATE INDEX article_by_story ON article (story) WHERE story IS NOT NULL;
CREATE INDEX article_without_story ON article (id) WHERE story IS NULL;
CREATE TABLE story_print (
    article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE, version TEXT NOT NULL, keys BLOB NOT NULL,
    meaning BLOB, cites TEXT NOT NULL, vendors TEXT NOT NULL);
CREATE INDEX story_print_by_version ON story_print (version, article_id);
CREATE TABLE story_key (
    key INTEGER NOT NULL, place INTEGER NOT NULL, article_id INTEGER NOT NULL,
    PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE INDEX story_key_by_article ON story_key (article_id);
CREATE TABLE story_link (
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    other_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, weight REAL NOT NULL,
    PRIMARY KEY (article_id, other_id)) WITHOUT ROWID;
CREATE INDEX story_link_by_other ON story_link (other_id);
CREATE TABLE story_bond (
    article_id INTEGER NOT NULL REFERENCES article (id), other_id INTEGER NOT NULL REFERENCES article (id),
    bond TEXT NOT NULL, PRIMARY KEY (article_id, other_id)) WITHOUT ROWID;
CREATE INDEX story_bond_by_other ON story_bond (other_id);
"""
"""Articles on the same news. Those stored before get their fingerprints a few at a time (marketwatch.fingerprints)."""

FORMERS = """
SELECT v.article_id, v.version, article.place, v.seen_at, n.seen_at FROM article_version v
JOIN article_version n ON n.article_id = v.article_id AND n.version = v.version + 1
JOIN article ON article.id = v.article_id
"""
"""The versions that are no longer the current ones, as `former` has them: here, and where a repair makes them again."""

_FORMER = f"""
CREATE TABLE former (
    id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, version INTEGER NOT NULL,
    place INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE INDEX former_by_article ON former (article_id, until);
INSERT INTO former (article_id, version, place, since, until) {FORMERS};
CREATE VIRTUAL TABLE search_former USING fts5 (title, text, content='', tokenize='unicode61 remove_diacritics 2');
"""
"""Full text of the versions that articles had: what words found then. What is indexed is folded by `marketwatch.query.words`."""

_LABELS = """
CREATE TABLE past_mention (
    vendor TEXT NOT NULL, place INTEGER NOT NULL, until INTEGER NOT NULL, since INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    PRIMARY KEY (vendor, place, until)) WITHOUT ROWID;
CREATE INDEX past_mention_by_article ON past_mention (article_id);
INSERT OR IGNORE INTO past_mention SELECT vendor, former.place, until, since, former.article_id, position
    FROM former JOIN mention ON mention.article_id = former.article_id;
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
    title, text, labels, content='', prefix='2 3 4', tokenize='unicode61 remove_diacritics 2');
DROP TABLE search_former;
CREATE VIRTUAL TABLE search_former USING fts5 (title, text, content='', tokenize='unicode61 remove_diacritics 2');
"""
"""Labels in the full-text index (store.labels); the vendors that former versions named, as far as that is known: those of now."""

MIGRATIONS: Sequence[str] = (
    _FIRST, _CAREER, _ANALYST, _BACKFILL, _RETIRED, _POLLERS, _AS_OF, _ALERTS, _ITEMS, _STORIES, _FORMER, _LABELS,
)  # fmt: skip
"""SQL of each step; never edited once released, only appended to."""

INDEXED = 12
"""The last step that changed what is indexed: a file from before it gets its full-text index filled anew."""

_PATIENCE_S = 600
"""How long is waited for another process that brings the same file to this version."""


def migrate(engine: Engine, path: Path, steps: Sequence[str] = MIGRATIONS, *, told: search.Told = lambda _: None) -> None:
    """Bring the file to the newest version. Raises StoreError or StoreVersionError and then leaves it as it was.

    `told` hears how far it is, of a file that has rows, and at the end a step without words; what it raises ends the migration.
    """
    version, owner, tables = _state(path)
    if tables and owner != APPLICATION_ID:
        raise StoreError(f"{path}: this SQLite file belongs to another program: give another path with --db")
    if version > len(steps):
        raise StoreVersionError(
            f"{path}: written by a newer marketwatch (schema {version}, this one knows {len(steps)}): update marketwatch"
        )
    if version == len(steps):
        return
    hear = told if version else lambda _: None  # to make a new file takes no time
    with _alone(engine, hear) as connection:
        # Another process may have taken the steps while this one waited for the lock.
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version < len(steps):
            if version:
                hear(JobStep("a copy of it", 0, None))
                back_up(path, path.with_name(f"{path.name}.v{version}.backup"))
            _take(connection, version, steps, hear)
    hear(JobStep("", 0, None))


@contextmanager
def _alone(engine: Engine, told: search.Told) -> Iterator[Connection]:
    """The writer's transaction, waited for longer than others wait: who has it may be bringing the file to this version."""
    end = time.monotonic() + _PATIENCE_S
    with ExitStack() as stack:
        while True:
            try:
                connection = stack.enter_context(engine.begin())
                break
            except OperationalError as error:
                if not is_busy(error) or time.monotonic() > end:
                    raise
                told(JobStep("waiting for another program that writes to it", 0, None))
        yield connection


def _take(connection: Connection, version: int, steps: Sequence[str], told: search.Told) -> None:
    for number, sql in enumerate(steps[version:], version + 1):
        told(JobStep(f"step {number} of {len(steps)}", 0, None))
        for statement in filter(str.strip, sql.split(";\n")):
            connection.exec_driver_sql(statement)
    if 0 < version < INDEXED <= len(steps):
        search.fill(connection, told)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {len(steps)}")


@cache
def schema() -> Mapping[str, str]:
    """Name and SQL of every table and index of a new file; what FTS5 keeps for itself is not among them."""
    engine = make_engine(Path(":memory:"), writes=True, busy_s=1)
    with engine.begin() as connection:
        _take(connection, 0, MIGRATIONS, lambda _: None)
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        made = {str(name): str(sql) for name, sql in rows}
    engine.dispose()
    virtual = tuple(f"{name}_" for name, sql in made.items() if sql.startswith("CREATE VIRTUAL"))
    return {name: sql for name, sql in made.items() if name in ("search", "search_former") or not name.startswith(virtual)}


def _state(path: Path) -> tuple[int, int, int]:
    """Schema version, owner and number of tables; read without the writer's lock, which another program may hold for long."""
    with closing(sqlite3.connect(path, timeout=10)) as raw:
        version, owner = (int(raw.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("user_version", "application_id"))
        return version, owner, int(raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


_UNFINISHED = ".unfinished"
_LEFT_S = 600
"""A copy that nobody has written to for so long was left by a process that was killed."""


def back_up(path: Path, target: Path) -> None:
    """Copy a database in use with SQLite's backup API, for its owner's eyes only; an unfinished copy never has the final name.

    Unfinished copies of former backups that a kill left behind go.
    """
    for left in path.parent.glob(f"{glob.escape(path.name)}.*{_UNFINISHED}"):
        with suppress(OSError):  # gone meanwhile, or not ours
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()
    unfinished = target.with_name(f"{target.name}.{os.getpid()}{_UNFINISHED}")
    unfinished.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
