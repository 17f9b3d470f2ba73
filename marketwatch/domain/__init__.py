"""The values that flow through marketwatch, in the order they appear.

feed → entry → article → shifts and figures → moves → screen

Everything here is a frozen value. Nothing knows SQL, HTTP or Textual. Instants are aware UTC datetimes; a date of
which the source gives only a year or a month is the start of that period with its `Precision`. Enum values are the
words used in code, database and JSON alike (the annotation guide is docs/annotation.md).
"""

from marketwatch.domain.alerts import Alert, AlertState, Channel, Notice, Outgoing
from marketwatch.domain.articles import (
    Article,
    ArticleDraft,
    ArticleText,
    Provenance,
)
from marketwatch.domain.extraction import (
    AnalysedArticle,
    Evidence,
    Extraction,
    Figure,
    Shift,
    TraceStep,
)
from marketwatch.domain.marks import MarkChange, Marks, Verdict, tag_name
from marketwatch.domain.origins import Origin
from marketwatch.domain.pages import HostState, PageOutcome, PageResult, PageWish, WantedPage
from marketwatch.domain.saving import Saving
from marketwatch.domain.shown import (
    ActivityCount,
    FeedHealth,
    Move,
    StoredFigure,
    StoredShift,
    Totals,
)
from marketwatch.domain.sources import (
    BackfillState,
    Claim,
    Entry,
    Feed,
    FeedState,
    JobStep,
    Outlet,
    PollOutcome,
    PollResult,
    Vendor,
)
from marketwatch.domain.stories import Bond, Fingerprint, Story
from marketwatch.domain.vocabulary import (
    DIRECTIONS,
    Bound,
    Direction,
    FigureRole,
    Metric,
    Moment,
    Precision,
    ShiftKind,
    Status,
)

__all__ = [
    "DIRECTIONS",
    "ActivityCount",
    "Alert",
    "AlertState",
    "AnalysedArticle",
    "Article",
    "ArticleDraft",
    "ArticleText",
    "BackfillState",
    "Bond",
    "Bound",
    "Channel",
    "Claim",
    "Direction",
    "Entry",
    "Evidence",
    "Extraction",
    "Feed",
    "FeedHealth",
    "FeedState",
    "Figure",
    "FigureRole",
    "Fingerprint",
    "HostState",
    "JobStep",
    "MarkChange",
    "Marks",
    "Metric",
    "Moment",
    "Move",
    "Notice",
    "Origin",
    "Outgoing",
    "Outlet",
    "PageOutcome",
    "PageResult",
    "PageWish",
    "PollOutcome",
    "PollResult",
    "Precision",
    "Provenance",
    "Saving",
    "Shift",
    "ShiftKind",
    "Status",
    "StoredFigure",
    "StoredShift",
    "Story",
    "Totals",
    "TraceStep",
    "Vendor",
    "Verdict",
    "WantedPage",
    "tag_name",
]
