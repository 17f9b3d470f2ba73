"""`demo`: the dashboard over packaged sample articles in a database of its own that is thrown away."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from marketwatch.commands.add import extract_draft
from marketwatch.commands.asking import note
from marketwatch.commands.preparing import telling
from marketwatch.commands.setup import configuration
from marketwatch.config import Config
from marketwatch.documents import draft_of_record, read_records
from marketwatch.domain import AnalysedArticle, ArticleDraft, JobStep
from marketwatch.drafts import clean_draft
from marketwatch.errors import UsageError
from marketwatch.extract import Extractor, extractor_of
from store import Store, open_store

_CHUNK = 4
"""Articles a worker reads at a time: few, so that the first ones are soon there."""

_TOLD = 20
"""Articles between two lines that say how far it is."""


def run(args: Namespace) -> int:
    if args.db is None and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the demo is a dashboard and needs a terminal; 'marketwatch demo --db FILE' only fills FILE")
    config = configuration(args)
    if args.db is not None:
        with open_store(args.db, told=telling(args.db)) as store:
            new, _ = fill(store, extractor_of(config), tell=note)
        sys.stdout.write(f"{new} sample articles saved in {args.db}\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="marketwatch-demo-") as folder, open_store(Path(folder) / "demo.sqlite3") as store:
        from tui.app import MarketwatchApp
        from tui.jobs import Job

        job = Job("sample articles", "articles", lambda: filling(store, config))
        app = MarketwatchApp(config, store, None, now=lambda: datetime.now(UTC), demo=True, first=job)
        app.run()
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0


async def filling(store: Store, config: Config) -> AsyncIterator[JobStep]:
    """Read the samples in worker processes, newest first, while the dashboard shows what has come."""
    from marketwatch.poll.worker import WorkerPool

    drafts = sorted(sample_drafts(), key=lambda draft: str(draft.published), reverse=True)
    pool = WorkerPool(config)
    try:
        chunks = [asyncio.ensure_future(pool.analyse(drafts[n : n + _CHUNK], ())) for n in range(0, len(drafts), _CHUNK)]
        done = 0
        for chunk in asyncio.as_completed(chunks):
            articles = await chunk
            new, _ = await asyncio.to_thread(store.save, articles)
            done += len(articles)
            yield JobStep("", done, len(drafts), new)
    finally:
        await asyncio.to_thread(pool.close)


def fill(store: Store, extractor: Extractor, tell: Callable[[str], None] = lambda _: None) -> tuple[int, int]:
    """Save all sample articles, saying now and then how far it is; return (new, updated)."""
    drafts = list(sample_drafts())
    articles = []
    for number, draft in enumerate(drafts, 1):
        articles.append(AnalysedArticle(draft, extract_draft(extractor, draft)))
        if number % _TOLD == 0 or number == len(drafts):
            tell(f"{number} of {len(drafts)} sample articles read")
    return store.save(articles)


def sample_drafts() -> Iterator[ArticleDraft]:
    """The packaged articles, clean."""
    name = "demo/articles.jsonl"
    text = files("marketwatch.demo").joinpath("articles.jsonl").read_text(encoding="utf-8")
    for line, record in read_records(text, name):
        draft = draft_of_record(record, f"{name}:{line}")
        yield clean_draft(replace(draft, source="demo", text_source="demo"))
