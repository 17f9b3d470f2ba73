"""Layers that are not trained, over all readings in batches: once is enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from marketwatch.extract.reader import network
from marketwatch.extract.reader.pieces import PADDING
from marketwatch.extract.reader.weights import unpack4
from tools.reader_training.arrays import LENGTHS, Reading

_SIZE = 4096
"""Pieces at once."""


def encode(readings: Sequence[Reading], table: Any, base: Any, lower: Sequence[Any], upper: Sequence[Any]) -> None:
    """Fill in `inputs.lower` of every reading, and in `words` what the upper layers say before they are trained."""

    @jax.jit
    def run(words: Any, valid: Any) -> tuple[Any, Any]:
        low = network.layers(jnp, lower, network.embed(jnp, base, words), valid)[-1]
        all_of = network.joined(jnp, low, network.layers(jnp, upper, low, valid))
        return low.astype(jnp.float16), all_of.astype(jnp.float16)

    by_length: dict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_length[next(n for n in LENGTHS if reading.length <= n)].append(reading)
    for length, members in by_length.items():
        count = max(1, _SIZE // length)
        for at in range(0, len(members), count):
            part = members[at : at + count]
            ids = np.full((count, length), PADDING)
            valid = np.zeros((count, length), np.float32)
            valid[:, 0] = 1
            for row, reading in enumerate(part):
                ids[row, : reading.length] = reading.window.pieces
                valid[row, : reading.length] = 1
            low, words = (np.asarray(array) for array in run(unpack4(table[ids]), valid))
            for row, reading in enumerate(part):
                reading.words = words[row, : reading.length].copy()
                reading.inputs = reading.inputs._replace(lower=_for_all(reading, low[row]))


def _for_all(reading: Reading, said: Any) -> Any:
    part = said[: reading.length].copy()
    return np.broadcast_to(part, (len(reading.pair), *part.shape))


def with_words(reading: Reading) -> Reading:
    """The reading with all that its layers say in the place of what the lower ones say."""
    words = np.broadcast_to(reading.words, (len(reading.pair), *reading.words.shape))
    return replace(reading, inputs=reading.inputs._replace(lower=words))
