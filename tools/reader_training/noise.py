"""Noise of training: numbers left out by chance (dropout, Srivastava et al. 2014)."""

from __future__ import annotations

from itertools import count
from typing import Any

import jax
import jax.numpy as jnp

from marketwatch.extract.reader.network import Noise


def noise_of(key: Any) -> Noise:
    """Leaves out a share of the numbers that it is given and raises the others, differently at each call."""
    drops = count()

    def noise(x: Any, rate: float) -> Any:
        # Eight random bits a number: drawing more of them would take longer than all the rest of a step.
        keep = jax.random.bits(jax.random.fold_in(key, next(drops)), x.shape, jnp.uint8) >= round(rate * 256)
        return x * keep / (1 - rate)

    return noise
