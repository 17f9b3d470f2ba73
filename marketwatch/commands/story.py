"""`story`: see stories.py."""

from __future__ import annotations

from marketwatch.commands.stories import run_story as run

__all__ = ["run"]
