"""Reversals, the chain behind a row, the base of a day and alerts on the screen: keys in, screen out, a real store behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from marketwatch.config import Config
from marketwatch.config_file import load_config
from marketwatch.domain import Direction, Moment, Notice, ShiftKind
from store import Store, open_store
from tui.app import MarketwatchApp
from tui.screens.alerting import desktop_sequence, toasts
from tui.screens.reader import ReaderScreen
from tui.screens.tracing import ChainScreen, chain_text
from tui.wrapping import Hanging

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip
from fakes import FakePoller  # isort: skip
from screens import press, running, screen_text, settle, type_filter  # isort: skip

GONE, BACK = "Oppo leaves [b]Germany[/].", "Oppo is back in Germany."


@pytest.fixture
def turned(store: Store) -> Store:
    rows = (("a", GONE, "2022-08-01", Direction.STOP, "Germany"), ("b", BACK, "2024-02-08", Direction.START, "Germany"))
    for key, text, date, direction, place in (*rows, ("c", "Oppo enters India.", "2024-03-01", Direction.START, "India")):
        said = shift(text, "oppo", kind=ShiftKind.MARKET, direction=direction, object=place)
        store.save([analysed(key, text, said, published=Moment.parse(date))])
    return store


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_reversal_is_marked_and_shown_with_both_quotes(config: Config, turned: Store, size: tuple[int, int]) -> None:
    async with running(config, turned, size=size) as (app, pilot):
        assert screen_text(app).count("↶ ") == 1
        await press(app, pilot, "2")
        assert "↶ " in screen_text(app)
        await type_filter(app, pilot, "is:reversal")
        await press(app, pilot, "enter")
        text = screen_text(app)
        assert "1 move" in text
        assert "India" not in text.replace("is:reversal", "")
        for words in ("reversal of 2022-08-01", "[b]Germany[/]", BACK):
            assert words in " ".join(text.split()) or size == (80, 24)
        await press(app, pilot, "%")
        assert isinstance(app.screen, ReaderScreen)
        assert "Oppo leaves [b]Germany[/]." in screen_text(app)


def test_what_a_chain_says_of_one_thing_stands_in_one_column() -> None:
    console = Console(width=40)
    with console.capture() as printed:
        console.print(Hanging(chain_text(("sentence  [0:60] “" + "word " * 12, "          sha256 " + "a" * 60))))
    lines = [line for line in printed.get().splitlines() if line.strip()]
    assert len(lines) > 4
    assert {len(line) - len(line.lstrip()) for line in lines[1:]} == {lines[0].index("[")}


async def test_i_shows_the_chain_of_the_row(config: Config, turned: Store) -> None:
    async with running(config, turned) as (app, pilot):
        await press(app, pilot, "i")
        assert isinstance(app.screen, ChainScreen)
        text = screen_text(app)
        for words in (
            "move",
            "oppo market start: India",
            "rule own_stores.open",
            "sha256",
            "https://example.org/c",
            "marketwatch why",
        ):
            assert words in text
        await press(app, pilot, "escape", "3", "i")
        assert "Title" in screen_text(app)


async def test_the_base_of_a_day_says_so_everywhere(config: Config, tmp_path: Path) -> None:
    clock = [NOW - timedelta(days=30)]
    with open_store(tmp_path / "d.sqlite3", now=lambda: clock[0]) as store:
        store.save([analysed("a", "Xiaomi opens stores.", shift("Xiaomi opens stores.", object="first said"))])
        clock[0] = NOW
        text = "Xiaomi closes stores."
        store.save([analysed("a", text, shift(text, object="then said"))])
        async with running(config, store) as (app, pilot):
            assert "then said" in screen_text(app)
            await type_filter(app, pilot, "asof:2026-11-01")
            await press(app, pilot, "enter")
            shown = screen_text(app)
            assert "as of 2026-11-01 · 1 move" in shown
            assert "first said" in shown
            assert "then said" not in shown
            await press(app, pilot, "enter")
            assert "Xiaomi opens stores." in screen_text(app)
            await press(app, pilot, "escape", "4")
            assert "as of 2026-11-01" in screen_text(app)
            await press(app, pilot, "1")
            await type_filter(app, pilot, "asof:2020")
            assert "no article that matches had been seen here by then" in screen_text(app)


class FakeAlerter:
    """Has notices once."""

    def __init__(self, *notices: Notice) -> None:
        self.notices = list(notices)
        self.alerts: Sequence[object] = ()

    def check(self, shows: Collection[str] = ()) -> Sequence[Notice]:
        assert set(shows) == {"toast", "bell", "desktop"}
        found, self.notices = self.notices, []
        return found

    def use(self, config: Config) -> None:
        self.alerts = config.alerts


async def test_alerts_appear_as_toasts_whatever_their_text(config: Config, store: Store) -> None:
    config = replace(config, settings=replace(config.settings, timezone="UTC"))
    alerter = FakeAlerter(
        Notice("toast", "india", "oppo [b]market"), Notice("bell", "india", "x"), Notice("failed", "hook", "HTTP 500")
    )
    app = MarketwatchApp(config, store, FakePoller(["heise"]), now=lambda: NOW, alerter=alerter)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        told = {note.title: note.message for note in app._notifications}
        assert told == {"india": "oppo [b]market", "alert hook was not told": "HTTP 500"}


async def test_w_adds_an_alert_to_feeds_toml(config: Config, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text("# mine\n[vendors.oppo]\nname = 'Oppo'\n")
    async with running(load_config(path), store) as (app, pilot):
        app.alerter = alerter = FakeAlerter()
        await press(app, pilot, "w")
        assert path.read_text().count("alerts") == 0
        await type_filter(app, pilot, "vendor:oppo kind:market")
        await press(app, pilot, "enter", "w")
        assert str(path)[:20] in " ".join(screen_text(app).split())
        await press(app, pilot, "escape", "w", "enter")
        (alert,) = load_config(path).alerts
        assert (alert.name, alert.query) == ("vendor-oppo-kind-market", "vendor:oppo kind:market")
        assert path.read_text().startswith("# mine\n")
        assert [getattr(one, "name", "") for one in alerter.alerts] == ["vendor-oppo-kind-market"]
        await press(app, pilot, "w", "enter")
        assert any("stands here twice" in note.message for note in app._notifications)
        assert len(load_config(path).alerts) == 1


def test_many_moves_of_one_alert_make_one_toast_and_a_terminal_is_told_nothing_else() -> None:
    many = [Notice("toast", "a", f"{n}") for n in range(9)]
    assert toasts([*many, Notice("toast", "b", "one")]) == [("b", "one", False), ("a", "9 new moves", False)]
    evil = Notice("desktop", "a;b", "x\x07\x1b]0;title\x07y")
    assert desktop_sequence(evil, "xterm").count("\x07") == 1
    assert desktop_sequence(evil, "foot").count("\x1b") == 2
    assert desktop_sequence(evil, "foot").count(";") == 3
