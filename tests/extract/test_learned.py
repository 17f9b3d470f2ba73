"""What the reader says and the rules see, made into one shift."""

from __future__ import annotations

import pytest

from marketwatch.domain import Direction, ShiftKind, Status
from marketwatch.extract import Document, Extractor
from marketwatch.extract.learned import shifts_of
from marketwatch.extract.matching import Candidate
from marketwatch.extract.reader.decide import Statement

TEXT = "Xiaomi is preparing an offer in artificial intelligence."
SETTINGS = {"calibration": [(0.0, 0.0), (1.0, 1.0)], "rules": 0.68}


def statement(direction: Direction, start: float, score: float = 0.6) -> Statement:
    return Statement(
        "xiaomi", ShiftKind.DIVERSIFICATION, direction, Status.PLANNED, background=False, sentences=(0,), best=0, score=score,
        leaning={Direction.START: start, Direction.EXPAND: 1 - start},
    )  # fmt: skip


def candidate(move: str) -> Candidate:
    rule = f"artificial_intelligence.{move}"
    return Candidate(0, ShiftKind.DIVERSIFICATION, Direction.START, "AI", rule, 0, 9, confidence=0.8)


@pytest.mark.parametrize(
    ("move", "start", "direction"),
    [("make", 0.3, Direction.START), ("make", 0.1, Direction.EXPAND), ("prepare", 0.1, Direction.START)],
)
def test_rules_give_a_direction_that_the_reader_leaves_open(
    extractor: Extractor, move: str, start: float, direction: Direction
) -> None:
    context = extractor.read(Document(TEXT, lang="en"))
    (shift,) = shifts_of(context, statement(Direction.EXPAND, start), [("xiaomi", candidate(move))], SETTINGS)
    assert shift.direction is direction


def test_what_both_see_is_at_least_as_sure_as_the_rules_alone(extractor: Extractor) -> None:
    context = extractor.read(Document(TEXT, lang="en"))
    seen = [("xiaomi", candidate("prepare"))]
    said = [statement(Direction.START, 0.9, score) for score in (0.5, 0.9)]
    assert [shifts_of(context, one, seen, SETTINGS)[0].confidence for one in said] == [0.68, 0.9]
    assert [shifts_of(context, one, [], SETTINGS)[0].confidence for one in said] == [0.5, 0.9]
