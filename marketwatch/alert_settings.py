"""`notify` and `quiet` of an alert in feeds.toml ↔ values."""

from __future__ import annotations

import re
from datetime import time

from marketwatch.domain import Channel
from marketwatch.domain.alerts import SHOWN
from marketwatch.sanitise import safe_url

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")


class AlertSettingError(ValueError):
    """A setting of an alert does not read; `key` names it."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(problem)
        self.key = key


def channel_of(value: object) -> Channel:
    """`"toast"`, `{ command = ["program", "argument"] }` or `{ webhook = "https://..." }`. Raises AlertSettingError."""
    if isinstance(value, str):
        if value not in SHOWN:
            raise AlertSettingError("notify", f"'{value}' is none of {' '.join(SHOWN)}, nor a table with command or webhook")
        return Channel(value)
    match value:
        case {"command": [str(_), *_] as command, **rest} if not rest and all(isinstance(p, str) for p in command) and command[0]:
            return Channel("command", tuple(command))
        case {"command": _}:
            raise AlertSettingError("notify", 'command must be a list of texts: ["program", "argument"]; no shell reads it')
        case {"webhook": str(url), **rest} if not rest and safe_url(url) is not None:
            return Channel("webhook", url=url)
        case {"webhook": _}:
            raise AlertSettingError("notify", "webhook must be an http or https address")
    raise AlertSettingError("notify", 'a table must hold command = [..] or webhook = "..", and nothing else')


def quiet_hours(text: str) -> tuple[time, time]:
    """`22:00-07:00`. Raises AlertSettingError."""
    match = _HOURS.fullmatch(text.strip())
    start, end = (time(int(match[n]), int(match[n + 1])) for n in (1, 3)) if match else (time(), time())
    if start == end:
        raise AlertSettingError("quiet", f"'{text}' are no hours: write \"22:00-07:00\"")
    return start, end
