"""Keys of one's own: what can be named, and what is said of a name that is none."""

from __future__ import annotations

from dataclasses import replace

from marketwatch.config import Config, Settings
from store import Store
from tui.app import MarketwatchApp
from tui.screens.help import help_text

from conftest import NOW  # isort: skip
from screens import settle  # isort: skip


async def test_own_keys_work_and_a_name_that_is_none_is_told(store: Store) -> None:
    config = replace(Config(Settings(timezone="UTC")), keys={"app.help": "f2", "app.quti": "x"})
    app = MarketwatchApp(config, store, None, now=lambda: NOW)
    async with app.run_test(notifications=True) as pilot:
        await settle(app, pilot)
        told = [notice.message for notice in app._notifications]
        assert "[keys]: no binding 'app.quti'; did you mean 'app.quit'?" in told
        ids = app.binding_ids()
        assert {"app.quit", "filter.edit"} <= ids.keys()
        assert all(name in help_text(ids).plain for name in ids)
        await pilot.press("f2")
        await settle(app, pilot)
        assert type(app.screen).__name__ == "HelpScreen"
