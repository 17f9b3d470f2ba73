"""What disks and other programs do to a file, how doctor tells it, and what a repair makes of it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from marketwatch.domain import MarkChange, Verdict
from marketwatch.errors import StoreError
from marketwatch.query import Query, parse
from store import Store, open_store
from store.bodies import packed

from builders import analysed, shift, telling  # isort: skip
from conftest import NOW  # isort: skip


def text(number: int) -> str:
    return f"Xiaomi opens store {number}."


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten articles with a shift each, one of them edited, four on the same news; a star and a verdict."""
    path = tmp_path_factory.mktemp("sound") / "a.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        store.save([telling(f"s{n}", "stores", outlet=f"Outlet {n}") for n in range(4)])
        store.save([analysed(str(n), text(n), shift(text(n))) for n in range(10)])
        store.save([analysed("0", "Xiaomi opens another.", title="New")])
        store.mark([1], MarkChange(starred=True))
        store.judge([store.article_shifts(6)[0].id], Verdict.VERIFIED)
        assert store.integrity()[1] == "ok"
    return path


def damaged(sound: Path, tmp_path: Path, sql: str) -> Store:
    path = tmp_path / "a.sqlite3"
    shutil.copy(sound, path)
    with closing(sqlite3.connect(path)) as raw:
        raw.create_function("packed", 1, packed)
        raw.executescript(sql)
    return open_store(path, now=lambda: NOW)


_OTHER_WORDS = """
INSERT INTO search (search, rowid, title, text)
    SELECT 'delete', place, 'Title 3', 'Xiaomi opens store 3.' FROM article WHERE key = '3';
INSERT INTO search (rowid, title, text) SELECT place, 'x', 'y' FROM article WHERE key = '3';
"""
_ORPHAN = """
INSERT INTO shift SELECT 999, 999, dated_at, vendor, kind, direction, object, status, origin, destination, speaker, role,
    background, confidence, rule, event_at, event_precision, place, since, until FROM shift LIMIT 1;
"""


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (_OTHER_WORDS, "full-text index: 1 are not found by their words"),
        ("INSERT INTO search_former (search_former) VALUES ('delete-all')", "full-text index of former versions: 1 differ"),
        ("DELETE FROM former", "former versions: 1 differ"),
        (_ORPHAN, "shift: 1 rows belong to nothing"),
        ("INSERT INTO evidence VALUES (888, 0, 'h', 0, 1, 'x')", "evidence: 1 rows belong to nothing"),
        ("UPDATE shift SET place = place + 5 WHERE id = 3", "shift.place: 1 differ"),
        ("UPDATE mention SET place = place + 500", "mention.place: 14 differ"),
        ("UPDATE article SET version = 9 WHERE id = 6", "texts of articles: 2 differ"),
        ("UPDATE article SET text_hash = 'zz' WHERE id = 6", "texts: 1 cannot be read or are not what was stored"),
        ("DELETE FROM meta", "revision: 1 differ"),
        ("DROP INDEX shift_by_vendor; DROP TABLE undo", "tables or indexes are missing: shift_by_vendor, undo"),
    ],
)
def test_what_can_be_made_again_is_told_and_made_again(sound: Path, tmp_path: Path, sql: str, told: str) -> None:
    with damaged(sound, tmp_path, sql) as store:
        assert told in store.integrity()[1]
        store.repair()
        assert store.integrity()[1] == "ok"
        assert len(store.articles(parse("xiaomi"))[0]) == 14
        assert [a.id for a in store.articles(parse("is:starred"))[0]] == [1]
        assert [s.article.id for s in store.shifts(parse("is:verified"))[0]] == [6]
        assert len(store.articles(parse("vendor:xiaomi"))[0]) == 14
        assert store.shifts(Query(), limit=3)[1] is not None
        assert store.revision() > 0


@pytest.mark.parametrize(
    "sql",
    ["UPDATE article_version SET text = x'00' WHERE article_id = 6",
     "UPDATE article_version SET text = packed('x') WHERE article_id = 6", "DELETE FROM article_version WHERE article_id = 6",
     "DELETE FROM evidence WHERE shift_id = 2", "UPDATE evidence SET start = 3"],
    ids=["cannot be read", "another text", "gone", "no sentence", "sentences elsewhere"],
)  # fmt: skip
def test_an_article_that_lost_its_text_or_sentence_is_told_and_its_feed_and_a_new_reading_mend_it(
    sound: Path, tmp_path: Path, sql: str
) -> None:
    with damaged(sound, tmp_path, sql) as store:
        assert store.integrity()[1] != "ok"
        store.repair()
        assert "'marketwatch reextract --write' reads them again" in store.integrity()[1]
        assert len(store.articles(Query())[0]) == 14
        assert any(one.extractor == "" for one in store.documents())
        store.save([analysed(str(n), text(n), shift(text(n))) for n in range(1, 10)])  # what the feed gives is the text again
        found = store.text(6)
        assert found is not None
        assert found.text == text(1)
        for one in store.documents():
            if one.extractor == "":
                store.replace_extraction(one.article.id, analysed("x", one.text.text, shift(one.text.text)).extraction)
        assert store.integrity()[1] == "ok"


def test_a_pattern_that_meets_a_damaged_text_is_not_called_slow(sound: Path, tmp_path: Path) -> None:
    with damaged(sound, tmp_path, "UPDATE article_version SET text = x'00' WHERE article_id = 6") as store:
        with pytest.raises(StoreError, match="the file is damaged"):
            store.articles(parse("/none such/"))
        store.repair()
        assert store.articles(parse("/none such/"))[0] == []


def test_what_can_be_read_around_a_broken_page_is_saved_in_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        store.save([analysed(str(n), " ".join(f"word{n * k % 97}" for k in range(300))) for n in range(200)])
        store.mark([3, 150], MarkChange(note="mine"))
        store.compact()
    whole, size = path.read_bytes(), 4096
    pages = (whole[at : at + size] for at in range(0, len(whole), size))
    of_texts = [n for n, page in enumerate(pages) if page[0] == 13 and b"Title 100" in page and b"example.org" not in page]
    with path.open("r+b") as file:
        file.seek(of_texts[0] * size)
        file.write(b"\xff" * 200)
    with open_store(path, now=lambda: NOW) as store:
        assert store.damage() != "ok"
        saved, lost = store.rescue()
        assert lost
        assert all(line.startswith("article_version: row ") for line in lost)
    with open_store(saved, now=lambda: NOW) as store:
        assert store.damage() == "ok"
        assert len(store.articles(Query(), limit=300)[0]) == 200
        assert [a.id for a in store.articles(parse("has:note sort:date"))[0]] == [3, 150]
        read = [one.text.text for one in store.documents(limit=300)]
        assert 200 - len(lost) == sum(one != "" for one in read) > 150
