"""Goals beside what came of them, read out of a store: the worked example, and what a query chooses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from marketwatch.claims import Claim, ClaimVerdict
from marketwatch.documents import draft_of_text
from marketwatch.domain import (
    AnalysedArticle,
    Bound,
    Evidence,
    FigureRole,
    Metric,
    Moment,
)
from marketwatch.drafts import clean_draft
from marketwatch.extract import Document, Extractor
from marketwatch.ledger import read_ledger
from marketwatch.query import Query, parse
from store import Store

from builders import analysed, figure, shift  # isort: skip
from conftest import NOW  # isort: skip

WORKED = Path(__file__).parent / "extract"
V = ClaimVerdict
TARGET, ACTUAL = FigureRole.TARGET, FigureRole.ACTUAL
JAN, JUNE, NEXT_JAN = "2016-01-10", "2016-06-10", "2017-01-20"


# --- the worked example ----------------------------------------------------------------------------------------------------
@pytest.fixture(params=["fr", "en", "de", "zh"])
def worked(request: pytest.FixtureRequest, store: Store, extractor: Extractor) -> Store:
    draft = draft_of_text((WORKED / f"worked_{request.param}.txt").read_text(encoding="utf-8"), request.param)
    draft = clean_draft(replace(draft, published=draft.published or Moment.parse("2017-01"), key="worked"))
    extraction = extractor.extract(Document(draft.text, draft.title, None, draft.published))
    store.save([AnalysedArticle(draft, extraction)])
    return store


def test_the_worked_example_has_the_missed_goal_of_2015_and_the_open_one_of_2017(worked: Store) -> None:
    def rows(now: datetime) -> dict[tuple[str, str | None], Claim]:
        found = read_ledger(worked, Query(), now).claims
        assert len(found) == len({c.first.stored.id for c in found})
        return {(c.first.stored.figure.metric.value, c.first.stored.figure.period): c for c in found}

    then, today = rows(datetime(2017, 6, 1, tzinfo=UTC)), rows(NOW)
    missed, revenue = today["units", "2015"], today["revenue", "2017"]
    assert (missed.amount.value, missed.amount.high, missed.amount.unit) == (Decimal(80_000_000), Decimal(100_000_000), "devices")
    assert missed.verdict is V.MISSED
    assert missed.outcome is not None
    assert (missed.outcome.figure.value, missed.outcome.figure.bound) == (Decimal(70_000_000), Bound.GT)
    assert missed.set_on == "<=2017-01"
    assert (revenue.amount.value, revenue.amount.unit, revenue.amount.bound) == (Decimal(10**11), "CNY", Bound.GT)
    assert [c.figure.unit for c in revenue.first.conversions] == ["EUR"]
    assert revenue.set_on == "2017-01"
    assert then["revenue", "2017"].verdict is V.OPEN
    assert revenue.verdict is V.OVERDUE
    assert revenue.outcome is None
    assert len(today) == 2


def test_every_sentence_of_a_row_stands_in_its_article(worked: Store) -> None:
    for claim in read_ledger(worked, Query(), NOW).claims:
        quotes = [(t.stored.article.id, t.stored.figure.evidence) for t in claim.tellings]
        quotes += [(claim.outcome.article.id, claim.outcome.figure.evidence)] if claim.outcome else []
        quotes += [(s.article.id, e) for s in claim.said for e in s.shift.evidence]
        assert quotes
        for article_id, evidence in quotes:
            text = worked.text(article_id)
            assert text is not None
            assert text.text[evidence.start : evidence.end] == evidence.text


# --- under a query -------------------------------------------------------------------------------------------------------
def article(key: str, date: str, vendor: str, value: int, role: FigureRole, **changes: Any) -> AnalysedArticle:
    made = analysed(key, f"{vendor} {value}.", shift(f"{vendor} {value}.", vendor), published=Moment.parse(date), **changes)
    one = figure(
        f"{vendor} {value}.", vendor=vendor, value=Decimal(value), role=role, metric=Metric.UNITS, unit="devices", period="2016"
    )
    return replace(made, extraction=replace(made.extraction, figures=(one,)))


def test_a_query_chooses_goals_and_what_came_of_them_lies_outside_it(store: Store) -> None:
    store.save(
        [
            article("a", JAN, "xiaomi", 80, TARGET),
            article("b", NEXT_JAN, "xiaomi", 90, ACTUAL),
            article("c", JUNE, "huawei", 100, TARGET, outlet="Second"),
            article("d", "2016-06-12", "huawei", 100, TARGET),
        ]
    )

    def rows(text: str) -> list[tuple[str, str]]:
        found = read_ledger(store, parse(text, now=NOW), NOW).claims
        return [(c.first.stored.figure.vendor, c.verdict.value) for c in found]

    assert rows("") == [("huawei", "overdue"), ("xiaomi", "met")]
    assert rows("date:2016") == rows("")
    assert rows("sort:date limit:1") == [("xiaomi", "met")]
    assert rows("outlets:>=2") == [("huawei", "overdue")]
    assert rows("-vendor:huawei metric:units") == [("xiaomi", "met")]
    assert rows("date:2017") == []


def test_evidence_of_a_goal_is_what_the_article_says(store: Store) -> None:
    store.save([article("a", JAN, "xiaomi", 80, TARGET)])
    (claim,) = read_ledger(store, Query(), NOW).claims
    assert claim.first.stored.figure.evidence == Evidence("xiaomi 80.", 0, 10)
