"""What happens while polling, as events for a log: a name and fields. `marketwatch.event_log` writes them."""

from __future__ import annotations

import logging
from collections.abc import Mapping

_log = logging.getLogger("marketwatch.events")
_log.addHandler(logging.NullHandler())  # where nobody listens, nothing is written over the screen


def tell(event: str, fields: Mapping[str, object], *, level: int = logging.INFO) -> None:
    """Log one event; what its fields hold from outside is cleaned where it is written."""
    _log.log(level, event, extra={"fields": dict(fields)})
