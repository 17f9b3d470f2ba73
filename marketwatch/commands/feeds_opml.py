"""`feeds import` and `feeds export`: lists of other feed readers, as OPML."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from marketwatch.commands.asking import confirmed, note
from marketwatch.commands.output import write_json, write_rows
from marketwatch.commands.setup import configuration
from marketwatch.config import Config
from marketwatch.config_file import load_config
from marketwatch.counted import counted
from marketwatch.domain import Feed
from marketwatch.errors import InputError, ParseError
from marketwatch.feed_list import edit_config, editable_config, with_feeds
from marketwatch.opml import MAX_OPML, Opml, Problem, is_local, read_opml, write_opml
from marketwatch.sanitise import canonical_link
from marketwatch.slugs import make_slug
from marketwatch.whole_file import same_mode, unfinished

_COLUMNS = {"feed": "feed", "title": "title", "tags": "tags", "enabled": "enabled", "url": "url"}
_MOST_PROBLEMS = 50
"""Told one by one."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What of a file goes into the list."""

    feeds: tuple[Feed, ...]
    duplicates: int
    problems: tuple[Problem, ...]


def run(args: Namespace) -> int:
    return _import(args) if args.action == "import" else _export(args)


def _import(args: Namespace) -> int:
    source, target = editable_config(args.config)
    config = load_config(source)
    try:
        opml = read_opml(_read(args.file))
    except ParseError as error:
        raise InputError(f"{args.file}: {error}") from error
    if not opml.feeds and not opml.problems:
        raise InputError(f"{args.file}: lists no feeds")
    taken = take(opml, config, disabled=args.disabled)
    for problem in taken.problems[:_MOST_PROBLEMS]:
        note(f"{args.file}:{problem.line}: {problem.words}")
    if len(taken.problems) > _MOST_PROBLEMS:
        note(f"... and {len(taken.problems) - _MOST_PROBLEMS} more of these")
    note(f"{args.file}: {counted(len(taken.feeds), 'new feed')}, {taken.duplicates} already known or named twice")
    if taken.feeds:
        if not confirmed(args, f"add {counted(len(taken.feeds), 'feed')} to {target}?"):
            return 1
        edit_config(source, target, lambda text: with_feeds(text, taken.feeds))
        if source != target:
            note(f"your own list is now {target}, a copy of the packaged one")
    _report(args, taken, str(target))
    return 0


def take(opml: Opml, config: Config, *, disabled: bool) -> Taken:
    """Decide what is new, under which slug, and what cannot be as the file says."""
    known = {canonical_link(feed.url) for feed in config.feeds}
    slugs = {feed.slug for feed in config.feeds}
    feeds: list[Feed] = []
    problems = list(opml.problems)
    duplicates = 0
    for line, feed in ((one.line, one.feed) for one in opml.feeds):
        link = canonical_link(feed.url)
        if link in known:
            duplicates += 1
            continue
        if feed.enabled and not disabled and is_local(feed.url):
            problems.append(Problem(line, f"{feed.url} is an address of this machine or network: taken over disabled"))
            feed = replace(feed, enabled=False)
        if unknown := [vendor for vendor in feed.vendors if vendor not in config.vendors]:
            problems.append(Problem(line, f"no vendor '{unknown[0]}' in your list: left out"))
        slug = feed.slug if feed.slug and feed.slug not in slugs else make_slug(feed.title, feed.url, slugs)
        vendors = tuple(vendor for vendor in feed.vendors if vendor in config.vendors)
        feeds.append(replace(feed, slug=slug, vendors=vendors, enabled=feed.enabled and not disabled))
        known.add(link)
        slugs.add(slug)
    return Taken(tuple(feeds), duplicates, tuple(sorted(problems, key=lambda problem: problem.line)))


def _report(args: Namespace, taken: Taken, target: str) -> None:
    rows = [_row(feed) for feed in taken.feeds]
    if args.format == "json":
        problems = [{"line": problem.line, "problem": problem.words} for problem in taken.problems]
        write_json({"added": rows, "duplicates": taken.duplicates, "problems": problems, "config": target})
    elif rows:
        write_rows(rows, _COLUMNS, args.format)


def _row(feed: Feed) -> dict[str, Any]:
    return {"feed": feed.slug, "title": feed.title, "url": feed.url, "tags": list(feed.tags), "enabled": feed.enabled}


def _read(path: str) -> bytes:
    """The file, or one byte more than is allowed of it."""
    if path == "-":
        return sys.stdin.buffer.read(MAX_OPML + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_OPML + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _export(args: Namespace) -> int:
    config = configuration(args)
    written = write_opml(config.feeds, "marketwatch feeds")
    if args.file == "-":
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return 0
    path = Path(args.file)
    if _is_there(path) and not confirmed(args, f"replace {path}?"):
        return 1
    _write(path, written)
    note(f"{path}: {_counted(config.feeds)}")
    return 0


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a name too long
        raise InputError(f"{str(path)[:80]}: cannot be written ({error.strerror})") from error


def _counted(feeds: Sequence[Feed]) -> str:
    return f"{counted(len(feeds), 'feed')}, {sum(feed.enabled for feed in feeds)} of them enabled"


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a link stays one, and a file keeps its mode. Raises InputError."""
    try:
        target = path.resolve()
        with unfinished(target, content) as file:
            file.chmod(0o644)
            same_mode(file, target)
            file.replace(target)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error
