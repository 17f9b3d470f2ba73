"""Articles that were stored before there were stories, or with other data for them, get their fingerprint: a few at a time.

Each chunk is one transaction, so that this may be stopped at any moment and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from marketwatch.domain import Article, ArticleText, Fingerprint
from marketwatch.extract import Document, Extractor
from marketwatch.extract.fingerprint import fingerprint_version

CHUNK = 50
"""Articles a transaction."""


class Stored(Protocol):
    """A stored text."""

    @property
    def article(self) -> Article: ...

    @property
    def text(self) -> ArticleText: ...


class FingerprintStore(Protocol):
    """What of a store this needs."""

    def without_fingerprint(self, version: str, *, limit: int = 50) -> Sequence[Stored]: ...

    def put_fingerprints(self, made: Mapping[int, tuple[str, Sequence[str], Fingerprint]]) -> int: ...


def catch_up(
    store: FingerprintStore, extractor: Extractor, *, most: int | None = None, went_on: Callable[[int], None] = lambda _: None
) -> int:
    """Make the fingerprints that are missing, at most so many; return how many were made. Raises StoreError.

    `went_on` hears after each chunk how many there are.
    """
    version, done = fingerprint_version(), 0
    while most is None or done < most:
        waiting = store.without_fingerprint(version, limit=CHUNK if most is None else min(CHUNK, most - done))
        if not waiting:
            break
        store.put_fingerprints({one.article.id: _made(one, extractor) for one in waiting})
        done += len(waiting)
        went_on(done)
    return done


def _made(stored: Stored, extractor: Extractor) -> tuple[str, Sequence[str], Fingerprint]:
    article, text = stored.article, stored.text
    document = Document(text.text, text.title, article.lang, article.published)
    return text.text_hash, article.vendors, extractor.fingerprint(document)
