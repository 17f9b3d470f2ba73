"""Errors of marketwatch, each one line for people: what is wrong, where, and what to do.

* MarketwatchError            exit code 1: the work failed
  + UsageError                exit code 2: wrong use
    - ConfigError             feeds.toml or a pack folder: file, line, key
      . PackError             the content of a language pack: file, key
    - QueryError              query: column, hint
    - InputError              a file or text given on the command line
  + FetchError                a feed or page could not be fetched
  + ParseError                a document is not a feed
  + StoreError                the database could not do what was asked
    - StoreBusyError          locked by another process for too long
    - StoreVersionError       written by a newer marketwatch
"""

from __future__ import annotations

from collections.abc import Sequence


class MarketwatchError(Exception):
    """Base of all errors meant for the user. `str()` is the line shown."""

    exit_code = 1


class UsageError(MarketwatchError):
    """The user asked for something that cannot be asked."""

    exit_code = 2


class ConfigError(UsageError):
    """feeds.toml or a pack folder is not usable. The text begins with `FILE:LINE: KEY:` as far as they are known."""


class PackError(ConfigError):
    """Rules or terms are not valid. Whoever knows the file's text adds the line of `key`."""

    def __init__(self, file: str, key: Sequence[str], problem: str) -> None:
        super().__init__(f"{file}: {'.'.join(key)}: {problem}" if key else f"{file}: {problem}")
        self.key = tuple(key)
        self.problem = problem


class QueryError(UsageError):
    """A query cannot be read. `column` is 1-based; the text carries it and a hint."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"col {column}: {message}")
        self.column = column


class InputError(UsageError):
    """A file or text given by the user cannot be read."""


class FetchError(MarketwatchError):
    """A feed or page could not be fetched."""

    def __init__(
        self, reason: str, *, status: int | None = None, retry_after_s: int | None = None, unreachable: bool = False
    ) -> None:
        super().__init__(reason)
        self.unreachable = unreachable
        self.status = status
        self.retry_after_s = retry_after_s


class ParseError(MarketwatchError):
    """A document is not a feed, or cannot be read as one within the limits."""


class StoreError(MarketwatchError):
    """The database could not do what was asked."""


class StoreBusyError(StoreError):
    """Another process holds the database."""


class StoreVersionError(StoreError):
    """The database was written by a newer marketwatch."""
