"""The real command in a real terminal against a loopback feed server."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import FeedServer, Reply, feed_server, rss  # isort: skip
from terminals import Terminal  # isort: skip

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None or not Path("/proc/self").exists(), reason="needs tmux and Linux")


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        yield running


@pytest.fixture
def terminal(tmp_path: Path, server: FeedServer, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    server.routes["/a"] = Reply(
        rss(
            ("1", "Xiaomi slows down", "Xiaomi will no longer publish its sales figures, chief executive Lei Jun said."),
            ("2", "Xiaomi goes offline", "Xiaomi opens 200 stores of its own after years of selling only online."),
            ("3", "[@click=app.quit]x[/]", "Huawei has opened a research centre in Munich."),
        )
    )
    config = tmp_path / "feeds.toml"
    vendors = '[vendors.xiaomi]\nname = "Xiaomi"\npeople = ["Lei Jun"]\n[vendors.huawei]\nname = "Huawei"\n'
    feeds = "".join(f'[[feeds]]\nslug = "{n}"\ntitle = "{n}"\nurl = "{server.url("/" + n)}"\n' for n in ("a", "b"))
    config.write_text(vendors + feeds)
    command = [sys.executable, "-m", "marketwatch", "--config", str(config), "--db", str(tmp_path / "e2e.sqlite3")]
    home = shlex.quote(str(tmp_path))
    environment = f"env -u COLUMNS -u LINES PYTHONPATH={shlex.quote(str(ROOT))} HOME={home} LC_ALL=C.UTF-8 TERM=xterm-256color"
    # tmux itself may miss how a command ended, so the shell says it.
    made = Terminal(tmp_path, f"{environment} {shlex.join(command)}; echo EXIT=$?; exec sleep 600", 120, 40)
    yield made
    made.close()


def test_first_run_polls_shows_moves_filters_reads_resizes_and_quits(terminal: Terminal) -> None:
    terminal.wait_for("1 Timeline")
    screen = terminal.wait_for("3 new, 1 failed")
    assert "disclosure" in terminal.wait_for("Xiaomi · ")
    terminal.keys("-l", "/kind:disclosure")  # typed at once: the first letter already belongs to the filter
    terminal.wait_for("1 move ·")
    terminal.keys("Enter")
    screen = terminal.wait_for("said by Lei Jun")
    assert "no longer publish" in screen
    terminal.wait_for("h l Lane")
    terminal.keys("Enter")
    terminal.wait_for("Next evidence")
    terminal.keys("q")
    terminal.wait_for("1 Timeline")
    terminal.keys("Escape")
    terminal.wait_for("3 moves")  # a key right after escape would be one with alt
    terminal.keys("3")
    assert "[@click=app.quit]x[/]" in terminal.wait_for("Xiaomi goes offline")
    terminal.resize(80, 24)
    terminal.wait_for("mw")
    terminal.keys("6")
    terminal.wait_for("HTTP 404")
    terminal.keys("Q")
    terminal.wait_for("EXIT=0")


def test_a_kill_in_the_middle_leaves_a_database_that_opens_again(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("1 Timeline")
    shell = terminal._tmux("display-message", "-p", "#{pane_pid}").strip()
    (dashboard,) = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
    os.kill(int(dashboard), signal.SIGKILL)
    terminal.wait_for("EXIT=137")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "marketwatch",
        "--config",
        str(tmp_path / "feeds.toml"),
        "--db",
        str(tmp_path / "e2e.sqlite3"),
        "poll",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    articles = subprocess.run(
        [*command[:-1], "articles", "--format", "jsonl"], capture_output=True, text=True, env=environment, check=True
    )
    assert len(articles.stdout.splitlines()) == 3
