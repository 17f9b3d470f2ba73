"""A poll of many feeds on loopback, beside newsboat, sfeed and `reader` in the same run.

    python benchmarks/poll.py                                  500 feeds of 20 entries, medians of 5
    python benchmarks/poll.py --quick                          50 feeds, medians of 3
    python benchmarks/poll.py --reader VENV/bin/python         with `reader` (pip install reader) of that interpreter

cold: nothing is stored. 304: every feed is unchanged and has validators. unchanged: the same bytes without validators.
new: one new entry in every feed. round: one of the rounds of 304 in a poller that goes on, start apart: what five more cost in
one process, by five. Each other figure is of whole processes with all their children, start included: CPU and wall
seconds, peak memory as the sum over its processes. Extraction is left out in all of them, for the others have none; what it
costs is stated apart. sfeed sends no validators: its 304 is a plain poll. `fetch` is the floor: httpx fetches every feed, with
the transport that is ours and with its own.

newsboat and sfeed are Debian packages; what is not installed is left out and named.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.processes import Cost, adopt, measured, median  # noqa: E402

if TYPE_CHECKING:
    from marketwatch.domain import AnalysedArticle, ArticleDraft
    from marketwatch.poll.worker import WorkerPool

ENTRIES = 20
_AT_ONCE = 16
_GOALS = {"304": 7, "unchanged": 12, "new": 5}
"""newsboat's CPU seconds in ours, at least."""
_ROUNDS = 5
"""More rounds in one process than the first, to tell what one costs."""


@dataclass(frozen=True)
class Tool:
    """How a reader is set up, run and asked what it has."""

    name: str
    setup: Callable[[Path, Sequence[str]], None]
    command: Callable[[Path], list[str]]
    stored: Callable[[Path], int] | None = None
    missing: str | None = None
    rounds: Callable[[Path, int], list[str]] | None = None
    """The command that polls so many times in one process."""


def newsboat() -> Tool:
    def setup(folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(urls) + "\n")
        (folder / "config").write_text(f"reload-threads {_AT_ONCE}\nauto-reload no\ndownload-retries 1\ncleanup-on-quit no\n")

    def command(folder: Path) -> list[str]:
        return ["newsboat", "-u", f"{folder}/urls", "-c", f"{folder}/cache.db", "-C", f"{folder}/config", "-x", "reload"]

    def rounds(folder: Path, count: int) -> list[str]:
        return command(folder) + ["reload"] * (count - 1)

    return Tool("newsboat", setup, command, _rows("cache.db", "rss_item"), _not_on_path("newsboat"), rounds)


def sfeed() -> Tool:
    """As shipped but for the number at once; it sends no validators, so that its 304 is a plain poll."""

    def setup(folder: Path, urls: Sequence[str]) -> None:
        (folder / "feeds").mkdir()
        feeds = "\n".join(f'feed "f{number}" "{url}"' for number, url in enumerate(urls))
        (folder / "sfeedrc").write_text(f'sfeedpath="{folder}/feeds"\nmaxjobs={_AT_ONCE}\nfeeds() {{\n{feeds}\n}}\n')

    def stored(folder: Path) -> int:
        return sum(path.read_bytes().count(b"\n") for path in (folder / "feeds").iterdir())

    return Tool("sfeed", setup, lambda folder: ["sfeed_update", f"{folder}/sfeedrc"], stored, _not_on_path("sfeed_update"))


def reader(python: str | None) -> Tool:
    def setup(folder: Path, urls: Sequence[str]) -> None:
        add = f"from reader import make_reader\nr = make_reader('{folder}/db')\nfor url in {list(urls)!r}: r.add_feed(url)"
        subprocess.run([str(python), "-c", add], check=True)

    def command(folder: Path) -> list[str]:
        update = ["update", "--no-scheduled", "--workers", str(_AT_ONCE)]
        return [str(python), "-m", "reader", "--db", f"{folder}/db", *update]

    return Tool("reader", setup, command, _rows("db", "entries"), None if python else "no --reader PYTHON given")


def ours(name: str = "marketwatch", role: str = "poll") -> Tool:
    def setup(folder: Path, urls: Sequence[str]) -> None:
        feeds = "".join(f'[[feeds]]\nslug = "f{n}"\ntitle = "{n}"\nurl = "{url}"\n' for n, url in enumerate(urls))
        settings = f"[settings]\nconcurrency = {_AT_ONCE}\nper_host = {_AT_ONCE}\n"
        packaged = (ROOT / "feeds.toml").read_text()
        vendors = packaged[packaged.index("[vendors.") : packaged.index("[[feeds]]")]
        (folder / "feeds.toml").write_text(settings + vendors + feeds)

    def command(folder: Path) -> list[str]:
        return [sys.executable, __file__, "--role", role, f"{folder}/feeds.toml", f"{folder}/db.sqlite3"]

    def rounds(folder: Path, count: int) -> list[str]:
        role = ["--role", "rounds", "--rounds", str(count)]
        return [sys.executable, __file__, *role, f"{folder}/feeds.toml", f"{folder}/db.sqlite3"]

    return Tool(name, setup, command, _rows("db.sqlite3", "article"), None, rounds)


