"""How much memory and time reading may take: of memory a share for each document, and so much for all of them at once."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

_LEAST, _MOST = 48 << 20, 192 << 20
_A_BYTE = 16
"""Bytes that a byte of a document may take: a feed with one emoji takes four a character, twice, and a tree beside it."""
_TOGETHER = 224 << 20
"""Bytes for all documents that are read at the same time."""


def share_of(size: int) -> int:
    """Bytes that a worker may take beyond what it holds, to read a document of so many bytes."""
    return min(_LEAST + size * _A_BYTE, _MOST)


class Budget:
    """Bytes that are handed out in the order in which they are asked for. It belongs to no event loop."""

    def __init__(self, size: int = _TOGETHER) -> None:
        self._left = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @contextlib.asynccontextmanager
    async def taken(self, size: int) -> AsyncIterator[None]:
        """Wait until so many bytes are there, at most the whole budget; they are given back at the end."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        self._hand_out()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._left += size
            self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting and (self._waiting[0][0] <= self._left or self._waiting[0][1].done()):
            size, turn = self._waiting.popleft()
            if not turn.done():  # who waited no longer has cancelled it
                self._left -= size
                turn.set_result(None)


@contextlib.contextmanager
def limited(more: int) -> Iterator[None]:
    """Let this process take so many bytes beyond what it holds; then MemoryError is raised. Only Linux counts them."""
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (held + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


class OutOfTime(BaseException):
    """Reading took longer than it may: nothing that reads catches it by mistake."""


@contextlib.contextmanager
def timed(cpu_s: float) -> Iterator[None]:
    """Raise OutOfTime after so many seconds of CPU; how long that takes on a busy machine is no fault of what is read.

    In the main thread, and not on Windows. A call that does not come back to Python is for others to end.
    """
    if sys.platform == "win32":
        yield
        return

    def over(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, cpu_s, 1.0)  # again: what is raised in a destructor is lost
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def give_back() -> None:
    """Return to the system what was freed: else each worker keeps the most that it ever took."""
    gc.collect()
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # a C library without it
            ctypes.CDLL(None).malloc_trim(0)
