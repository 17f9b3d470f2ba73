"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def unfinished(target: Path, content: bytes) -> Iterator[Path]:
    """A file with this content, whole and on the disk, in the folder of another whose name it may be given.

    What was not given a name is gone afterwards. Raises OSError.
    """
    path = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        with open(path, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def same_mode(path: Path, other: Path) -> None:
    """Give a file the mode of the one it is to replace, if that is there. Raises OSError."""
    if other.exists():
        path.chmod(other.stat().st_mode & 0o777)
