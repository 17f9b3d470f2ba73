"""A long piece of work as the screen shows it: how far it is, how fast, how long it takes. Pure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from marketwatch.domain import JobStep

_BAR = 12
_ENOUGH_S = 1.0
"""Seconds after which a rate says something."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work to do behind the screen."""

    name: str
    unit: str
    """What its steps are: pages, articles."""
    steps: Callable[[], AsyncIterator[JobStep]]


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a job that runs; times are seconds of one clock."""

    name: str
    unit: str
    began: float
    what: str = ""
    done: int = 0
    total: int | None = None
    new: int = 0

    def after(self, step: JobStep) -> Progress:
        return replace(self, what=step.what, done=step.done, total=step.total, new=self.new + step.new)


def progress_line(job: Progress, now: float, width: int) -> str:
    """`backfill  techblog page 3 ▰▰▱▱ 3 of 12 pages · 1.2/s · 8 s left · 14 new · X stops`, as much as fits in `width`."""
    spent = now - job.began
    parts = [f"{job.done}{f' of {job.total}' if job.total else ''} {job.unit}"]
    if job.done and spent >= _ENOUGH_S:
        parts.append(rate_text(job.done / spent))
        if job.total and job.total > job.done:
            parts.append(f"{span_text((job.total - job.done) * spent / job.done)} left")
    if job.new:
        parts.append(f"{job.new} new")
    parts.append("X stops")
    filled = round(_BAR * job.done / job.total) if job.total else 0
    bar = f" {'▰' * filled}{'▱' * (_BAR - filled)}" if job.total else ""
    what = f"  {job.what}" if job.what else ""
    tail = " " + " · ".join(parts)
    for line in (f"{job.name}{what}{bar}{tail}", f"{job.name}{bar}{tail}", f"{job.name}{tail}"):
        if len(line) <= width:
            return line
    return f"{job.name} {parts[0]} · X stops"


def rate_text(per_second: float) -> str:
    """`2.5/s`, `4/min`."""
    return f"{per_second:.2g}/s" if per_second >= 1 else f"{per_second * 60:.2g}/min"


def span_text(seconds: float) -> str:
    """`8 s`, `3 min`, `2 h`."""
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
