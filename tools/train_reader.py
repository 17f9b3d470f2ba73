"""Train the learned reader (marketwatch/extract/reader), or measure it by leaving stories out.

    python -m tools.train_reader               writes marketwatch/extract/weights/reader.npz
    python -m tools.train_reader --evaluate    stops after the second step and writes nothing

1. half     from our own articles and half the stories of the labelled corpus: the readings first, then the layers too
2. judge    on the other half, which these weights never saw: scores, threshold, calibration
3. whole    on from there with all of the corpus; the judgement of step 2 is kept

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
from marketwatch.extract.reader.pieces import Pieces
from marketwatch.extract.reader.weights import pack8, text_array, write
from tools.reader_training.arrays import Reading, readings_of
from tools.reader_training.encode import encode, with_words
from tools.reader_training.learn import fresh, train
from tools.reader_training.material import Record, corpus, own_articles
from tools.reader_training.source import Source, unpacked
from tools.reader_training.verdict import report, said_of, settings_of

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "marketwatch/extract/weights/reader.npz"
LOWER, LAYERS = 4, 8
"""Encoder layers that stay as they are, and all that are used of the twelve."""
_FIRST_ROUNDS, _ROUNDS, _MORE_ROUNDS = 8, 2, 1
_MORE_PACE = 0.5
"""Speed of the last step, as a share of the one before."""
_FIRST_SIZE, _SIZE = 2560, 1536
"""Pieces a step."""
_CORPUS_WEIGHT = 2
"""How often a round reads the corpus, which is labelled as what we are judged by."""
_FOLDS = 2
_SEED = 0


class Bench:
    """Encoder, material and readings, made once."""

    def __init__(self) -> None:
        self.source = Source()
        vocabulary = self.source.vocabulary()
        self.pieces = Pieces(self.source.pieces, self.source.scores.tolist(), {int(k): v for k, v in self.source.normal.items()})
        self.extractor = Extractor(tuple(load_config(packaged_config()).vendors.values()), reader=None)
        self.corpus = corpus(ROOT / "tests/corpus")
        self.told = self._readings(self.corpus)
        self.own = self._readings(own_articles(ROOT / "training/articles"))
        base = {name.partition(".")[2]: np.float32(a) for name, a in vocabulary.items() if name.startswith("base.")}
        lower = [unpacked(self.source.layer(n)) for n in range(LOWER)]
        self.upper = [unpacked(self.source.layer(n)) for n in range(LOWER, LAYERS)]
        encode([*self.told, *self.own], vocabulary["table"], base, lower, self.upper)
        print(f"windows: {len(self.told)} of the corpus, {len(self.own)} of our own", flush=True)

    def _readings(self, records: Sequence[Record]) -> list[Reading]:
        return [r for n, record in enumerate(records) for r in readings_of(n, record, self.extractor, self.pieces)]

    def held_out(self, fold: int) -> list[Reading]:
        """The corpus' windows of a fold."""
        return [r for r in self.told if fold_of(self.corpus[r.record]) == fold]

    def readings(self, told: Sequence[Reading]) -> dict[str, Any]:
        """The readings alone, trained on layers as they come: quick, and most of the way."""
        material = [with_words(r) for r in [*self.own, *told * _CORPUS_WEIGHT]]
        start = {"top": fresh(_SEED, self.source.width)}
        return train(material, start, rates={"top": 1.5e-3}, rounds=_FIRST_ROUNDS, size=_FIRST_SIZE, seed=_SEED)

    def all(self, told: Sequence[Reading], params: Mapping[str, Any], *, rounds: int, pace: float) -> dict[str, Any]:
        """On from there, the upper layers too."""
        material = [*self.own, *told * _CORPUS_WEIGHT]
        start = {"upper": self.upper, **params}
        rates = {"top": 5e-4 * pace, "upper": 1.5e-4 * pace}
        return train(material, start, rates=rates, rounds=rounds, size=_SIZE, seed=_SEED + 1)

    def half(self, fold: int) -> dict[str, Any]:
        """Weights that have not seen the stories of a fold."""
        told = [r for r in self.told if fold_of(self.corpus[r.record]) != fold]
        return self.all(told, self.readings(told), rounds=_ROUNDS, pace=1.0)

    def whole(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Weights that have seen everything, on from those of a half."""
        return self.all(self.told, params, rounds=_MORE_ROUNDS, pace=_MORE_PACE)


def fold_of(record: Record) -> int:
    """Which fold a story is in, the same every time."""
    name = record.get("story") or record["id"]
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % _FOLDS


def build(bench: Bench, params: Mapping[str, Any], settings: Mapping[str, Any]) -> bytes:
    """The weights file."""
    arrays: dict[str, Any] = bench.source.vocabulary()
    for number in range(LOWER):
        arrays |= {f"lower{number}.{name}": array for name, array in bench.source.layer(number).items()}
    for number, layer in enumerate(params["upper"]):
        for name, array in layer.items():
            key = f"upper{number}.{name}"
            if array.ndim == 2:
                arrays[key], arrays[f"{key}.scale"] = pack8(array)
            else:
                arrays[key] = array.astype(np.float16)
    arrays |= {f"top.{name}": np.asarray(array).astype(np.float16) for name, array in params["top"].items()}
    arrays["settings"] = text_array(json.dumps(settings, sort_keys=True))
    return write(arrays)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evaluate", action="store_true", help="measure on stories left out, write nothing")
    args = parser.parse_args()
    bench = Bench()
    params = bench.half(0)
    said = said_of([params], bench.held_out(0))
    settings = settings_of(bench.corpus, said, bench.extractor)
    report(bench.corpus, said, bench.extractor, None if args.evaluate else settings["threshold"])
    if not args.evaluate:
        WEIGHTS.write_bytes(build(bench, bench.whole(params), settings))
        print(f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
