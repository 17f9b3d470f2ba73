"""Domain values → text for the screen. Everything is `rich.text.Text` or plain strings, never markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from marketwatch.domain import Figure, Marks, Move, Status, Verdict
from marketwatch.glyphs import DIRECTION_GLYPHS as DIRECTION_GLYPHS
from marketwatch.glyphs import REVERSAL_GLYPH
from marketwatch.glyphs import STATUS_GLYPHS as STATUS_GLYPHS
from marketwatch.goals import Amount
from marketwatch.reversals import Reversal
from marketwatch.sanitise import clean_line
from marketwatch.short_names import FEWEST_LETTERS, short_kind

STATUS_STYLES: Mapping[Status, str] = {
    Status.RUMOURED: "italic dim",
    Status.CONSIDERED: "dim",
    Status.PLANNED: "",
    Status.ANNOUNCED: "bold",
    Status.DONE: "bold",
    Status.DENIED: "dim strike",
}
KIND_WIDTH = 10
TIGHT = 34
"""Cells below which a move has four letters of its kind and no languages."""
_WITH_LANGS = 46
"""Cells from which a move names several languages; below, the object needs the room."""
VERDICT_GLYPHS: Mapping[Verdict, str] = {Verdict.VERIFIED: "☑", Verdict.REJECTED: "☒"}
STAR = "★"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
UNREAD = "•"
SELECTED = "◆"
BARS = "▁▂▃▄▅▆▇█"


def plain(text: str | None) -> str:
    """Outside text as one safe line: what is stored is clean already, what is typed or thrown is not."""
    return clean_line(text or "", 2000)


def fit(text: str, width: int) -> str:
    """Cut or pad to exactly `width` cells, with an ellipsis where something is cut; wide characters count two."""
    if width <= 0:
        return ""
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
    return isolated(text) + " " * (width - cell_len(text))


def shortened(text: str, width: int) -> str:
    """As many of its ` · ` parts as stand in so many cells, the first one at least."""
    while " · " in text and cell_len(text) > width:
        text = text.rpartition(" · ")[0]
    return text


def ruled(name: str, width: int) -> str:
    """`── name ─────` in exactly `width` cells; only a name that does not fit is cut."""
    head = f"── {name} "
    return head + "─" * (width - cell_len(head)) if cell_len(head) <= width else fit(head.rstrip(), width)


def isolated(text: str) -> str:
    """Right-to-left text kept from reordering what stands beside it, in terminals that know of directions."""
    return f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text


def date_of(move: Move, zone: tzinfo | None) -> str:
    """The date of a move at the precision its first source gave."""
    first = min(move.shifts, key=lambda s: (s.article.dated_at, s.id)).article
    if first.published and first.dated_at == first.published.at and first.published.precision.value in ("year", "month"):
        return str(first.published)
    return first.dated_at.astimezone(zone).strftime("%Y-%m-%d")


def sources_of(move: Move, width: int) -> str:
    """`4 fr en`: outlets and languages that tell it, in exactly `width` cells; a `+` for more languages than fit."""
    number, langs = str(len(move.outlets)), list(move.langs)
    for shown in range(len(langs), 0, -1):
        text = f"{number} {' '.join(langs[:shown])}{'+' if shown < len(langs) else ''}"
        if len(text) <= width:
            return fit(text, width)
    return fit(number, width)


def move_text(move: Move, width: int, *, colour: str = "", prefix: str = "", reversal: Reversal | None = None) -> Text:
    """One line on a move in exactly `width` cells: glyph, kind, object, status, sources."""
    shift = move.lead.shift
    wide, tight = width >= 60, width < TIGHT
    status = f"{STATUS_GLYPHS[move.status]} {move.status.value:<10}" if wide else STATUS_GLYPHS[move.status]
    sources = f"{len(move.outlets):<2}" if tight else sources_of(move, 8 if width >= _WITH_LANGS else 5)
    tail = f" {status}{mark_of(move)}{sources}"
    kind = short_kind(shift.kind)[:FEWEST_LETTERS] if tight else fit(short_kind(shift.kind), KIND_WIDTH)
    head = f"{DIRECTION_GLYPHS[shift.direction]} {kind} "
    middle = f"{shift.direction.value} · {shift.object}" if wide else shift.object
    if reversal is not None:
        middle = f"{REVERSAL_GLYPH}{'' if reversal.certain else '?'} {middle}"
    room = width - cell_len(prefix) - cell_len(head) - cell_len(tail)
    text = Text(no_wrap=True)
    text.append(prefix)
    text.append(head, style=colour)
    rejected = move.verdict is Verdict.REJECTED
    text.append(fit(plain(middle), room), style="dim strike" if rejected else STATUS_STYLES[move.status])
    text.append(tail, style="dim")
    text.truncate(width, pad=True)
    return text


def mark_of(move: Move) -> str:
    """One cell: the analyst's verdict, else a star, else nothing."""
    if move.verdict is not None:
        return VERDICT_GLYPHS[move.verdict]
    return STAR if any(stored.article.marks.starred for stored in move.shifts) else " "


def marks_line(marks: Marks) -> Text:
    """`★ #india #retail  note: ask their press office`; empty when there is nothing."""
    text = Text()
    parts = [STAR] if marks.starred else []
    parts += [f"#{plain(tag)}" for tag in marks.tags]
    text.append(" ".join(parts), style="bold")
    if marks.note:
        text.append(f"{'  ' if parts else ''}note: {plain(marks.note)}", style="italic")
    return text


def percent(share: float) -> str:
    """`49 %`: rounded down, so that what is hidden below 50 % never reads 50 %."""
    return f"{int(share * 100 + 1e-9)} %"


def confidence_text(confidence: float) -> str:
    """`94 % ▰▰▰▰▰▰▰▰▰▱`: a number and a bar, readable without colour."""
    filled = int(confidence * 10 + 1e-9)
    return f"{percent(confidence)} {'▰' * filled}{'▱' * (10 - filled)}"


def finder_of(rule: str) -> str:
    """Who found a shift: `rule own_stores.open`, `learned reader`, or both."""
    reader, _, seen = rule.partition("+")
    if not reader.startswith("reader."):
        return plain(f"rule {rule}")
    return plain(f"learned reader and rule {seen}") if seen else "learned reader"


def age(since: datetime | None, now: datetime) -> str:
    """`5 min`, `3 h`, `2 d`, `4 mo`: how long ago, or until when the date lies ahead."""
    if since is None:
        return "never"
    span = abs(now - since)
    for unit, length in (
        ("y", timedelta(days=365)),
        ("mo", timedelta(days=30)),
        ("d", timedelta(days=1)),
        ("h", timedelta(hours=1)),
    ):
        if span >= length:
            return f"{int(span / length)} {unit}"
    return f"{int(span.total_seconds() // 60)} min"


def figure_line(figure: Figure) -> str:
    """`revenue 2017 > 100 bn CNY (target)`."""
    period = f" {figure.period}" if figure.period else ""
    scope = f" {figure.scope}" if figure.scope else ""
    role = figure.role.value.replace("_", " ")
    return plain(f"{figure.metric.value}{period}{scope}  {Amount.of(figure)}  ({role})")
