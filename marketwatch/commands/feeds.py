"""`feeds list|check`: what is configured, and whether it answers."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from marketwatch.commands.output import write_rows
from marketwatch.commands.setup import chosen_feeds, configuration
from marketwatch.config import Config
from marketwatch.counted import counted
from marketwatch.domain import Feed
from marketwatch.errors import FetchError, ParseError
from marketwatch.poll.decide import status_reason
from marketwatch.poll.fetch import fetch, make_client
from marketwatch.poll.worker import WorkerPool
from marketwatch.tables.feeds import stamp

_LIST = {"feed": "feed", "enabled": "enabled", "lang": "lang", "outlet": "outlet", "country": "country", "url": "url"}
_CHECK = {"feed": "feed", "result": "result", "entries": "entries", "newest": "newest", "reason": "reason"}


def run(args: Namespace) -> int:
    config = configuration(args)
    chosen = chosen_feeds(config, args.feed)
    if args.action == "list":
        feeds = [feed for feed in config.feeds if chosen is None or feed.slug in chosen]
        write_rows([_list_row(feed) for feed in feeds], _LIST, args.format, empty=f"{config.path}: no feeds")
        return 0
    feeds = [feed for feed in config.feeds if (feed.enabled if chosen is None else feed.slug in chosen)]
    rows = asyncio.run(_check(config, feeds))
    write_rows(rows, _CHECK, args.format, empty="no feed is enabled")
    return 0


def _list_row(feed: Feed) -> dict[str, Any]:
    return {
        "feed": feed.slug,
        "title": feed.title,
        "url": feed.url,
        "enabled": feed.enabled,
        "lang": feed.lang,
        "outlet": feed.outlet.name if feed.outlet else None,
        "country": feed.outlet.country if feed.outlet else None,
        "vendors": list(feed.vendors),
        "tags": list(feed.tags),
    }


def _stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%MZ") if at else None


async def _check(config: Config, feeds: Collection[Feed]) -> list[dict[str, Any]]:
    pool = WorkerPool(Config(), workers=2)
    gate = asyncio.Semaphore(config.settings.concurrency)
    try:
        async with make_client(config.settings.concurrency) as client:

            async def check(feed: Feed) -> dict[str, Any]:
                async with gate:
                    try:
                        settings = config.settings
                        fetched = await fetch(client, feed.url, timeout_s=settings.timeout_s, max_bytes=settings.max_bytes)
                        if (reason := status_reason(fetched)) is not None:
                            raise FetchError(reason)
                        parsed = await pool.parse(fetched.body, charset=fetched.charset, now=datetime.now(UTC))
                    except (FetchError, ParseError) as error:
                        return {"feed": feed.slug, "result": "failed", "entries": 0, "newest": None, "reason": str(error)}
                dates = [entry.published.at for entry in parsed.entries if entry.published]
                newest = stamp(max(dates)) if dates else None
                return {"feed": feed.slug, "result": "ok", "entries": len(parsed.entries), "newest": newest, "reason": None}

            print(f"checking {counted(len(feeds), 'feed')} ...", file=sys.stderr)  # noqa: T201
            return list(await asyncio.gather(*(check(feed) for feed in feeds)))
    finally:
        pool.close()
