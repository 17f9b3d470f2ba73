"""Writes of many feeds in one transaction: a transaction of its own costs a feed more than all else that its poll does.

One writer at a time, for SQLite lets writers that wait pass each other by: on a busy machine one would never have its turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from marketwatch.domain import Saving
from marketwatch.errors import StoreError
from marketwatch.ports import ArticleStore

_log = logging.getLogger(__name__)
_GATHERED_S = 0.03
"""How long a write waits for others to go with it."""
_ARTICLES = 100
"""In one transaction, about: other programs wait for it."""


@dataclass(eq=False, slots=True)
class _Waiting:
    saving: Saving
    counts: tuple[int, int] = (0, 0)
    error: Exception | None = None


class GroupCommit:
    """Gathers what is to be saved and saves it together."""

    def __init__(self, store: ArticleStore) -> None:
        self._store = store
        self._waiting: list[_Waiting] = []
        self._writing = asyncio.Lock()

    async def save(self, saving: Saving) -> tuple[int, int]:
        """Store with what others save meanwhile; return how many articles are new and how many were updated."""
        mine = _Waiting(saving)
        self._waiting.append(mine)
        try:
            await asyncio.sleep(_GATHERED_S)
            async with self._writing:
                while mine in self._waiting:
                    await self._write(self._next())
        finally:  # one that is stopped is not written by the others: another process may poll its feed meanwhile
            if mine in self._waiting:
                self._waiting.remove(mine)
        if mine.error is not None:
            raise mine.error
        return mine.counts

    def _next(self) -> list[_Waiting]:
        """Those that have waited longest, the first with however many articles."""
        some, articles = self._waiting[:1], len(self._waiting[0].saving.articles)
        for one in self._waiting[1:]:
            if (articles := articles + len(one.saving.articles)) > _ARTICLES:
                break
            some.append(one)
        return some

    async def _write(self, some: Sequence[_Waiting]) -> None:
        """Write them and let them go. One that finds a bug does not stop the others; a fault of the store is everyone's."""
        try:
            counts = await asyncio.to_thread(self._store.save_all, [one.saving for one in some])
        except StoreError:
            raise
        except Exception as error:
            if len(some) > 1:
                _log.debug("written one by one: %r", error)
                for one in some:
                    await self._write([one])
                return
            some[0].error, counts = error, [(0, 0)]
        for one, count in zip(some, counts, strict=True):
            one.counts = count
            if one in self._waiting:  # it may have been stopped
                self._waiting.remove(one)
