"""Keys of one's own: what can be named, and that they work."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace

from textual.dom import DOMNode

import tui
from marketwatch.config import Config, Settings
from marketwatch.key_ids import KEYS, is_key
from store import Store
from tui.app import MarketwatchApp
from tui.bindings import binding_ids
from tui.screens.help import help_text

from conftest import NOW  # isort: skip
from screens import settle  # isort: skip


async def test_own_keys_work_and_the_help_lists_all_names(store: Store) -> None:
    config = replace(Config(Settings(timezone="UTC")), keys={"app.help": "f2"})
    app = MarketwatchApp(config, store, None, now=lambda: NOW)
    async with app.run_test() as pilot:
        await settle(app, pilot)
        ids = app.binding_ids()
        assert {"app.quit", "filter.edit"} <= ids.keys() <= KEYS.keys()
        assert all(name in help_text(ids).plain for name in ids)
        await pilot.press("f2")
        await settle(app, pilot)
        assert type(app.screen).__name__ == "HelpScreen"


def test_the_names_that_a_file_can_use_are_those_of_the_screens() -> None:
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        importlib.import_module(module.name)
    assert binding_ids([], {one for one in below(DOMNode) if one.__module__.startswith("tui.")}) == dict(KEYS)
    assert all(is_key(keys) for keys in KEYS.values())


def below(one: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for sub in one.__subclasses__():
        yield sub
        yield from below(sub)