def floor(name: str, role: str) -> Tool:
    def setup(folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(urls))

    return Tool(name, setup, lambda folder: [sys.executable, __file__, "--role", role, f"{folder}/urls"])


def _rows(file: str, table: str) -> Callable[[Path], int]:
    def stored(folder: Path) -> int:
        with sqlite3.connect(folder / file) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    return stored


def _not_on_path(program: str) -> str | None:
    return None if shutil.which(program) else "not installed"


class Run:
    """Runs tools against one host of feeds, each in a folder of its own."""

    def __init__(self, host: str, feeds: int, folder: Path) -> None:
        self.host, self.feeds, self.folder = host, feeds, folder
        self.told: set[str] = set()

    def ask(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.host}/{path}") as answer:
            body: bytes = answer.read()
            return body

    def fresh(self, tool: Tool, kind: str, feeds: int) -> Path:
        folder = self.folder / f"{tool.name.replace(' ', '-')}-{kind}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        tool.setup(folder, [f"{self.host}/{kind}/{number}.xml" for number in range(feeds)])
        return folder

    def poll(self, tool: Tool, folder: Path, case: str, *, expect: int | None = None) -> Cost:
        self.ask("stats")
        found = measured(tool.command(folder), folder)
        answers = json.loads(self.ask("stats"))
        if tool.stored and expect is not None and (stored := tool.stored(folder)) != expect:
            self.say(f"{tool.name}, {case}: {stored} entries stored, not {expect}")
        if case == "304" and tool.name != "sfeed" and answers.get("304", 0) != self.feeds:
            self.say(f"{tool.name}, 304: the answers were {answers}")
        return found

    def say(self, text: str) -> None:
        if text not in self.told:
            print(text, file=sys.stderr)
        self.told.add(text)

    def cases(self, tool: Tool) -> dict[str, Cost]:
        """One round of a tool."""
        self.ask("turn/0")
        if tool.stored is None:
            return {"cold": self.poll(tool, self.fresh(tool, "n", self.feeds), "cold")}
        held = self.feeds * ENTRIES
        folder = self.fresh(tool, "v", self.feeds)
        found = {"cold": self.poll(tool, folder, "cold", expect=held)}
        if tool.name == "newsboat":  # it sends the validators of a feed from the third poll on
            self.poll(tool, folder, "second")
        found["304"] = self.poll(tool, folder, "304", expect=held)
        if tool.rounds:
            found["round"] = self.round(tool.rounds, folder)
        self.ask("turn/1")
        found["new"] = self.poll(tool, folder, "new", expect=held + self.feeds)
        self.ask("turn/0")
        folder = self.fresh(tool, "n", self.feeds)
        self.poll(tool, folder, "before")
        found["unchanged"] = self.poll(tool, folder, "unchanged", expect=held)
        return found

    def round(self, command: Callable[[Path, int], list[str]], folder: Path) -> Cost:
        """What one more round costs a process that goes on."""
        one = measured(command(folder, 1), folder)
        self.ask("stats")
        many = measured(command(folder, 1 + _ROUNDS), folder)
        if (answers := json.loads(self.ask("stats"))) != {"304": self.feeds * (1 + _ROUNDS)}:
            self.say(f"{command(folder, 1)[0]}, round: the answers were {answers}")
        return Cost((many.cpu - one.cpu) / _ROUNDS, (many.wall - one.wall) / _ROUNDS, many.mb)

    def extraction(self, feeds: int) -> float:
        """CPU seconds that extraction adds to an article."""
        costs = []
        for tool in (ours("marketwatch with extraction", "poll-extract"), ours()):
            self.ask("turn/0")
            costs.append(self.poll(tool, self.fresh(tool, "n", feeds), "sample", expect=feeds * ENTRIES).cpu)
        return (costs[0] - costs[1]) / (feeds * ENTRIES)


async def nothing(_: WorkerPool, drafts: Sequence[ArticleDraft], __: Sequence[str]) -> list[AnalysedArticle]:
    """Stands in for the extraction and for what stories are compared by; without that, later rounds would make it up for."""
    from marketwatch.domain import AnalysedArticle, Extraction, Fingerprint
    from marketwatch.fingerprint_data import fingerprint_version

    nothing_found = Extraction("en", (), (), "none", fingerprint=Fingerprint((), version=fingerprint_version()))
    return [AnalysedArticle(draft, nothing_found) for draft in drafts]


def poll_ours(config: str, database: str, *, extract: bool) -> int:
    """`marketwatch poll`, with or without extraction."""
    from marketwatch import cli
    from marketwatch.poll.worker import WorkerPool

    arguments = ["poll", "--config", config, "--db", database, "--format", "csv"]
    if extract:
        return cli.main(arguments)
    with mock.patch.object(WorkerPool, "analyse", nothing):
        return cli.main(arguments)


async def rounds_ours(config: str, database: str, count: int) -> None:
    """Poll so many times in one process, as `marketwatch poll --watch` and the dashboard do."""
    from marketwatch.config_file import load_config
    from marketwatch.pipeline import Pipeline
    from store import open_store

    with open_store(database) as store:
        pipeline = Pipeline(load_config(Path(config)), store)
        for _ in range(count):
            async for _ in pipeline.poll():
                pass
        pipeline.close()


