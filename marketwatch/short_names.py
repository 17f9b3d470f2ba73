"""What narrow lists call kinds and metrics; the query language takes these names too, so that what is read can be typed."""

from __future__ import annotations

from collections.abc import Mapping

from marketwatch.domain import Metric, ShiftKind

SHORT_KINDS: Mapping[ShiftKind, str] = {
    ShiftKind.DIVERSIFICATION: "diversify",
    ShiftKind.POSITIONING: "position",
    ShiftKind.PARTNERSHIP: "partner",
    ShiftKind.ORGANIZATION: "organise",
}
SHORT_METRICS: Mapping[Metric, str] = {
    Metric.INVESTMENT: "invest",
    Metric.HEADCOUNT: "people",
    Metric.COUNTRIES: "country",
}
FEWEST_LETTERS = 4
"""So many first letters stand for a name, where only one name begins with them: the narrowest lists have no more."""


def short_kind(kind: ShiftKind) -> str:
    return SHORT_KINDS.get(kind, kind.value)


def short_metric(metric: Metric) -> str:
    return SHORT_METRICS.get(metric, metric.value)
