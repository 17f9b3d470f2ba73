"""`doctor`: what is wrong and what to do about it."""

from __future__ import annotations

import os
import platform
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from marketwatch import __version__
from marketwatch.commands.output import write_line
from marketwatch.commands.setup import database, database_path
from marketwatch.config import Config
from marketwatch.config_file import find_config, load_config, user_config
from marketwatch.counted import counted
from marketwatch.errors import MarketwatchError
from marketwatch.query import Query
from store import Store

_LIBRARIES = ("textual", "sqlmodel", "sqlalchemy", "httpx", "feedparser", "lxml", "py3langid", "pebble")
_LOST, _VERDICT = 10, 400
"""Lines on what was lost, and letters of what is wrong, that are told."""
_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


def run(args: Namespace) -> int:
    if args.repair or args.compact:
        return _mend(args)
    worst = "ok"
    for level, text in _findings(args):
        write_line(f"{_MARKS[level]} {text}")
        worst = max(worst, level, key=list(_MARKS).index)
    return 1 if worst == "fail" else 0


def _mend(args: Namespace) -> int:
    """What changes the file only when asked to."""
    with database(args) as store:
        if args.repair and (damage := store.damage()) != "ok":
            return _rescue(store, damage)
        if args.repair:
            write_line(f"ok   backup: {store.repair()}")
            _, verdict = store.integrity()
            mark = _MARKS["ok" if verdict == "ok" else "fail"]
            write_line(f"{mark} database: indexes, counts and stories made again: {verdict}")
            if verdict != "ok":
                return 1
        if args.compact:
            before, after = store.compact()
            write_line(f"ok   database: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB now")
    return 0


def _rescue(store: Store, damage: str) -> int:
    write_line(f"{_MARKS['fail']} database: {store.path} is damaged: {_brief(damage)}")
    saved, lost = store.rescue()
    for line in lost[:_LOST]:
        write_line(f"{_MARKS['warn']} lost: {line}")
    if len(lost) > _LOST:
        write_line(f"{_MARKS['warn']} lost: {len(lost) - _LOST} more")
    write_line(f"ok   what can be read is in {saved}: end every marketwatch, then rename it to {store.path.name}")
    return 1


def _brief(verdict: str) -> str:
    return " ".join(verdict[:_VERDICT].split())


def _findings(args: Namespace) -> Iterator[tuple[str, str]]:
    yield "ok", f"marketwatch {__version__}, Python {platform.python_version()}, {platform.system()}"
    yield "ok", "libraries: " + ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    yield from _terminal()
    try:
        config = load_config(find_config(args.config))
    except MarketwatchError as error:
        yield "fail", f"config: {error}"
        return
    enabled = sum(feed.enabled for feed in config.feeds)
    yield "ok", f"config: {config.path}: {len(config.vendors)} vendors, {enabled} of {len(config.feeds)} feeds enabled"
    if config.path != user_config():
        yield "ok", f"config: your own would be {user_config()}"
    if config.vocabulary is not None:
        place = config.settings.packs or config.path
        yield "ok", f"packs: your own words of {place} are valid; 'marketwatch packs check' runs their examples"
    if not enabled:
        yield "warn", "feeds: none is enabled; 'marketwatch feeds enable SLUG' does it, 'feeds list' names them"
    yield from _database(args, config)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _terminal() -> Iterator[tuple[str, str]]:
    encoding = (sys.stdout.encoding or "").lower()
    term = os.environ.get("TERM", "")
    if encoding.replace("-", "") != "utf8":
        yield "warn", f"terminal: encoding is {encoding or 'unknown'}; set LANG to a UTF-8 locale"
    if term in ("", "dumb"):
        yield "warn", f"terminal: TERM is '{term}'; the dashboard needs a real terminal"
    else:
        colours = os.environ.get("COLORTERM") or "256 or fewer colours"
        yield "ok", f"terminal: {term}, {colours}{', NO_COLOR' if os.environ.get('NO_COLOR') else ''}"


def _database(args: Namespace, config: Config) -> Iterator[tuple[str, str]]:
    try:
        with database(args) as store:
            schema, verdict = store.integrity()
            articles, shifts = store.totals(Query()).articles, sum(month.shifts for month in store.activity(Query()))
            days = config.settings.retention_days
            old = store.retirable(datetime.now(UTC) - timedelta(days=days)) if days else 0
            health = store.feed_health([f.slug for f in config.feeds if f.enabled], datetime.now(UTC))
    except MarketwatchError as error:
        yield "fail", f"database: {error}"
        return
    where = f"database: {database_path(args)} (schema {schema})"
    if verdict != "ok":
        yield "fail", f"{where}: {_brief(verdict)}; 'marketwatch doctor --repair' makes this again, after a backup"
    else:
        yield "ok", f"{where}: sound, {counted(articles, 'article')}, {counted(shifts, 'shift')}"
    if days:
        aged = f"{counted(old, 'article')} older than {counted(days, 'day')}"
        yield "ok", f"retention: {aged} carrying nothing, which the next poll lets go"
    failing = [one for one in health if one.state and one.state.failures]
    never = sum(1 for one in health if one.state is None)
    for one in failing:
        state = one.state
        yield "warn", f"feed {one.slug}: failed {state.failures} times: {state.last_error}" if state else one.slug
    if never:
        yield "warn", f"feeds: {never} never polled; run 'marketwatch poll'"
    elif not failing:
        yield "ok", f"feeds: all {len(health)} answered at their last poll"
