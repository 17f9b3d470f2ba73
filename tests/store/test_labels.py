"""Words and labels meet in the full-text index: labels follow the rows, and what they promise too much is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from marketwatch.domain import ShiftKind
from marketwatch.query import parse
from store import Store, open_store

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "l.sqlite3", now=lambda: NOW) as made:
        yield made


def shifts_under(store: Store, text: str) -> list[str]:
    return [s.article.title for s in store.shifts(parse(text, now=NOW))[0]]


def articles_under(store: Store, text: str) -> list[str]:
    return [a.title for a in store.articles(parse(text, now=NOW))[0]]


def test_a_new_reading_is_found_by_its_vendors_and_kinds_and_no_longer_by_the_old(store: Store) -> None:
    store.save([analysed("a", "Store opens.", shift("Store", "xiaomi"))])
    again = analysed("a", "Store opens.", shift("Store", "oppo", kind=ShiftKind.MARKET)).extraction
    assert store.replace_extraction(1, again)
    for asked in (shifts_under, articles_under):
        assert asked(store, "vendor:oppo store") == asked(store, "vendor:oppo,xiaomi kind:market store") == ["Title a"]
        assert asked(store, "vendor:xiaomi store") == asked(store, "kind:channel store") == []
    assert store.integrity()[1] == "ok"
    store.repair()
    assert shifts_under(store, "vendor:oppo kind:market store") == ["Title a"]


def test_an_edit_and_what_retention_lets_go_leave_nothing_behind(store: Store) -> None:
    store.save([analysed("a", "Store opens.", shift("Store", "xiaomi")), analysed("b", "Store opens.")])
    store.save([analysed("a", "Store closes.", shift("Store", "huawei"))])
    assert shifts_under(store, "vendor:huawei store") == ["Title a"]
    assert shifts_under(store, "vendor:xiaomi store") == ["Title b"]
    with store._writing() as connection:
        for table in ("shift", "figure"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    store.repair()
    assert store.retire(datetime(2030, 1, 1, tzinfo=UTC)) == 1
    assert articles_under(store, "store") == articles_under(store, "feed:feed store") == ["Title b"]
    assert store.integrity()[1] == "ok"


def test_a_text_that_writes_a_label_is_not_taken_for_what_it_claims(store: Store) -> None:
    false = "Store \ue000vxiaomi \ue000nxiaomi \ue000kmarket \ue000s."
    store.save([analysed("true", "Store."), analysed("false", false, shift("Store", "oppo"))])
    assert shifts_under(store, "vendor:xiaomi store") == articles_under(store, "vendor:xiaomi store") == ["Title true"]
    assert shifts_under(store, "kind:market store") == []
    assert store.totals(parse("vendor:xiaomi store")).articles == 1
    for text in ("\ue000vxiaomi", '"\ue000vxiaomi"', "text:\ue000vxiaomi"):  # nor can a query ask for labels
        assert set(articles_under(store, text)) in ({"Title true", "Title false"}, {"Title false"}, set())


@pytest.mark.parametrize("slug", ["one plus", "a-b.c", 'quo"te', "小米", "été", "x'; --"])
def test_any_name_of_a_vendor_can_be_a_label(store: Store, slug: str) -> None:
    made = analysed("a", "Store opens.", shift("Store", slug))
    store.save([made, analysed("b", "Store opens.")])
    quoted = slug.replace('"', '\\"')
    found = [s.shift.vendor for s in store.shifts(parse("store"))[0]]
    assert sorted(found) == sorted([slug, "xiaomi"])
    if '"' not in slug:
        assert shifts_under(store, f'vendor:"{quoted}" store') == ["Title a"]
    assert store.integrity()[1] == "ok"


@pytest.mark.parametrize("text", ["vendor:xiaomi open", "vendor:xiaomi kind:channel open", "feed:feed vendor:xiaomi open"])
def test_words_and_vendors_meet_in_the_index(store: Store, text: str) -> None:
    """One walk through it, newest first: rows are asked of hits that have the labels, and nothing is counted before."""
    store.save([analysed(str(n), f"Store {n} opens.", shift("Store", "oppo" if n % 3 else "xiaomi")) for n in range(30)])
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(store._reader, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    assert len(shifts_under(store, text)) == 10
    walks = [values for sql, values in asked if "MATCH" in sql]
    assert [any("\ue000vxiaomi" in str(value) for value in values) for values in walks] == [True]
    assert not [sql for sql, _ in asked if "count(" in sql]
