"""Train the heads of marketwatch/extract/heads.py, or measure them by leaving stories out.

    python tools/train_heads.py              writes marketwatch/extract/weights/heads.npy, the same bytes every time
    python tools/train_heads.py --evaluate   scores of rules, heads and both, each story read by heads that never saw it

Material: training/sentences.tsv (our own sentences, guide in training/README.md) and the labelled articles in tests/corpus.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from marketwatch.config_file import load_config, packaged_config
from marketwatch.domain import Moment
from marketwatch.evaluation import evaluate
from marketwatch.extract import Document, Extractor
from marketwatch.extract.heads import LABELS, Heads, features

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "marketwatch/extract/weights/heads.npy"
_C = 5.0
"""Inverse strength of the L2 penalty."""
_STEPS = 400
_FOLDS = 8


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences as features with their labels, and the story each belongs to (-1: our own)."""

    x: Any
    y: Any
    story: Any


def own_sentences() -> Material:
    rows = [line.rstrip("\n").split("\t") for line in (ROOT / "training/sentences.tsv").read_text(encoding="utf-8").splitlines()]
    x = np.vstack([features([text], text) for _, _, text in rows])
    y = np.zeros((len(rows), len(LABELS)))
    for at, (kind, direction, _) in enumerate(rows):
        if kind != "none":
            y[at, LABELS.index(kind)] = y[at, LABELS.index(f"{kind} {direction}")] = 1
    return Material(x, y, np.full(len(rows), -1))


def corpus() -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in sorted((ROOT / "tests/corpus").glob("*.jsonl")) for line in path.read_text().splitlines()
    ]


def document_of(row: dict[str, Any]) -> Document:
    published = Moment.parse(row["date"]) if row.get("date") else None
    return Document(row["text"], row.get("title") or "", row.get("lang"), published)


def labelled_sentences(rows: Sequence[dict[str, Any]], extractor: Extractor, stories: Sequence[int]) -> Material:
    """A sentence has the labels of the shifts whose evidence it is."""
    xs, ys, owners = [], [], []
    for row, story in zip(rows, stories, strict=True):
        sentences = [s.text for s in extractor._read(document_of(row)).sentences]
        y = np.zeros((len(sentences), len(LABELS)))
        for shift in row["shifts"]:
            if shift.get("background"):
                continue
            labels = [LABELS.index(shift["kind"]), LABELS.index(f"{shift['kind']} {shift['direction']}")]
            for evidence in shift["evidence"]:
                quoted = _bare(evidence["text"] if isinstance(evidence, dict) else evidence)
                for at, text in enumerate(sentences):
                    if quoted in _bare(text) or (len(text) > 20 and _bare(text) in quoted):
                        y[at, labels] = 1
        xs.append(features(sentences, row.get("title") or ""))
        ys.append(y)
        owners.append(np.full(len(sentences), story))
    return Material(np.vstack(xs), np.vstack(ys), np.concatenate(owners))


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text)


def train(x: Any, y: Any) -> Any:
    """Logistic regression with an L2 penalty, all labels at once, by accelerated gradient descent in a fixed number of steps."""
    with_bias = np.hstack([x, np.ones((len(x), 1))])
    w = v = np.zeros((y.shape[1], with_bias.shape[1]))
    penalty = np.full(with_bias.shape[1], 1 / _C)
    penalty[-1] = 0
    step = 1 / (0.25 * np.linalg.norm(with_bias, 2) ** 2 + 1 / _C)
    for number in range(_STEPS):
        gradient = (1 / (1 + np.exp(-(with_bias @ v.T))) - y).T @ with_bias + v * penalty
        following = v - step * gradient
        v = following + number / (number + 3) * (following - w)
        w = following
    return w


def stories_of(rows: Sequence[dict[str, Any]]) -> list[int]:
    names: dict[str, int] = {}
    return [names.setdefault(row.get("story") or row["id"], len(names)) for row in rows]


def build() -> None:
    rows = corpus()
    extractor = Extractor(tuple(load_config(packaged_config()).vendors.values()), heads=None)
    told, own = labelled_sentences(rows, extractor, stories_of(rows)), own_sentences()
    weights = train(np.vstack([told.x, own.x]), np.vstack([told.y, own.y]))
    WEIGHTS.parent.mkdir(exist_ok=True)
    np.save(WEIGHTS, np.round(weights, 3).astype(np.float16))
    print(f"{len(told.x)} sentences of articles, {len(own.x)} of our own: {WEIGHTS.stat().st_size} bytes")


def measure() -> None:
    rows = corpus()
    vendors = tuple(load_config(packaged_config()).vendors.values())
    rules = Extractor(vendors, heads=None)
    stories = stories_of(rows)
    told, own = labelled_sentences(rows, rules, stories), own_sentences()
    found: dict[str, list[tuple[dict[str, Any], list[dict[str, Any]]]]] = {"rules": [], "both": []}
    for fold in range(_FOLDS):
        kept = told.story % _FOLDS != fold
        heads = Heads(train(np.vstack([told.x[kept], own.x]), np.vstack([told.y[kept], own.y])), "fold")
        both = Extractor(vendors, heads=heads)
        for row, story in zip(rows, stories, strict=True):
            if story % _FOLDS == fold:
                found["rules"].append((row, shapes(rules, row)))
                found["both"].append((row, shapes(both, row)))
    for name, pairs in found.items():
        report = evaluate(pairs)
        print(
            f"{name:<6} loose {report.loose.f1:.3f} (p {report.loose.precision:.3f}, r {report.loose.recall:.3f})  "
            f"strict {report.strict.f1:.3f}  quiet {report.quiet / report.shift_free:.3f}  "
            + " ".join(f"{lang} {score.f1:.2f}" for lang, score in sorted(report.by_lang.items()))
        )


def shapes(extractor: Extractor, row: dict[str, Any]) -> list[dict[str, Any]]:
    shifts = extractor.extract(document_of(row)).shifts
    return [
        {"vendor": s.vendor, "kind": s.kind.value, "direction": s.direction.value, "background": s.background} for s in shifts
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evaluate", action="store_true")
    if parser.parse_args().evaluate:
        measure()
    else:
        build()


if __name__ == "__main__":
    main()
