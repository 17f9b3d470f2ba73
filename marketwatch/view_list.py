"""Saving a `[[views]]` entry in a feeds.toml: text → text by lines, as feed_list does, so that all the rest stays as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from marketwatch.config import View
from marketwatch.config_file import load_config, packaged_config, user_config
from marketwatch.errors import ConfigError
from marketwatch.feed_list import edit_config

_HEADER = re.compile(r"\s*\[\[\s*views\s*\]\]\s*(#.*)?")
_ANY_HEADER = re.compile(r"\s*\[")
_QUERY = re.compile(r"(\s*query\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|'[^']*')(.*)")
_BY_HAND = "[[views]] of this file cannot be edited without harm: edit it by hand"


def save_view(path: Path, view: View) -> tuple[Path, Sequence[View]]:
    """Write a view into the file in use, or into the user's copy of the packaged one; return the file and its views.

    Raises ConfigError and then changes nothing.
    """
    target = user_config() if path == packaged_config() else path
    source = target if target.is_file() else path
    edit_config(source, target, lambda text: with_view(text, view))
    return target, load_config(target).views


def with_view(text: str, view: View) -> str:
    """Return the file with a view added behind the last one; one of this name gets the query. Raises ConfigError."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    starts = [number for number, line in enumerate(lines) if _HEADER.fullmatch(line.rstrip("\n"))]
    views = tomllib.loads(text).get("views", [])
    if len(starts) != len(views):
        raise ConfigError(_BY_HAND)
    names = [row.get("name") for row in views]
    written = json.dumps(view.query, ensure_ascii=False)  # TOML's basic strings are JSON's, but for the delete character
    if view.name in names:
        number = names.index(view.name)
        edited = _with_query(lines, starts[number], written)
        meant = [*views[:number], {**views[number], "query": view.query}, *views[number + 1 :]]
    else:
        at = _end(lines, starts[-1]) if starts else len(lines)
        head, tail = "".join(lines[:at]), "".join(lines[at:])
        gap = "" if not head else "\n" if head.endswith("\n") else "\n\n"
        edited = f"{head}{gap}[[views]]\nname = {json.dumps(view.name, ensure_ascii=False)}\nquery = {written}\n{tail}"
        meant = [*views, {"name": view.name, "query": view.query}]
    return _checked(text, edited, meant)


def _end(lines: Sequence[str], start: int) -> int:
    """Where a table ends, without the blank lines and comments behind it: these mostly head what follows."""
    end = next((n for n in range(start + 1, len(lines)) if _ANY_HEADER.match(lines[n])), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _with_query(lines: Sequence[str], start: int, written: str) -> str:
    for number in range(start + 1, _end(lines, start)):
        if (match := _QUERY.fullmatch(lines[number].rstrip("\n"))) is not None:
            changed = f"{match[1]}{written}{match[3]}\n"
            return "".join([*lines[:number], changed, *lines[number + 1 :]])
    raise ConfigError(_BY_HAND)


def _checked(before: str, edited: str, meant: Sequence[object]) -> str:
    try:
        new = tomllib.loads(edited)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_BY_HAND) from error
    if {**tomllib.loads(before), "views": list(meant)} != new:
        raise ConfigError(_BY_HAND)
    return edited
