"""What happened, as messages: workers and widgets send them, the app handles them and owns all state.

None is compared or printed, and what they carry is imported by those who make it: all this is there before the first paint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from marketwatch.config import Config, View
    from marketwatch.coverage import Cell
    from marketwatch.domain import Article, Evidence, FeedHealth, JobStep, Move, Notice, PollOutcome, StoredFigure
    from marketwatch.ledger import Ledger
    from marketwatch.query import Query
    from tui.completion import Options
    from tui.snapshot import EvidenceInContext, Opened, Snapshot


@dataclass(eq=False, repr=False)
class Preparing(Message):
    """The database is of an older version and is brought to this one; until then no question is answered."""

    step: JobStep


@dataclass(eq=False, repr=False)
class SnapshotLoaded(Message):
    """The store answered a query."""

    snapshot: Snapshot
    generation: int
    """Of the request: an answer to an older one than the newest is dropped."""
    whole: bool
    """Not only the newest moves, behind which the rest is still to be read."""


@dataclass(eq=False, repr=False)
class ArticlesLoaded(Message):
    """A page of the article list."""

    articles: Sequence[Article]
    after: str | None
    """Cursor of the next page."""
    first_page: bool
    generation: int


@dataclass(eq=False, repr=False)
class EvidenceLoaded(Message):
    """The sentences behind the move under the cursor."""

    evidence: EvidenceInContext


@dataclass(eq=False, repr=False)
class LedgerLoaded(Message):
    """The goals under a query, beside what came of them."""

    ledger: Ledger
    query: Query


@dataclass(eq=False, repr=False)
class FiguresLoaded(Message):
    """Outcomes and estimates under a query."""

    figures: Sequence[StoredFigure]
    query: Query


@dataclass(eq=False, repr=False)
class FeedsLoaded(Message):
    """How each feed is doing."""

    health: Sequence[FeedHealth]
    cells: Sequence[Cell]
    """What is heard of each vendor in each language."""


@dataclass(eq=False, repr=False)
class FeedChosen(Message):
    """The articles of a feed are to be shown."""

    slug: str


@dataclass(eq=False, repr=False)
class FailingRead(Message):
    """Whether the last poll of each feed failed, by slug."""

    failed: Mapping[str, bool]


@dataclass(eq=False, repr=False)
class RevisionSeen(Message):
    """The database's revision at this moment; another process may have raised it."""

    revision: int


@dataclass(eq=False, repr=False)
class LoadFailed(Message):
    """The store could not answer."""

    reason: str


@dataclass(eq=False, repr=False)
class Marked(Message):
    """A mark or verdict was given or taken back."""

    done: str
    """What, in words."""
    final: bool = False
    """It was undo or redo itself."""


@dataclass(eq=False, repr=False)
class ArticleMarked(Message):
    """An article with its marks as they are now."""

    article: Article


@dataclass(eq=False, repr=False)
class Exported(Message):
    """A file was written, or could not be."""

    text: str
    """What was written where, or why not."""
    failed: bool = False


@dataclass(eq=False, repr=False)
class CommandRan(Message):
    """A command of the user's ended, or could not be run."""

    line: str
    text: str
    """What it wrote, or why it was not run."""
    failed: bool = False


@dataclass(eq=False, repr=False)
class PollStarted(Message):
    total: int


@dataclass(eq=False, repr=False)
class FeedPolled(Message):
    """One feed is done."""

    outcome: PollOutcome


@dataclass(eq=False, repr=False)
class PollFinished(Message):
    """A round of polling has ended; `error` says why when it broke off."""

    error: str | None = None


@dataclass(eq=False, repr=False)
class JobStarted(Message):
    """A long piece of work has begun."""

    name: str
    unit: str
    """What its steps are, `pages`."""


@dataclass(eq=False, repr=False)
class JobStepped(Message):
    step: JobStep


@dataclass(eq=False, repr=False)
class JobFinished(Message):
    """A job has ended; `error` says why when it broke off."""

    error: str | None = None
    stopped: bool = False
    """By the user."""


@dataclass(eq=False, repr=False)
class ConfigRead(Message):
    """feeds.toml has changed and is valid."""

    config: Config


@dataclass(eq=False, repr=False)
class ConfigBroken(Message):
    """feeds.toml has changed and cannot be used; what was read before stays in force."""

    reason: str


@dataclass(eq=False, repr=False)
class QueryTyped(Message):
    """The filter's text changed."""

    text: str


@dataclass(eq=False, repr=False)
class FilterLeft(Message):
    """The list is to have the focus again."""


@dataclass(eq=False, repr=False)
class OptionsFound(Message):
    """What could follow in the filter."""

    options: Options
    line: str
    """What stood there when it was looked up."""
    chosen: int | None = None
    """The one that stands there now."""


@dataclass(eq=False, repr=False)
class ViewsSaved(Message):
    """The views that feeds.toml now has, or why it has them not."""

    views: Sequence[View]
    text: str
    failed: bool = False


@dataclass(eq=False, repr=False)
class MoveHighlighted(Message):
    """The cursor stands on a move, or on none."""

    move: Move | None


@dataclass(eq=False, repr=False)
class MoreWanted(Message):
    """The cursor nears the end of a list that has more pages."""


@dataclass(eq=False, repr=False)
class ArticleChosen(Message):
    """The user wants to read an article."""

    article_id: int
    shift_id: int | None = None
    """The shift whose sentence is to be shown first."""
    sentence: Evidence | None = None
    """Or a sentence that no shift has, a figure's."""


@dataclass(eq=False, repr=False)
class ArticleHighlighted(Message):
    """The cursor stands on an article."""

    article_id: int


@dataclass(eq=False, repr=False)
class PreviewRead(Message):
    """What the article under the cursor says; None when it is gone."""

    opened: Opened | None


@dataclass(eq=False, repr=False)
class ArticleRead(Message):
    """An article is ready to be shown; None when it is gone."""

    opened: Opened | None


@dataclass(eq=False, repr=False)
class ChainRead(Message):
    """Where the row under the cursor comes from, line by line; no lines when it is gone."""

    lines: tuple[str, ...]


@dataclass(eq=False, repr=False)
class AlertsRaised(Message):
    """Moves that alerts tell of on this screen, and what could not be told elsewhere."""

    notices: tuple[Notice, ...]


@dataclass(eq=False, repr=False)
class AlertAdded(Message):
    """feeds.toml has an alert more, or could not be written."""

    text: str
    config: Config | None = None
    """As it is now; None: nothing was written."""
