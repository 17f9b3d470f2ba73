"""`explain`: what would be extracted from a text, with the reasons, without saving anything."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from marketwatch.commands.add import extract_draft, hinted
from marketwatch.commands.output import write_json, write_line
from marketwatch.commands.setup import configuration
from marketwatch.commands.shapes import explain_object
from marketwatch.documents import draft_of_record, read_file, read_moment, read_record
from marketwatch.domain import ArticleDraft, Extraction, Figure, Shift
from marketwatch.errors import InputError, UsageError
from marketwatch.extract import Document, Extractor, extractor_of
from marketwatch.extract.language import LANGUAGES
from marketwatch.json_shapes import number
from marketwatch.near import did_you_mean
from marketwatch.sanitise import clean_line


def run(args: Namespace) -> int:
    if args.lang and args.lang not in LANGUAGES:
        hint = did_you_mean(args.lang, LANGUAGES, f"there are: {' '.join(LANGUAGES)}")
        raise UsageError(f"--lang: no language '{args.lang}', {hint}")
    extractor = extractor_of(configuration(args))
    if args.jsonl:
        for where, line in _lines(args.path):
            record = read_record(line, where)
            draft = draft_of_record(record, where)
            shape = _of_record(extractor, draft, args) | {"id": record.get("id") or draft.key}
            write_line(json.dumps(shape, ensure_ascii=False))
            sys.stdout.flush()
        return 0
    drafts = [hinted(draft, args) for draft in read_file(args.path)]
    if not drafts:
        raise InputError(f"{args.path}: holds no article")
    read = [(draft, extract_draft(extractor, draft, trace=args.trace)) for draft in drafts]
    if args.format == "json":
        shapes = [explain_object(x, _article(d, x), trace=args.trace) for d, x in read]
        write_json(shapes[0] if len(shapes) == 1 else shapes)
    else:
        for draft, extraction in read:
            _write_text(draft, extraction)
    return 0


def _lines(path: str) -> Iterator[tuple[str, str]]:
    """Lines as they come, so that a pipe gets each answer before it sends the next record."""
    if path == "-":
        stream = sys.stdin
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        name = "stdin"
    else:
        try:
            stream, name = open(path, encoding="utf-8"), path  # noqa: SIM115
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    number_of = 0
    try:
        with stream:
            for line in stream:
                number_of += 1
                if line.strip():
                    yield f"{name}:{number_of}", line
    except UnicodeDecodeError as error:
        raise InputError(f"{name}:{number_of + 1}: is not UTF-8 text") from error


def _of_record(extractor: Extractor, draft: ArticleDraft, args: Namespace) -> dict[str, Any]:
    """The record's own text is read, so that evidence offsets point into it; --date and --lang are for records without."""
    published = draft.published or (read_moment(args.date, "--date") if args.date else None)
    draft = replace(draft, lang=draft.lang or args.lang, published=published)
    document = Document(text=draft.text, title=draft.title, lang=draft.lang, published=draft.published)
    extraction = extractor.extract(document, trace=args.trace)
    return explain_object(extraction, _article(draft, extraction, draft.key), trace=args.trace)


def _article(draft: ArticleDraft, extraction: Extraction, record_id: str | None = None) -> dict[str, Any]:
    return {
        "id": record_id,
        "title": draft.title,
        "url": draft.url,
        "outlet": draft.outlet,
        "lang": extraction.lang,
        "published": str(draft.published) if draft.published else None,
    }


def _write_text(draft: ArticleDraft, extraction: Extraction) -> None:
    date = str(draft.published) if draft.published else "no date"
    write_line(f"{draft.title}\n{extraction.lang} · {date} · {extraction.extractor}\n")
    for shift in extraction.shifts:
        _write_shift(shift)
    for figure in extraction.figures:
        _write_figure(figure)
    if not extraction.shifts and not extraction.figures:
        write_line("no shift and no figure of a vendor on the watch-list")
    for step in extraction.trace:
        quote = clean_line(draft.text[step.start : step.end], 100)
        write_line(f"  {step.outcome:<50} {step.rule:<34} {step.detail}  [{step.start}:{step.end}] {quote}")


def _write_shift(shift: Shift) -> None:
    background = " · background" if shift.background else ""
    write_line(f"{shift.vendor}  {shift.kind.value} {shift.direction.value}  {shift.object}  ({shift.status.value}{background})")
    for evidence in shift.evidence:
        write_line(f"    “{clean_line(evidence.text, 2000)}”  [{evidence.start}:{evidence.end}]")
    speaker = f"{shift.speaker}{f', {shift.role}' if shift.role else ''} · " if shift.speaker else ""
    write_line(f"    {speaker}rule {shift.rule}, confidence {shift.confidence:.2f}\n")


def _write_figure(figure: Figure) -> None:
    high = f"..{number(figure.value_high)}" if figure.value_high is not None else ""
    scope = f" in {figure.scope}" if figure.scope else ""
    value = f"{figure.metric.value} {figure.bound.value} {number(figure.value)}{high} {figure.unit}"
    write_line(f"{figure.vendor}  {value}  {figure.period or 'no period'}  {figure.role.value}{scope}")
    write_line(f"    “{clean_line(figure.evidence.text, 2000)}”\n")
