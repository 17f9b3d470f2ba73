"""The same searches over the same made-up articles, ours beside `reader` (lemon24, on PyPI): hits and time.

    python benchmarks/search_peer.py --peer VENV/bin/python              10,000 articles
    python benchmarks/search_peer.py --peer VENV/bin/python --quick      2,000

VENV is any environment with `pip install reader`; it is a peer, not a dependency. Times are the median of five, in
milliseconds: ours for the newest 100 and for the number of all hits; the peer's for its best 100, which is its default,
its newest 100, and its count.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.synthetic import CHINESE, Newsroom  # noqa: E402
from marketwatch.query import parse  # noqa: E402
from store import open_store  # noqa: E402

_CHUNK = 500
_PEER = """
import json, sys, time, statistics
from datetime import datetime
from reader import make_reader

def timed(call):
    times = []
    for _ in range(5):
        started = time.perf_counter()
        answer = call()
        times.append((time.perf_counter() - started) * 1000)
    return answer, statistics.median(times)

reader = make_reader(sys.argv[1])
reader.add_feed("https://example.org/feed", allow_invalid_url=True)
started = time.perf_counter()
for line in sys.stdin:
    one = json.loads(line)
    if "questions" in one:
        break
    published = datetime.fromisoformat(one["published"])
    reader.add_entry({"feed_url": "https://example.org/feed", "id": one["id"], "title": one["title"],
                      "published": published, "content": [{"value": one["text"]}]})
reader.enable_search()
reader.update_search()
built = time.perf_counter() - started
answers = {}
for question in one["questions"]:
    best = timed(lambda: list(reader.search_entries(question, limit=100)))[1]
    newest = timed(lambda: list(reader.search_entries(question, sort="recent", limit=100)))[1]
    counts, counting = timed(lambda: reader.search_entry_counts(question))
    answers[question] = {"hits": counts.total, "best": best, "newest": newest, "count": counting}
print(json.dumps({"seconds": built, "answers": answers}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, metavar="PYTHON", help="an interpreter that has `reader`")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    count = 2000 if args.quick else args.articles
    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs = of_ours(Path(scratch), count), of_peer(args.peer, Path(scratch), count)
    if args.json:
        print(json.dumps({"articles": count, "marketwatch": ours, "reader": theirs}, ensure_ascii=False))
        return
    print(f"{count} articles: stored and indexed in {ours['seconds']:.1f} s, reader {theirs['seconds']:.1f} s")
    print(f"{'':20}{'hits':>8}{'reader':>8}{'newest':>10}{'count':>8}{'reader: best':>14}{'newest':>8}{'count':>8}")
    for question, mine in ours["answers"].items():
        peer = theirs["answers"][question]
        print(
            f"{question:20}{mine['hits']:8}{peer['hits']:8}{mine['newest']:10.1f}{mine['count']:8.1f}"
            f"{peer['best']:14.1f}{peer['newest']:8.1f}{peer['count']:8.1f}"
        )


def questions() -> list[str]:
    """Rare and common words, two of them, names of two Chinese characters."""
    words = Newsroom().words["en"]
    return [words[40], words[600], f"{words[40]} {words[60]}", f"{words[90]} {words[300]}", *list(CHINESE.values())[:4]]


def of_ours(folder: Path, count: int) -> dict[str, Any]:
    """Seconds of storing with index, counts and extractions, and the answers."""
    articles = Newsroom().articles(count)
    with open_store(folder / "ours.sqlite3") as store:
        spent = 0.0
        while chunk := list(islice(articles, _CHUNK)):
            started = time.perf_counter()
            store.save(chunk)
            spent += time.perf_counter() - started
        answers = {}
        for text in questions():
            query = parse(text)
            newest = timed(lambda query=query: store.articles(query, limit=100))[1]
            totals, counting = timed(lambda query=query: store.totals(query))
            answers[text] = {"hits": totals.articles, "newest": newest, "count": counting}
    return {"seconds": spent, "answers": answers}


def of_peer(interpreter: str, folder: Path, count: int) -> dict[str, Any]:
    """The same from the peer, in its own interpreter."""
    lines = []
    for draft in (article.draft for article in Newsroom().articles(count)):
        published = draft.published.at.isoformat() if draft.published else None
        lines.append(json.dumps({"id": draft.key, "title": draft.title, "text": draft.text, "published": published}))
    told = "\n".join([*lines, json.dumps({"questions": questions()})])
    command = [interpreter, "-c", _PEER, str(folder / "peer.sqlite3")]
    return dict(json.loads(subprocess.run(command, input=told, capture_output=True, text=True, check=True).stdout))


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call answers, and the median of five in ms."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        answer = call()
        times.append((time.perf_counter() - started) * 1000)
    return answer, statistics.median(times)


if __name__ == "__main__":
    main()
