"""What a run of polling came to, in numbers: for people, and as text for Prometheus's textfile collector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from marketwatch.domain import FeedHealth, PageOutcome, PollOutcome, PollResult


@dataclass
class Metrics:
    """Counts since a process began."""

    polls: Counter[str] = field(default_factory=Counter)
    """By outcome."""
    pages: Counter[str] = field(default_factory=Counter)
    """By result."""
    new: int = 0
    updated: int = 0
    size: int = 0
    """Bytes of feeds, inflated."""
    seconds: float = 0.0
    """Of all polls, which run side by side."""

    def add(self, outcome: PollOutcome | PageOutcome) -> None:
        """Count one outcome."""
        if isinstance(outcome, PageOutcome):
            self.pages[outcome.result.value] += 1
            return
        self.polls[outcome.result.value] += 1
        self.new += outcome.new
        self.updated += outcome.updated
        self.size += outcome.size
        self.seconds += outcome.seconds

    def fields(self) -> dict[str, object]:
        """As fields of an event."""
        return {
            "polls": dict(self.polls),
            "pages": dict(self.pages),
            "new": self.new,
            "updated": self.updated,
            "bytes": self.size,
            "seconds": round(self.seconds, 3),
        }


def prometheus(metrics: Metrics, health: Sequence[FeedHealth], now: datetime) -> str:
    """The counts and the state of every feed in Prometheus's text format."""
    lines = [
        *_metric(
            "polls_total",
            "counter",
            "Polls since the process began",
            {("outcome", r.value): metrics.polls[r.value] for r in PollResult},
        ),
        *_metric("articles_new_total", "counter", "New articles since the process began", {None: metrics.new}),
        *_metric("articles_updated_total", "counter", "Edited articles since the process began", {None: metrics.updated}),
        *_metric(
            "pages_total", "counter", "Pages of articles asked for", {("result", k): v for k, v in sorted(metrics.pages.items())}
        ),
        *_metric("bytes_total", "counter", "Bytes of feeds, inflated", {None: metrics.size}),
        *_metric("written_timestamp_seconds", "gauge", "When this was written", {None: now.timestamp()}),
    ]
    states = {one.slug: one.state for one in health if one.state is not None}
    success = {("feed", s): state.last_success_at.timestamp() for s, state in states.items() if state.last_success_at}
    newest = {("feed", one.slug): one.newest_at.timestamp() for one in health if one.newest_at}
    lines += _metric(
        "feed_failures", "gauge", "Failed polls since the last success", {("feed", s): x.failures for s, x in states.items()}
    )
    lines += _metric("feed_gone", "gauge", "1: the server answered 410", {("feed", s): int(x.gone) for s, x in states.items()})
    lines += _metric("feed_last_success_timestamp_seconds", "gauge", "Last poll that worked", success)
    lines += _metric("feed_newest_article_timestamp_seconds", "gauge", "Date of the newest article", newest)
    lines += _metric(
        "feed_articles_per_week", "gauge", "Over the last 8 weeks", {("feed", x.slug): round(x.per_week, 2) for x in health}
    )
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, words: str, values: Mapping[tuple[str, str], float] | Mapping[None, float]) -> list[str]:
    if not values:
        return []
    full = f"marketwatch_{name}"
    rows = [f"{full}{_label(label)} {value:.15g}" for label, value in values.items()]
    return [f"# HELP {full} {words}", f"# TYPE {full} {kind}", *rows]


def _label(label: tuple[str, str] | None) -> str:
    if label is None:
        return ""
    value = label[1].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{{label[0]}="{value}"}}'
