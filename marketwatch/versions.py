"""What an outlet changed in an article: two versions of a text → runs that stayed, went and came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_SENTENCE = re.compile(r".+?(?:[.!?。！？]+[\"'”»」』)]*\s*|\n+|$)", re.DOTALL)
_WORD = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|[^\w\s]+")
_MOST_WORDS = 600
"""Words of a changed passage that are compared one by one; longer ones are shown as a whole, old and new."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text and what became of it."""

    kind: Literal["same", "removed", "added"]
    text: str


def changes(old: str, new: str) -> list[Run]:
    """Runs in reading order: without the removed ones they are the new text, without the added ones the old."""
    runs: list[Run] = []
    for run in _compared(_SENTENCE.findall(old), _SENTENCE.findall(new), fine=True):
        if not run.text:
            continue
        if runs and runs[-1].kind == run.kind:
            runs[-1] = Run(run.kind, runs[-1].text + run.text)
        else:
            runs.append(run)
    return runs


def _compared(old: Sequence[str], new: Sequence[str], *, fine: bool) -> Iterator[Run]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield Run("same", before)
            continue
        if fine and before and after:
            words = _WORD.findall(before), _WORD.findall(after)
            if max(map(len, words)) <= _MOST_WORDS:
                yield from _compared(*words, fine=False)
                continue
        yield Run("removed", before)
        yield Run("added", after)
