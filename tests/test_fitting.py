"""Tables in a terminal: nothing is wider than it, and the sentence a row ends in is always whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from marketwatch.tables.fitting import fitted, grid, in_a_line, wrapped

_HEADINGS = ("first", "vendor", "kind", "outlets", "evidence")
_CELLS = st.text(alphabet="ab 小米-", max_size=60).map(lambda text: " ".join(text.split()))
_ROWS = st.lists(st.tuples(*[_CELLS] * len(_HEADINGS)), min_size=1, max_size=5)
_ROW = ("2017-01-12", "xiaomi", "channel", "Tech Daily, 移动观察", "Xiaomi will open a hundred own shops over three years.")


@given(_ROWS, st.integers(24, 200))
def test_no_line_is_wider_than_the_terminal_and_no_last_cell_is_cut(rows: list[tuple[str, ...]], width: int) -> None:
    table = fitted(_HEADINGS, rows, width)
    assert all(cell_len(line) <= width for line in (*table.head, *table.lines))
    shown = "".join("".join(table.lines).split())
    assert all(cell in shown for row in rows for word in row[-1].split() for cell in wrapped(word, 12))


@given(_ROWS, st.integers(30, 200))
def test_a_grid_cuts_nothing(rows: list[tuple[str, ...]], width: int) -> None:
    table = grid(_HEADINGS, rows, width)
    assert all(cell_len(line) <= width for line in (*table.head, *table.lines))
    assert sorted("".join("".join(row) for row in rows).replace(" ", "")) == sorted("".join(table.lines).replace(" ", ""))


def test_a_row_is_one_line_in_a_wide_terminal_and_in_every_pipe() -> None:
    line = "2017-01-12  xiaomi  channel  Tech Daily, 移动观察  Xiaomi will open a hundred own shops over three years."
    assert fitted(_HEADINGS, [_ROW], 120).lines == (line,)
    assert in_a_line(_HEADINGS, [_ROW]).lines == (line,)


def test_the_last_cell_goes_beneath_its_row_where_room_is_short() -> None:
    table = fitted(_HEADINGS, [_ROW], 60)
    assert table.head == ("first       vendor  kind     outlets", "    evidence")
    assert table.lines == (
        "2017-01-12  xiaomi  channel  Tech Daily, 移动观察",
        "    Xiaomi will open a hundred own shops over three years.",
    )


def test_columns_that_find_no_room_are_named() -> None:
    table = fitted(_HEADINGS, [_ROW], 30)
    assert table.left_out == ("outlets",)
    assert table.lines[0] == "2017-01-12  xiaomi  channel"


def test_a_column_without_content_takes_no_room() -> None:
    assert "vendor" not in fitted(_HEADINGS, [("2017-01-12", "", *_ROW[2:])], 200).head[0]


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", [""]), ("a bc def", ["a bc", "def"]), ("abcdefgh", ["abcde", "fgh"]), ("小米线下门店", ["小米", "线下", "门店"])],
)
def test_text_is_wrapped_by_columns(text: str, lines: list[str]) -> None:
    assert wrapped(text, 5) == lines
