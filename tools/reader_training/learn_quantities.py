"""Training of the second network (quantity_network), one row a quantity and vendor, in JAX."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from marketwatch.extract.reader import network, quantity_hints, quantity_network
from marketwatch.extract.reader.decide import METRICS, ROLES
from marketwatch.extract.reader.hints import width
from marketwatch.extract.reader.period_choice import WIDTH
from marketwatch.extract.reader.quantity_network import LOOK, LOOKS, STEPS, Amounts
from tools.reader_training.adam import moved, pace, shortened
from tools.reader_training.arrays import Reading
from tools.reader_training.noise import noise_of

HIDDEN = 256
_KNOWN, _HINTS, _PERIOD = 128, 64, 64
_NONE = len(METRICS)
_SPARE = 0.22
"""Share of the rows without a figure that a round reads."""
_SPARE_WEIGHT = 3.0
"""What such a row weighs: less than the share makes up for, so that more is held."""
_SIZE = 128
"""Rows a step."""


class _Row(NamedTuple):
    reading: Reading
    vendor: int
    quantity: int

    @property
    def right(self) -> tuple[int, int, Any]:
        """Metric, role and periods."""
        at = self.vendor, self.quantity
        return int(self.reading.metric[at]), int(self.reading.role[at]), self.reading.period[at]


def fresh(seed: int, encoder_width: int) -> dict[str, Any]:
    """Weights before training."""
    keys = iter(jax.random.split(jax.random.PRNGKey(seed), 30))

    def matrix(rows: int, columns: int, gain: float = 1.0) -> Any:
        return jax.random.normal(next(keys), (rows, columns)) * gain / math.sqrt(rows)

    h = HIDDEN
    return {
        "words": matrix(3 * encoder_width, h), "words_bias": jnp.zeros(h),
        "who": jax.random.normal(next(keys), (network.ROLES, h)) * 0.3,
        "step": jax.random.normal(next(keys), (STEPS, h)) * 0.3,
        "ask": matrix(h, LOOKS * LOOK), "answer": matrix(h, LOOKS * LOOK), "near": jnp.zeros((LOOKS, STEPS)),
        "seen": matrix(h, h), "known": matrix(quantity_hints.width(), _KNOWN), "hints": matrix(sum(width()), _HINTS),
        "inner": matrix((LOOKS + 1) * h + _KNOWN + _HINTS, h), "inner_bias": jnp.zeros(h),
        "metric": matrix(h, _NONE + 1, 0.3), "metric_bias": jnp.zeros(_NONE + 1),
        "role": matrix(h, len(ROLES), 0.3), "role_bias": jnp.zeros(len(ROLES)),
        "when": matrix(h, _PERIOD), "period": matrix(WIDTH, _PERIOD), "period_bias": jnp.zeros(_PERIOD),
        "choice": matrix(_PERIOD, 1),
    }  # fmt: skip


def train_quantities(
    readings: Sequence[Reading], start: Mapping[str, Any], *, rate: float, rounds: int, seed: int
) -> dict[str, Any]:
    """Train from `start`; `rate` is the speed at its highest."""
    rng = np.random.default_rng(seed)
    key = jax.random.PRNGKey(seed)
    params = jax.tree.map(jnp.array, dict(start))
    first, second = jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params)
    rows = list(_rows(readings))
    total = rounds * len(_chosen(rows, np.random.default_rng(seed))) // _SIZE
    number, begun = 0, time.monotonic()
    for turn in range(rounds):
        parts = []
        for words, amounts, truth in _batches(_chosen(rows, rng), rng):
            number += 1
            key, used = jax.random.split(key)
            speed = rate * pace(number, min(1.0, number / total))
            params, first, second, told = _step(params, first, second, words, amounts, truth, used, speed, float(number))
            parts.append(told)
        mean = np.mean(np.array(parts), axis=0).round(3)
        print(f"round {turn + 1}/{rounds}: {len(parts)} steps, {time.monotonic() - begun:.0f} s, loss {mean}", flush=True)
    return jax.tree.map(np.asarray, params)


def _rows(readings: Iterable[Reading]) -> Iterator[_Row]:
    for reading in readings:
        for vendor, quantity in np.ndindex(*reading.metric.shape):
            yield _Row(reading, vendor, quantity)


def _chosen(rows: Sequence[_Row], rng: np.random.Generator) -> list[_Row]:
    """The rows of a round: all with a figure and some without."""
    drawn = rng.random(len(rows))
    return [row for row, number in zip(rows, drawn, strict=True) if row.right[0] != _NONE or number < _SPARE]


def _batches(rows: Sequence[_Row], rng: np.random.Generator) -> Iterator[tuple[Any, Amounts, Mapping[str, Any]]]:
    order = rng.permutation(len(rows))
    for at in range(0, len(rows) - _SIZE + 1, _SIZE):
        part = [rows[n] for n in order[at : at + _SIZE]]
        made = [
            quantity_network.rows_of(row.reading.inputs, row.reading.known, np.array([[row.vendor, row.quantity]]))
            for row in part
        ]
        words = np.stack([row.reading.inputs.words[0][one.words[0]] for row, one in zip(part, made, strict=True)])
        metric, role, period = zip(*(row.right for row in part), strict=True)
        amounts = Amounts(*(np.concatenate(parts) for parts in zip(*made, strict=True)))
        yield words, amounts, {"metric": np.array(metric), "role": np.array(role), "period": np.stack(period)}


@partial(jax.jit, donate_argnums=(0, 1, 2))
def _step(
    params: Any, first: Any, second: Any, words: Any, amounts: Amounts, truth: Any, key: Any, rate: Any, number: Any
) -> Any:
    (_, parts), slope = jax.value_and_grad(_loss, has_aux=True)(params, words, amounts, truth, key)
    return *moved(params, first, second, shortened(slope), rate, number), jnp.stack(parts)


def _loss(params: Any, words: Any, amounts: Amounts, truth: Any, key: Any) -> tuple[Any, Any]:
    noise = noise_of(key)
    shown = quantity_network.projected(params, noise(words.astype(jnp.float32), 0.15))
    said = quantity_network.read(jnp, params, amounts._replace(words=shown), noise)
    real = truth["metric"] != _NONE
    metric = jnp.take_along_axis(jax.nn.log_softmax(said.metric), truth["metric"][:, None], 1)[:, 0]
    role = jnp.take_along_axis(jax.nn.log_softmax(said.role), truth["role"][:, None], 1)[:, 0]
    dated = real * (truth["period"].sum(-1) > 0)
    right = (jax.nn.softmax(said.period) * truth["period"]).sum(-1)
    metrics = -(metric * jnp.where(real, 1.0, _SPARE_WEIGHT)).mean()
    roles, periods = -(role * real).mean(), -(jnp.log(right + 1e-6) * dated).mean()
    return metrics + roles + periods, (metrics, roles, periods)
