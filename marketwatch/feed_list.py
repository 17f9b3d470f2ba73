"""Editing the `[[feeds]]` of a feeds.toml: text → text, so that comments, order and spelling of all the rest stay.

Only the lines of a feed's own table are touched. A comment behind a table is left where it is: it mostly heads what
follows. A list written as `feeds = [{...}]` is edited through tomlkit as a whole. Whichever way, the result is read back
and must hold what was meant and nothing else, or the edit is refused.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from marketwatch.config import Config
from marketwatch.config_file import find_config, load_config, packaged_config, user_config
from marketwatch.domain import Feed, Outlet
from marketwatch.errors import ConfigError
from marketwatch.toml_file import read_toml
from marketwatch.whole_file import unfinished

_HEADER = re.compile(r"\s*\[\[\s*[\"']?feeds[\"']?\s*\]\]\s*(#.*)?")
_OTHER_HEADER = re.compile(r"\s*\[(?!\s*[\"']?feeds[\"']?\s*\.)")

Edit = Callable[[str], str]


def editable_config(argument: str | None) -> tuple[Path, Path]:
    """Return the file in use and the one to write: the packaged list is never edited but copied to the user's place."""
    source = find_config(argument)
    named = argument or os.environ.get("MARKETWATCH_CONFIG")
    return source, user_config() if source == packaged_config() and not named else source


def own_copy(source: Path) -> Path:
    """The file to write when this one is in use: of the packaged list the user's copy."""
    return user_config() if source == packaged_config() else source


def editable_of(config: Config) -> tuple[Path, Path]:
    """Return the file a configuration was read from and the one to write, as `editable_config` does."""
    source = config.path or packaged_config()
    return source, user_config() if source == packaged_config() and not os.environ.get("MARKETWATCH_CONFIG") else source


def edit_config(source: Path, target: Path, edit: Edit) -> None:
    """Write the edited text of one file as another, whole or not at all. Raises ConfigError and then changes nothing."""
    before, _ = read_toml(source)
    edited = edit(before)
    if b"\r\n" in source.read_bytes():
        edited = edited.replace("\n", "\r\n")
    target = target.resolve()  # a link stays one
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # In the same folder, because a pack folder is named relative to the file.
        with unfinished(target, edited.encode()) as file:
            try:
                load_config(file)
            except ConfigError as error:
                raise ConfigError(str(error).replace(str(file), f"{target} would not be valid")) from error
            file.chmod(source.stat().st_mode & 0o777 | 0o200)
            if read_toml(source)[0] != before:
                raise ConfigError(f"{source}: changed while this command ran; run it again")
            file.replace(target)
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({error.strerror})") from error


def with_feeds(text: str, feeds: Sequence[Feed]) -> str:
    """Return the file with feeds added behind the last one."""
    added = [_values(feed) for feed in feeds]
    lines, blocks = _blocks(text)
    if blocks is None:
        document = tomlkit.parse(text)
        for values in added:
            document["feeds"].append(_item(values, document["feeds"]))
        edited = tomlkit.dumps(document)
    else:
        at = blocks[-1][1] if blocks else len(lines)
        tables = tomlkit.document()
        tables.append("feeds", tomlkit.aot())
        for number, values in enumerate(added):
            table = _item(values, tables["feeds"])
            if number + 1 < len(added):
                table.add(tomlkit.nl())
            tables["feeds"].append(table)
        head = "".join(lines[:at])
        gap = "" if not head else "\n" if head.endswith("\n") else "\n\n"
        edited = head + gap + tomlkit.dumps(tables) + "".join(lines[at:])
    return _checked(text, edited, lambda rows: [*rows, *added])


def with_alert(text: str, name: str, query: str, notify: Sequence[str]) -> str:
    """Return the file with an alert added at its end. Raises ConfigError."""
    added = {"name": name, "query": query, "notify": list(notify)}
    table = tomlkit.document()
    table.append("alerts", tomlkit.aot())
    table["alerts"].append(_item(added, table["alerts"]))
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    edited = text + gap + tomlkit.dumps(table)
    before = tomllib.loads(text)
    try:
        after = tomllib.loads(edited)
    except tomllib.TOMLDecodeError as error:  # alerts = [{...}] stands there
        raise ConfigError(f"the alerts of this file cannot be added to ({error}): edit it by hand") from error
    if after != {**before, "alerts": [*before.get("alerts", []), added]}:
        raise ConfigError("the alerts of this file cannot be added to without harm: edit it by hand")
    return edited


def without_feeds(text: str, slugs: Collection[str]) -> str:
    """Return the file without these feeds."""
    numbers = _numbers(text, slugs)
    lines, blocks = _blocks(text)
    if blocks is None:
        document = tomlkit.parse(text)
        for number in reversed(numbers):
            del document["feeds"][number]
        edited = tomlkit.dumps(document)
    else:
        for number in reversed(numbers):
            start, end = blocks[number]
            # Of the blank lines on either side one is enough.
            if end < len(lines) and not lines[end].strip() and (start == 0 or not lines[start - 1].strip()):
                end += 1
            del lines[start:end]
        edited = "".join(lines)
    return _checked(text, edited, lambda rows: [row for row in rows if row.get("slug") not in slugs])


