"""What happens while polling, as events for a log: a name and fields. `marketwatch.event_log` writes them."""

from __future__ import annotations

import logging

_log = logging.getLogger("marketwatch.events")


def tell(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log one event; what its fields hold from outside is cleaned where it is written."""
    _log.log(level, event, extra={"fields": fields})
