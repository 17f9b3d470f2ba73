"""Parsing and extraction in worker processes, with limits on time and memory.

A hostile feed may keep feedparser busy for hours or eat all memory: the worker is then ended and replaced, and the feed
is reported as failed. Workers are started by the first task and end with their parent, however that ends. What only
they need is imported when they need it: a round that finds nothing new starts none and loads none of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import cache
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, TypeVar

from marketwatch.config import Config
from marketwatch.domain import AnalysedArticle, ArticleDraft, Extraction, Fingerprint
from marketwatch.errors import ParseError
from marketwatch.poll.memory import Budget, OutOfTime, give_back, limited, share_of, timed

if TYPE_CHECKING:
    import pebble

    from marketwatch.extract import Document, Extractor
    from marketwatch.poll.article_page import ArticlePage
    from marketwatch.poll.parse import ParsedFeed

_log = logging.getLogger(__name__)
_PARSE_CPU_S, _PARSE_S = 10, 30
"""The second on the clock, for what never comes back to Python."""
_PAGE_S = 20
_ANALYSE_S = 120
_MEMORY = 1 << 30
_LARGE = 200_000
"""Bytes of a document after which a worker gives back what it freed: it takes a millisecond."""
_CHECK_PARENT_S = 2.0
_CHECK_POOL_S = 1.0
_TRIES = 2
_NOT_READ = "none"
"""The extractor of an article that none could read: a new extraction tries it again."""

Result = TypeVar("Result")
_config: Config | None = None
"""Of this worker process; set once by `_start_worker`."""


class OverLimitError(ParseError):
    """What was to be read takes too long or too much memory."""


class WorkerPool:
    """Worker processes for parsing feeds and analysing articles."""

    def __init__(self, config: Config, *, workers: int | None = None) -> None:
        self._config = config
        self._workers = workers or max(1, min(4, os.cpu_count() or 1))
        self._pool: pebble.ProcessPool | None = None
        self._running: set[Future[Any]] = set()
        self._closed = False
        self._memory = Budget()

    async def parse(self, body: bytes, *, charset: str | None, now: datetime, known: bytes = b"", base: str = "") -> ParsedFeed:
        """Read a feed that came from `base`, without the items that are `known`.

        Raises ParseError, also when it takes too long or too much memory.
        """
        async with self._memory.taken(share_of(len(body))):
            return await self._run(_parse, (body, charset, now, known, base), _PARSE_S)

    async def read_article(self, body: bytes, *, charset: str | None, url: str, asked: str, summary: str) -> ArticlePage:
        """Read an article's page. Raises ParseError when it takes too long or too much memory."""
        return await self._run(_read_article, (body, charset, url, asked, summary), _PAGE_S)

    async def analyse(self, drafts: Sequence[ArticleDraft], feed_vendors: Sequence[str]) -> list[AnalysedArticle]:
        """Extract from clean drafts. Raises ParseError when it takes too long or too much memory."""
        return await self._run(_analyse, (tuple(drafts), tuple(feed_vendors)), _ANALYSE_S)

    async def analyse_each(self, drafts: Sequence[ArticleDraft], feed_vendors: Sequence[str]) -> list[AnalysedArticle]:
        """Extract from clean drafts; one that takes too long or too much memory has nothing extracted and holds no other up.

        Raises ParseError where there are no workers.
        """
        try:
            return await self.analyse(drafts, feed_vendors)
        except OverLimitError as error:
            if len(drafts) > 1:
                half = len(drafts) // 2
                return [one for part in (drafts[:half], drafts[half:]) for one in await self.analyse_each(part, feed_vendors)]
            _log.warning("nothing is extracted from %s of %s: %s", drafts[0].key, drafts[0].source, error)
            return [AnalysedArticle(drafts[0], Extraction(drafts[0].lang or "", (), (), _NOT_READ))]

    async def fingerprints(self, documents: Sequence[Document]) -> list[Fingerprint]:
        """What documents are compared by. Raises ParseError when it takes too long or too much memory."""
        return await self._run(_fingerprints, (tuple(documents),), _ANALYSE_S)

    def close(self) -> None:
        """End the workers, whatever they do; who waits for them hears of it, and no new ones begin."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        for future in list(self._running):
            with contextlib.suppress(InvalidStateError):  # it ended after all
                future.set_exception(ParseError("the workers were ended"))

    async def _run(self, function: Callable[..., Result], args: tuple[object, ...], limit_s: float) -> Result:
        """Run it in a worker, in new ones when the first broke under it: that is no fault of what was to be read."""
        import pebble

        broken = ParseError("the worker processes end as soon as they begin")
        for _ in range(_TRIES):
            if self._closed:
                raise ParseError("the workers were ended")
            pool = self._started()
            try:
                return await self._result(pool, function, args, limit_s)
            except BrokenProcessPool:
                await self._discard(pool)
            except pebble.ProcessExpired:
                broken = OverLimitError("the process that read it was killed, again and again: it may take too much memory")
        raise broken

    def _started(self) -> pebble.ProcessPool:
        import pebble

        if self._pool is None:
            # The tracker of spawned processes inherits stderr, and a dashboard puts there what has no file.
            with contextlib.redirect_stderr(sys.__stderr__):
                resource_tracker.ensure_running()
            # Not fork: the parent runs an event loop and threads.
            context = multiprocessing.get_context("spawn")
            self._pool = pebble.ProcessPool(
                max_workers=self._workers,
                max_tasks=2000,
                initializer=_start_worker,
                initargs=(self._config, os.getpid()),
                context=context,
            )
        return self._pool

    async def _result(
        self, pool: pebble.ProcessPool, function: Callable[..., Result], args: tuple[object, ...], limit_s: float
    ) -> Result:
        """What the function gives. Raises ParseError where it is to blame, BrokenProcessPool where the pool is.

        pebble's ProcessExpired: the worker was killed, by what it read or by somebody.
        """
        try:
            future = await asyncio.to_thread(pool.schedule, function, args=args, timeout=limit_s)
        except RuntimeError as error:  # it broke before, or is being ended
            raise BrokenProcessPool from error
        self._running.add(future)
        waiting = asyncio.wrap_future(future)
        try:
            while not (await asyncio.wait([waiting], timeout=_CHECK_POOL_S))[0]:
                if not pool.active:  # what waits in a broken one would wait for ever
                    raise BrokenProcessPool
            return waiting.result()
        except TimeoutError as error:
            raise OverLimitError(f"reading it took longer than {limit_s:g} s") from error
        except MemoryError as error:
            raise OverLimitError("reading it took too much memory") from error
        finally:
            waiting.cancel()
            self._running.discard(future)

    async def _discard(self, pool: pebble.ProcessPool) -> None:
        """Let go of a broken pool: one process killed while it has nothing to do is enough to break it for good."""
        if self._pool is not pool:
            return
        self._pool = None
        _log.warning("the worker processes broke: others are started")
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(pool.join)


def _start_worker(config: Config, parent: int) -> None:
    global _config
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    _config = config


def _end_with_parent(parent: int) -> None:
    """A killed parent cannot stop its workers: they look for it themselves."""
    while os.getppid() == parent:
        time.sleep(_CHECK_PARENT_S)
    os._exit(1)


def _parse(body: bytes, charset: str | None, now: datetime, known: bytes, base: str) -> ParsedFeed:
    from marketwatch.poll.parse import parse_feed

    try:
        with limited(share_of(len(body))), timed(_PARSE_CPU_S):
            return parse_feed(body, charset=charset, now=now, known=known, base=base)
    except MemoryError:
        over = "too much memory"
    except OutOfTime:
        over = f"longer than {_PARSE_CPU_S} s of CPU"
    finally:  # here the error is gone, and with its frames all that was read
        if len(body) > _LARGE:
            give_back()
    raise OverLimitError(f"reading it took {over}")


def _read_article(body: bytes, charset: str | None, url: str, asked: str, summary: str) -> ArticlePage:
    from marketwatch.poll.article_page import read_article

    return read_article(body, charset=charset, url=url, asked=asked, summary=summary)


def _analyse(drafts: tuple[ArticleDraft, ...], feed_vendors: tuple[str, ...]) -> list[AnalysedArticle]:
    extractor = _extractor()
    return [AnalysedArticle(draft, extractor.extract(document_of(draft, feed_vendors))) for draft in drafts]


def _fingerprints(documents: tuple[Document, ...]) -> list[Fingerprint]:
    return [_extractor().fingerprint(document) for document in documents]


@cache
def _extractor() -> Extractor:
    """Made by the first article: a worker that only parses does without its second of loading."""
    from marketwatch.extract import extractor_of

    if _config is None:
        raise RuntimeError("the worker was not started")
    return extractor_of(_config)


def document_of(draft: ArticleDraft, feed_vendors: Sequence[str] = ()) -> Document:
    """The draft as the extractor reads it."""
    from marketwatch.extract import Document

    return Document(
        text=draft.text, title=draft.title, lang=draft.lang, published=draft.published, feed_vendors=tuple(feed_vendors)
    )
