"""How good weights are on the labelled corpus, and what follows from it: threshold and calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from marketwatch.domain import ShiftKind
from marketwatch.evaluation import evaluate, evaluate_figures
from marketwatch.extract import Extractor
from marketwatch.extract.figures import extract_figures
from marketwatch.extract.learned import figures_told
from marketwatch.extract.reader.decide import figures_of, statements_of, surest_of
from marketwatch.extract.reader.reader import VendorReading, read_window, split
from tools.reader_training.arrays import Reading, document_of
from tools.reader_training.material import Record

Said = Mapping[int, Sequence[VendorReading]]
"""By record: what is read in it."""
_QUIET = 0.93
"""Share of shift-free articles that must be left alone, whatever F1 gains from speaking more."""
_FLOOR = 0.1
_FIGURE_FLOOR = 0.5
_RULES = 0.6
"""Score at which a rule's finding stands in for the reader's."""
_AGREED = 0.05
"""Score below which the reader rules out what the rules find."""
_BINS = 8


class Trained(NamedTuple):
    """Weights trained apart from one another, of both networks."""

    tops: Sequence[Mapping[str, Any]]
    amounts: Sequence[Mapping[str, Any]]


def said_of(trained: Trained, readings: Sequence[Reading]) -> dict[int, list[VendorReading]]:
    """What readings trained apart say on average, by record."""
    found: dict[int, list[VendorReading]] = {}
    for reading in readings:
        inputs = type(reading.inputs)(*(np.asarray(array, dtype=_single(array)) for array in reading.inputs))
        said = read_window(trained.tops, trained.amounts, inputs, reading.known.astype(np.float32))
        found.setdefault(reading.record, []).extend(split(said, reading.window, reading.vendors, reading.quantities))
    return found


def _single(array: Any) -> Any:
    return np.float32 if array.dtype == np.float16 else array.dtype


def shifts_in(record: Record, said: Sequence[VendorReading], extractor: Extractor, threshold: float) -> list[dict[str, Any]]:
    """Shifts in the JSON shape that evaluation takes, with their score: the reader's, and the rules' that it lets pass."""
    document = document_of(record)
    sentences = extractor.read(document).sentences
    statements = statements_of(said, floor=0)
    surest = surest_of(statements)
    found = [
        {
            "vendor": s.vendor, "kind": s.kind.value, "direction": s.direction.value, "status": s.status.value,
            "confidence": s.score, "evidence": [sentences[at].text for at in s.sentences],
        }
        for s in statements
        if s.score >= threshold
    ]  # fmt: skip
    told = {(s["vendor"], s["kind"]) for s in found}
    for shift in extractor.extract(document).shifts:
        read = surest.get((shift.vendor, shift.kind))
        if (shift.vendor, shift.kind.value) not in told and read and read.score >= _AGREED and not shift.background:
            found.append(
                {
                    "vendor": shift.vendor, "kind": shift.kind.value, "direction": shift.direction.value,
                    "status": shift.status.value, "confidence": _RULES,
                    "evidence": [*(e.text for e in shift.evidence), sentences[read.best].text],
                }
            )  # fmt: skip
    return found


def figures_in(record: Record, said: Sequence[VendorReading], extractor: Extractor) -> list[dict[str, Any]]:
    """Figures in the JSON shape that evaluation takes."""
    context = extractor.read(document_of(record))
    found = figures_told(context, figures_of(said), extract_figures(context), floor=_FIGURE_FLOOR)
    return [
        {
            "vendor": f.vendor, "metric": f.metric.value, "value": float(f.value), "unit": f.unit, "period": f.period,
            "role": f.role.value, "bound": f.bound.value, "evidence": f.evidence.text,
        }
        for f in found
    ]  # fmt: skip


def settings_of(records: Sequence[Record], said: Said, extractor: Extractor) -> dict[str, Any]:
    """What the weights file says besides weights."""
    return {
        "threshold": threshold_of(records, said, extractor),
        "figure_threshold": _FIGURE_FLOOR,
        "calibration": calibration(records, said),
        "agreed": _AGREED,
        "rules": _rules_share(records, said, extractor),
    }


def _rules_share(records: Sequence[Record], said: Said, extractor: Extractor) -> float:
    """How often the rules alone are right."""
    hits = found = 0
    for number in said:
        right = {(s["vendor"], s["kind"]) for s in records[number]["shifts"]}
        told = {(s.vendor, s.kind.value) for s in extractor.extract(document_of(records[number])).shifts}
        hits, found = hits + len(right & told), found + len(told)
    return round(hits / max(1, found), 2)


def threshold_of(records: Sequence[Record], said: Said, extractor: Extractor) -> float:
    """The threshold of the best F1 among those that leave enough articles alone."""
    best = (0.0, 0.5)
    for step in range(20, 80, 2):
        found = evaluate((records[n], shifts_in(records[n], s, extractor, step / 100)) for n, s in said.items())
        if found.quiet / found.shift_free >= _QUIET:
            best = max(best, (found.loose.f1, step / 100))
    return best[1]


def calibration(records: Sequence[Record], said: Said) -> list[tuple[float, float]]:
    """(score, share of statements of about that score that are right), rising, for decide.calibrated."""
    pairs: list[tuple[float, bool]] = []
    for number, readings in said.items():
        right = {(s["vendor"], s["kind"]) for s in records[number]["shifts"]}
        pairs += [(s.score, (s.vendor, s.kind.value) in right) for s in statements_of(readings, floor=_FLOOR)]
    pairs.sort()
    parts = np.array_split(np.array(pairs, dtype=float), _BINS)
    steps = [(round(float(part[:, 0].mean()), 3), round(float(part[:, 1].mean()), 3)) for part in parts]
    rising = np.maximum.accumulate([share for _, share in steps])
    return [(score, float(share)) for (score, _), share in zip(steps, rising, strict=True)]


def report(records: Sequence[Record], said: Said, extractor: Extractor, threshold: float | None = None) -> None:
    """Print the scores at a threshold, or at several."""
    figures = evaluate_figures((records[n], figures_in(records[n], s, extractor)) for n, s in said.items())
    for limit in (threshold,) if threshold else (0.3, 0.4, 0.5, 0.6, 0.7):
        found = evaluate((records[n], shifts_in(records[n], s, extractor, limit)) for n, s in said.items())
        fields = " ".join(f"{name} {share.rate or 0:.3f}" for name, share in figures.fields.items())
        loose, quiet = found.loose, found.quiet / found.shift_free
        print(
            f"threshold {limit:.2f}: loose {loose.f1:.3f} (p {loose.precision:.3f} r {loose.recall:.3f}) strict "
            f"{found.strict.f1:.3f} quiet {quiet:.3f} evidence {found.evidence.rate or 0:.3f} "
            f"figures {figures.all.f1:.3f} {fields}",
            flush=True,
        )
    kinds = [kind.value for kind in ShiftKind if kind.value in found.by_kind]
    print("  " + " ".join(f"{kind} {found.by_kind[kind].f1:.2f}" for kind in kinds))
    print("  " + " ".join(f"{lang} {score.f1:.2f}" for lang, score in sorted(found.by_lang.items())), flush=True)
