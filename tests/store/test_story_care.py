"""Stories that do not fit their articles are told, and made again as they would have come about."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from marketwatch.cli import main
from marketwatch.query import Query
from store import Store, open_store

from builders import telling  # isort: skip
from conftest import NOW  # isort: skip

TABLES = ("story_print", "story_key", "story_link", "story_bond")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four stories; one is merged of two, one has lost an article by a split."""
    made = tmp_path / "s.sqlite3"
    with open_store(made, now=lambda: NOW) as store:
        for at, news in enumerate(("stores", "cars", "chips", "loans", "chairs")):
            day = f"2017-01-{12 + at}"
            store.save([telling(f"{news}{n}", news, day=day, outlet=f"Outlet {n}", cites=("Outlet 0",)) for n in range(3)])
        store.merge_stories([1, 4])
        store.split_story([9])
    return made


def rows(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as raw:
        found = {table: sorted(raw.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
        return found | {"article": raw.execute("SELECT id, story, origin FROM article ORDER BY id").fetchall()}


def verdict(path: Path) -> str:
    with open_store(path, now=lambda: NOW) as store:
        return store.integrity()[1]


def damage(path: Path, statements: Sequence[str]) -> None:
    with closing(sqlite3.connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["UPDATE article SET story = 1 WHERE id = 15"], "stories: 1 differ from the articles"),
        (["UPDATE article SET origin = NULL"], "stories: 9 differ from the articles"),
        (["UPDATE article SET story = NULL WHERE id IN (2, 7)"], "stories: 2 differ from the articles"),
        (["DELETE FROM story_link WHERE article_id = 13 OR other_id = 13"], "links of stories: 3 differ from the articles"),
        (["DELETE FROM story_link WHERE article_id = 13 AND other_id = 14"], "links of stories: 2 differ from the articles"),
        (["UPDATE story_link SET weight = 0.1 WHERE min(article_id, other_id) = 13"], "links of stories: 3 differ"),
        (["INSERT INTO story_link VALUES (1, 99, 0.9), (99, 1, 0.9)"], "links of stories"),
        (["DELETE FROM story_key WHERE article_id = 14"], "keys of stories: 1 differ from the articles"),
        (["UPDATE story_key SET article_id = 99 WHERE article_id = 14"], "keys of stories"),
        (["DELETE FROM story_link", "DELETE FROM story_key"], "keys of stories: 15 differ from the articles; stories:"),
    ],
)
def test_damage_is_told_and_repaired_to_what_was(path: Path, statements: Sequence[str], words: str) -> None:
    sound = rows(path)
    assert verdict(path) == "ok"
    damage(path, statements)
    assert words in verdict(path)
    with open_store(path, now=lambda: NOW) as store:
        store.repair()
        assert store.integrity()[1] == "ok"
        assert store.undo() == "split 1 article off"
        assert store.redo() == "split 1 article off"
    assert rows(path) == sound


def test_an_article_without_a_fingerprint_is_in_no_story_and_waits_for_one(path: Path) -> None:
    damage(path, ["DELETE FROM story_print WHERE article_id = 13"])
    assert verdict(path) == (
        "keys of stories: 1 differ from the articles; links of stories: 3 differ from the articles; "
        "stories: 3 differ from the articles"
    )
    with open_store(path, now=lambda: NOW) as store:
        store.repair()
        assert store.integrity()[1] == "ok"
        assert [article.id for article, _ in store.without_fingerprint("test")] == [13]
        assert sizes(store) == [6, 3, 2, 2, 1, 1]


def sizes(store: Store) -> list[int]:
    return sorted((len(story.articles) for story in store.stories(Query())), reverse=True)


def test_more_articles_than_are_looked_at_are_sampled(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.story_care.LOOKED_AT", 4)
    assert verdict(path) == "ok"
    damage(path, ["DELETE FROM story_key"])
    assert "keys of stories" in verdict(path)


def test_doctor_tells_and_repairs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage(path, ["UPDATE article SET story = 1 WHERE id = 15"])
    assert main(["--db", str(path), "doctor"]) == 1
    told = capsys.readouterr().out
    assert "stories: 1 differ from the articles; 'marketwatch doctor --repair' makes this again, after a backup" in told
    assert main(["--db", str(path), "doctor", "--repair"]) == 0
    assert "ok   database: indexes, counts and stories made again: ok" in capsys.readouterr().out
    assert main(["--db", str(path), "doctor"]) == 0


def test_others_write_while_stories_are_made_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damage(path, ["UPDATE story_link SET weight = 0.1"])
    monkeypatch.setattr("store.story_care._CHUNK", 4)
    numbers = count()
    with open_store(path, now=lambda: NOW) as store, open_store(path, now=lambda: NOW, busy_s=0.0) as other:
        writing = store._writing

        @contextmanager
        def after_another() -> Iterator[Connection]:
            other.save([telling(f"new{next(numbers)}", "stores", day="2017-01-12")])
            with writing() as connection:
                yield connection

        monkeypatch.setattr(store, "_writing", after_another)
        store.repair()
        assert next(numbers) >= 5
        assert other.integrity()[1] == "ok"
        assert sizes(other)[0] >= 8  # what came meanwhile is in the story of its news


@pytest.mark.parametrize("taken", range(6))
def test_a_repair_that_is_cut_off_costs_nothing_and_the_next_one_ends_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    """It takes several transactions, so that others write meanwhile: each of them leaves a base that works."""
    sound = rows(path)
    damage(path, ["DELETE FROM story_link", "DELETE FROM story_key", "UPDATE outlet_count SET articles = 99"])
    monkeypatch.setattr("store.story_care._CHUNK", 4)
    numbers = count()
    with open_store(path, now=lambda: NOW) as store:
        writing = store._writing

        @contextmanager
        def cut_off() -> Iterator[Connection]:
            with writing() as connection:
                yield connection
                if next(numbers) == taken:
                    raise KeyboardInterrupt

        monkeypatch.setattr(store, "_writing", cut_off)
        with pytest.raises(KeyboardInterrupt):
            store.repair()
    with open_store(path, now=lambda: NOW) as store:
        assert sum(sizes(store)) == 15
        assert store.damage() == "ok"
        assert store.integrity()[1] != "ok"
        store.repair()
        assert store.integrity()[1] == "ok"
    assert rows(path) == sound
