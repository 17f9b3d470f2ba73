"""The one seam where database errors become ours; programming errors pass through."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError

from marketwatch.errors import StoreBusyError, StoreError

_TOO_SLOW = "that regular expression takes too long: make it simpler, or add words, a vendor or dates"
_DAMAGED = "the file is damaged: 'marketwatch doctor --repair' saves what can be read; else put a backup in its place"
_ADVICE = (
    ("locked", StoreBusyError, "another program is writing to it: try again, or see which with `marketwatch doctor`"),
    ("busy", StoreBusyError, "another program is writing to it: try again, or see which with `marketwatch doctor`"),
    ("not a database", StoreError, "this file is not a marketwatch database: give another path with --db"),
    ("could not decode", StoreError, _DAMAGED),
    ("malformed", StoreError, _DAMAGED),
    ("disk is full", StoreError, "no space is left: nothing was lost, free some and try again"),
    ("readonly", StoreError, "the file or its folder cannot be written: check its permissions or give --db"),
    ("unable to open", StoreError, "it cannot be opened: check that its folder exists and can be written, or give --db"),
    ("disk i/o error", StoreError, "the disk does not answer properly: check it, then try again"),
    ("interrupted", StoreError, "the question was cancelled"),
    (
        "regular expression",
        StoreError,
        _TOO_SLOW,
    ),
    (
        "user-defined function raised",
        StoreError,
        _TOO_SLOW,
    ),
)


def is_busy(error: DBAPIError) -> bool:
    """Whether a lock was waited for in vain."""
    return any(sign in str(error.orig).lower() for sign, kind, _ in _ADVICE if kind is StoreBusyError)


@contextmanager
def mapped(path: str) -> Iterator[None]:
    """Turn what a user can cause (locked, full, damaged, read-only) into StoreError naming the file."""
    try:
        yield
    except UnicodeDecodeError as error:  # of a damaged schema, which stands in the message
        raise StoreError(f"{path}: {_DAMAGED}") from error
    except (DBAPIError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        text = str(cause).lower()
        for sign, kind, advice in _ADVICE:
            if sign in text:
                raise kind(f"{path}: {advice}") from error
        if isinstance(error, DatabaseError) and isinstance(cause, sqlite3.ProgrammingError | sqlite3.IntegrityError):
            raise
        raise StoreError(f"{path}: {cause}") from error
