"""What the moves on the screen are made of: kinds, vendors, statuses, languages, outlets with counts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketwatch.domain import Move
from tui.completion import narrowed

_GROUPS = ("kind", "vendor", "status", "dir", "lang", "outlet", "tag")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value under a heading."""

    group: str
    value: str
    label: str
    count: int | None = None
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen, in the order in which it was."""

    choices: tuple[Choice, ...]
    without: bool = False
    """It is to be left out."""


def facets(moves: Sequence[Move], names: Mapping[str, str], colours: Mapping[str, str]) -> list[Choice]:
    """Values of fields of the query with how many moves have each, most first."""
    counts: dict[str, Counter[str]] = {group: Counter() for group in _GROUPS}
    for move in moves:
        shift = move.lead.shift
        counts["kind"][shift.kind.value] += 1
        counts["vendor"][shift.vendor] += 1
        counts["status"].update({stored.shift.status.value for stored in move.shifts})
        counts["dir"][shift.direction.value] += 1
        counts["lang"].update({stored.article.lang for stored in move.shifts if stored.article.lang})
        counts["outlet"].update(set(move.outlets))
        counts["tag"].update({tag for stored in move.shifts for tag in stored.article.marks.tags})
    return [
        Choice(
            group,
            value,
            names.get(value, value) if group == "vendor" else value,
            count,
            colours.get(value, "") if group == "vendor" else "",
        )
        for group in _GROUPS
        for value, count in sorted(counts[group].items(), key=lambda item: (-item[1], item[0]))
    ]


def with_picked(line: str, picked: Picked) -> str:
    """The query narrowed to what was chosen: any of the values of a field, and so for each field."""
    for group in dict.fromkeys(choice.group for choice in picked.choices):
        values = [choice.value for choice in picked.choices if choice.group == group]
        line = narrowed(line, group, values, without=picked.without)
    return line
