"""`feeds remove|enable|disable`: change feeds.toml in place. Articles are never touched."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from marketwatch.commands.asking import note
from marketwatch.commands.output import write_line
from marketwatch.commands.setup import database
from marketwatch.config import Config
from marketwatch.config_file import load_config
from marketwatch.counted import counted
from marketwatch.errors import StoreError, UsageError
from marketwatch.feed_list import edit_config, editable_config, with_enabled, without_feeds
from marketwatch.near import did_you_mean


def run(args: Namespace) -> int:
    source, target = editable_config(args.config)
    config = load_config(source)
    slugs = _known(config, args.slugs)
    if args.action == "remove":
        stay = _articles(args, slugs)
        edit_config(source, target, lambda text: without_feeds(text, set(slugs)))
        urls = {feed.slug: feed.url for feed in config.feeds}
        for slug in slugs:
            write_line(f"removed {slug} ({urls[slug]}): {stay[slug]}")
    else:
        enabled = args.action == "enable"
        before = {feed.slug for feed in config.feeds if feed.enabled is enabled}
        if set(slugs) - before:
            edit_config(source, target, lambda text: with_enabled(text, set(slugs), enabled=enabled))
        for slug in slugs:
            write_line(f"{slug}: was {args.action}d already" if slug in before else f"{slug}: {args.action}d")
    if source != target and target.exists():
        note(f"your own list is now {target}, a copy of the packaged one")
    return 0


def _known(config: Config, slugs: list[str]) -> list[str]:
    """The slugs, each once. Raises UsageError for one that no feed has."""
    known = [feed.slug for feed in config.feeds]
    for slug in slugs:
        if slug not in known:
            hint = did_you_mean(slug, known, "'marketwatch feeds list' shows them")
            raise UsageError(f"{slug}: no such feed in {config.path}; {hint}")
    return list(dict.fromkeys(slugs))


def _articles(args: Namespace, slugs: list[str]) -> dict[str, str]:
    """What stays of each feed, in words. A database that cannot be read keeps no feed in the list."""
    try:
        with database(args) as store:
            counts = {one.slug: one.articles for one in store.feed_health(slugs, datetime.now(UTC))}
    except StoreError as error:
        return dict.fromkeys(slugs, f"its articles stay (not counted: {error})")
    return {
        slug: f"its {counted(counts[slug], 'article')} stay, with marks and notes" if counts[slug] else "it has no articles"
        for slug in slugs
    }
