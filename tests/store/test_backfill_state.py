from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from marketwatch.domain import BackfillState
from store import Store, open_store
from store.engine import make_engine
from store.migrations import MIGRATIONS, migrate

from builders import analysed  # isort: skip

STATE = BackfillState(
    "a",
    "https://a.example/feed",
    page=7,
    next_url="https://a.example/feed?paged=7",
    linked=True,
    newest_at=datetime(2020, 5, 1, tzinfo=UTC),
    oldest_at=datetime(2017, 1, 2, 3, 4, 5, tzinfo=UTC),
    since_at=datetime(2016, 1, 1, tzinfo=UTC),
    ended="last page",
    wait_until=datetime(2026, 11, 24, 14, tzinfo=UTC),
)


def test_how_far_a_walk_came_is_kept_with_its_articles(store: Store) -> None:
    assert store.backfill_states() == {}
    before = store.revision()
    assert store.save([analysed("1")], backfill=STATE) == (1, 0)
    assert store.revision() > before
    assert store.backfill_states() == {"a": STATE}
    store.save([], backfill=replace(STATE, page=8, ended=None, wait_until=None))
    assert store.backfill_states()["a"] == replace(STATE, page=8, ended=None, wait_until=None)


def test_a_page_that_cannot_be_stored_moves_nothing(store: Store) -> None:
    good = analysed("1")
    bad = replace(good, draft=replace(good.draft, key="2", text="Another text."))
    try:
        store.save([good, bad], backfill=STATE)
    except ValueError as error:
        assert "does not stand" in str(error)
    else:
        raise AssertionError("evidence that stands nowhere was stored")
    assert store.backfill_states() == {}


def test_a_file_from_before_backfill_takes_the_step(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    engine = make_engine(path, writes=True, busy_s=1)
    migrate(engine, path, MIGRATIONS[: next(n for n, sql in enumerate(MIGRATIONS) if "CREATE TABLE backfill" in sql)])
    engine.dispose()
    with open_store(path) as store:
        store.save([], backfill=STATE)
        assert store.backfill_states() == {"a": STATE}
