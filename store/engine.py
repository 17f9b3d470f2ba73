"""SQLite through SQLAlchemy: pragmas, explicit transactions, the functions queries use.

pysqlite's own transaction handling does not roll back DDL and begins late; here every transaction begins explicitly:
`BEGIN IMMEDIATE` on the writing engine, plain `BEGIN` on the reading one, so readers never wait for the writer.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import regex
from sqlalchemy import URL, Engine, create_engine, event

from marketwatch.errors import StoreError
from store import search
from store.bodies import packed, unpacked
from store.text import fold

_REGEX_TEXT_S = 0.2
_REGEX_QUERY_S = 2.0
"""Processor time for one text and for all the texts of one question: past that a pattern is refused, not waited for."""

_WRITER_KB, _READER_KB = 32_768, 2_048
"""What a connection keeps of the file. A dashboard has several that read, and the system keeps the file for all of them."""

_MAPPED_BYTES = 64 << 20
"""What a connection maps of the file: pages that several have mapped are counted for each of them."""


def make_engine(path: Path, *, writes: bool, busy_s: float) -> Engine:
    """Return an engine on the file; `busy_s` is how long a statement waits for a lock."""
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_s, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, record: Any) -> None:
        record.info["patience"] = _Patience()
        _prepare(connection, busy_s, _WRITER_KB if writes else _READER_KB, record.info["patience"])

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        connection.info["patience"].renew()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine, "handle_error")
    def _failed(context: Any) -> None:
        # SQLite says of every function of ours only that it failed. Patterns are bounded by time; texts are what else can fail.
        if "user-defined function" in str(context.original_exception) and context.connection.info["patience"].left_s > 0:
            raise sqlite3.DatabaseError("malformed: a stored text cannot be unpacked") from context.original_exception

    return engine


class _Patience:
    """What is left of the time that one question may spend on regular expressions."""

    def __init__(self) -> None:
        self.left_s = _REGEX_QUERY_S

    def renew(self) -> None:
        self.left_s = _REGEX_QUERY_S

    def finds(self, pattern: str, value: str | None) -> bool:
        if self.left_s <= 0:
            raise TimeoutError  # the question is at an end
        started = time.thread_time()  # not the clock: what else the machine does is no fault of a pattern
        try:
            found = value is not None and regex.search(pattern, value, timeout=min(self.left_s, _REGEX_TEXT_S)) is not None
        except TimeoutError:
            self.left_s = 0.0
            raise
        self.left_s -= time.thread_time() - started
        return found


def _prepare(connection: sqlite3.Connection, busy_s: float, cache_kb: int, patience: _Patience) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {int(busy_s * 1000)}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        f"cache_size = -{cache_kb}",
        f"mmap_size = {_MAPPED_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    search.open_terms(connection)
    connection.create_function("folded", 1, lambda value: fold(value) if value else "", deterministic=True)
    connection.create_function("packed", 1, packed, deterministic=True)
    connection.create_function("unpacked", 1, unpacked, deterministic=True)
    connection.create_function("regexp", 2, patience.finds, deterministic=True)


def prepare_path(path: Path) -> None:
    """Make sure that the file can stand at `path`; a new one is readable by its owner only. Raises StoreError."""
    if path.is_dir():
        raise StoreError(f"{path}: is a folder: give the path of a file with --db")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: cannot be created ({error.strerror}): give another path with --db") from error
