"""What an article says, beside the list: what was read out of it and how it begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from functools import partial

from rich.text import Text

from marketwatch.corroboration import corroborated
from marketwatch.counted import counted
from marketwatch.domain import Article, Story
from tui.render import DIRECTION_GLYPHS, STATUS_GLYPHS, isolated, marks_line, percent, plain
from tui.snapshot import Opened
from tui.widgets.text_panel import TextPanel

_BEGINNING = 4000
"""Characters of the text that are shown."""


class ArticlePreview(TextPanel):
    """Follows the cursor of the list."""

    def __init__(self, zone: tzinfo | None, names: Mapping[str, str], *, id: str) -> None:  # noqa: A002
        """`names` of vendors by slug."""
        super().__init__(id=id)
        self._zone = zone
        self._names = names
        self._article_id: int | None = None
        self._headed = False
        """Something of the article is shown."""

    def show_article(self, article: Article | None) -> None:
        """Show an article when what it says has come, or soon what the list knows."""
        if article is None:
            self._article_id = None
            self.put(Text())
        elif article.id != self._article_id:
            self._article_id, self._headed = article.id, False
            self.put_soon(partial(self._show, head_text(article, self._zone)))

    def show_opened(self, opened: Opened) -> None:
        if opened.article.id == self._article_id:
            self._show(preview_text(opened, self._zone, self._names))

    def _show(self, text: Text) -> None:
        self.put(text, stay=self._headed)
        self._headed = True


def head_text(article: Article, zone: tzinfo | None) -> Text:
    """Title, outlet, date, language and marks."""
    text = Text()
    text.append(f"{plain(article.title)}\n", style="bold")
    day = article.dated_at.astimezone(zone).strftime("%Y-%m-%d")
    text.append(
        " · ".join(filter(None, (isolated(plain(article.publisher)), day, article.lang, isolated(plain(article.author))))),
        style="dim",
    )
    text.append("\n")
    if marked := marks_line(article.marks):
        text.append_text(marked)
        text.append("\n")
    return text


def preview_text(opened: Opened, zone: tzinfo | None, names: Mapping[str, str]) -> Text:
    """The head, the story, the shifts, and the beginning of the text with their sentences marked."""
    text = head_text(opened.article, zone)
    if opened.story is not None and len(opened.story.articles) > 1:
        text.append(f"{story_line(opened.story)}\n", style="italic")
    text.append("\n")
    for stored in opened.shifts:
        shift = stored.shift
        vendor = plain(names.get(shift.vendor, shift.vendor))
        text.append(f"{DIRECTION_GLYPHS[shift.direction]} {vendor} {shift.kind.value}", style="bold")
        text.append(f" {isolated(plain(shift.object))}  {STATUS_GLYPHS[shift.status]} {percent(shift.confidence)}\n")
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
