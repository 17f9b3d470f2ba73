"""A folder of feeds with a manifest, served over loopback and polled: what is lost, what stalls, how much memory it takes.

    python benchmarks/corpus.py FOLDER                 every file of FOLDER/manifest.jsonl
    python benchmarks/corpus.py FOLDER --every 10      every tenth
    python benchmarks/corpus.py --faults FOLDER        what FOLDER/cases.py makes instead: cases() → name: (body, headers, note)

Without FOLDER: the one that MARKETWATCH_CORPUS names. A manifest has one JSON object a line: path, and how many entries
feedparser and fastfeedparser find. Extraction is left out. A stall is the CPU time that the event loop's thread spent between
two beats of a heart: on a busy machine the wall time says who else was running.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.poll import nothing  # noqa: E402
from benchmarks.processes import Peak  # noqa: E402
from marketwatch.config import Config, Settings  # noqa: E402
from marketwatch.domain import Feed, PollOutcome, PollResult  # noqa: E402
from marketwatch.drafts import clean_line  # noqa: E402
from marketwatch.errors import ParseError  # noqa: E402
from marketwatch.pipeline import Pipeline  # noqa: E402
from marketwatch.poll.worker import WorkerPool  # noqa: E402
from store import open_store  # noqa: E402

_STALL_MS = 50
_LIMIT_S = 90.0
"""For one feed: 30 s to fetch it, 30 s at most to parse it, and waiting for a worker."""


@dataclass(frozen=True)
class Served:
    """A document and what it is expected to give."""

    name: str
    body: Path
    headers: Mapping[str, str]
    entries: int = 0


def of_manifest(folder: Path, every: int) -> list[Served]:
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()][::every]
    return [Served(row["path"], folder / row["path"], {}, _expected(row)) for row in rows]


def _expected(row: Mapping[str, Mapping[str, int | None]]) -> int:
    by = "fastfeedparser" if "json" in str(row["format"]).lower() else "feedparser"
    return row[by].get("entries") or 0


def of_faults(folder: Path, into: Path, every: int) -> list[Served]:
    spec = importlib.util.spec_from_file_location("cases", folder / "cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = []
    for number, (name, (body, headers, _)) in enumerate(list(module.cases().items())[::every]):
        path = into / str(number)
        path.write_bytes(body() if callable(body) else body)
        found.append(Served(name, path, headers or {}))
    return found


async def serve(listing: Path) -> None:
    """Answer /N with the N-th document."""
    documents = [(Path(path), headers) for path, headers in json.loads(listing.read_text())]  # noqa: ASYNC240 - before it starts

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path, headers = documents[int(request.split()[1][1:])]
                extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                body = await asyncio.to_thread(path.read_bytes)
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
                writer.write(head.encode("utf-8") + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Heart:
    """Beats on the event loop; keeps the most CPU time between two beats, in milliseconds."""

    def __init__(self) -> None:
        self.cpu_ms = self.wall_ms = 0.0
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        cpu, wall = time.thread_time(), time.monotonic()
        while True:
            await asyncio.sleep(0.002)
            now_cpu, now_wall = time.thread_time(), time.monotonic()
            self.cpu_ms = max(self.cpu_ms, (now_cpu - cpu) * 1000)
            self.wall_ms = max(self.wall_ms, (now_wall - wall) * 1000 - 2)
            cpu, wall = now_cpu, now_wall

    def stop(self) -> None:
        self._task.cancel()


async def polled(documents: Sequence[Served], port: int, database: Path) -> tuple[dict[str, PollOutcome], Heart, float]:
    """Poll them all; the outcomes, the heart, and the megabytes at the peak over what one small feed takes."""
    feeds = tuple(Feed(f"d{number}", one.name, f"http://127.0.0.1:{port}/{number}") for number, one in enumerate(documents))
    config = Config(Settings(per_host=16), {}, feeds)
    with open_store(database) as store, mock.patch.object(WorkerPool, "analyse", nothing):
        pipeline = Pipeline(config, store)
        try:
            small = min(documents, key=lambda one: one.body.stat().st_size)
            async for _ in pipeline.poll([f"d{documents.index(small)}"]):
                pass
            before = Peak(os.getpgrp())
            await asyncio.sleep(0.3)
            baseline = before.stop()
            heart, peak = Heart(), Peak(os.getpgrp())
            outcomes = {outcome.feed: outcome async for outcome in pipeline.poll()}
            heart.stop()
            return outcomes, heart, peak.stop() - baseline
        finally:
            pipeline.close()


def titles(document: Served) -> tuple[bool, list[str], list[str]]:
    """Whether the titles are feedparser's with its defaults on the bare bytes; ours and its."""
    import io

    import feedparser

    from marketwatch.poll.html import inline_text
    from marketwatch.poll.parse import parse_feed

    body = document.body.read_bytes()
    try:
        ours = [clean_line(inline_text(entry.title)) for entry in parse_feed(body, charset=None, now=datetime.now(UTC)).entries]
    except ParseError:
        ours = []
    try:
        theirs = [clean_line(inline_text(entry.get("title", ""))) for entry in feedparser.parse(io.BytesIO(body)).entries]
    except Exception:  # it raises on some: there is nothing to compare
        theirs = ours
    return ours == theirs or not theirs, ours, theirs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("MARKETWATCH_CORPUS"))
    parser.add_argument("--faults", type=Path, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--no-titles", action="store_true", help="compare no titles, which takes the longest")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        asyncio.run(serve(args.serve))
        return 0
    if not args.faults and not args.folder:
        parser.error("give the folder of feeds, or set MARKETWATCH_CORPUS")
    os.setpgrp()  # what is measured is this process and its workers
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = of_faults(args.faults, folder, args.every) if args.faults else of_manifest(Path(args.folder), args.every)
        (folder / "listing").write_text(json.dumps([(str(one.body), dict(one.headers)) for one in documents]))
        command = [sys.executable, __file__, "--serve", str(folder / "listing")]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, process_group=0)
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            outcomes, heart, mb = asyncio.run(polled(documents, port, folder / "db.sqlite3"))
        finally:
            server.terminate()
            server.wait()
        found = judged(documents, outcomes, heart, mb)
        if not args.faults and not args.no_titles:
            found |= compared(documents)
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for name, value in found.items():
            print(f"{name:<44}" + ("\n    ".join(["", *map(str, value[:20])]) if isinstance(value, list) else str(value)))
    return 0


