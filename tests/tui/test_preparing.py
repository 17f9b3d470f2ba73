"""A database of an older version: the dashboard says what it waits for, answers keys meanwhile, and can be left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import cast

import pytest

from marketwatch.commands.lazy import LazyStore
from marketwatch.config import Config
from marketwatch.domain import JobStep
from marketwatch.ports import ArticleStore
from store import open_store
from tui.app import MarketwatchApp
from tui.words import preparing_note, preparing_text

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip
from screens import screen_text, settle  # isort: skip


@pytest.mark.parametrize(
    ("step", "seconds", "text", "note"),
    [
        (JobStep("a copy of it", 0, None), 3.0, "a copy of it …", "· a copy of it"),
        (JobStep("full text", 500, 2000), 10.0, "▱  full text: 500 of 2,000 articles · 30 s left", "· 25 %"),
        (JobStep("full text", 2000, 2000), 40.0, "▰▰  full text: 2,000 of 2,000 articles\n", "· 100 %"),
    ],
)
def test_it_says_how_far_it_is_and_how_long_it_takes(step: JobStep, seconds: float, text: str, note: str) -> None:
    assert text in preparing_text(step, seconds)
    assert note in preparing_note(step)


@pytest.fixture
def older(tmp_path: Path) -> Iterator[LazyStore]:
    """A file of version 11 that has not been opened yet."""
    path = tmp_path / "a.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        store.save([analysed(str(n), f"Store {n} opens.", shift("Store", object=f"object {n}")) for n in range(3)])
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(
            "DROP TABLE past_mention; DROP TABLE search; CREATE VIRTUAL TABLE search USING fts5 (title, text, content='', "
            "prefix='2 3 4', tokenize='unicode61 remove_diacritics 2'); PRAGMA user_version = 11;"
        )
    opened = LazyStore(str(path))
    yield opened
    opened.close()


def app_on(config: Config, opened: LazyStore, held: Event, waiting: Event) -> MarketwatchApp:
    """Its store tells the dashboard how far it is, and then waits to go on with the full text."""
    app = MarketwatchApp(config, cast("ArticleStore", opened), None, now=lambda: NOW, opening=opened.open)

    def hear(step: JobStep) -> None:
        app.preparing(step)
        if step.total:
            waiting.set()
            held.wait(60)
            app.preparing(step)

    opened.told = hear
    return app


async def test_the_views_say_what_they_wait_for_and_fill_when_it_is_done(config: Config, older: LazyStore) -> None:
    held, waiting = Event(), Event()
    app = app_on(config, older, held, waiting)
    async with app.run_test(size=(100, 30)) as pilot:
        while not waiting.is_set() or "full text" not in screen_text(app):
            await pilot.pause(0.02)
        shown = screen_text(app)
        assert "full text: 3 of 3 articles" in shown
        assert "stays beside it" in shown
        assert "bringing the database to this version" in shown
        await pilot.press("question_mark")  # keys answer
        await pilot.pause(0.02)
        assert app.screen is not app.dashboard
        await pilot.press("escape")
        held.set()
        await settle(app, pilot)
        assert "3 moves" in screen_text(app)
        assert "bringing the database" not in screen_text(app)


async def test_who_leaves_meanwhile_waits_for_nothing_and_the_file_is_as_it_was(
    config: Config, older: LazyStore, tmp_path: Path
) -> None:
    held, waiting = Event(), Event()
    app = app_on(config, older, held, waiting)
    async with app.run_test(size=(100, 30)) as pilot:
        while not waiting.is_set():
            await pilot.pause(0.02)
        app.exit()
        held.set()
    assert app.crash is None
    with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (11,)
