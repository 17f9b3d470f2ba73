"""How well articles are grouped into stories, and what that costs an article as the base grows.

    python benchmarks/stories.py                     both labelled sets, shuffled three times; cost at 1,000 to 100,000
    python benchmarks/stories.py --quick             shuffled once, cost at 1,000 and 4,000
    python benchmarks/stories.py --renew             let the encoder read the labelled articles again (minutes)

Labelled: tests/corpus (`story` of 236 articles) and tests/stories (203 articles in eight languages with hard neighbours).
Pairwise: of all pairs of articles that the labels put together, how many are together, and the other way round. B-cubed: the
same for each article, averaged. Everything goes through the store, as polled articles do. "merged labels": the five files of
tests/corpus name three stories twice; there they count as one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from marketwatch.config_file import load_config, packaged_config  # noqa: E402
from marketwatch.domain import AnalysedArticle, ArticleDraft, Extraction, Fingerprint, Moment  # noqa: E402
from marketwatch.extract import Document, Extractor  # noqa: E402
from marketwatch.query import Query  # noqa: E402
from marketwatch.stories.likeness import MEANING_BITS  # noqa: E402
from store import Store, open_store  # noqa: E402

MEANINGS = ROOT / "tests/stories/meanings.json"
"""What the encoder said of each labelled article, so that nobody needs to wait for it."""
SETS = {"corpus": sorted(ROOT.glob("tests/corpus/*.dev.jsonl")), "stories": sorted(ROOT.glob("tests/stories/*.jsonl"))}
ONE_STORY = {
    "apple-car-cancelled-2024": "apple-car-end-2024",
    "vivo-dixon-jv-2024": "vivo-dixon-venture-2024",
    "oppo-rd-50bn-2019": "oppo-rd-budget-2019",
}
"""Stories that two files of tests/corpus label under different names."""
SEEN = datetime(2026, 11, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--errors", action="store_true", help="show which stories were torn or mixed")
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")], metavar="N,N")
    args = parser.parse_args()
    if args.renew:
        renew()
    found: dict[str, Any] = {"quality": quality(1 if args.quick else 3, errors=args.errors)}
    sizes = args.sizes or ([1000, 4000] if args.quick else [1000, 10_000, 30_000, 100_000])
    found["cost"] = cost(sizes)
    print(json.dumps(found, indent=2) if args.json else as_text(found))


# --- quality -----------------------------------------------------------------------------------------------------------
def labelled(name: str, *, meanings: bool = True) -> list[tuple[AnalysedArticle, str]]:
    """The articles of a set with the story each belongs to."""
    extractor = Extractor(list(load_config(packaged_config()).vendors.values()), reader=None)
    read: Mapping[str, str] = json.loads(MEANINGS.read_text()) if meanings and MEANINGS.is_file() else {}
    found = []
    for path in SETS[name]:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            document = document_of(row)
            extraction = extractor.extract(document)
            assert extraction.fingerprint is not None
            meaning = int(read[row["id"]], 16) if read.get(row["id"]) else None
            extraction = replace(extraction, fingerprint=replace(extraction.fingerprint, meaning=meaning), shifts=(), figures=())
            draft = ArticleDraft(
                source=row.get("outlet") or "corpus", key=row["id"], title=document.title or row["text"][:60], text=row["text"],
                url=row["url"], outlet=row.get("outlet"), lang=row["lang"], published=document.published,
            )  # fmt: skip
            found.append((AnalysedArticle(draft, extraction), row.get("story") or row["id"]))
    return found


def document_of(row: Mapping[str, Any]) -> Document:
    published = Moment.parse(row["date"]) if row.get("date") else None
    return Document(row["text"], row["title"] or "", row.get("lang"), published)


def renew() -> None:
    extractor = Extractor(list(load_config(packaged_config()).vendors.values()))
    found = {}
    for path in (path for paths in SETS.values() for path in paths):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            meaning = extractor.fingerprint(document_of(row)).meaning
            found[row["id"]] = f"{meaning:0{MEANING_BITS // 4}x}" if meaning is not None else ""
    MEANINGS.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", "utf-8")


def partition(articles: Sequence[AnalysedArticle]) -> dict[str, frozenset[str]]:
    """What story each article is in after they came in this order, by their keys."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "a.sqlite3", now=lambda: SEEN) as store:
        for at in range(0, len(articles), 20):
            store.save(articles[at : at + 20])
        return stored_partition(store)


