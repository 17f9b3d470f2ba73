"""`evaluate`: the extraction scored on labelled articles."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from marketwatch.commands.output import write_json, write_line, write_rows
from marketwatch.commands.setup import configuration
from marketwatch.commands.shapes import explain_object
from marketwatch.counted import counted
from marketwatch.documents import MAX_DOCUMENT, draft_of_record, read_records
from marketwatch.errors import InputError
from marketwatch.evaluation import BINS, FigureReport, Mistakes, Report, Score, Share, evaluate, evaluate_figures
from marketwatch.extract import Document, Extractor, extractor_of

_COUNTS = {"F1": "f1", "precision": "precision", "recall": "recall", "hit": "hit", "false": "false", "missed": "missed"}
_SHARES = {"share": "share", "right": "right", "of": "of"}
_LABELS = {"shifts": {"vendor", "kind", "direction"}, "figures": {"vendor", "metric", "value"}}


def run(args: Namespace) -> int:
    extractor = extractor_of(configuration(args))
    pairs = list(read_corpus(args.corpus, extractor))
    shape = {"extractor": extractor.version} | evaluation_object(pairs)
    if args.format == "json":
        write_json(shape)
    else:
        write_tables(shape, args.worst)
    return 0


def read_corpus(paths: Iterable[str], extractor: Extractor) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Yield each labelled article with what the extractor finds in it, both in the shape of JSON. Raises InputError."""
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read(MAX_DOCUMENT)
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: is not UTF-8 text (byte {error.start})") from error
        for line, record in read_records(text, path):
            where = f"{path}:{line}"
            draft = draft_of_record(record, where)
            _check_labels(record, where)
            document = Document(text=draft.text, title=draft.title, lang=draft.lang, published=draft.published)
            yield record, explain_object(extractor.extract(document), {"id": draft.key, "published": None})


def _check_labels(record: Mapping[str, Any], where: str) -> None:
    for name, keys in _LABELS.items():
        # Articles may be labelled for shifts alone.
        labels = record.get(name, [] if name == "figures" else None)
        if not isinstance(labels, list) or not all(
            isinstance(one, dict) and keys <= set(one) and isinstance(one.get("value", 0), int | float) for one in labels
        ):
            raise InputError(f"{where}: {name}: must be a list of labelled {name}")


def evaluation_object(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, Any]:
    """Score (labelled record, what was found in it) pairs: everything `evaluate` knows, in the shape of JSON."""
    report = evaluate((record, found["shifts"]) for record, found in pairs)
    figures = evaluate_figures((record, found["figures"]) for record, found in pairs)
    shares = _shares(report, figures)
    return {
        "articles": report.articles,
        **{share["row"].replace(" ", "_"): share["share"] for share in shares},
        "rows": list(_rows(report, figures)),
        "shares": shares,
        "confusion": [
            {"missed": missed, "found": found, "count": count} for (missed, found), count in report.confusion.most_common()
        ],
        "calibration": [
            _share(f"{number / BINS:.1f}-{(number + 1) / BINS:.1f}", share) for number, share in enumerate(report.calibration)
        ],
        "worst": [_mistakes(one) for one in report.mistakes],
    }


def _rows(report: Report, figures: FigureReport) -> Iterator[dict[str, Any]]:
    whole = {"loose": report.loose, "strict": report.strict, "figures": figures.all}
    groups = {
        "all": whole,
        "kind": report.by_kind,
        "lang": report.by_lang,
        "figure_metric": figures.by_metric,
        "figure_lang": figures.by_lang,
    }
    for group, scores in groups.items():
        ordered = scores if group == "all" else sorted(scores)
        yield from ({"group": group} | _row(name, scores[name]) for name in ordered)


def _row(name: str, score: Score) -> dict[str, Any]:
    rates = {"f1": round(score.f1, 3), "precision": round(score.precision, 3), "recall": round(score.recall, 3)}
    return {"row": name, **rates, "hit": score.hit, "false": score.false, "missed": score.missed}


def _shares(report: Report, figures: FigureReport) -> list[dict[str, Any]]:
    shares = {"quiet": Share(report.quiet, report.shift_free), "evidence": report.evidence, **report.fields}
    shares |= {f"figure {name}": share for name, share in figures.fields.items()}
    return [_share(name, share) for name, share in shares.items()]


def _share(name: str, share: Share) -> dict[str, Any]:
    rate = None if share.rate is None else round(share.rate, 3)
    return {"row": name, "share": rate, "right": share.right, "of": share.of}


def _mistakes(one: Mistakes) -> dict[str, Any]:
    missed, false = ([{"vendor": vendor, "kind": kind} for vendor, kind in keys] for keys in (one.missed, one.false))
    return {"article": one.article, "lang": one.lang, "count": one.count, "missed": missed, "false": false}


def write_tables(shape: Mapping[str, Any], worst: int) -> None:
    """Write an evaluation for people, with its `worst` worst articles."""
    write_line(f"{counted(shape['articles'], 'article')}, {shape['extractor']}")
    headings = {"all": "score", "kind": "kind", "lang": "language", "figure_metric": "figures", "figure_lang": "figures"}
    for group, heading in headings.items():
        _write([row for row in shape["rows"] if row["group"] == group], {heading: "row"} | _COUNTS)
        if group == "all":
            _write(shape["shares"], {"share of": "row"} | _SHARES)
    _write(shape["confusion"], {"kind missed": "missed", "found instead": "found", "times": "count"})
    bins = [share for share in shape["calibration"] if share["of"]]
    _write(bins, {"confidence": "row", "shifts": "of", "right": "right", "share": "share"})
    mistaken = [
        one | {"details": "; ".join(f"{side} {_named(one[side])}" for side in ("missed", "false") if one[side])}
        for one in shape["worst"][:worst]
    ]
    _write(mistaken, {"worst article": "article", "lang": "lang", "mistakes": "count", "which": "details"})


def _named(shifts: Sequence[Mapping[str, str]]) -> str:
    return ", ".join(f"{shift['vendor']} {shift['kind']}" for shift in shifts)


def _write(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    if rows:
        write_line("")
        shown = [{key: f"{value:.3f}" if isinstance(value, float) else value for key, value in row.items()} for row in rows]
        write_rows(shown, columns, "table")
