"""A document → what the network reads in it, for every vendor it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketwatch.domain import Figure
from marketwatch.extract.context import Context
from marketwatch.extract.packs import Rules
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.reader import network, quantity_network
from marketwatch.extract.reader.hints import sentence_hints, vendor_hints
from marketwatch.extract.reader.network import Batch, Params, Reading
from marketwatch.extract.reader.period_choice import MOST, WIDTH, Candidate, Timeline, candidates_for, numbers
from marketwatch.extract.reader.quantity_hints import quantity_hints
from marketwatch.extract.reader.quantity_network import AmountReading, Amounts
from marketwatch.extract.reader.tokens import Window, vendors_of, windows_of
from marketwatch.extract.reader.weights import Weights, unpack4
from marketwatch.extract.vendors import Mention

_SURELY_NONE = 0.99
"""What the first network is this sure of is not read again."""
_SECOND = 0.5
"""Weight of the second network's reading of a quantity."""


@dataclass(frozen=True, slots=True)
class QuantityAt:
    """A quantity of the text with the periods it may be of."""

    sentence: int
    """Index of its sentence in the document."""
    quantity: Quantity
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class VendorReading:
    """One window read for one vendor, the title left out: rows are sentences or quantities of the document."""

    vendor: str
    sentences: Sequence[int]
    """Their indexes in the document."""
    quantities: Sequence[QuantityAt]
    reading: Mapping[str, Any]
    """The fields of network.Reading without the batch axis: logits."""
    meaning: Any = None
    """(width,) what the last layer of the encoder says of the window on average."""


def read_document(weights: Weights, context: Context, rules: Rules, figures: Sequence[Figure]) -> list[VendorReading]:
    """Read a document once for each vendor it names; `figures` are those that the rules find in it."""
    vendors = vendors_of(context)
    if not vendors:
        return []
    shared = sentence_hints(context)
    own = {vendor: vendor_hints(context, vendor, rules) for vendor in vendors}
    found: list[VendorReading] = []
    for window in windows_of(context, weights.pieces):
        quantities = quantities_of(context, window)
        here = _named_in(window, vendors)
        words = words_of(weights, window)
        batch = batch_of(context, window, here, shared, own, quantities, words)
        known = quantity_hints(context, window, here, figures)
        reading = read_window(weights.tops, weights.amounts, batch, known)
        found += split(reading, window, here, quantities, mean_word(words))
    return found


def meaning_of(weights: Weights, context: Context) -> Any:
    """What the encoder says of a document's beginning on average, (width,), without reading it; None for an empty one."""
    windows = windows_of(context, weights.pieces)
    return mean_word(words_of(weights, windows[0])) if windows else None