def stored_partition(store: Store) -> dict[str, frozenset[str]]:
    keys = {number: one.key for number, one in store.provenance(range(1, 1_000_000)).items()}
    stories = store.stories(Query(), limit=1_000_000)
    return {keys[a.id]: frozenset(keys[b.id] for b in story.articles) for story in stories for a in story.articles}


def scores(found: Mapping[str, frozenset[str]], gold: Mapping[str, str]) -> dict[str, float]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, story in gold.items():
        groups[story].add(key)
    true = {frozenset(pair) for group in groups.values() for pair in combinations(sorted(group), 2)}
    told = {frozenset(pair) for group in set(found.values()) for pair in combinations(sorted(group), 2)}
    precision, recall = len(true & told) / max(len(told), 1), len(true & told) / max(len(true), 1)
    both = [(len(found[k] & groups[gold[k]]), len(found[k]), len(groups[gold[k]])) for k in gold]
    b_precision, b_recall = sum(n / f for n, f, _ in both) / len(both), sum(n / g for n, _, g in both) / len(both)
    return {
        "articles": len(gold), "stories": len(groups), "pairs": len(true), "found_pairs": len(told),
        "pair_precision": precision, "pair_recall": recall, "pair_f1": _mean(precision, recall),
        "b3_precision": b_precision, "b3_recall": b_recall, "b3_f1": _mean(b_precision, b_recall),
    }  # fmt: skip


