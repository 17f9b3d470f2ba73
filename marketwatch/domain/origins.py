"""Where what is shown comes from: the chain from a shift or figure back to the poll that brought its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketwatch.domain.articles import Article, ArticleText
from marketwatch.domain.shown import StoredFigure, StoredShift
from marketwatch.domain.sources import PollOutcome


@dataclass(frozen=True, slots=True)
class Origin:
    """Of a shift, a figure or a whole article."""

    article: Article
    text: ArticleText
    """The version it was read in."""
    text_source: str
    """Where that text came from: feed | page | file | demo."""
    extractor: str
    """What read it; empty: nothing has."""
    extracted_at: datetime | None
    until: datetime | None = None
    """When the outlet's next version was seen; None: this is the current one."""
    poll: PollOutcome | None = None
    """The poll that brought this version; None: it was added by hand, or the poll is not known."""
    shift: StoredShift | None = None
    figure: StoredFigure | None = None
