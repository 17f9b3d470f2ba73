"""Records → arrays: every window of an article read for every vendor it names, with what is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from marketwatch.domain import Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.figures import extract_figures
from marketwatch.extract.packs import load_rules
from marketwatch.extract.reader.decide import KINDS, METRICS, ROLES, STATUSES
from marketwatch.extract.reader.hints import PAIRS, sentence_hints, vendor_hints
from marketwatch.extract.reader.network import Batch
from marketwatch.extract.reader.period_choice import MOST, WIDTH
from marketwatch.extract.reader.pieces import Pieces
from marketwatch.extract.reader.quantity_hints import quantity_hints
from marketwatch.extract.reader.reader import QuantityAt, batch_of, quantities_of
from marketwatch.extract.reader.tokens import Window, vendors_of, windows_of
from tools.reader_training.material import Record

LENGTHS = (128, 176, 288, 384, 512)
"""Lengths that windows are filled up to: fewer shapes, fewer compilations."""
_HISTORY = 0.5
"""Mark of a shift that is only recalled."""
_CARRIED = (1e3, 1e4, 1e6, 1e8, 1e9, 1e12)
"""Scales that a number leaves out where the one beside it names them."""
_WHOLE = 0.005
"""How far a value may be from the label's."""


class Truth(dict[str, Any]):
    """What is right for a batch, by name."""


@dataclass(slots=True)
class Reading:
    """A window with its arrays for all its vendors; `words` of its inputs is filled in by the encoder."""

    record: int
    window: Window
    vendors: Sequence[str]
    quantities: Sequence[QuantityAt]
    inputs: Batch
    known: Any
    """(vendors, quantities, columns) what the rules see of each quantity."""
    pair: Any
    """(vendors, sentences, pairs) 1 where stated, _HISTORY where recalled."""
    status: Any
    """(vendors, sentences) index, -1 without a shift."""
    metric: Any
    """(vendors, quantities) index, the last for no figure."""
    role: Any
    period: Any
    """(vendors, quantities, candidates) 1 for the right ones."""

    @property
    def length(self) -> int:
        return len(self.window.pieces)

    @property
    def room(self) -> int:
        """The length it is filled up to."""
        return next(n for n in LENGTHS if self.length <= n)


def document_of(record: Record) -> Document:
    """The record as the extractor takes it."""
    published = Moment.parse(record["date"]) if record.get("date") else None
    return Document(record["text"], record.get("title") or "", record.get("lang"), published)


def readings_of(number: int, record: Record, extractor: Extractor, pieces: Pieces) -> list[Reading]:
    """All windows of a record that name a vendor."""
    context = extractor.read(document_of(record))
    vendors = vendors_of(context)
    if not vendors:
        return []
    shared, rules, plain = sentence_hints(context), load_rules(), extract_figures(context)
    own = {vendor: vendor_hints(context, vendor, rules) for vendor in vendors}
    found = []
    for window in windows_of(context, pieces):
        quantities = quantities_of(context, window)
        inputs = batch_of(context, window, vendors, shared, own, quantities, np.zeros((len(window.pieces), 1), np.float16))
        pair, status = _shifts(record, window, vendors)
        known = quantity_hints(context, window, vendors, plain).astype(np.float16)
        figures = _figures(record, window, vendors, quantities)
        found.append(Reading(number, window, vendors, quantities, inputs, known, pair, status, *figures))
    return found


def _shifts(record: Record, window: Window, vendors: Sequence[str]) -> tuple[Any, Any]:
    pair = np.zeros((len(vendors), len(window.sentences), len(PAIRS)), np.float32)
    status = np.full(pair.shape[:2], -1, np.int32)
    names = [(kind.value, direction.value) for kind, direction in PAIRS]
    for shift in record["shifts"]:
        if shift["vendor"] not in vendors or (shift["kind"], shift["direction"]) not in names:
            continue
        row, column = vendors.index(shift["vendor"]), names.index((shift["kind"], shift["direction"]))
        for at, sentence in enumerate(window.sentences[1:], 1):
            if any(_overlap((sentence.sentence.start, sentence.sentence.end), span) for span in shift["spans"]):
                mark = _HISTORY if shift.get("background") else 1.0
                pair[row, at, column] = max(pair[row, at, column], mark)
                status[row, at] = STATUSES.index(shift["status"])
    return pair, status


def _figures(record: Record, window: Window, vendors: Sequence[str], quantities: Sequence[QuantityAt]) -> tuple[Any, Any, Any]:
    metric = np.full((len(vendors), len(quantities)), len(METRICS), np.int32)
    role = np.zeros_like(metric)
    period = np.zeros((len(vendors), len(quantities), MOST), np.float32)
    for at, right in _labelled(record, window, quantities).items():
        if right["vendor"] not in vendors:
            continue
        row = vendors.index(right["vendor"])
        metric[row, at] = METRICS.index(right["metric"])
        role[row, at] = ROLES.index(right["role"])
        for number, candidate in enumerate(quantities[at].candidates):
            period[row, at, number] = candidate.label == right.get("period")
    return metric, role, period


