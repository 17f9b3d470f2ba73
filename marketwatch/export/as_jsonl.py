"""jsonl: the first line says what was asked and when, each further line is one move."""

from __future__ import annotations

import json

from marketwatch.export.data import ShapeError, about_object, about_of, move_object, move_of, parsed
from marketwatch.export.report import Report


def build(report: Report) -> bytes:
    lines = [about_object(report), *(move_object(move) for move in report.moves)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def read(body: bytes) -> Report:
    """Raises ShapeError."""
    first, *rest = [(n, line) for n, line in enumerate(body.decode("utf-8-sig").split("\n"), 1) if line.strip()] or [(1, "")]
    if not first[1].lstrip().startswith("{"):
        raise ShapeError("its first line is no head of an export")
    about = about_of(parsed(first[1]))
    return Report(about, tuple(move_of(parsed(line), f"line {n}") for n, line in rest))
