"""Telling by the ways that leave the process: a command, a webhook, the desktop. No shell reads anything."""

from __future__ import annotations

import json
import shutil
import subprocess

from marketwatch.domain import Channel
from marketwatch.errors import MarketwatchError
from marketwatch.sanitise import clean_line

COMMAND_S = 30.0
WEBHOOK_S = 10.0


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
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, as a list
            command, input=stdin.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=COMMAND_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DeliveryError(f"{command[0]}: not done after {COMMAND_S:.0f} s") from error
    except (OSError, ValueError) as error:
        raise DeliveryError(f"{command[0]}: cannot be run ({error})") from error
    if done.returncode:
        said = clean_line(done.stderr.decode(errors="replace"), 200)
        raise DeliveryError(f"{command[0]}: exit code {done.returncode}{f': {said}' if said else ''}")


def _post(url: str, body: str) -> None:
    # Imported here: a dashboard that has no webhook starts without it.
    import httpx

    try:
        headers = {"Content-Type": "application/json", "User-Agent": "marketwatch"}
        answer = httpx.post(url, content=body.encode(), headers=headers, timeout=WEBHOOK_S, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryError(f"{url}: {error or type(error).__name__}") from error
    if not answer.is_success:
        raise DeliveryError(f"{url}: HTTP {answer.status_code}")
