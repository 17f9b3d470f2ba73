"""Articles of 2 KB a second on one core, by rules alone and with the learned reader, and what odd input costs.

Texts are those of the labelled corpus, joined and cut to 2 KB per language. Times are CPU seconds of this process, so that
a busy machine changes them little; the odd inputs are given as a multiple of a plain article of 2 KB.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded: one core

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from marketwatch.config_file import load_config, packaged_config
from marketwatch.domain import Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.reader.weights import load

ROOT = Path(__file__).parent.parent
_SIZE = 2048
_DATE = Moment.parse("2021-03-04")
_ODD = {
    "10,000 quotation marks": "“" * 10_000 + " Xiaomi opens stores. " + "”" * 10_000,
    "a sentence of 200 KB": "Xiaomi opens stores in France and sold 70 million phones " * 3_600,
    "all capitals": "XIAOMI OPENS 200 STORES IN FRANCE. " * 400,
    "mixed scripts": "Xiaomi открывает 小米 opens ストア 샤오미 متجر 200 magasins. " * 250,
    "5 MB": "Xiaomi opens 200 stores in France, Lei Jun said on Monday. " * 85_000,
}


def documents(count: int) -> list[Document]:
    """Texts of 2 KB, all languages in turn."""
    texts: dict[str, str] = defaultdict(str)
    for path in sorted((ROOT / "tests/corpus").glob("*.dev.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts[row["lang"]] += row["text"] + "\n\n"
    cut = [
        [
            Document(text.encode()[at : at + _SIZE].decode("utf-8", "ignore"), "", lang, _DATE)
            for at in range(0, len(text.encode()) - _SIZE, _SIZE)
        ]
        for lang, text in texts.items()
    ]
    return [document for of_each in zip_longest(*cut) for document in of_each if document][:count]


def seconds(extractor: Extractor, read: Sequence[Document]) -> float:
    """CPU seconds for reading documents once."""
    began = time.process_time()
    for document in read:
        extractor.extract(document)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    vendors = tuple(load_config(packaged_config()).vendors.values())
    kinds = {"rules": Extractor(vendors, reader=None)}
    if load() is not None:
        kinds["learned"] = Extractor(vendors)
    result: dict[str, dict[str, float]] = {}
    for name, extractor in kinds.items():
        read = documents(120 if name == "rules" else 24 if args.quick else 80)
        seconds(extractor, read[:16])  # every language is loaded
        fresh = [Document(d.text + " ", d.title, d.lang, d.published) for d in read]
        plain = seconds(extractor, fresh) / len(fresh)
        odd = {} if args.quick else {what: seconds(extractor, [Document(t, "", "en", _DATE)]) / plain for what, t in _ODD.items()}
        result[name] = {"articles_per_second": round(1 / plain, 1), **{k: round(v, 1) for k, v in odd.items()}}
    if args.json:
        print(json.dumps(result))
        return
    for name, row in result.items():
        print(f"{name:<8} {row['articles_per_second']:8.1f} articles of 2 KB a second on one core")
        for what, times in list(row.items())[1:]:
            print(f"         {what:<24} {times:8.1f} x a plain article")


if __name__ == "__main__":
    main()
