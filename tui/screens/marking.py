"""Stars, read marks, tags, notes and verdicts: the keys that the dashboard and the reader share.

The change is made in a worker thread; `messages.Marked` says what was done, and the screen shows it afresh.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import get_current_worker

from marketwatch.counted import counted
from marketwatch.domain import Article, Evidence, MarkChange, Move, Verdict
from marketwatch.errors import MarketwatchError
from marketwatch.ports import ArticleStore
from tui import messages
from tui.render import plain
from tui.screens.prompt import PromptScreen

_TAGS_HINT = "tags apart by spaces, -tag takes one off; the filter finds them: tag:india"
_NOTE_HINT = "an empty note removes it; the filter finds them: has:note"


@dataclass(frozen=True, slots=True)
class Target:
    """What the keys concern."""

    article: Article
    move: Move | None = None
    sentence: Evidence | None = None
    """Of a figure, where there is no move."""


class MarkingScreen(Screen[None]):
    """A screen whose current article and move can be marked."""

    MARKING: ClassVar[list[BindingType]] = [
        Binding("s", "star", "Star", show=False, id="mark.star"),
        Binding("m", "toggle_read", "Read, unread", show=False, id="mark.read"),
        Binding("t", "tag", "Tag", show=False, id="mark.tag"),
        Binding("a", "note", "Note", show=False, id="mark.note"),
        Binding("v", "judge('verified')", "Verify", show=False, id="mark.verify"),
        Binding("x", "judge('rejected')", "Reject", show=False, id="mark.reject"),
        Binding("u", "undo", "Undo", show=False, id="mark.undo"),
        Binding("U", "redo", "Redo", show=False, id="mark.redo"),
    ]

    def __init__(self, store: ArticleStore) -> None:
        super().__init__()
        self._store = store
        self._turn = asyncio.Lock()

    def target(self) -> Target | None:
        """What is under the cursor."""
        raise NotImplementedError

    def show_marks(self) -> None:
        """Read again what is shown."""
        raise NotImplementedError

    def targets(self) -> list[Target]:
        """What is selected, else what is under the cursor."""
        target = self.target()
        return [target] if target else []

    # --- keys ------------------------------------------------------------------------------------------------------------
    def action_star(self) -> None:
        """Star all; take the stars away when all have one."""
        if targets := self.targets():
            self.mark(ids_of(targets), MarkChange(starred=not all(t.article.marks.starred for t in targets)))

    def action_toggle_read(self) -> None:
        if targets := self.targets():
            self.mark(ids_of(targets), MarkChange(read=not all(t.article.marks.read for t in targets)))

    def action_tag(self) -> None:
        if targets := self.targets():
            ids = ids_of(targets)
            held = " ".join(sorted(set.intersection(*(set(t.article.marks.tags) for t in targets))))
            what = f"{counted(len(ids), 'article')}; " if len(ids) > 1 else ""
            prompt = PromptScreen("Tags", f"{what}now: {held}; {_TAGS_HINT}" if held else f"{what}{_TAGS_HINT}")
            self.app.push_screen(prompt, lambda line: self.tag_all(ids, line))

    def tag_all(self, article_ids: Sequence[int], line: str | None) -> None:
        """Put the tags of a line on articles; take those with a minus off."""
        words = (line or "").split()
        add, remove = [w for w in words if not w.startswith("-")], [w[1:] for w in words if w.startswith("-")]
        if article_ids and (add or remove):
            self.mark(article_ids, MarkChange(add_tags=tuple(add), remove_tags=tuple(remove)))

    def action_note(self) -> None:
        """A note is on the one article under the cursor, whatever is selected."""
        if (target := self.target()) is not None:
            prompt = PromptScreen("Note", _NOTE_HINT, target.article.marks.note)
            self.app.push_screen(prompt, lambda line: self._note(target.article, line))

    def _note(self, article: Article, line: str | None) -> None:
        if line is not None and line.strip() != article.marks.note:
            self.mark([article.id], MarkChange(note=line.strip()))

    def action_judge(self, verdict: str) -> None:
        """Verify or reject all tellings of the moves; the same key again takes the verdict away."""
        moves = [target.move for target in self.targets() if target.move is not None]
        if not moves:
            self.notify("a verdict is on a move: stand on one in the timeline or the moves", markup=False)
            return
        given = Verdict(verdict)
        shifts = [s.id for move in moves for s in move.shifts]
        new = None if all(move.verdict is given for move in moves) else given
        self._change(lambda: self._store.judge(shifts, new))

    def action_undo(self) -> None:
        self._change(lambda: _told("taken back: ", self._store.undo(), "nothing to take back"), final=True)

    def action_redo(self) -> None:
        self._change(lambda: _told("made again: ", self._store.redo(), "nothing to make again"), final=True)

    # --- doing -----------------------------------------------------------------------------------------------------------
    def mark(self, article_ids: Sequence[int], change: MarkChange) -> None:
        self._change(lambda: self._store.mark(article_ids, change))

    @work(group="marking", exit_on_error=False)
    async def _change(self, change: Callable[[], str | None], *, final: bool = False) -> None:
        """Run in a thread, in the order of the keys: an undo takes back what was marked just before."""
        try:
            async with self._turn:
                done = await asyncio.to_thread(change)
            message: Any = messages.Marked(done or "nothing to change", final=final or done is None)
        except MarketwatchError as error:
            message = messages.LoadFailed(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(messages.Marked)
    def _marked(self, event: messages.Marked) -> None:
        self.notify(plain(event.done if event.final else f"{event.done} · u takes it back"), timeout=2, markup=False)
        self.show_marks()


def ids_of(targets: Sequence[Target]) -> list[int]:
    """The articles, each once."""
    return list(dict.fromkeys(target.article.id for target in targets))


def _told(prefix: str, done: str | None, nothing: str) -> str:
    return prefix + done if done else nothing
