"""Articles, newest first; pages are fetched as the cursor nears the end."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import tzinfo
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from marketwatch.domain import Article
from tui.messages import MoreWanted
from tui.render import SELECTED, STAR, UNREAD, fit, plain
from tui.widgets.line_list import LineList

_TINY = 50
"""Cells below which the title has the outlet's room; the preview names it."""
_AHEAD = 60
"""Rows from the end at which the next page is asked for."""


class ArticleList(LineList[Article]):
    """Date, outlet, language, number of shifts, title; a diamond behind the date of what is selected."""

    SELECTS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "unread(1)", "Next unread", show=False, id="articles.next_unread"),
        Binding("N", "unread(-1)", "Previous unread", show=False, id="articles.previous_unread"),
    ]

    def __init__(self, zone: tzinfo | None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self.after: str | None = None

    def show(self, articles: Sequence[Article], after: str | None, *, first_page: bool) -> None:
        self.after = after
        self.set_rows(tuple(articles) if first_page else (*self.rows, *articles))

    def move_to(self, index: int) -> None:
        super().move_to(index)
        if self.after is not None and self.cursor > len(self.rows) - _AHEAD:
            self.post_message(MoreWanted())

    def action_unread(self, step: int) -> None:
        """To the next article that is not read, or the previous."""
        order = range(self.cursor + 1, len(self.rows)) if step > 0 else range(self.cursor - 1, -1, -1)
        found = next((n for n in order if not self.rows[n].marks.read), None)
        if found is None:
            self.notify(f"no unread article {'below' if step > 0 else 'above'}", markup=False)
        else:
            self.move_to(found)

    def key_of(self, row: Article) -> Hashable:
        return row.id

    def text_of(self, row: Article, width: int) -> Text:
        text = Text(no_wrap=True)
        coarse = row.published and row.published.precision.value in ("year", "month") and row.dated_at == row.published.at
        day = str(row.published) if coarse else row.dated_at.astimezone(self._zone).strftime("%Y-%m-%d")
        text.append(fit(day, 10), style="dim")
        text.append(SELECTED if self.is_selected(row) else " ", style="bold")
        outlet = 18 if width >= 100 else 12 if width >= _TINY else -1
        text.append(f"{fit(plain(row.publisher), outlet)} " if outlet > 0 else "")
        text.append(fit(row.lang or "?", 3), style="dim")
        text.append(f"{row.shifts:>2}" if row.shifts else "  ", style="bold")
        text.append(" " if row.marks.read else UNREAD, style="bold")
        text.append(STAR if row.marks.starred else " ", style="bold")
        text.append(fit(plain(_with_tags(row)), width - outlet - 19), style="dim" if row.marks.read else "")
        return text


def _with_tags(row: Article) -> str:
    tags = " ".join(f"#{tag}" for tag in row.marks.tags)
    return f"{tags} · {row.title}" if tags else row.title
