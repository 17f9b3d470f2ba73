"""Writes of many feeds go into one transaction, and each feed hears of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import analysed
from conftest import NOW

from marketwatch.domain import FeedState, PollOutcome, PollResult, Saving
from marketwatch.errors import StoreBusyError
from marketwatch.group_commit import GroupCommit
from store import Store, open_store


class Counting:
    """A store that remembers how many savings each transaction had."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sizes: list[int] = []
        self.fault: Exception | None = None

    def save_all(self, savings: Sequence[Saving]) -> Sequence[tuple[int, int]]:
        if self.fault is not None:
            raise self.fault
        counts = self.store.save_all(savings)
        self.sizes.append(len(savings))
        return counts


@pytest.fixture
def counting(tmp_path: Path) -> Any:
    with open_store(tmp_path / "db.sqlite3", now=lambda: NOW) as store:
        yield Counting(store)


def saving(slug: str, *texts: str) -> Saving:
    made = [analysed(text, text, source=slug) for text in texts]
    outcome = PollOutcome(slug, f"https://{slug}.example", PollResult.POLLED, NOW, new=1)
    return Saving(made, outcome, FeedState(slug, outcome.url, etag=slug))


async def test_feeds_go_into_one_transaction_and_each_has_its_own_counts(counting: Any) -> None:
    commit = GroupCommit(counting)
    assert await commit.save(saving("a", "One.", "Two.")) == (2, 0)
    edited = saving("a", "One.")
    edited = replace(edited, articles=[analysed("One.", "One, edited.", source="a")])
    both = await asyncio.gather(commit.save(edited), commit.save(saving("b", "One.", "Three.")), commit.save(saving("c")))
    assert both == [(0, 1), (2, 0), (0, 0)]
    assert counting.sizes == [1, 3]
    assert {slug: state.etag for slug, state in counting.store.feed_states().items()} == {"a": "a", "b": "b", "c": "c"}
    last = {one.slug: one.recent[0] for one in counting.store.feed_health(["a", "b", "c"], NOW)}
    assert {slug: (poll.new, poll.updated) for slug, poll in last.items()} == {"a": (1, 1), "b": (3, 0), "c": (1, 0)}


async def test_many_articles_are_more_than_one_transaction(counting: Any) -> None:
    commit = GroupCommit(counting)
    some = [saving(f"f{n}", *(f"Text {n} {m}." for m in range(40))) for n in range(4)]
    assert await asyncio.gather(*map(commit.save, some)) == [(40, 0)] * 4
    assert counting.sizes == [2, 2]


async def test_one_that_finds_a_bug_does_not_stop_the_others(counting: Any) -> None:
    commit = GroupCommit(counting)
    wrong = analysed("x", "Short.", source="b")
    wrong = replace(wrong, extraction=analysed("y", "Xiaomi opens many stores.").extraction)
    bad = Saving([wrong], state=FeedState("b", "https://b.example"))
    found = await asyncio.gather(commit.save(saving("a", "One.")), commit.save(bad), return_exceptions=True)
    assert found[0] == (1, 0)
    assert isinstance(found[1], ValueError)
    assert set(counting.store.feed_states()) == {"a"}


async def test_a_fault_of_the_store_is_everyones(counting: Any) -> None:
    commit = GroupCommit(counting)
    counting.fault = StoreBusyError("locked")
    found = await asyncio.gather(commit.save(saving("a")), commit.save(saving("b")), return_exceptions=True)
    assert [type(one) for one in found] == [StoreBusyError, StoreBusyError]
    counting.fault = None
    assert await commit.save(saving("c")) == (0, 0)
    assert counting.sizes == [1]


async def test_what_is_stopped_while_it_waits_is_not_written(counting: Any) -> None:
    commit = GroupCommit(counting)
    stopped = asyncio.create_task(commit.save(saving("a", "One.")))
    other = asyncio.create_task(commit.save(saving("b", "Two.")))
    await asyncio.sleep(0)
    stopped.cancel()
    assert await other == (1, 0)
    assert set(counting.store.feed_states()) == {"b"}
