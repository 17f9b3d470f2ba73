"""Fail when the extraction of the labelled articles in tests/corpus falls below its floors.

    python tools/eval_gate.py                              compares with tests/corpus/baseline.json
    python tools/eval_gate.py --update                     takes over the corpus and raises floors, never lowers one
    python tools/eval_gate.py --allow-regression REASON    the same, and lowers what is not reached, with the reason

Rules alone and rules with the learned reader have floors of their own; the second are left out where the learned reader,
an optional part, is not installed. Exit code 0: all floors hold; 1: one line on each that does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketwatch.commands.evaluate import evaluation_object, read_corpus
from marketwatch.config import Config
from marketwatch.config_file import load_config, packaged_config
from marketwatch.errors import MarketwatchError
from marketwatch.extract import Extractor, extractor_of

CORPUS = Path(__file__).parent.parent / "tests/corpus"
EPSILON = 0.002
"""A floor is missed by more than this: scores are rounded to three digits."""
ROUNDING = {"learned": 0.02}
"""The same where a processor that rounds otherwise may push a score over its threshold."""

_SHARES = {"quiet": "quiet", "evidence": "evidence", "role": "figure_role", "period": "figure_period"}
_GROUPS = {"all": "{}", "kind": "kind {}", "lang": "lang {}", "figure_metric": "figures {}", "figure_lang": "figures {}"}
"""How a row of the evaluation is called in the baseline."""

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What the extraction reaches now, on which corpus."""

    corpus: Mapping[str, str]
    """SHA-256 of each file."""
    counts: Mapping[str, int]
    scores: Mapping[str, Scores]
    """Of each configuration: `loose`, `quiet`, `kind deal`, `lang fr`, `figures units` ..."""
    versions: Mapping[str, str]
    """Of the extractor, in each configuration."""


def configurations(config: Config) -> dict[str, Extractor]:
    """The extractors to measure: `rules` alone and, where it is installed, `learned` on top of them."""
    rules, learned = extractor_of(config, learned=False), extractor_of(config)
    return {"rules": rules} if learned.version == rules.version else {"rules": rules, "learned": learned}


def measure(folder: Path, extractors: Mapping[str, Extractor]) -> Measured:
    """Read the corpus in a folder with each extractor. Raises InputError."""
    files = sorted(folder.glob("*.dev.jsonl"))
    scores, counts = {}, {}
    for name, extractor in extractors.items():
        pairs = list(read_corpus(map(str, files), extractor))
        scores[name] = _scores(evaluation_object(pairs))
        labels = {side: sum(len(record.get(side, ())) for record, _ in pairs) for side in ("shifts", "figures")}
        counts = {"articles": len(pairs)} | labels
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return Measured(digests, counts, scores, {name: extractor.version for name, extractor in extractors.items()})


def _scores(shape: Mapping[str, Any]) -> Scores:
    rows = {_GROUPS[row["group"]].format(row["row"]): row["f1"] for row in shape["rows"]}
    shares = {name: shape[key] for name, key in _SHARES.items() if shape[key] is not None}
    return rows | shares


def violations(baseline: Mapping[str, Any], measured: Measured) -> list[str]:
    """One line on each thing in which the measurement differs from its baseline for the worse."""
    lines = [f"{name}: {what}; take it over with --update" for name, what in _changes(baseline, measured).items()]
    for configuration, scores in measured.scores.items():
        floors = _floors(baseline, configuration)
        if not floors:
            lines.append(f"{configuration}: has no floors yet; set them with --update")
        for name, floor in _broken(configuration, floors, scores).items():
            lines.append(f"{configuration}: {name}: {scores.get(name, 0.0):.3f} is below its floor {floor:.3f}")
    return lines


def _changes(baseline: Mapping[str, Any], measured: Measured) -> dict[str, str]:
    """What is another corpus than that of the baseline."""
    known, changes = baseline.get("corpus", {}), {}
    for name in sorted({*known, *measured.corpus}):
        if known.get(name) != measured.corpus.get(name):
            changes[name] = "is new" if name not in known else "is gone" if name not in measured.corpus else "has changed"
    for name, count in measured.counts.items():
        before = baseline.get("counts", {}).get(name)
        if before != count:
            changes[name] = f"{count} are read, {before or 'none'} in the baseline"
    return changes


def _floors(baseline: Mapping[str, Any], configuration: str) -> Scores:
    floors: Scores = baseline.get("configurations", {}).get(configuration, {}).get("floors", {})
    return floors


def _broken(configuration: str, floors: Scores, scores: Scores) -> Scores:
    slack = ROUNDING.get(configuration, EPSILON)
    return {name: floor for name, floor in floors.items() if scores.get(name, 0.0) < floor - slack}


def updated(baseline: Mapping[str, Any], measured: Measured, *, reason: str | None = None) -> dict[str, Any]:
    """Return the baseline with this corpus and floors raised to what is reached; a reason lowers the others, and is kept."""
    kept = dict(baseline.get("configurations", {}))
    lowered: dict[str, str] = {}
    for configuration, scores in measured.scores.items():
        floors = _floors(baseline, configuration)
        raised = {name: max(floors.get(name, 0.0), scores.get(name, 0.0)) for name in sorted({*floors, *scores})}
        if reason is not None:
            for name, floor in _broken(configuration, floors, scores).items():
                raised[name] = scores.get(name, 0.0)
                lowered[f"{configuration}: {name}"] = f"{floor:.3f} -> {raised[name]:.3f}"
        kept[configuration] = {"extractor": measured.versions[configuration], "floors": raised}
    regressions = list(baseline.get("regressions", []))
    if lowered:
        regressions.append({"reason": reason, "lowered": lowered})
    return {
        "corpus": dict(measured.corpus),
        "counts": dict(measured.counts),
        "configurations": kept,
        "regressions": regressions,
    }


def gate(folder: Path, extractors: Mapping[str, Extractor], *, update: bool = False, reason: str | None = None) -> list[str]:
    """Measure, write the baseline in the folder if asked to, and return what is still wrong, a line each."""
    path = folder / "baseline.json"
    baseline = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    measured = measure(folder, extractors)
    if update or reason is not None:
        baseline = updated(baseline, measured, reason=reason)
        path.write_text(json.dumps(baseline, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return violations(baseline, measured)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the gate; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS, metavar="FOLDER")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--allow-regression", metavar="REASON")
    args = parser.parse_args(argv)
    if args.allow_regression is not None and not args.allow_regression.strip():
        parser.error("--allow-regression: say why")
    extractors = configurations(load_config(packaged_config()))
    try:
        lines = gate(args.corpus, extractors, update=args.update, reason=args.allow_regression)
    except MarketwatchError as error:
        lines = [str(error)]
    for line in lines:
        print(line)
    if not lines:
        print(f"all floors hold: {', '.join(f'{name} ({one.version})' for name, one in extractors.items())}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
