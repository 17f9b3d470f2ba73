"""Lines that are broken where a reader would break them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tui.wrapping import Hanging, indent_of, kept_together, side_by_side

CHINESE = "小米将进一步扩大海外市场，加快在欧洲建设线下门店。卢伟冰表示：“Xiaomi 的目标是55万辆。”"


@pytest.mark.parametrize("width", range(8, 60))
def test_no_line_begins_with_a_closing_mark_and_none_is_lost_or_too_wide(width: int) -> None:
    lines = kept_together(Text(CHINESE), width).plain.split("\n")
    assert "".join(lines).replace(" ", "") == CHINESE.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)
    assert not [line for line in lines if line[0] in "。，：”"]


def test_the_closing_mark_takes_the_letter_before_it_along_with_its_style() -> None:
    text = Text("加快在欧洲。")
    text.stylize("bold", 0, 6)
    broken = kept_together(text, 10)
    assert broken.plain == "加快在欧\n洲。"
    assert {(span.start, span.end, span.style) for span in broken.spans} == {(0, 4, "bold"), (5, 7, "bold")}


def test_text_that_the_terminal_breaks_well_is_left_alone() -> None:
    english = Text("Xiaomi expands its physical stores in Europe, it says.")
    assert kept_together(english, 10) is english
    assert kept_together(Text(CHINESE), 200).plain == CHINESE


def test_a_wrapped_line_goes_on_under_its_second_column() -> None:
    console = Console(width=40, color_system=None)
    with console.capture() as captured:
        console.print(
            Hanging(Text("Keys\n  a         does something that takes more than a line\n\n  words of a paragraph that goes on"))
        )
    assert [line.rstrip() for line in captured.get().splitlines()] == [
        "Keys",
        "  a         does something that takes",
        "            more than a line",
        "",
        "  words of a paragraph that goes on",
    ]


@pytest.mark.parametrize(
    ("line", "indent"),
    [("  j k ↓ ↑   next move", 12), ("  words are sought", 2), ("Keys", 0), ("", 0), ("  one  ", 2), ("no column  here", 0)],
)
def test_the_second_column_is_behind_two_spaces(line: str, indent: int) -> None:
    assert indent_of(line) == indent


def test_two_texts_stand_side_by_side_with_their_styles() -> None:
    left, right = Text("a goal of 线下 stores"), Text("met")
    right.stylize("bold")
    lines = side_by_side(left, right, 24)
    assert [line.plain.rstrip() for line in lines] == ["a goal of    met", "线下 stores"]
    assert [(span.start, span.end, span.style) for span in lines[0].spans] == [(13, 16, "bold")]
    assert all(cell_len(line.plain) <= 24 for line in lines)
