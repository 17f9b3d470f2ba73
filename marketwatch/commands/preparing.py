"""On a terminal: how far a database of an older version is on its way to this one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from marketwatch.domain import JobStep
from marketwatch.sanitise import clean_line

_PAUSE_S = 0.2
"""Between two lines that take each other's place."""
_CLEAR = "\r\x1b[K"


def telling(path: str) -> Callable[[JobStep], None]:
    """What `open_store` tells: one line on stderr, in which the steps take turns; nothing where stderr is no terminal."""
    name, began, told_at = clean_line(path, 200), time.monotonic(), 0.0

    def tell(step: JobStep) -> None:
        nonlocal told_at
        now, over = time.monotonic(), not step.what
        if not sys.stderr.isatty() or (step.done and not over and now - told_at < _PAUSE_S):
            return
        told_at = now
        if over:
            line = f"marketwatch: {name} is now of this version ({now - began:.0f} s); beside it is a copy of what it was\n"
        else:
            line = f"marketwatch: {name} is brought to this version: {_how_far(step)}"
        sys.stderr.write(_CLEAR + line)
        sys.stderr.flush()

    return tell


def _how_far(step: JobStep) -> str:
    if not step.total:
        return f"{step.what} …"
    return f"{step.what}, {step.done:,} of {step.total:,} articles ({100 * step.done // step.total} %)"
