"""What is read out of an article: shifts and figures with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from marketwatch.domain.articles import ArticleDraft
from marketwatch.domain.stories import Fingerprint
from marketwatch.domain.vocabulary import Bound, Direction, FigureRole, Metric, Moment, ShiftKind, Status


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exact copy of the article's text: always `article_text[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One company-level strategic move of one vendor, as one article states it."""

    vendor: str
    kind: ShiftKind
    direction: Direction
    object: str
    """2-6 English words: what it is about, whatever the article's language."""
    status: Status
    evidence: tuple[Evidence, ...]
    origin: str | None = None
    """`from` in JSON: the state left, when the text gives both."""
    destination: str | None = None
    """`to` in JSON."""
    speaker: str | None = None
    role: str | None = None
    background: bool = False
    """Recalled as old history, not part of the news."""
    confidence: float = 1.0
    """0..1: the calibrated probability that it is right."""
    rule: str = ""
    """Name of the rule that fired."""
    event: Moment | None = None
    """When it happens or happened, if the text says."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One company-level quantity. Shares are percents, a loss is negative."""

    vendor: str
    metric: Metric
    value: Decimal
    unit: str
    """devices, CNY, USD, EUR, %, stores, people, countries ..."""
    evidence: Evidence
    period: str | None = None
    """`2015`, `Q3 2019`, `H1 2020`, `2017-03` or None; relative ones are resolved."""
    role: FigureRole = FigureRole.ACTUAL
    bound: Bound = Bound.EQ
    value_high: Decimal | None = None
    """Upper end when bound is range."""
    scope: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One thing the extractor considered: what fired, where, and what became of it."""

    rule: str
    outcome: str
    """kept | merged | dropped: reason"""
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All shifts and figures of one article."""

    lang: str
    shifts: tuple[Shift, ...]
    figures: tuple[Figure, ...]
    extractor: str
    """Extractor and rule version: `rules-1+3f9c2a`."""
    vendors: tuple[str, ...] = ()
    """Every vendor the text names, most salient first."""
    fingerprint: Fingerprint | None = None
    """What it is compared by to find the articles on the same news."""
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysedArticle:
    """A draft with what was extracted from it: stored together or not at all."""

    draft: ArticleDraft
    extraction: Extraction
