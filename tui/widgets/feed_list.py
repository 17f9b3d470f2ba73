"""Feeds with how each is doing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from marketwatch.domain import Feed, FeedHealth, FeedState, PollResult
from marketwatch.ports import Clock
from tui.render import age, fit, plain
from tui.widgets.line_list import LineList

_NARROW = 99
_TINY = 50


def heading(width: int) -> str:
    """The column names above the list; a narrow one leaves out language, rhythm and next poll, the narrowest all counts."""
    if width < _TINY:
        return fit("  feed           newest said", width)
    if width < _NARROW:
        return fit("  feed              articles  newest  polled   what the last poll said", width)
    return fit("  feed                 lang  articles  a week  newest  polled   next    what the last poll said", width)


class FeedList(LineList[FeedHealth]):
    """State, rhythm, last error."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Articles", id="feeds.articles")]

    def __init__(self, feeds: Mapping[str, Feed], clock: Clock, *, polled: bool, id: str | None = None) -> None:  # noqa: A002
        """`polled`: whether this dashboard polls them; the demo does not."""
        super().__init__(id=id)
        self._feeds = feeds
        self._clock = clock
        self._polled = polled

    def key_of(self, row: FeedHealth) -> Hashable:
        return row.slug

    def text_of(self, row: FeedHealth, width: int) -> Text:
        now = self._clock()
        mark, style, said = state_of(row, now)
        feed = self._feeds.get(row.slug)
        state = row.state
        wide, tiny = width >= _NARROW, width < _TINY
        text = Text(no_wrap=True)
        text.append(f"{mark} ", style=style)
        text.append(fit(row.slug, 20 if wide else 14 if tiny else 17) + " ")
        if wide:
            text.append(fit((feed.lang if feed else None) or "-", 5), style="dim")
        if not tiny:
            text.append(f"{row.articles:>9} {row.per_week:>7.1f}  " if wide else f"{row.articles:>8}  ")
        text.append(fit(age(row.newest_at, now) if row.newest_at else "-", 7 if tiny else 8))
        if not tiny:
            text.append(fit(age(state.last_polled_at, now) if state and state.last_polled_at else "never", 9), style="dim")
        if wide:
            text.append(fit(self._next(state, now), 8), style="dim")
        text.append(fit(plain(said), max(0, width - text.cell_len)), style=style)
        return text

    def _next(self, state: FeedState | None, now: datetime) -> str:
        """When it is polled again."""
        if not self._polled:
            return "-"
        due = state.next_poll_at if state else None
        return "now" if due is None or due <= now else age(due, now)


def state_of(row: FeedHealth, now: datetime) -> tuple[str, str, str]:
    """Glyph, style and words for a feed's state."""
    state = row.state
    if state is None or state.last_polled_at is None:
        return "○", "dim", "not polled yet"
    if state.gone:
        return "×", "bold red", "gone (410): not polled any more"
    if state.failures:
        times = f" ({state.failures} times)" if state.failures > 1 else ""
        return "✗", "red", f"{state.last_error or 'failed'}{times}"
    last = row.recent[0] if row.recent else None
    quiet = row.newest_at is not None and row.per_week > 0 and (now - row.newest_at).days > max(14, 21 / row.per_week)
    if quiet:
        return "●", "yellow", "answers, but nothing new for longer than usual"
    if last is not None and last.result is PollResult.UNCHANGED:
        return "●", "green", "unchanged"
    counts = f"{last.new} new, {last.updated} updated" if last else "ok"
    if last is not None and last.reason:
        return "●", "yellow", f"{counts}; {last.reason}"
    return "●", "green", counts
