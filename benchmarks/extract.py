"""Milliseconds an article, per language, and as a ratio to splitting its text into words."""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import defaultdict
from pathlib import Path

from marketwatch.config_file import load_config, packaged_config
from marketwatch.domain import Moment
from marketwatch.extract import Document, Extractor

ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    extractor = Extractor(tuple(load_config(packaged_config()).vendors.values()))
    rows = [
        json.loads(line) for path in sorted((ROOT / "tests/corpus").glob("*.dev.jsonl")) for line in path.read_text().splitlines()
    ]
    rows = rows[:: 6 if args.quick else 1]
    spent: dict[str, list[float]] = defaultdict(list)
    words = 0.0
    for row in rows:
        document = Document(
            row["text"], row.get("title") or "", row["lang"], Moment.parse(row["date"]) if row.get("date") else None
        )
        extractor.extract(document)  # the first reading loads the language
        began = time.perf_counter()
        extractor.extract(document)
        spent[row["lang"]].append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        re.findall(r"\w+", document.text.lower())
        words += (time.perf_counter() - began) * 1000
    table = {lang: statistics.median(times) for lang, times in sorted(spent.items())}
    ratio = sum(map(sum, spent.values())) / words
    if args.json:
        print(json.dumps({"ms": table, "ratio_to_words": ratio}))
        return
    for lang, median in table.items():
        print(f"{lang}  {median:7.2f} ms an article, median of {len(spent[lang])}")
    print(f"ratio to splitting into words: {ratio:.0f}")


if __name__ == "__main__":
    main()
