"""What pollers share: who polls which feed, hosts that asked for a pause, and pages that wait to be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from marketwatch.domain import Claim, HostState, PageOutcome, PageResult, WantedPage
from marketwatch.sanitise import clean_line
from store import mapping
from store.dialect import upsert
from store.tables import ARTICLE, FEED_STATE, HOST, MENTION, PAGE, VERSION

_LONGEST_WAIT_S = 2 * 86_400
"""No page waits longer for its next try."""
_Connecting = Callable[[], AbstractContextManager[Connection]]


class PollBook:
    """The pollers' part of the store. Each method is one transaction; each may raise StoreError."""

    def __init__(self, reading: _Connecting, writing: _Connecting) -> None:
        self._reading = reading
        self._writing = writing

    # --- feeds -------------------------------------------------------------------------------------------------------
    def claim(
        self, slugs: Collection[str], owner: str, *, now: datetime, lease: timedelta, over: Collection[str] = ()
    ) -> Mapping[str, Claim]:
        """Take feeds for `owner` until now + lease, where nobody else holds them; tell each's state and other holder.

        A lease that has run out does not hold, nor one of `over`, nor one that ends later than any that begins now can:
        a clock was wrong then. Saving a feed's state lets go of it.
        """
        at, until = mapping.seconds(now), mapping.seconds(now + lease)
        held = FEED_STATE.c.held_until.between(at + 1, until) & FEED_STATE.c.held_by.not_in([owner, *over])
        wanted = FEED_STATE.c.slug.in_(list(slugs))
        blank = [{"slug": slug, "url": "", "failures": 0, "gone": False, "moved_times": 0} for slug in slugs]
        if not blank:
            return {}
        with self._writing() as connection:
            connection.execute(insert(FEED_STATE).on_conflict_do_nothing(), blank)
            mine = wanted & or_(FEED_STATE.c.held_by.is_(None), ~held)
            connection.execute(update(FEED_STATE).where(mine).values(held_by=owner, held_until=until))
            rows = connection.execute(select(FEED_STATE).where(wanted)).all()
        return {
            row.slug: Claim(mapping.state(row) if row.url else None, None if row.held_by == owner else row.held_by)
            for row in rows
        }

    def release(self, owner: str) -> None:
        """Let go of all feeds of `owner`."""
        mine = FEED_STATE.c.held_by == owner
        with self._reading() as connection:
            if connection.execute(select(FEED_STATE.c.slug).where(mine).limit(1)).first() is None:
                return
        with self._writing() as connection:
            connection.execute(update(FEED_STATE).where(mine).values(held_by=None, held_until=None))

    # --- hosts -------------------------------------------------------------------------------------------------------
    def hosts(self, names: Collection[str]) -> Mapping[str, HostState]:
        """What is remembered of these hosts."""
        with self._reading() as connection:
            rows = connection.execute(select(HOST).where(HOST.c.host.in_(list(names))))
            return {row.host: mapping.host(row) for row in rows}

    def pauses(self) -> Mapping[str, tuple[datetime, str]]:
        """Hosts that asked for a pause: until when, and how they said so."""
        columns = select(HOST.c.host, HOST.c.pause_until, HOST.c.pause_reason).where(HOST.c.pause_until.is_not(None))
        with self._reading() as connection:
            return {row.host: (mapping.instant(row.pause_until), row.pause_reason or "") for row in connection.execute(columns)}

    def pause(self, host: str, until: datetime, reason: str) -> None:
        """Remember that a host is to be left alone."""
        values = {"pause_until": mapping.seconds(until), "pause_reason": clean_line(reason, 200)}
        self._upsert_host(host, values)

    def save_robots(self, host: str, robots: str, now: datetime) -> None:
        """Remember a host's robots.txt."""
        self._upsert_host(host, {"robots": robots, "robots_at": mapping.seconds(now)})

    def _upsert_host(self, host: str, values: Mapping[str, object]) -> None:
        statement = insert(HOST).values(host=host, **values)
        with self._writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=dict(values)))

    # --- pages -------------------------------------------------------------------------------------------------------
    def take_pages(
        self, owner: str, *, hosts: int, each: int, now: datetime, lease: timedelta, sources: Collection[str]
    ) -> Sequence[WantedPage]:
        """Pages that are due of up to so many hosts, the newest articles of each; nobody else gets these hosts meanwhile.

        A host is held until `release_host` or now + lease. A page that waits longer than any wait can be is due: a clock was
        wrong then.
        """
        at, until = mapping.seconds(now), mapping.seconds(now + lease)
        due = PAGE.c.next_try_at.is_not(None) & ~PAGE.c.next_try_at.between(at + 1, at + _LONGEST_WAIT_S)
        due &= ARTICLE.c.source.in_(list(sources))
        held = select(HOST.c.host).where(HOST.c.held_until.between(at + 1, until), HOST.c.held_by.is_not(None))
        newest = func.max(ARTICLE.c.place)
        found = select(PAGE.c.host).join(ARTICLE, ARTICLE.c.id == PAGE.c.article_id).where(due, PAGE.c.host.not_in(held))
        found = found.group_by(PAGE.c.host).order_by(newest.desc()).limit(hosts)
        with self._reading() as connection:
            if not connection.execute(found).first():
                return []
        with self._writing() as connection:
            names = list(connection.execute(found).scalars())
            for name in names:
                hold = insert(HOST).values(host=name, held_by=owner, held_until=until)
                connection.execute(
                    hold.on_conflict_do_update(index_elements=["host"], set_={"held_by": owner, "held_until": until})
                )
            rows = [row for name in names for row in connection.execute(_waiting(due & (PAGE.c.host == name), each))]
        return [
            WantedPage(
                row.article_id,
                row.source,
                row.key,
                row.title,
                # The text of a page read before is no measure for what the page holds now.
                row.text if row.text_source == "feed" else "",
                row.url,
                row.lang,
                row.tries,
            )
            for row in rows
        ]

    def save_page(self, outcome: PageOutcome) -> None:
        """Remember what an attempt on a page came to."""
        with self._writing() as connection:
            save_page(connection, outcome)

    def release_host(self, host: str, owner: str, *, later: datetime | None = None, now: datetime) -> None:
        """Let go of a host; with `later`, what is due of its pages is so again then."""
        mine = (HOST.c.host == host) & (HOST.c.held_by == owner)
        due = (PAGE.c.host == host) & (PAGE.c.next_try_at <= mapping.seconds(now))
        with self._writing() as connection:
            connection.execute(update(HOST).where(mine).values(held_by=None, held_until=None))
            if later is not None:
                connection.execute(update(PAGE).where(due).values(next_try_at=mapping.seconds(later)))

    def page_counts(self, since: datetime) -> Mapping[str, Mapping[PageResult, int]]:
        """Of each source, how many articles dated since then gave a summary only, by what came of their pages."""
        counts = select(ARTICLE.c.source, PAGE.c.outcome, func.count()).join(PAGE, PAGE.c.article_id == ARTICLE.c.id)
        found: dict[str, dict[PageResult, int]] = defaultdict(dict)
        with self._reading() as connection:
            rows = connection.execute(
                counts.where(ARTICLE.c.dated_at >= mapping.seconds(since)).group_by(ARTICLE.c.source, PAGE.c.outcome)
            )
            for source, outcome, count in rows:
                found[source][PageResult(outcome)] = int(count)
        return found

    def coverage(self, since: datetime) -> Mapping[tuple[str, str], int]:
        """How many articles dated since then name a vendor, by vendor and language."""
        counts = (
            select(MENTION.c.vendor, func.coalesce(ARTICLE.c.lang, ""), func.count())
            .join(ARTICLE, ARTICLE.c.id == MENTION.c.article_id)
            .where(ARTICLE.c.dated_at >= mapping.seconds(since))
            .group_by(MENTION.c.vendor, ARTICLE.c.lang)
        )
        with self._reading() as connection:
            return {(vendor, lang): int(count) for vendor, lang, count in connection.execute(counts)}