def judged(documents: Sequence[Served], outcomes: Mapping[str, PollOutcome], heart: Heart, mb: float) -> dict[str, object]:
    """What the poll of these documents shows."""
    fewer, late = [], []
    for number, one in enumerate(documents):
        outcome = outcomes[f"d{number}"]
        # The smallest was polled before to warm up: then nothing is new, but nothing is lost either.
        if outcome.new + outcome.updated < one.entries and outcome.result is not PollResult.UNCHANGED:
            fewer.append(f"{one.name}: {outcome.new} of {one.entries} {outcome.reason or ''}")
        if outcome.seconds > _LIMIT_S:
            late.append(f"{one.name}: {outcome.seconds} s")
    return {
        "documents": len(documents),
        "outcomes": len(outcomes),
        "failed": sum(outcome.result is PollResult.FAILED for outcome in outcomes.values()),
        "unexpected": [f"{d.name}: {o.reason}" for d, o in zip(documents, _ordered(outcomes, documents), strict=True)
                       if "unexpected" in (o.reason or "")],
        "entries stored": sum(outcome.new for outcome in outcomes.values()),
        "entries expected": sum(one.entries for one in documents),
        "documents with fewer than expected": fewer,
        f"over {_LIMIT_S:g} s": late,
        f"stall of the loop, CPU ms (limit {_STALL_MS})": round(heart.cpu_ms, 1),
        "the same in wall ms": round(heart.wall_ms, 1),
        "MB over the baseline": round(mb),
    }  # fmt: skip


def _ordered(outcomes: Mapping[str, PollOutcome], documents: Sequence[Served]) -> list[PollOutcome]:
    return [outcomes[f"d{number}"] for number in range(len(documents))]


def compared(documents: Sequence[Served]) -> dict[str, object]:
    """Titles beside feedparser's."""
    warnings.simplefilter("ignore")
    differing = []
    for one in documents:
        same, ours, theirs = titles(one)
        if not same:
            pair = next(((a, b) for a, b in zip(ours, theirs, strict=False) if a != b), (str(len(ours)), str(len(theirs))))
            differing.append(f"{one.name}: {pair[0][:60]!r} | feedparser {pair[1][:60]!r}")
    return {"documents with other titles": len(differing), "which": differing}


if __name__ == "__main__":
    sys.exit(main())
