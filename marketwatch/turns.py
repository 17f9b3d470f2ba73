"""Whose turn it is: limits a host and overall, pauses that hosts asked for, and feeds that another poller holds.

Pollers in several processes share the work through claims in the store. A claim is a lease: it ends with the feed's
saved state, or with time when its owner is killed; one whose process is gone from this machine is taken over at once.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketwatch.config import Settings
from marketwatch.domain import Claim, Feed, FeedState
from marketwatch.poll import decide
from marketwatch.ports import PollBook

LEASE = timedelta(minutes=15)
_SLICE = 32
"""Feeds claimed in one transaction: so many that it costs little, so few that others find work."""


def make_owner() -> str:
    """A name for a poller that tells people who it is: process, machine, and a part of its own."""
    return f"process {os.getpid()} on {socket.gethostname()} #{secrets.token_hex(4)}"


def is_dead(owner: str) -> bool:
    """Whether an owner was a process of this machine that has ended."""
    words = owner.split()
    if len(words) < 4 or words[3] != socket.gethostname() or not words[1].isdecimal() or sys.platform == "win32":
        return False
    try:
        os.kill(int(words[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@dataclass(frozen=True, slots=True)
class Turn:
    """What a feed may do now."""

    state: FeedState | None = None
    """Fresh from the store, when it may be polled."""
    waits: str | None = None
    """Why it is not asked now, in words."""
    done: bool = False
    """Another poller has just polled it: there is nothing to do or to say."""


class Turns:
    """Gives the feeds of one round their turns."""

    def __init__(
        self,
        book: PollBook,
        feeds: Sequence[Feed],
        settings: Settings,
        *,
        owner: str,
        now: Callable[[], datetime],
        due_only: bool,
    ) -> None:
        self._book = book
        self._owner = owner
        self._now = now
        self._due_only = due_only
        self._overall = asyncio.Semaphore(settings.concurrency)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(settings.per_host))
        self._unclaimed = deque(feed.slug for feed in feeds)
        self._claims: dict[str, tuple[Claim, datetime]] = {}
        self._claiming = asyncio.Lock()
        self._slice = min(_SLICE, 2 * settings.concurrency)
        self.pauses: dict[str, tuple[datetime, str]] = {}

    async def begin(self) -> None:
        """Read which hosts asked for a pause."""
        self.pauses |= await asyncio.to_thread(self._book.pauses)

    @asynccontextmanager
    async def turn(self, feed: Feed) -> AsyncIterator[Turn]:
        """Wait for the feed's turn and hold it."""
        async with self._hosts[decide.host_of(feed.url)], self._overall:
            yield await self._look(feed)

    async def _look(self, feed: Feed) -> Turn:
        if (waits := self._paused(feed, None)) is not None:
            return Turn(waits=waits)
        claim = await self._claim(feed.slug)
        if claim.holder is not None:
            return (
                Turn(done=True)
                if self._due_only
                else Turn(waits=f"left to {claim.holder.partition(' #')[0]}, which polls it now")
            )
        if (waits := self._paused(feed, claim.state)) is not None:
            return Turn(waits=waits)
        if self._due_only and not decide.is_due(feed, claim.state, self._now()):
            return Turn(done=True)
        return Turn(claim.state)

    def _paused(self, feed: Feed, state: FeedState | None) -> str | None:
        pause = decide.pause_of(feed, state, self._now(), self.pauses)
        if pause is None:
            return None
        host = decide.host_of(decide.address(feed, state))
        return f"not asked: {host} wants a pause until {pause[0]:%Y-%m-%d %H:%M} UTC ({pause[1]})"

    async def _claim(self, slug: str) -> Claim:
        async with self._claiming:
            claim, at = self._claims.get(slug, (None, self._now()))
            if claim is None or self._now() - at > LEASE / 2:
                slugs = [slug]
                while self._unclaimed and len(slugs) < self._slice:
                    if (other := self._unclaimed.popleft()) != slug and other not in self._claims:
                        slugs.append(other)
                found = await asyncio.to_thread(self._take, slugs)
                self._claims |= {name: (one, self._now()) for name, one in found.items()}
            return self._claims[slug][0]

    def _take(self, slugs: Sequence[str]) -> dict[str, Claim]:
        now = self._now()
        found = dict(self._book.claim(slugs, self._owner, now=now, lease=LEASE))
        holders = {claim.holder for claim in found.values() if claim.holder}
        if dead := {holder for holder in holders if is_dead(holder)}:
            found = dict(self._book.claim(slugs, self._owner, now=now, lease=LEASE, over=dead))
        return found

    async def pause(self, url: str, seconds: int, reason: str) -> None:
        """Leave the host of an address alone for so long, in this round and in all."""
        until = self._now() + timedelta(seconds=seconds)
        self.pauses[decide.host_of(url)] = (until, reason)
        await asyncio.to_thread(self._book.pause, decide.host_of(url), until, reason)

    async def end(self) -> None:
        """Let go of what was claimed and not polled."""
        await asyncio.to_thread(self._book.release, self._owner)
