"""What the reader says does not depend on how it is asked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from marketwatch.domain import Moment, Status
from marketwatch.extract import Document, Extractor
from marketwatch.extract.packs import load_rules
from marketwatch.extract.reader import network
from marketwatch.extract.reader.decide import calibrated
from marketwatch.extract.reader.hints import sentence_hints, vendor_hints
from marketwatch.extract.reader.network import Batch
from marketwatch.extract.reader.reader import batch_of, quantities_of, words_of
from marketwatch.extract.reader.tokens import vendors_of, windows_of
from marketwatch.extract.reader.weights import Weights, load

CORPUS = Path(__file__).parent.parent.parent / "corpus"
ROW = json.loads((CORPUS / "xiaomi.dev.jsonl").read_text(encoding="utf-8").splitlines()[0])
UNRELATED = "\n\nThe old town held its spring market on Sunday; the weather was mild and the cherry trees were in bloom."


@pytest.fixture(scope="module")
def weights() -> Weights:
    packaged = load()
    assert packaged is not None, "marketwatch/extract/weights/reader.npz is part of the package"
    return packaged


@pytest.fixture(scope="module")
def batch(extractor: Extractor, weights: Weights) -> Batch:
    context = extractor.read(Document(ROW["text"], ROW["title"] or "", ROW["lang"], Moment.parse(ROW["date"])))
    vendors = vendors_of(context)
    shared = sentence_hints(context)
    own = {vendor: vendor_hints(context, vendor, load_rules()) for vendor in vendors}
    window = windows_of(context, weights.pieces)[0]
    return batch_of(context, window, vendors, shared, own, quantities_of(context, window), words_of(weights, window))


def padded(batch: Batch, pieces: int, sentences: int, quantities: int) -> Batch:
    """The same with empty places behind."""

    def grown(array: np.ndarray, axis_sizes: dict[int, int], value: float) -> np.ndarray:
        return np.pad(array, [(0, axis_sizes.get(axis, 0)) for axis in range(array.ndim)], constant_values=value)

    return Batch(
        words=grown(batch.words, {1: pieces}, 0),
        role=grown(batch.role, {1: pieces}, 0),
        sentence=grown(batch.sentence, {1: pieces}, -1),
        hints=grown(batch.hints, {1: sentences}, 0),
        present=grown(batch.present, {1: sentences}, 0),
        quantity=grown(batch.quantity, {1: quantities}, 0),
        counted=grown(batch.counted, {1: quantities}, 0),
        periods=grown(batch.periods, {1: quantities}, 0),
        offered=grown(batch.offered, {1: quantities}, 0),
    )


def test_padding_changes_nothing(weights: Weights, batch: Batch) -> None:
    plain = network.read(np, weights.tops[0], batch)
    filled = network.read(np, weights.tops[0], padded(batch, 17, 5, 3))
    for name, array in plain._asdict().items():
        same = getattr(filled, name)[tuple(slice(n) for n in array.shape)]
        assert np.allclose(array, same, atol=2e-3), name


def test_vendors_are_read_one_by_one_as_together(weights: Weights, batch: Batch) -> None:
    together = network.read(np, weights.tops[0], batch)
    alone = network.read(np, weights.tops[0], Batch(*(array[:1] for array in batch)))
    assert np.allclose(together.kind[:1], alone.kind, atol=2e-3)


def test_a_confidence_rises_with_the_score(weights: Weights) -> None:
    steps = weights.settings["calibration"]
    shares = [calibrated(score / 20, steps) for score in range(21)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_most_shifts_stay_when_an_unrelated_paragraph_follows(extractor: Extractor) -> None:
    rows = [json.loads(line) for line in (CORPUS / "stories-en.dev.jsonl").read_text(encoding="utf-8").splitlines()[:12]]
    kept = told = 0
    for row in rows:
        published = Moment.parse(row["date"]) if row.get("date") else None
        before = extractor.extract(Document(row["text"], row["title"] or "", row["lang"], published)).shifts
        after = extractor.extract(Document(row["text"] + UNRELATED, row["title"] or "", row["lang"], published)).shifts
        told += len(before)
        kept += len({(s.vendor, s.kind, s.direction) for s in before} & {(s.vendor, s.kind, s.direction) for s in after})
    assert told >= 5
    assert kept >= 0.85 * told


@pytest.mark.parametrize(
    ("lang", "said", "denied"),
    [
        ("en", "Xiaomi will close all its stores in France.", "Xiaomi denies that it will close all its stores in France."),
        ("de", "Xiaomi schließt seine Läden in Frankreich.", "Xiaomi dementiert, seine Läden in Frankreich zu schließen."),
        ("zh", "小米将关闭法国的门店。", "小米否认将关闭法国的门店。"),
    ],
)
def test_a_denial_turns_the_status(extractor: Extractor, lang: str, said: str, denied: str) -> None:
    told = extractor.extract(Document(said, said, lang, Moment.parse("2023-05-04"))).shifts
    refuted = extractor.extract(Document(denied, denied, lang, Moment.parse("2023-05-04"))).shifts
    assert told
    assert all(s.status is not Status.DENIED for s in told)
    assert refuted
    assert {s.status for s in refuted} == {Status.DENIED}
