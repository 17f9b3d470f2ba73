"""Telling by the ways that leave the process: a command, a webhook, the desktop. No shell reads anything."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from typing import IO
from urllib.parse import urlsplit

from marketwatch.domain import Channel
from marketwatch.errors import MarketwatchError
from marketwatch.sanitise import clean_line

COMMAND_S = 30.0
WEBHOOK_S = 10.0
_MAX_SAID = 2000


class DeliveryError(MarketwatchError):
    """A channel did not take the message."""


def has_desktop() -> bool:
    """Whether notifications can be sent without a terminal."""
    return shutil.which("notify-send") is not None


def send(channel: Channel, payload: str) -> None:
    """Tell by a command, a webhook or `notify-send`. Raises DeliveryError."""
    if channel.kind == "command":
        _run(list(channel.command), payload)
    elif channel.kind == "webhook":
        _post(channel.url, payload)
    else:
        told = json.loads(payload)
        title, text = clean_line(f"marketwatch: {told['alert']}", 100), clean_line(told["text"], 300)
        _run(["notify-send", "--app-name=marketwatch", "--", title, text], "")


def _run(command: list[str], stdin: str) -> None:
    # Into a file: what the command leaves running behind it would hold a pipe open.
    with tempfile.TemporaryFile() as errors:
        done = _done(command, stdin, errors)
        errors.seek(0)
        said = clean_line(errors.read(_MAX_SAID).decode(errors="replace"), 200)
    if done.returncode:
        raise DeliveryError(f"{command[0]}: exit code {done.returncode}{f': {said}' if said else ''}")


def _done(command: list[str], stdin: str, errors: IO[bytes]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - the user's own command, as a list
            command, input=stdin.encode(), stdout=subprocess.DEVNULL, stderr=errors, timeout=COMMAND_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DeliveryError(f"{command[0]}: not done after {COMMAND_S:.0f} s") from error
    except (OSError, ValueError) as error:
        raise DeliveryError(f"{command[0]}: cannot be run ({error})") from error


def _post(url: str, body: str) -> None:
    # Imported here: a dashboard that has no webhook starts without it.
    import httpx

    where = f"webhook at {urlsplit(url).hostname}"  # the rest of its address is often a secret
    headers = {"Content-Type": "application/json", "User-Agent": "marketwatch"}
    try:
        with httpx.stream("POST", url, content=body.encode(), headers=headers, timeout=WEBHOOK_S) as answer:
            status = answer.status_code  # what it says more is not read: it may never end
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryError(f"{where}: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise DeliveryError(f"{where}: HTTP {status}")
