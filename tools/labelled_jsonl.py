"""Labelled articles of our own in the shape that `marketwatch evaluate` takes.

python -m tools.labelled_jsonl training/apart > apart.jsonl && marketwatch evaluate apart.jsonl
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.reader_training.material import Record, own_articles


def corpus_shape(record: Record) -> Record:
    """Places in the text → the sentences that stand there."""
    text = record["text"]
    shifts = [
        {**{k: v for k, v in shift.items() if k != "spans"}, "evidence": [text[a:b] for a, b in shift["spans"]]}
        for shift in record["shifts"]
    ]
    figures = [
        {**{k: v for k, v in figure.items() if k != "span"}, "evidence": text[slice(*figure["span"])]}
        for figure in record["figures"]
    ]
    return {**record, "shifts": shifts, "figures": figures}


if __name__ == "__main__":
    for article in own_articles(Path(sys.argv[1])):
        print(json.dumps(corpus_shape(article), ensure_ascii=False))
