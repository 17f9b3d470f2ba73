"""Floors on the labelled corpus: they only go up. Rules alone: the heads were trained on these articles."""

from __future__ import annotations

import json
from pathlib import Path

from marketwatch.config import Config
from marketwatch.domain import Moment
from marketwatch.evaluation import Report, evaluate
from marketwatch.extract import Document, Extractor

FOLDER = Path(__file__).parent.parent / "corpus"
FLOORS = {"loose": 0.42, "strict": 0.30, "quiet": 0.93}


def report_of(extractor: Extractor) -> Report:
    pairs = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            published = Moment.parse(row["date"]) if row.get("date") else None
            found = extractor.extract(Document(row["text"], row.get("title") or "", row.get("lang"), published)).shifts
            shapes = [
                {"vendor": s.vendor, "kind": s.kind.value, "direction": s.direction.value, "background": s.background}
                for s in found
            ]
            pairs.append((row, shapes))
    return evaluate(pairs)


def test_scores_of_the_rules_stay_above_their_floors(config: Config) -> None:
    report = report_of(Extractor(tuple(config.vendors.values()), heads=None))
    assert report.articles == 236
    scores = {"loose": report.loose.f1, "strict": report.strict.f1, "quiet": report.quiet / report.shift_free}
    assert all(scores[name] >= floor for name, floor in FLOORS.items()), scores
