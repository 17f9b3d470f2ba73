"""How good an extraction is against labels: precision, recall, F1 as docs/annotation.md defines a match.

Loose: (article, vendor, kind). Strict: with the direction. Quiet: the share of articles without any shift that were
left alone. Background shifts count neither for nor against.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Score:
    """Counts of one row of the report."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.false) if self.hit + self.false else 0.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = 2 * self.hit + self.false + self.missed
        return 2 * self.hit / total if total else 0.0

    def count(self, found: Collection[object], gold: Collection[object]) -> None:
        common = len(set(found) & set(gold))
        self.hit += common
        self.false += len(set(found)) - common
        self.missed += len(set(gold)) - common


@dataclass(slots=True)
class Report:
    """All rows of an evaluation."""

    loose: Score = field(default_factory=Score)
    strict: Score = field(default_factory=Score)
    by_kind: dict[str, Score] = field(default_factory=dict)
    by_lang: dict[str, Score] = field(default_factory=dict)
    quiet: int = 0
    """Shift-free articles left alone."""
    shift_free: int = 0
    articles: int = 0


def evaluate(pairs: Iterable[tuple[Mapping[str, Any], Iterable[Mapping[str, Any]]]]) -> Report:
    """Score (labelled record, shifts found in it) pairs; both sides in the JSON shape of a shift."""
    report = Report()
    for record, shifts in pairs:
        gold = [s for s in record.get("shifts", ()) if not s.get("background")]
        found = [s for s in shifts if not s.get("background")]
        report.articles += 1
        if not gold:
            report.shift_free += 1
            report.quiet += not found
        report.loose.count(_loose(found), _loose(gold))
        report.strict.count(_strict(found), _strict(gold))
        report.by_lang.setdefault(str(record.get("lang")), Score()).count(_loose(found), _loose(gold))
        for kind in {pair[1] for pair in _loose(found) | _loose(gold)}:
            row = report.by_kind.setdefault(kind, Score())
            row.count({p for p in _loose(found) if p[1] == kind}, {p for p in _loose(gold) if p[1] == kind})
    return report


def _loose(shifts: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(s["vendor"], s["kind"]) for s in shifts}


def _strict(shifts: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    return {(s["vendor"], s["kind"], s["direction"]) for s in shifts}
