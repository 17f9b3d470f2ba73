"""What a view shows, as rows for a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from marketwatch.claims import Claim
from marketwatch.compare import Comparison
from marketwatch.counted import counted
from marketwatch.domain import Feed, FeedHealth
from marketwatch.listing import every
from marketwatch.ports import ArticleStore
from marketwatch.query import Query
from tui.screens.exporting import TableSource

if TYPE_CHECKING:
    from marketwatch.tables.text import Table

MOST_ARTICLES = 50_000
"""Rows of a file of articles at most."""


def of_claims(claims: Sequence[Claim]) -> TableSource:
    def read(form: str) -> Table:
        from marketwatch.tables.ledger import ledger_table

        return ledger_table(claims, words=form == "md")

    return TableSource("ledger", counted(len(claims), "goal"), read)


def of_comparison(found: Comparison) -> TableSource:
    def read(form: str) -> Table:  # noqa: ARG001 - all forms alike
        from marketwatch.tables.compare import compare_table

        return compare_table(found)

    return TableSource("compare", f"{' and '.join(found.vendors)} side by side", read)


def of_feeds(store: ArticleStore, feeds: Sequence[Feed], health: Sequence[FeedHealth], now: datetime) -> TableSource:
    def read(form: str) -> Table:
        from marketwatch.tables.feeds import health_table

        return health_table(store.polls, feeds, health, now, words=form == "md")

    return TableSource("feeds", f"how {len(health)} feeds do", read)


def of_articles(store: ArticleStore, query: Query) -> TableSource:
    """All articles under a query, also those that are not loaded."""

    def read(form: str) -> Table:  # noqa: ARG001 - all forms alike
        from marketwatch.tables.articles import article_table

        return article_table(every(partial(store.articles), query, query.limit or MOST_ARTICLES)[0])

    return TableSource("articles", "articles", read)
