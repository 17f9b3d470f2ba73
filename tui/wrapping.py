"""Text → lines, where what Textual or Rich make of it is ugly. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_CLOSING = frozenset("。，、；：？！」』）》】〕”’…%％")
"""What does not begin a line."""
_OPENING = frozenset("「『（《【〔“‘")
"""What does not end one."""
_WIDE_CLOSING = re.compile("[。，、；：？！」』）》】〕]")
_GAP = 2
"""Cells between two texts side by side."""
_CONSOLE = Console(width=80)
"""Rich asks one for what it does not need here."""
_COLUMN = re.compile(r" *\S+(?: \S+)*(?: {2,}| *$)")


def kept_together(text: Text, width: int) -> Text:
    """Break the lines of Chinese and Japanese text so that none begins with its closing mark, or ends with an opening one."""
    if width < 8 or not _WIDE_CLOSING.search(text.plain):
        return text
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        if _WIDE_CLOSING.search(line.plain):
            lines += line.divide(list(_breaks(line.plain, width)))
        else:
            lines.append(line)
    for line in lines:
        line.rstrip()
    return Text("\n").join(lines)


def wrapped(text: Text, width: int) -> Sequence[Text]:
    """The lines of a text in so many cells."""
    return [*kept_together(text, width).wrap(_CONSOLE, width)] if width > 0 and text.plain else []


def side_by_side(left: Text, right: Text, width: int) -> Sequence[Text]:
    """Two texts as columns of one width."""
    room = (width - _GAP) // 2
    lines = []
    for one, other in zip_longest(wrapped(left, room), wrapped(right, room)):
        line = Text() if one is None else one.copy()
        if other is not None:
            line.append(" " * (room + _GAP - cell_len(line.plain)))
            line.append_text(other)
        lines.append(line)
    return lines


def _breaks(line: str, width: int) -> Iterator[int]:
    """Where each line but the first begins."""
    begin = possible = cells = 0
    for place, letter in enumerate(line):
        if place > begin and _may_break(line[place - 1], letter):
            possible = place
        cells += cell_len(letter)
        if cells > width and not letter.isspace() and place > begin:
            begin = possible if possible > begin else place
            yield begin
            cells = cell_len(line[begin : place + 1])


def _may_break(before: str, letter: str) -> bool:
    if letter.isspace() or letter in _CLOSING or before in _OPENING:
        return False
    return before.isspace() or cell_len(before) == 2 or cell_len(letter) == 2


class Hanging:
    """Lines whose continuations stand under their second column, or under their first letter where they have none."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.split("\n", allow_blank=True):
            indent = indent_of(line.plain)
            if not 0 < indent < options.max_width // 2:
                yield line
                continue
            head, body = line.divide([indent])
            for number, part in enumerate(body.wrap(console, options.max_width - indent)):
                yield (head if number == 0 else Text(" " * indent)) + part


def indent_of(line: str) -> int:
    """Where the second column of a line begins, two or more spaces behind the first; else its first letter."""
    column = _COLUMN.match(line)
    first = len(line) - len(line.lstrip())
    return column.end() if first and column is not None and column.end() < len(line) else first
