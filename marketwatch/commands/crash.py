"""An error nobody foresaw: the whole story goes to a file, one line to the user."""

from __future__ import annotations

import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from marketwatch import __version__


def report_crash() -> str:
    """Write the current exception to a file; return the line for the user."""
    what = traceback.format_exc()
    summary = what.strip().splitlines()[-1]
    folder = Path(platformdirs.user_log_dir("marketwatch"))
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(f"marketwatch {__version__}, Python {platform.python_version()}\n\n{what}", encoding="utf-8")
    except OSError:
        return f"unexpected error: {summary}"
    return f"unexpected error: {summary}; details are in {path}"
