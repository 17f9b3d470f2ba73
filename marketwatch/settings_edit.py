"""Editing the `[settings]` of a feeds.toml: text → text, by lines, so that comments, order and spelling of all the rest stay."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import tomlkit

from marketwatch.errors import ConfigError

_HEADER = re.compile(r"\s*\[\s*settings\s*\]\s*(#.*)?")
_ANY_HEADER = re.compile(r"\s*\[")
_VALUE = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*\]|[^\s#"'\[]+)"""
"""A value on one line, as far as the next comment."""
_HARM = "[settings] of this file cannot be edited without harm: edit it by hand"

Value = str | int | float | list[str]


def with_settings(text: str, changes: Mapping[str, Value]) -> str:
    """Return the file with these settings. Raises ConfigError when the lines cannot be told apart safely."""
    old = tomllib.loads(text)
    changes = {key: value for key, value in changes.items() if old.get("settings", {}).get(key) != value}
    if not changes:
        return text
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    start = next((n for n, line in enumerate(lines) if _HEADER.fullmatch(line.rstrip("\n"))), None)
    if start is None:
        start = _first_table(lines)
        lines[start:start] = ["[settings]\n", "\n"]
    for key, value in changes.items():
        _put(lines, start, key, tomlkit.item(value).as_string())
    edited = "".join(lines)
    try:
        new = tomllib.loads(edited)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_HARM) from error
    if new != {**old, "settings": {**old.get("settings", {}), **changes}}:
        raise ConfigError(_HARM)
    return edited


def _put(lines: list[str], start: int, key: str, value: str) -> None:
    """Write a key where it stands, else behind the last key of the table."""
    written = re.compile(rf"(\s*{re.escape(key)}\s*=\s*)({_VALUE})(\s*#.*|\s*)\n")
    last = start
    for at in range(start + 1, len(lines)):
        if _ANY_HEADER.match(lines[at]):
            break
        if match := written.fullmatch(lines[at]):
            comment = match[3].strip()
            blanks = max(1, len(match[2]) - len(value) + len(match[3]) - len(match[3].lstrip()))
            kept = " " * blanks + comment if comment else ""
            lines[at] = f"{match[1]}{value}{kept}\n"
            return
        if lines[at].strip() and not lines[at].lstrip().startswith("#"):
            last = at
    lines.insert(last + 1, f"{key} = {value}\n")


def _first_table(lines: list[str]) -> int:
    """Where a table may begin before all others, above the comment that heads the first one."""
    at = next((n for n, line in enumerate(lines) if _ANY_HEADER.match(line)), len(lines))
    while at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at
