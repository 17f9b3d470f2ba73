"""SQLModel rows. Instants are whole seconds since 1970 (UTC), decimals are text; `store.mapping` turns rows into values.

No `from __future__ import annotations` here: SQLModel reads the annotations of table classes at run time."""

from sqlmodel import Field, SQLModel

from store.bodies import Body


class ArticleRow(SQLModel, table=True):
    __tablename__ = "article"

    id: int | None = Field(default=None, primary_key=True)
    source: str
    key: str
    place: int
    """In the order of dates: `store.places`."""
    link: str | None = None
    title: str
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    lang: str | None = None
    published_at: int | None = None
    published_precision: str | None = None
    first_seen_at: int
    dated_at: int
    version: int = 1
    text_hash: str
    content_hash: str
    shifts: int = 0
    story: int | None = None
    """The smallest id of the articles on the same news; None: not looked at yet."""
    origin: str | None = None
    """The outlet that its news comes from, when that is another one."""
    feed_hash: str | None = None
    """Content hash of what the feed gave last, once the text is that of the page."""


class VersionRow(SQLModel, table=True):
    __tablename__ = "article_version"

    article_id: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    title: str
    text: str = Field(sa_type=Body)
    text_hash: str
    text_source: str
    seen_at: int


class ExtractionRow(SQLModel, table=True):
    __tablename__ = "extraction"

    article_id: int = Field(primary_key=True)
    text_hash: str
    extractor: str
    lang: str
    extracted_at: int


class PastExtractionRow(SQLModel, table=True):
    """What read a version that is no longer the current one, until the next was seen; its shifts and figures are kept."""

    __tablename__ = "past_extraction"

    article_id: int = Field(primary_key=True)
    until: int = Field(primary_key=True)
    text_hash: str
    extractor: str
    lang: str
    extracted_at: int


class FormerRow(SQLModel, table=True):
    """A version that is no longer the current one, until the next was seen. Its id numbers its entry in their full-text index."""

    __tablename__ = "former"

    id: int | None = Field(default=None, primary_key=True)
    article_id: int
    version: int
    place: int
    since: int
    until: int


class MentionRow(SQLModel, table=True):
    __tablename__ = "mention"

    vendor: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    article_id: int
    position: int


class PastMentionRow(SQLModel, table=True):
    """A vendor that a version named which is no longer the current one, while that held."""

    __tablename__ = "past_mention"

    vendor: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    until: int = Field(primary_key=True)
    since: int
    article_id: int
    position: int


class ShiftRow(SQLModel, table=True):
    __tablename__ = "shift"

    id: int | None = Field(default=None, primary_key=True)
    article_id: int
    place: int
    dated_at: int
    vendor: str
    kind: str
    direction: str
    object: str
    status: str
    origin: str | None = None
    destination: str | None = None
    speaker: str | None = None
    role: str | None = None
    background: bool = False
    confidence: float
    rule: str
    event_at: int | None = None
    event_precision: str | None = None
    since: int = 0
    """When the version was seen that it was read in."""
    until: int | None = None
    """When the next version was seen; None: it holds."""


class EvidenceRow(SQLModel, table=True):
    __tablename__ = "evidence"

    shift_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    text_hash: str
    start: int
    end: int
    text: str


class FigureRow(SQLModel, table=True):
    __tablename__ = "figure"

    id: int | None = Field(default=None, primary_key=True)
    article_id: int
    dated_at: int
    vendor: str
    metric: str
    value: str
    number: float
    value_high: str | None = None
    unit: str
    period: str | None = None
    role: str
    bound: str
    scope: str | None = None
    rule: str
    text_hash: str
    start: int
    end: int
    text: str
    since: int = 0
    until: int | None = None
    """As of shifts."""


class MonthCountRow(SQLModel, table=True):
    """Shifts that are no background, a vendor, month and kind: kept with the shifts, in the same transaction."""

    __tablename__ = "month_count"

    vendor: str = Field(primary_key=True)
    month: int = Field(primary_key=True)
    """Months since the year 0."""
    kind: str = Field(primary_key=True)
    shifts: int


class OutletCountRow(SQLModel, table=True):
    """Articles an outlet, feed and language: kept with the articles, in the same transaction."""

    __tablename__ = "outlet_count"

    outlet: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    articles: int


class MarkRow(SQLModel, table=True):
    __tablename__ = "mark"

    article_id: int = Field(primary_key=True)
    starred: bool = False
    read: bool = False
    note: str = ""


class TagRow(SQLModel, table=True):
    __tablename__ = "tag"

    tag: str = Field(primary_key=True)
    article_id: int = Field(primary_key=True)


class VerdictRow(SQLModel, table=True):
    __tablename__ = "verdict"

    article_id: int = Field(primary_key=True)
    vendor: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    direction: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    verdict: str
    decided_at: int


class StoryPrintRow(SQLModel, table=True):
    """What an article is compared by; lists are lines, vendors words."""

    __tablename__ = "story_print"

    article_id: int = Field(primary_key=True)
    version: str
    keys: str = Field(sa_type=Body)
    meaning: bytes | None = None
    cites: str
    vendors: str


class StoryKeyRow(SQLModel, table=True):
    """The inverted index: hashes of the rarest keys of each article."""

    __tablename__ = "story_key"

    key: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    article_id: int


class StoryLinkRow(SQLModel, table=True):
    """How probably two articles are on the same news; each pair stands both ways round."""

    __tablename__ = "story_link"

    article_id: int = Field(primary_key=True)
    other_id: int = Field(primary_key=True)
    weight: float


class StoryBondRow(SQLModel, table=True):
    """What the analyst said of two articles, the smaller id first."""

    __tablename__ = "story_bond"

    article_id: int = Field(primary_key=True)
    other_id: int = Field(primary_key=True)
    bond: str


class UndoRow(SQLModel, table=True):
    """A change of marks, verdicts or bonds, with the state before and after it as JSON."""

    __tablename__ = "undo"

    id: int | None = Field(default=None, primary_key=True)
    at: int
    label: str
    before: str
    after: str
    undone: bool = False


class RetiredRow(SQLModel, table=True):
    """An article let go by the rule of retention."""

    __tablename__ = "retired"

    source: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    content_hash: str


class AlertRow(SQLModel, table=True):
    __tablename__ = "alert"

    name: str = Field(primary_key=True)
    query: str
    checked_at: int
    round: int


class AlertToldRow(SQLModel, table=True):
    """A telling that an alert knows: told, or there before the alert was."""

    __tablename__ = "alert_told"

    alert: str = Field(primary_key=True)
    telling: str = Field(primary_key=True)


class AlertMessageRow(SQLModel, table=True):
    __tablename__ = "alert_message"

    id: int | None = Field(default=None, primary_key=True)
    alert: str
    kind: str
    channel: str
    payload: str
    due_at: int
    taken_at: int | None = None
    attempts: int = 0
    error: str | None = None
    done_at: int | None = None


class MetaRow(SQLModel, table=True):
    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: int
