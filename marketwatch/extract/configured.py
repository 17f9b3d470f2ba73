"""The extractor of a configuration: the one place where an application makes one."""

from __future__ import annotations

from marketwatch.config import Config
from marketwatch.extract.engine import Extractor


def extractor_of(config: Config, *, learned: bool = True) -> Extractor:
    """Return the extractor for the configured vendors, with the user's own vocabulary; not `learned`: rules alone."""
    vendors = tuple(config.vendors.values())
    return Extractor(vendors, vocabulary=config.vocabulary, reader="packaged" if learned else None)
