"""jsonl: the first line says what was asked and when, each further line is one move."""

from __future__ import annotations

import json
from typing import Any

from marketwatch.export.data import ShapeError, about_object, about_of, move_object, move_of, parsed
from marketwatch.export.edits import ELSEWHERE, Edits, edits_of_cells
from marketwatch.export.report import Report


def build(report: Report) -> bytes:
    lines = [about_object(report), *(move_object(move) for move in report.moves)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def read(body: bytes) -> Report:
    """Raises ShapeError."""
    about, moves = _values(body)
    return Report(about_of(about), tuple(move_of(move, f"line {n}") for n, move in moves))


def edits(body: bytes, report: Report) -> Edits:
    """What the head and a move as a whole say, and the sources do not."""
    about, moves = _values(body)
    head = {name: value for name, value in about_object(report).items() if name in ("extractors", "moves", "articles")}
    lines = [(place, move, move_object(report.moves[place])) for place, (_, move) in enumerate(moves)]
    rows = [(place, shown, {k: v for k, v in made.items() if k != "sources"}) for place, shown, made in lines]
    return edits_of_cells([(ELSEWHERE, about, head), *rows])


def _values(body: bytes) -> tuple[Any, list[tuple[int, Any]]]:
    """The head, and the moves with the numbers of their lines. Raises ShapeError."""
    first, *rest = [(n, line) for n, line in enumerate(body.decode("utf-8-sig").split("\n"), 1) if line.strip()] or [(1, "")]
    if not first[1].lstrip().startswith("{"):
        raise ShapeError("its first line is no head of an export")
    return parsed(first[1]), [(n, parsed(line)) for n, line in rest]
