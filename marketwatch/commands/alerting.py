"""Alerts where there is no screen: commands, webhooks and the desktop are told; a terminal rings its bell."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from marketwatch.alerts.watcher import Watcher
from marketwatch.config import Config
from marketwatch.ports import Alerter, ArticleStore
from marketwatch.sanitise import clean_line


def watcher_of(config: Config, store: ArticleStore) -> Watcher:
    """The alerts of a configuration, their quiet hours in its time zone."""
    zone = None if config.settings.timezone == "local" else ZoneInfo(config.settings.timezone)
    return Watcher(config, store, now=lambda: datetime.now(UTC), zone=zone)


def tell(alerter: Alerter) -> None:
    """Look once. On a terminal say what there is, with its bell; toasts wait for a dashboard. Raises StoreError."""
    for notice in alerter.check({"bell"} if sys.stderr.isatty() else set()):
        ring = "\a" if notice.kind == "bell" else ""
        failed = "not told: " if notice.kind == "failed" else ""
        print(f"{ring}alert {notice.alert}: {failed}{clean_line(notice.text, 300)}", file=sys.stderr)  # noqa: T201