def mean_word(words: Any) -> Any:
    """(T, 3 * width) → (width,): the last layer's part."""
    return words[:, -words.shape[1] // 3 :].mean(axis=0)


def _named_in(window: Window, vendors: Sequence[str]) -> list[str]:
    """The vendors a window is read for: those it names, and the one the article is about."""
    named = {mention.vendor for mention in window.mentions if mention is not None}
    return [vendor for vendor in vendors if vendor in named or vendor == vendors[0]]


def words_of(weights: Weights, window: Window) -> Any:
    """What the encoder says of a window, the same for all vendors: (T, 3 * width)."""
    import numpy as np

    words = unpack4(weights.table[np.array(window.pieces)])[None]
    x = network.embed(np, weights.base, words)
    return network.joined(np, network.layers(np, weights.layers, x, np.ones(x.shape[:2], dtype=np.float32)))[0]


def read_window(tops: Sequence[Params], amounts: Sequence[Params], batch: Batch, known: Any) -> Reading:
    """Run the readings of a window and return what they say on average, of its quantities both networks together."""
    import numpy as np

    said = mean_of([network.read(np, top, batch) for top in tops])
    if not amounts or not said.metric.size:
        return said
    wanted = np.argwhere(_none(said.metric) < _SURELY_NONE)
    if not len(wanted):
        return said
    rows = quantity_network.rows_of(batch, known, wanted)
    each = [_read_rows(p, batch, rows) for p in amounts]
    metric, role, period = said.metric.copy(), said.figure_role.copy(), said.period.copy()
    vendor, quantity = wanted[:, 0], wanted[:, 1]
    for first, second in zip((metric, role, period), zip(*each, strict=True), strict=True):
        first[vendor, quantity] = (1 - _SECOND) * first[vendor, quantity] + _SECOND * np.mean(second, axis=0)
    return said._replace(metric=metric, figure_role=role, period=period)


def _none(metric: Any) -> Any:
    """(vendors, quantities) how sure the first network is that a quantity is no figure of a vendor."""
    import numpy as np

    return network.softmax(np, metric)[..., network.NO_METRIC]


def _read_rows(params: Params, batch: Batch, rows: Amounts) -> AmountReading:
    import numpy as np

    words = quantity_network.projected(params, batch.words[0])
    return quantity_network.read(np, params, rows._replace(words=words[rows.words]))


def mean_of(said: Sequence[Reading]) -> Reading:
    """The mean of logits."""
    import numpy as np

    return said[0] if len(said) == 1 else Reading(*(np.mean(parts, axis=0) for parts in zip(*said, strict=True)))


def quantities_of(context: Context, window: Window) -> list[QuantityAt]:
    """The quantities of a window with the periods each may be of."""
    timeline = Timeline([s.periods for s in window.sentences], context.document.published)
    found = []
    for at, index, _ in window.quantity_pieces:
        sentence = window.sentences[at]
        quantity = sentence.quantities[index]
        candidates = candidates_for(timeline, at, sentence.sentence.text, quantity)
        found.append(QuantityAt(sentence.sentence.index, quantity, candidates))
    return found


def batch_of(
    context: Context,
    window: Window,
    vendors: Sequence[str],
    shared: Any,
    own: Mapping[str, Any],
    quantities: Sequence[QuantityAt],
    words: Any,
) -> Batch:
    """One window for several vendors."""
    import numpy as np

    count = len(vendors)
    rows = [s.sentence.index + 1 for s in window.sentences]
    hints = np.stack([np.hstack([shared[rows], own[vendor][rows]]) for vendor in vendors])
    periods = np.zeros((len(quantities), MOST, WIDTH), dtype=np.float32)
    offered = np.zeros((len(quantities), MOST), dtype=np.float32)
    for at, quantity in enumerate(quantities):
        periods[at] = numbers(quantity.candidates, context.document.published)
        offered[at, : len(quantity.candidates)] = 1
    pieces = np.array([piece for _, _, piece in window.quantity_pieces], dtype=np.int64)

    def each(array: Any) -> Any:
        return np.broadcast_to(array, (count, *array.shape))

    return Batch(
        words=each(words),
        role=np.array([[role_of(m, vendor) for m in window.mentions] for vendor in vendors]),
        sentence=each(np.array(window.places)),
        hints=hints,
        present=np.ones(hints.shape[:2], dtype=np.float32),
        quantity=each(pieces),
        counted=np.ones((count, len(pieces)), dtype=np.float32),
        periods=each(periods),
        offered=each(offered),
    )


def role_of(mention: Mention | None, vendor: str) -> int:
    """What a piece is to the vendor read for: see network.ROLES."""
    if mention is None:
        return 0
    return 1 + mention.person + 2 * (mention.vendor != vendor)


def split(
    reading: Reading, window: Window, vendors: Sequence[str], quantities: Sequence[QuantityAt], meaning: Any = None
) -> list[VendorReading]:
    """Take a reading of a window apart by vendor, the title left out."""
    sentences = [s.sentence.index for s in window.sentences[1:]]
    found = []
    for at, vendor in enumerate(vendors):
        rows = {name: array[at] for name, array in reading._asdict().items()}
        for name in ("kind", "direction", "status", "history"):
            rows[name] = rows[name][1:]
        found.append(VendorReading(vendor, sentences, quantities, rows, meaning))
    return found
