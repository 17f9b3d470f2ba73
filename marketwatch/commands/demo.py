"""`demo`: the dashboard over packaged sample articles in a database of its own that is thrown away."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from marketwatch.commands.add import extract_draft
from marketwatch.commands.setup import configuration
from marketwatch.documents import draft_of_record, read_records
from marketwatch.domain import AnalysedArticle, ArticleDraft
from marketwatch.drafts import clean_draft
from marketwatch.errors import UsageError
from marketwatch.extract import Extractor, extractor_of
from store import Store, open_store


def run(args: Namespace) -> int:
    if args.db is None and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the demo is a dashboard and needs a terminal; 'marketwatch demo --db FILE' only fills FILE")
    config = configuration(args)
    extractor = extractor_of(config)
    if args.db is not None:
        with open_store(args.db) as store:
            new, _ = fill(store, extractor)
        sys.stdout.write(f"{new} sample articles saved in {args.db}\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="marketwatch-demo-") as folder, open_store(Path(folder) / "demo.sqlite3") as store:
        fill(store, extractor)
        from tui.app import MarketwatchApp

        app = MarketwatchApp(config, store, None, now=lambda: datetime.now(UTC), demo=True)
        app.run()
    return app.return_code or 0


def fill(store: Store, extractor: Extractor) -> tuple[int, int]:
    """Save all sample articles; return (new, updated)."""
    return store.save([AnalysedArticle(draft, extract_draft(extractor, draft)) for draft in sample_drafts()])


def sample_drafts() -> Iterator[ArticleDraft]:
    """The packaged articles, clean."""
    name = "demo/articles.jsonl"
    text = files("marketwatch.demo").joinpath("articles.jsonl").read_text(encoding="utf-8")
    for line, record in read_records(text, name):
        draft = draft_of_record(record, f"{name}:{line}")
        yield clean_draft(replace(draft, source="demo", text_source="demo"))
