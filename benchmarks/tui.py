"""How the dashboard feels: first paint, key to painted byte, memory; on a pty, beside a bare Textual app in the same run.

    python benchmarks/tui.py                     10,000 made-up articles
    python benchmarks/tui.py --size 1000000 --folder F      builds the base in F and keeps it for the next run
    python benchmarks/tui.py --quick             1,000 articles, fewer keys

A key's time ends with the last byte that the terminal gets before it is quiet again: what Textual's own pilot waits for is
not in it. "under a poll" is the same while another process stores 1,000 articles. Words are typed into the filter a letter at
a time: `letter` is the letter on the screen, `result` the count of what was found with the newest of it, `whole` the last
byte, when all that was found has been read. The panel beside a list follows a cursor that rests, and is not in `move` and
`page` unless it came that soon.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from terminals import PtyProgram  # noqa: E402

_QUIET_S = 0.04
"""Nothing for so long: the painting is over."""
_ANSWER_S = 0.4
"""The same where a result is waited for: the pause in typing lies between letter and result."""
_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("Timeline 0", markup=False)
    def on_key(self, event):
        self.query_one(Static).update(f"Timeline {event.key} {id(event)}")
Bare().run()
"""
_OURS = """
import sys
from datetime import UTC, datetime
from tui.collecting import collecting_seldom
with collecting_seldom():
    from marketwatch.config_file import load_config, packaged_config
    from marketwatch.commands.lazy import LazyStore
    from tui.app import MarketwatchApp
    store = LazyStore(sys.argv[1])
    MarketwatchApp(load_config(packaged_config()), store, None, now=lambda: datetime.now(UTC), opening=store.open).run()
"""
_WRITER = """
import sys, time
from benchmarks.synthetic import Newsroom
from store import open_store
articles = list(Newsroom(int(sys.argv[2])).articles(1000))
with open_store(sys.argv[1]) as store:
    for at in range(0, len(articles), 20):
        store.save(articles[at:at + 20])
        time.sleep(0.05)
"""
_MOVES = ("j", "k")
_VIEWS = ("2", "3", "1")
_PAGES = ("\x04", "\x15")
_COUNT = re.compile(rb"\d\+? moves?\b")
_WORDS = ("xiao", "stores", "vendor:huawei")


class Dashboard(PtyProgram):
    """A program on a pty of 140 columns and 50 lines."""

    def __init__(self, command: Sequence[str]) -> None:
        own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
        given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        super().__init__(command, columns=140, lines=50, folder=ROOT, environment=given | own)

    def cpu_s(self) -> float:
        """Seconds of CPU that its threads have taken so far."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text().split()[0]) for one in threads) / 1e9

    def memory(self) -> dict[str, float]:
        """Megabytes of its own, pages of the base that it has mapped, and the most that both were."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = {name: re.search(rf"{name}:\s+(\d+)", status) for name in ("RssAnon", "RssFile", "VmHWM")}
        return {name: int(match[1]) / 1024 for name, match in found.items() if match}


@contextmanager
def terminal(command: Sequence[str]) -> Iterator[Dashboard]:
    opened = Dashboard(command)
    try:
        yield opened
    finally:
        opened.close()


