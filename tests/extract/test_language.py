from __future__ import annotations

import json
from pathlib import Path

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from marketwatch.extract.language import LANGUAGES, detect

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.mark.parametrize(("start", "length"), [(0, 800), (150, 60), (90, 30)])
def test_a_language_is_the_one_that_py3langid_tells(start: int, length: int) -> None:
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages([lang for lang in LANGUAGES if lang != "zh"])
    rows = [json.loads(line) for path in CORPUS.glob("*.dev.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    pieces = [row["text"][start : start + length] for row in rows if row["lang"] != "zh"]
    pieces = [piece for piece in pieces if sum(map(str.isalpha, piece)) >= 20]
    assert len(pieces) > 100
    assert [detect(piece) for piece in pieces] == [model.classify(piece)[0] for piece in pieces]


@pytest.mark.parametrize(
    ("text", "hint", "lang"),
    [("", "de", "de"), ("", None, "en"), ("Xiaomi", "zh-CN", "zh"), ("12345 …", "ja", "en"), ("小米在法国开设门店", "fr", "zh")],
)
def test_a_short_text_is_in_the_language_of_its_feed(text: str, hint: str | None, lang: str) -> None:
    assert detect(text, hint) == lang
