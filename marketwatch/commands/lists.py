"""`shifts`, `moves`, `articles`: what the store holds under a query."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from typing import Any

from marketwatch.commands.nothing import nothing
from marketwatch.commands.output import write_line, write_rows
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.commands.shapes import found_object, move_object, shift_object
from marketwatch.domain import Article
from marketwatch.glyphs import REVERSAL_GLYPH
from marketwatch.json_shapes import article_object, article_row
from marketwatch.listing import every, moves_under, reversal_of, reversals_of
from marketwatch.query import Query
from marketwatch.query.words import snippet, sought
from marketwatch.tables.articles import COLUMNS
from store import Store

_SHIFT_COLUMNS = {
    "id": "id",
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
    "id": "id",
    "first": "first",
    "vendor": "vendor",
    "kind": "kind",
    "dir": "direction",
    "object": "object",
    "status": "status",
    "articles": "articles",
    "outlets": "outlets",
    "langs": "langs",
    "scope": "scope.words",
    "reversal_of": "reversal.first",
    "origins": "origins",
    "evidence": "evidence.0.text",
}
_IN_COLUMNS = ("table", "md", "csv")


def run(args: Namespace) -> int:
    config = configuration(args)
    query = query_of(args.query, config)
    with database(args) as store:
        if args.explain:
            write_line(store.explain(query, of="articles" if args.command == "articles" else "shifts"))
            return 0
        limit = min(args.limit, query.limit or args.limit)
        empty = partial(nothing, args, store, config, query, args.command)
        if args.command == "articles":
            rows = [_article(store, article, query) for article in every(store.articles, query, limit)[0]]
            columns = {"id": "id"} | COLUMNS | ({"found": "found.text"} if sought(query) else {})
            write_rows(rows, columns, args.format, empty=empty)
        elif args.command == "shifts":
            found, _ = every(store.shifts, query, limit)
            rows = [shift_object(s.shift, article_object(s.article), s.id) for s in found]
            write_rows(rows, _SHIFT_COLUMNS, args.format, empty=empty)
        else:
            moves = moves_under(store, query)[0][:limit]
            turned = reversals_of(store, query, moves)
            rows = [move_object(move, reversal_of(move, turned), config.vendors.get(move.lead.shift.vendor)) for move in moves]
            if args.format in _IN_COLUMNS:
                rows = [row | _in_columns(row, args.format) for row in rows]
            columns = _MOVE_COLUMNS | ({} if args.format == "csv" else {"reversal_of": "turns"})
            write_rows(rows, columns, args.format, empty=empty)
    return 0


def _in_columns(row: dict[str, Any], style: str) -> dict[str, Any]:
    """What a move has in columns beside what its object says."""
    origins = {"origins": len(row["corroboration"]["origins"])}
    return origins if style == "csv" else origins | {"turns": _mark(row["reversal"])}


def _mark(reversal: dict[str, Any] | None) -> str:
    """`↶ 2012-05-03`: when the vendor said the opposite; `↶?` when that is only possibly so."""
    return f"{REVERSAL_GLYPH}{'' if reversal['certain'] else '?'} {reversal['first']}" if reversal else ""


def _article(store: Store, article: Article, query: Query) -> dict[str, Any]:
    """An article as a row; with the place where it holds the words of the query, if the query has any."""
    row = article_row(article)
    if words := sought(query):
        told = store.text(article.id, article.version if query.as_of else None)
        row["found"] = found_object(snippet(told.text, words) if told else None)
    return row
