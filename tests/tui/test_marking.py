"""Stars, notes, tags and verdicts by key, and what then stands on the screen and in the store."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from textual.widgets import Input

from marketwatch.config import Config
from marketwatch.domain import Marks, Verdict
from marketwatch.query import Query
from store import Store
from tui.screens.reader import ReaderScreen

from builders import analysed, shift  # isort: skip
from screens import press, running, screen_text, settle, type_filter  # isort: skip


@pytest.fixture
def two(store: Store) -> Store:
    store.save(
        [
            analysed("a", published=None),
            analysed("b", "Huawei opens flagship stores.", shift("Huawei opens flagship stores.", "huawei", object="flagships")),
        ]
    )
    return store


def marks(store: Store) -> dict[str, Marks]:
    return {article.title: article.marks for article in store.articles(Query())[0]}


async def test_a_star_shows_is_found_and_is_taken_back(config: Config, two: Store) -> None:
    async with running(config, two) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "s")
        assert "•★Title a" in screen_text(app)  # a star does not hide that it is unread
        await type_filter(app, pilot, "is:starred")
        assert "Title b" not in screen_text(app)
        await press(app, pilot, "enter", "u")
        assert not any(m.starred for m in marks(two).values())
        await press(app, pilot, "U")
        assert marks(two)["Title a"].starred


async def test_reject_strikes_a_move_and_the_same_key_takes_it_away(config: Config, two: Store) -> None:
    async with running(config, two) as (app, pilot):
        await press(app, pilot, "2", "x")
        assert "☒" in screen_text(app)
        assert "rejected by you" in screen_text(app)
        (rejected,) = [s for s in two.shifts(Query())[0] if s.verdict is Verdict.REJECTED]
        await press(app, pilot, "v")
        assert {s.verdict for s in two.shifts(Query())[0] if s.id == rejected.id} == {Verdict.VERIFIED}
        await press(app, pilot, "v")
        assert {s.verdict for s in two.shifts(Query())[0]} == {None}


async def test_a_note_and_tags_are_typed_and_shown_as_plain_text(config: Config, two: Store) -> None:
    async with running(config, two) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "a")
        app.screen.query_one(Input).value = "[red]ask[/] them"
        await press(app, pilot, "enter", "t")
        app.screen.query_one(Input).value = "India -nothing"
        await press(app, pilot, "enter")
        assert marks(two)["Title a"] == Marks(tags=("india",), note="[red]ask[/] them")
        assert "#india · Title a" in screen_text(app)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReaderScreen)
        assert "#india" in screen_text(app)
        assert "note: [red]ask[/] them" in screen_text(app)
        await press(app, pilot, "t", "escape", "s")
        assert "★ #india" in screen_text(app)


async def test_opening_an_article_marks_it_read_and_all_can_be(config: Config, two: Store) -> None:
    async with running(config, two) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert [m.read for m in marks(two).values()] == [True, False]
        await press(app, pilot, "escape", "m")
        assert not any(m.read for m in marks(two).values())
        await press(app, pilot, "A")
        assert all(m.read for m in marks(two).values())
        await press(app, pilot, "u")
        assert not any(m.read for m in marks(two).values())


async def test_an_undo_waits_for_what_it_takes_back(config: Config, two: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    held, judge, undo = threading.Event(), two.judge, two.undo

    def slow(shifts: Sequence[int], verdict: Verdict | None) -> str | None:
        held.wait(60)
        done.append("judged")
        return judge(shifts, verdict)

    def quick() -> str | None:
        done.append("undone")
        return undo()

    monkeypatch.setattr(two, "judge", slow)
    monkeypatch.setattr(two, "undo", quick)
    async with running(config, two) as (app, pilot):
        await pilot.press("v", "u")
        await pilot.pause()
        held.set()
        await settle(app, pilot)
        assert done == ["judged", "undone"]
        assert {stored.verdict for stored in two.shifts(Query())[0]} == {None}


async def test_a_verdict_needs_a_move(config: Config, two: Store) -> None:
    async with running(config, two) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "v")
        assert any("a verdict is on a move" in str(n.message) for n in app._notifications)


async def test_the_reader_walks_through_the_words_of_the_filter(config: Config, store: Store) -> None:
    text = "Xiaomi opens stores.\n" + "Nothing else happened here.\n" * 60 + "The last store is in Lyon."
    store.save([analysed("long", text, shift("Xiaomi opens stores."))])
    async with running(config, store) as (app, pilot):
        await type_filter(app, pilot, "lyon")
        await press(app, pilot, "enter", "3", "enter")
        assert "The last store is in Lyon." not in screen_text(app)
        await press(app, pilot, "n")
        assert "The last store is in Lyon." in screen_text(app)


async def test_d_shows_what_the_outlet_changed_and_only_where_there_is_something(config: Config, store: Store) -> None:
    store.save([analysed("a"), analysed("b")])
    store.save([analysed("a", "Xiaomi opens 20 stores.")])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "3")
        await type_filter(app, pilot, "has:versions")
        await press(app, pilot, "enter", "enter")
        assert "version 2" in screen_text(app)
        await press(app, pilot, "d")
        reader = app.screen
        assert isinstance(reader, ReaderScreen)
        body = reader.query_one("#reader-body").render()
        assert "Xiaomi opens 20 stores." in str(body)
        await press(app, pilot, "d", "escape")
        await type_filter(app, pilot, "title:b")
        await press(app, pilot, "enter", "enter")
        assert "Changes" not in screen_text(app)
