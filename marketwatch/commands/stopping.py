"""Ending a long run cleanly: ctrl-c and SIGTERM stop it between two results, and what was reported is stored."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Outcome = TypeVar("Outcome")


async def until(outcomes: AsyncIterator[Outcome], stop: asyncio.Event) -> AsyncIterator[Outcome]:
    """The outcomes until the user asks to stop; what was yielded is stored."""
    stopping = asyncio.ensure_future(stop.wait())
    following: asyncio.Future[Outcome | None] | None = None
    try:
        while True:
            following = asyncio.ensure_future(anext(outcomes, None))
            await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                return
            outcome = following.result()
            if outcome is None:
                return
            yield outcome
    finally:
        stopping.cancel()
        if following is not None and not following.done():  # cancelled while it waited
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        close: Any = getattr(outcomes, "aclose", None)
        if close is not None:
            await close()


@contextmanager
def stoppable() -> Iterator[asyncio.Event]:
    """An event that ctrl-c and SIGTERM set, so that a run ends cleanly."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    handled: list[signal.Signals] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError):  # Windows, or not the main thread
            loop.add_signal_handler(number, stop.set)
            handled.append(number)
    try:
        yield stop
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
