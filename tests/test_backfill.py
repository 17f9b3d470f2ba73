"""Older pages over real HTTP into a real file."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from marketwatch.backfill import Backfill, PageOutcome
from marketwatch.config import Config, Settings
from marketwatch.domain import Feed, PollResult, Vendor
from marketwatch.group_commit import GroupCommit
from marketwatch.pipeline import Pipeline
from marketwatch.query import Query, parse
from store import Store, open_store

from conftest import NOW  # isort: skip
from servers import FeedServer, Reply, rss  # isort: skip

SINCE = datetime(2016, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def pipeline_of() -> Iterator[Callable[[FeedServer, Store], Pipeline]]:
    """One pool of workers for the module: each test puts its store and feeds into the pipeline."""
    made: list[Pipeline] = []

    def make(server: FeedServer, store: Store) -> Pipeline:
        if not made:
            config = Config(Settings(timeout_s=2, max_bytes=200_000), {"xiaomi": Vendor("xiaomi", "Xiaomi")})
            made.append(Pipeline(config, store, now=lambda: NOW, rng=random.Random(1), workers=1))
        made[0]._store, made[0]._commit = store, GroupCommit(store)
        return made[0]

    yield make
    for pipeline in made:
        pipeline.close()


class Bench:
    def __init__(self, server: FeedServer, store: Store, pipeline: Pipeline) -> None:
        self.server, self.store, self.pipeline = server, store, pipeline

    def backfill(self, *paths: str, since: datetime = SINCE, max_pages: int = 50, again: bool = False) -> Backfill:
        feeds = tuple(Feed(path.strip("/").partition("?")[0], path, self.server.url(path)) for path in paths)
        self.pipeline.config = replace(self.pipeline.config, feeds=feeds)
        return Backfill(self.pipeline, self.store, since=since, max_pages=max_pages, pause_s=0, again=again, now=lambda: NOW)

    async def walk(self, *paths: str, since: datetime = SINCE, max_pages: int = 50, again: bool = False) -> list[PageOutcome]:
        walk = self.backfill(*paths, since=since, max_pages=max_pages, again=again)
        return [page async for page in walk.walk([path.strip("/").partition("?")[0] for path in paths])]

    def titles(self) -> list[str]:
        return sorted(article.title for article in self.store.articles(parse("", now=NOW))[0])

    def asked(self) -> list[str]:
        return [seen.path for seen in self.server.seen]


@pytest.fixture
async def bench(tmp_path: Path, server: FeedServer, pipeline_of: Callable[[FeedServer, Store], Pipeline]) -> AsyncIterator[Bench]:
    server.routes.clear()
    server.seen.clear()
    with open_store(tmp_path / "b.sqlite3", now=lambda: NOW) as store:
        yield Bench(server, store, pipeline_of(server, store))


def page(number: int, *, year: int) -> bytes:
    """Two articles of a year."""
    items = [(f"{number}-{n}", f"P{number}.{n}", "Xiaomi opens new stores.") for n in (1, 2)]
    return rss(*items, date=f"Thu, 12 Jan {year} 08:00:00 GMT")


def wordpress(server: FeedServer, path: str, years: list[int]) -> None:
    """A site that answers 404 behind its last page."""
    for number, year in enumerate(years, 1):
        server.routes[path if number == 1 else f"{path}?paged={number}"] = Reply(page(number, year=year))


async def test_pages_of_a_wordpress_feed_are_stored_like_polled_ones(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020, 2018, 2017])
    pages = await bench.walk("/wp")
    assert [(p.page, p.outcome.result, p.outcome.new, p.entries, p.stop) for p in pages] == [
        (1, PollResult.POLLED, 2, 2, None),
        (2, PollResult.POLLED, 2, 2, None),
        (3, PollResult.POLLED, 2, 2, None),
        (4, PollResult.UNCHANGED, 0, 0, "last page"),
    ]
    assert [p.pages_left for p in pages] == [None, 2, 1, None]
    assert len(bench.titles()) == 6
    assert len(bench.store.shifts(Query())[0]) == 6
    (health,) = bench.store.feed_health(["wp"], NOW)
    assert [outcome.url for outcome in health.recent] == [p.outcome.url for p in reversed(pages)]
    assert health.state is None
    again = await bench.walk("/wp")
    assert [(p.stop, p.outcome.result) for p in again] == [("already read to its end (last page)", PollResult.UNCHANGED)]
    assert len(bench.asked()) == 4


async def test_known_newest_pages_do_not_stop_the_walk_and_an_edit_is_a_version(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020, 2018])
    bench.backfill("/wp")
    assert [outcome.new async for outcome in bench.pipeline.poll()] == [2]
    bench.server.routes["/wp?paged=2"] = Reply(
        rss(("1-1", "P1.1 edited", "x"), ("2-1", "P2.1", "y"), date="Thu, 12 Jan 2018 08:00:00 GMT")
    )
    pages = await bench.walk("/wp")
    assert [(p.outcome.new, p.outcome.updated) for p in pages] == [(0, 0), (1, 1), (0, 0)]
    assert bench.titles() == ["P1.1 edited", "P1.2", "P2.1"]


async def test_the_walk_stops_at_a_page_older_than_the_date_and_a_later_one_goes_further(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020, 2015, 2013, 2011])
    pages = await bench.walk("/wp")
    assert [(p.page, p.stop) for p in pages] == [(1, None), (2, "too old")]
    assert len(bench.titles()) == 4
    assert [p.stop for p in await bench.walk("/wp", since=datetime(2017, 1, 1, tzinfo=UTC))] == [
        "already read back to 2016-01-01"
    ]
    further = await bench.walk("/wp", since=datetime(2012, 1, 1, tzinfo=UTC))
    assert [(p.page, p.stop) for p in further] == [(3, None), (4, "too old")]
    assert bench.asked() == ["/wp", "/wp?paged=2", "/wp?paged=3", "/wp?paged=4"]
    assert [p.page for p in await bench.walk("/wp", again=True)] == [1, 2]


async def test_a_site_that_gives_the_same_page_for_every_number_is_left_after_the_second(bench: Bench) -> None:
    bench.server.routes["/same"] = bench.server.routes["/same?paged=2"] = Reply(page(1, year=2020))
    pages = await bench.walk("/same")
    assert [(p.page, p.stop) for p in pages] == [(1, None), (2, "nothing new")]
    assert len(bench.asked()) == 2


def archive(server: FeedServer, path: str, number: int, year: int, link: str | None, rel: str = "prev-archive") -> None:
    body = page(number, year=year).decode().replace("<rss ", "<rss xmlns:a='http://www.w3.org/2005/Atom' ")
    if link:
        body = body.replace("<title>Test</title>", f"<title>Test</title><a:link rel='{rel}' href='{link}'/>")
    server.routes[path] = Reply(body.encode())


async def test_links_between_archive_documents_are_followed_to_their_end(bench: Bench) -> None:
    archive(bench.server, "/arch", 1, 2020, "/arch/2018")
    archive(bench.server, "/arch/2018", 2, 2018, "2017", rel="next")
    archive(bench.server, "/arch/2017", 3, 2017, None)
    pages = await bench.walk("/arch")
    assert [(p.page, p.outcome.new, p.stop) for p in pages] == [(1, 2, None), (2, 2, None), (3, 2, "last page")]
    assert bench.asked() == ["/arch", "/arch/2018", "/arch/2017"]


async def test_a_loop_of_links_ends(bench: Bench) -> None:
    archive(bench.server, "/loop", 1, 2020, "/loop/2")
    archive(bench.server, "/loop/2", 2, 2018, "/loop")
    assert [(p.page, p.stop) for p in await bench.walk("/loop")] == [(1, None), (2, "repeats")]


async def test_max_pages_and_a_failure_leave_a_walk_that_goes_on(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020, 2019, 2018, 2017])
    first = await bench.walk("/wp", max_pages=2)
    assert [(p.page, p.stop) for p in first] == [(1, None), (2, "2 pages read; run it again to go on")]
    good = bench.server.routes["/wp?paged=3"]
    bench.server.routes["/wp?paged=3"] = Reply(status=500)
    failed = await bench.walk("/wp")
    assert [(p.page, p.outcome.result, p.outcome.status) for p in failed] == [(3, PollResult.FAILED, 500)]
    assert "HTTP 500" in str(failed[0].stop)
    assert bench.asked().count("/wp?paged=3") == 3
    bench.server.routes["/wp?paged=3"] = good
    assert [p.page for p in await bench.walk("/wp")] == [3, 4, 5]
    assert len(bench.titles()) == 8


async def test_a_fault_that_passes_is_tried_again(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020])
    answers = iter([Reply(status=503), Reply(page(2, year=2015))])
    bench.server.routes["/wp?paged=2"] = lambda seen: next(answers)
    assert [(p.page, p.stop) for p in await bench.walk("/wp")] == [(1, None), (2, "too old")]


async def test_a_server_that_asks_for_a_long_pause_gets_it(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020])
    bench.server.routes["/wp?paged=2"] = Reply(status=429, headers={"Retry-After": "7200"})
    assert (await bench.walk("/wp"))[-1].outcome.status == 429
    asked = len(bench.asked())
    waiting = await bench.walk("/wp")
    assert "asked to wait until" in str(waiting[0].stop)
    assert len(bench.asked()) == asked == 2
    assert bench.store.backfill_states()["wp"].wait_until == NOW + timedelta(hours=2)


async def test_a_page_that_is_no_feed_is_a_failure_not_the_end(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020])
    bench.server.routes["/wp?paged=2"] = Reply(b"<!DOCTYPE html><html><body>are you human?</body></html>")
    pages = await bench.walk("/wp")
    assert (pages[-1].outcome.result, "web page" in str(pages[-1].stop)) == (PollResult.FAILED, True)
    assert bench.store.backfill_states()["wp"].ended is None


async def test_closing_half_way_loses_nothing_and_the_next_walk_goes_on(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2020, 2019, 2018])
    async with aclosing(bench.backfill("/wp").walk(["wp"])) as walk:  # type: ignore[type-var]
        assert (await anext(walk)).page == 1
    state = bench.store.backfill_states()["wp"]
    stored = len(bench.titles())
    assert stored >= 2 * (state.page - 1) >= 2
    pages = await bench.walk("/wp")
    assert pages[0].page == state.page
    assert len(bench.titles()) == 6


async def test_another_address_begins_from_the_front(bench: Bench) -> None:
    wordpress(bench.server, "/wp", [2015])
    await bench.walk("/wp")
    bench.server.routes["/wp?x=1"] = Reply(page(9, year=2014))
    assert [p.page for p in await bench.walk("/wp?x=1")] == [1]


async def test_feeds_of_one_host_come_one_after_another(bench: Bench) -> None:
    wordpress(bench.server, "/one", [2020, 2015])
    wordpress(bench.server, "/two", [2020, 2015])
    pages = await bench.walk("/one", "/two")
    assert [(p.outcome.feed, p.stop) for p in pages] == [("one", None), ("one", "too old"), ("two", None), ("two", "too old")]
    assert bench.asked() == ["/one", "/one?paged=2", "/two", "/two?paged=2"]


async def test_a_bug_in_one_feed_does_not_stop_the_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("/one", "/two"):
        bench.server.routes[name] = Reply(page(1, year=2015))
    read = Pipeline.read_page

    async def broken(self: Pipeline, client: object, url: str, *, linked_from: str) -> object:
        if url.endswith("/one"):
            raise KeyError("bug")
        return await read(self, client, url, linked_from=linked_from)  # type: ignore[arg-type]

    monkeypatch.setattr(Pipeline, "read_page", broken)
    pages = {p.outcome.feed: p for p in await bench.walk("/one", "/two")}
    assert "KeyError" in str(pages["one"].stop)
    assert pages["two"].outcome.new == 2
