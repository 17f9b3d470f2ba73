"""Feeds over real HTTP into a real file."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from marketwatch.config import Config, Settings
from marketwatch.domain import AnalysedArticle, ArticleDraft, Feed, PollOutcome, PollResult, Vendor
from marketwatch.pipeline import Pipeline
from marketwatch.poll import worker
from marketwatch.poll.parse import ParsedFeed
from marketwatch.poll.worker import WorkerPool
from marketwatch.query import Query, parse
from store import Store, open_store

from conftest import NOW  # isort: skip
from servers import FeedServer, Reply, rss  # isort: skip

VENDORS = {"xiaomi": Vendor("xiaomi", "Xiaomi", ("小米",), ("Lei Jun", "雷军"))}


class Bench:
    """A pipeline whose feeds a test chooses; the worker processes are shared by the module."""

    def __init__(self, folder: Path, server: FeedServer) -> None:
        self.server = server
        self.store = open_store(folder / "p.sqlite3", now=lambda: NOW)
        self.config = Config(Settings(timeout_s=2, max_bytes=200_000), VENDORS)
        self.pipeline = Pipeline(self.config, self.store, now=lambda: NOW, rng=random.Random(1), workers=1)

    async def poll(self, *paths: str) -> dict[str, PollOutcome]:
        feeds = tuple(Feed(path.strip("/"), path, self.server.url(path)) for path in paths)
        self.pipeline.config = replace(self.config, feeds=feeds)
        return {outcome.feed: outcome async for outcome in self.pipeline.poll()}

    def titles(self, query: str = "") -> Sequence[str]:
        return sorted(article.title for article in self.store.articles(parse(query, now=NOW))[0])


@pytest.fixture
async def bench(tmp_path: Path, server: FeedServer) -> AsyncIterator[Bench]:
    server.routes.clear()
    made = Bench(tmp_path, server)
    yield made
    made.pipeline.close()
    made.store.close()


async def test_entries_become_articles_with_shifts_and_a_second_poll_adds_none(bench: Bench) -> None:
    text = "Xiaomi will stop publishing sales figures, chief executive Lei Jun said. Xiaomi opens 200 physical stores."
    bench.server.conditional("/a", rss(("1", "Xiaomi slows down", text), ("2", "Other", "Rain.")), '"v1"')
    first = (await bench.poll("/a"))["a"]
    assert (first.result, first.new, first.status) == (PollResult.POLLED, 2, 200)
    second = (await bench.poll("/a"))["a"]
    assert (second.result, second.status, second.new) == (PollResult.UNCHANGED, 304, 0)
    kinds = {stored.shift.kind.value for stored in bench.store.shifts(Query())[0]}
    assert {"disclosure", "channel"} <= kinds
    state = bench.store.feed_states()["a"]
    assert state.etag == '"v1"'
    assert state.next_poll_at is not None
    assert state.next_poll_at > NOW


async def test_unchanged_bytes_without_validators_are_not_parsed_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.server.routes["/plain"] = Reply(rss(("1", "A", "a")))
    await bench.poll("/plain")

    async def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr(worker.WorkerPool, "parse", never)
    assert (await bench.poll("/plain"))["plain"].result is PollResult.UNCHANGED


async def test_an_edited_entry_is_a_new_version_and_a_new_one_is_added(bench: Bench) -> None:
    bench.server.routes["/e"] = Reply(rss(("1", "A", "first")))
    await bench.poll("/e")
    bench.server.routes["/e"] = Reply(rss(("1", "A", "second"), ("2", "B", "b")))
    outcome = (await bench.poll("/e"))["e"]
    assert (outcome.new, outcome.updated) == (1, 1)
    assert bench.titles("has:versions") == ["A"]


async def test_new_identities_at_every_poll_make_no_new_articles_and_are_not_read_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    analyse = WorkerPool.analyse

    async def counted(pool: WorkerPool, drafts: Sequence[ArticleDraft], vendors: Sequence[str]) -> list[AnalysedArticle]:
        read.extend(draft.key for draft in drafts)
        return await analyse(pool, drafts, vendors)

    monkeypatch.setattr(WorkerPool, "analyse", counted)
    for number in range(3):
        items = [(f"{number}-{n}", f"Title {n}", f"Text {n}") for n in range(2)]
        body = rss(*items).replace(f"https://example.org/{number}-".encode(), b"https://example.org/")
        bench.server.routes["/ids"] = Reply(body)
        assert (await bench.poll("/ids"))["ids"].new == (2 if number == 0 else 0)
    assert bench.titles() == ["Title 0", "Title 1"]
    assert read == ["0-0", "0-1"]
    other = rss(("9", "Title 0", "Something else")).replace(b"example.org/9", b"example.org/0")
    bench.server.routes["/ids"] = Reply(other)
    assert (await bench.poll("/ids"))["ids"].new == 1


async def test_items_of_one_document_that_say_the_same_at_the_same_address_are_all_kept(bench: Bench) -> None:
    item = "<item><title>Same</title><link>https://example.org/same</link></item>"
    bench.server.routes["/same"] = Reply(f"<rss version='2.0'><channel>{item * 45}</channel></rss>".encode())
    assert (await bench.poll("/same"))["same"].new == 45
    bench.server.routes["/same"] = Reply(f"<rss version='2.0'><channel>{item * 46}</channel></rss>".encode())
    assert (await bench.poll("/same"))["same"].new == 1


async def test_links_are_resolved_where_the_feed_came_from(bench: Bench) -> None:
    bench.server.routes["/moved"] = Reply(status=302, headers={"Location": "/feeds/rss"})
    bench.server.routes["/feeds/rss"] = Reply(rss(("1", "A", "a")).replace(b"https://example.org/1", b"../news/1"))
    assert (await bench.poll("/moved"))["moved"].new == 1
    assert [article.url for article in bench.store.articles(Query())[0]] == [bench.server.url("/news/1")]


async def test_a_304_that_nobody_asked_for_is_a_failure_and_the_next_poll_reads_the_feed(bench: Bench) -> None:
    bench.server.routes["/odd"] = Reply(status=304)
    first = (await bench.poll("/odd"))["odd"]
    assert (first.result, first.status) == (PollResult.FAILED, 304)
    bench.server.routes["/odd"] = Reply(rss(("1", "A", "a")))
    assert (await bench.poll("/odd"))["odd"].new == 1


async def test_a_feed_that_broke_off_loses_nothing(bench: Bench) -> None:
    whole = rss(("1", "First", "a"), ("2", "Second", "b"))
    bench.server.routes["/cut"] = Reply(whole[: whole.index(b"ond</title>")], headers={"ETag": '"1"'})
    assert (await bench.poll("/cut"))["cut"].new == 1
    bench.server.conditional("/cut", whole, '"1"')
    assert (await bench.poll("/cut"))["cut"].new == 1
    assert bench.titles() == ["First", "Second"]


async def test_entries_that_wait_are_told_and_taken_up_at_the_next_poll(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_parse", _two_at_a_time)
    items = tuple((str(n), f"Title {n}", "text") for n in range(3))
    bench.server.routes["/long"] = Reply(rss(*items), headers={"ETag": '"1"'})
    outcomes = [(await bench.poll("/long"))["long"] for _ in range(3)]
    assert [(one.result, one.new) for one in outcomes] == [
        (PollResult.POLLED, 2), (PollResult.POLLED, 1), (PollResult.UNCHANGED, 0),
    ]  # fmt: skip
    assert "1 older ones wait for the next poll" in str(outcomes[0].reason)
    assert outcomes[1].reason is None


def _two_at_a_time(*args: Any) -> ParsedFeed:
    from marketwatch.poll import parse

    parse._MAX_ENTRIES = 2
    body, charset, now, known, base = args
    return parse.parse_feed(body, charset=charset, now=now, known=known, base=base)


async def test_chinese_in_gbk_is_found_by_two_characters(bench: Bench) -> None:
    body = rss(("1", "小米线下", "小米开设线下门店。"), language="zh-cn").decode().replace("utf-8", "gbk").encode("gbk")
    bench.server.routes["/zh"] = Reply(body, headers={"Content-Type": "text/xml; charset=gbk"})
    assert (await bench.poll("/zh"))["zh"].new == 1
    assert bench.titles("线下 小米") == ["小米线下"]


async def test_every_bad_feed_is_an_outcome_with_its_reason_and_the_good_one_is_stored(bench: Bench) -> None:
    routes = bench.server.routes
    routes["/good"] = Reply(rss(("1", "Good", "a")))
    routes["/page"] = Reply(b"<!DOCTYPE html><html><body>no feed</body></html>", headers={"Content-Type": "text/html"})
    routes["/error"] = Reply(status=500)
    routes["/later"] = Reply(status=503, headers={"Retry-After": "7200"})
    routes["/gone"] = Reply(status=410)
    routes["/loop"] = Reply(status=302, headers={"Location": "/loop"})
    routes["/big"] = Reply(b"<rss>" + b" " * 300_000)
    outcomes = await bench.poll("/good", "/page", "/missing", "/error", "/gone", "/loop", "/big")
    outcomes |= await bench.poll("/later")  # last: it asks for a pause of the whole host
    assert outcomes.pop("good").new == 1
    assert all(outcome.result is PollResult.FAILED and outcome.reason for outcome in outcomes.values())
    reasons = {name: str(outcome.reason) for name, outcome in outcomes.items()}
    assert "web page" in reasons["page"]
    assert "404" in reasons["missing"]
    assert "500" in reasons["error"]
    assert "loop" in reasons["loop"]
    states = bench.store.feed_states()
    assert states["gone"].gone
    wait = states["later"].next_poll_at
    assert wait is not None
    assert (wait - NOW).total_seconds() >= 7200
    assert bench.titles() == ["Good"]


async def test_hostile_titles_are_stored_as_plain_words(bench: Bench) -> None:
    bench.server.routes["/h"] = Reply(
        rss(("1", "[@click=app.quit]x[/] &#27;[31m &#x202E;evil", "&lt;script&gt;x&lt;/script&gt;ok"))
    )
    await bench.poll("/h")
    (title,) = bench.titles()
    assert "\x1b" not in title
    assert "\u202e" not in title
    assert title.startswith("[@click=app.quit]x[/]")


async def test_a_bug_in_one_feed_does_not_stop_the_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.server.routes["/one"] = Reply(rss(("1", "One", "a")))
    bench.server.routes["/two"] = Reply(rss(("1", "Two", "a")))
    answer = Pipeline._answer

    async def broken(self: Pipeline, client: object, feed: Feed, *args: object) -> object:
        if feed.slug == "one":
            raise KeyError("bug")
        return await answer(self, client, feed, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Pipeline, "_answer", broken)
    outcomes = await bench.poll("/one", "/two")
    assert outcomes["two"].new == 1
    assert "KeyError" in str(outcomes["one"].reason)


async def test_a_worker_that_hangs_or_eats_memory_is_replaced(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_PARSE_S", 0.5)
    pool = bench.pipeline._pool
    with pytest.raises(Exception, match="longer than 0.5 s"):
        await pool._run(_hang, (), 0.5)
    bench.server.routes["/after"] = Reply(rss(("1", "After", "a")))
    monkeypatch.setattr(worker, "_PARSE_S", 10)
    assert (await bench.poll("/after"))["after"].new == 1


def _hang() -> None:
    while True:
        pass


async def test_closing_the_round_keeps_what_was_yielded(bench: Bench, store: Store) -> None:
    for name in ("/x", "/y", "/z"):
        bench.server.routes[name] = Reply(rss(("1", name, "a")))
    feeds = tuple(Feed(p.strip("/"), p, bench.server.url(p)) for p in ("/x", "/y", "/z"))
    bench.pipeline.config = replace(bench.config, feeds=feeds)
    round_ = bench.pipeline.poll()
    outcome = await anext(round_)
    await round_.aclose()  # type: ignore[attr-defined]
    assert f"/{outcome.feed}" in bench.titles()


async def test_a_server_that_is_asked_too_often_says_until_when(bench: Bench) -> None:
    until = datetime.now(UTC) + timedelta(hours=9)
    bench.server.routes["/busy"] = Reply(status=429, headers={"Retry-After": format_datetime(until, usegmt=True)})
    outcome = (await bench.poll("/busy"))["busy"]
    assert (outcome.result, outcome.status) == (PollResult.FAILED, 429)
    wait = bench.store.feed_states()["busy"].next_poll_at
    assert wait is not None
    assert timedelta(hours=8.9) < wait - NOW < timedelta(hours=10)


async def test_a_feed_that_changes_its_validators_empties_vanishes_and_returns_loses_nothing(bench: Bench) -> None:
    routes, full = bench.server.routes, rss(("1", "One", "a"), ("2", "Two", "b"))
    routes["/f"] = Reply(full, headers={"ETag": '"1"'})
    assert (await bench.poll("/f"))["f"].new == 2
    routes["/f"] = Reply(full, headers={"ETag": '"2"'})
    assert (await bench.poll("/f"))["f"].result is PollResult.UNCHANGED
    assert bench.store.feed_states()["f"].etag == '"2"'
    for reply in (Reply(rss()), Reply(status=404), Reply(b"", headers={"ETag": '"3"'})):
        routes["/f"] = reply
        assert (await bench.poll("/f"))["f"].new == 0
    assert bench.store.feed_states()["f"].failures == 2
    routes["/f"] = Reply(rss(("1", "One", "a"), ("2", "Two", "changed"), ("3", "Three", "c")))
    outcome = (await bench.poll("/f"))["f"]
    assert (outcome.result, outcome.new, outcome.updated) == (PollResult.POLLED, 1, 1)
    assert bench.store.feed_states()["f"].failures == 0
    assert bench.titles() == ["One", "Three", "Two"]


async def test_old_articles_in_which_nothing_was_found_go_after_a_poll(bench: Bench) -> None:
    bench.server.routes["/old"] = Reply(rss(("1", "Old", "Rain."), ("2", "Xiaomi", "Xiaomi opens 200 physical stores.")))
    await bench.poll("/old")
    bench.pipeline.close()
    later = NOW + timedelta(days=400)
    bench.pipeline = Pipeline(bench.config, bench.store, now=lambda: later, rng=random.Random(1), workers=1)
    bench.config = replace(bench.config, settings=replace(bench.config.settings, retention_days=365))
    await bench.poll("/old")
    assert bench.titles() == ["Xiaomi"]
