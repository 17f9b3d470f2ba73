"""When Python looks for circles of dead objects. A look at all that lives stops everything for a tenth of a second.

Most of what lives stays: modules, styles, and thousands of domain values, which hold no circles.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW, _YOUNG, _OLD = 5_000, 5, 200
"""So many new objects bring a look at the new ones; so many of these one at the young ones; so many of those one at all."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For a process that runs a dashboard: no look while it starts (`collect_seldom` ends that), as before behind it."""
    enabled, thresholds = gc.isenabled(), gc.get_threshold()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        if enabled:
            gc.enable()


def collect_seldom() -> None:
    """Leave what the start has made out of all looks, and look seldom at the rest."""
    gc.freeze()
    gc.set_threshold(_NEW, _YOUNG, _OLD)
    gc.enable()
