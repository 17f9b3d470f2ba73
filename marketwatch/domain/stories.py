"""Stories: what tells that two articles are on the same news, and the articles that are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketwatch.domain.articles import Article


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an article is compared by, whatever its language."""

    keys: tuple[str, ...]
    """Names, numbers and shingles: see `marketwatch.extract.fingerprint`."""
    meaning: int | None = None
    """What a multilingual encoder makes of the text, a bit a dimension; None when nothing read it."""
    cites: tuple[str, ...] = ()
    """Names that the text says it has its news from, as they are written."""
    version: str = ""
    """Of what made it."""


class Bond(StrEnum):
    """The analyst's word on two articles: it stands above what the texts say."""

    SAME = "same"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on the same news. Its id is that of the article which came first; each other's id leads to it too."""

    id: int
    articles: tuple[Article, ...]
    """In the order of their dates; never empty."""

    @property
    def first_at(self) -> datetime:
        return self.articles[0].dated_at

    @property
    def last_at(self) -> datetime:
        return self.articles[-1].dated_at

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(article.publisher for article in self.articles))

    @property
    def langs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(article.lang or "?" for article in self.articles))

    @property
    def vendors(self) -> tuple[str, ...]:
        """Most often named first."""
        named: Sequence[str] = [vendor for article in self.articles for vendor in article.vendors]
        return tuple(sorted(dict.fromkeys(named), key=lambda vendor: -named.count(vendor)))
