"""The weights file: what it holds and how numbers are packed.

Embeddings and encoder layers are kept in the four bits they come in (blocks of 32 with one scale, as in GGML's Q4_0), the
readings, which are what is trained, in sixteen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from marketwatch.extract.reader.pieces import Pieces

BLOCK = 32
FILE = "weights/reader.npz"


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything the reader needs, unpacked; embeddings stay packed and are unpacked piece by piece."""

    pieces: Pieces
    table: Any
    """(pieces, width / 32, 18) uint8: packed embeddings."""
    base: Mapping[str, Any]
    """Positions and the normalisation of embeddings."""
    layers: tuple[Mapping[str, Any], ...]
    tops: tuple[Mapping[str, Any], ...]
    """Readings trained apart from one another; what they say on average counts."""
    amounts: tuple[Mapping[str, Any], ...]
    """Second readings of quantities, likewise: quantity_network."""
    settings: Mapping[str, Any]
    """What training found out: thresholds and calibration."""
    digest: str


def unpack4(blocks: Any) -> Any:
    """(..., n, 18) uint8 → (..., 32 n) float32: a half-precision scale and 32 numbers of four bits a block."""
    import numpy as np

    scale = blocks[..., :2].copy().view(np.float16)[..., 0].astype(np.float32)
    nibbles = blocks[..., 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
    return (values * scale[..., None]).reshape(*blocks.shape[:-2], -1)


def write(arrays: Mapping[str, Any]) -> bytes:
    """The weights file as bytes; the same arrays give the same bytes."""
    import numpy as np

    buffer = BytesIO()
    np.savez_compressed(buffer, **{name: arrays[name] for name in sorted(arrays)})
    return buffer.getvalue()


def read(source: bytes) -> Weights:
    """Unpack a weights file."""
    import numpy as np

    with np.load(BytesIO(source), allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    normal = {int(code): text for code, text in json.loads(_text(arrays["normal"])).items()}
    return Weights(
        pieces=Pieces(_text(arrays["pieces"]).split("\n"), arrays["scores"].tolist(), normal),
        table=arrays["table"],
        base=_group(arrays, "base"),
        layers=_stack(arrays, "layer"),
        tops=_stack(arrays, "top"),
        amounts=_stack(arrays, "amount"),
        settings=json.loads(_text(arrays["settings"])),
        digest=hashlib.sha256(source).hexdigest(),
    )


def text_array(text: str) -> Any:
    """A text as bytes in an array."""
    import numpy as np

    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def _text(array: Any) -> str:
    return bytes(array).decode("utf-8")


def _stack(arrays: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    count = 1 + max((int(key.split(".")[0][len(name) :]) for key in arrays if key.startswith(name)), default=-1)
    return tuple(_group(arrays, f"{name}{number}") for number in range(count))


def _group(arrays: Mapping[str, Any], prefix: str) -> Mapping[str, Any]:
    import numpy as np

    found: dict[str, Any] = {}
    for key, array in arrays.items():
        group, _, name = key.partition(".")
        if group != prefix:
            continue
        if array.dtype == np.uint8:  # packed rows are outputs: what multiplies from the right has them as columns
            array = np.ascontiguousarray(unpack4(array).T)
        found[name] = array.astype(np.float32)
    return found


@cache
def load() -> Weights | None:
    """The packaged weights, read once a process; None when the file is not installed."""
    source = files("marketwatch.extract").joinpath(FILE)
    return read(source.read_bytes()) if source.is_file() else None
