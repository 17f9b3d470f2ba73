"""How the store answers at 10,000 and at 1,000,000 articles: latencies, growth, articles a second, what the file is made of.

    python benchmarks/store.py                       both sizes (a quarter of an hour, 6 GB of disk)
    python benchmarks/store.py --quick               2,000 and 20,000
    python benchmarks/store.py --folder F            builds the bases in F and keeps them for the next run

Articles are made up (benchmarks/synthetic.py): 2.6 KB on the mean, eight languages, one shift in three. Latencies are
milliseconds of whole store calls (SQL, rows, values), warm, each with other words or vendors; growth is the ratio of the
medians. "cold" is a fresh process that has imported the store: opening the file, the first page of shifts, the months. A base
in F that an older version built is brought to this one first: "opened with" is what that takes.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import event  # noqa: E402

from benchmarks.synthetic import CHINESE, VENDORS, Newsroom  # noqa: E402
from marketwatch.query import Query, parse  # noqa: E402
from store import Store, open_store  # noqa: E402
from store.bodies import packed  # noqa: E402

_CHUNK = 500
_COLD = """
import sys, time
from store import open_store
from marketwatch.query import Query
started = time.perf_counter()
with open_store(sys.argv[1]) as store:
    store.shifts(Query(), limit=200)
    store.activity(Query())
    print((time.perf_counter() - started) * 1000)
"""
Call = Callable[[Store], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")], metavar="SMALL,LARGE")
    parser.add_argument("--folder", type=Path, help="where the bases are built and kept")
    args = parser.parse_args()
    sizes = args.sizes or ([2000, 20_000] if args.quick else [10_000, 1_000_000])
    with tempfile.TemporaryDirectory() as scratch:
        found = [measured((args.folder or Path(scratch)) / f"store-{size}.sqlite3", size) for size in sizes]
        share = plain_share(Path(scratch), min(sizes[0], 5000))
    if args.json:
        print(json.dumps({"sizes": found, "plain_share": share}))
    else:
        table(found)
        print(f"bare sqlite3 needs {share:.2f} of the time of SQLAlchemy for the statements of saving")


def measured(path: Path, size: int) -> dict[str, object]:
    """Everything about one size."""
    rate = build(path, size) if not path.exists() else None
    began = time.process_time()
    with open_store(path) as store:
        opening = time.process_time() - began
        latencies = {name: percentiles(store, calls) for name, calls in questions(store).items()}
    cold = [float(subprocess.check_output([sys.executable, "-c", _COLD, str(path)], cwd=ROOT)) for _ in range(3)]
    return {
        "articles": size, "per_second": rate, "opening_s": opening, "bytes": path.stat().st_size, "parts": parts(path),
        "cold_ms": statistics.median(cold), "latencies": latencies,
    }  # fmt: skip


def build(path: Path, size: int) -> float:
    """Fill a base through the store; articles a second, making them left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    articles = Newsroom().articles(size)
    spent = 0.0
    unfinished = path.with_suffix(".unfinished")
    with open_store(unfinished) as store:
        while chunk := list(islice(articles, _CHUNK)):
            started = time.perf_counter()
            store.save(chunk)
            spent += time.perf_counter() - started
    unfinished.rename(path)
    return size / spent


def plain_share(folder: Path, count: int, rounds: int = 3) -> float:
    """Record what saving articles executes, then do the same on empty bases, through SQLAlchemy and through bare sqlite3.

    By turns, and the median of their processor times: other work on the machine slows a single run by more than they differ.
    Packing texts, which a column type does for SQLAlchemy, is added to the time of bare sqlite3.
    """
    articles = list(Newsroom(2).articles(count))
    executed: list[tuple[Any, Any]] = []
    statements: list[tuple[str, Any, bool]] = []
    with open_store(folder / "recorded.sqlite3") as store:
        event.listen(store._writer, "before_execute", lambda _, clause, many, one, __: executed.append((clause, many or one)))
        event.listen(store._writer, "before_cursor_execute", lambda *a: statements.append((a[2], a[3], a[5])))
        for at in range(0, count, _CHUNK):
            store.save(articles[at : at + _CHUNK])
    statements = [one for one in statements if not one[0].startswith("BEGIN")]
    texts = [one.draft.text for one in articles]
    times = [
        (_plain_time(folder / f"plain-{n}.sqlite3", statements, texts), _core_time(folder / f"core-{n}.sqlite3", executed))
        for n in range(rounds)
    ]
    plain, core = (statistics.median(side) for side in zip(*times, strict=True))
    return plain / core


def _core_time(path: Path, executed: Iterable[tuple[Any, Any]]) -> float:
    with open_store(path) as store:
        started = time.process_time()
        with store._writer.begin() as connection:
            for clause, values in executed:
                connection.execute(clause, values)
        return time.process_time() - started


