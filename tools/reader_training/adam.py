"""AdamW (Loshchilov & Hutter 2019) with a warm-up and a pace that falls like a cosine."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

_DECAY = 0.02
_WARM_UP = 100
_LONGEST = 2.0
"""Length of a slope above which it is shortened."""


def pace(number: int, done: float) -> float:
    """Share of the highest speed for step `number` when a share `done` of all is done."""
    return min(1.0, number / _WARM_UP) * (0.5 * (1 + math.cos(math.pi * done)) + 0.01)


def shortened(slope: Any) -> Any:
    """The slope, no longer than is good."""
    size = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(slope)))
    return jax.tree.map(lambda g: g * jnp.minimum(1.0, _LONGEST / (size + 1e-6)), slope)


def moved(params: Any, first: Any, second: Any, slope: Any, rate: Any, number: Any) -> tuple[Any, Any, Any]:
    """Parameters and both moments after step `number`."""
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
    second = jax.tree.map(lambda v, g: 0.98 * v + 0.02 * g * g, second, slope)

    def one(x: Any, m: Any, v: Any) -> Any:
        step = (m / (1 - 0.9**number)) / (jnp.sqrt(v / (1 - 0.98**number)) + 1e-8)
        return x - rate * (step + (_DECAY * x if x.ndim > 1 else 0.0))

    return jax.tree.map(one, params, first, second), first, second
