"""Why a list is empty: an empty database, or a name in the query that nothing goes by."""

from __future__ import annotations

import difflib
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping

from marketwatch.commands.setup import database_path
from marketwatch.config import Config
from marketwatch.query import FieldTerm, Query
from store import Store


def nothing(args: Namespace, store: Store, config: Config, query: Query, what: str) -> str:
    """One line for people: nothing of `what` (`moves`) matches, and what to do about it."""
    if not store.articles(Query(), limit=1)[0]:
        fill = "'marketwatch poll' fills it, 'marketwatch demo' shows sample articles"
        return f"{database_path(args)}: the database is empty: {fill}"
    unknown = next(_unknown(store, config, query.terms()), None)
    return f"no {what} match: {unknown}" if unknown else f"no {what} match"


def _unknown(store: Store, config: Config, terms: Iterable[FieldTerm]) -> Iterator[str]:
    """Complaints about names that neither the database nor feeds.toml knows."""
    configured = {"vendor": tuple(config.vendors), "feed": tuple(feed.slug for feed in config.feeds), "lang": (), "tag": ()}
    aliases = {name.casefold(): v.slug for v in config.vendors.values() for name in (v.name, *v.aliases)}
    for term in terms:
        if term.name not in configured:
            continue
        names = {name: name for name in (*configured[term.name], *store.field_counts(term.name))}
        for value in map(str, term.values):
            if value not in names:
                yield f"nothing here has {term.name} '{value}'{_hint(value, names | (aliases if term.name == 'vendor' else {}))}"


def _hint(value: str, names: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(value.casefold(), names, 1)
    if near:
        return f", did you mean '{names[near[0]]}'?"
    return f"; there are: {' '.join(sorted(set(names.values())))}" if names else ""