def with_enabled(text: str, slugs: Collection[str], *, enabled: bool) -> str:
    """Return the file with these feeds enabled or disabled; a feed that says nothing is enabled."""
    return _with_flag(text, slugs, "enabled", enabled, default=True)


def with_full_text(text: str, slugs: Collection[str], *, full_text: bool) -> str:
    """Return the file with the pages of these feeds' articles read, or not; one that says nothing does as the settings say."""
    return _with_flag(text, slugs, "full_text", full_text, default=None)


def _with_flag(text: str, slugs: Collection[str], key: str, value: bool, *, default: bool | None) -> str:
    rows = tomllib.loads(text).get("feeds", [])
    changed = [number for number in _numbers(text, slugs) if rows[number].get(key, default) is not value]
    lines, blocks = _blocks(text)
    if blocks is None:
        document = tomlkit.parse(text)
        for number in changed:
            document["feeds"][number][key] = value
        edited = tomlkit.dumps(document)
    else:
        for number in reversed(changed):
            _set_flag(lines, *blocks[number], key, "true" if value else "false")
        edited = "".join(lines)

    def switched(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [{**row, key: value} if number in changed else row for number, row in enumerate(rows)]

    return _checked(text, edited, switched)


def _set_flag(lines: list[str], start: int, end: int, key: str, word: str) -> None:
    written = re.compile(rf"(\s*{key}\s*=\s*)(?:true|false)\b(.*)")
    for at in range(start + 1, end):
        if lines[at].lstrip().startswith("["):  # keys of a sub-table are none of the feed
            break
        if match := written.match(lines[at]):
            lines[at] = f"{match[1]}{word}{match[2]}\n"
            return
    before_tables = next((at for at in range(start + 1, end) if lines[at].lstrip().startswith("[")), end)
    if not lines[before_tables - 1].endswith("\n"):
        lines[before_tables - 1] += "\n"
    lines.insert(before_tables, f"{key} = {word}\n")


def _blocks(text: str) -> tuple[list[str], list[tuple[int, int]] | None]:
    """The lines, and where each `[[feeds]]` table begins and ends, without the comments behind it.

    None when the headers that are seen are not all the feeds there are.
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    starts = [number for number, line in enumerate(lines) if _HEADER.fullmatch(line.rstrip("\n"))]
    blocks = []
    for start in starts:
        following = (number for number in range(start + 1, len(lines)) if _OTHER_HEADER.match(lines[number]))
        end = next(following, len(lines))
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        blocks.append((start, end))
    found = tomllib.loads(text).get("feeds", [])
    return lines, blocks if len(blocks) == len(found) else None


def _numbers(text: str, slugs: Collection[str]) -> list[int]:
    return [number for number, row in enumerate(tomllib.loads(text).get("feeds", [])) if row.get("slug") in slugs]


def _checked(before: str, edited: str, meant: Callable[[list[dict[str, Any]]], Sequence[Mapping[str, Any]]]) -> str:
    old = tomllib.loads(before)
    try:
        new = tomllib.loads(edited)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"[[feeds]] of this file cannot be edited without harm ({error}): edit it by hand") from error
    rows = list(meant(old.get("feeds", [])))
    if {**old, "feeds": rows} != {**new, "feeds": new.get("feeds", [])}:
        raise ConfigError("[[feeds]] of this file cannot be edited without harm: edit it by hand")
    return edited


def _item(values: Mapping[str, Any], parent: object) -> Any:
    item: Any = tomlkit.table() if isinstance(parent, AoT) else tomlkit.inline_table()
    for name, value in values.items():
        if isinstance(value, dict):
            table = tomlkit.inline_table()
            table.update(value)
            value = table
        item.append(name, value)
    return item


def _values(feed: Feed) -> dict[str, Any]:
    """The keys a feed's table needs; what is the default is left out."""
    values = {
        "slug": feed.slug,
        "title": feed.title,
        "url": feed.url,
        "lang": feed.lang,
        "outlet": _outlet(feed.outlet) if feed.outlet else None,
        "vendors": list(feed.vendors),
        "tags": list(feed.tags),
        "interval": f"{feed.interval_s}s" if feed.interval_s else None,
    }
    flags = ({} if feed.full_text is None else {"full_text": feed.full_text}) | ({} if feed.enabled else {"enabled": False})
    return {name: value for name, value in values.items() if value} | flags


def _outlet(outlet: Outlet) -> str | dict[str, str]:
    more = {"owner": outlet.owner, "country": outlet.country, "tier": "" if outlet.tier == "press" else outlet.tier}
    filled = {name: value for name, value in more.items() if value}
    return {"name": outlet.name, **filled} if filled else outlet.name
