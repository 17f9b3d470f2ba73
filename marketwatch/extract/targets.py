"""Goals among the figures → target shifts: set, and missed when the text holds both the goal and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from marketwatch.domain import Direction, Figure, FigureRole, ShiftKind
from marketwatch.extract.context import Context
from marketwatch.extract.matching import Candidate

_DIRECTIONS = {FigureRole.TARGET: Direction.SET, FigureRole.PRIOR_TARGET: Direction.MISSED}


def target_candidates(context: Context, figures: Sequence[Figure]) -> list[tuple[str, Candidate]]:
    """Return (vendor, candidate) for each sentence that states a goal."""
    found: dict[tuple[str, Direction, int], Candidate] = {}
    for figure in figures:
        direction = _DIRECTIONS.get(figure.role)
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
