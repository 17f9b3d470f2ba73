"""The network: layers of a multilingual encoder, then one reading of every sentence and quantity for one vendor.

    pieces ─ embeddings ─ layers ─┬─ the same for all vendors of an article
                                  + who is who: the vendor read for, its people, other vendors
                                  ├─ sentences ─ neighbours ─ kind, direction, status, history
                                  └─ quantities ─ metric, role, period

Written once for numpy and jax.numpy: `xp` is either, so that what is trained is what runs. Shapes: B readings, T pieces,
S sentences (the title first), Q quantities, C period candidates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

HEADS = 12
LAYERS = 8
"""Encoder layers used, of twelve: the last four made no difference (docs/extraction.md)."""
LOOKED_AT = (4, 6, 8)
"""Those of them that the readings see."""
READERS = 8
"""Ways a sentence is looked at when its pieces become one vector."""
REACH = 8
"""Sentences told apart by their distance."""
RELATIONS = 2 * REACH + 3
_STEPS = (-12, -6, -3, -1, 1, 3, 6, 12)
"""Distances between a quantity and a word that are told apart."""
NEARNESS = len(_STEPS) + 1
ROLES = 5
"""none, the vendor's name, its people, another vendor's name, their people."""
NO_METRIC = -1
"""Column of `metric` that says: no figure of this vendor."""

Params = Mapping[str, Any]
Noise = Callable[[Any, float], Any]


class Batch(NamedTuple):
    """Arrays of B readings. Padding: piece and sentence -1, quantity piece 0 with `counted` 0."""

    words: Any
    """(B, T, 3 * width) what the layers say of each piece: `joined`."""
    role: Any
    """(B, T) who a piece names, 0..ROLES-1."""
    sentence: Any
    """(B, T) which sentence a piece is in; -1 past the end."""
    hints: Any
    """(B, S, columns) what the rules see."""
    present: Any
    """(B, S) 1 where there is a sentence."""
    quantity: Any
    """(B, Q) the last piece of each quantity."""
    counted: Any
    """(B, Q) 1 where there is a quantity."""
    periods: Any
    """(B, Q, C, columns) candidates of each."""
    offered: Any
    """(B, Q, C) 1 where there is a candidate."""


class Reading(NamedTuple):
    """Logits. Softmax over directions is within a kind."""

    kind: Any
    """(B, S, kinds)"""
    direction: Any
    """(B, S, kind and direction pairs)"""
    status: Any
    """(B, S, statuses)"""
    history: Any
    """(B, S)"""
    article: Any
    """(B, kinds) whether the article as a whole states a shift of the kind."""
    metric: Any
    """(B, Q, metrics + 1)"""
    figure_role: Any
    """(B, Q, roles)"""
    period: Any
    """(B, Q, C)"""


def quiet(x: Any, _rate: float) -> Any:
    """No noise: how it runs outside training."""
    return x


def embed(xp: Any, params: Params, words: Any) -> Any:
    """(B, T, width) embeddings of pieces → what the first layer reads."""
    x = words + params["position"][: words.shape[1]]
    return _normal(xp, x, params["embedding_gain"], params["embedding_bias"])


def layers(xp: Any, stack: Sequence[Params], x: Any, valid: Any) -> list[Any]:
    """Run encoder layers; `valid` (B, T) is 1 for pieces, 0 for padding. Returns what each of them says."""
    said = []
    for layer in stack:
        x = _layer(xp, layer, x, valid)
        said.append(x)
    return said


def _layer(xp: Any, p: Params, x: Any, valid: Any) -> Any:
    attended = _attend(xp, x @ p["qkv"] + p["qkv_bias"], (valid[:, None, None, :] - 1) * 1e9, HEADS)
    x = _normal(xp, x + attended @ p["out"] + p["out_bias"], p["gain_1"], p["bias_1"])
    inner = gelu(xp, x @ p["inner"] + p["inner_bias"])
    return _normal(xp, x + inner @ p["outer"] + p["outer_bias"], p["gain_2"], p["bias_2"])


def _attend(xp: Any, qkv: Any, mask: Any, heads: int) -> Any:
    size, length, width = qkv.shape
    parts = qkv.reshape(size, length, 3, heads, width // 3 // heads).transpose(2, 0, 3, 1, 4)
    scores = parts[0] @ parts[1].swapaxes(-1, -2) / math.sqrt(width // 3 // heads) + mask
    return (softmax(xp, scores) @ parts[2]).transpose(0, 2, 1, 3).reshape(size, length, width // 3)


def joined(xp: Any, said: Sequence[Any]) -> Any:
    """What the readings look at, (B, T, 3 * width): layers of which the lower know words better, the upper sentences."""
    return xp.concatenate([said[number - 1] for number in LOOKED_AT], axis=-1)


def read(xp: Any, params: Params, batch: Batch, noise: Noise = quiet) -> Reading:
    """Read B articles, each for one vendor, from what the layers say of their pieces."""
    words = gelu(xp, noise(batch.words, 0.15) @ params["words"] + params["words_bias"] + params["who"][batch.role])
    sentences = _sentences(xp, params, words, batch, noise)
    stated = noise(sentences, 0.3)
    kind = stated @ params["kind"] + params["kind_bias"]
    metric, figure_role, period = _quantities(xp, params, words, sentences, batch, noise)
    return Reading(
        kind=kind,
        direction=stated @ params["direction"] + params["direction_bias"],
        status=stated @ params["status"] + params["status_bias"],
        history=(stated @ params["history"] + params["history_bias"])[..., 0],
        article=_article(xp, params, kind, sentences, batch, noise),
        metric=metric,
        figure_role=figure_role,
        period=period,
    )


def _sentences(xp: Any, p: Params, words: Any, batch: Batch, noise: Noise) -> Any:
    """Pieces → one vector a sentence, with the rules' hints, then a look at the other sentences: (B, S, width)."""
    count = batch.hints.shape[1]
    member = (batch.sentence[:, None, :] == xp.arange(count)[None, :, None]).astype(xp.float32)
    weight = xp.exp(8 * xp.tanh((words @ p["look"]) / 8))
    size, length, width = words.shape
    value = (words @ p["seen"]).reshape(size, length, READERS, width // READERS) * weight[..., None]
    total = member @ weight + 1e-6
    pooled = (member @ value.reshape(size, length, width)).reshape(size, count, READERS, -1) / total[..., None]
    x = xp.concatenate([pooled.reshape(size, count, width), batch.hints @ p["hints"]], axis=-1)
    x = (
        gelu(xp, noise(x, 0.3) @ p["sentence"] + p["sentence_bias"])
        + p["title"] * (xp.arange(count) == 0).astype(xp.float32)[None, :, None]
    )
    return _neighbours(xp, p, x, batch.present, noise)


def _neighbours(xp: Any, p: Params, x: Any, present: Any, noise: Noise) -> Any:
    count, heads = x.shape[1], 4
    order = xp.arange(count)
    distance = xp.clip(order[None, :] - order[:, None], -REACH, REACH) + REACH
    relation = xp.where(order[None, :] == 0, RELATIONS - 2, xp.where(order[:, None] == 0, RELATIONS - 1, distance))
    mask = (present[:, None, None, :] - 1) * 1e9 + p["relation"][:, relation][None]
    normal = _normal(xp, x, p["gain_1"], p["bias_1"])
    x = x + noise(_attend(xp, normal @ p["qkv"], mask, heads) @ p["out"], 0.3)
    normal = _normal(xp, x, p["gain_2"], p["bias_2"])
    return x + noise(gelu(xp, normal @ p["inner"] + p["inner_bias"]) @ p["outer"], 0.3)


def _article(xp: Any, p: Params, kind: Any, sentences: Any, batch: Batch, noise: Noise) -> Any:
    """The surest sentence of each kind and what all sentences are about."""
    body = batch.present * (xp.arange(kind.shape[1]) > 0).astype(xp.float32)
    surest = xp.max(xp.where(body[..., None] > 0, kind, -12.0), axis=1)
    mean = (sentences * batch.present[..., None]).sum(axis=1) / (batch.present.sum(axis=1)[:, None] + 1e-6)
    most = xp.max(xp.where(batch.present[..., None] > 0, sentences, -30.0), axis=1)
    return noise(xp.concatenate([mean, most], axis=-1), 0.3) @ p["article"] + p["article_bias"] + p["surest"] * surest


def _quantities(xp: Any, p: Params, words: Any, sentences: Any, batch: Batch, noise: Noise) -> tuple[Any, Any, Any]:
    """Each quantity with the words around it in its sentence: metric, role and period."""
    own = xp.take_along_axis(words, batch.quantity[..., None], axis=1)
    place = xp.take_along_axis(batch.sentence, batch.quantity, axis=1)
    distance = xp.arange(words.shape[1])[None, None, :] - batch.quantity[..., None]
    step = sum(distance >= limit for limit in _STEPS)
    mask = xp.where(batch.sentence[:, None, :] == place[..., None], 0.0, -1e9).astype(xp.float32)
    scores = (own @ p["ask"]) @ (words @ p["answer"]).swapaxes(-1, -2) / 8 + p["nearness"][step] + mask
    around = softmax(xp, scores) @ words
    sentence = xp.take_along_axis(sentences, xp.maximum(place, 0)[..., None], axis=1)
    x = noise(xp.concatenate([own, around, sentence], axis=-1), 0.3)
    x = noise(gelu(xp, x @ p["figure"] + p["figure_bias"]), 0.3)
    choice = gelu(xp, (x @ p["when"])[:, :, None, :] + batch.periods @ p["period"] + p["period_bias"]) @ p["choice"]
    period = xp.where(batch.offered > 0, choice[..., 0], -1e9)
    return x @ p["metric"] + p["metric_bias"], x @ p["role"] + p["role_bias"], period


def _normal(xp: Any, x: Any, gain: Any, bias: Any) -> Any:
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-7) * gain + bias


def gelu(xp: Any, x: Any) -> Any:
    return 0.5 * x * (1 + xp.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def softmax(xp: Any, x: Any) -> Any:
    e = xp.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
