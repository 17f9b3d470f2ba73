"""Events and warnings → a file of JSON Lines, one event a line. Several processes may write the same file.

Each line is one write at the file's end. A file that has grown is renamed by its time and process, so that two who
rename at once lose nothing; the newest few are kept.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from marketwatch.errors import UsageError
from marketwatch.sanitise import clean_line

_MAX_BYTES = 5_000_000
_KEPT = 5
_MAX_FIELD = 500


class JsonLines(logging.Handler):
    """Writes each record as one line of JSON."""

    def __init__(self, path: Path, *, max_bytes: int = _MAX_BYTES) -> None:
        super().__init__()
        self.path = path
        self._max_bytes = max_bytes

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = (json.dumps(event_of(record), ensure_ascii=False, default=str) + "\n").encode("utf-8", "replace")
            with open(self.path, "ab", buffering=0, opener=_own) as file:
                file.write(line)
                size = file.tell()
            if size > self._max_bytes:
                self._turn()
        except OSError:  # a full disk does not end the polling
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's names
        """Say once that the log cannot be written."""
        if not getattr(self, "_said", False):
            self._said = True
            print(f"marketwatch: {self.path}: the log cannot be written", file=sys.stderr)  # noqa: T201

    def _turn(self) -> None:
        """Begin a new file; of the old ones keep the newest."""
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        with suppress(FileNotFoundError):  # another process was quicker
            if self.path.stat().st_size > self._max_bytes:
                self.path.rename(self.path.with_name(f"{self.path.stem}-{stamp}-{os.getpid()}{self.path.suffix}"))
        old = sorted(self.path.parent.glob(f"{self.path.stem}-*T*-*{self.path.suffix}"))
        for path in old[:-_KEPT]:
            path.unlink(missing_ok=True)


def _own(path: str, flags: int) -> int:
    """A new log is for its owner's eyes only: addresses of feeds may hold tokens."""
    return os.open(path, flags, 0o600)


def event_of(record: logging.LogRecord) -> dict[str, Any]:
    """A record as an object: time, level, event, its fields; an exception as its traceback."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shape: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "pid": record.process}
    shape["event"] = clean_line(record.getMessage(), _MAX_FIELD)
    fields = getattr(record, "fields", {})
    shape |= {name: clean_line(value, _MAX_FIELD) if isinstance(value, str) else value for name, value in fields.items()}
    if record.exc_info and record.exc_info[1] is not None:
        shape["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))[-4000:]
    return shape


class _Verbose(logging.Handler):
    """Writes each event as a line for people on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        shape = event_of(record)
        words = " ".join(f"{name}={value}" for name, value in shape.items() if name not in _SHOWN and value not in (None, ""))
        print(f"{shape['at'][11:19]} {shape['event']}: {words}", file=sys.stderr)  # noqa: T201


_SHOWN = frozenset({"at", "level", "pid", "event", "traceback"})


def default_log() -> Path:
    """Where events are logged when nobody says otherwise."""
    return Path(platformdirs.user_log_dir("marketwatch")) / "poll.jsonl"


@contextmanager
def logged(path: Path | None, *, verbose: bool = False, needed: bool = True) -> Iterator[None]:
    """Write the events of marketwatch into a file, None for no file, and on stderr if asked.

    Raises UsageError when a file that is needed cannot be written.
    """
    logger = logging.getLogger("marketwatch")
    handlers: list[logging.Handler] = [_Verbose()] if verbose else []
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as error:
            if needed:
                raise UsageError(f"{path}: the log cannot be written ({error.strerror}): give another --log FILE") from error
        else:
            handlers.append(JsonLines(path))
    level, spread = logger.level, logger.propagate
    logger.setLevel(logging.INFO)
    logger.propagate = False
    for handler in handlers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = spread
