"""A TOML file as its text and content, and the line where a key stands: tomllib keeps no places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from marketwatch.errors import ConfigError


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Return text and content. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(f"{path}:{line[1] if line else 1}: {error}") from error


def line_of(text: str, key: Sequence[str | int]) -> int:
    """Return the line where the statement begins that brings a key or an item of a list.

    A key that is not there has the line of what it is missing in. Of all beginnings of the text that can be parsed, the
    longest without the key ends right before it.
    """
    lines = [line + "\n" for line in text.split("\n")]
    without, first_with = 0, len(lines)
    while key and not _has("".join(lines), key):
        key = key[:-1]
    if not key:
        return 1
    while first_with - without > 1:
        middle = (without + first_with) // 2
        whole = next((end for end in range(middle, first_with) if _parses("".join(lines[:end]))), None)
        if whole is None or _has("".join(lines[:whole]), key):
            first_with = middle
        else:
            without = whole
    return without + 1


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _has(text: str, key: Sequence[str | int]) -> bool:
    value: Any = tomllib.loads(text)
    for part in key:
        try:
            value = value[part]
        except (LookupError, TypeError):
            return False
    return True
