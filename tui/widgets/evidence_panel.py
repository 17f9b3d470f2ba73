"""Why a move is believed: its sentence in context, who said it, who carries it, the figures beside it."""

from __future__ import annotations

from datetime import tzinfo

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from marketwatch.domain import ArticleText, Evidence, Move
from marketwatch.glyphs import REVERSAL_GLYPH
from marketwatch.reversals import reversal_text
from tui.render import (
    DIRECTION_GLYPHS,
    STATUS_GLYPHS,
    VERDICT_GLYPHS,
    confidence_text,
    date_of,
    figure_line,
    finder_of,
    marks_line,
    plain,
)
from tui.snapshot import EvidenceInContext

_CONTEXT = 160
"""Characters shown before and after a sentence."""
_MAX_FIGURES = 6
_MAX_SOURCES = 12
_ONE_LINE = 64
"""Cells that hold status, date and confidence side by side."""


class EvidencePanel(VerticalScroll):
    """Follows the cursor of the view beside it."""

    DEFAULT_CSS = """
    EvidencePanel { padding: 0 1; border-left: solid $primary-darken-1; scrollbar-size-vertical: 1; }
    """

    def __init__(self, zone: tzinfo | None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._move: Move | None = None
        self.can_focus = False

    def compose(self) -> ComposeResult:
        yield Static("", markup=False)

    def show_move(self, move: Move | None) -> None:
        """Show at once what is known of a move; its text follows."""
        if move is None:
            self._move = None
            self._put(Text("no move here", style="dim"))
        elif move is not self._move:
            same = self._move is not None and self._move.lead.id == move.lead.id
            self._move = move
            if not same:
                self._put(panel_text(EvidenceInContext(move, None, ()), self._zone, self.content_size.width))

    def show_evidence(self, evidence: EvidenceInContext) -> None:
        if self._move is not None and evidence.move.lead.id == self._move.lead.id:
            self._put(panel_text(evidence, self._zone, self.content_size.width), stay=True)

    def _put(self, text: Text, *, stay: bool = False) -> None:
        self.query_one(Static).update(text)
        if not stay:
            self.scroll_home(animate=False)


def panel_text(evidence: EvidenceInContext, zone: tzinfo | None, width: int) -> Text:
    """Everything the panel, `width` cells wide, says of a move."""
    move = evidence.move
    shift = move.lead.shift
    text = Text()
    text.append(f"{DIRECTION_GLYPHS[shift.direction]} {shift.kind.value} {shift.direction.value}", style="bold")
    text.append(f" · {plain(shift.object)}\n")
    text.append(f"{STATUS_GLYPHS[move.status]} {move.status.value}", style="bold")
    text.append(f" · first {date_of(move, zone)}", style="dim")
    text.append(" · " if width >= _ONE_LINE else "\n", style="dim")
    text.append(f"confidence {confidence_text(move.confidence)}\n")
    if move.verdict is not None:
        text.append(f"{VERDICT_GLYPHS[move.verdict]} {move.verdict.value} by you\n", style="bold")
    if evidence.reversal is not None:
        text.append(f"{REVERSAL_GLYPH} {plain(reversal_text(evidence.reversal))}\n", style="italic")
        text.append(f"  {plain(evidence.reversal.why)} · % reads it\n", style="dim")
    if marked := marks_line(move.lead.article.marks):
        text.append_text(marked)
        text.append("\n")
    text.append("\n")
    if shift.origin and shift.destination:
        text.append(f"{plain(shift.origin)} → {plain(shift.destination)}\n\n")
    for number, sentence in enumerate(shift.evidence):
        text.append_text(in_context(sentence, evidence.text if number == 0 else None))
        text.append("\n")
    text.append("\n")
    if shift.speaker:
        role = f", {plain(shift.role)}" if shift.role else ""
        text.append(f"said by {plain(shift.speaker)}{role}\n", style="bold")
    else:
        text.append("no speaker named\n", style="dim")
    text.append(f"{len(move.outlets)} outlet{'s' if len(move.outlets) != 1 else ''} · {' '.join(move.langs)}\n\n")
    text.append_text(_sources(move, zone))
    if evidence.figures:
        text.append("\nfigures in this article\n", style="bold")
        for stored in evidence.figures[:_MAX_FIGURES]:
            text.append(f"  {figure_line(stored.figure)}\n")
    text.append(f"\n{_finder(move)}", style="dim")
    return text


def _finder(move: Move) -> str:
    """What the confidence rests on, with the outlet when that is not where the sentence above stands."""
    best = move.best
    where = "" if best.article.id == move.lead.article.id else f", in {plain(best.article.publisher)}"
    return f"found by {finder_of(best.shift.rule)}{where}"


def in_context(sentence: Evidence, article: ArticleText | None) -> Text:
    """The sentence highlighted between what stands before and after it."""
    text = Text()
    body = article.text if article else ""
    before = body[max(0, sentence.start - _CONTEXT) : sentence.start]
    after = body[sentence.end : sentence.end + _CONTEXT]
    if before:
        cut = "…" if sentence.start > _CONTEXT else ""
        text.append(f"{cut}{plain(before.split(chr(10))[-1])} " if before.strip() else "", style="dim")
    text.append(plain(sentence.text), style="bold reverse" if article else "bold")
    if after.strip() and not after.startswith("\n"):
        text.append(f" {plain(after.split(chr(10))[0])}…", style="dim")
    return text


def _sources(move: Move, zone: tzinfo | None) -> Text:
    text = Text()
    seen: set[int] = set()
    for stored in sorted(move.shifts, key=lambda s: (s.article.dated_at, s.id)):
        if stored.article.id in seen:
            continue
        seen.add(stored.article.id)
        if len(seen) > _MAX_SOURCES:
            continue
        article = stored.article
        day = str(article.published) if article.published and article.published.precision.value in ("year", "month") else None
        text.append(f"{day or article.dated_at.astimezone(zone).strftime('%Y-%m-%d')} ", style="dim")
        text.append(f"{plain(article.publisher)} ({article.lang or '?'}) ", style="bold")
        text.append(f"{plain(article.title)}\n")
    if len(seen) > _MAX_SOURCES:
        text.append(f"and {len(seen) - _MAX_SOURCES} more\n", style="dim")
    return text
