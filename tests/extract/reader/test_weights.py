from __future__ import annotations

import numpy as np

from marketwatch.extract.reader.weights import unpack4, write


def test_four_bits_are_unpacked_as_they_were_packed() -> None:
    scale = np.array([0.5], dtype=np.float16).view(np.uint8)
    nibbles = (np.arange(16, dtype=np.uint8) % 16) | (np.uint8(15) << 4)
    row = unpack4(np.concatenate([scale, nibbles])[None])
    assert row.shape == (32,)
    assert row[:16].tolist() == [(n - 8) * 0.5 for n in range(16)]
    assert row[16:].tolist() == [3.5] * 16


def test_the_same_arrays_give_the_same_bytes() -> None:
    arrays = {"b": np.arange(9.0), "a": np.ones((3, 3), dtype=np.float16)}
    assert write(arrays) == write(dict(reversed(arrays.items())))
