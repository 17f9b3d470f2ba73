"""Pages of articles over real HTTP into a real file: the summary first, then the text, or why it stays."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import PropertyMock, patch

import pytest

from marketwatch.commands.lazy import LazyPipeline
from marketwatch.config import Config, Settings
from marketwatch.domain import AnalysedArticle, Article, ArticleDraft, Feed, Outlet, PageOutcome, PageResult, PollOutcome, Vendor
from marketwatch.extract import Extractor
from marketwatch.full_texts import FullTexts
from marketwatch.pipeline import Pipeline
from marketwatch.poll.worker import WorkerPool, document_of
from marketwatch.query import parse
from store import open_store

from conftest import NOW  # isort: skip
from servers import FeedServer, Reply, feed_server  # isort: skip

VENDORS = {"xiaomi": Vendor("xiaomi", "Xiaomi", ("小米",), ("Lei Jun",))}
SUMMARY = "Xiaomi has news about its shops …"
BODY = "Xiaomi will stop publishing sales figures, chief executive Lei Jun said on Thursday. " * 4
MORE = "The company opens 200 physical stores in Europe this year and wants to sell more expensive phones there. " * 12
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(*paragraphs: str, head: str = "") -> Reply:
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    body = f"<html><head><title>News</title>{head}</head><body><article><h1>News</h1>{text}</article></body></html>"
    return Reply(body.encode(), headers=HTML)


class Bench:
    def __init__(self, folder: Path, server: FeedServer, workers: WorkerPool) -> None:
        self.server = server
        self.now = NOW
        self.pauses: list[float] = []
        self.store = open_store(folder / "f.sqlite3", now=lambda: self.now)
        self.feed = Feed("f", "F", server.url("/feed"))
        config = Config(Settings(timeout_s=2), VENDORS, (self.feed,))
        self.pipeline = Pipeline(config, self.store, now=lambda: self.now, rng=random.Random(1))
        self.pipeline._pool = workers  # shared: starting one and loading the extractor takes longer than all tests
        server.routes["/robots.txt"] = Reply(status=404)

    def entries(self, *names: str, title: str = "News", text: str = SUMMARY) -> None:
        items = "".join(
            f"<item><guid isPermaLink='false'>{name}</guid><title>{title}</title><link>{self.server.url('/' + name)}</link>"
            f"<description>{text}</description></item>"
            for name in names
        )
        self.server.routes["/feed"] = Reply(f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode())

    async def poll(self) -> PollOutcome:
        (outcome,) = [one async for one in self.pipeline.poll()]
        return outcome

    async def read(self) -> list[PageOutcome]:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        texts = FullTexts(self.pipeline, self.store, now=lambda: self.now, pause=pause)
        return [one async for one in texts.read()]

    def articles(self, query: str = "") -> list[Article]:
        return list(self.store.articles(parse(query, now=NOW))[0])

    def text(self) -> str:
        (article,) = self.articles()
        found = self.store.text(article.id)
        assert found is not None
        return found.text

    def asked(self, path: str) -> int:
        return sum(seen.path == path for seen in self.server.seen)


class RulesOnly(WorkerPool):
    """Extracts in this process by rules: the learned reader takes longer to load than all tests here."""

    _extractor = Extractor(tuple(VENDORS.values()), reader=None)

    async def analyse(self, drafts: Sequence[ArticleDraft], feed_vendors: Sequence[str]) -> list[AnalysedArticle]:
        return [AnalysedArticle(draft, self._extractor.extract(document_of(draft, feed_vendors))) for draft in drafts]


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    pool = RulesOnly(Config(vendors=VENDORS), workers=1)
    yield pool
    pool.close()


@pytest.fixture
async def bench(tmp_path: Path, server: FeedServer, workers: WorkerPool) -> AsyncIterator[Bench]:
    server.routes.clear()
    server.seen.clear()
    made = Bench(tmp_path, server, workers)
    yield made
    made.store.close()


async def test_a_summary_is_stored_at_once_and_its_page_takes_its_place(bench: Bench) -> None:
    bench.entries("a")
    bench.server.routes["/a"] = page(BODY, MORE)
    assert (await bench.poll()).new == 1
    assert bench.text() == SUMMARY
    (outcome,) = await bench.read()
    assert outcome.result is PageResult.READ
    assert "stop publishing sales figures" in bench.text()
    (article,) = bench.articles()
    assert article.version == 2
    assert {s.shift.kind.value for s in bench.store.article_shifts(article.id)} >= {"disclosure"}
    assert bench.articles("has:versions") == []  # nobody edited it
    assert await bench.read() == []

    bench.server.routes["/feed"] = replace(bench.server.routes["/feed"], body=bench.server.routes["/feed"].body + b"\n")
    again = await bench.poll()
    assert (again.new, again.updated) == (0, 0)  # the same summary does not take the place of the page
    assert "stop publishing sales figures" in bench.text()


async def test_an_edit_of_the_summary_reads_the_page_again(bench: Bench) -> None:
    bench.entries("a")
    bench.server.routes["/a"] = page(BODY, MORE)
    await bench.poll()
    await bench.read()
    bench.entries("a", title="News, corrected")
    await bench.poll()
    assert bench.articles()[0].title == "News, corrected"
    assert "stop publishing" in bench.text()
    bench.server.routes["/a"] = page(BODY.replace("Thursday", "Friday"), MORE)
    (outcome,) = await bench.read()
    assert outcome.result is PageResult.READ
    assert "Friday" in bench.text()
    assert len(bench.articles("has:versions")) == 1


async def test_walls_leave_the_summary_and_say_why(bench: Bench) -> None:
    bench.entries("pay", "ld", "bot", "consent", "front", "short", "gone", "pdf")
    locked = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    bench.server.routes |= {
        "/pay": page(
            "Xiaomi has news about its shops. Subscribe to continue reading this article, it is for our readers only." * 2
        ),
        "/ld": page(
            "Xiaomi has news about its shops, as many people have heard from several sources this week." * 3, head=locked
        ),
        "/bot": page("Verifying you are human. This may take a few seconds. The site needs to review the connection." * 2),
        "/consent": page("Before you continue: we and our partners store cookies on your device. Accept all or choose. " * 3),
        "/front": Reply(status=302, headers={"Location": "/"}),
        "/": page(BODY, MORE),
        "/short": page("Xiaomi has news."),
        "/gone": Reply(status=404),
        "/pdf": Reply(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
    }
    await bench.poll()
    found = {one.url.rpartition("/")[2]: one for one in await bench.read()}
    results = {name: one.result.value for name, one in found.items()}
    assert results == {
        "pay": "paywall",
        "ld": "paywall",
        "bot": "consent",
        "consent": "consent",
        "front": "empty",
        "short": "empty",
        "gone": "empty",
        "pdf": "empty",
    }
    assert all(one.reason for one in found.values())
    assert {article.version for article in bench.articles()} == {1}
    counts = bench.store.polls.page_counts(NOW - timedelta(days=1))["f"]
    assert counts == {PageResult.PAYWALL: 2, PageResult.CONSENT: 2, PageResult.EMPTY: 4}


async def test_robots_is_respected_asked_once_a_day_and_sets_the_pace(bench: Bench) -> None:
    bench.server.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /*secret\nCrawl-delay: 7\n")
    bench.entries("a", "b", "my-secret")
    bench.server.routes |= {"/a": page(BODY, MORE), "/b": page(BODY, MORE), "/my-secret": page(BODY, MORE)}
    await bench.poll()
    results = sorted(one.result.value for one in await bench.read())
    assert results == ["read", "read", "robots"]
    assert bench.asked("/my-secret") == 0
    assert bench.pauses == [7.0] or bench.pauses == [7.0, 7.0]
    bench.entries("a", "b", "my-secret", "c")
    await bench.poll()
    await bench.read()
    assert bench.asked("/robots.txt") == 1
    bench.now += timedelta(days=2)
    bench.entries("a", "b", "my-secret", "c", "d")
    await bench.poll()
    await bench.read()
    assert bench.asked("/robots.txt") == 2


async def test_a_robots_that_cannot_be_asked_lets_nothing_be_read_for_now(bench: Bench) -> None:
    bench.server.routes["/robots.txt"] = Reply(status=500)
    bench.entries("a")
    bench.server.routes["/a"] = page(BODY, MORE)
    await bench.poll()
    (outcome,) = await bench.read()
    assert (outcome.result, "robots.txt" in (outcome.reason or "")) == (PageResult.FAILED, True)
    assert (bench.asked("/a"), bench.asked("/robots.txt")) == (0, 1)
    assert await bench.read() == []
    assert bench.asked("/robots.txt") == 1  # not before ten minutes are over
    bench.server.routes["/robots.txt"] = Reply(status=404)
    bench.now += timedelta(minutes=11)
    assert [one.result for one in await bench.read()] == [PageResult.READ]


async def test_a_robots_that_never_answers_is_not_asked_for_ever(bench: Bench) -> None:
    bench.server.routes["/robots.txt"] = Reply(status=500)
    bench.entries("a", "b")
    await bench.poll()
    for _ in range(12):
        await bench.read()
        bench.now += timedelta(days=1)
    assert (bench.asked("/robots.txt"), bench.asked("/a")) == (5, 0)


async def test_pages_do_not_pay_for_a_network_that_is_cut(bench: Bench) -> None:
    bench.entries("a")
    bench.server.routes["/a"] = page(BODY, MORE)
    await bench.poll()
    bench.server.routes["/robots.txt"] = Reply(status=500)
    offline = PropertyMock(side_effect=[False, True])  # noticed by the request for robots.txt
    with patch.object(Pipeline, "offline", offline):
        assert await bench.read() == []
    bench.server.routes["/robots.txt"] = Reply(status=404)
    bench.now += timedelta(minutes=11)
    assert [one.result for one in await bench.read()] == [PageResult.READ]


async def test_a_page_that_fails_is_tried_again_later_and_not_for_ever(bench: Bench) -> None:
    bench.entries("a")
    bench.server.routes["/a"] = Reply(status=500)
    await bench.poll()
    for hours in (0.0, 1 / 6, 1, 6, 24):
        bench.now += timedelta(hours=hours) - timedelta(minutes=1 if hours else 0)
        if hours:
            assert await bench.read() == []
            bench.now += timedelta(minutes=1)
        assert [one.result for one in await bench.read()] == [PageResult.FAILED]
    bench.now += timedelta(days=30)
    assert await bench.read() == []
    assert bench.text() == SUMMARY


async def test_a_host_that_asks_for_a_pause_gets_it(bench: Bench) -> None:
    bench.entries("a", "b")
    bench.server.routes["/a"] = bench.server.routes["/b"] = Reply(status=429, headers={"Retry-After": "3600"})
    await bench.poll()
    assert [one.result for one in await bench.read()] == [PageResult.FAILED]
    bench.server.routes["/a"] = bench.server.routes["/b"] = page(BODY, MORE)
    bench.now += timedelta(minutes=50)
    assert await bench.read() == []
    bench.now += timedelta(minutes=11)
    assert sorted(one.result for one in await bench.read()) == [PageResult.READ, PageResult.READ]


async def test_whole_texts_and_what_the_user_does_not_want_are_left_alone(bench: Bench) -> None:
    bench.entries("whole", text=BODY + MORE)
    await bench.poll()
    assert await bench.read() == []
    bench.entries("a")
    bench.pipeline.config = replace(bench.pipeline.config, feeds=(replace(bench.feed, full_text=False),))
    await bench.poll()
    assert await bench.read() == []
    assert bench.store.polls.page_counts(NOW - timedelta(days=1))["f"] == {PageResult.OFF: 1}
    bench.entries("b")
    bench.pipeline.config = replace(bench.pipeline.config, feeds=(replace(bench.feed, outlet=Outlet("G", tier="discovery")),))
    await bench.poll()
    assert await bench.read() == []


async def test_two_readers_never_ask_one_host_at_once_and_what_is_cancelled_stays_due(bench: Bench) -> None:
    names = [f"p{n}" for n in range(4)]
    bench.entries(*names)
    bench.server.routes |= {f"/{name}": page(BODY, MORE) for name in names}
    await bench.poll()
    texts = FullTexts(bench.pipeline, bench.store, now=lambda: bench.now, pause_s=0)
    first = texts.read(each=3)
    await anext(first)
    assert await bench.read() == []  # the host is held
    await first.aclose()
    assert {one.reason for one in await bench.read()} <= {None}
    assert {article.version for article in bench.articles()} == {2}
    assert all(bench.asked(f"/{name}") <= 2 for name in names)


async def test_a_reader_that_was_killed_holds_its_host_for_a_while_only(bench: Bench) -> None:
    bench.entries("a")
    bench.server.routes["/a"] = page(BODY, MORE)
    await bench.poll()
    lease = timedelta(minutes=30)
    taken = bench.store.polls.take_pages("another", hosts=9, each=9, now=NOW, lease=lease, sources=["f"])
    assert len(taken) == 1
    assert await bench.read() == []
    bench.now += lease
    assert [one.result for one in await bench.read()] == [PageResult.READ]


async def test_robots_of_the_host_that_a_link_leads_to_counts_too(bench: Bench) -> None:
    with feed_server() as other:
        other.routes["/robots.txt"] = Reply(b"User-agent: marketwatch\nDisallow: /closed\n")
        other.routes |= {"/closed": page(BODY, MORE), "/open": page(BODY, MORE)}
        bench.entries("a", "b")
        bench.server.routes["/a"] = Reply(status=302, headers={"Location": other.url("/closed")})
        bench.server.routes["/b"] = Reply(status=302, headers={"Location": other.url("/open")})
        await bench.poll()
        assert {one.url[-1]: one.result.value for one in await bench.read()} == {"a": "robots", "b": "read"}
        assert [seen.path for seen in other.seen] == ["/robots.txt", "/open"]  # the rules before the page


async def test_links_into_the_own_network_are_refused(bench: Bench) -> None:
    """The feed is public as far as it can be told, its links are not."""
    bench.entries("a")
    bench.server.routes["/a"] = page(BODY, MORE)
    await bench.poll()
    bench.pipeline.config = replace(bench.pipeline.config, feeds=(replace(bench.feed, url="http://93.184.216.34/feed"),))
    (outcome,) = await bench.read()
    assert (outcome.result, "private address" in (outcome.reason or "")) == (PageResult.FAILED, True)
    assert bench.asked("/a") == bench.asked("/robots.txt") == 0


async def test_the_dashboard_reads_pages_behind_its_rounds(bench: Bench) -> None:
    bench.entries("a")
    bench.server.routes["/a"] = page(BODY, MORE)
    lazy = LazyPipeline(bench.pipeline.config, bench.store)
    lazy._made = bench.pipeline
    assert [one.new async for one in lazy.poll()] == [1]
    assert lazy._pages is not None
    await lazy._pages
    assert "stop publishing" in bench.text()
