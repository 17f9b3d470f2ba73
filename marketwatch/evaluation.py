"""How good an extraction is against labels.

Loose: (article, vendor, kind). Strict: with the direction. Quiet: the share of articles without any shift that were
left alone. A labelled background shift is neither asked for nor punished, whatever the extraction makes of it.
Fields are judged on the hits only: of a shift on the closest pair of the two sides, of a figure on the figure itself.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

Labels = Mapping[str, Any]
"""A shift or a figure in its JSON shape."""
Key = tuple[str, str]
"""Vendor and kind of a shift."""

BINS = 10
"""Of the confidence, each a tenth wide."""
_TOLERANCE = 0.005
"""Two values that differ by less are the same: texts round."""


@dataclass(slots=True)
class Score:
    """Counts of one row of the report."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """How much of what was found is right."""
        return self.hit / (self.hit + self.false) if self.hit + self.false else 0.0

    @property
    def recall(self) -> float:
        """How much of what is right was found."""
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, other: Score) -> None:
        """Add the counts of another row."""
        self.hit += other.hit
        self.false += other.false
        self.missed += other.missed

    def count(self, found: Collection[object], gold: Collection[object]) -> None:
        """Add two sets, what was found and what should have been."""
        common = len(set(found) & set(gold))
        self.add(Score(common, len(set(found)) - common, len(set(gold)) - common))


@dataclass(slots=True)
class Share:
    """How many of the cases came out right."""

    right: int = 0
    of: int = 0

    @property
    def rate(self) -> float | None:
        """The right ones among all, None without a case."""
        return self.right / self.of if self.of else None

    def count(self, right: bool) -> None:
        """Add a case."""
        self.of += 1
        self.right += right


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What went wrong in one article."""

    article: str
    lang: str
    missed: tuple[Key, ...]
    false: tuple[Key, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.missed) + len(self.false)


@dataclass(slots=True)
class Report:
    """All rows of an evaluation of shifts."""

    loose: Score = field(default_factory=Score)
    strict: Score = field(default_factory=Score)
    by_kind: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    by_lang: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    quiet: int = 0
    """Shift-free articles left alone."""
    shift_free: int = 0
    articles: int = 0
    evidence: Share = field(default_factory=Share)
    """Loose hits whose evidence overlaps the labelled one."""
    fields: dict[str, Share] = field(default_factory=lambda: _shares("direction", "status", "speaker"))
    confusion: Counter[Key] = field(default_factory=Counter)
    """(kind missed, kind found instead) of the same vendor in the same sentences."""
    calibration: tuple[Share, ...] = field(default_factory=lambda: tuple(Share() for _ in range(BINS)))
    """Shifts found, and how many of them are loose hits, by confidence: 0 to 0.1, 0.1 to 0.2 ..."""
    mistakes: list[Mistakes] = field(default_factory=list)
    """Articles with any, the worst first."""


@dataclass(slots=True)
class FigureReport:
    """All rows of an evaluation of figures."""

    all: Score = field(default_factory=Score)
    by_metric: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    by_lang: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    fields: dict[str, Share] = field(default_factory=lambda: _shares("role", "period", "bound", "scope"))


def _shares(*names: str) -> dict[str, Share]:
    return {name: Share() for name in names}


def evaluate(pairs: Iterable[tuple[Labels, Iterable[Labels]]]) -> Report:
    """Score (labelled record, shifts found in it) pairs; both sides in the JSON shape of a shift."""
    report = Report()
    for record, shifts in pairs:
        labelled, found = record.get("shifts", ()), _by_key(shifts)
        report.articles += 1
        if not labelled:
            report.shift_free += 1
            report.quiet += not found
        gold = _by_key(s for s in labelled if not s.get("background"))
        recalled = _by_key(s for s in labelled if s.get("background"))
        asked = {key: group for key, group in found.items() if key in gold or key not in recalled}
        report.strict.count(_strict(asked) - (_strict(recalled) - _strict(gold)), _strict(gold))
        _add_loose(report, record, asked, gold)
        _add_details(report, asked, gold)
    report.mistakes.sort(key=lambda one: -one.count)
    return report


def _add_loose(report: Report, record: Labels, found: Collection[Key], gold: Collection[Key]) -> None:
    lang = _lang(record)
    report.loose.count(found, gold)
    if found or gold:
        report.by_lang[lang].count(found, gold)
    for kind in {kind for _, kind in (*found, *gold)}:
        report.by_kind[kind].count([k for k in found if k[1] == kind], [k for k in gold if k[1] == kind])
    missed, false = _without(gold, found), _without(found, gold)
    if missed or false:
        report.mistakes.append(Mistakes(str(record.get("id")), lang, missed, false))