def _mean(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def quality(shuffles: int, *, errors: bool = False) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for name, with_meaning in (("corpus", True), ("stories", True), ("corpus", False), ("stories", False)):
        pairs = labelled(name, meanings=with_meaning)
        articles, gold = [one for one, _ in pairs], {one.draft.key: story for one, story in pairs}
        found = partition(articles)
        label = f"{name}{'' if with_meaning else ', no encoder'}"
        rows[label] = scores(found, gold)
        if name == "corpus":
            merged = {key: ONE_STORY.get(story, story) for key, story in gold.items()}
            rows[f"{label}, merged labels"] = scores(found, merged)
            gold = merged
        if errors:
            _show_errors(label, found, gold)
        rows[label]["shuffled_alike"] = all(partition(_shuffled(articles, n)) == found for n in range(shuffles))
    return rows


def _shuffled(articles: Sequence[AnalysedArticle], seed: int) -> list[AnalysedArticle]:
    return random.Random(seed).sample(articles, len(articles))


def _show_errors(label: str, found: Mapping[str, frozenset[str]], gold: Mapping[str, str]) -> None:
    for group in sorted(set(found.values()), key=sorted):
        if len({gold[key] for key in group}) > 1:
            print(f"{label}: mixed", sorted(group), file=sys.stderr)
    for story in sorted(set(gold.values())):
        parts = {found[key] for key, one in gold.items() if one == story}
        if len(parts) > 1:
            print(f"{label}: torn {story}", [sorted(part) for part in parts], file=sys.stderr)


# --- cost --------------------------------------------------------------------------------------------------------------
def made_up(count: int, *, prints: bool = True, seed: int = 1) -> Iterator[AnalysedArticle]:
    """News of ten years: stories of one to six articles, with names of their own and names that much of the news has."""
    chance = random.Random(seed)
    names = [f"n:name{n}" for n in range(5000)]
    fame = [1 / (n + 1) for n in range(5000)]
    number = 0
    while number < count:
        at = datetime(2016, 1, 1, tzinfo=UTC) + timedelta(days=3650 * number / count)
        vendor = chance.choice(("xiaomi", "huawei", "samsung", "apple", "oppo"))
        own = [f"n:own{number}x{n}" for n in range(4)] + [f"q:{chance.randrange(100, 999) / 100:.2f}e{chance.randrange(2, 10)}"]
        meaning = chance.getrandbits(MEANING_BITS)
        for _ in range(min(chance.choice((1, 1, 1, 2, 3, 6)), count - number)):
            shared = chance.choices(names, fame, k=12)
            shingles = [f"#{chance.getrandbits(40):x}" for _ in range(24)]
            noise = chance.getrandbits(MEANING_BITS) & chance.getrandbits(MEANING_BITS)
            keys = tuple(dict.fromkeys([*chance.sample(own, 4), *shared, *shingles]))
            made = Fingerprint(keys, meaning ^ noise, version="made-up") if prints else None
            text = f"{vendor} {number} " + " ".join(keys)
            draft = ArticleDraft(
                f"feed{number % 60}", str(number), f"Title {number}", text, f"https://example.org/{number}",
                outlet=f"Outlet {number % 60}", lang="en", published=Moment(at + timedelta(hours=chance.randrange(48))),
            )  # fmt: skip
            yield AnalysedArticle(draft, Extraction("en", (), (), "made-up", (vendor,), made))
            number += 1


def cost(sizes: Sequence[int]) -> list[dict[str, float]]:
    """Milliseconds an article for the last tenth of a base, with stories and without, and what they add to the file."""
    rows = []
    for size in sizes:
        with_ms, with_bytes, stories = _filled(size, prints=True)
        without_ms, without_bytes, _ = _filled(size, prints=False)
        rows.append({
            "articles": size, "ms_with": with_ms, "ms_without": without_ms, "stories_ms": with_ms - without_ms,
            "bytes_added": (with_bytes - without_bytes) / size, "stories": stories,
        })  # fmt: skip
    for row in rows:
        row["growth"] = row["stories_ms"] / max(rows[0]["stories_ms"], 1e-9)
    return rows


def _filled(size: int, *, prints: bool) -> tuple[float, float, int]:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "a.sqlite3", now=lambda: SEEN) as store:
        order = random.Random(2).sample(list(made_up(size, prints=prints)), size)
        cut = size - max(size // 10, 300)
        for at in range(0, cut, 100):
            store.save(order[at : min(at + 100, cut)])
        rest = order[cut:]
        started = time.process_time()
        for at in range(0, len(rest), 20):
            store.save(rest[at : at + 20])
        spent = (time.process_time() - started) * 1000 / max(len(rest), 1)
        count = len(store.stories(Query(), limit=10_000_000)) if size <= 10_000 else 0
        return spent, Path(store.path).stat().st_size, count


def as_text(found: Mapping[str, Any]) -> str:
    lines = [f"{'':34} pairs  found   P     R     F1    B3 P  B3 R  B3 F1  shuffled"]
    for name, row in found["quality"].items():
        numbers = " ".join(
            f"{row[key]:.3f}" for key in ("pair_precision", "pair_recall", "pair_f1", "b3_precision", "b3_recall", "b3_f1")
        )
        alike = {True: "alike", False: "OTHERWISE", None: ""}[row.get("shuffled_alike")]
        lines.append(f"{name:34} {row['pairs']:5} {row['found_pairs']:6}  {numbers}  {alike}")
    lines += ["", "articles  ms/article without  with  stories alone  growth  bytes added an article"]
    for row in found["cost"]:
        lines.append(
            f"{row['articles']:8}  {row['ms_without']:18.2f}  {row['ms_with']:4.2f}  {row['stories_ms']:13.2f}  "
            f"{row['growth']:6.2f}  {row['bytes_added']:.0f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
