"""A file of an older version is brought to this one: what is told meanwhile, what ends it, what two processes make of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from marketwatch.domain import JobStep
from marketwatch.errors import StoreBusyError, StoreError
from marketwatch.query import parse
from store import migrations, open_store, search
from store.migrations import INDEXED, MIGRATIONS

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip

_BACK = """
DROP TABLE past_mention;
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
    title, text, content='', prefix='2 3 4', tokenize='unicode61 remove_diacritics 2');
PRAGMA user_version = 11;
"""
"""Makes a file one of version 11, but that its index is empty."""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Of version 11: five articles, of which one was edited."""
    path = tmp_path / "a.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        store.save([analysed(str(n), f"Store {n} opens.", shift("Store", "xiaomi" if n % 2 else "oppo")) for n in range(5)])
        store.save([analysed("0", "Store 0 closes.", shift("Store", "huawei"))])
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(_BACK)
    return path


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])


def test_it_tells_how_far_it_is_and_fills_the_index_once(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_CURRENT", search._CURRENT.limit(2))
    told: list[JobStep] = []
    with open_store(older, now=lambda: NOW, told=told.append) as store:
        assert store.integrity() == (len(MIGRATIONS), "ok")
        assert len(store.articles(parse("store"))[0]) == 5
        assert [s.article.id for s in store.shifts(parse("vendor:xiaomi open"))[0]] == [4, 2]
        assert [a.version for a in store.articles(parse("closes"))[0]] == [2]
    assert [(s.what, s.done, s.total) for s in told] == [
        ("a copy of it", 0, None), (f"step {INDEXED} of {len(MIGRATIONS)}", 0, None),
        ("full text", 2, 5), ("full text", 4, 5), ("full text", 5, 5), ("edited articles", 1, None), ("", 0, None),
    ]  # fmt: skip
    assert version_of(older.with_name("a.sqlite3.v11.backup")) == 11


def test_a_new_file_and_one_of_this_version_tell_nothing(tmp_path: Path) -> None:
    told: list[JobStep] = []
    for _ in range(2):
        open_store(tmp_path / "n.sqlite3", told=told.append).close()
    assert told == []


@pytest.mark.parametrize("what", ["a copy of it", "full text", "edited articles"])
def test_who_is_told_may_end_it_and_the_file_is_as_it_was(older: Path, what: str) -> None:
    def stop(step: JobStep) -> None:
        if step.what == what:
            raise StoreError("enough")

    with closing(sqlite3.connect(older)) as raw:
        before = list(raw.iterdump())
    with pytest.raises(StoreError, match="enough"):
        open_store(older, told=stop)
    assert version_of(older) == 11
    with closing(sqlite3.connect(older)) as raw:
        assert list(raw.iterdump()) == before
    with open_store(older, now=lambda: NOW) as store:
        assert store.integrity() == (len(MIGRATIONS), "ok")


def test_it_is_waited_for_who_writes_to_the_file(older: Path) -> None:
    told: list[str] = []
    with closing(sqlite3.connect(older, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")

        def hear(step: JobStep) -> None:
            told.append(step.what)
            if other.in_transaction:  # as the other process does it: it writes, then lets go
                other.execute("UPDATE article SET author = 'late' WHERE id = 1")
                other.execute("COMMIT")

        with open_store(older, now=lambda: NOW, busy_s=0.01, told=hear) as store:
            assert store.integrity() == (len(MIGRATIONS), "ok")
            assert [a.author for a in store.articles(parse("sort:date"))[0]].count("late") == 1
    assert told[:2] == ["waiting for another program that writes to it", "a copy of it"]
    with closing(sqlite3.connect(older.with_name("a.sqlite3.v11.backup"))) as kept:
        assert kept.execute("SELECT author FROM article WHERE id = 1").fetchone() == ("late",)


def test_waiting_ends(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_PATIENCE_S", 0)
    with closing(sqlite3.connect(older, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="another program is writing"):
            open_store(older, busy_s=0.01)
        other.execute("ROLLBACK")
    assert version_of(older) == 11


def test_steps_another_process_took_meanwhile_are_not_taken_again(older: Path) -> None:
    told: list[str] = []

    def overtaken(step: JobStep) -> None:
        told.append(step.what)
        if step.what.startswith("waiting") and blocking.in_transaction:
            blocking.execute("COMMIT")
            open_store(older, now=lambda: NOW).close()

    with closing(sqlite3.connect(older, isolation_level=None)) as blocking:
        blocking.execute("BEGIN IMMEDIATE")
        with open_store(older, now=lambda: NOW, busy_s=0.01, told=overtaken) as store:
            assert store.integrity() == (len(MIGRATIONS), "ok")
    assert told == ["waiting for another program that writes to it", ""]
