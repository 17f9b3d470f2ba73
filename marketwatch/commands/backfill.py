"""`backfill`: older pages of feeds, back to a date."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from argparse import Namespace
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from marketwatch.backfill import Backfill, PageOutcome
from marketwatch.commands.asking import note
from marketwatch.commands.output import write_json, write_line, write_rows
from marketwatch.commands.setup import chosen_feeds, configuration, database
from marketwatch.commands.stopping import stoppable, until
from marketwatch.documents import read_moment
from marketwatch.domain import PollResult
from marketwatch.errors import UsageError
from marketwatch.pipeline import Pipeline

_COLUMNS = {"feed": "feed", "pages": "pages", "new": "new", "updated": "updated", "back to": "oldest", "stopped": "stop"}


def run(args: Namespace) -> int:
    config = configuration(args)
    since = read_moment(args.since, "--since").at
    if since > datetime.now(UTC):
        raise UsageError(f"--since: {args.since} is still to come; older pages are read back to a day that has been")
    chosen = chosen_feeds(config, args.feeds or None, option="")
    slugs = chosen if chosen is not None else [feed.slug for feed in config.feeds if feed.enabled]
    with database(args) as store:
        pipeline = Pipeline(config, store)
        try:
            walk = Backfill(pipeline, store, since=since, max_pages=args.max_pages, pause_s=args.pause, again=args.again)
            pages, stopped = asyncio.run(_walk(walk, slugs, args.format))
        finally:
            pipeline.close()
    if args.format == "json":
        write_json([page_object(page) for page in pages])
    if args.format == "table":
        write_rows(_summary(pages), _COLUMNS, "table", empty="no feed is enabled")
    if stopped:
        note("stopped; the same command goes on where this one was")
        return 130
    return 0


async def _walk(walk: Backfill, slugs: Collection[str], style: str) -> tuple[list[PageOutcome], bool]:
    pages: list[PageOutcome] = []
    started = time.monotonic()
    with stoppable() as stop:
        async for page in until(walk.walk(slugs), stop):
            pages.append(page)
            if style == "table":
                read = sum(one.outcome.feed == page.outcome.feed for one in pages)
                note(progress_line(page, (time.monotonic() - started) / read))
            elif style == "jsonl":
                write_line(json.dumps(page_object(page), ensure_ascii=False))
                sys.stdout.flush()
        return pages, stop.is_set()


def progress_line(page: PageOutcome, seconds_a_page: float) -> str:
    """One page in words, with how much is left."""
    outcome = page.outcome
    if outcome.result is not PollResult.POLLED:
        return f"{outcome.feed}: page {page.page}: {page.stop or outcome.reason}"
    back = f", back to {page.oldest:%Y-%m-%d}" if page.oldest else ""
    line = f"{outcome.feed}: page {page.page}: {outcome.new} new, {outcome.updated} updated{back}"
    if page.stop:
        return f"{line}; stopped: {page.stop}"
    if page.pages_left is None:
        return line
    minutes = round(page.pages_left * seconds_a_page / 60)
    pages = f"{page.pages_left} page{'' if page.pages_left == 1 else 's'}"
    return f"{line}; about {pages} to go" + (f", {minutes} min" if minutes else "")


def page_object(page: PageOutcome) -> dict[str, Any]:
    """One page as JSON, in the words of `poll`."""
    outcome = page.outcome
    return {
        "feed": outcome.feed,
        "page": page.page,
        "url": outcome.url,
        "outcome": outcome.result.value,
        "status": outcome.status,
        "entries": page.entries,
        "new": outcome.new,
        "updated": outcome.updated,
        "newest": _stamp(page.newest),
        "oldest": _stamp(page.oldest),
        "pages_left": page.pages_left,
        "stop": page.stop,
        "reason": outcome.reason,
        "seconds": outcome.seconds,
    }


def _stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%MZ") if at else None


def _summary(pages: list[PageOutcome]) -> list[dict[str, Any]]:
    """One row a feed."""
    rows: dict[str, dict[str, Any]] = {}
    for page in pages:
        empty = {"feed": page.outcome.feed, "pages": 0, "new": 0, "updated": 0, "oldest": None, "stop": None}
        row = rows.setdefault(page.outcome.feed, empty)
        row["pages"] += page.outcome.result is PollResult.POLLED
        row["new"] += page.outcome.new
        row["updated"] += page.outcome.updated
        dates = [date for date in (row["oldest"], f"{page.oldest:%Y-%m-%d}" if page.oldest else None) if date]
        row["oldest"] = min(dates, default=None)
        row["stop"] = page.stop
    return list(rows.values())
