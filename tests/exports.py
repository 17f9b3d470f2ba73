"""Exports that are written and verified by the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from marketwatch.cli import main
from store import Store

A, B = "Xiaomi opens stores.", "Xiaomi ouvre des magasins."
Capture = pytest.CaptureFixture[str]


def export(store: Store, path: Path, *query: str) -> Path:
    assert main(["--db", str(store.path), "export", *query, "-o", str(path)]) == 0
    return path


def verified(store: Store, path: Path, capsys: Capture) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["--db", str(store.path), "verify", str(path), "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def states(result: dict[str, Any]) -> dict[str, str]:
    return {move["vendor"]: move["state"] for move in result["results"]}


def why(result: dict[str, Any], vendor: str = "xiaomi") -> str:
    return "; ".join(reason for move in result["results"] if move["vendor"] == vendor for reason in move["why"])
