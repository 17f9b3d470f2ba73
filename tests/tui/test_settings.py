"""The settings screen: what is typed is checked beside it, and lands in feeds.toml with its comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from marketwatch.config import Config
from marketwatch.config_file import load_config
from store import Store
from tui.app import MarketwatchApp
from tui.screens.settings import SettingsScreen
from tui.widgets.feed_switches import FeedSwitches

from builders import analysed  # isort: skip
from conftest import NOW  # isort: skip
from fakes import FakePoller  # isort: skip
from screens import press, screen_text, settle, toasts  # isort: skip

FILE = """\
[settings]
interval = "30m"   # often enough
timezone = "UTC"

# the two
[vendors.xiaomi]
name = "Xiaomi"
[vendors.huawei]
name = "Huawei"

[[feeds]]
slug = "a"        # the first
title = "[/] A"
url = "https://example.org/a"

[[feeds]]
slug = "b"
url = "https://example.org/b"
enabled = false
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(FILE)
    return path


def set_to(app: MarketwatchApp, key: str, value: str) -> None:
    app.screen.query_one(f"#set-{key}", Input).value = value


async def test_settings_and_feeds_are_written_checked_and_taken_over(file: Path, store: Store) -> None:
    store.save([analysed("x")])
    poller = FakePoller([])
    app = MarketwatchApp(load_config(file), store, poller, now=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "2", "comma")
        assert isinstance(app.screen, SettingsScreen)
        assert "[/] A" in screen_text(app)
        set_to(app, "concurrency", "many")
        await settle(app, pilot)
        assert "✗ must be a whole number from 1 to 64" in str(app.screen.query_one("#hint-concurrency", Static).render())
        await press(app, pilot, "ctrl+s")
        assert file.read_text() == FILE
        for key, value in (("concurrency", "4"), ("interval", "2h"), ("theme", "marketwatch-light"), ("lanes", "huawei")):
            set_to(app, key, value)
        app.screen.query_one(FeedSwitches).focus()
        await press(app, pilot, "space", "j", "space", "F", "ctrl+s")
        await settle(app, pilot)
        written = file.read_text()
        assert 'interval = "2h"    # often enough\n' in written
        assert 'slug = "a"        # the first\n' in written
        assert "# the two\n[vendors.xiaomi]" in written
        config = load_config(file)
        assert (config.settings.concurrency, config.settings.interval_s) == (4, 7200)
        assert [(feed.enabled, feed.full_text) for feed in config.feeds] == [(False, None), (True, True)]
        app._look()
        await settle(app, pilot)
        assert app.screen is app.dashboard
        assert app.dashboard.view == "moves"
        assert app.theme == "marketwatch-light"
        assert list(app.config.vendors) == ["huawei", "xiaomi"]
        assert poller.configs == [config]


async def test_what_is_not_saved_is_said_before_it_is_left(file: Path, store: Store) -> None:
    app = MarketwatchApp(load_config(file), store, None, now=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "comma")
        set_to(app, "interval", "6h")
        await press(app, pilot, "escape")
        assert isinstance(app.screen, SettingsScreen)
        assert "not saved" in toasts(app)
        await press(app, pilot, "escape")
        assert app.screen is app.dashboard
        assert file.read_text() == FILE


async def test_a_file_edited_elsewhere_is_taken_over_and_a_mistake_in_it_is_said(file: Path, store: Store) -> None:
    app = MarketwatchApp(load_config(file), store, None, now=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        file.write_text(FILE.replace('"30m"', '"1 moon"'))
        app._look()
        await settle(app, pilot)
        assert "feeds.toml:2: interval" in toasts(app)
        assert app.config.settings.interval_s == 1800
        file.write_text(FILE.replace('"30m"', '"45m"'))
        app._look()
        await settle(app, pilot)
        assert app.config.settings.interval_s == 2700
        assert app.screen is app.dashboard


def test_lanes_say_which_vendors_come_first(file: Path) -> None:
    file.write_text(FILE.replace("[settings]", '[settings]\nlanes = ["huawei"]'))
    assert list(load_config(file).vendors) == ["huawei", "xiaomi"]


def test_the_packaged_list_is_not_edited(config: Config) -> None:
    from marketwatch.config_file import user_config
    from marketwatch.feed_list import editable_of

    assert editable_of(config) == (config.path, user_config())
