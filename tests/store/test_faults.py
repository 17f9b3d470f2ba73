"""What disks, other programs and kills do to the database: one clear line, and nothing lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from marketwatch.drafts import text_hash
from marketwatch.errors import StoreBusyError, StoreError, StoreVersionError
from marketwatch.query import Query, parse
from store import engine as store_engine
from store import open_store
from store.engine import make_engine
from store.errors import mapped
from store.migrations import MIGRATIONS, back_up, migrate

from builders import analysed  # isort: skip


def test_a_failing_migration_leaves_version_and_schema_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open_store(path) as store:
        store.save([analysed("a")])
        with pytest.raises(StoreError), mapped(str(path)):
            migrate(store._writer, path, [*MIGRATIONS, "CREATE TABLE extra (a);\nCREATE TABLE extra (b);\n"])
        assert store.integrity() == (len(MIGRATIONS), "ok")
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone() == (0,)
        assert len(store.articles(Query())[0]) == 1
    assert (tmp_path / f"a.sqlite3.v{len(MIGRATIONS)}.backup").exists()


def test_a_newer_file_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreVersionError, match="update marketwatch"):
        open_store(path)


def test_files_of_others_are_not_touched(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.sqlite3"
    with closing(sqlite3.connect(foreign)) as raw:
        raw.execute("CREATE TABLE theirs (a)")
    with pytest.raises(StoreError, match="another program"):
        open_store(foreign)
    text = tmp_path / "notes.txt"
    text.write_text("not a database, " * 100)
    with pytest.raises(StoreError, match="not a marketwatch database"):
        open_store(text)
    with pytest.raises(StoreError, match=str(tmp_path)):
        open_store(tmp_path)


def test_a_locked_file_is_a_busy_error_and_reading_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open_store(path, busy_s=0.1) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        store.save([analysed("a")])
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="another program is writing"):
            store.save([analysed("b")])
        assert len(store.articles(Query())[0]) == 1
        other.execute("ROLLBACK")
        assert store.save([analysed("b")]) == (1, 0)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open_store(path) as store:
        store.save([analysed("a")])

        @event.listens_for(store._writer, "begin")
        def fill(connection: Connection) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(StoreError, match="no space is left"):
            store.save([analysed(str(n), "words " * 2000 + str(n)) for n in range(50)])
        assert store.integrity()[1] == "ok"
        assert [article.title for article in store.articles(Query())[0]] == ["Title a"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_gives_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="check"):
            open_store(tmp_path / "a.sqlite3")
    finally:
        tmp_path.chmod(0o700)


_WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from builders import analysed
from store import open_store
store = open_store(sys.argv[1])
number = 0
while True:
    store.save([analysed(f"{number}-{n}", f"Text {number} {n}.") for n in range(20)])
    number += 1
    print(number, flush=True)
"""


