"""Articles under the filter, the one under the cursor beside them; enter opens the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from marketwatch.domain import Article
from tui.messages import ArticleChosen, ArticleHighlighted
from tui.snapshot import Opened
from tui.widgets.article_list import ArticleList
from tui.widgets.article_preview import ArticlePreview
from tui.widgets.lane_list import NARROW
from tui.widgets.line_list import LineList
from tui.words import READING


class ArticlesView(Horizontal):
    """The view on 3."""

    DEFAULT_CSS = """
    ArticlesView > #articles-column { width: 1fr; }
    ArticlesView #articles-heading { height: 1; color: $text-muted; }
    ArticlesView > ArticlePreview { width: 40%; max-width: 90; }
    ArticlesView > #articles-empty { display: none; width: 1fr; padding: 2 4; }
    ArticlesView.empty > #articles-empty { display: block; }
    ArticlesView.empty > #articles-column, ArticlesView.empty > ArticlePreview { display: none; }
    ArticlesView.narrow { layout: vertical; }
    ArticlesView.narrow > #articles-column { width: 100%; height: 1fr; }
    ArticlesView.narrow > ArticlePreview {
        width: 100%; max-width: 100%; height: 35%; border-left: none; border-top: solid $primary-darken-1;
    }
    """

    def __init__(self, zone: tzinfo | None, names: Mapping[str, str], *, id: str) -> None:  # noqa: A002
        """`names` of vendors by slug."""
        super().__init__(id=id, classes="empty")
        self._zone = zone
        self._names = names
        self._order = ""

    def compose(self) -> ComposeResult:
        yield Static(READING, id="articles-empty", markup=False)
        with Vertical(id="articles-column"):
            yield Static("", id="articles-heading", markup=False)
            yield ArticleList(self._zone, id="articles")
        yield ArticlePreview(self._zone, self._names, id="articles-evidence")

    @property
    def list(self) -> ArticleList:
        return self.query_one(ArticleList)

    def show(self, articles: Sequence[Article], after: str | None, *, first_page: bool, empty: str, order: str) -> None:
        """Show a page; `order` says in words how they stand."""
        self._order = order
        self.list.show(articles, after, first_page=first_page)
        self.set_class(not self.list.rows, "empty")
        self.query_one("#articles-empty", Static).update(empty)
        self._head()

    @on(LineList.Selected, "#articles")
    def _head(self) -> None:
        chosen = len(self.list.selection)
        what = f" · {chosen} selected: s m t y M P are for these" if chosen else ""
        self.query_one("#articles-heading", Static).update(f" {self._order}{what}")

    def show_preview(self, opened: Opened) -> None:
        self.query_one(ArticlePreview).show_opened(opened)

    @on(LineList.Highlighted, "#articles")
    def _cursor_moved(self, event: LineList.Highlighted) -> None:
        event.stop()
        self.query_one(ArticlePreview).show_article(event.row)
        if event.row is not None:
            self.post_message(ArticleHighlighted(event.row.id))

    @on(LineList.Chosen, "#articles")
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        self.post_message(ArticleChosen(event.row.id))

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < NARROW, "narrow")
