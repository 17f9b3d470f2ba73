"""What the encoder says of all readings, in batches: it is not trained, so once is enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from marketwatch.extract.reader import network
from marketwatch.extract.reader.pieces import PADDING
from marketwatch.extract.reader.weights import unpack4
from tools.reader_training.arrays import Reading

_SIZE = 4096
"""Pieces at once."""


def encode(readings: Sequence[Reading], table: Any, base: Any, layers: Sequence[Any]) -> None:
    """Fill in `inputs.words` of every reading."""

    @jax.jit
    def run(words: Any, valid: Any) -> Any:
        said = network.layers(jnp, layers, network.embed(jnp, base, words), valid)
        return network.joined(jnp, said).astype(jnp.float16)

    by_length: dict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_length[reading.room].append(reading)
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
            words = np.asarray(run(unpack4(table[ids]), valid))
            for row, reading in enumerate(part):
                reading.inputs = reading.inputs._replace(words=_for_all(reading, words[row]))


def _for_all(reading: Reading, said: Any) -> Any:
    """The same for all vendors of a reading."""
    part = said[: reading.length].copy()
    return np.broadcast_to(part, (len(reading.pair), *part.shape))
