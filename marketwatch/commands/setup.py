"""What most commands need first: the configuration and the database of this run."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from marketwatch.commands.preparing import telling
from marketwatch.config import Config
from marketwatch.config_file import find_config, load_config
from marketwatch.errors import UsageError
from marketwatch.query import Query, parse
from store import Store, open_store


def configuration(args: Namespace) -> Config:
    """Find and read feeds.toml. Raises ConfigError."""
    return load_config(find_config(args.config))


def database_path(args: Namespace) -> str:
    """--db, MARKETWATCH_DB, or the user's data folder."""
    chosen = args.db or os.environ.get("MARKETWATCH_DB")
    return str(chosen or Path(platformdirs.user_data_dir("marketwatch")) / "marketwatch.sqlite3")


def database(args: Namespace) -> Store:
    """Open the database; one of an older version is brought to this one before the eyes of the user. Raises StoreError."""
    path = database_path(args)
    return open_store(path, told=telling(path))


def chosen_feeds(config: Config, slugs: Sequence[str] | None, *, option: str = "--feed ") -> Collection[str] | None:
    """Check the slugs of an option; None means all enabled feeds. Raises UsageError."""
    if slugs is None:
        return None
    known = {feed.slug for feed in config.feeds}
    for slug in slugs:
        if slug not in known:
            raise UsageError(f"{option}{slug}: no such feed in {config.path}; 'marketwatch feeds list' shows them")
    return list(dict.fromkeys(slugs))


def query_of(words: Sequence[str], config: Config) -> Query:
    """Parse the words of the command line as one query. Raises QueryError."""
    views = {view.name: view.query for view in config.views}
    return parse(" ".join(word.strip() for word in words), now=datetime.now(UTC), views=views)