def test_a_kill_at_any_moment_costs_no_stored_article_and_doubles_none(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    tests = str(Path(__file__).parent.parent)
    for rounds in (1, 2, 3):
        command = [sys.executable, "-c", _WRITER, str(path), tests]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = 0
            for line in process.stdout:
                told = int(line)
                if told >= 3 * rounds:
                    process.send_signal(signal.SIGKILL)
                    break
        with open_store(path) as store:
            assert store.integrity()[1] == "ok"
            keys = [article.title for article in store.articles(Query(), limit=100_000)[0]]
            assert len(keys) == len(set(keys))
            assert len(keys) >= told * 20
            assert len(keys) % 20 == 0


def test_repair_makes_index_and_counts_again_and_keeps_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open_store(path) as store:
        store.save([analysed(str(n), f"Xiaomi opens store {n}.") for n in range(20)])
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("INSERT INTO search (search) VALUES ('delete-all')")
            raw.execute("UPDATE month_count SET shifts = 3")
            raw.commit()
        assert store.articles(parse("store"))[0] == []
        _, verdict = store.integrity()
        assert verdict == (
            "counts of shifts by month: 2 differ from the articles; full-text index: 20 differ from the articles; "
            "full-text index: 20 are not found by their words"
        )
        backup = store.repair()
        assert store.integrity() == (len(MIGRATIONS), "ok")
        assert len(store.articles(parse("store"))[0]) == 20
        assert sum(month.shifts for month in store.activity(Query())) == 20
    with open_store(backup) as kept:
        assert kept.integrity()[1] == verdict


def test_compacting_gives_free_space_back(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.sqlite3") as store:
        store.save([analysed(str(n), ("Xiaomi opens a store. " * 40).strip()) for n in range(300)])
        with closing(sqlite3.connect(store.path)) as raw:
            raw.execute("DELETE FROM evidence")
            raw.commit()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before, after = store.compact()
        assert after < before
        assert len(store.articles(parse("store"), limit=400)[0]) == 300


def test_a_slow_regular_expression_is_refused_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "_REGEX_QUERY_S", 0.0)
    with open_store(tmp_path / "a.sqlite3") as store:
        store.save([analysed()])
        with pytest.raises(StoreError, match="add words, a vendor or dates"):
            store.articles(parse("/stores/"))
        assert len(store.articles(parse("stores"))[0]) == 1


def test_a_file_of_the_first_schema_is_taken_over_whole(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    engine = make_engine(path, writes=True, busy_s=1)
    migrate(engine, path, MIGRATIONS[:1])
    with closing(sqlite3.connect(path)) as raw:
        for number, dated_at in ((1, 1_484_179_200), (2, 1_484_179_200), (3, 1_400_000_000)):
            text = f"小米 boutique {number}"
            digest = text_hash(text)
            raw.execute(
                "INSERT INTO article VALUES (?, 'feed', ?, NULL, ?, NULL, 'Example', NULL, 'fr', ?, 'day', ?, ?, 1, ?, 'c', ?)",
                (number, str(number), f"Title {number}", dated_at, dated_at, dated_at, digest, int(number != 3)),
            )
            raw.execute("INSERT INTO article_version VALUES (?, 1, 't', ?, ?, 'feed', 1)", (number, text, digest))
            raw.execute("INSERT INTO evidence VALUES (?, 0, ?, 0, 2, '小米')", (number, digest))
            raw.execute("INSERT INTO mention VALUES ('xiaomi', ?, 0)", (number,))
            raw.execute(
                "INSERT INTO shift VALUES (?, ?, ?, 'xiaomi', 'channel', 'start', 'stores', 'done', NULL, NULL, NULL, NULL, ?, "
                "0.9, 'r', NULL, NULL)",
                (number, number, dated_at, number == 3),
            )
        raw.commit()
    engine.dispose()
    with open_store(path) as store:
        assert store.integrity() == (len(MIGRATIONS), "ok")
        assert [a.title for a in store.articles(parse("小米"))[0]] == ["Title 2", "Title 1", "Title 3"]
        assert [a.title for a in store.articles(parse("vendor:xiaomi date:2017"))[0]] == ["Title 2", "Title 1"]
        assert [s.id for s in store.shifts(Query())[0]] == [2, 1]
        assert [(c.month, c.shifts) for c in store.activity(Query())] == [("2017-01", 2)]
        stored = store.text(1)
        assert stored is not None
        assert stored.text == "小米 boutique 1"
        assert store.totals(Query()).articles == 3
    assert (tmp_path / "old.sqlite3.v1.backup").exists()


def test_a_file_that_is_being_written_to_opens_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open_store(path) as store:
        store.save([analysed()])
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with open_store(path, busy_s=0.1) as store:
            assert len(store.articles(Query())[0]) == 1
        raw.execute("ROLLBACK")


def test_a_backup_is_its_owners_only_and_clears_away_what_a_kill_left(tmp_path: Path) -> None:
    path = tmp_path / "a[1].sqlite3"
    open_store(path).close()
    left, under_way, of_another = (
        tmp_path / name for name in (f"{path.name}.v9.backup.1.unfinished", f"{path.name}.x.2.unfinished", "b.v9.3.unfinished")
    )
    for file in (left, under_way, of_another):
        file.write_bytes(b"half")
    for file in (left, of_another):
        os.utime(file, (0, 0))
    target = path.with_name(f"{path.name}.backup")
    back_up(path, target)
    assert target.stat().st_mode & 0o077 == 0
    assert sorted(tmp_path.glob("*unfinished*")) == sorted([under_way, of_another])


def test_a_damaged_text_is_told_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open_store(path) as store:
        store.save([analysed()])
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("UPDATE article_version SET text = x'00'")
            raw.commit()
        with pytest.raises(StoreError, match="the file is damaged"):
            store.text(1)


def test_a_name_with_a_question_mark_is_the_files_name(tmp_path: Path) -> None:
    with open_store(tmp_path / "a?b.sqlite3") as store:
        store.save([analysed()])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a?b.sqlite3"]
