"""Articles: on their way into the store, as lists show them, and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketwatch.domain.marks import NO_MARKS, Marks
from marketwatch.domain.pages import PageWish
from marketwatch.domain.vocabulary import Moment


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article on its way into the store."""

    source: str
    """Feed slug, or `added` for what the analyst saved by hand, or `demo`."""
    key: str
    """Identity within the source."""
    title: str
    text: str
    url: str | None = None
    author: str | None = None
    outlet: str | None = None
    lang: str | None = None
    published: Moment | None = None
    text_source: str = "feed"
    """Where the text came from: feed | page | file | demo."""
    page: PageWish = PageWish.NONE
    """Whether the text is a summary whose page is to be read."""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article as lists show it: everything but the body."""

    id: int
    source: str
    title: str
    url: str | None
    outlet: str | None
    author: str | None
    lang: str | None
    published: Moment | None
    first_seen_at: datetime
    version: int
    """1 for the first text, +1 for each edit that was seen."""
    text_hash: str
    """SHA-256 of the current version's text: evidence offsets point into the version of this hash."""
    shifts: int = 0
    vendors: tuple[str, ...] = ()
    marks: Marks = NO_MARKS
    """The analyst's."""
    story: int | None = None
    """Id of the story it is in; None: not looked at yet."""
    origin: str | None = None
    """The outlet that its news comes from, when that is another one: it has its text, or says so."""

    @property
    def publisher(self) -> str:
        """The outlet, or the feed where none is known."""
        return self.outlet or self.source

    @property
    def dated_at(self) -> datetime:
        """The date that sorts it: published, unless that lies after we first saw it."""
        return min(self.published.at, self.first_seen_at) if self.published else self.first_seen_at

    @property
    def order(self) -> tuple[datetime, datetime, str, str, str]:
        """Sorts articles, the earliest first; those of one moment by what they are, so that a database and a file of it agree."""
        return self.dated_at, self.first_seen_at, self.source, self.url or "", self.title


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One stored version of an article's text."""

    article_id: int
    version: int
    title: str
    text: str
    text_hash: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """What names a stored article in any database, together with its source, and what read it."""

    key: str
    extractor: str
    """Extractor and rule version of its shifts and figures; empty: nothing has read it."""
    text_hash: str
    """Of the version that their offsets point into."""
