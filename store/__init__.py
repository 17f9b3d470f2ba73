"""Persistence: articles, shifts, figures and poll history in one SQLite file.

`open_store(path)` gives a `Store`, which implements `marketwatch.ports.ArticleStore`.
"""

from __future__ import annotations

from store.repository import Store, open_store

__all__ = ["Store", "open_store"]
