"""Limits of reading: shares of memory are waited for in order, and what takes more memory or time than it may is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import sys

import pytest

from marketwatch.poll.memory import Budget, OutOfTime, limited, share_of, timed


async def test_shares_are_given_in_the_order_in_which_they_are_asked_for() -> None:
    budget, order = Budget(10), []

    async def read(name: str, size: int) -> None:
        async with budget.taken(size):
            order.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for name, size in (("small", 4), ("large", 8), ("behind", 4), ("last", 4)):
            tasks.create_task(read(name, size))
    assert order == ["small", "large", "behind", "last"]


async def test_what_waits_for_a_share_and_is_stopped_takes_none() -> None:
    budget = Budget(10)
    async with budget.taken(10):
        waiting = asyncio.create_task(budget.taken(5).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(1), budget.taken(10):
        pass


def test_one_event_loop_after_the_other_may_use_a_budget() -> None:
    budget, read = Budget(10), []

    async def one(name: str) -> None:
        async with budget.taken(6):
            await asyncio.sleep(0)
            read.append(name)

    async def two(first: str, second: str) -> None:
        await asyncio.gather(one(first), one(second))

    asyncio.run(two("a", "b"))
    asyncio.run(two("c", "d"))
    assert read == ["a", "b", "c", "d"]


def test_a_larger_document_may_take_more_and_none_more_than_all_together() -> None:
    sizes = [share_of(size) for size in (0, 100_000, 1_000_000, 15_000_000)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1] < sizes[2] < sizes[3]
    assert share_of(10**9) == share_of(10**12)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process takes")
def test_what_takes_more_memory_than_it_may_is_told_and_afterwards_there_is_more() -> None:
    with pytest.raises(MemoryError), limited(20 << 20):
        bytearray(60 << 20)
    assert len(bytearray(60 << 20)) == 60 << 20


@pytest.mark.skipif(sys.platform == "win32", reason="has no such clock")
def test_what_takes_longer_than_it_may_is_stopped_whatever_it_catches() -> None:
    def reads_for_ever() -> None:
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))

    with pytest.raises(OutOfTime), timed(0.02):
        reads_for_ever()
    with timed(10):
        pass
