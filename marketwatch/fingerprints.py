"""Articles that were stored before there were stories, or with other data for them, get their fingerprint: a few at a time.

Each chunk is one transaction, so that this may be stopped at any moment and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable

from marketwatch.domain import Article, ArticleText
from marketwatch.extract import Document, Extractor
from marketwatch.fingerprint_data import fingerprint_version
from marketwatch.ports import ArticleStore

_CHUNK = 50
"""Articles a transaction."""


def document_of_stored(article: Article, text: ArticleText) -> Document:
    """A stored article as the extractor reads it."""
    return Document(text.text, text.title, article.lang, article.published)


def catch_up(store: ArticleStore, extractor: Extractor, went_on: Callable[[int], None] = lambda _: None) -> int:
    """Make all fingerprints that are missing; return how many were made. Raises StoreError.

    `went_on` hears after each chunk how many there are.
    """
    done = 0
    while waiting := store.without_fingerprint(fingerprint_version(), limit=_CHUNK):
        made = {a.id: (t.text_hash, a.vendors, extractor.fingerprint(document_of_stored(a, t))) for a, t in waiting}
        done += store.put_fingerprints(made)
        went_on(done)
    return done
