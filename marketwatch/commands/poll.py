"""`poll`: the pollers without the dashboard."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from argparse import Namespace
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from marketwatch.alerts.watcher import Watcher
from marketwatch.commands.alerting import tell, watcher_of
from marketwatch.commands.output import write_line, write_rows
from marketwatch.commands.setup import chosen_feeds, configuration, database
from marketwatch.commands.shapes import outcome_object
from marketwatch.commands.stopping import stoppable, until
from marketwatch.config import Config
from marketwatch.domain import PollOutcome, PollResult
from marketwatch.pipeline import Pipeline

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
"""Seconds between two looks for feeds that are due."""


def run(args: Namespace) -> int:
    config = configuration(args)
    chosen = chosen_feeds(config, args.feed)
    with database(args) as store:
        pipeline, watcher = Pipeline(config, store), watcher_of(config, store)
        try:
            tell(watcher)  # an alert that is new looks first: what is polled now is news to it
            if args.watch:
                return asyncio.run(_watch(pipeline, watcher, chosen, args.format))
            outcomes = asyncio.run(_once(pipeline, _count(config, chosen), chosen))
            tell(watcher)
        finally:
            pipeline.close()
    order = {feed.slug: place for place, feed in enumerate(config.feeds)}
    outcomes.sort(key=lambda outcome: order[outcome.feed])
    write_rows([outcome_object(outcome) for outcome in outcomes], _COLUMNS, args.format, empty="no feed is enabled")
    if args.format == "table" and outcomes:
        print(summary(outcomes), file=sys.stderr)  # noqa: T201
    return 0


def _count(config: Config, chosen: Collection[str] | None) -> int:
    return len(chosen) if chosen is not None else sum(feed.enabled for feed in config.feeds)


def summary(outcomes: list[PollOutcome]) -> str:
    """One line on a whole run."""
    failed = sum(o.result is PollResult.FAILED for o in outcomes)
    unchanged = sum(o.result is PollResult.UNCHANGED for o in outcomes)
    new, updated = sum(o.new for o in outcomes), sum(o.updated for o in outcomes)
    return f"{len(outcomes)} feeds: {new} new articles, {updated} updated; {unchanged} unchanged, {failed} failed"


async def _once(pipeline: Pipeline, total: int, chosen: Collection[str] | None) -> list[PollOutcome]:
    outcomes: list[PollOutcome] = []
    with _progress(total) as advance, stoppable() as stop:
        async for outcome in until(pipeline.poll(chosen), stop):
            outcomes.append(outcome)
            advance(outcome)
    return outcomes


async def _watch(pipeline: Pipeline, watcher: Watcher, chosen: Collection[str] | None, style: str) -> int:
    with stoppable() as stop:
        while not stop.is_set():
            async for outcome in until(pipeline.poll(chosen, due_only=True), stop):
                if style in ("json", "jsonl"):
                    write_rows([outcome_object(outcome)], _COLUMNS, "jsonl")
                elif outcome.result is not PollResult.UNCHANGED:
                    write_line(_line(outcome))
                sys.stdout.flush()
            await asyncio.to_thread(tell, watcher)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)
    return 0


def _line(outcome: PollOutcome) -> str:
    stamp = outcome.polled_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    what = outcome.reason if outcome.result is PollResult.FAILED else f"{outcome.new} new, {outcome.updated} updated"
    return f"{stamp} {outcome.feed}: {what}"


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar on stderr when that is a terminal; gives the function that moves it."""
    if not sys.stderr.isatty():
        yield lambda _outcome: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("polling"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[last]}"))
    new = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("poll", total=total, last="")

        def advance(outcome: PollOutcome) -> None:
            nonlocal new
            new += outcome.new
            progress.update(task, advance=1, last=f"{new} new · {outcome.feed}")

        yield advance
