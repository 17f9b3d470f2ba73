"""Labelled articles as records of one shape: our own (training/articles, format in training/README.md) and the corpus."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

_HEADER = re.compile(r"=== (\w\w) \| (\d{4}\S*) \| (\S+)")
_LINE = re.compile(r"\[([^\]]*)\] ?(.+)")
_PART = re.compile(r"(\d{4})([QH]\d)")

Record = dict[str, Any]
"""id, lang, date, title, story, text; shifts with `spans`, figures with `span`: places in the text."""


def own_articles(folder: Path) -> list[Record]:
    """Read training/articles/*.txt. Raises ValueError that names file and line."""
    return [record for path in sorted(folder.glob("*.txt")) for record in _articles(path)]


def corpus(folder: Path) -> list[Record]:
    """Read the labelled corpus, places of evidence added."""
    records = []
    for path in sorted(folder.glob("*.dev.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            for shift in record["shifts"]:
                shift["spans"] = [span for quote in shift["evidence"] if (span := _place(record["text"], quote))]
            for figure in record["figures"]:
                figure["span"] = _place(record["text"], figure["evidence"])
            records.append(record)
    return records


def _place(text: str, quote: Any) -> tuple[int, int] | None:
    words = quote if isinstance(quote, str) else quote["text"]
    at = text.find(words)
    return (at, at + len(words)) if at >= 0 else None


def _articles(path: Path) -> Iterator[Record]:
    blocks: list[list[tuple[int, str]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("==="):
            blocks.append([])
        if blocks:
            blocks[-1].append((number, line))
    for block in blocks:
        yield _article(path, block)


def _article(path: Path, block: Sequence[tuple[int, str]]) -> Record:
    match = _HEADER.fullmatch(block[0][1].strip())
    if match is None:
        raise ValueError(f"{path.name}:{block[0][0]}: the header is `=== lang | date | slug`")
    lang, date, slug = match.groups()
    record: Record = {"id": f"{path.stem}/{slug}", "lang": lang, "date": date, "title": "", "story": slug}
    shifts: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    figures: list[dict[str, Any]] = []
    text, gap = "", ""
    for number, line in block[1:]:
        if line.startswith("# "):
            record["title"] = line[2:].strip()
        elif not line.strip():
            gap = "\n\n" if text else ""
        elif labelled := _LINE.match(line):
            start = len(text + gap)
            text += gap + labelled[2].strip()
            gap = "" if lang == "zh" else " "
            _label(f"{path.name}:{number}", labelled[1], (start, len(text)), shifts, figures)
        else:
            raise ValueError(f"{path.name}:{number}: a sentence begins with its [labels]")
    names = ("vendor", "kind", "direction", "status")
    record["text"] = text
    record["shifts"] = [dict(zip(names, k[:4], strict=True), background=len(k) == 5, spans=v) for k, v in shifts.items()]
    record["figures"] = figures
    return record


def _label(
    where: str,
    labels: str,
    span: tuple[int, int],
    shifts: dict[tuple[str, ...], list[tuple[int, int]]],
    figures: list[dict[str, Any]],
) -> None:
    for label in filter(None, (part.strip() for part in labels.split(";"))):
        words = label.lstrip("$").split()
        if label.startswith("$"):
            figures.append(_figure(where, words, span))
        elif len(words) in (4, 5):
            shifts.setdefault(tuple(words), []).append(span)
        else:
            raise ValueError(f"{where}: a shift is `vendor kind direction status [bg]`, not `{label}`")


def _figure(where: str, words: Sequence[str], span: tuple[int, int]) -> dict[str, Any]:
    said, _, scope = " ".join(words).partition(" scope=")
    if len(said.split()) != 7:
        raise ValueError(f"{where}: a figure is `$vendor metric value unit period role bound [scope=...]`")
    vendor, metric, value, unit, period, role, bound = said.split()
    low, _, high = value.partition("..")
    return {
        "vendor": vendor, "metric": metric, "value": float(low), "value_high": float(high) if high else None, "unit": unit,
        "period": None if period == "-" else _PART.sub(r"\2 \1", period), "role": role, "bound": bound,
        "scope": scope or None, "span": span,
    }  # fmt: skip


def stories(records: Iterable[Record]) -> list[str]:
    """The story of each record: what is left out together."""
    return [record.get("story") or record["id"] for record in records]
