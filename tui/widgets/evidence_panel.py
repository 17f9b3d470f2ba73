"""Why a move is believed: its sentence in context, who said it, who carries it, the figures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from rich.text import Text
from textual import events

from marketwatch.corroboration import corroboration_of
from marketwatch.domain import Article, ArticleText, Evidence, Move
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
    isolated,
    marks_line,
    percent,
    plain,
)
from tui.snapshot import EvidenceInContext
from tui.widgets.text_panel import TextPanel

_CONTEXT = 160
"""Characters shown before and after a sentence."""
_MAX_FIGURES = 6
_MAX_SOURCES = 12
_ONE_LINE = 64
"""Cells that hold status, date and confidence side by side."""
_BRIEF = 6
"""Lines of a panel in fewer of which the sentence comes at once, without what stands around it."""


class EvidencePanel(TextPanel):
    """Follows the cursor of the view beside it."""

    def __init__(self, zone: tzinfo | None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._move: Move | None = None
        self._shown: EvidenceInContext | None = None

    def show_move(self, move: Move | None) -> None:
        """Show a move when its text has come, or soon without it."""
        before, self._move = self._move, move
        if move is not None and before is not None and before.lead.id == move.lead.id:
            return
        self._shown = None
        if move is None:
            self.put(Text("no move here", style="dim"))
        else:
            self.put_soon(partial(self.show_evidence, EvidenceInContext(move, None, ())))

    def show_evidence(self, evidence: EvidenceInContext) -> None:
        if self._move is not None and evidence.move.lead.id == self._move.lead.id:
            self.put(self._text_of(evidence), stay=self._shown is not None)
            self._shown = evidence

    @property
    def missing(self) -> Move | None:
        """The move whose text has not come."""
        return self._move if self._shown is None or self._shown.text is None else None

    def _text_of(self, evidence: EvidenceInContext) -> Text:
        if 0 < self.size.height < _BRIEF:
            return brief_text(evidence.move, self._zone)
        return panel_text(evidence, self._zone, self.line_width)

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual's signature; its superclass draws
        """In more room more is said, and the other way round."""
        if self._shown is not None:
            self.put(self._text_of(self._shown), stay=True)


def panel_text(evidence: EvidenceInContext, zone: tzinfo | None, width: int) -> Text:
    """Everything the panel, `width` cells wide, says of a move."""
    move = evidence.move
    shift = move.lead.shift
    text = _head(move, evidence.scope)
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
    text.append_text(sentences(shift.evidence, evidence.text))
    text.append("\n")
    if shift.speaker:
        role = f", {plain(shift.role)}" if shift.role else ""
        text.append(f"said by {plain(shift.speaker)}{role}\n", style="bold")
    else:
        text.append("no speaker named\n", style="dim")
    text.append_text(_attested(move, zone))
    text.append_text(_sources(move, zone))
    if evidence.figures:
        text.append("\nfigures in this article\n", style="bold")
        for stored in evidence.figures[:_MAX_FIGURES]:
            text.append(f"  {figure_line(stored.figure)}\n")
    text.append(f"\n{_finder(move)}", style="dim")
    return text


def _head(move: Move, scope: str = "") -> Text:
    """What it is and of what, and how certain the news of it."""
    shift = move.lead.shift
    text = Text()
    text.append(f"{DIRECTION_GLYPHS[shift.direction]} {shift.kind.value} {shift.direction.value}", style="bold")
    text.append(f" · {isolated(plain(shift.object))}" + (f" · of {plain(scope)}\n" if scope else "\n"))
    text.append(f"{STATUS_GLYPHS[move.status]} {move.status.value}", style="bold")
    return text


def brief_text(move: Move, zone: tzinfo | None) -> Text:
    """Kind, status and the exact sentences, for a panel of a few lines; zoomed it says all."""
    shift = move.lead.shift
    text = _head(move)
    said = f" · {plain(shift.speaker)}" if shift.speaker else ""
    text.append(f" · {date_of(move, zone)} · {percent(move.confidence)}{said}\n", style="dim")
    return text.append_text(sentences(shift.evidence, None))


def _finder(move: Move) -> str:
    """What the confidence rests on, with the outlet when that is not where the sentence above stands."""
    best = move.best
    where = "" if best.article.id == move.lead.article.id else f", in {plain(best.article.publisher)}"
    return f"found by {finder_of(best.shift.rule)}{where}"


def sentences(evidence: Sequence[Evidence], article: ArticleText | None) -> Text:
    """The sentences, a line each; those near the first are highlighted where they stand, and none is shown twice."""
    text, shown = Text(), (0, 0)
    if article is not None and evidence:
        low, high = shown = around(evidence[0], evidence[1:], article.text)
        text.append_text(in_context(evidence, article.text, low, high)).append("\n")
    for sentence in evidence:
        if not shown[0] <= sentence.start < shown[1]:
            text.append(f"{plain(sentence.text)}\n", style="bold")
    return text


def around(sentence: Evidence, others: Sequence[Evidence], body: str) -> tuple[int, int]:
    """What of its paragraph is shown with a sentence: some letters on both sides, and whole each other one that begins there."""
    begin = body.rfind("\n", 0, sentence.start) + 1
    end = body.find("\n", sentence.end)
    low = max(begin, sentence.start - _CONTEXT)
    high = min(len(body) if end < 0 else end, sentence.end + _CONTEXT)
    for other in sorted(others, key=lambda one: one.start):
        if low <= other.start < high:
            high = max(high, other.end)
    return low, high


def in_context(evidence: Sequence[Evidence], body: str, low: int, high: int) -> Text:
    """A part of a text with its sentences highlighted; dots where the paragraph goes on."""
    text = Text().append("…" if body[:low].rpartition("\n")[2].strip() else "", style="dim")
    at = low
    for start, end in sorted((one.start, one.end) for one in evidence):
        if low <= start < high and end > at:
            text.append(_line(body[at:start]), style="dim")
            text.append(_line(body[max(at, start) : end]), style="bold reverse")
            at = end
    text.append(_line(body[at:high]) + ("…" if body[high:].partition("\n")[0].strip() else ""), style="dim")
    return text


def _line(text: str) -> str:
    """Outside text as `plain` makes it, with a blank on either side where it had one."""
    inner = plain(text)
    return f"{' ' * text[:1].isspace()}{inner}{' ' * (bool(inner) and text[-1:].isspace())}"


def _attested(move: Move, zone: tzinfo | None) -> Text:
    """How many independent sources there are, who was first, and how its status rose."""
    attested = corroboration_of(move)
    text = Text()
    text.append(plain(attested.words), style="bold")
    text.append(" · the vendor's own newsroom\n" if attested.primary else " · secondary\n", style="dim")
    if len(attested.origins) < len(attested.outlets):
        text.append(f"from {', '.join(plain(name) for name in attested.origins)}\n")
    steps = move.ladder
    if len(steps) > 1:
        for step in steps:
            text.append(f"{STATUS_GLYPHS[step.shift.status]} {step.shift.status.value} ", style="bold")
            text.append(f"{day_of(step.article, zone)} {plain(step.article.publisher)} ({step.article.lang or '?'})\n")
    elif attested.articles > 1:
        first = move.first.article
        text.append(f"first told by {plain(first.publisher)} ({first.lang or '?'}) {day_of(first, zone)}\n", style="dim")
    text.append("\n")
    return text


def day_of(article: Article, zone: tzinfo | None) -> str:
    """The date of an article, at the precision its source gave."""
    coarse = article.published and article.published.precision.value in ("year", "month")
    return str(article.published) if coarse else article.dated_at.astimezone(zone).strftime("%Y-%m-%d")


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
        text.append(f"{day_of(article, zone)} ", style="dim")
        text.append(f"{plain(article.publisher)} ({article.lang or '?'}) ", style="bold")
        if article.origin:
            text.append(f"from {plain(article.origin)} ", style="dim")
        text.append(f"{plain(article.title)}\n")
    if len(seen) > _MAX_SOURCES:
        text.append(f"and {len(seen) - _MAX_SOURCES} more\n", style="dim")
    return text
