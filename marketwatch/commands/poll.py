"""`poll`: the pollers without the dashboard."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from argparse import Namespace
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marketwatch.commands import alerting
from marketwatch.commands.asking import note
from marketwatch.commands.output import write_line, write_rows
from marketwatch.commands.setup import chosen_feeds, configuration, database
from marketwatch.commands.shapes import outcome_object
from marketwatch.commands.stopping import stoppable, until
from marketwatch.config import Config
from marketwatch.counted import counted
from marketwatch.domain import PollOutcome, PollResult
from marketwatch.errors import MarketwatchError, StoreBusyError, UsageError
from marketwatch.event_log import default_log, logged
from marketwatch.events import tell
from marketwatch.full_texts import FullTexts
from marketwatch.metrics import Metrics, prometheus
from marketwatch.pipeline import Pipeline
from marketwatch.tables.text import table_text
from marketwatch.whole_file import same_mode, unfinished
from store import Store

_COLUMNS = {
    "feed": "feed",
    "outcome": "outcome",
    "status": "status",
    "new": "new",
    "updated": "updated",
    "seconds": "seconds",
    "reason": "reason",
}
_LOOK_S = 20.0
"""Seconds between two looks for feeds and pages that are due."""


def run(args: Namespace) -> int:
    config = configuration(args)
    chosen = chosen_feeds(config, args.feed)
    with logged(log_path(args.log), verbose=args.verbose), database(args) as store:
        pipeline = Pipeline(config, store)
        runner = _Runner(config, store, pipeline, chosen, args)
        try:
            runner.look()  # an alert that is new looks first: what is polled now is news to it
            asyncio.run(runner.watch() if args.watch else runner.once())
        finally:
            pipeline.close()
    return 0


def log_path(said: str | None) -> Path | None:
    """Where events are logged; `none` is nowhere."""
    if said == "none":
        return None
    return Path(said).expanduser() if said else default_log()


def summary(outcomes: list[PollOutcome]) -> str:
    """One line on a whole run."""
    failed = sum(o.result is PollResult.FAILED for o in outcomes)
    unchanged = sum(o.result is PollResult.UNCHANGED for o in outcomes)
    new, updated = sum(o.new for o in outcomes), sum(o.updated for o in outcomes)
    stored = f"{counted(new, 'new article')}, {updated} updated"
    return f"{counted(len(outcomes), 'feed')}: {stored}; {unchanged} unchanged, {failed} failed"


class _Runner:
    """One run of the command: feeds, then or beside them pages, and what is told of them."""

    def __init__(self, config: Config, store: Store, pipeline: Pipeline, chosen: Collection[str] | None, args: Namespace) -> None:
        self._config = config
        self._store = store
        self._pipeline = pipeline
        self._chosen = chosen
        self._format: str = args.format
        self._due_only: bool = args.due
        self._verbose: bool = args.verbose
        self._metrics_file = Path(args.metrics).expanduser() if args.metrics else None
        self._texts = FullTexts(pipeline, store) if args.pages else None
        self._metrics = Metrics()
        self._rows = 0
        """Written by `watch`: only the first has headings above it."""
        self._watcher = alerting.watcher_of(config, store)

    def look(self) -> None:
        """Let the alerts look at what is new."""
        alerting.tell(self._watcher)

    async def once(self) -> None:
        """Poll once, tell what came, then read the pages that wait."""
        due = await asyncio.to_thread(self._pipeline.due, self._chosen) if self._due_only else self._chosen
        count = len(due) if due is not None else sum(feed.enabled for feed in self._config.feeds)
        outcomes: list[PollOutcome] = []
        with stoppable() as stop:
            with _progress("polling", count) as advance:
                async for outcome in until(self._pipeline.poll(self._chosen, due_only=self._due_only), stop):
                    self._metrics.add(outcome)
                    outcomes.append(outcome)
                    advance(outcome.new, outcome.feed)
            order = {feed.slug: place for place, feed in enumerate(self._config.feeds)}
            outcomes.sort(key=lambda outcome: order[outcome.feed])
            rows = [outcome_object(outcome, numbers=self._verbose) for outcome in outcomes]
            write_rows(rows, _COLUMNS, self._format, empty="no feed is due" if self._due_only else "no feed is enabled")
            sys.stdout.flush()
            if self._format == "table" and outcomes:
                note(summary(outcomes))
            await self._pages_once(stop)
        await self._round_ended()
        await asyncio.to_thread(self.look)

    async def _pages_once(self, stop: asyncio.Event) -> None:
        if self._texts is None:
            return
        with _progress("reading pages", None) as advance:
            async for page in until(self._texts.read(self._chosen), stop):
                self._metrics.add(page)
                advance(page.result.value == "read", page.source)
        if self._metrics.pages and self._format == "table":
            kept = {name: count for name, count in self._metrics.pages.items() if name != "read"}
            more = f"; the summary stays of {sum(kept.values())} ({_counted(kept)})" if kept else ""
            note(f"{self._metrics.pages['read']} pages read{more}")

    async def watch(self) -> None:
        """Poll what is due and read pages beside it, until stopped."""
        tell("start", {"feeds": len(self._config.feeds), "format": self._format})
        with stoppable() as stop:
            rounds = [self._repeat(self._feeds_round, stop)]
            if self._texts is not None:
                rounds.append(self._repeat(self._pages_round, stop))
            try:
                async with asyncio.TaskGroup() as tasks:
                    for one in rounds:
                        tasks.create_task(one)
            except* (MarketwatchError, BrokenPipeError) as failed:
                raise _first(failed) from None
        tell("stop", self._metrics.fields())

    async def _repeat(self, one_round: Any, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await one_round(stop)
            except StoreBusyError as error:  # another program holds the database for long: the next round may find it free
                tell("busy", {"reason": str(error)})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)

    async def _feeds_round(self, stop: asyncio.Event) -> None:
        some = False
        async for outcome in until(self._pipeline.poll(self._chosen, due_only=True), stop):
            some = True
            self._metrics.add(outcome)
            self._write(outcome)
            sys.stdout.flush()
        if some:
            try:
                await self._round_ended()
            except UsageError as error:  # the file may be writable again at the next round
                tell("metrics", {"reason": str(error)}, level=logging.WARNING)
        await asyncio.to_thread(self.look)

    def _write(self, outcome: PollOutcome) -> None:
        """One outcome as it comes: a row, or for people a line where something happened."""
        if self._format == "table":
            if outcome.result is not PollResult.UNCHANGED:
                write_line(_line(outcome))
            return
        style = "jsonl" if self._format == "json" else self._format
        text = table_text([outcome_object(outcome, numbers=self._verbose)], _COLUMNS, style)
        sys.stdout.write(text if self._rows == 0 else text.splitlines(keepends=True)[-1])
        self._rows += 1

    async def _pages_round(self, stop: asyncio.Event) -> None:
        assert self._texts is not None
        async for page in until(self._texts.read(self._chosen), stop):
            self._metrics.add(page)

    async def _round_ended(self) -> None:
        tell("round", self._metrics.fields())
        if self._metrics_file is not None:
            await asyncio.to_thread(self._write_metrics, self._metrics_file)

    def _write_metrics(self, path: Path) -> None:
        now = datetime.now(UTC)
        slugs = [feed.slug for feed in self._config.feeds if feed.enabled]
        content = prometheus(self._metrics, self._store.feed_health(slugs, now), now).encode()
        try:
            target = path.resolve()
            with unfinished(target, content) as file:
                file.chmod(0o644)  # another user's collector reads it
                same_mode(file, target)
                file.replace(target)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror}): give another --metrics FILE") from error


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    """The first of the exceptions, however deep it lies."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def _line(outcome: PollOutcome) -> str:
    stamp = outcome.polled_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    counts = None if outcome.result is PollResult.FAILED else f"{outcome.new} new, {outcome.updated} updated"
    return f"{stamp} {outcome.feed}: {'; '.join(filter(None, (counts, outcome.reason)))}"


@contextmanager
def _progress(words: str, total: int | None) -> Iterator[Any]:
    """A bar on stderr when that is a terminal; gives the function that moves it: how many new, and what they are of."""
    if not sys.stderr.isatty():
        yield lambda _new, _name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[last]}"))
    new = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("poll", total=total, last="")

        def advance(more: int, name: str) -> None:
            nonlocal new
            new += more
            progress.update(task, advance=1, last=f"{new} new · {name}")

        yield advance
