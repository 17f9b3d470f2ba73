"""No list reads a table from end to end or sorts it: what SQLite says it will do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from marketwatch.query import parse
from store import Store, lists, open_store
from store.tables import TABLES

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip

_READ_THROUGH = re.compile(rf"SCAN ({'|'.join(TABLES)})\b(?!.* USING )")
_SORTED = "USE TEMP B-TREE FOR ORDER BY"


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[tuple[Store, list[tuple[str, Any]]]]:
    """A base with a little of everything, and the statements that reading it executes."""
    statements: list[tuple[str, Any]] = []
    with open_store(tmp_path / "p.sqlite3", now=lambda: NOW) as store:
        store.save([analysed(str(n), f"Store {n} opens.", shift("Store", "xiaomi")) for n in range(20)])
        event.listen(store._reader, "before_cursor_execute", lambda *a: statements.append((a[2], a[3])))
        yield store, statements


@pytest.mark.parametrize("few", [True, False], ids=["few are left", "many are left"])
@pytest.mark.parametrize(
    "text",
    ["", "vendor:xiaomi", "vendor:xiaomi kind:channel", "kind:channel", "vendor:xiaomi kind:channel date:2018..2020", "opens",
     "opens store", "vendor:xiaomi opens", "vendor:xiaomi kind:channel store opens", "title:opens", "date:2026 opens"],
)  # fmt: skip
def test_a_list_is_read_by_an_index(
    asked: tuple[Store, list[tuple[str, Any]]], monkeypatch: pytest.MonkeyPatch, text: str, few: bool
) -> None:
    store, statements = asked
    monkeypatch.setattr(lists, "_FEW", 300 if few else 0)
    for read in (store.shifts, store.articles):
        _, after = read(parse(text, now=NOW), limit=5)
        read(parse(text, now=NOW), limit=5, after=after)
        read(parse(f"{text} sort:date", now=NOW), limit=5)
    assert len([sql for sql, _ in statements if sql.startswith("SELECT")]) >= 6
    for sql, values in [one for one in statements if not one[0].startswith("BEGIN")]:
        steps = plan(store, sql, values)
        assert not [step for step in steps if _READ_THROUGH.search(step)], steps
        assert _SORTED not in steps or "LIMIT" not in sql, steps  # what belongs to one page may be sorted


def test_saving_looks_articles_up_and_reads_none_through(tmp_path: Path) -> None:
    statements: list[tuple[str, Any]] = []
    with open_store(tmp_path / "p.sqlite3", now=lambda: NOW) as store:
        store.save([analysed(str(n), f"Store {n} opens.", shift("Store", "xiaomi")) for n in range(20)])
        event.listen(store._writer, "before_cursor_execute", lambda *a: statements.append((a[2], a[3])))
        store.save([analysed(str(n), f"Store {n} closes.", shift("Store", "xiaomi")) for n in range(10, 30)])
        asked = [(sql, values) for sql, values in statements if sql.startswith("SELECT") and "article" in sql]
        assert len(asked) >= 2
        for sql, values in asked:
            assert not [step for step in plan(store, sql, values) if re.match(r"SCAN article\b", step)], sql


def plan(store: Store, sql: str, values: Any) -> list[str]:
    with store._reading() as connection:
        return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
