"""What an outlet changed in an article: two versions of a text → runs that stayed, went and came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from marketwatch.query.words import SCRIPT

_SENTENCE = re.compile(r".+?(?:[.!?。！？]+[\"'”»」』)]*\s*|\n+|$)", re.DOTALL)
_WORD = re.compile(rf"\s+|[{SCRIPT}]|\w+|[^\w\s]+")
_MOST_WORDS = 600
"""Words of a changed passage that are compared one by one; longer ones are shown as a whole, old and new."""
_MOST_PAIRS = 250_000
"""Sentences of one text times those of the other that are compared; more would take seconds."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text and what became of it."""

    kind: Literal["same", "removed", "added"]
    text: str


def changes(old: str, new: str) -> list[Run]:
    """Runs in reading order: without the removed ones they are the new text, without the added ones the old."""
    runs: list[Run] = []
    for run in _passages(_SENTENCE.findall(old), _SENTENCE.findall(new)):
        if not run.text:
            continue
        if runs and runs[-1].kind == run.kind:
            runs[-1] = Run(run.kind, runs[-1].text + run.text)
        else:
            runs.append(run)
    return runs


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Sentences compared, without those that both texts begin and end with; too many of them are told as a whole."""
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    tail = next((n for n in range(most - head) if old[-1 - n] != new[-1 - n]), most - head)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    yield Run("same", "".join(old[:head]))
    if len(before) * len(after) <= _MOST_PAIRS:
        yield from _compared(before, after, fine=True)
    else:
        yield Run("removed", "".join(before))
        yield Run("added", "".join(after))
    yield Run("same", "".join(old[len(old) - tail :]))


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