def _labelled(record: Record, window: Window, quantities: Sequence[QuantityAt]) -> dict[int, dict[str, Any]]:
    """The label of each quantity that has one; a bare number may be one whose scale stands elsewhere: `62 billion after 55`."""
    left = list(record["figures"])
    found: dict[int, dict[str, Any]] = {}
    for scales in ((1,), _CARRIED):
        for at, (place, seen) in enumerate(zip(window.quantity_pieces, quantities, strict=True)):
            sentence = window.sentences[place[0]].sentence
            bare = seen.quantity.unit is None and seen.quantity.scale == 1 and not seen.quantity.worded
            if at in found or (scales is _CARRIED and not bare):
                continue
            values = [float(seen.quantity.value) * scale for scale in scales]
            right = next((f for f in left if _same(f, values, (sentence.start, sentence.end))), None)
            if right is not None:
                found[at] = right
                left.remove(right)
    return found


def _same(figure: dict[str, Any], values: Sequence[float], span: tuple[int, int]) -> bool:
    wanted = abs(float(figure["value"]))
    near = any(abs(value - wanted) <= _WHOLE * wanted for value in values)
    return figure["span"] is not None and _overlap(span, figure["span"]) and near


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def batches(
    readings: Sequence[Reading], size: int, *, rng: np.random.Generator | None = None, spare: float = 1.0
) -> Iterator[tuple[Batch, Truth]]:
    """Padded batches of about `size` pieces. With `rng` shuffled, and only a share `spare` of the vendors merely named."""
    chosen: dict[int, list[tuple[Reading, int]]] = defaultdict(list)
    # The same limits in every round: a shape is compiled once.
    most: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for reading in readings:
        length = reading.room
        most[length] = (max(most[length][0], len(reading.window.sentences)), max(most[length][1], reading.metric.shape[1]))
        for vendor in range(len(reading.pair)):
            busy = vendor == 0 or reading.pair[vendor].any() or (reading.metric[vendor] < len(METRICS)).any()
            if rng is None or busy or rng.random() < spare:
                chosen[length].append((reading, vendor))
    made = []
    for length, members in sorted(chosen.items()):
        order = rng.permutation(len(members)) if rng is not None else range(len(members))
        limits = (_up(most[length][0]), _up(most[length][1]))
        count = max(1, size // length)
        made += [([members[n] for n in order[at : at + count]], length, count, limits) for at in range(0, len(members), count)]
    for at in rng.permutation(len(made)) if rng is not None else range(len(made)):
        yield _padded(*made[at])


def _up(count: int) -> int:
    """Filled up to eights: fewer shapes."""
    return 8 * (count // 8 + 1)


def _padded(members: Sequence[tuple[Reading, int]], length: int, count: int, limits: tuple[int, int]) -> tuple[Batch, Truth]:
    sentences, quantities = limits
    width = members[0][0].inputs.words.shape[-1]
    columns = members[0][0].inputs.hints.shape[-1]
    inputs = Batch(
        words=np.zeros((count, length, width), np.float16), role=np.zeros((count, length), np.int32),
        sentence=np.full((count, length), -1, np.int32), hints=np.zeros((count, sentences, columns), np.float32),
        present=np.zeros((count, sentences), np.float32), quantity=np.zeros((count, quantities), np.int32),
        counted=np.zeros((count, quantities), np.float32), periods=np.zeros((count, quantities, MOST, WIDTH), np.float16),
        offered=np.zeros((count, quantities, MOST), np.float32),
    )  # fmt: skip
    truth = Truth(
        pair=np.zeros((count, sentences, len(PAIRS)), np.float32), status=np.full((count, sentences), -1, np.int32),
        metric=np.full((count, quantities), len(METRICS), np.int32), role=np.zeros((count, quantities), np.int32),
        period=np.zeros((count, quantities, MOST), np.float32), real=np.zeros(count, np.float32),
    )  # fmt: skip
    for row, (reading, vendor) in enumerate(members):
        for field, array in zip(inputs, reading.inputs, strict=True):
            part = array[vendor]
            field[(row, *(slice(n) for n in part.shape))] = part
        for name in ("pair", "status", "metric", "role", "period"):
            part = getattr(reading, name)[vendor]
            truth[name][(row, *(slice(n) for n in part.shape))] = part
        truth["real"][row] = 1
    return inputs, truth


def kinds_of(pair: Any) -> tuple[Any, Any]:
    """(…, sentences, pairs) → by kind: 1 where stated now, and 1 where only recalled."""
    column = np.array([KINDS.index(kind) for kind, _ in PAIRS])
    marks = np.stack([pair[..., column == number].max(axis=-1) for number in range(len(KINDS))], axis=-1)
    return (marks == 1).astype(np.float32), (marks == _HISTORY).astype(np.float32)
