"""Where the user was in the dashboard, kept in a small file so that it comes back there, also after a kill -9."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from marketwatch.whole_file import unfinished

_LONGEST = 4000
"""Characters of a filter that are kept."""


@dataclass(frozen=True, slots=True)
class Place:
    """View, filter and what the cursor stands on."""

    view: str = "timeline"
    filter: str = ""
    cursor: int | str | None = None
    """Key of the row under the cursor, as the view's list names it."""
    article: int | None = None
    """The article that is open over the view."""
    minimum: float | None = None
    """Confidence below which moves are hidden; None: as the settings say."""


class PlaceFile:
    """Reads and writes a place. Neither raises: a place that is lost costs a few keys, nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Place:
        """The place that was written last, or the start."""
        try:
            value = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Place()
        return _place_of(value) if isinstance(value, dict) else Place()

    def write(self, place: Place) -> None:
        """Put a place in the file, whole or not at all."""
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished(self.path, json.dumps(asdict(place), ensure_ascii=False).encode()) as file:
                file.chmod(0o600)  # a filter may tell what somebody watches
                file.replace(self.path)


def place_file(database: str) -> PlaceFile:
    """The file for a database: each has a place of its own."""
    name = hashlib.sha256(str(Path(database).absolute()).encode()).hexdigest()[:16]
    return PlaceFile(Path(platformdirs.user_state_dir("marketwatch")) / f"place-{name}.json")


def _place_of(value: dict[str, Any]) -> Place:
    """What can be used of what the file holds: somebody may have edited it."""
    view, text, cursor, article, minimum = (value.get(n) for n in ("view", "filter", "cursor", "article", "minimum"))
    return Place(
        view=view if isinstance(view, str) else "timeline",
        filter=text[:_LONGEST] if isinstance(text, str) else "",
        cursor=cursor if isinstance(cursor, int | str) else None,
        article=article if isinstance(article, int) else None,
        minimum=float(minimum) if isinstance(minimum, int | float) and 0 <= minimum <= 1 else None,
    )
