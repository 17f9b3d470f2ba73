"""Examples beside the packs: each sentence gives exactly the shifts it names, or nothing. Packs alone: no learned heads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marketwatch.config import Config
from marketwatch.domain import Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.language import LANGUAGES

FOLDER = Path(__file__).parent / "examples"


def examples() -> Iterator[Any]:
    for lang in LANGUAGES:
        rows = tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))["example"]
        assert any(not row["shifts"] for row in rows), f"{lang}: no example that must stay quiet"
        for row in rows:
            yield pytest.param(lang, row["text"], row["shifts"], id=f"{lang}: {row['text'][:50]}")


@pytest.mark.parametrize(("lang", "text", "wanted"), examples())
def test_example(config: Config, lang: str, text: str, wanted: list[str]) -> None:
    rules = Extractor(tuple(config.vendors.values()), heads=None)
    extraction = rules.extract(Document(text, lang=lang, published=Moment.parse("2023-05-10")))
    assert sorted({f"{s.kind.value} {s.direction.value}" for s in extraction.shifts}) == sorted(wanted)
