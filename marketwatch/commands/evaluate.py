"""`evaluate`: the extraction scored on labelled articles."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from marketwatch.commands.output import write_json, write_rows
from marketwatch.commands.setup import configuration
from marketwatch.commands.shapes import explain_object
from marketwatch.documents import MAX_DOCUMENT, draft_of_record, read_records
from marketwatch.errors import InputError
from marketwatch.evaluation import Report, Score, evaluate
from marketwatch.extract import Document, Extractor

_COLUMNS = {
    "row": "row",
    "F1": "f1",
    "precision": "precision",
    "recall": "recall",
    "hit": "hit",
    "false": "false",
    "missed": "missed",
}


def run(args: Namespace) -> int:
    extractor = Extractor(tuple(configuration(args).vendors.values()))
    report = evaluate(pair for path in args.corpus for pair in _pairs(path, extractor))
    rows = [_row("loose", report.loose), _row("strict", report.strict)]
    rows += [_row(kind, score) for kind, score in sorted(report.by_kind.items())]
    rows += [_row(lang, score) for lang, score in sorted(report.by_lang.items())]
    quiet = round(report.quiet / report.shift_free, 3) if report.shift_free else None
    if args.format == "json":
        write_json({"articles": report.articles, "quiet": quiet, "extractor": extractor.version, "rows": rows})
    else:
        write_rows([*rows, _quiet_row(report, quiet)], _COLUMNS, "table")
    return 0


def _pairs(path: str, extractor: Extractor) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(MAX_DOCUMENT)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    for line, record in read_records(text, path):
        where = f"{path}:{line}"
        draft = draft_of_record(record, where)
        labels = record.get("shifts")
        if not isinstance(labels, list) or not all(
            isinstance(s, dict) and {"vendor", "kind", "direction"} <= set(s) for s in labels
        ):
            raise InputError(f"{where}: shifts: must be a list of labelled shifts")
        document = Document(text=draft.text, title=draft.title, lang=draft.lang, published=draft.published)
        found = explain_object(extractor.extract(document), {"id": draft.key, "published": None})
        yield dict(record), found["shifts"]


def _row(name: str, score: Score) -> dict[str, Any]:
    rates = {"f1": round(score.f1, 3), "precision": round(score.precision, 3), "recall": round(score.recall, 3)}
    return {"row": name, **rates, "hit": score.hit, "false": score.false, "missed": score.missed}


def _quiet_row(report: Report, quiet: float | None) -> dict[str, Any]:
    return {"row": "quiet", "f1": quiet, "hit": report.quiet, "false": report.shift_free - report.quiet}
