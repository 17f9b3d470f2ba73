"""Store and poller that load SQLModel, httpx and feedparser when they are first asked: they cost the first paint."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import aclosing
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from marketwatch.config import Config
from marketwatch.domain import JobStep, PollOutcome
from marketwatch.errors import MarketwatchError
from marketwatch.events import tell
from marketwatch.ports import ArticleStore

if TYPE_CHECKING:
    from marketwatch.backfill import Backfill, PageOutcome
    from marketwatch.pipeline import Pipeline
    from store import Store


class _Later:
    """A method, or a part with methods, that opens the store when it is called and not when it is handed on."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self._get = get

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._get()(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return _Later(lambda: getattr(self._get(), name))


class LazyStore:
    """`store.Store`, opened at first use: not in the event loop, because that takes the time of its imports."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._made: Store | None = None
        self._lock = Lock()
        self.told: Callable[[JobStep], None] = lambda _: None
        """Hears how far a file of an older version is on its way to this one; may raise to end that."""

    def open(self) -> Store:
        """The store itself. Raises StoreError."""
        from store import open_store

        with self._lock:
            if self._made is None:
                self._made = open_store(self._path, told=self.told)
            return self._made

    def __getattr__(self, name: str) -> Any:
        return _Later(lambda: getattr(self.open(), name))

    def close(self) -> None:
        if self._made is not None:
            self._made.close()


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

    async def backfill(self, since: datetime, slugs: Collection[str] | None = None) -> AsyncIterator[JobStep]:
        walk = await asyncio.to_thread(self._walk, since)
        wanted = [feed.slug for feed in self._config.feeds if feed.enabled] if slugs is None else slugs
        left: dict[str, int | None] = dict.fromkeys(wanted, 1)
        done = 0
        pages = walk.walk(wanted)
        try:
            async for page in pages:
                done += 1
                left[page.outcome.feed] = 0 if page.stop else page.pages_left
                more = list(left.values())
                total = None if None in more else done + sum(pages_left or 0 for pages_left in more)
                yield JobStep(page_words(page), done, total, page.outcome.new)
        finally:
            await pages.aclose()  # type: ignore[attr-defined]

    def _walk(self, since: datetime) -> Backfill:
        from marketwatch.backfill import Backfill

        return Backfill(self._pipeline(), self._store, since=since)

    def reconfigure(self, config: Config) -> None:
        with self._lock:
            self._config, made, self._made = config, self._made, None
        if made is not None:
            made.close()

    def close(self) -> None:
        if self._made is not None:
            self._made.close()


def page_words(page: PageOutcome) -> str:
    """`techblog page 12, back to 2019-03`."""
    back = f", back to {page.oldest:%Y-%m}" if page.oldest else ""
    why = f": {page.stop}" if page.stop else ""
    return f"{page.outcome.feed} page {page.page}{back}{why}"
