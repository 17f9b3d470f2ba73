"""Several pollers on one store, hosts that ask for pauses, feeds that move, networks and clocks that fail."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from marketwatch.config import Config, Settings
from marketwatch.domain import Feed, PollOutcome, PollResult
from marketwatch.pipeline import Pipeline
from marketwatch.poll.worker import WorkerPool
from marketwatch.turns import LEASE, is_dead
from store import open_store

from conftest import NOW  # isort: skip
from servers import FeedServer, Reply, rss  # isort: skip


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """Pollers over one file, on one clock; feeds may lie on hosts of any name."""

    def __init__(self, folder: Path, server: FeedServer, workers: WorkerPool) -> None:
        self.server = server
        self.clock = Clock()
        self.store = open_store(folder / "s.sqlite3", now=self.clock)
        self._workers = workers

    def poller(self, *urls: str, **settings: Any) -> Pipeline:
        feeds = tuple(Feed(f"f{n}", url, url if "://" in url else self.server.url(url)) for n, url in enumerate(urls))
        config = Config(Settings(**({"timeout_s": 2, "per_host": 16} | settings)), {}, feeds)
        made = Pipeline(config, self.store, now=self.clock, rng=random.Random(1))
        made._pool = self._workers
        return made

    def asked(self, path: str) -> int:
        return sum(seen.path == path for seen in self.server.seen)


async def polled(pipeline: Pipeline, *, due_only: bool = False) -> dict[str, PollOutcome]:
    return {one.feed: one async for one in pipeline.poll(due_only=due_only)}


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    pool = WorkerPool(Config(), workers=1)
    yield pool
    pool.close()


@pytest.fixture
async def bench(tmp_path: Path, server: FeedServer, workers: WorkerPool) -> AsyncIterator[Bench]:
    server.routes.clear()
    server.seen.clear()
    made = Bench(tmp_path, server, workers)
    yield made
    made.store.close()


EMPTY = Reply(rss())


async def test_two_pollers_share_the_feeds_that_are_due_without_doubling(bench: Bench) -> None:
    paths = [f"/{n}" for n in range(40)]
    bench.server.routes |= dict.fromkeys(paths, EMPTY)
    one, two = (bench.poller(*paths, concurrency=4) for _ in range(2))
    first, second = await asyncio.gather(polled(one, due_only=True), polled(two, due_only=True))
    assert len(first) + len(second) == 40
    assert min(len(first), len(second)) > 5  # both found work
    assert [bench.asked(path) for path in paths] == [1] * 40
    assert await polled(two, due_only=True) == {}


async def test_a_poller_that_was_killed_holds_its_feeds_until_the_lease_is_over(bench: Bench) -> None:
    bench.server.routes["/a"] = EMPTY
    bench.store.polls.claim(["f0"], "process 1 on elsewhere #1", now=NOW, lease=LEASE)
    poller = bench.poller("/a")
    assert await polled(poller, due_only=True) == {}
    outcome = (await polled(poller))["f0"]
    assert (outcome.result, outcome.reason) == (PollResult.UNCHANGED, "left to process 1 on elsewhere, which polls it now")
    assert bench.asked("/a") == 0
    bench.clock.now += LEASE
    assert (await polled(poller, due_only=True))["f0"].result is PollResult.POLLED


async def test_feeds_of_a_dead_process_of_this_machine_are_taken_over_at_once(bench: Bench) -> None:
    child = await asyncio.create_subprocess_exec("true")
    await child.wait()
    ended = child.pid
    owner = f"process {ended} on {socket.gethostname()} #1"
    assert is_dead(owner)
    assert not is_dead(f"process {os.getpid()} on {socket.gethostname()} #1")
    assert not is_dead(f"process {ended} on elsewhere #1")
    bench.server.routes["/a"] = EMPTY
    bench.store.polls.claim(["f0"], owner, now=NOW, lease=LEASE)
    assert (await polled(bench.poller("/a"), due_only=True))["f0"].result is PollResult.POLLED


async def test_a_round_that_is_closed_lets_go_of_its_feeds(bench: Bench) -> None:
    paths = [f"/{n}" for n in range(6)]
    bench.server.routes |= dict.fromkeys(paths, EMPTY)
    round_ = bench.poller(*paths, concurrency=1).poll()
    await anext(round_)
    await round_.aclose()  # type: ignore[attr-defined]
    others = await polled(bench.poller(*paths), due_only=True)
    assert len(others) >= 4


async def test_a_lease_of_a_clock_that_was_ahead_does_not_hold(bench: Bench) -> None:
    bench.server.routes["/a"] = EMPTY
    bench.store.polls.claim(["f0"], "process 1 on elsewhere #1", now=NOW + timedelta(days=400), lease=LEASE)
    assert (await polled(bench.poller("/a"), due_only=True))["f0"].result is PollResult.POLLED


async def test_a_host_that_asks_for_a_pause_gets_it_from_all_feeds_and_pollers(bench: Bench) -> None:
    bench.server.routes["/busy"] = Reply(status=429, headers={"Retry-After": "3600"})
    bench.server.routes["/a"] = EMPTY
    await polled(bench.poller("/busy"))
    other = bench.poller("/a")
    outcome = (await polled(other))["f0"]
    assert outcome.result is PollResult.FAILED
    assert "wants a pause until 2026-11-24 13:00 UTC (HTTP 429" in str(outcome.reason)
    assert (bench.asked("/a"), list(other.due())) == (0, [])
    bench.clock.now += timedelta(minutes=61)
    assert (await polled(other, due_only=True))["f0"].result is PollResult.POLLED


async def test_a_feed_that_moved_is_asked_for_at_its_new_place_and_found_again_at_the_old(bench: Bench) -> None:
    bench.server.routes["/old"] = Reply(status=301, headers={"Location": "/new"})
    bench.server.routes["/new"] = EMPTY
    poller = bench.poller("/old")
    for _ in range(7):
        await polled(poller)
    assert (bench.asked("/old"), bench.asked("/new")) == (5, 7)
    bench.server.routes["/old"], bench.server.routes["/new"] = EMPTY, Reply(status=404)
    assert (await polled(poller))["f0"].result is PollResult.FAILED
    assert (await polled(poller))["f0"].result is not PollResult.FAILED


async def test_a_cut_network_costs_no_feed_its_turn_and_the_next_round_heals(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real sockets, names that are resolved or not: what a laptop without network sees."""
    port = int(bench.server.url("").rpartition(":")[2])
    hosts = [f"h{n}.test" for n in range(5)]
    bench.server.routes["/feed"] = EMPTY
    resolve, online = socket.getaddrinfo, [True]

    def resolved(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if str(name).endswith(".test"):
            if not online[0]:
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            return resolve("127.0.0.1", *args, **kwargs)
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    poller = bench.poller(*(f"http://{host}:{port}/feed" for host in hosts), interval_s=3600)
    assert {one.result for one in (await polled(poller)).values()} == {PollResult.POLLED}
    online[0] = False
    for _ in range(12):  # days
        bench.clock.now += timedelta(hours=7)
        outcomes = await polled(poller, due_only=True)
        assert all(one.reason == "the host is not known" for one in outcomes.values())
    states = bench.store.feed_states().values()
    assert max(state.failures for state in states) <= 2
    assert all(state.last_error for state in states)  # the sign stays while it lasts
    online[0] = True
    bench.clock.now += timedelta(minutes=125)  # the two that failed before it was clear wait twice their pace
    await polled(poller, due_only=True)
    assert {state.failures for state in bench.store.feed_states().values()} == {0}


async def test_clock_jumps_and_long_sleeps_heal_with_the_next_round(bench: Bench) -> None:
    bench.server.routes["/a"] = EMPTY
    poller = bench.poller("/a")
    bench.clock.now = NOW + timedelta(days=3650)  # a wrong clock
    await polled(poller)
    bench.clock.now = NOW
    assert list(poller.due()) == ["f0"]
    await polled(poller, due_only=True)
    assert list(poller.due()) == []
    bench.clock.now += timedelta(days=3)  # the lid was closed
    assert list(poller.due()) == ["f0"]


async def test_other_feeds_go_on_when_one_hosts_name_is_gone(bench: Bench) -> None:
    bench.server.routes["/a"] = EMPTY
    poller = bench.poller("http://gone.invalid/", "/a")
    waits = []
    for _ in range(5):
        outcomes = await polled(poller)
        assert outcomes["f1"].result is not PollResult.FAILED
        state = bench.store.feed_states()["f0"]
        assert state.next_poll_at is not None
        waits.append((state.next_poll_at - bench.clock.now).total_seconds())
    assert state.failures == 5
    assert waits == sorted(waits)
    assert waits[-1] > 8 * waits[0]  # slower and slower


async def test_what_is_gone_is_not_asked_for_again_until_its_address_changes(bench: Bench) -> None:
    bench.server.routes["/a"] = Reply(status=410)
    bench.server.routes["/b"] = EMPTY
    poller = bench.poller("/a")
    outcome = (await polled(poller))["f0"]
    assert "gone for good" in str(outcome.reason)
    bench.clock.now += timedelta(days=30)
    assert list(poller.due()) == []
    feed = replace(poller.config.feeds[0], url=bench.server.url("/b"))
    poller.config = replace(poller.config, feeds=(feed,))
    assert list(poller.due()) == ["f0"]
