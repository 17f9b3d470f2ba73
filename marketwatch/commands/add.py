"""`add`: save articles from files, standard input or the web."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace

from marketwatch.commands.output import write_rows
from marketwatch.commands.setup import configuration, database
from marketwatch.config import Config
from marketwatch.documents import read_file, read_moment, read_page
from marketwatch.domain import AnalysedArticle, ArticleDraft, Extraction
from marketwatch.drafts import clean_draft
from marketwatch.errors import InputError, MarketwatchError
from marketwatch.extract import Document, Extractor, extractor_of

_COLUMNS = {"source": "source", "result": "result", "date": "date", "lang": "lang", "shifts": "shifts", "title": "title"}


def run(args: Namespace) -> int:
    config = configuration(args)
    extractor = extractor_of(config)
    rows: list[dict[str, object]] = []
    failed: MarketwatchError | None = None
    with database(args) as store:
        for source in args.sources:
            try:
                drafts = [hinted(draft, args) for draft in _read(source, config)]
            except MarketwatchError as error:
                # The other files are still saved; the exit code tells that one was not.
                print(f"marketwatch: {error}", file=sys.stderr)  # noqa: T201
                failed = error
                continue
            for draft in drafts:
                analysed = AnalysedArticle(draft, extract_draft(extractor, draft))
                new, updated = store.save([analysed])
                result = "new" if new else "updated" if updated else "known"
                rows.append(_row(source, result, draft, analysed.extraction))
    write_rows(rows, _COLUMNS, args.format, empty="no article was saved")
    return failed.exit_code if failed else 0


def _read(source: str, config: Config) -> Sequence[ArticleDraft]:
    if source.startswith(("http://", "https://")):
        settings = config.settings
        return asyncio.run(read_page(source, timeout_s=settings.timeout_s, max_bytes=settings.max_bytes))
    return read_file(source)


def hinted(draft: ArticleDraft, args: Namespace) -> ArticleDraft:
    """The clean draft with what the user said about it. Raises InputError."""
    if args.date:
        draft = replace(draft, published=read_moment(args.date, "--date"))
    for name in ("lang", "outlet", "title"):
        if value := getattr(args, name, None):
            draft = replace(draft, **{name: value})
    draft = clean_draft(draft)
    if not draft.text.strip():
        raise InputError(f"{draft.title}: holds no text")
    return draft


def extract_draft(extractor: Extractor, draft: ArticleDraft, *, trace: bool = False) -> Extraction:
    """Read a clean draft."""
    document = Document(text=draft.text, title=draft.title, lang=draft.lang, published=draft.published)
    return extractor.extract(document, trace=trace)


def _row(source: str, result: str, draft: ArticleDraft, extraction: Extraction) -> dict[str, object]:
    return {
        "source": source,
        "result": result,
        "date": str(draft.published) if draft.published else None,
        "lang": extraction.lang,
        "shifts": len(extraction.shifts),
        "figures": len(extraction.figures),
        "title": draft.title,
    }
