"""Train the learned reader (marketwatch/extract/reader), or measure it by leaving stories out.

    python -m tools.train_reader               writes marketwatch/extract/weights/reader.npz
    python -m tools.train_reader --evaluate    steps 1 and 2 for both halves and writes nothing

1. half     readings trained on our own articles and half the stories of the labelled corpus
2. judge    them on the other half, which they never saw: scores, threshold, calibration
3. whole    readings trained afresh with all of the corpus; the judgement of step 2 is kept

Material: training/articles/*.txt (guide in training/README.md) and tests/corpus/*.dev.jsonl. Needs the extra `train`. The
same material gives the same bytes on the same kind of processor with the versions of constraints.txt.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from marketwatch.config_file import load_config, packaged_config
from marketwatch.extract import Extractor
from marketwatch.extract.reader.network import LAYERS
from marketwatch.extract.reader.pieces import Pieces
from marketwatch.extract.reader.weights import text_array, write
from tools.reader_training import learn_quantities
from tools.reader_training.arrays import Reading, readings_of
from tools.reader_training.encode import encode
from tools.reader_training.learn import fresh, train
from tools.reader_training.learn_quantities import train_quantities
from tools.reader_training.material import Record, corpus, own_articles
from tools.reader_training.source import Source, unpacked
from tools.reader_training.verdict import Trained, report, said_of, settings_of

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "marketwatch/extract/weights/reader.npz"
_ROUNDS = 5
_RATE = 1.5e-3
_SIZE = 2560
"""Pieces a step."""
_CORPUS_WEIGHT = 2
"""How often a round reads the corpus, which is labelled as what we are judged by."""
_NEWS_WEIGHT = 2
"""The same of articles written like the corpus, which helped with quantities and not with the rest (docs/extraction.md)."""
_SEEDS = (0, 1, 2, 3)
"""Of readings trained apart and averaged."""
_AMOUNT_ROUNDS = 8
_AMOUNT_SEEDS = (0, 1)
"""The same of the second network."""
_FOLDS = 2


class Bench:
    """Encoder and material, made once."""

    def __init__(self) -> None:
        self.source = Source()
        vocabulary = self.source.vocabulary()
        self.pieces = Pieces(self.source.pieces, self.source.scores.tolist(), {int(k): v for k, v in self.source.normal.items()})
        self.extractor = Extractor(tuple(load_config(packaged_config()).vendors.values()), reader=None)
        self.corpus = corpus(ROOT / "tests/corpus")
        self.told = self._readings(self.corpus)
        self.own = self._readings(own_articles(ROOT / "training/articles"))
        self.news = self._readings(own_articles(ROOT / "training/news"))
        print(f"windows: {len(self.told)} of the corpus, {len(self.own)} of our own, {len(self.news)} of the news", flush=True)
        base = {name.partition(".")[2]: np.float32(a) for name, a in vocabulary.items() if name.startswith("base.")}
        layers = [unpacked(self.source.layer(number)) for number in range(LAYERS)]
        encode([*self.told, *self.own, *self.news], vocabulary["table"], base, layers)

    def _readings(self, records: Sequence[Record]) -> list[Reading]:
        return [r for n, record in enumerate(records) for r in readings_of(n, record, self.extractor, self.pieces)]

    def fold(self, fold: int, *, inside: bool) -> list[Reading]:
        """The corpus' windows of a fold, or those outside it."""
        return [r for r in self.told if (fold_of(self.corpus[r.record]) == fold) == inside]

    def trained(self, told: Sequence[Reading]) -> Trained:
        """Both networks trained on our own articles and a part of the corpus, the second on plain news, too."""
        material, width = [*self.own, *told * _CORPUS_WEIGHT], self.source.width
        counted = [*material, *self.news * _NEWS_WEIGHT]
        return Trained(
            [train(material, fresh(seed, width), rate=_RATE, rounds=_ROUNDS, size=_SIZE, seed=seed) for seed in _SEEDS],
            [
                train_quantities(counted, learn_quantities.fresh(seed, width), rate=_RATE, rounds=_AMOUNT_ROUNDS, seed=seed)
                for seed in _AMOUNT_SEEDS
            ],
        )


def fold_of(record: Record) -> int:
    """Which fold a story is in, the same every time."""
    name = record.get("story") or record["id"]
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % _FOLDS


def build(bench: Bench, trained: Trained, settings: Mapping[str, Any]) -> bytes:
    """The weights file."""
    arrays: dict[str, Any] = bench.source.vocabulary()
    for number in range(LAYERS):
        arrays |= {f"layer{number}.{name}": array for name, array in bench.source.layer(number).items()}
    for group, members in (("top", trained.tops), ("amount", trained.amounts)):
        for number, params in enumerate(members):
            arrays |= {f"{group}{number}.{name}": np.asarray(array).astype(np.float16) for name, array in params.items()}
    arrays["settings"] = text_array(json.dumps(settings, sort_keys=True))
    return write(arrays)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evaluate", action="store_true", help="measure on stories left out, write nothing")
    args = parser.parse_args()
    bench = Bench()
    for fold in range(_FOLDS if args.evaluate else 1):
        said = said_of(bench.trained(bench.fold(fold, inside=False)), bench.fold(fold, inside=True))
        settings = settings_of(bench.corpus, said, bench.extractor)
        report(bench.corpus, said, bench.extractor, None if args.evaluate else settings["threshold"])
    if not args.evaluate:
        WEIGHTS.write_bytes(build(bench, bench.trained(bench.told), settings))
        print(f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
