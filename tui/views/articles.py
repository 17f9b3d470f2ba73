"""Articles under the filter; enter opens the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from marketwatch.domain import Article
from tui.messages import ArticleChosen
from tui.widgets.article_list import ArticleList
from tui.widgets.line_list import LineList
from tui.words import READING


class ArticlesView(Vertical):
    """The view on 3."""

    DEFAULT_CSS = """
    ArticlesView > #articles-empty { display: none; height: 1fr; padding: 2 4; }
    ArticlesView.empty > #articles-empty { display: block; }
    ArticlesView.empty > #articles { display: none; }
    """

    def __init__(self, zone: tzinfo | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, classes="empty")
        self._zone = zone

    def compose(self) -> ComposeResult:
        yield Static(READING, id="articles-empty", markup=False)
        yield ArticleList(self._zone, id="articles")

    @property
    def list(self) -> ArticleList:
        return self.query_one(ArticleList)

    def show(self, articles: Sequence[Article], after: str | None, *, first_page: bool, empty: str) -> None:
        self.list.show(articles, after, first_page=first_page)
        self.set_class(not self.list.rows, "empty")
        self.query_one("#articles-empty", Static).update(empty)

    @on(LineList.Chosen, "#articles")
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        self.post_message(ArticleChosen(event.row.id))
