"""How moves come to the screen: the newest first, the rest when nobody types on, all of them by one at a time."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from marketwatch.config import Config
from marketwatch.query import Query, parse
from store import Store
from tui import snapshot
from tui.screens import loading

from builders import analysed, shift  # isort: skip
from screens import running, screen_text, settle  # isort: skip


async def test_what_is_newest_stands_there_before_all_the_rest_is_read(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FIRST_SHIFTS", 3)
    text = "Xiaomi opens stores."
    store.save([analysed(str(n), text, shift(text, object=f"object {n}")) for n in range(8)])
    for query, most in ((Query(), 8), (parse("limit:5"), 5)):
        found = [snapshot.read_newest(store, query), snapshot.read_snapshot(store, query)]
        assert [(len(one.moves), one.cut) for one in found] == [(3, True), (most, False)]
    async with running(config, store) as (app, _):
        assert "8 moves" in screen_text(app)


async def test_nobody_waits_for_the_rest_of_what_is_no_longer_asked(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FIRST_SHIFTS", 3)
    text = "Xiaomi opens stores."
    store.save([analysed(str(n), text, shift(text, object=f"object {n}")) for n in range(8)])
    async with running(config, store) as (app, pilot):
        asked: list[str] = []
        monkeypatch.setattr(app.dashboard, "_load_rest", lambda newest, _: asked.append(newest.query.text))
        for word in ("xiaomi", "opens"):
            monkeypatch.setattr(loading, "_REST_S", 1000.0 if word == "xiaomi" else 0.001)
            app.dashboard.set_filter(word)
            await pilot.pause(0)
            while app.dashboard._unasked == app.dashboard._generation:
                await pilot.pause(0.02)
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert not [worker for worker in app.workers if not worker.is_finished]  # no thread sleeps
        await settle(app, pilot)
        assert asked == ["opens"]


async def test_all_moves_are_read_by_one_at_a_time_and_only_for_who_still_wants_them(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save([analysed("a")])
    async with running(config, store) as (app, pilot):
        held, began, reading, answers = Event(), Event(), [0], [0]

        def slow(*args: Any, **named: Any) -> snapshot.Snapshot:
            reading.append(reading[-1] + 1)
            began.set()
            held.wait(60)
            found = snapshot.read_snapshot(*args, **named)
            answers.append(reading[-1])
            reading.append(reading[-1] - 1)
            return found

        monkeypatch.setattr(loading, "read_snapshot", slow)
        app.dashboard.reload()
        while not began.is_set():
            await pilot.pause(0.01)
        for _ in range(3):
            app.dashboard.reload()
            await pilot.pause()
        held.set()
        await settle(app, pilot)
        assert max(reading) == 1
        assert answers == [0, 1, 1]  # what was under way, and the newest of what was asked meanwhile
