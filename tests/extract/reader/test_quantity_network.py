"""A quantity is read the same however it is asked for, and from its own sentence only."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from marketwatch.domain import Metric, Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.context import Context
from marketwatch.extract.figures import extract_figures
from marketwatch.extract.packs import load_rules
from marketwatch.extract.reader import quantity_hints, quantity_network
from marketwatch.extract.reader.hints import sentence_hints, vendor_hints
from marketwatch.extract.reader.network import Batch
from marketwatch.extract.reader.quantity_network import PIECES, AmountReading
from marketwatch.extract.reader.reader import batch_of, quantities_of, read_window, words_of
from marketwatch.extract.reader.tokens import Window, vendors_of, windows_of
from marketwatch.extract.reader.weights import Weights, load

LONG = ", ".join(f"a part called {n}" for n in "abcdefgh")
TEXT = (
    "Xiaomi sold 70 million devices in 2015. "
    "Huawei opened 300 stores in Europe. "
    f"The maker of {LONG}, had revenue of 100 billion yuan, after {LONG}."
)


@pytest.fixture(scope="module")
def weights() -> Weights:
    packaged = load()
    assert packaged is not None
    return packaged


@pytest.fixture(scope="module")
def context(extractor: Extractor) -> Context:
    return extractor.read(Document(TEXT, "Xiaomi and Huawei in figures", "en", Moment.parse("2016-01-15")))


@pytest.fixture(scope="module")
def window(context: Context, weights: Weights) -> Window:
    (only,) = windows_of(context, weights.pieces)
    return only


@pytest.fixture(scope="module")
def batch(context: Context, window: Window, weights: Weights) -> Batch:
    vendors = vendors_of(context)
    shared = sentence_hints(context)
    own = {vendor: vendor_hints(context, vendor, load_rules()) for vendor in vendors}
    return batch_of(context, window, vendors, shared, own, quantities_of(context, window), words_of(weights, window))


@pytest.fixture(scope="module")
def known(context: Context, window: Window) -> np.ndarray:
    table: np.ndarray = quantity_hints.quantity_hints(context, window, vendors_of(context), extract_figures(context))
    return table


def read(weights: Weights, batch: Batch, known: np.ndarray, wanted: list[list[int]]) -> AmountReading:
    params = weights.amounts[0]
    rows = quantity_network.rows_of(batch, known, np.array(wanted))
    words = quantity_network.projected(params, batch.words[0])
    return quantity_network.read(np, params, rows._replace(words=words[rows.words]))


def test_rows_are_read_one_by_one_as_together(weights: Weights, batch: Batch, known: np.ndarray) -> None:
    together = read(weights, batch, known, [[0, 0], [1, 0], [0, 1]])
    for number, pair in enumerate([[0, 0], [1, 0], [0, 1]]):
        alone = read(weights, batch, known, [pair])
        for one, other in zip(alone, together, strict=True):
            assert np.allclose(one[0], other[number], atol=1e-3)


def test_a_quantity_sees_its_sentence_only_and_of_a_long_one_what_is_around_it(batch: Batch, known: np.ndarray) -> None:
    count = batch.quantity.shape[1]
    rows = quantity_network.rows_of(batch, known, np.array([[0, n] for n in range(count)]))
    place_of = batch.sentence[0]
    for number in range(count):
        inside = rows.words[number][rows.inside[number] > 0]
        assert {place_of[piece] for piece in inside} == {place_of[batch.quantity[0][number]]}
        assert rows.words[number][rows.place[number]] == batch.quantity[0][number]
    assert (place_of == place_of[batch.quantity[0][-1]]).sum() > PIECES
    assert rows.inside[-1].sum() == PIECES


def test_the_rules_tell_whose_a_number_is_and_what_it_counts(context: Context, window: Window, known: np.ndarray) -> None:
    vendors = list(vendors_of(context))
    quantities = [q.quantity.value for q in quantities_of(context, window)]
    ruled = known[:, :, -(len(Metric) + 5) :][:, :, : len(Metric)]

    def told(vendor: str, value: int, metric: Metric) -> float:
        return float(ruled[vendors.index(vendor), quantities.index(Decimal(value)), tuple(Metric).index(metric)])

    assert told("xiaomi", 70_000_000, Metric.UNITS) == 1
    assert told("huawei", 70_000_000, Metric.UNITS) == 0
    assert told("huawei", 300, Metric.STORES) == 1
    assert known.min() >= 0
    assert known.max() <= 1


def test_what_both_networks_say_is_averaged_unless_the_first_is_sure_of_none(
    weights: Weights, batch: Batch, known: np.ndarray
) -> None:
    first = read_window(weights.tops, (), batch, known)
    both = read_window(weights.tops, weights.amounts[:1], batch, known)
    count = first.metric.shape[1]
    second = read(weights, batch, known, [[v, q] for v in range(len(first.metric)) for q in range(count)])
    expected = (first.metric + second.metric.reshape(first.metric.shape)) / 2
    untouched = np.isclose(both.metric, first.metric, atol=1e-6).all(axis=-1)
    assert np.allclose(np.where(untouched[..., None], first.metric, expected), both.metric, atol=1e-2)
    assert not untouched.all()
    sure = np.exp(first.metric[..., -1]) / np.exp(first.metric).sum(axis=-1) >= 0.99
    assert (untouched == sure).all()
