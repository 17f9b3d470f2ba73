"""Which of the supported languages a text is in."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "zh")
_SAMPLE = 800
_HAN = re.compile("[\u3400-\u9fff]+")
_KANA_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def detect(text: str, hint: str | None = None) -> str:
    """Return a language of LANGUAGES; the hint decides short texts, and `en` texts of no language."""
    prior = (hint or "").lower().replace("_", "-").partition("-")[0]
    sample = text[:_SAMPLE]
    letters = _count(_LETTERS, sample)
    if letters and _count(_HAN, sample) > 0.2 * letters and _count(_KANA_HANGUL, sample) < 0.1 * letters:
        return "zh"
    if letters < 20:
        return prior if prior in LANGUAGES else "en"
    if prior in LANGUAGES and prior != "zh" and letters < 60:
        return prior
    return str(_identifier().classify(sample)[0])


def _count(run: re.Pattern[str], text: str) -> int:
    """Characters in all runs of a kind."""
    return sum(map(len, run.findall(text)))


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([lang for lang in LANGUAGES if lang != "zh"])
    return identifier