def first_paints(path: Path, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Median seconds, of wall time and of CPU, until the line of views stands there, ours and a bare application's in turn.

    The round before, which compiles what is imported, does not count.
    """
    times: dict[str, list[tuple[float, float]]] = {"bare": [], "dashboard": []}
    for number in range(rounds + 1):
        for name, command in (("bare", _bare()), ("dashboard", _ours(path))):
            with terminal(command) as one:
                found = one.until(b"Timeline"), one.cpu_s()
                if number:
                    times[name].append(found)
    wall = {name: statistics.median(seconds for seconds, _ in both) for name, both in times.items()}
    return wall, {name: statistics.median(seconds for _, seconds in both) for name, both in times.items()}


def _bare() -> list[str]:
    return [sys.executable, "-c", _BARE]


def _ours(path: Path) -> list[str]:
    return [sys.executable, "-c", _OURS, str(path)]


def bare_keys(rounds: int) -> dict[str, float]:
    with terminal(_bare()) as one:
        one.until(b"Timeline")
        one.settle(1.5)
        return percentiles([one.key("a", _QUIET_S)[1] for _ in range(rounds)])


def keys(one: Dashboard, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds by what was pressed."""
    found = {}
    one.key("2", _ANSWER_S)
    for name, pressed in (("move", _MOVES), ("page", _PAGES), ("view", _VIEWS)):
        if name == "view":
            for key in _VIEWS:  # once each, so that what is measured is a switch and not a first visit
                one.key(key, _ANSWER_S)
        quiet_s = _QUIET_S
        times = []
        for n in range(rounds):
            times.append(one.key(pressed[n % len(pressed)], quiet_s)[0 if name == "view" else 1])
            one.settle(0.3 if name == "view" else 0.05)
        found[name] = percentiles(times)
    typed = []
    for word in _WORDS:
        one.key("/", _QUIET_S)
        typed += [answered(one, letter) for letter in word]
        for _ in word:
            one.key("\x7f", _QUIET_S)
        one.key("\r", _ANSWER_S)
    parts = zip(("letter", "result", "whole"), zip(*typed, strict=True), strict=True)
    return found | {name: percentiles(times) for name, times in parts}


def answered(one: Dashboard, letter: str) -> tuple[float, float, float]:
    """Milliseconds to a letter of the filter, to the count of what it finds (else the last byte), and to the last byte."""
    sent = time.perf_counter()
    one.send(letter)
    first = count = last = sent
    while chunk := one.read(3.0 if first == sent else _ANSWER_S):
        last = time.perf_counter()
        first = last if first == sent else first
        count = last if count == sent and _COUNT.search(chunk) else count
    return tuple((at - sent) * 1000 for at in (first, last if count == sent else count, last))  # type: ignore[return-value]


def percentiles(times: Sequence[float]) -> dict[str, float]:
    return {"p50": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1]}


def measured(path: Path, rounds: int) -> dict[str, object]:
    paints, paints_cpu = first_paints(path, max(3, rounds // 6))
    bare = bare_keys(rounds)
    with terminal(_ours(path)) as one:
        one.until(b"Timeline")
        one.settle(1.5)
        alone = keys(one, rounds)
        memory = one.memory()
    with terminal(_ours(path)) as one:
        one.until(b"Timeline")
        one.settle(1.5)
        command = [sys.executable, "-c", _WRITER, str(path), str(int(time.time()))]
        with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}) as writer:
            polled = keys(one, rounds)
            under_poll = writer.poll() is None
            writer.terminate()
    return {
        "first_paint_s": paints, "first_paint_ratio": paints["dashboard"] / paints["bare"],
        "first_paint_cpu_s": paints_cpu, "first_paint_cpu_ratio": paints_cpu["dashboard"] / paints_cpu["bare"],
        "bare_key_ms": bare, "keys_ms": alone,
        "keys_under_poll_ms": polled, "poll_outlasted_the_keys": under_poll, "memory_mb": memory,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--size", type=int, metavar="N", help="articles of the base (10000; 1000 with --quick)")
    parser.add_argument("--folder", type=Path, help="where the base is built and kept")
    args = parser.parse_args()
    from benchmarks.store import build

    size = args.size or (1000 if args.quick else 10_000)
    with tempfile.TemporaryDirectory() as scratch:
        path = (args.folder or Path(scratch)) / f"store-{size}.sqlite3"
        if not path.exists():
            build(path, size)
        found = {"articles": size, **measured(path, 20 if args.quick else 60)}
    print(json.dumps(found) if args.json else table(found))


def table(found: dict[str, object]) -> str:
    paints, memory = found["first_paint_s"], found["memory_mb"]
    assert isinstance(paints, dict)
    assert isinstance(memory, dict)
    lines = [
        f"{found['articles']:,} articles",
        f"first paint {paints['dashboard'] * 1000:.0f} ms, bare {paints['bare'] * 1000:.0f}: {found['first_paint_ratio']:.2f}x",
        f"CPU until then: {found['first_paint_cpu_ratio']:.2f}x",
        f"memory {memory['RssAnon']:.0f} MB, {memory['RssFile']:.0f} of files, at most {memory['VmHWM']:.0f} together",
        f"{'key to painted byte, ms':28}{'p50':>8}{'p95':>8}",
    ]
    rows = [("bare application", found["bare_key_ms"])]
    for title, part in (("", "keys_ms"), (", under a poll", "keys_under_poll_ms")):
        times = found[part]
        assert isinstance(times, dict)
        rows += [(f"{name}{title}", one) for name, one in times.items()]
    for name, one in rows:
        assert isinstance(one, dict)
        lines.append(f"{name:28}{one['p50']:8.1f}{one['p95']:8.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
