"""Goals among the figures → target shifts: set, and missed when the text holds both the goal and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from marketwatch.domain import Direction, Figure, FigureRole, Metric, ShiftKind
from marketwatch.extract.context import Context
from marketwatch.extract.matching import Candidate

_SPENT = frozenset({Metric.INVESTMENT, Metric.HEADCOUNT})
"""What is spent or cut is told by other kinds; a sum is no goal."""


def target_candidates(context: Context, figures: Sequence[Figure]) -> list[tuple[str, Candidate]]:
    """Return (vendor, candidate) for each sentence that states a goal."""
    found: dict[tuple[str, Direction, int], Candidate] = {}
    for figure in figures:
        if figure.metric in _SPENT:
            continue
        direction = _direction(figure, figures)
        if direction is None:
            continue
        sentence = next((s for s in context.sentences if s.start == figure.evidence.start), None)
        if sentence is None:
            continue
        label = f"{figure.metric.value} {'goal' if figure.period is None else figure.period + ' goal'}"
        key = (figure.vendor, direction, sentence.index)
        found.setdefault(
            key,
            Candidate(
                sentence.index,
                ShiftKind.TARGET,
                direction,
                label,
                f"target.{direction.value}",
                sentence.start,
                sentence.end,
                0.75,
            ),
        )
    return [(vendor, candidate) for (vendor, _, _), candidate in found.items()]


def _direction(figure: Figure, figures: Sequence[Figure]) -> Direction | None:
    """A goal is set; a prior one was missed, or met when the text holds an outcome that reaches it."""
    if figure.role is FigureRole.TARGET:
        return Direction.SET
    if figure.role is not FigureRole.PRIOR_TARGET:
        return None
    same = (figure.vendor, figure.metric, figure.period, figure.unit)
    outcomes = [
        f.value for f in figures if f.role is FigureRole.ACTUAL and (f.vendor, f.metric, f.period, f.unit) == same and not f.scope
    ]
    return Direction.MET if outcomes and max(outcomes) >= figure.value else Direction.MISSED
