"""The configuration as a value. `marketwatch.config_file` finds, reads and validates feeds.toml into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from marketwatch.domain import Alert, Feed, Vendor

if TYPE_CHECKING:
    from marketwatch.extract.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Settings:
    """`[settings]` of feeds.toml."""

    interval_s: int = 1800
    """Least time between two polls of a feed. `interval` in the file: seconds, or "30m", "6h"."""
    slowest_s: int = 21_600
    """Most time between two polls of a feed whose entries come seldom. `slowest` in the file."""
    concurrency: int = 16
    """Feeds polled at once."""
    per_host: int = 2
    """Connections to one host at once."""
    timeout_s: float = 30.0
    """Total time of one poll, redirects and body included. `timeout` in the file."""
    max_bytes: int = 15_000_000
    """Largest body, after decompression."""
    full_text: bool | None = None
    """Whether the pages of articles are read; None (`"auto"`): where a feed gives summaries only."""
    timezone: str = "local"
    """IANA name or `local`: dates are shown in it; stored ones are UTC."""
    theme: str = "marketwatch-dark"
    min_confidence: float = 0.5
    """The dashboard hides moves that are less sure than this, 0..1; lists and exports hide nothing."""
    retention_days: int | None = None
    """Articles older than this in which nothing was found or marked are let go; None: never. `retention` in the file: "2y"."""
    packs: Path | None = None
    """Folder with the user's own rules, words, vendors and examples; in the file relative to it."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved query: `@name` in the query language. From `[[views]]`."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything feeds.toml says."""

    settings: Settings = field(default_factory=Settings)
    vendors: Mapping[str, Vendor] = field(default_factory=dict)
    """By slug, in the order of the file, then those of the pack folder: the order of the lanes."""
    feeds: tuple[Feed, ...] = ()
    views: tuple[View, ...] = ()
    alerts: tuple[Alert, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    """`[keys]`: binding id → key, as Textual's keymap takes it."""
    vocabulary: Vocabulary | None = None
    """What the pack folder and `[vocabulary]` add to the packaged rules and languages; None: nothing."""
    path: Path | None = None
    """The file it was read from; None: built in a test."""
