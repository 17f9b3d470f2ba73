"""The whole line: feeds → entries → extraction → stories → store, and what an article costs as the base grows.

    python benchmarks/line.py                    100,000 articles, by rules (about an hour on one core)
    python benchmarks/line.py --quick            2,000
    python benchmarks/line.py --articles 1000 --reader      with the learned reader
    python benchmarks/line.py --folder F         keeps the base as F/line.sqlite3 (for benchmarks/tui.py and store.py)

Articles are those of the demo and of tests/corpus told again: one to four outlets tell a story with other numbers and without
a paragraph here and there, spread over ten years, and come as RSS feeds of twenty items. Everything runs in one process, so that
processor time says what each step costs; `stories and store` is `Store.save`, in chunks of twenty as in a poll.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from marketwatch.config_file import load_config, packaged_config  # noqa: E402
from marketwatch.domain import AnalysedArticle, Feed  # noqa: E402
from marketwatch.drafts import clean_draft  # noqa: E402
from marketwatch.extract import Extractor, extractor_of  # noqa: E402
from marketwatch.pipeline import draft_of  # noqa: E402
from marketwatch.poll.parse import parse_feed  # noqa: E402
from marketwatch.poll.worker import document_of  # noqa: E402
from store import Store, open_store  # noqa: E402

SOURCES = [ROOT / "marketwatch/demo/articles.jsonl", *sorted(ROOT.glob("tests/corpus/*.dev.jsonl"))]
START = datetime(2016, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_DAYS = 3650
_OUTLETS = 60
_CHUNK = 20
_WINDOW = 1000
"""Articles at the beginning and at the end whose costs are compared."""
_NUMBER = re.compile(r"(?<![\d.,])(?!20[0-3]\d\b|201\d)\d{2,3}(?![\d.,])")
"""Numbers that can be replaced without becoming another kind of number: no year, no part of a longer one."""


@dataclass(slots=True)
class Costs:
    """Processor seconds of some articles, by step."""

    articles: int = 0
    shifts: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, step: str, seconds: float) -> None:
        self.seconds[step] = self.seconds.get(step, 0.0) + seconds

    def row(self) -> dict[str, float]:
        """Milliseconds an article of each step and of all."""
        each = {step: seconds * 1000 / max(self.articles, 1) for step, seconds in self.seconds.items()}
        return {"articles": self.articles, "shifts": self.shifts} | each | {"all": sum(each.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--articles", type=int, metavar="N")
    parser.add_argument("--reader", action="store_true", help="extract with the learned reader too")
    parser.add_argument("--folder", type=Path, help="where the base is kept")
    args = parser.parse_args()
    count = args.articles or (2000 if args.quick else 100_000)
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        found = measured(folder / "line.sqlite3", count, reader=args.reader)
    print(json.dumps(found) if args.json else as_text(found))


def measured(path: Path, count: int, *, reader: bool) -> dict[str, Any]:
    """Run the line over `count` articles into a new base."""
    config = load_config(packaged_config())
    extractor = extractor_of(config) if reader else Extractor(tuple(config.vendors.values()), reader=None)
    path.unlink(missing_ok=True)
    window = min(_WINDOW, count // 2)
    first, last, whole = Costs(), Costs(), Costs()
    with open_store(path, now=lambda: NOW) as store:
        began, done = time.perf_counter(), 0
        for slug, body in feeds(count):
            spent, saved, shifts = step(store, extractor, slug, body)
            done += saved
            for costs in [whole] + [first] * (done <= window) + [last] * (done > count - window):
                costs.articles, costs.shifts = costs.articles + saved, costs.shifts + shifts
                for name, seconds in spent.items():
                    costs.add(name, seconds)
        elapsed = time.perf_counter() - began
    return {
        "reader": reader, "first": first.row(), "last": last.row(), "whole": whole.row(),
        "growth": {name: last.row()[name] / max(value, 1e-9) for name, value in first.row().items()},
        "per_second": done / elapsed, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bytes_an_article": path.stat().st_size / max(done, 1),
    }  # fmt: skip


def step(store: Store, extractor: Extractor, slug: str, body: bytes) -> tuple[dict[str, float], int, int]:
    """One feed's document through the line: seconds by step, articles stored, shifts found."""
    feed = Feed(slug, slug, f"https://{slug}.example/feed")
    marks = [time.process_time()]
    parsed = parse_feed(body, charset=None, now=NOW)
    marks.append(time.process_time())
    drafts = [clean_draft(draft_of(feed, entry)) for entry in parsed.entries]
    analysed = [AnalysedArticle(draft, extractor.extract(document_of(draft))) for draft in drafts]
    marks.append(time.process_time())
    new, _ = store.save(analysed)
    marks.append(time.process_time())
    names = ("feeds", "extraction", "stories and store")
    spent = {name: after - before for name, before, after in zip(names, marks[:-1], marks[1:], strict=True)}
    return spent, new, sum(len(one.extraction.shifts) for one in analysed)


