"""What a terminal shows while a database of an older version is brought to this one."""

from __future__ import annotations

import io

import pytest

from marketwatch.commands import preparing
from marketwatch.commands.preparing import telling
from marketwatch.domain import JobStep

_STEPS = (
    JobStep("a copy of it", 0, None),
    JobStep("full text", 500, 2000),
    JobStep("full text", 2000, 2000),
    JobStep("", 0, None),
)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_one_line_tells_the_steps_in_turn_and_what_came_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "_PAUSE_S", 0.0)
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    tell = telling("/home/a\x1b[31m/m.sqlite3")
    for step in _STEPS:
        tell(step)
    lines = terminal.getvalue().split("\r\x1b[K")[1:]
    assert [line.partition("version")[2].strip() for line in lines] == [
        ": a copy of it …",
        ": full text, 500 of 2,000 articles (25 %)",
        ": full text, 2,000 of 2,000 articles (100 %)",
        "(0 s); beside it is a copy of what it was",
    ]
    assert terminal.getvalue().count("\n") == 1
    assert "\x1b[31m" not in terminal.getvalue()


def test_steps_that_follow_soon_take_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "_PAUSE_S", 1000.0)
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    tell = telling("m.sqlite3")
    for done in range(1, 400):
        tell(JobStep("full text", done, 400))
    tell(JobStep("", 0, None))
    assert terminal.getvalue().count("\r") <= 2


def test_nothing_is_told_where_stderr_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = io.StringIO()
    monkeypatch.setattr("sys.stderr", silent)
    tell = telling("m.sqlite3")
    for step in _STEPS:
        tell(step)
    assert silent.getvalue() == ""
