"""Articles as rows."""

from __future__ import annotations

from collections.abc import Iterable

from marketwatch.domain import Article
from marketwatch.json_shapes import article_row
from marketwatch.tables.text import Table

COLUMNS = {
    "date": "published",
    "outlet": "outlet",
    "lang": "lang",
    "shifts": "shifts",
    "vendors": "vendors",
    "title": "title",
}


def article_table(articles: Iterable[Article]) -> Table:
    """A row an article."""
    return Table("articles", [article_row(article) for article in articles], COLUMNS)
