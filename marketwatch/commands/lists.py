"""`shifts`, `moves`, `articles`: what the store holds under a query."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TypeVar

from marketwatch.commands.output import write_line, write_rows
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.commands.shapes import article_object, article_row, move_object, shift_object
from marketwatch.domain import Article, StoredShift
from marketwatch.moves import group_moves, matching
from marketwatch.query import Query
from store import Store

_PAGE = 1000
_MOVE_SHIFTS = 50_000
"""Shifts read at most to group them into moves."""

_SHIFT_COLUMNS = {
    "date": "article.published",
    "vendor": "vendor",
    "kind": "kind",
    "dir": "direction",
    "object": "object",
    "status": "status",
    "speaker": "speaker",
    "outlet": "article.outlet",
    "lang": "article.lang",
    "evidence": "evidence.0.text",
}
_MOVE_COLUMNS = {
    "first": "first",
    "vendor": "vendor",
    "kind": "kind",
    "dir": "direction",
    "object": "object",
    "status": "status",
    "articles": "articles",
    "outlets": "outlets",
    "langs": "langs",
    "evidence": "evidence.0.text",
}
_ARTICLE_COLUMNS = {
    "date": "published",
    "outlet": "outlet",
    "lang": "lang",
    "shifts": "shifts",
    "vendors": "vendors",
    "title": "title",
}

Row = TypeVar("Row", StoredShift, Article)
_Page = Callable[..., tuple[Sequence[Row], str | None]]


def run(args: Namespace) -> int:
    config = configuration(args)
    query = query_of(args.query, config)
    with database(args) as store:
        if args.explain:
            write_line(store.explain(query, of="articles" if args.command == "articles" else "shifts"))
            return 0
        limit = min(args.limit, query.limit or args.limit)
        if args.command == "articles":
            rows = [article_row(article) for article in _all(store.articles, query, limit)]
            write_rows(rows, _ARTICLE_COLUMNS, args.format, empty=_nothing(store, "articles"))
        elif args.command == "shifts":
            found = _all(store.shifts, query, limit)
            rows = [shift_object(s.shift, article_object(s.article), s.id) for s in found]
            write_rows(rows, _SHIFT_COLUMNS, args.format, empty=_nothing(store, "shifts"))
        else:
            moves = matching(group_moves(_all(store.shifts, query, _MOVE_SHIFTS)), query)
            moves = moves[::-1] if query.oldest_first else moves
            rows = [move_object(move) for move in moves[:limit]]
            write_rows(rows, _MOVE_COLUMNS, args.format, empty=_nothing(store, "moves"))
    return 0


def _all(page: _Page[Row], query: Query, limit: int) -> list[Row]:
    found: list[Row] = []
    after: str | None = None
    while len(found) < limit:
        rows, after = page(query, limit=min(_PAGE, limit - len(found)), after=after)
        found += rows
        if after is None:
            break
    return found


def _nothing(store: Store, what: str) -> str:
    if not store.totals(Query()).articles:
        return "the database is empty: 'marketwatch poll' fills it, 'marketwatch demo' shows sample articles"
    return f"no {what} match"
