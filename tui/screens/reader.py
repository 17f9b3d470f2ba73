"""One article, its evidence highlighted where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from marketwatch.domain import Evidence, StoredShift
from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore
from marketwatch.query.words import places
from marketwatch.versions import changes
from tui import messages
from tui.render import DIRECTION_GLYPHS, STATUS_GLYPHS, figure_line, isolated, marks_line, percent, plain
from tui.screens.copying import CopyingScreen
from tui.screens.marking import Target
from tui.snapshot import Opened
from tui.widgets.key_line import KeyLine

_MARK = "bold reverse"
_HIT, _HIT_HERE = "underline black on yellow", "bold underline black on bright_yellow"
_CHANGED = {"same": "", "removed": "strike red", "added": "bold underline green"}


class ReaderScreen(CopyingScreen):
    """e walks through the evidence, o opens the browser, q or esc goes back."""

    CSS = """
    ReaderScreen { align-horizontal: center; }
    ReaderScreen > #reader-scroll { padding: 1 2; max-width: 110; scrollbar-size-vertical: 1; }
    ReaderScreen #reader-head { margin-bottom: 1; }
    ReaderScreen #reader-found { margin-top: 1; border-top: solid $primary-darken-1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back", id="reader.back"),
        Binding("e", "evidence(1)", "Next evidence", id="reader.next"),
        Binding("p", "evidence(-1)", "Previous evidence", show=False, id="reader.previous"),
        Binding("n", "hit(1)", "Next match", id="reader.next_match"),
        Binding("N", "hit(-1)", "Previous match", show=False, id="reader.previous_match"),
        Binding("d", "changes", "Changes", id="reader.changes"),
        Binding("o", "browser", "Browser", id="reader.browser"),
        Binding("j,down", "scroll(1)", "Down", show=False, id="reader.down"),
        Binding("k,up", "scroll(-1)", "Up", show=False, id="reader.up"),
        Binding("ctrl+d,pagedown,space", "page(1)", "Page", show=False, id="reader.page_down"),
        Binding("ctrl+u,pageup", "page(-1)", "Page", show=False, id="reader.page_up"),
        Binding("g,home", "edge(-1)", "Top", show=False, id="reader.top"),
        Binding("G,end", "edge(1)", "End", show=False, id="reader.end"),
        *CopyingScreen.MARKING,
        *CopyingScreen.COPYING,
    ]

    def __init__(self, opened: Opened, store: ArticleStore, names: Mapping[str, str]) -> None:
        """`names` of vendors by slug."""
        super().__init__(store)
        self._opened = opened
        self._names = names
        self._marks = marks_in(opened.text.text, opened.shifts, opened.sentence)
        evidence = (s.shift.evidence[0] for s in opened.shifts if s.id == opened.shift_id and s.shift.evidence)
        first = opened.sentence or next(evidence, None)
        self._at = self._marks.index((first.start, first.end)) if first and (first.start, first.end) in self._marks else -1
        self._hits = places(opened.text.text, opened.words)
        self._hit = -1
        self._changes_shown = False

    @property
    def article_id(self) -> int:
        return self._opened.article.id

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="reader-scroll"):
            yield Static(self._head(), id="reader-head", markup=False)
            yield Static(self._body(), id="reader-body", markup=False)
            yield Static(found_text(self._opened, self._names), id="reader-found", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        if self._at >= 0:
            self.call_after_refresh(self._show, self._marks[self._at])

    def _head(self) -> Text:
        article = self._opened.article
        published = str(article.published) if article.published else "no date"
        text = Text()
        text.append(f"{plain(self._opened.text.title)}\n", style="bold")
        parts = [plain(article.publisher), published, article.lang or "?", plain(article.author)]
        text.append(" · ".join(p for p in parts if p) + "\n", style="dim")
        text.append(f"{plain(article.url) or 'no address'}", style="dim")
        if article.version > 1:
            text.append(f"\nversion {article.version}: the outlet edited this article, d shows what it changed", style="italic")
        if marked := marks_line(article.marks):
            text.append("\n")
            text.append_text(marked)
        return text

    # --- marks -------------------------------------------------------------------------------------------------------------
    def target(self) -> Target:
        """The article, with the sentence that is shown."""
        here = self._marks[self._at] if self._at >= 0 else None
        sentence = Evidence(self._opened.text.text[here[0] : here[1]], *here) if here else None
        return Target(self._opened.article, sentence=sentence)

    def show_marks(self) -> None:
        self._read_marks()

    @work(thread=True, group="marks", exclusive=True, exit_on_error=False)
    def _read_marks(self) -> None:
        with suppress(MarketwatchError):  # the mark is made; the next look shows it
            article = self._store.article(self._opened.article.id)
            if article is not None:
                self.post_message(messages.ArticleMarked(article))

    @on(messages.ArticleMarked)
    def _show_marks(self, event: messages.ArticleMarked) -> None:
        self._opened = replace(self._opened, article=event.article)
        self.query_one("#reader-head", Static).update(self._head())

    def _body(self) -> Text:
        text = Text(self._opened.text.text)
        if self._changes_shown and self._opened.previous is not None:
            return changes_text(self._opened.previous.text, self._opened.text.text)
        for number, (start, end) in enumerate(self._marks):
            text.stylize(_MARK if number == self._at else "bold underline", start, end)
        for number, (start, end) in enumerate(self._hits):
            text.stylize(_HIT_HERE if number == self._hit else _HIT, start, end)
        return text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """No key is offered for what this article has not."""
        absent = {"hit": not self._hits, "evidence": not self._marks, "changes": self._opened.previous is None}
        return not absent.get(action, False)

    def action_evidence(self, step: int) -> None:
        self._at = (self._at + step) % len(self._marks)
        self._show(self._marks[self._at])

    def action_hit(self, step: int) -> None:
        """To the next place that holds what the filter looks for."""
        self._hit = (self._hit + step) % len(self._hits) if self._hit >= 0 or step > 0 else len(self._hits) - 1
        self._show(self._hits[self._hit])

    def action_changes(self) -> None:
        """What the outlet changed since the version before, and back."""
        self._changes_shown = not self._changes_shown
        self.query_one("#reader-body", Static).update(self._body())

    def _show(self, span: tuple[int, int]) -> None:
        """Scroll so that a place in the text stands in the upper third."""
        self._changes_shown = False
        body = self.query_one("#reader-body", Static)
        body.update(self._body())
        before = Text(self._opened.text.text[: span[0]])
        line = len(before.wrap(self.app.console, max(1, body.content_size.width))) - 1
        scroll = self.query_one("#reader-scroll", VerticalScroll)
        scroll.scroll_to(y=max(0, body.virtual_region.y + line - scroll.size.height // 3), animate=False)

    def action_scroll(self, step: int) -> None:
        self.query_one("#reader-scroll").scroll_relative(y=step, animate=False)

    def action_page(self, way: int) -> None:
        scroll = self.query_one("#reader-scroll")
        scroll.scroll_relative(y=way * max(1, scroll.size.height - 2), animate=False)

    def action_edge(self, way: int) -> None:
        scroll = self.query_one("#reader-scroll")
        if way < 0:
            scroll.scroll_home(animate=False)
        else:
            scroll.scroll_end(animate=False)

    def action_browser(self) -> None:
        self.app.open_article_url(self._opened.article.url)  # type: ignore[attr-defined]


def marks_in(text: str, shifts: Sequence[StoredShift], sentence: Evidence | None = None) -> list[tuple[int, int]]:
    """Spans of evidence in text order, each once; those of an older version of the text are left out."""
    evidence: list[Evidence] = [e for stored in shifts for e in stored.shift.evidence]
    evidence += [sentence] if sentence else []
    return sorted({(e.start, e.end) for e in evidence if text[e.start : e.end] == e.text})


def changes_text(old: str, new: str) -> Text:
    """The newer text with what went struck through and what came underlined."""
    text = Text()
    for run in changes(old, new):
        text.append(run.text, style=_CHANGED[run.kind])
    return text


def found_text(opened: Opened, names: Mapping[str, str]) -> Text:
    """What was extracted, under the article."""
    text = Text()
    shifts, figures = len(opened.shifts), len(opened.figures)
    text.append(f"{shifts} shift{'s' * (shifts != 1)}, {figures} figure{'s' * (figures != 1)}\n", style="bold")
    for stored in opened.shifts:
        shift = stored.shift
        said = f" · {plain(shift.speaker)}" if shift.speaker else ""
        old = " · background" if shift.background else ""
        glyph = DIRECTION_GLYPHS[shift.direction]
        vendor = plain(names.get(shift.vendor, shift.vendor))
        about = isolated(plain(shift.object))
        text.append(f"{glyph} {vendor} {shift.kind.value} {shift.direction.value} · {about}", style="bold")
        text.append(f"  {STATUS_GLYPHS[shift.status]} {shift.status.value} · {percent(shift.confidence)}{said}{old}\n")
    for figure in opened.figures:
        vendor = plain(names.get(figure.figure.vendor, figure.figure.vendor))
        text.append(f"  {vendor} {figure_line(figure.figure)}\n")
    return text
