"""The second network: every quantity read by itself, for one vendor, from its sentence and from what the rules see of it.

    words of the sentence ─ who is who, how far from the quantity ─ looks ─┐
    what the rules see of the quantity and of the sentence ────────────────┴─ metric, role, period

What it says is averaged with what the first network says of the same quantity. Written once for numpy and jax.numpy like
network.py. Shapes: N rows (a quantity and a vendor each), T pieces of the sentence, C period candidates.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from marketwatch.extract.reader.network import Batch, Noise, Params, gelu, quiet, softmax

PIECES = 72
"""Pieces of a sentence that are looked at, those around the quantity."""
LOOKS = 4
"""Ways the sentence is looked at."""
LOOK = 64
"""Width of a look."""
_STEPS = (-24, -12, -6, -3, -1, 1, 3, 6, 12, 24)
"""Distances between the quantity and a word that are told apart."""
STEPS = len(_STEPS) + 1


class Amounts(NamedTuple):
    """Arrays of N rows."""

    words: Any
    """(N, T, hidden) what the encoder's layers say of each piece, `projected`; the pieces' numbers (N, T) until then."""
    role: Any
    """(N, T) who a piece names, 0..network.ROLES-1."""
    inside: Any
    """(N, T) 1 for pieces, 0 for padding."""
    step: Any
    """(N, T) how far from the quantity a piece is, 0..STEPS-1."""
    place: Any
    """(N,) the quantity's last piece."""
    known: Any
    """(N, columns) what the rules see of the quantity: quantity_hints."""
    hints: Any
    """(N, columns) what they see of its sentence: hints."""
    periods: Any
    """(N, C, columns) candidates."""
    offered: Any
    """(N, C) 1 where there is a candidate."""


class AmountReading(NamedTuple):
    """Logits."""

    metric: Any
    """(N, metrics + 1), the last says: no figure of this vendor."""
    role: Any
    """(N, roles)"""
    period: Any
    """(N, C)"""


def projected(params: Params, words: Any) -> Any:
    """(..., 3 * width) → (..., hidden): the part of the work that is the same for all quantities and vendors of a window."""
    return words @ params["words"] + params["words_bias"]


def read(xp: Any, p: Params, rows: Amounts, noise: Noise = quiet) -> AmountReading:
    """Read N quantities whose words are `projected`."""
    count, length = rows.role.shape
    words = gelu(xp, rows.words + p["who"][rows.role] + p["step"][rows.step])
    own = xp.take_along_axis(words, rows.place[:, None, None], axis=1)[:, 0]
    ask = (own @ p["ask"]).reshape(count, LOOKS, 1, LOOK)
    answer = (words @ p["answer"]).reshape(count, length, LOOKS, LOOK).transpose(0, 2, 3, 1)
    near = p["near"][:, rows.step].transpose(1, 0, 2)
    scores = (ask @ answer)[:, :, 0] / LOOK**0.5 + near + (rows.inside[:, None, :] - 1) * 1e9
    seen = (softmax(xp, scores) @ (words @ p["seen"])).reshape(count, -1)
    told = [seen, own, noise(rows.known, 0.1) @ p["known"], noise(rows.hints, 0.1) @ p["hints"]]
    x = noise(xp.concatenate(told, axis=-1), 0.25)
    x = noise(gelu(xp, x @ p["inner"] + p["inner_bias"]), 0.25)
    choice = gelu(xp, (x @ p["when"])[:, None, :] + rows.periods @ p["period"] + p["period_bias"]) @ p["choice"]
    period = xp.where(rows.offered > 0, choice[..., 0], -1e9)
    return AmountReading(x @ p["metric"] + p["metric_bias"], x @ p["role"] + p["role_bias"], period)


def rows_of(batch: Batch, known: Any, wanted: Any) -> Amounts:
    """The (vendor, quantity) pairs `wanted`, (N, 2), of one window's batch; `known` is (vendors, quantities, columns)."""
    import numpy as np

    vendor, quantity = wanted[:, 0], wanted[:, 1]
    piece = batch.quantity[0][quantity]
    pieces, inside = _views(batch.sentence[0], piece)
    step = sum(((pieces - piece[:, None]) >= limit).astype(np.int64) for limit in _STEPS)
    return Amounts(
        words=pieces,
        role=batch.role[vendor[:, None], pieces] * inside,
        inside=inside.astype(np.float32),
        step=step * inside,
        place=np.argmax(pieces == piece[:, None], axis=1),
        known=known[vendor, quantity],
        hints=batch.hints[vendor, batch.sentence[0][piece]],
        periods=batch.periods[0][quantity],
        offered=batch.offered[0][quantity],
    )


def _views(sentence: Any, piece: Any) -> tuple[Any, Any]:
    """(N, T) the pieces of each quantity's sentence, those around it where it is long, and which of them are not padding."""
    import numpy as np

    first, last = np.searchsorted(sentence, sentence[piece]), np.searchsorted(sentence, sentence[piece], side="right")
    begin = np.clip(piece - PIECES // 2, first, np.maximum(first, last - PIECES))
    pieces = begin[:, None] + np.arange(PIECES)[None, :]
    inside = pieces < last[:, None]
    return np.where(inside, pieces, piece[:, None]), inside