# --- what comes in -----------------------------------------------------------------------------------------------------
def feeds(count: int) -> Iterator[tuple[str, bytes]]:
    """RSS documents of twenty items, `count` items in all, with the outlet each is of."""
    items = told(count)
    for number in range(0, count, _CHUNK):
        slug = f"outlet-{number // _CHUNK % _OUTLETS}"
        yield slug, rss(slug, list(islice(items, _CHUNK)))


def told(count: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """The stories of ten years in the order of their dates, each told by one to four outlets within two days."""
    chance = random.Random(seed)
    originals = [json.loads(line) for path in SOURCES for line in path.read_text("utf-8").splitlines()]
    number = 0
    while number < count:
        original, at = chance.choice(originals), START + timedelta(days=_DAYS * number / count)
        swaps = {n: str(chance.randrange(10 ** (len(n) - 1), 10 ** len(n))) for n in numbers_of(original)}
        title, text = (swapped(original[name] or "", swaps) for name in ("title", "text"))
        for _ in range(chance.choice((1, 1, 2, 3, 4))):
            yield {
                "title": title, "text": shortened(text, chance), "number": str(number),
                "date": format_datetime(at + timedelta(hours=chance.randrange(48))),
            }  # fmt: skip
            number += 1


def numbers_of(original: dict[str, Any]) -> set[str]:
    return set(_NUMBER.findall(f"{original['title']} {original['text']}"))


def swapped(text: str, swaps: Mapping[str, str]) -> str:
    return _NUMBER.sub(lambda found: swaps[found[0]], text)


def shortened(text: str, chance: random.Random) -> str:
    """The text without one in five of its paragraphs but the first."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(p for at, p in enumerate(paragraphs) if at == 0 or chance.random() < 0.8)


def rss(slug: str, items: Sequence[dict[str, str]]) -> bytes:
    entries = "".join(
        f"<item><title>{escape(item['title'])}</title><link>https://{slug}.example/{item['number']}</link>"
        f"<guid isPermaLink='false'>{slug}-{item['number']}</guid><pubDate>{item['date']}</pubDate>"
        f"<description>{escape(html_of(item['text']))}</description></item>"
        for item in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{slug}</title>{entries}</channel></rss>".encode()


def html_of(text: str) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n\n"))


def as_text(found: dict[str, Any]) -> str:
    names = [name for name in found["whole"] if name not in ("articles", "shifts")]
    lines = [f"{'ms of processor an article':27}" + "".join(f"{name:>19}" for name in names)]
    for part in ("first", "last", "whole", "growth"):
        label = part if part == "growth" else f"{part} {found[part]['articles']:,.0f}"
        lines.append(f"{label:27}" + "".join(f"{found[part][name]:19.2f}" for name in names))
    lines.append(
        f"{found['per_second']:.0f} articles a second, {found['whole']['shifts']} shifts, "
        f"{found['memory_mb']:.0f} MB at most, {found['bytes_an_article']:.0f} bytes an article"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