async def fetch_all(urls: Sequence[str], *, own: bool) -> None:
    """Fetch every address, with our client or with one as httpx makes it."""
    import httpx

    from marketwatch.poll.fetch import make_client

    gate = asyncio.Semaphore(_AT_ONCE)
    async with make_client(_AT_ONCE) if own else httpx.AsyncClient() as client:

        async def one(url: str) -> None:
            async with gate:
                assert (await client.get(url)).content

        await asyncio.gather(*map(one, urls))


def table(medians: Mapping[str, Mapping[str, Cost]]) -> None:
    cases = ("cold", "304", "round", "unchanged", "new")
    print(f"{'CPU s (wall s, MB)':<22}" + "".join(f"{case:>24}" for case in cases))
    for name, costs in medians.items():
        cells = [f"{c.cpu:.2f} ({c.wall:.2f}, {c.mb:.0f})" if (c := costs.get(case)) else "-" for case in cases]
        print(f"{name:<22}" + "".join(f"{cell:>24}" for cell in cells))


def ratios(medians: Mapping[str, Mapping[str, Cost]]) -> dict[str, float]:
    """How many times more the others cost than we do."""
    own = medians["marketwatch"]
    found = {}
    for name in ("newsboat", "sfeed", "reader"):
        for case, cost in medians.get(name, {}).items():
            found[f"{name}, {case}, CPU"] = round(cost.cpu / own[case].cpu, 2)
            found[f"{name}, {case}, wall"] = round(cost.wall / own[case].wall, 2)
    return found


def main() -> int:
    args = arguments()
    if args.role in ("poll", "poll-extract"):
        return poll_ours(*args.rest, extract=args.role == "poll-extract")
    if args.role == "rounds":
        asyncio.run(rounds_ours(*args.rest, args.rounds))
        return 0
    if args.role:
        asyncio.run(fetch_all(Path(args.rest[0]).read_text().split(), own=args.role == "fetch"))
        return 0
    feeds, rounds = args.feeds or (50 if args.quick else 500), args.rounds or (3 if args.quick else 5)
    found, extraction = side_by_side(there(args.reader, args.only), feeds, rounds, 0 if args.only else 2 if args.quick else 10)
    medians = {name: {case: median([one[name][case] for one in found]) for case in found[0][name]} for name in found[0]}
    compared = ratios(medians) if "marketwatch" in medians else {}
    if args.json:
        rows = {name: {case: asdict(cost) for case, cost in costs.items()} for name, costs in medians.items()}
        print(json.dumps({"feeds": feeds, "medians": rows, "ratios": compared, "extraction_s_per_article": extraction}))
    else:
        tell(medians, compared, extraction)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--reader", metavar="PYTHON", help="interpreter of an environment that has `reader`")
    parser.add_argument("--only", metavar="NAME", action="append", help="only these; may be repeated")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--feeds", type=int)
    parser.add_argument("--role", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args()


def there(interpreter: str | None, only: Sequence[str] | None) -> list[Tool]:
    """The tools that are installed, of those asked for."""
    tools = [
        ours(),
        newsboat(),
        sfeed(),
        reader(interpreter),
        floor("fetch", "fetch"),
        floor("fetch, plain httpx", "fetch-plain"),
    ]
    for tool in tools:
        if tool.missing:
            print(f"{tool.name} is left out: {tool.missing}", file=sys.stderr)
    return [tool for tool in tools if not tool.missing and tool.name in (only or [tool.name])]


def side_by_side(
    tools: Sequence[Tool], feeds: int, rounds: int, extracted: int
) -> tuple[list[dict[str, dict[str, Cost]]], float | None]:
    """What each round of each tool costs, and seconds of extraction an article, from so many feeds; 0: not measured."""
    adopt()
    server = subprocess.Popen([sys.executable, str(ROOT / "benchmarks" / "feed_host.py"), str(feeds)], stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            run = Run(f"http://127.0.0.1:{port}", feeds, Path(folder))
            run.poll(ours(), run.fresh(ours(), "n", 2), "warm")  # writes the byte code
            found = [{tool.name: run.cases(tool) for tool in tools} for _ in range(rounds)]
            return found, run.extraction(extracted) if extracted else None
    finally:
        server.terminate()
        server.wait()


def tell(medians: Mapping[str, Mapping[str, Cost]], compared: Mapping[str, float], extraction: float | None) -> None:
    table(medians)
    print("\ntimes the cost of marketwatch")
    for name, ratio in compared.items():
        tool, case, unit = name.split(", ")
        goal = _GOALS.get(case) if (tool, unit) == ("newsboat", "CPU") else None
        print(f"  {name:<28}{ratio:8.2f}" + (f"   goal {goal}" if goal else ""))
    if extraction is not None:
        print(f"\nextraction: {extraction * 1000:.0f} ms of CPU an article, in none of the figures above")


if __name__ == "__main__":
    sys.exit(main())
