"""Worker processes that break: what is to be read is read by new ones, and what cannot be read says why."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pebble
import pytest

from marketwatch.config import Config
from marketwatch.domain import AnalysedArticle, ArticleDraft, Extraction
from marketwatch.errors import ParseError
from marketwatch.poll import parse, worker
from marketwatch.poll.memory import OutOfTime
from marketwatch.poll.worker import OverLimitError, WorkerPool

from servers import rss  # isort: skip

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FEED = rss(("1", "Title", "text"))


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(Config(), workers=1)
    yield made
    made.close()


async def titles(pool: WorkerPool) -> list[str]:
    return [entry.title for entry in (await pool.parse(FEED, charset=None, now=NOW)).entries]


class BrokenPool:
    """Takes tasks or refuses them, does none, and says that it is broken."""

    made: list[BrokenPool] = []

    def __init__(self, **_: object) -> None:
        self.active, self.stopped = False, False
        self.made.append(self)

    def schedule(self, *_: object, **__: object) -> Future[Any]:
        if len(self.made) % 2:
            raise RuntimeError("Unexpected error within the Pool")
        return Future()

    def stop(self) -> None:
        self.stopped = True

    def join(self) -> None:
        assert self.stopped


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
async def test_a_worker_killed_while_it_has_nothing_to_do_is_replaced(pool: WorkerPool) -> None:
    assert await titles(pool) == ["Title"]
    killed = set(pool._pool._pool_manager.worker_manager.workers)  # type: ignore[union-attr]
    for process in killed:
        os.kill(process, signal.SIGKILL)
    assert await titles(pool) == ["Title"]
    assert await titles(pool) == ["Title"]
    assert not killed & set(pool._pool._pool_manager.worker_manager.workers)  # type: ignore[union-attr]


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
async def test_what_a_killed_worker_was_reading_is_read_by_another_and_given_up_when_it_kills_again(
    pool: WorkerPool, tmp_path: Path
) -> None:
    assert await pool._run(_killed, (str(tmp_path / "killed"), 1), 10) == "read"
    with pytest.raises(ParseError, match="was killed"):
        await pool._run(_killed, (str(tmp_path / "again"), 2), 10)
    assert await titles(pool) == ["Title"]


def _killed(path: str, times: int) -> str:
    """End the process as often as was said, counted by the file's bytes."""
    with open(path, "ab+") as file:
        if file.tell() >= times:
            return "read"
        file.write(b"x")
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    return ""


@pytest.mark.parametrize(
    ("error", "words"), [(MemoryError(), "too much memory"), (OutOfTime(), "longer than 10 s of CPU")], ids=["memory", "time"]
)
def test_a_feed_that_takes_too_much_says_of_what(error: BaseException, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def takes_too_much(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(parse, "parse_feed", takes_too_much)
    with pytest.raises(OverLimitError, match=words) as caught:
        worker._parse(FEED + b" " * 300_000, None, NOW, b"", "")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


async def test_an_article_that_cannot_be_read_in_time_is_kept_and_holds_no_other_up(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(function: object, args: tuple[tuple[ArticleDraft, ...], object], limit_s: float) -> list[AnalysedArticle]:
        if any(draft.key == "endless" for draft in args[0]):
            raise OverLimitError("reading it took longer")
        return [AnalysedArticle(draft, Extraction("en", (), (), "rules")) for draft in args[0]]

    monkeypatch.setattr(pool, "_run", run)
    drafts = [ArticleDraft("f", key, "Title", "text") for key in ("a", "endless", "b", "c")]
    found = await pool.analyse_each(drafts, ())
    assert [(one.draft.key, one.extraction.extractor) for one in found] == [
        ("a", "rules"), ("endless", "none"), ("b", "rules"), ("c", "rules"),
    ]  # fmt: skip


async def test_workers_that_cannot_live_are_a_parse_error_and_the_next_round_tries_new_ones(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BrokenPool, "made", [])
    monkeypatch.setattr(worker, "_CHECK_POOL_S", 0.01)
    with monkeypatch.context() as broken:
        broken.setattr(pebble, "ProcessPool", BrokenPool)
        with pytest.raises(ParseError, match="end as soon as they begin"):
            await titles(pool)
    assert [one.stopped for one in BrokenPool.made] == [True, True]
    assert await titles(pool) == ["Title"]


async def test_a_closed_pool_starts_no_workers(pool: WorkerPool) -> None:
    pool.close()
    with pytest.raises(ParseError, match="were ended"):
        await titles(pool)
    assert pool._pool is None