def _plain_time(path: Path, statements: Iterable[tuple[str, Any, bool]], texts: Iterable[str]) -> float:
    open_store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -32768", "temp_store = MEMORY"):
            raw.execute(f"PRAGMA {pragma}")
        started = time.process_time()
        raw.execute("BEGIN IMMEDIATE")
        for sql, values, many in statements:
            (raw.executemany if many else raw.execute)(sql, values)
        raw.execute("COMMIT")
        for text in texts:
            packed(text)
        return time.process_time() - started


def questions(store: Store) -> dict[str, Iterable[Call]]:
    """What is asked, each with different words or vendors."""
    vendors = VENDORS[:12]
    room = Newsroom()
    common = [room.words["en"][n] for n in (40, 60, 90, 150, 300, 600)]
    prefixes = [word[:n] for word in common[:4] for n in (2, 3, 4)]
    kinds = ("channel", "market", "deal", "target")

    def shifts(text: str, limit: int = 100) -> Call:
        return lambda s: s.shifts(ask(text), limit=limit)

    def articles(text: str) -> Call:
        return lambda s: s.articles(ask(text), limit=100)

    deep = [store.shifts(ask(f"vendor:{v}"), limit=1000)[1] for v in vendors]
    return {
        "latest 100 of a vendor": [shifts(f"vendor:{v}") for v in vendors],
        "vendor, kind, three years": [shifts(f"vendor:{v} kind:{k} date:2018..2020") for v in vendors[:6] for k in kinds],
        "next page, 1000 rows on": [next_page(f"vendor:{v}", cursor) for v, cursor in zip(vendors, deep, strict=True)],
        "articles, two words": [articles(f"{a} {b}") for a in common[:3] for b in common[3:]],
        "articles, Chinese name": [articles(name) for name in CHINESE.values()],
        "articles, while typing": [articles(prefix) for prefix in prefixes],
        "shifts, two words": [shifts(f"{a} {b}") for a in common[:3] for b in common[3:]],
        "shifts, vendor and word": [shifts(f"vendor:{v} {w}") for v in (*vendors[:3], *VENDORS[-3:]) for w in common[:3]],
        "articles, vendor and word": [articles(f"vendor:{v} {w}") for v in (*vendors[:3], *VENDORS[-3:]) for w in common[:3]],
        "articles of a vendor": [articles(f"vendor:{v}") for v in vendors],
        "months of two vendors": [lambda s, v=v: s.activity(ask(f"vendor:{v},huawei")) for v in vendors],
        "totals of a vendor": [lambda s, v=v: s.totals(ask(f"vendor:{v}")) for v in vendors],
        "totals of two words": [lambda s, w=w: s.totals(ask(f"{w} {common[0]}")) for w in common[1:]],
    }


def next_page(text: str, cursor: str | None) -> Call:
    return lambda s: s.shifts(ask(text), limit=100, after=cursor)


def ask(text: str) -> Query:
    return parse(text)


def percentiles(store: Store, calls: Iterable[Call], rounds: int = 5) -> dict[str, float]:
    """p50 and p95 in ms; the first round warms and does not count."""
    times = []
    for round_ in range(rounds + 1):
        for call in calls:
            started = time.perf_counter()
            call(store)
            if round_:
                times.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(times, n=20)
    return {"p50": statistics.median(times), "p95": cuts[-1]}


def parts(path: Path) -> dict[str, int]:
    """Bytes of each table with its indexes; {} where SQLite was built without dbstat.

    Pages are counted: dbstat's own sum of bytes is a number of 32 bits, and of a table of 3 GB negative.
    """
    with closing(sqlite3.connect(path)) as raw:
        page = int(raw.execute("PRAGMA page_size").fetchone()[0])
        try:
            rows = raw.execute(
                "SELECT m.tbl_name, sum(s.pageno) FROM dbstat('main', 1) s JOIN sqlite_master m ON m.name = s.name "
                "GROUP BY 1 ORDER BY 2 DESC LIMIT 8"
            )
            return {name: pages * page for name, pages in rows}
        except sqlite3.OperationalError:
            return {}


def table(found: list[dict[str, object]]) -> None:
    small, large = found[0], found[-1]
    print(f"{'':28}{small['articles']:>12,}  p50{'p95':>8}{large['articles']:>12,}  p50{'p95':>8}  growth")
    for name, before in small["latencies"].items():  # type: ignore[attr-defined]
        after = large["latencies"][name]  # type: ignore[index]
        growth = after["p50"] / before["p50"]
        print(f"{name:28}{before['p50']:17.2f}{before['p95']:8.2f}{after['p50']:17.2f}{after['p95']:8.2f}{growth:8.1f}")
    for one in found:
        rate = f", {one['per_second']:.0f} articles/s stored" if one["per_second"] else ""
        print(f"{one['articles']:,}: opened with {one['opening_s']:.1f} s of CPU, cold {one['cold_ms']:.0f} ms{rate}")
        print(f"    {'in all':28}{one['bytes'] / one['articles']:8.0f} bytes an article")  # type: ignore[operator]
        for name, size in one["parts"].items():  # type: ignore[attr-defined]
            print(f"    {name:28}{size / one['articles']:8.0f} bytes an article")  # type: ignore[operator]


if __name__ == "__main__":
    main()
