"""The gate on corpora of its own: what it lets through, what it stops, and that floors only go up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import eval_gate
import pytest

from marketwatch.config import Config
from marketwatch.extract import Extractor

STORES = "Xiaomi opens new physical stores in France."
RECORD = {
    "id": "stores",
    "lang": "en",
    "date": "2017-01",
    "text": STORES,
    "shifts": [{"vendor": "xiaomi", "kind": "channel", "direction": "expand", "evidence": [STORES]}],
    "figures": [],
}


def write_corpus(folder: Path, *records: dict[str, Any]) -> None:
    lines = (json.dumps(record) for record in records)
    (folder / "own.dev.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def baseline(folder: Path) -> dict[str, Any]:
    shape: dict[str, Any] = json.loads((folder / "baseline.json").read_text(encoding="utf-8"))
    return shape


def set_floor(folder: Path, name: str, floor: float) -> None:
    shape = baseline(folder)
    shape["configurations"]["own"]["floors"][name] = floor
    (folder / "baseline.json").write_text(json.dumps(shape), encoding="utf-8")


@pytest.fixture(scope="module")
def extractors(config: Config) -> dict[str, Extractor]:
    return {"own": eval_gate.configurations(config)["rules"]}


@pytest.fixture
def folder(tmp_path: Path, extractors: dict[str, Extractor]) -> Path:
    """A corpus with its baseline."""
    write_corpus(tmp_path, RECORD)
    assert eval_gate.gate(tmp_path, extractors, update=True) == []
    return tmp_path


def test_a_corpus_as_it_was_passes(folder: Path, extractors: dict[str, Extractor]) -> None:
    assert eval_gate.gate(folder, extractors) == []
    shape = baseline(folder)
    assert shape["counts"] == {"articles": 1, "shifts": 1, "figures": 0}
    floors = shape["configurations"]["own"]["floors"]
    assert (floors["loose"], floors["kind channel"], floors["lang en"]) == (1.0, 1.0, 1.0)
    assert shape["regressions"] == []


def test_without_a_baseline_nothing_passes(tmp_path: Path, extractors: dict[str, Extractor]) -> None:
    write_corpus(tmp_path, RECORD)
    assert "own: has no floors yet; set them with --update" in eval_gate.gate(tmp_path, extractors)


def test_a_broken_floor_is_one_line(folder: Path, extractors: dict[str, Extractor]) -> None:
    set_floor(folder, "kind deal", 0.5)
    assert eval_gate.gate(folder, extractors) == ["own: kind deal: 0.000 is below its floor 0.500"]
    set_floor(folder, "kind deal", eval_gate.EPSILON / 2)
    assert eval_gate.gate(folder, extractors) == []


def test_a_changed_corpus_fails_until_it_is_taken_over(folder: Path, extractors: dict[str, Extractor]) -> None:
    write_corpus(folder, RECORD, RECORD | {"id": "quiet", "text": "The phone has a blue case.", "shifts": []})
    assert eval_gate.gate(folder, extractors) == [
        "own.dev.jsonl: has changed; take it over with --update",
        "articles: 2 are read, 1 in the baseline; take it over with --update",
    ]
    assert eval_gate.gate(folder, extractors, update=True) == []
    assert eval_gate.gate(folder, extractors) == []


def test_a_file_that_is_gone_or_new_is_named(folder: Path, extractors: dict[str, Extractor]) -> None:
    (folder / "own.dev.jsonl").rename(folder / "other.dev.jsonl")
    assert eval_gate.gate(folder, extractors) == [
        "other.dev.jsonl: is new; take it over with --update",
        "own.dev.jsonl: is gone; take it over with --update",
    ]


def test_an_update_raises_floors_and_lowers_none(folder: Path, extractors: dict[str, Extractor]) -> None:
    set_floor(folder, "loose", 0.25)
    set_floor(folder, "kind deal", 0.5)
    assert eval_gate.gate(folder, extractors, update=True) == ["own: kind deal: 0.000 is below its floor 0.500"]
    floors = baseline(folder)["configurations"]["own"]["floors"]
    assert (floors["loose"], floors["kind deal"]) == (1.0, 0.5)


def test_a_regression_is_allowed_with_its_reason(folder: Path, extractors: dict[str, Extractor]) -> None:
    set_floor(folder, "kind deal", 0.5)
    assert eval_gate.gate(folder, extractors, reason="the label was wrong") == []
    shape = baseline(folder)
    assert shape["configurations"]["own"]["floors"]["kind deal"] == 0.0
    assert shape["regressions"] == [{"reason": "the label was wrong", "lowered": {"own: kind deal": "0.500 -> 0.000"}}]
    # A reason where nothing falls is not worth keeping.
    assert eval_gate.gate(folder, extractors, reason="again") == []
    assert baseline(folder)["regressions"] == shape["regressions"]


def test_floors_of_a_part_that_is_not_installed_stay(folder: Path, extractors: dict[str, Extractor]) -> None:
    kept = baseline(folder)["configurations"]["own"]
    others = {"rules": extractors["own"]}
    assert eval_gate.gate(folder, others, update=True) == []
    assert baseline(folder)["configurations"]["own"] == kept


def test_the_exit_code_tells(
    folder: Path, extractors: dict[str, Extractor], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(eval_gate, "configurations", lambda config: extractors)
    assert eval_gate.main(["--corpus", str(folder)]) == 0
    set_floor(folder, "kind deal", 0.5)
    assert eval_gate.main(["--corpus", str(folder)]) == 1
    (folder / "own.dev.jsonl").write_text("{", encoding="utf-8")
    assert eval_gate.main(["--corpus", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["all floors hold", "own"]
    assert len(lines) == 3
    with pytest.raises(SystemExit):
        eval_gate.main(["--allow-regression", " "])
