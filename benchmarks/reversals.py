"""The reversals found in the labelled and the demo articles, to be judged by people: docs/reversals.md has the judgement.

    python benchmarks/reversals.py                   reads all articles first (minutes)
    python benchmarks/reversals.py --base FILE       keeps what was read in FILE, or uses what is there

Beside them, how many pairs of opposite moves of one vendor on one object there are: most are on different things.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from marketwatch.commands.add import extract_draft  # noqa: E402
from marketwatch.commands.demo import sample_drafts  # noqa: E402
from marketwatch.config_file import load_config, packaged_config  # noqa: E402
from marketwatch.documents import draft_of_record, read_records  # noqa: E402
from marketwatch.domain import AnalysedArticle, ArticleDraft, Move  # noqa: E402
from marketwatch.drafts import clean_draft  # noqa: E402
from marketwatch.extract import extractor_of  # noqa: E402
from marketwatch.listing import moves_under, reversals_of  # noqa: E402
from marketwatch.opposites import OPPOSED  # noqa: E402
from marketwatch.query import Query  # noqa: E402
from marketwatch.reversals import APART, Reversal, span_text  # noqa: E402
from store import Store, open_store  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, help="a database: made when it is not there")
    parser.add_argument("--quick", action="store_true", help="demo articles alone")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = args.base or Path(scratch) / "base.sqlite3"
        fresh = not path.exists()
        with open_store(path) as store:
            if fresh:
                fill(store, quick=args.quick)
            moves, _ = moves_under(store, Query())
            pairs = list(dict.fromkeys(reversals_of(store, Query(), moves).values()))
            articles = store.totals(Query()).articles
    found = [row(pair) for pair in pairs]
    counts = {"articles": articles, "moves": len(moves), "opposite": opposite(moves), "reversals": len(found)}
    if args.json:
        print(json.dumps(counts | {"pairs": found}, ensure_ascii=False, indent=2))
        return
    print(", ".join(f"{name} {count}" for name, count in counts.items()))
    for one in found:
        print(f"\n{one['vendor']} {one['kind']}: {one['sure']}, {one['why']}, {one['after']} between")
        print(f"  {one['earlier']}\n  {one['later']}")


def fill(store: Store, *, quick: bool) -> None:
    """Read the articles as a user's would be."""
    extractor = extractor_of(load_config(packaged_config()))
    for draft in (*sample_drafts(), *(() if quick else labelled())):
        store.save([AnalysedArticle(draft, extract_draft(extractor, draft))])


def labelled() -> Iterator[ArticleDraft]:
    for path in sorted((ROOT / "tests" / "corpus").glob("*.dev.jsonl")):
        for line, record in read_records(path.read_text(encoding="utf-8"), path.name):
            yield clean_draft(replace(draft_of_record(record, f"{path.name}:{line}"), source="corpus"))


def opposite(moves: Sequence[Move]) -> int:
    """Pairs of moves of one vendor, kind and object that go opposite ways, more than a month apart."""
    sides = [(move, sided) for move in moves if (sided := side(move)) is not None]
    return sum(
        before.first_at + APART <= after.first_at
        for (before, one), (after, other) in permutations(sides, 2)
        if one[:3] == other[:3] and one[3] != other[3]
    )


def side(move: Move) -> tuple[str, str, str, int] | None:
    shift = move.lead.shift
    into, out = OPPOSED.get(shift.kind, (frozenset(), frozenset()))
    way = 0 if shift.direction in into else 1 if shift.direction in out else None
    return None if way is None else (shift.vendor, shift.kind.value, shift.object, way)


def row(pair: Reversal) -> dict[str, str]:
    def half(move: Move) -> str:
        lead = move.lead
        said = lead.shift.evidence[0].text if lead.shift.evidence else ""
        return f"{move.first_at:%Y-%m-%d} {lead.shift.direction.value}, {move.status.value} ({lead.article.lang}): {said}"

    shift = pair.later.lead.shift
    return {
        "vendor": shift.vendor, "kind": shift.kind.value, "sure": "certain" if pair.certain else "possible", "why": pair.why,
        "after": span_text(pair.after.days), "earlier": half(pair.earlier), "later": half(pair.later),
    }  # fmt: skip


if __name__ == "__main__":
    main()
