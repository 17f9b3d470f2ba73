"""The dashboard driven by keys, and what then stands on its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from marketwatch.config import Config
from marketwatch.domain import Move
from store import Store
from tui.app import MarketwatchApp
from tui.screens.loading import LoadingScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

from conftest import NOW  # isort: skip
from fakes import FakePoller  # isort: skip


@asynccontextmanager
async def running(
    config: Config, store: Store, poller: FakePoller | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[MarketwatchApp, Pilot[None]]]:
    config = replace(config, settings=replace(config.settings, timezone="UTC"))
    app = MarketwatchApp(config, store, poller, now=lambda: NOW)
    app.NOTIFICATION_TIMEOUT = 600.0  # what was told can be read by the slowest test
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        yield app, pilot


async def settle(app: MarketwatchApp, pilot: Pilot[None]) -> None:
    """Until no worker runs, no message waits, and nothing waits for a pause of who types."""
    while waits_for_a_pause(app):
        await pilot.pause(0.02)
    for _ in range(4):
        with suppress(WorkerCancelled):  # a newer question takes the place of an older one
            await app.workers.wait_for_complete()
        await pilot.pause(0)  # until every widget has handled what it had been sent
    await pilot.pause()  # until nothing is at work any more: at least 20 ms, so only once
    if waits_for_a_pause(app) or any(not worker.is_finished for worker in app.workers):
        await settle(app, pilot)


def waits_for_a_pause(app: MarketwatchApp) -> bool:
    """Whether a query, the rest of an answer, or what follows a cursor, does."""
    screens = [one for one in app.screen_stack if isinstance(one, LoadingScreen)]
    asking = any(one.naming or one._generation in (one._unasked, one._resting) for one in screens)
    return asking or any(one.following for screen in app.screen_stack for one in screen.query(LineList))


async def press(app: MarketwatchApp, pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(app, pilot)


async def type_filter(app: MarketwatchApp, pilot: Pilot[None], text: str) -> None:
    await pilot.press("slash")
    app.dashboard.query_one(FilterBar).input.value = text
    await pilot.pause(0)  # until the filter has heard of it
    await settle(app, pilot)


def listed_moves(app: MarketwatchApp) -> Sequence[Move]:
    """What every view of moves shows when it is on the screen."""
    listed = app.dashboard.listed()
    return listed.moves if listed else ()


def toasts(app: MarketwatchApp) -> str:
    """What was said in passing, whether or not it is shown in this test."""
    return "\n".join(f"{one.title} {one.message}" for one in app._notifications)


def screen_text(app: MarketwatchApp) -> str:
    """What stands on the screen."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