def _waiting(due: ColumnElement[bool], limit: int) -> Select[Any]:
    """Pages under a condition with what is stored of their articles, the newest first."""
    joined = PAGE.join(ARTICLE, ARTICLE.c.id == PAGE.c.article_id).join(
        VERSION, (VERSION.c.article_id == ARTICLE.c.id) & (VERSION.c.version == ARTICLE.c.version)
    )
    columns = (ARTICLE.c.source, ARTICLE.c.key, ARTICLE.c.title, ARTICLE.c.lang, VERSION.c.text, VERSION.c.text_source)
    wanted = select(PAGE.c.article_id, PAGE.c.url, PAGE.c.tries, *columns).select_from(joined)
    return wanted.where(due).order_by(ARTICLE.c.place.desc()).limit(limit)


def save_page(connection: Connection, outcome: PageOutcome) -> None:
    """Remember what an attempt on a page came to."""
    done = update(PAGE).where(PAGE.c.article_id == outcome.article_id)
    connection.execute(
        done.values(
            outcome=outcome.result.value,
            reason=clean_line(outcome.reason, 300) if outcome.reason else None,
            tries=PAGE.c.tries + 1,
            tried_at=mapping.seconds(outcome.at),
            next_try_at=mapping.optional_seconds(outcome.next_try_at),
        )
    )


def wish_pages(connection: Connection, wishes: Sequence[Mapping[str, object]]) -> None:
    """Note the pages of articles that have a summary only: {article_id, url, host, outcome, next_try_at}."""
    if wishes:
        rows = [{"tries": 0, "tried_at": None, "reason": None} | dict(wish) for wish in wishes]
        connection.execute(upsert(PAGE, ["article_id"]), rows)
