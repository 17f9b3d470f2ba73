"""What the encoder says on average of news in each language: makes marketwatch/extract/names/centres.npz.

    python tools/story_centres.py tests/corpus/*.dev.jsonl tests/stories/*.jsonl

The encoder stays as it comes, so this is needed again only when the layers in use change.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from marketwatch.config_file import load_config, packaged_config
from marketwatch.domain import Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.reader.reader import meaning_of
from marketwatch.extract.reader.weights import load, write

_TARGET = Path(__file__).parent.parent / "marketwatch/extract/names/centres.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="+", type=Path, metavar="FILE.jsonl")
    args = parser.parse_args()
    weights = load()
    if weights is None:
        raise SystemExit("the learned reader's weights are not installed")
    extractor = Extractor(list(load_config(packaged_config()).vendors.values()), reader=None)
    found = defaultdict(list)
    for path in args.articles:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            published = Moment.parse(row["date"]) if row.get("date") else None
            context = extractor.read(Document(row["text"], row["title"] or "", row.get("lang"), published))
            meaning = meaning_of(weights, context)
            if meaning is not None:
                found[context.lang].append(meaning)
    centres = {lang: np.mean(rows, axis=0).astype(np.float16) for lang, rows in found.items()}
    centres["all"] = np.mean(list(centres.values()), axis=0).astype(np.float16)
    _TARGET.write_bytes(write(centres))
    print({lang: len(rows) for lang, rows in found.items()}, "→", _TARGET)


if __name__ == "__main__":
    main()
