"""Cells → lines of a terminal or of a pipe, measured in columns: a Chinese character takes two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells, set_cell_size

_GAP = 2
"""Columns between two cells."""
_INDENT = "    "
_WIDEST = 24
"""Columns of a cell that is not the last, where room is short."""
_NARROWEST = 12
"""What such a cell may be cut to before whole columns are left out."""
_BESIDE = 40
"""Columns that the last cell must get to stand beside the others; with fewer it stands beneath them."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table as lines."""

    head: tuple[str, ...]
    lines: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """Headings of the columns that found no room."""


def in_a_line(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Fitted:
    """For pipes and files: a row is a line, and nothing is cut."""
    widths = _naturals(headings, rows)
    widths[-1] = 0
    return Fitted((_line(headings, widths),), tuple(_line(row, widths) for row in rows))


def fitted(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Fitted:
    """For a terminal of `width` columns: no line is wider, and the last cell, a sentence or title, is shown whole.

    Columns without any content are not shown. Where room is short the last cell stands beneath its row, and columns
    before it are left out from the right; the first one stays.
    """
    width = max(width, 2 * _NARROWEST)
    shown = [n for n in range(len(headings)) if n in (0, len(headings) - 1) or any(row[n] for row in rows)]
    headings, rows = [headings[n] for n in shown], [[row[n] for n in shown] for row in rows]
    naturals = _naturals(headings, rows)
    if _total(naturals) <= width:
        return Fitted((_line(headings, naturals),), tuple(_line(row, naturals) for row in rows))
    last = min(naturals[-1], _BESIDE)
    inner = _narrowed(naturals[:-1], width - last - _GAP, _WIDEST)
    room = width - _total(inner) - _GAP
    if room < last:
        return _beneath(headings, rows, naturals[:-1], width)
    widths = [*inner, room]
    return Fitted((_line(headings, widths),), tuple(line for row in rows for line in _beside(row, widths)))


def grid(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Fitted:
    """For a terminal, where columns are things to compare: all are shown, as wide as each other if need be."""
    widths = _naturals(headings, rows)
    room = max(width - _GAP * (len(widths) - 1), 3 * len(widths))
    if sum(widths) > room:
        widths[0] = min(widths[0], max(_NARROWEST + 3, room // len(widths)) if room >= 40 else room // len(widths))
        widths[1:] = _shared(widths[1:], room - widths[0])
    return Fitted(tuple(_block(headings, widths)), tuple(line for row in rows for line in _block(row, widths)))


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken between words; a longer word, or a text without spaces, inside."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        both = f"{line} {word}" if line else word
        if cell_len(both) <= width:
            line = both
            continue
        lines += [line] if line else []
        *whole, line = chop_cells(word, max(width, 2))
        lines += whole
    return [*lines, line]


def _beneath(headings: Sequence[str], rows: Sequence[Sequence[str]], inner: Sequence[int], width: int) -> Fitted:
    """The last cell on lines of its own under each row."""
    count = len(inner)
    while count > 1 and _total([min(natural, _NARROWEST) for natural in inner[:count]]) > width:
        count -= 1
    widths = _narrowed(inner[:count], width, _NARROWEST)
    lines: list[str] = []
    for row in rows:
        lines.append(_line(row[:count], widths))
        lines += [_INDENT + line for line in wrapped(row[-1], width - len(_INDENT)) if line]
    return Fitted((_line(headings[:count], widths), _INDENT + headings[-1]), tuple(lines), tuple(headings[count:-1]))


def _naturals(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_len, (heading, *(row[n] for row in rows)))) for n, heading in enumerate(headings)]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _narrowed(widths: Sequence[int], room: int, least: int) -> list[int]:
    """The widest ones cut first, none below `least`, until all of them take `room`, if they can."""
    widths = list(widths)
    while _total(widths) > room and (widest := max(widths)) > least:
        widths[widths.index(widest)] -= 1
    if len(widths) == 1:
        widths[0] = min(widths[0], room)
    return widths


def _shared(widths: Sequence[int], room: int) -> list[int]:
    """Room shared out evenly; what one does not need is the others'."""
    shares: dict[int, int] = {}
    for place, n in enumerate(sorted(range(len(widths)), key=lambda n: widths[n])):
        shares[n] = min(widths[n], room // (len(widths) - place))
        room -= shares[n]
    return [shares[n] for n in range(len(widths))]


def _beside(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """A row on as many lines as its last cell takes."""
    for n, part in enumerate(wrapped(row[-1], widths[-1])):
        yield _line([*("" if n else cell for cell in row[:-1]), part], widths)


def _block(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """A row on as many lines as its longest cell takes."""
    parts = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for n in range(max(map(len, parts))):
        yield _line([part[n] if n < len(part) else "" for part in parts], widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (" " * _GAP).join(_cut(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cut(cell: str, width: int) -> str:
    """A cell in its width; 0 stands for as wide as it is."""
    if not width:
        return cell
    return set_cell_size(cell, width) if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"
