"""Words → pieces of a fixed vocabulary: the unigram segmentation of SentencePiece (Kudo 2018), read from the weights file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

START, PADDING, END, UNKNOWN = 0, 1, 2, 3
_SPACE = "\u2581"
_UNKNOWN_PENALTY = 10.0
_CACHED_WORDS = 50_000


class Pieces:
    """A vocabulary of pieces with their log-probabilities. Text is normalised character by character first."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], normal: Mapping[int, str]) -> None:
        """`normal` maps code points to what stands for them (NFKC with the exceptions of XLM-R)."""
        self._ids = {piece: number for number, piece in reversed(list(enumerate(pieces)))}
        self._scores = [float(score) for score in scores]
        self._normal = dict(normal)
        self._longest = max(map(len, pieces))
        self._unknown = min(self._scores) - _UNKNOWN_PENALTY
        self._cache: dict[str, tuple[int, ...]] = {}

    def encode(self, text: str, *, after_space: bool = True) -> list[int]:
        """Return the piece ids of a text; `after_space` says that it begins a word."""
        text = " ".join(text.translate(self._normal).replace(_SPACE, " ").split(" "))
        if after_space and not text.startswith(" "):
            text = " " + text
        first, *words = text.split(" ")
        ids = list(self._word(first)) if first else []
        for word in words:
            if word:
                ids += self._word(_SPACE + word)
        return ids

    def _word(self, word: str) -> tuple[int, ...]:
        known = self._cache.get(word)
        if known is None:
            if len(self._cache) >= _CACHED_WORDS:
                self._cache.clear()
            known = self._cache[word] = self._segment(word)
        return known

    def _segment(self, word: str) -> tuple[int, ...]:
        """The most probable way to cut a word (Viterbi); a character no piece holds is unknown."""
        best = [0.0] + [float("-inf")] * len(word)
        cut: list[tuple[int, int]] = [(0, UNKNOWN)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                number = self._ids.get(word[start:end])
                if number is not None and number > UNKNOWN and (score := best[start] + self._scores[number]) > best[end]:
                    best[end], cut[end] = score, (start, number)
            if (score := best[start] + self._unknown) > best[start + 1]:
                best[start + 1], cut[start + 1] = score, (start, UNKNOWN)
        ids: list[int] = []
        at = len(word)
        while at:
            at, number = cut[at]
            ids.append(number)
        return tuple(reversed(ids))
