"""`reextract`: the current rules over stored articles; the difference is shown before anything is written."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from marketwatch.commands.output import write_json, write_line, write_rows
from marketwatch.commands.setup import configuration, database
from marketwatch.domain import Extraction, Shift
from marketwatch.extract import Document, extractor_of
from store import Store
from store.repository import Document as StoredDocument

_COLUMNS = {"change": "change", "article": "article", "vendor": "vendor", "kind": "kind", "dir": "direction", "object": "object"}


def run(args: Namespace) -> int:
    config = configuration(args)
    extractor = extractor_of(config)
    feeds = {feed.slug: feed.vendors for feed in config.feeds}
    changes: list[dict[str, Any]] = []
    read = changed = 0
    with database(args) as store:
        for stored in _documents(store):
            read += 1
            extraction = extractor.extract(_document(stored, feeds.get(stored.article.source, ())))
            found = _changes(store, stored, extraction)
            changes += found
            if found or stored.extractor != extraction.extractor:
                changed += 1
                if args.write:
                    store.replace_extraction(stored.article.id, extraction, read=stored.text.text_hash)
    if args.format == "json":
        write_json(
            {"articles": read, "stale": changed, "written": args.write, "extractor": extractor.version, "changes": changes}
        )
        return 0
    if changes:
        write_rows(changes, _COLUMNS, "table")
    done = "written" if args.write else "nothing written; --write stores them"
    write_line(f"{read} articles read with {extractor.version}: {len(changes)} shifts differ ({done})")
    return 0


def _documents(store: Store) -> Iterator[StoredDocument]:
    after = 0
    while page := store.documents(after_id=after):
        yield from page
        after = page[-1].article.id


def _document(stored: StoredDocument, feed_vendors: tuple[str, ...]) -> Document:
    article = stored.article
    return Document(stored.text.text, stored.text.title, article.lang, article.published, feed_vendors)


def _changes(store: Store, stored: StoredDocument, extraction: Extraction) -> list[dict[str, Any]]:
    before = {_key(s.shift): s.shift for s in store.article_shifts(stored.article.id)}
    after = {_key(shift): shift for shift in extraction.shifts}
    gone = [_row("- gone", stored, before[key]) for key in sorted(before.keys() - after.keys())]
    return gone + [_row("+ new", stored, after[key]) for key in sorted(after.keys() - before.keys())]


def _key(shift: Shift) -> tuple[str, ...]:
    return shift.vendor, shift.kind.value, shift.direction.value, shift.object, shift.status.value


def _row(change: str, stored: StoredDocument, shift: Shift) -> dict[str, Any]:
    return {
        "change": change,
        "article": stored.article.id,
        "vendor": shift.vendor,
        "kind": shift.kind.value,
        "direction": shift.direction.value,
        "object": f"{shift.object} ({shift.status.value})",
    }
