"""Stand-ins for what a screen is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime

from marketwatch.config import Config
from marketwatch.domain import JobStep, PollOutcome, PollResult

from conftest import NOW  # isort: skip


class FakePoller:
    """Yields one outcome a slug; a test may hold it and do something at each."""

    def __init__(self, slugs: Sequence[str], *, failed: Collection[str] = ()) -> None:
        self.slugs = list(slugs)
        self.failed = failed
        self.on_feed: Callable[[str], None] = lambda slug: None
        self.gate = asyncio.Event()
        self.gate.set()
        self.rounds = 0
        self.configs: list[Config] = []
        self.asked: list[tuple[datetime, Collection[str] | None]] = []

    def due(self, slugs: Collection[str] | None = None) -> Sequence[str]:
        return self.slugs if self.rounds == 0 else []

    async def poll(self, slugs: Collection[str] | None = None, *, due_only: bool = False) -> AsyncIterator[PollOutcome]:
        self.rounds += 1
        for slug in self.slugs if slugs is None else slugs:
            await self.gate.wait()
            self.on_feed(slug)
            bad = slug in self.failed
            result = PollResult.FAILED if bad else PollResult.POLLED
            yield PollOutcome(slug, "https://example.org", result, NOW, new=0 if bad else 1, reason="HTTP 500" if bad else None)

    async def backfill(self, since: datetime, slugs: Collection[str] | None = None) -> AsyncIterator[JobStep]:
        self.asked.append((since, slugs))
        for page in range(1, 4):
            await self.gate.wait()
            yield JobStep(f"page {page}", page, 3, new=2)

    def reconfigure(self, config: Config) -> None:
        self.configs.append(config)
