"""httpx without its command: where rich, pygments and click are installed it loads them too, two fifths of its import."""

from __future__ import annotations

import sys

_COMMAND = "httpx._main"

_lean = "httpx" not in sys.modules
if _lean:
    sys.modules[_COMMAND] = None  # type: ignore[assignment]  # as where they are not installed
try:
    import httpx
finally:
    if _lean:
        del sys.modules[_COMMAND]

__all__ = ["httpx"]