def _add_details(report: Report, found: Mapping[Key, Sequence[Labels]], gold: Mapping[Key, Sequence[Labels]]) -> None:
    for key, group in found.items():
        for shift in group:
            if (confidence := shift.get("confidence")) is not None:
                report.calibration[min(int(confidence * BINS), BINS - 1)].count(key in gold)
        if key in gold:
            report.evidence.count(_same_evidence(gold[key], group))
            labelled, shift = _closest(gold[key], group)
            _count_equal(report.fields, ("direction", "status"), labelled, shift)
            _count_named(report.fields, "speaker", labelled, shift)
    for missed, false in product(_without(gold, found), _without(found, gold)):
        if missed[0] == false[0] and _same_evidence(gold[missed], found[false]):
            report.confusion[missed[1], false[1]] += 1


def _count_equal(fields: Mapping[str, Share], names: Iterable[str], gold: Labels, found: Labels) -> None:
    for name in names:
        fields[name].count(_fold(gold.get(name)) == _fold(found.get(name)))


def _count_named(fields: Mapping[str, Share], name: str, gold: Labels, found: Labels) -> None:
    """Free text agrees when one holds the other. Two that say nothing agree too easily: they are not judged."""
    a, b = _fold(gold.get(name)), _fold(found.get(name))
    if a or b:
        fields[name].count(bool(a and b) and (a in b or b in a))


def _closest(gold: Sequence[Labels], found: Sequence[Labels]) -> tuple[Labels, Labels]:
    """The pair that means the same shift most likely: same direction first, then same sentences."""
    return max(
        product(gold, found),
        key=lambda pair: (pair[0].get("direction") == pair[1].get("direction"), _same_evidence(pair[:1], pair[1:])),
    )


def _by_key(shifts: Iterable[Labels]) -> dict[Key, list[Labels]]:
    groups: dict[Key, list[Labels]] = {}
    for shift in shifts:
        groups.setdefault((shift["vendor"], shift["kind"]), []).append(shift)
    return groups


def _strict(groups: Mapping[Key, Sequence[Labels]]) -> set[tuple[str, str, str]]:
    return {(*key, shift["direction"]) for key, group in groups.items() for shift in group}


def _without(some: Iterable[Key], others: Collection[Key]) -> tuple[Key, ...]:
    return tuple(key for key in some if key not in others)


def _lang(record: Labels) -> str:
    return str(record.get("lang") or "?")


def _same_evidence(gold: Iterable[Labels], found: Iterable[Labels]) -> bool:
    return any(_overlap(a, b) for one, other in product(gold, list(found)) for a, b in product(_quotes(one), _quotes(other)))


def _quotes(shift: Labels) -> list[str]:
    return [_fold(e if isinstance(e, str) else e.get("text")) for e in shift.get("evidence") or ()]


def _overlap(a: str, b: str) -> bool:
    """One within the other, or half of the shorter one's words; of its pairs of characters where words are not set apart."""
    if not a or not b:
        return False
    if a in b or b in a:
        return True
    x, y = (set(text.split()) if " " in a + b else {text[i : i + 2] for i in range(len(text) - 1)} for text in (a, b))
    return len(x & y) >= 0.5 * min(len(x), len(y))


def _fold(text: object) -> str:
    return re.sub(r"\W+", " ", str(text).lower()).strip() if text else ""


def evaluate_figures(pairs: Iterable[tuple[Labels, Iterable[Labels]]]) -> FigureReport:
    """Score (labelled record, figures found in it) pairs; a record without the key `figures` was not labelled for them."""
    report = FigureReport()
    for record, figures in pairs:
        if "figures" not in record:
            continue
        left = list(record["figures"])
        for figure in figures:
            gold = next((g for g in left if _same_figure(g, figure)), None)
            if gold is None:
                _tally(report, record, figure, Score(false=1))
                continue
            left.remove(gold)
            _tally(report, record, gold, Score(hit=1))
            _count_equal(report.fields, ("role", "period", "bound"), gold, figure)
            _count_named(report.fields, "scope", gold, figure)
        for gold in left:
            _tally(report, record, gold, Score(missed=1))
    return report


def _tally(report: FigureReport, record: Labels, figure: Labels, one: Score) -> None:
    for score in (report.all, report.by_metric[str(figure.get("metric"))], report.by_lang[_lang(record)]):
        score.add(one)


def _same_figure(gold: Labels, found: Labels) -> bool:
    value = float(gold["value"])
    return (
        (gold["vendor"], gold["metric"]) == (found.get("vendor"), found.get("metric"))
        and abs(value - float(found.get("value") or 0)) <= _TOLERANCE * abs(value)
        and _fold(str(gold.get("unit"))) == _fold(str(found.get("unit")))
    )
