"""Writers and readers on one file at once: errors, lost rows, and how much longer a reader waits than on an idle file.

    python benchmarks/hammer.py            4 writers and 4 readers for 60 s, then 50 kill -9 of a writer
    python benchmarks/hammer.py --quick    2 and 2 for 5 s, then 5 kills

Each is a process of its own. A writer prints the key of each article after `save` has returned; at the end every printed key
must be stored and the file must be sound.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.synthetic import Newsroom  # noqa: E402
from marketwatch.query import parse  # noqa: E402
from store import open_store  # noqa: E402

_BATCH = 20
_START = 2000
"""Articles in the file before."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--role", choices=("writer", "reader"), help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.role == "writer":
        write(Path(args.rest[0]), int(args.rest[1]), float(args.rest[2]))
        return
    if args.role == "reader":
        print(json.dumps(read(Path(args.rest[0]), float(args.rest[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hammered.sqlite3"
        with open_store(path) as store:
            store.save(list(Newsroom(1).articles(_START)))
        found = together(path, *((2, 5.0) if args.quick else (4, 60.0)))
        found |= killed(path, 5 if args.quick else 50)
    if args.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:36}{value}")


def write(path: Path, seed: int, seconds: float) -> None:
    """Save batches until the time is over, or for ever when it is 0; print the keys of what is stored."""
    articles = Newsroom(seed).articles(10_000_000)
    end = time.monotonic() + seconds
    with open_store(path) as store:
        while not seconds or time.monotonic() < end:
            batch = [replace(one, draft=replace(one.draft, source=f"writer{seed}")) for one in islice(articles, _BATCH)]
            store.save(batch)
            print("\n".join(one.draft.key for one in batch), flush=True)


def read(path: Path, seconds: float) -> list[float]:
    """Ask what a dashboard asks; milliseconds of each answer."""
    questions = [parse(text) for text in ("", "vendor:xiaomi", "vendor:huawei kind:market", "小米")]
    times = []
    end = time.monotonic() + seconds
    with open_store(path) as store:
        while time.monotonic() < end:
            for query in questions:
                started = time.perf_counter()
                store.shifts(query, limit=100)
                store.activity(query)
                times.append((time.perf_counter() - started) * 1000)
            time.sleep(0.02)
    return times


def together(path: Path, each: int, seconds: float) -> dict[str, object]:
    """Readers alone, then readers and writers."""
    idle = _times([_started("reader", path, seconds / 4) for _ in range(each)])
    printed = {seed: path.with_name(f"writer{seed}.txt") for seed in range(100, 100 + each)}
    writers = [_started("writer", path, seed, seconds, into=out.open("w")) for seed, out in printed.items()]
    busy = _times([_started("reader", path, seconds) for _ in range(each)])
    errors = sum(one.wait() != 0 for one in writers)
    keys = [(f"writer{seed}", key) for seed, out in printed.items() for key in out.read_text().split()]
    return {
        "articles written": len(keys), "articles written a second": round(len(keys) / seconds), "errors": errors,
        "lost": _lost(path, keys),
        "reader p50 ms, idle": _percentile(idle, 50), "reader p50 ms, written to": _percentile(busy, 50),
        "reader p99 ms, idle": _percentile(idle, 99), "reader p99 ms, written to": _percentile(busy, 99),
    }  # fmt: skip


def killed(path: Path, times: int) -> dict[str, object]:
    """kill -9 a writer at random moments; everything it printed must be there."""
    lost = 0
    for number in range(times):
        process = _started("writer", path, 1000 + number, 0)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(random.random() / 2)
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        # A line that the kill cut in two is no promise.
        lines = (first + rest).splitlines(keepends=True)
        lost += _lost(path, [(f"writer{1000 + number}", line.strip()) for line in lines if line.endswith("\n")])
    with open_store(path) as store:
        _, verdict = store.integrity()
    return {"kill -9": times, "lost by kills": lost, "file afterwards": verdict}


def _started(role: str, path: Path, *rest: object, into: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--role", role, str(path), *map(str, rest)]
    return subprocess.Popen(command, stdout=into, text=True)


def _times(readers: list[subprocess.Popen[str]]) -> list[float]:
    return [ms for one in readers for ms in json.loads(one.communicate()[0])]


def _percentile(times: list[float], percent: int) -> float:
    return round(statistics.quantiles(times, n=100)[percent - 1], 2)


def _lost(path: Path, keys: list[tuple[str, str]]) -> int:
    with open_store(path) as store:
        sources = {source for source, _ in keys}
        known = {(source, key) for source in sources for key in store.known_hashes(source, [k for s, k in keys if s == source])}
    return len(set(keys) - known)


if __name__ == "__main__":
    main()
