"""`compare`: vendors side by side."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from functools import partial

from marketwatch.commands.nothing import nothing
from marketwatch.commands.output import write_rows
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.compare import MOST, read_comparison
from marketwatch.config import Config
from marketwatch.errors import UsageError
from marketwatch.near import did_you_mean
from marketwatch.tables.compare import compare_table
from store import Store


def run(args: Namespace) -> int:
    config = configuration(args)
    with database(args) as store:
        vendors, words = _vendors(args.query, config, store)
        query = query_of(words, config)
        found = read_comparison(store, vendors, query)
        table = compare_table(found)
        empty = partial(nothing, args, store, config, query, "moves or figures of these vendors")
        write_rows(table.rows[: args.limit], table.columns_of(args.format), args.format, empty=empty, layout="grid")
    return 0


def _vendors(words: Sequence[str], config: Config, store: Store) -> tuple[list[str], list[str]]:
    """The vendors that stand first, by slug, name or alias, and the words of the query behind them. Raises UsageError."""
    slugs = {vendor: vendor for vendor in (*store.field_counts("vendor"), *config.vendors)}
    names = {name.casefold(): v.slug for v in config.vendors.values() for name in (v.name, *v.aliases)} | slugs
    vendors: list[str] = []
    rest = list(words)
    while rest and (slug := names.get(rest[0].strip().casefold())) is not None:
        vendors.append(slug)
        rest.pop(0)
    vendors = list(dict.fromkeys(vendors))
    if len(vendors) > MOST:
        raise UsageError(f"compare {' '.join(vendors)}: at most {MOST} vendors fit side by side")
    if len(vendors) < 2:
        near = did_you_mean(rest[0].strip().casefold(), names) if rest else ""
        hint = f", {near}" if near else f"; known are {', '.join(sorted(slugs))}"
        like = "name the vendors first, then the query, like 'xiaomi huawei date:2017..'"
        what = (
            like
            if rest and ":" in rest[0]
            else f"no vendor '{rest[0].strip()}'{hint}"
            if rest
            else f"name 2 to {MOST} vendors{hint}"
        )
        raise UsageError(f"compare: {what}")
    return vendors, rest
