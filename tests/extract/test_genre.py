"""The measure behind genre_of: on labelled articles, what it silences holds no shift."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from marketwatch.domain import Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.genre import Genre, genre_of

CORPUS = Path(__file__).parent.parent / "corpus"


def genre(extractor: Extractor, text: str, title: str = "", lang: str | None = None) -> Genre:
    return genre_of(extractor.read(Document(text, title, lang, Moment.parse("2023-05"))))


def test_of_the_articles_it_silences_nearly_all_hold_no_shift(extractor: Extractor) -> None:
    silenced = wrongly = free = 0
    for path in sorted(CORPUS.glob("*.dev.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            told = any(not shift.get("background") for shift in row["shifts"])
            free += not told
            if genre(extractor, row["text"], row.get("title") or "", row["lang"]) is not Genre.COMPANY:
                silenced += 1
                wrongly += told
    assert silenced >= 0.5 * free
    assert wrongly <= 0.12 * silenced


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Galaxy S24 opens the year. It has a 200 megapixel camera. The Galaxy S24 costs 799 dollars.", Genre.DEVICE),
        ("IDC says Xiaomi has 14% of the market. Samsung holds 20%. Apple fell to 17%.", Genre.RANKING),
        ("Xiaomi opens 200 stores. It sold 70 million phones in 2015. It will hire 500 people.", Genre.COMPANY),
        ("小米13今日开售。小米13搭载骁龙8处理器。售价3999元。", Genre.DEVICE),
    ],
)
def test_genres(extractor: Extractor, text: str, wanted: Genre) -> None:
    assert genre(extractor, text) is wanted
