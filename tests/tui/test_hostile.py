"""Outside text in every widget that shows some: nothing runs, nothing vanishes, no control character reaches the terminal.

The texts are written into the database past the store, as another program or an older version might have left them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from marketwatch.config import Config, View
from marketwatch.domain import Feed, FeedState, MarkChange, Outlet, Vendor
from marketwatch.sanitise import clean_line
from store import Store, open_store
from tui import messages
from tui.app import MarketwatchApp
from tui.screens.reader import ReaderScreen

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip
from fakes import FakePoller  # isort: skip
from screens import press, running, screen_text, settle  # isort: skip

MARKUP = (
    "[/]",
    "[/nope]",
    "[@click=app.quit]CLICK[/]",
    "[bold",
    "[Update] Xiaomi [5G]",
    "[red on #zzz]x",
    "$error [$error]x",
    "a\\",
)
CONTROLS = (
    "\x1b]52;c;UFdO\x07",
    "\x1b]0;pwn\x07",
    "\x1b[2J",
    "\x1b]8;;http://evil\x1b\\",
    "\x9b31m",
    "\x9d0;x",
    "\x90q",
    "\u202eabc",
    "\u2066x",
)
HOSTILE = " ".join((*MARKUP, *CONTROLS))
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067]")


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "hostile.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        text = "Xiaomi opens stores. Revenue will be 100 billion yuan."
        one = shift("Xiaomi opens stores.", speaker="Lei Jun", role="CEO", origin="online", destination="stores")
        store.save([analysed("a", text, one), analysed("b", "Huawei hires.", shift("Huawei hires.", "huawei"))])
        store.save([], state=FeedState("evil", "https://example.org", failures=2, last_error="x"))
        store.mark([1], MarkChange(starred=True, add_tags=("tag",), note="note"))
    with sqlite3.connect(path) as raw:
        for table, columns in texts_in(raw).items():
            for column in columns:
                raw.execute(f"UPDATE {table} SET {column} = ?", (HOSTILE,))
    with open_store(path, now=lambda: NOW) as store:
        yield store


def texts_in(raw: sqlite3.Connection) -> dict[str, list[str]]:
    """Tables with the columns that hold outside text."""
    wanted = {
        "title",
        "author",
        "outlet",
        "speaker",
        "object",
        "origin",
        "destination",
        "last_error",
        "note",
        "name",
        "scope",
        "unit",
    }
    tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")]
    found = {}
    for table in tables:
        columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
        if chosen := [column for column in columns if column in wanted]:
            found[table] = chosen
    return found


@pytest.fixture
def hostile_config(config: Config) -> Config:
    feed = Feed("evil", HOSTILE, "https://example.org", outlet=Outlet(HOSTILE, HOSTILE, "cn"))
    vendors = {**config.vendors, "xiaomi": Vendor("xiaomi", clean_line(HOSTILE))}
    return replace(config, feeds=(feed,), vendors=vendors, views=(View(HOSTILE, HOSTILE),))


async def test_no_screen_loses_runs_or_passes_on_what_outside_text_holds(hostile_config: Config, hostile: Store) -> None:
    poller = FakePoller([])
    async with running(hostile_config, hostile, poller, size=(200, 50)) as (app, pilot):

        async def looked_at() -> str:
            await settle(app, pilot)
            text = screen_text(app)
            assert not FORBIDDEN.search(text)
            assert app.is_running
            return text

        for key in "123456":
            await press(app, pilot, key)
            await click_everywhere(app, pilot)
            await looked_at()
            await press(app, pilot, "escape", "escape")  # out of the filter, and no filter any more
            text = await looked_at()
            if key in "35":
                assert "[/]" in text
        await press(app, pilot, "1", "z")
        assert "[Update] Xiaomi [5G]" in await looked_at()
        await press(app, pilot, "z", "3", "enter")
        assert isinstance(app.screen, ReaderScreen)
        assert "[@click=app.quit]CLICK[/]" in await looked_at()
        await press(app, pilot, "escape")
        for key in ("t", "a", "E", "B", "comma", "question_mark"):
            await press(app, pilot, key)
            await looked_at()
            await press(app, pilot, "escape")
        await press(app, pilot, "ctrl+p", *"view")
        assert "[/]" in await looked_at()
        await press(app, pilot, "escape")


async def test_toasts_and_errors_show_outside_text_as_it_is(hostile_config: Config, hostile: Store) -> None:
    app = MarketwatchApp(hostile_config, hostile, None, now=lambda: NOW)
    async with app.run_test(size=(200, 50), notifications=True) as pilot:
        await settle(app, pilot)
        for message in (
            messages.LoadFailed(HOSTILE),
            messages.Exported(HOSTILE, failed=True),
            messages.Exported(HOSTILE),
            messages.PollFinished(HOSTILE),
            messages.JobStarted(HOSTILE, "pages"),
            messages.JobFinished(HOSTILE),
            messages.Marked(HOSTILE),
        ):
            app.dashboard.post_message(message)
            await settle(app, pilot)
            text = screen_text(app)
            assert not FORBIDDEN.search(text)
            assert "[/nope]" in text
        app.post_message(messages.ConfigBroken(HOSTILE))
        await settle(app, pilot)
        assert not FORBIDDEN.search(screen_text(app))
        assert app.is_running


async def test_what_is_pasted_into_the_filter_cannot_leave_it(config: Config, store: Store) -> None:
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "slash")
        assert app.focused is not None
        app.focused.post_message(Paste(HOSTILE))
        await pilot.pause(0.1)
        await settle(app, pilot)
        assert not FORBIDDEN.search(screen_text(app))


async def click_everywhere(app: MarketwatchApp, pilot: Pilot[None]) -> None:
    """On the words that would run an action."""
    places = [(line.index("CLICK"), y) for y, line in enumerate(screen_text(app).split("\n")) if "CLICK" in line]
    for x, y in places[:3]:
        await pilot.click(offset=(x, y))
        await settle(app, pilot)
        if isinstance(app.screen, ReaderScreen):
            await press(app, pilot, "escape")
