"""Which of the supported languages a text is in."""

from __future__ import annotations

import re
from functools import cache

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "zh")
_SAMPLE = 800
_MEMORY = 6
"""Bytes that a state of py3langid's automaton depends on: its longest feature."""
_CLOSE = 0.5
"""Lead below which another order of adding could change which language leads; scores are some hundreds."""
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
    return _identifier().language(sample)


def _count(run: re.Pattern[str], text: str) -> int:
    """Characters in all runs of a kind."""
    return sum(map(len, run.findall(text)))


class _Identifier:
    """py3langid's model, asked for all places of a text at once: its automaton knows the last few bytes only."""

    def __init__(self) -> None:
        import numpy as np
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        model = LanguageIdentifier.from_model_file(MODEL_FILE)
        model.set_languages([lang for lang in LANGUAGES if lang != "zh"])
        self._model = model
        self._next = np.frombuffer(model.tk_nextmove, dtype=f"u{model.tk_nextmove.itemsize}")
        self._row = np.array(model.tk_row, dtype=np.int64) << 8
        self._feature = np.array(model.tk_output, dtype=np.int64)
        self._scores = np.ascontiguousarray(model.nb_ptc, dtype=np.float32)

    def language(self, text: str) -> str:
        """Return what `classify` of py3langid says, which walks byte by byte and takes four times as long."""
        import numpy as np

        read = np.frombuffer(self._model._encode(text), dtype=np.uint8)
        states = np.zeros(len(read), dtype=np.int64)
        for back in range(_MEMORY - 1, -1, -1):
            states[back:] = self._next.take(self._row.take(states[back:]) + read[: max(0, len(read) - back)])
        features = self._feature.take(states)
        seen, counts = np.unique(features[features >= 0], return_counts=True)
        scores = np.log1p(counts.astype(np.float32)) @ self._scores[seen] + self._model.nb_pc
        second, first = sorted(scores.tolist())[-2:]
        if first - second < _CLOSE:
            return str(self._model.classify(text)[0])
        return str(self._model.nb_classes[int(scores.argmax())])


@cache
def _identifier() -> _Identifier:
    return _Identifier()
