"""Writing what was read out of articles: shifts with their evidence, figures, vendors named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from marketwatch.domain import Extraction, Shift
from store import counts, marks, stories
from store.dialect import upsert
from store.mapping import figure_values, seconds, shift_values
from store.tables import ARTICLE, EVIDENCE, EXTRACTION, FIGURE, FORMER, MENTION, PAST_EXTRACTION, PAST_MENTION, SHIFT


@dataclass(frozen=True, slots=True)
class Reading:
    """An extraction and the stored article it was read in."""

    article_id: int
    place: int
    dated_at: int
    outlet: str | None
    source: str
    text_hash: str
    since: int
    """When its version was seen, in seconds since 1970."""
    extraction: Extraction

    @property
    def shown(self) -> int:
        """Shifts that are news, not history."""
        return sum(not shift.background for shift in self.extraction.shifts)


def next_id(connection: Connection, table: Table) -> int:
    """The id that the next row gets; ours to give out, because only one transaction writes at a time."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


def replace(connection: Connection, readings: Sequence[Reading], now: datetime, *, edited: bool = False) -> None:
    """Put extractions in the place of the former ones of articles that are stored.

    Of an `edited` article, what was read in the former version is kept as what held until now.
    """
    ids = [reading.article_id for reading in readings]
    if not ids:
        return
    counts.add(
        connection,
        months=_negative(counts.shifts_by_month(connection, ids)),
        outlets=_negative(counts.articles_by_outlet(connection, ids)),
    )
    said = marks.stated(connection, ids)
    if edited:
        _keep_past(connection, ids, seconds(now))
    for table in (SHIFT, FIGURE):
        connection.execute(delete(table).where(table.c.article_id.in_(ids), table.c.until.is_(None)))
    connection.execute(delete(MENTION).where(MENTION.c.article_id.in_(ids)))
    insert_all(connection, readings, now)
    marks.carry(connection, said, marks.stated(connection, ids), now)
    columns = update(ARTICLE).where(ARTICLE.c.id == bindparam("of")).values(shifts=bindparam("shown"), lang=bindparam("read"))
    connection.execute(columns, [{"of": r.article_id, "shown": r.shown, "read": r.extraction.lang} for r in readings])


def _keep_past(connection: Connection, ids: Sequence[int], until: int) -> None:
    for table in (SHIFT, FIGURE):
        connection.execute(update(table).where(table.c.article_id.in_(ids), table.c.until.is_(None)).values(until=until))
    columns = [EXTRACTION.c[name] for name in ("article_id", "text_hash", "extractor", "lang", "extracted_at")]
    rows = connection.execute(select(*columns).where(EXTRACTION.c.article_id.in_(ids))).mappings().all()
    if rows:  # two edits within a second leave the later one
        connection.execute(upsert(PAST_EXTRACTION, ["article_id", "until"]), [{**row, "until": until} for row in rows])
    since = select(FORMER.c.since).where(FORMER.c.article_id == MENTION.c.article_id).order_by(FORMER.c.version.desc()).limit(1)
    named = select(MENTION, since.scalar_subquery().label("since")).where(MENTION.c.article_id.in_(ids))
    if mentions := [{**row, "until": until} for row in connection.execute(named).mappings()]:
        connection.execute(upsert(PAST_MENTION, ["vendor", "place", "until"]), mentions)


def _negative(of: counts.Counts) -> dict[tuple[Any, ...], int]:
    return {key: -number for key, number in of.items()}


def insert_all(connection: Connection, readings: Sequence[Reading], now: datetime) -> None:
    """Write extractions of articles that have none."""
    if not readings:
        return
    shifts = [(reading, shift) for reading in readings for shift in reading.extraction.shifts]
    _insert_shifts(connection, shifts)
    figures = [
        figure_values(f, r.article_id, r.dated_at, r.text_hash) | {"since": r.since}
        for r in readings
        for f in r.extraction.figures
    ]
    _insert(connection, FIGURE, figures)
    _insert(
        connection,
        MENTION,
        [
            {"vendor": vendor, "place": r.place, "article_id": r.article_id, "position": n}
            for r in readings
            for n, vendor in enumerate(r.extraction.vendors)
        ],
    )
    _upsert_records(connection, readings, now)
    counts.add(
        connection,
        months=Counter((s.vendor, counts.month_of(r.dated_at), s.kind.value) for r, s in shifts if not s.background),
        outlets=Counter(counts.outlet_key(r.outlet, r.source, r.extraction.lang) for r in readings),
    )
    stories.put(connection, {r.article_id: (r.extraction.fingerprint, r.extraction.vendors) for r in readings})


def _insert_shifts(connection: Connection, shifts: Sequence[tuple[Reading, Shift]]) -> None:
    first = next_id(connection, SHIFT)
    numbered = list(enumerate(shifts, first))
    rows = [
        {"id": number, "since": r.since, **shift_values(shift, r.article_id, r.place, r.dated_at)}
        for number, (r, shift) in numbered
    ]
    _insert(connection, SHIFT, rows)
    spans = [
        {"shift_id": number, "position": n, "text_hash": r.text_hash, "start": e.start, "end": e.end, "text": e.text}
        for number, (r, shift) in numbered
        for n, e in enumerate(shift.evidence)
    ]
    _insert(connection, EVIDENCE, spans)


def _upsert_records(connection: Connection, readings: Sequence[Reading], now: datetime) -> None:
    rows = [
        {
            "article_id": r.article_id,
            "text_hash": r.text_hash,
            "extractor": r.extraction.extractor,
            "lang": r.extraction.lang,
            "extracted_at": seconds(now),
        }
        for r in readings
    ]
    connection.execute(upsert(EXTRACTION, ["article_id"]), rows)


def _insert(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
