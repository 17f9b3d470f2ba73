"""What is stored at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketwatch.domain.extraction import AnalysedArticle
from marketwatch.domain.sources import BackfillState, FeedState, PollOutcome


@dataclass(frozen=True, slots=True)
class Saving:
    """What a poll brought, or a part of it: all of this is stored, or nothing."""

    articles: Sequence[AnalysedArticle] = ()
    outcome: PollOutcome | None = None
    """Stored with the counts of these articles added to its own."""
    state: FeedState | None = None
    backfill: BackfillState | None = None
