"""Training of the first network: losses and noise, in JAX. Deterministic on one kind of machine."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from marketwatch.extract.reader import network
from marketwatch.extract.reader.decide import KINDS, METRICS, ROLES, STATUSES
from marketwatch.extract.reader.hints import PAIRS, width
from marketwatch.extract.reader.network import Batch
from marketwatch.extract.reader.period_choice import WIDTH
from tools.reader_training.adam import moved, pace, shortened
from tools.reader_training.arrays import Reading, Truth, batches, kinds_of
from tools.reader_training.noise import noise_of

HIDDEN = 256
_HINTS = 96
_PERIOD = 64
_PAIR_KIND = np.array([[kind is k for kind, _ in PAIRS] for k in KINDS], dtype=np.float32)
_WEIGHT = 2.0
"""What a stated kind weighs against one not stated, of which there are far more."""
_RECALLED = 0.4
_SPARE = 0.4
"""Share of the vendors merely named that a round reads for."""
_SAID_EVERY = 100


def fresh(seed: int, encoder_width: int) -> dict[str, Any]:
    """Weights of the readings before training."""
    keys = iter(jax.random.split(jax.random.PRNGKey(seed), 40))

    def matrix(rows: int, columns: int, gain: float = 1.0) -> Any:
        return jax.random.normal(next(keys), (rows, columns)) * gain / math.sqrt(rows)

    h = HIDDEN
    return {
        "who": jax.random.normal(next(keys), (network.ROLES, h)) * 0.3,
        "words": matrix(3 * encoder_width, h), "words_bias": jnp.zeros(h),
        "look": matrix(h, network.READERS), "seen": matrix(h, h), "hints": matrix(sum(width()), _HINTS),
        "sentence": matrix(h + _HINTS, h), "sentence_bias": jnp.zeros(h), "title": jnp.zeros(h),
        "gain_1": jnp.ones(h), "bias_1": jnp.zeros(h), "gain_2": jnp.ones(h), "bias_2": jnp.zeros(h),
        "qkv": matrix(h, 3 * h), "out": matrix(h, h, 0.5), "relation": jnp.zeros((4, network.RELATIONS)),
        "inner": matrix(h, 2 * h), "inner_bias": jnp.zeros(2 * h), "outer": matrix(2 * h, h, 0.5),
        "kind": matrix(h, len(KINDS), 0.3), "kind_bias": jnp.full(len(KINDS), -3.0),
        "direction": matrix(h, len(PAIRS), 0.3), "direction_bias": jnp.zeros(len(PAIRS)),
        "status": matrix(h, len(STATUSES), 0.3), "status_bias": jnp.zeros(len(STATUSES)),
        "history": matrix(h, 1, 0.3), "history_bias": jnp.full(1, -2.0),
        "article": matrix(2 * h, len(KINDS), 0.3), "article_bias": jnp.zeros(len(KINDS)), "surest": jnp.ones(()),
        "ask": matrix(h, _PERIOD), "answer": matrix(h, _PERIOD), "nearness": jnp.zeros(network.NEARNESS),
        "figure": matrix(3 * h, h), "figure_bias": jnp.zeros(h),
        "metric": matrix(h, len(METRICS) + 1, 0.3), "metric_bias": jnp.zeros(len(METRICS) + 1),
        "role": matrix(h, len(ROLES), 0.3), "role_bias": jnp.zeros(len(ROLES)),
        "when": matrix(h, _PERIOD), "period": matrix(WIDTH, _PERIOD), "period_bias": jnp.zeros(_PERIOD),
        "choice": matrix(_PERIOD, 1),
    }  # fmt: skip


def loss(params: Any, batch: Batch, truth: Truth, key: Any) -> tuple[Any, Any]:
    """The sum of what is wrong, and its parts: kinds, directions, articles, figures, roles, periods."""
    said = network.read(jnp, params, batch._replace(words=batch.words.astype(jnp.float32)), noise_of(key))
    body = batch.present * (jnp.arange(batch.present.shape[1]) > 0)
    count = body.sum() + 1
    now, recalled = truth["now"], truth["recalled"]
    stated = jnp.maximum(now, recalled)
    weight = jnp.where(now > 0, _WEIGHT, jnp.where(recalled > 0, _RECALLED, 1.0))
    kinds = (_cross(said.kind, stated) * weight * body[..., None]).sum() / count
    directions = -(_within_kind(said.direction) * (truth["pair"] > 0) * body[..., None]).sum() / count
    has = truth["status"] >= 0
    picked = jnp.take_along_axis(jax.nn.log_softmax(said.status), jnp.maximum(truth["status"], 0)[..., None], -1)[..., 0]
    only_recalled = (recalled.max(-1) > 0) & (now.max(-1) == 0)
    states = -(picked * has).sum() / count + (_cross(said.history, only_recalled * 1.0) * has).sum() / count
    whole = now.max(axis=1)
    unsure = (recalled.max(axis=1) > 0) & (whole == 0)
    articles = _cross(said.article, whole) * jnp.where(whole > 0, _WEIGHT, 1.0) * ~unsure * truth["real"][:, None]
    articles = articles.sum() / (truth["real"].sum() + 0.1)
    figures, roles, periods = _figure_loss(said, batch, truth)
    total = kinds + 2.0 * directions + 0.3 * states + 0.4 * articles + 0.5 * (figures + roles + periods)
    return total, (kinds, directions, articles, figures, roles, periods)


def _figure_loss(said: Any, batch: Batch, truth: Truth) -> tuple[Any, Any, Any]:
    count = batch.counted.sum() + 2
    chosen = jnp.take_along_axis(jax.nn.log_softmax(said.metric), truth["metric"][..., None], -1)[..., 0]
    figures = -(chosen * batch.counted).sum() / count
    real = (truth["metric"] < len(METRICS)) * batch.counted
    role = jnp.take_along_axis(jax.nn.log_softmax(said.figure_role), truth["role"][..., None], -1)[..., 0]
    dated = real * (truth["period"].sum(-1) > 0)
    right = (jax.nn.softmax(said.period, -1) * truth["period"]).sum(-1)
    return figures, -(role * real).sum() / count, -(jnp.log(right + 1e-6) * dated).sum() / count


def _cross(logit: Any, wanted: Any) -> Any:
    return jax.nn.softplus(logit) - wanted * logit


def _within_kind(logit: Any) -> Any:
    total = (jnp.exp(jnp.clip(logit, -15, 15)) @ _PAIR_KIND.T) @ _PAIR_KIND
    return logit - jnp.log(total)


@partial(jax.jit, donate_argnums=(0, 1, 2))
def _step(params: Any, first: Any, second: Any, batch: Batch, truth: Any, key: Any, rate: Any, number: Any) -> Any:
    (_, parts), slope = jax.value_and_grad(loss, has_aux=True)(params, batch, truth, key)
    return *moved(params, first, second, shortened(slope), rate, number), jnp.stack(parts)


def train(
    readings: Sequence[Reading], start: Mapping[str, Any], *, rate: float, rounds: int, size: int, seed: int
) -> dict[str, Any]:
    """Train the readings from `start`, in batches of about `size` pieces; `rate` is the speed at its highest."""
    rng = np.random.default_rng(seed)
    key = jax.random.PRNGKey(seed)
    params = jax.tree.map(jnp.array, dict(start))
    first, second = jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params)
    steps = sum(1 for _ in _plan(readings, size))
    number, begun = 0, time.monotonic()
    for turn in range(rounds):
        parts, at = [], 0
        for batch, truth in batches(readings, size, rng=rng, spare=_SPARE):
            number, at = number + 1, at + 1
            truth["now"], truth["recalled"] = kinds_of(truth["pair"])
            done = (turn + min(1.0, at / steps)) / rounds
            speed = rate * pace(number, done)
            key, used = jax.random.split(key)
            params, first, second, told = _step(params, first, second, batch, dict(truth), used, speed, float(number))
            parts.append(told)
            if number % _SAID_EVERY == 0:
                print(f"  step {number}, {time.monotonic() - begun:.0f} s", flush=True)
        mean = np.mean(np.array(parts), axis=0).round(3)
        print(f"round {turn + 1}/{rounds}: {at} steps, {time.monotonic() - begun:.0f} s, loss {mean}", flush=True)
        steps = at
    return jax.tree.map(np.asarray, params)


def _plan(readings: Sequence[Reading], size: int) -> range:
    """About how many steps a round has."""
    pieces = sum(r.length * (1 + _SPARE * (len(r.pair) - 1)) for r in readings)
    return range(int(pieces * 1.25 / size) + 1)
