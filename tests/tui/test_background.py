"""What goes on behind the screen, and coming back: jobs with progress, places, signals, crashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from marketwatch.config import Config
from marketwatch.domain import Feed, JobStep, Moment
from marketwatch.place import Place, PlaceFile
from store import Store
from tui.app import MarketwatchApp
from tui.jobs import Progress, progress_line
from tui.screens.prompt import PromptScreen
from tui.screens.reader import ReaderScreen
from tui.views.moves import MovesView
from tui.widgets.filter_bar import FilterBar
from tui.widgets.job_bar import JobBar

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip
from fakes import FakePoller  # isort: skip
from screens import listed_moves, press, running, screen_text, settle, toasts, type_filter  # isort: skip


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (110, "backfill  blog page 3 ▰▰▰▱▱▱▱▱▱▱▱▱ 3 of 12 pages · 90/min · 6 s left · 4 new · X stops"),
        (78, "backfill ▰▰▰▱▱▱▱▱▱▱▱▱ 3 of 12 pages · 90/min · 6 s left · 4 new · X stops"),
        (40, "backfill 3 of 12 pages · X stops"),
    ],
)
def test_progress_says_how_far_how_fast_and_how_long(width: int, line: str) -> None:
    progress = Progress("backfill", "pages", began=10.0).after(JobStep("blog page 3", 3, 12, new=4))
    said = progress_line(progress, 12.0, width)
    assert said.replace("1.5/s", "90/min") == line


def test_progress_without_a_total_promises_nothing() -> None:
    line = progress_line(Progress("backfill", "pages", began=0.0).after(JobStep("", 3, None)), 100.0, 100)
    assert line == "backfill 3 pages · 1.8/min · X stops"


async def test_a_backfill_runs_behind_the_screen_and_ends_with_a_toast_that_takes_no_focus(config: Config, store: Store) -> None:
    store.save([analysed("a")])
    poller = FakePoller([])
    poller.gate.clear()
    async with running(config, store) as (app, pilot):
        app._poller = poller
        await pilot.press("B")
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)
        app.screen.query_one(Input).value = "2015-03"
        await pilot.press("enter")
        await pilot.pause()
        assert "backfill to 2015-03 0 pages" in screen_text(app)
        focused = app.focused
        poller.gate.set()
        await settle(app, pilot)
        assert poller.asked == [(datetime(2015, 3, 1, tzinfo=UTC), None)]
        assert "3 pages, 6 new" in toasts(app)
        assert app.focused is focused
        assert not app.dashboard.query_one(JobBar).display


async def test_a_job_can_be_stopped(config: Config, store: Store) -> None:
    poller = FakePoller([])
    poller.gate.clear()
    async with running(config, store) as (app, pilot):
        app._poller = poller
        app.start_backfill(NOW, None)
        await pilot.pause()
        assert app.working
        await pilot.press("X")
        await settle(app, pilot)
        assert not app.working
        assert "what has come is kept" in toasts(app)


async def test_a_date_that_is_none_is_said(config: Config, store: Store) -> None:
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "B")
        app.screen.query_one(Input).value = "[/] soon"
        await press(app, pilot, "enter")
        assert "'[/] soon' is no date" in toasts(app)


async def test_offline_is_said_and_the_demo_is_offered(config: Config, store: Store) -> None:
    feeds = (Feed("a", "A", "https://example.org"),)
    async with running(replace(config, feeds=feeds), store, FakePoller(["a"], failed=["a"])) as (app, pilot):
        text = screen_text(app)
        assert "is this machine offline?" in text
        assert "D sample articles" in text
        assert "· offline?" in text
        await pilot.press("D")
        await pilot.pause()
        assert app.demo_wanted


async def test_the_demo_is_not_started_over_somebodys_articles(config: Config, store: Store) -> None:
    store.save([analysed("a")])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "D")
        assert not app.demo_wanted
        assert app.is_running


# --- coming back -----------------------------------------------------------------------------------------------------------
def some_moves(store: Store) -> None:
    for n in range(6):
        vendor = ("xiaomi", "huawei")[n % 2]
        text = f"{vendor} opens stores {n}."
        store.save([analysed(f"a{n}", text, shift(text, vendor, object=f"object {n}"), published=Moment.parse(f"201{n}-05-01"))])


@pytest.mark.parametrize("view", ["1", "2", "3"])
async def test_a_restart_comes_back_to_view_filter_row_and_article(
    config: Config, store: Store, tmp_path: Path, view: str
) -> None:
    some_moves(store)
    places = PlaceFile(tmp_path / "place.json")

    def started() -> MarketwatchApp:
        return MarketwatchApp(config, store, None, now=lambda: NOW, places=places)

    app = started()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await type_filter(app, pilot, "date:2011..")
        await press(app, pilot, "enter", view, "j", "j", "enter")
        assert isinstance(app.screen, ReaderScreen)
        left = app.screen.article_id
        app._look()  # what a kill -9 leaves is what was noted last
        await settle(app, pilot)
    assert places.read().article == left
    again = started()
    async with again.run_test(size=(120, 40)) as pilot:
        await settle(again, pilot)
        await pilot.pause(0.1)
        await settle(again, pilot)
        assert isinstance(again.screen, ReaderScreen)
        assert again.screen.article_id == left
        await press(again, pilot, "escape")
        assert again.dashboard.query_one(FilterBar).input.value == "date:2011.."
        target = again.dashboard.target()
        assert target is not None
        assert target.article.id == left


async def test_a_place_that_is_gone_is_the_start(config: Config, store: Store, tmp_path: Path) -> None:
    some_moves(store)
    places = PlaceFile(tmp_path / "place.json")
    places.write(Place("nowhere", "vendr:x @gone", 999, 999))
    app = MarketwatchApp(config, store, None, now=lambda: NOW, places=places)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        assert app.dashboard.view == "timeline"
        assert len(listed_moves(app)) == 6
        assert app.screen is app.dashboard


# --- ending ----------------------------------------------------------------------------------------------------------------
async def test_an_error_nobody_foresaw_is_kept_for_the_report(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save([analysed("a")])
    app = MarketwatchApp(config, store, None, now=lambda: NOW)

    async def broken() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(app, pilot)
            monkeypatch.setattr(MovesView, "show", lambda *_: 1 / 0)
            await press(app, pilot, "2")

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert isinstance(app.crash, ZeroDivisionError)
    assert not app._exit_renderables
