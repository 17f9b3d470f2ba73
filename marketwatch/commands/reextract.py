"""`reextract`: the current rules over stored articles; the difference is shown before anything is written."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from marketwatch.commands.asking import note
from marketwatch.commands.output import write_json, write_line, write_rows
from marketwatch.commands.setup import configuration, database
from marketwatch.counted import counted
from marketwatch.domain import Extraction, Figure, Shift
from marketwatch.extract import Document, extractor_of
from marketwatch.goals import Amount
from store import Store
from store.repository import Document as StoredDocument

_FIGURE = "figure"
_TOLD = ("what", "vendor", "kind", "direction", "object")
"""Of a figure: its metric, its role, its amount with scope and period."""
_COLUMNS = {"change": "change", "article": "article", "what": "what", "vendor": "vendor", "kind": "kind", "dir": "direction"}
_COLUMNS |= {"object": "object"}
_SAID_EVERY = 200
"""Articles between two words on how far it is."""


def run(args: Namespace) -> int:
    config = configuration(args)
    extractor = extractor_of(config)
    feeds = {feed.slug: feed.vendors for feed in config.feeds}
    changes: list[dict[str, Any]] = []
    read = changed = 0
    with database(args) as store:
        for stored in _documents(store):
            read += 1
            if read % _SAID_EVERY == 0:
                note(f"{counted(read, 'article')} read ...")
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
    figures = sum(change["what"] == _FIGURE for change in changes)
    differ = f"{counted(len(changes) - figures, 'shift')} and {counted(figures, 'figure')} differ"
    write_line(f"{counted(read, 'article')} read with {extractor.version}: {differ} ({done})")
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
    """What is told no more and what is told now, shifts before figures."""
    number = stored.article.id
    shifts, figures = store.article_shifts(number), store.article_figures(number)
    old = dict.fromkeys([*(_told(s.shift) for s in shifts), *(_told(f.figure) for f in figures)])
    new = dict.fromkeys([*map(_told, extraction.shifts), *map(_told, extraction.figures)])
    rows = [("- gone", told) for told in old if told not in new] + [("+ new", told) for told in new if told not in old]
    rows.sort(key=lambda row: row[1][0] == _FIGURE)
    return [{"change": change, "article": number} | dict(zip(_TOLD, told, strict=True)) for change, told in rows]


def _told(one: Shift | Figure) -> tuple[str, ...]:
    """What a change is shown as, and known by: the fields of `_TOLD`."""
    if isinstance(one, Shift):
        return "shift", one.vendor, one.kind.value, one.direction.value, f"{one.object} ({one.status.value})"
    about = " ".join(filter(None, (one.scope, one.period)))
    return _FIGURE, one.vendor, one.metric.value, one.role.value, f"{Amount.of(one)}{f' ({about})' if about else ''}"
