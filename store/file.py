"""The file that holds the store: opened, migrated, closed; reading and writing transactions; looked after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from marketwatch.errors import StoreError
from store import care, search, story_care, text_care, writing
from store.engine import make_engine, prepare_path
from store.errors import mapped
from store.migrations import back_up, migrate
from store.rescue import copy_readable


def _out_of_step(connection: Connection) -> list[str]:
    if missing := care.absent(connection):
        return [f"tables or indexes are missing: {', '.join(missing)}"]
    return [*care.out_of_step(connection), *text_care.out_of_step(connection), *story_care.out_of_step(connection)]


class StoreFile:
    """One SQLite file with an engine for reading and one for writing."""

    def __init__(self, path: Path, *, now: Callable[[], datetime], busy_s: float, told: search.Told = lambda _: None) -> None:
        self.path = path
        self._now = now
        with mapped(str(path)):
            prepare_path(path)
            self._reader = make_engine(path, writes=False, busy_s=busy_s)
            self._writer = make_engine(path, writes=True, busy_s=busy_s)
            migrate(self._writer, path, told=told)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with suppress(StoreError), mapped(str(self.path)):
            care.learn(self._writer)
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with mapped(str(self.path)), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with mapped(str(self.path)), self._writer.begin() as connection:
            yield connection

    # --- looking after it ------------------------------------------------------------------------------------------
    def integrity(self) -> tuple[int, str]:
        """Schema version and `ok`, or what is damaged or does not fit together."""
        verdict = self.damage()
        with self._reading() as connection:
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            wrong = [verdict] if verdict != "ok" else _out_of_step(connection)
        return version, "; ".join(wrong) or "ok"

    def repair(self) -> Path:
        """Make indexes and counts again from the articles, and stories that do not fit them; return the backup made before.

        Stories are looked at while others write, and made again a few at a time.
        """
        backup = self.path.with_name(f"{self.path.name}.{self._now():%Y%m%d-%H%M%S}.backup")
        with mapped(str(self.path)):
            back_up(self.path, backup)
        self._mend()
        return backup

    def damage(self) -> str:
        """`ok`, or what SQLite finds damaged: then `rescue` saves what can be read, and `repair` does not help."""
        return care.damage(self.path)

    def rescue(self) -> tuple[Path, Sequence[str]]:
        """Copy what can be read of a damaged file into a new one beside it, which is repaired; return it and what was lost.

        The file itself stays as it is: other programs may have it open.
        """
        target = self.path.with_name(f"{self.path.name}.{self._now():%Y%m%d-%H%M%S}.rescued")
        with mapped(str(self.path)):
            lost = copy_readable(self.path, target)
        with StoreFile(target, now=self._now, busy_s=1) as made:
            made._mend()
        return target, lost

    def _mend(self) -> None:
        with self._writing() as connection:
            care.restore_schema(connection)
            text_care.repair(connection)
            care.repair(connection)
            writing.touch(connection)
        with self._reading() as connection:
            wrong = story_care.out_of_step(connection, most=None)
        if wrong:
            self._make_stories_again()

    def _make_stories_again(self) -> None:
        with self._writing() as connection:
            chunks = story_care.begin_again(connection)
        for ids in chunks:
            with self._writing() as connection:
                story_care.make_again(connection, ids)
                writing.touch(connection)

    def compact(self) -> tuple[int, int]:
        """Give unused space back; return the file's size before and after in bytes."""
        before = self.path.stat().st_size
        with mapped(str(self.path)):
            care.compact(self._writer)
        return before, self.path.stat().st_size
