"""Days of polling on a fake clock: requests a host and day, of feeds and pages, with faults of every kind.

    python benchmarks/schedule.py               3 days, one poller
    python benchmarks/schedule.py --pollers 2   two that share the work: the same requests
    python benchmarks/schedule.py --quick       1 day

The pollers, the store and the schedule are the real ones; hosts are functions that answer as servers do. Nothing is sent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from marketwatch.config import Config, Settings  # noqa: E402
from marketwatch.domain import AnalysedArticle, Extraction, Feed  # noqa: E402
from marketwatch.full_texts import FullTexts  # noqa: E402
from marketwatch.pipeline import Pipeline  # noqa: E402
from marketwatch.poll.worker import WorkerPool  # noqa: E402
from store import open_store  # noqa: E402

START = datetime(2026, 11, 23, tzinfo=UTC)
LOOK = timedelta(minutes=5)
"""How often pollers look for what is due."""
LONG = "Xiaomi opens physical stores and says how many phones it sold in each of the regions of the world. " * 20


@dataclass
class Site:
    """A host: how often something new comes, and how it answers."""

    host: str
    every_h: float = 1.0
    """Hours between two entries."""
    words: str = ""
    feeds: int = 1
    validators: bool = True
    summaries: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    answer: Callable[[], httpx.Response] | None = None
    """What it says instead of giving a feed."""
    hours: tuple[int, int] = (0, 10**9)
    """From when to when it does so, in hours from the start."""


def _unknown() -> httpx.Response:
    raise httpx.ConnectError("the name is not known") from socket.gaierror(-2, "Name or service not known")


def _status(status: int, **headers: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


SITES = (
    Site("busy.example", 0.25, "96 entries a day, ETag"),
    Site("daily.example", 24, "an entry a day"),
    Site("weekly.example", 168, "an entry a week"),
    Site("silent.example", 24 * 400, "nothing new for a year"),
    Site("four-feeds.example", 2, "four feeds on one host", feeds=4),
    Site("plain.example", 2, "no validators", validators=False),
    Site("cached.example", 0.5, "Cache-Control: max-age=7200", headers={"Cache-Control": "max-age=7200"}),
    Site("summaries.example", 2, "summaries: pages are read too", summaries=True),
    Site(
        "outage.example",
        0.5,
        "503 and Retry-After for six hours",
        feeds=2,
        answer=_status(503, Retry_After="7200"),
        hours=(6, 12),
    ),
    Site("broken.example", 1, "HTTP 500 for ever", answer=_status(500)),
    Site("unknown.example", 1, "the name is gone", answer=_unknown),
    Site("gone.example", 1, "410", answer=_status(410)),
    Site("limited.example", 1, "429 without a date, for ever", feeds=2, answer=_status(429)),
    Site("moved.example", 1, "301 to moved-to.example", answer=_status(301, Location="https://moved-to.example/0.xml")),
    Site("moved-to.example", 1, "", feeds=0),
)


class World:
    """The hosts, on one clock."""

    def __init__(self) -> None:
        self.now = START
        self.asked: dict[int, Counter[str]] = defaultdict(Counter)
        self.pages: dict[int, Counter[str]] = defaultdict(Counter)
        self.statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self._sites = {site.host: site for site in SITES}

    def clock(self) -> datetime:
        return self.now

    @property
    def day(self) -> int:
        return (self.now - START).days + 1

    def answer(self, request: httpx.Request) -> httpx.Response:
        host, page = request.url.host, request.url.path.startswith(("/article", "/robots"))
        (self.pages if page else self.asked)[self.day][host] += 1
        try:
            response = self._answer(self._sites[host], request)
        except httpx.ConnectError:
            self.statuses[host]["-"] += 1
            raise
        self.statuses[host][str(response.status_code)] += 1
        return response

    def _answer(self, site: Site, request: httpx.Request) -> httpx.Response:
        if site.answer is not None and site.hours[0] <= (self.now - START).total_seconds() / 3600 < site.hours[1]:
            return site.answer()
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        if request.url.path.startswith("/article"):
            html = f"<html><body><article><h1>News</h1><p>{LONG}</p></article></body></html>"
            return httpx.Response(200, headers={"Content-Type": "text/html"}, stream=httpx.ByteStream(html.encode()))
        newest = int((self.now.timestamp()) // (site.every_h * 3600))
        etag = {"ETag": f'"{newest}"'} if site.validators else {}
        if etag and request.headers.get("if-none-match") == etag["ETag"]:
            return httpx.Response(304, headers=etag | site.headers)
        body = feed(site, range(newest - 19, newest + 1))
        return httpx.Response(200, headers=etag | site.headers, stream=httpx.ByteStream(body))


def feed(site: Site, numbers: Sequence[int]) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid><title>News {n}</title><link>https://{site.host}/article/{n}</link>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(n * site.every_h * 3600, UTC))}</pubDate>"
        f"<description>{'A summary …' if site.summaries else LONG}</description></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>{site.host}</title>{items}</channel></rss>".encode()


class NoExtraction(WorkerPool):
    """The schedule does not depend on what is read out of articles."""

    async def analyse(self, drafts: Sequence[Any], _: Sequence[str]) -> list[AnalysedArticle]:
        return [AnalysedArticle(draft, Extraction("en", (), (), "none")) for draft in drafts]


async def simulate(folder: Path, days: int, pollers: int) -> World:
    world = World()
    feeds = tuple(
        Feed(f"{site.host.partition('.')[0]}-{n}", site.host, f"https://{site.host}/{n}.xml")
        for site in SITES
        for n in range(site.feeds)
    )
    config = Config(Settings(), {}, feeds)
    pool = NoExtraction(config, workers=1)

    def client(_: int) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(world.answer), follow_redirects=False)

    async def no_pause(_: float) -> None:
        return None

    with open_store(folder / "schedule.sqlite3", now=world.clock) as store:
        made = []
        for n in range(pollers):
            pipeline = Pipeline(config, store, client_factory=client, now=world.clock, rng=random.Random(n))
            pipeline._pool = pool
            made.append((pipeline, FullTexts(pipeline, store, client_factory=client, now=world.clock, pause=no_pause)))

        async def one_round(pipeline: Pipeline, texts: FullTexts) -> None:
            async for _ in pipeline.poll(due_only=True):
                pass
            async for _ in texts.read():
                pass

        try:
            while world.now < START + timedelta(days=days):
                await asyncio.gather(*(one_round(*one) for one in made))
                world.now += LOOK
        finally:
            pool.close()
    return world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--pollers", type=int, default=1)
    args = parser.parse_args()
    days = 1 if args.quick else args.days
    socket.getaddrinfo = lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(simulate(Path(folder), days, args.pollers))
    rows = [
        {
            "host": site.host,
            "feeds": site.feeds,
            "requests": [world.asked[day][site.host] for day in range(1, days + 1)],
            "pages": [world.pages[day][site.host] for day in range(1, days + 1)],
            "statuses": dict(world.statuses[site.host].most_common()),
            "what": site.words,
        }
        for site in SITES
    ]
    if args.json:
        print(json.dumps({"days": days, "pollers": args.pollers, "hosts": rows}, indent=2))
        return
    head = "".join(f"{f'day {day}':>8}" for day in range(1, days + 1))
    print(
        f"{'host':<20}{'feeds':>6}{head}{'pages':>8}  statuses; requests of feeds a day, of pages in all ({args.pollers} pollers)"
    )
    for row in rows:
        counts = "".join(f"{count:>8}" for count in row["requests"])
        said = " ".join(f"{status}x{count}" for status, count in row["statuses"].items())
        print(f"{row['host']:<20}{row['feeds']:>6}{counts}{sum(row['pages']):>8}  {said}  {row['what']}")


if __name__ == "__main__":
    main()
