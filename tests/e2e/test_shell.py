"""The dashboard in poor terminals, ended in every way, with text that means harm: in tmux and on a bare pty."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import FeedServer, Reply, feed_server, rss  # isort: skip
from terminals import PtyProgram, Terminal  # isort: skip

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None or not Path("/proc/self").exists(), reason="needs tmux and Linux")
HOSTILE = "[/] [@click=app.quit]CLICK[/] [5G] &#27;]52;c;UFdO&#7; &#x9b;31m &#x202e;abc"
LEFT = b"\x1b[?1049l"
"""Back from the alternate screen: what stood there before stands there again."""


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        running.routes["/a"] = Reply(
            rss(*((str(n), f"Xiaomi opens shop {n} {HOSTILE}", "小米 opens 200 stores. السلام") for n in range(3)))
        )
        yield running


def config_file(folder: Path, url: str) -> Path:
    path = folder / "feeds.toml"
    path.write_text(f'[vendors.xiaomi]\nname = "Xiaomi"\n\n[[feeds]]\nslug = "a"\ntitle = "{"[/] [5G]"}"\nurl = "{url}"\n')
    return path


def command(folder: Path, url: str) -> list[str]:
    return [sys.executable, "-m", "marketwatch", "--config", str(config_file(folder, url)), "--db", str(folder / "e.sqlite3")]


def environment(folder: Path, **changes: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "LC_")) and name not in ("COLUMNS", "LINES")
    }
    own = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return kept | own | changes


def tmux(folder: Path, url: str, width: int, height: int, **changes: str) -> Terminal:
    names = environment(folder, **changes)
    given = " ".join(f"{name}={shlex.quote(names[name])}" for name in ("PYTHONPATH", "HOME", "LC_ALL", "TERM"))
    unwanted = ["COLUMNS", "LINES", "COLORTERM", *(name for name in os.environ if name.startswith("XDG_"))]
    unset = " ".join(f"-u {name}" for name in unwanted)
    line = f"env {unset} {given} {shlex.join(command(folder, url))}; echo EXIT=$?; exec sleep 600"
    return Terminal(folder, line, width, height)


def program(command: list[str], folder: Path, **changes: str) -> PtyProgram:
    return PtyProgram(command, columns=120, lines=40, folder=folder, environment=environment(folder, **changes))


@pytest.mark.parametrize("changes", [{"TERM": "screen", "LC_ALL": "C"}, {"TERM": "xterm"}], ids=["screen-and-LANG-C", "xterm"])
def test_offline_in_a_poor_terminal_down_to_forty_columns_and_back(tmp_path: Path, changes: dict[str, str]) -> None:
    terminal = tmux(tmp_path, "http://127.0.0.1:9/none", 100, 30, **changes)
    try:
        assert "D sample articles" in terminal.wait_for("is this machine offline?")
        terminal.resize(40, 12)
        terminal.wait_for("mw")
        terminal.keys("6")
        terminal.resize(100, 30)
        assert "6 Feeds" in terminal.wait_for("✗ a")
        terminal.keys("Q")
        terminal.wait_for("EXIT=0")
    finally:
        terminal.close()


def test_a_kill_and_a_restart_come_back_to_the_same_place_and_a_poll_can_be_quit(tmp_path: Path, server: FeedServer) -> None:
    terminal = tmux(tmp_path, server.url("/a"), 100, 30)
    try:
        terminal.wait_for("3 new")
        terminal.keys("-l", "/title:shop")
        terminal.keys("Enter")
        terminal.wait_for("h l Lane")
        terminal.keys("3")
        terminal.wait_for("Xiaomi opens shop")
        (place,) = wait_for_file(tmp_path, "place-*.json", '"articles"')
        assert "title:shop" in place.read_text()
        shell = terminal._tmux("display-message", "-p", "#{pane_pid}").strip()
        (dashboard,) = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        os.kill(int(dashboard), signal.SIGKILL)
        terminal.wait_for("EXIT=137")
    finally:
        terminal.close()
    held = threading.Event()
    server.routes["/a"] = Reply(raw=lambda _: wait_for(held))
    again = program(command(tmp_path, server.url("/a")), tmp_path)
    try:
        again.until(b"title:shop")
        again.until(b"opens shop")
        again.send("1")
        again.send("R")
        again.until(b"poll 0/1")
        again.send("Q")
        assert again.ended() == 0
        assert LEFT in again.seen
    finally:
        held.set()
        again.close()


def wait_for(held: threading.Event) -> None:
    held.wait(60)


def wait_for_file(folder: Path, pattern: str, words: str) -> list[Path]:
    from time import monotonic, sleep

    deadline = monotonic() + 30
    while not (found := [path for path in folder.rglob(pattern) if words in path.read_text()]):
        assert monotonic() < deadline, f"no {pattern}"
        sleep(0.05)  # looks again; what is waited for is the file
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_like_q_does(tmp_path: Path, number: signal.Signals) -> None:
    running = program(command(tmp_path, "http://127.0.0.1:9/none"), tmp_path)
    try:
        running.until(b"offline")
        os.kill(running.pid, number)
        assert running.ended() == 128 + number
        assert running.seen.rindex(LEFT) > running.seen.rindex(b"\x1b[?1049h")
        assert b"Traceback" not in running.seen
    finally:
        running.close()


def test_a_crash_restores_the_screen_and_leaves_one_line_and_a_report(tmp_path: Path) -> None:
    bug = "import sys, tui.views.timeline as t; t.TimelineView.show = lambda *_: 1 / 0"
    code = f"{bug}; from marketwatch.cli import main; sys.exit(main(sys.argv[1:]))"
    broken = [sys.executable, "-c", code, *command(tmp_path, "http://127.0.0.1:9/none")[3:]]
    running = program(broken, tmp_path)
    try:
        assert running.ended() == 1
        running.settle(0.2)
        said = running.seen[running.seen.rindex(LEFT) :].decode()
        assert "ZeroDivisionError: division by zero; details are in" in said
        assert "Traceback" not in said
        (report,) = tmp_path.rglob("crash-*.txt")
        assert "1 / 0" not in said
        assert "ZeroDivisionError" in report.read_text()
    finally:
        running.close()


def test_a_database_that_is_none_ends_it_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "e.sqlite3").write_text("no database " * 1000)
    running = program(command(tmp_path, "http://127.0.0.1:9/none"), tmp_path)
    try:
        assert running.ended() == 1
        running.settle(0.2)
        said = running.seen[running.seen.rindex(LEFT) :].decode()
        assert "e.sqlite3" in said
        assert said.count("marketwatch:") == 1
    finally:
        running.close()


def test_no_escape_of_a_feed_and_under_no_color_no_colour_reaches_the_terminal(tmp_path: Path, server: FeedServer) -> None:
    running = program(command(tmp_path, server.url("/a")), tmp_path, NO_COLOR="1")
    try:
        running.until(b"3 new")
        for key in "123456":
            running.send(key)
            running.settle(0.3)
        running.send("3")
        running.until(b"[@click=app.quit]CLICK[/]")
        running.send("Q")
        assert running.ended() == 0
        text = running.seen.decode()
        assert not re.search("[\x80-\x9f\u202a-\u202e]", text)
        assert "\x1b]52" not in text
        colours = {part for codes in re.findall(r"\x1b\[([\d;]*)m", text) for part in codes.split(";")}
        assert colours <= {"", "0", "1", "2", "3", "4", "7", "9", "39", "49"}
    finally:
        running.close()
