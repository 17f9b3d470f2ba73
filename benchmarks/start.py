"""How soon something is on the screen, as ratios to Python and to a bare Textual app in the same run."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
_BARE = """
import asyncio
from textual.app import App
async def main():
    async with App().run_test(size=(120, 40)) as pilot:
        await pilot.pause()
asyncio.run(main())
"""
_OURS = """
import asyncio, sys, tempfile
from datetime import UTC, datetime
from pathlib import Path
from marketwatch.config_file import load_config, packaged_config
from store import open_store
from tui.app import MarketwatchApp
async def main():
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "b.sqlite3") as store:
        app = MarketwatchApp(load_config(packaged_config()), store, None, now=lambda: datetime.now(UTC))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
asyncio.run(main())
"""


def seconds(command: list[str], rounds: int) -> float:
    """Median wall time of a command."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rounds = 3 if args.quick else 11
    python = [sys.executable]
    rows = {
        "python": seconds([*python, "-c", "pass"], rounds),
        "help": seconds([*python, "-m", "marketwatch", "--help"], rounds),
        "bare textual": seconds([*python, "-c", _BARE], rounds),
        "dashboard": seconds([*python, "-c", _OURS], rounds),
    }
    ratios = {
        "help / python": rows["help"] / rows["python"],
        "dashboard / bare textual": rows["dashboard"] / rows["bare textual"],
    }
    if args.json:
        print(json.dumps({"seconds": rows, "ratios": ratios}))
        return
    for name, value in (rows | ratios).items():
        print(f"{name:<26} {value:8.3f}")


if __name__ == "__main__":
    main()
