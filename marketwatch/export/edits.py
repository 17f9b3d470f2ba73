"""What of an export was edited after it was written: the part that people read, held against the data that it carries.

A form builds its readable part again from the data that were read back. What the file then shows otherwise is an edit,
whichever of the two was edited; whether the data hold is `marketwatch.export.verify`'s to say.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import takewhile
from typing import Any

ELSEWHERE = -1
"""The place of lines that are of no move: the head, headings, the picture."""
_TOLD, _LOOKED_AT = 100, 300
"""Edited lines that are told at most, and lines of the file among which the edited one is looked for."""
_LONGEST = 2000
"""Characters of a line that are compared to say what was edited in it."""


@dataclass(frozen=True, slots=True)
class Edits:
    """What was edited, one line each."""

    moves: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """By the place of the move in the report."""
    elsewhere: tuple[str, ...] = ()
    """In the head, or what the file shows and its data do not have."""


def edits_of_lines(expected: Iterable[tuple[int, str]], shown: Iterable[str], ours: Callable[[str], bool]) -> Edits:
    """Compare the lines that the data give, each with the place of its move, with those that the file shows.

    Their order does not matter. Lines that nobody expects are edits only when they look like `ours`: others are notes.
    """
    left = Counter(shown)
    missing: list[tuple[int, str]] = []
    for place, line in expected:
        if left[line]:
            left[line] -= 1
        else:
            missing.append((place, line))
    beside = [line for line, count in left.items() if count]
    found: dict[int, list[str]] = defaultdict(list)
    for place, line in missing[:_TOLD]:
        instead = _nearest(line, beside)
        if instead is not None:
            beside.remove(instead)
        found[place].append(_difference(line, instead))
    for place, _ in missing[_TOLD:]:
        found[place] = found[place] or ["it no longer shows all that its data say"]
    found[ELSEWHERE] += [f"it shows “{brief(line)}”, which its data do not have" for line in beside if ours(line)]
    return _edits(found)


def edits_of_cells(rows: Iterable[tuple[int, Mapping[str, Any], Mapping[str, Any]]]) -> Edits:
    """Compare cells of tables: place of the move, what stands in the file, what its data give, both by the column's name.

    Columns that the file does not have are not missed.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for place, shown, made in rows:
        for name, value in made.items():
            if name in shown and not _alike(shown[name], value):
                here, there = brief(_text(shown[name])), brief(_text(value))
                found[place].append(f"its {name} is “{here}” where its other data give “{there}”")
    return _edits(found)


def brief(text: str, length: int = 90) -> str:
    """The beginning of a text, with a sign where it was cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _edits(found: Mapping[int, Sequence[str]]) -> Edits:
    told = {place: tuple(dict.fromkeys(lines)) for place, lines in found.items() if lines}
    elsewhere = told.pop(ELSEWHERE, ())
    return Edits(told, elsewhere)


def _nearest(line: str, beside: Sequence[str]) -> str | None:
    """The line of the file that most probably stands in its place."""
    short = {other[:_LONGEST]: other for other in beside[:_LOOKED_AT]}
    near = get_close_matches(line[:_LONGEST], short, n=1, cutoff=0.6)
    return short[near[0]] if near else None


def _difference(line: str, instead: str | None) -> str:
    if instead is None:
        return f"it no longer shows “{brief(line)}”"
    here, there = instead.split(), line.split()
    same = _alike_first(here, there)
    here, there = here[same:], there[same:]
    same = _alike_first(here[::-1], there[::-1])
    shown, said = (" ".join(words[: len(words) - same]) for words in (here, there))
    return f"it shows “{brief(shown)}” where its data say “{brief(said)}”"


def _alike_first(some: Sequence[str], others: Sequence[str]) -> int:
    """How many words two lists begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))


def _alike(shown: Any, made: Any) -> bool:
    """Tables have text alone: 0.80 is 0.8, and an empty cell is nothing."""
    one, other = _text(shown), _text(made)
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else " ".join(str(value).split())
