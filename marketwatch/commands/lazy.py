"""A poller that loads httpx and feedparser when it is first asked: they cost the dashboard its first paint."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import aclosing
from threading import Lock
from typing import TYPE_CHECKING

from marketwatch.config import Config
from marketwatch.domain import PollOutcome
from marketwatch.errors import MarketwatchError
from marketwatch.events import tell
from marketwatch.ports import ArticleStore

if TYPE_CHECKING:
    from marketwatch.pipeline import Pipeline


class LazyPipeline:
    """`marketwatch.pipeline.Pipeline`, made at first use, outside the event loop."""

    def __init__(self, config: Config, store: ArticleStore) -> None:
        self._config = config
        self._store = store
        self._made: Pipeline | None = None
        self._lock = Lock()
        self._pages: asyncio.Task[None] | None = None

    def _pipeline(self) -> Pipeline:
        from marketwatch.pipeline import Pipeline

        with self._lock:
            if self._made is None:
                self._made = Pipeline(self._config, self._store)
            return self._made

    def due(self, slugs: Collection[str] | None = None) -> Sequence[str]:
        return self._pipeline().due(slugs)

    async def poll(self, slugs: Collection[str] | None = None, *, due_only: bool = False) -> AsyncIterator[PollOutcome]:
        pipeline = await asyncio.to_thread(self._pipeline)
        async for outcome in pipeline.poll(slugs, due_only=due_only):
            yield outcome
        if self._pages is None or self._pages.done():  # they take their time, and no round waits for them
            self._pages = asyncio.create_task(self._read_pages(pipeline))

    async def _read_pages(self, pipeline: Pipeline) -> None:
        from marketwatch.full_texts import FullTexts

        try:
            async with aclosing(FullTexts(pipeline, self._store).read()) as outcomes:
                async for _ in outcomes:
                    pass
        except MarketwatchError as error:  # the next round tries again
            tell("pages", {"reason": str(error)}, level=logging.WARNING)

    def close(self) -> None:
        if self._made is not None:
            self._made.close()
