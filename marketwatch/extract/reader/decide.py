"""What the network reads → statements and figures: thresholds, calibration, one statement a vendor, kind and direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketwatch.domain import Direction, FigureRole, Metric, ShiftKind, Status
from marketwatch.extract.quantities import Quantity
from marketwatch.extract.reader.hints import PAIRS
from marketwatch.extract.reader.reader import QuantityAt, VendorReading

KINDS = tuple(ShiftKind)
STATUSES = tuple(Status)
METRICS = tuple(Metric)
ROLES = tuple(FigureRole)
_SUPPORT = 0.1
"""A sentence is evidence when it is at least a tenth as sure as the surest one of its statement."""
_SECOND = 0.6
"""How sure a second direction of the same kind must be."""
_MOST_EVIDENCE = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """A shift as the network reads it."""

    vendor: str
    kind: ShiftKind
    direction: Direction
    status: Status
    background: bool
    sentences: tuple[int, ...]
    """Its evidence, in text order."""
    best: int
    """The surest of them."""
    score: float
    """0..1, before calibration."""
    leaning: Mapping[Direction, float]
    """How much of what its sentences say is for each direction of its kind, 0..1."""


@dataclass(frozen=True, slots=True)
class FigureStatement:
    """A figure as the network reads it."""

    vendor: str
    metric: Metric
    role: FigureRole
    period: str | None
    sentence: int
    quantity: Quantity
    score: float


@dataclass(frozen=True, slots=True)
class _Row:
    """One sentence read for one vendor."""

    sentence: int
    kind: Any
    direction: Any
    status: Any
    history: float


def statements_of(readings: Sequence[VendorReading], *, floor: float) -> list[Statement]:
    """Return what scores at least `floor`, vendor by vendor, kinds in their order."""
    found: list[Statement] = []
    for vendor, windows in _by_vendor(readings).items():
        rows = [row for window in windows for row in _rows(window)]
        article = _most([window.reading["article"] for window in windows])
        for number, kind in enumerate(KINDS):
            if rows:
                found += [s for s in _of_kind(vendor, number, kind, rows, article[number]) if s.score >= floor]
    return found


def surest_of(statements: Iterable[Statement]) -> dict[tuple[str, ShiftKind], Statement]:
    """The surest statement of each vendor and kind."""
    surest: dict[tuple[str, ShiftKind], Statement] = {}
    for statement in statements:
        key = statement.vendor, statement.kind
        surest[key] = max(statement, surest.get(key, statement), key=lambda s: s.score)
    return surest


def figures_of(readings: Sequence[VendorReading]) -> list[FigureStatement]:
    """Return the quantities of a document in text order, sure or not: each goes to the vendor it is read surest for."""
    best: dict[tuple[int, int], FigureStatement] = {}
    for window in readings:
        for number, place in enumerate(window.quantities):
            figure = _figure(window, number, place)
            key = (place.sentence, place.quantity.start)
            if key not in best or figure.score > best[key].score:
                best[key] = figure
    return [best[key] for key in sorted(best)]


def calibrated(score: float, steps: Sequence[Sequence[float]]) -> float:
    """The share of statements of this score that are right: linear between the (score, share) steps measured."""
    import numpy as np

    return round(float(np.interp(score, [s for s, _ in steps], [share for _, share in steps])), 2)


def _by_vendor(readings: Iterable[VendorReading]) -> Mapping[str, list[VendorReading]]:
    found: dict[str, list[VendorReading]] = defaultdict(list)
    for reading in readings:
        found[reading.vendor].append(reading)
    return found


def _rows(window: VendorReading) -> Iterable[_Row]:
    import numpy as np

    kinds = _sigmoid(window.reading["kind"])
    history = _sigmoid(window.reading["history"])
    directions = np.exp(np.clip(window.reading["direction"], -15, 15))
    for at, sentence in enumerate(window.sentences):
        yield _Row(sentence, kinds[at], directions[at], window.reading["status"][at], float(history[at]))


def _most(logits: Sequence[Any]) -> Any:
    import numpy as np

    return _sigmoid(np.max(np.stack(logits), axis=0))


def _of_kind(vendor: str, number: int, kind: ShiftKind, rows: Sequence[_Row], article: float) -> Iterable[Statement]:
    """The statement of the direction most voted for, and others that sentences of their own surely state."""
    top = max(float(row.kind[number]) for row in rows)
    support = [row for row in rows if row.kind[number] >= _SUPPORT * top]
    votes = _votes(support, number, kind)
    first = max(votes, key=lambda pair: votes[pair])
    leaning = {PAIRS[pair][1]: vote / sum(votes.values()) for pair, vote in votes.items()}
    apart: dict[int, list[_Row]] = defaultdict(list)
    for row in support:
        alone = _votes([row], number, kind)
        own = max(alone, key=lambda pair: alone[pair])
        if own != first and row.kind[number] >= _SECOND:
            apart[own].append(row)
    others = [row for members in apart.values() for row in members]
    apart[first] = [row for row in support if not any(row is other for other in others)] or support
    for pair, members in apart.items():
        yield _statement(vendor, number, pair, members, article, leaning)


def _votes(rows: Sequence[_Row], number: int, kind: ShiftKind) -> dict[int, float]:
    """What sentences say for each pair of this kind, each as loud as it is sure of the kind."""
    pairs = [at for at, (k, _) in enumerate(PAIRS) if k is kind]
    votes = sum(float(row.kind[number]) * row.direction[pairs] / row.direction[pairs].sum() for row in rows)
    return dict(zip(pairs, map(float, votes), strict=True))


def _statement(
    vendor: str, number: int, pair: int, members: Sequence[_Row], article: float, leaning: Mapping[Direction, float]
) -> Statement:
    kept = sorted(members, key=lambda row: -float(row.kind[number]))[:_MOST_EVIDENCE]
    best = kept[0]
    return Statement(
        vendor=vendor,
        kind=KINDS[number],
        direction=PAIRS[pair][1],
        status=STATUSES[int(best.status.argmax())],
        background=best.history >= 0.5,
        sentences=tuple(sorted(row.sentence for row in kept)),
        best=best.sentence,
        score=(float(best.kind[number]) + float(article)) / 2,
        leaning=leaning,
    )


def _figure(window: VendorReading, number: int, place: QuantityAt) -> FigureStatement:
    import numpy as np

    logits = window.reading["metric"][number]
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    chosen = int(window.reading["period"][number][: len(place.candidates)].argmax())
    return FigureStatement(
        vendor=window.vendor,
        metric=METRICS[int(shares[:-1].argmax())],
        role=ROLES[int(window.reading["figure_role"][number].argmax())],
        period=place.candidates[chosen].label,
        sentence=place.sentence,
        quantity=place.quantity,
        score=float(1 - shares[-1]),
    )


def _sigmoid(x: Any) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-x))
