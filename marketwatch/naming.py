"""Which goal a target shift speaks of: the metric and period that its object names, or else its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketwatch.claims import scope_of
from marketwatch.domain import Figure, Metric, StoredShift
from marketwatch.goals import named_in, period_in

_METRICS: Mapping[str, Metric] = {
    "unit": Metric.UNITS,
    "units": Metric.UNITS,
    "shipment": Metric.UNITS,
    "shipments": Metric.UNITS,
    "revenue": Metric.REVENUE,
    "profit": Metric.PROFIT,
    "share": Metric.SHARE,
    "store": Metric.STORES,
    "stores": Metric.STORES,
    "investment": Metric.INVESTMENT,
    "headcount": Metric.HEADCOUNT,
    "countries": Metric.COUNTRIES,
}
_NAMELESS = frozenset({"goal", "goals", "target", "targets", "company", "sales", "annual"})
"""Words of a shift's object that leave open which metric is meant."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a target shift names."""

    stored: StoredShift
    metrics: frozenset[Metric]
    """Of its object; when that leaves it open, of the figures in its own sentences."""
    period: str | None
    """Of its object."""
    beside: frozenset[tuple[Metric, str | None]]
    """Metric and period of the figures in its sentences."""

    def names(self, figure: Figure) -> bool:
        """Whether it speaks of this figure's metric, period and scope."""
        period, scope = figure.period, scope_of(figure.scope)
        if period is None or figure.metric not in self.metrics:
            return False
        texts = [evidence.text for evidence in self.stored.shift.evidence]
        if scope and not any(scope in text.casefold() for text in (self.stored.shift.object, *texts)):
            return False
        if self.period is not None:
            return self.period == period
        return (figure.metric, period) in self.beside or any(period[-4:] in text and named_in(period, text) for text in texts)


def named_by(stored: StoredShift, figures: Iterable[Figure]) -> Named:
    """Read what a target shift names; `figures` are those of its vendor in its article."""
    name = stored.shift.object
    words = re.findall(r"[a-z]+", re.sub(r"\b[QH][1-4]\b|\bFY", "", name).casefold())
    starts = {evidence.start for evidence in stored.shift.evidence}
    beside = frozenset((f.metric, f.period) for f in figures if f.evidence.start in starts)
    metrics = frozenset(_METRICS[word] for word in words if word in _METRICS)
    if not metrics and _NAMELESS.issuperset(words):  # otherwise it names something else: a market rank
        metrics = frozenset(metric for metric, _ in beside)
    return Named(stored, metrics, period_in(name), beside)
