"""What an article says, beside the list: what was read out of it and how it begins."""

from __future__ import annotations

from datetime import tzinfo

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from marketwatch.corroboration import corroborated
from marketwatch.counted import counted
from marketwatch.domain import Article, Story
from tui.render import DIRECTION_GLYPHS, STATUS_GLYPHS, marks_line, percent, plain
from tui.snapshot import Opened

_BEGINNING = 4000
"""Characters of the text that are shown."""


class ArticlePreview(VerticalScroll):
    """Follows the cursor of the list."""

    DEFAULT_CSS = """
    ArticlePreview { padding: 0 1; border-left: solid $primary-darken-1; scrollbar-size-vertical: 1; }
    """

    def __init__(self, zone: tzinfo | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.can_focus = False
        self._zone = zone
        self._article_id: int | None = None

    def compose(self) -> ComposeResult:
        yield Static("", markup=False)

    def show_article(self, article: Article | None) -> None:
        """Show at once what the list knows; what it says follows."""
        if article is None or article.id != self._article_id:
            self._article_id = article.id if article else None
            self.query_one(Static).update(head_text(article, self._zone) if article else "")
            self.scroll_home(animate=False)

    def show_opened(self, opened: Opened) -> None:
        if opened.article.id == self._article_id:
            self.query_one(Static).update(preview_text(opened, self._zone))


def head_text(article: Article, zone: tzinfo | None) -> Text:
    """Title, outlet, date, language and marks."""
    text = Text()
    text.append(f"{plain(article.title)}\n", style="bold")
    day = article.dated_at.astimezone(zone).strftime("%Y-%m-%d")
    text.append(" · ".join(filter(None, (plain(article.publisher), day, article.lang, plain(article.author)))), style="dim")
    text.append("\n")
    if marked := marks_line(article.marks):
        text.append_text(marked)
        text.append("\n")
    return text


def preview_text(opened: Opened, zone: tzinfo | None) -> Text:
    """The head, the story, the shifts, and the beginning of the text with their sentences marked."""
    text = head_text(opened.article, zone)
    if opened.story is not None and len(opened.story.articles) > 1:
        text.append(f"{story_line(opened.story)}\n", style="italic")
    text.append("\n")
    for stored in opened.shifts:
        shift = stored.shift
        text.append(f"{DIRECTION_GLYPHS[shift.direction]} {shift.vendor} {shift.kind.value}", style="bold")
        text.append(f" {plain(shift.object)}  {STATUS_GLYPHS[shift.status]} {percent(shift.confidence)}\n")
    if opened.shifts:
        text.append("\n")
    body = Text(opened.text.text[:_BEGINNING])
    for stored in opened.shifts:
        for one in stored.shift.evidence:
            if opened.text.text[one.start : one.end] == one.text:
                body.stylize("bold underline", one.start, min(one.end, _BEGINNING))
    text.append_text(body)
    if len(opened.text.text) > _BEGINNING:
        text.append(" … ⏎ reads on", style="dim")
    return text


def story_line(story: Story) -> str:
    """`story 118: 4 articles · 3 outlets (en, fr), 2 origins`."""
    attested = corroborated(story.articles, "")
    return plain(f"story {story.id}: {counted(attested.articles, 'article')} · {attested.words}")
