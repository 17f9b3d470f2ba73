"""A base of demo and labelled articles, read as a user's would be: what the ledger settles, which moves are reversals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from marketwatch.claims import Claim
from marketwatch.commands.add import extract_draft
from marketwatch.commands.demo import sample_drafts
from marketwatch.documents import draft_of_record, read_records
from marketwatch.domain import AnalysedArticle, ArticleDraft
from marketwatch.drafts import clean_draft
from marketwatch.extract import Extractor
from marketwatch.ledger import read_ledger
from marketwatch.listing import moves_under, reversals_of
from marketwatch.query import Query, parse
from store import Store, open_store

from conftest import NOW  # isort: skip

pytestmark = pytest.mark.timeout(400)  # reads articles of five languages
CORPUS = Path(__file__).parent / "corpus"
DEMO = ("demo-02", "demo-07", "demo-09", "demo-16", "demo-27", "demo-38", "demo-60")
LABELLED = {
    "huawei": ("c2d-de-leica-ende-2022",),
    "multilingual": ("c4-zh-yabuli-2017",),
    "stories-de-nl": ("s3-nl-oppo-duitsland-tweakers",),
    "stories-fr-en": ("s4-huawei-leica-mmw-2016",),
    "xiaomi": ("xiaomi-boutiques-siecledigital-2022", "xiaomi-70-millions-droidsoft-2016", "xiaomi-return-no1-pandaily-2018"),
}


def drafts() -> Iterator[ArticleDraft]:
    yield from (draft for draft in sample_drafts() if draft.key in DEMO)
    for name, wanted in LABELLED.items():
        path = CORPUS / f"{name}.dev.jsonl"
        for line, record in read_records(path.read_text(encoding="utf-8"), path.name):
            if record["id"] in wanted:
                yield clean_draft(replace(draft_of_record(record, f"{path.name}:{line}"), source="corpus"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, extractor: Extractor) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("labelled") / "b.sqlite3", now=lambda: NOW) as store:
        store.save([AnalysedArticle(draft, extract_draft(extractor, draft)) for draft in drafts()])
        assert store.totals(Query()).articles == len(DEMO) + 7
        yield store


def claims(base: Store, metric: str, period: str) -> list[Claim]:
    found = read_ledger(base, parse(f"vendor:xiaomi metric:{metric}"), NOW).claims
    return [claim for claim in found if claim.first.stored.figure.period == period]


def test_the_goals_of_2015_were_missed_with_both_quotes(base: Store) -> None:
    rows = {str(claim.amount): claim for claim in claims(base, "units", "2015")}
    cut = rows["100 M devices"]
    assert (cut.verdict.value, str(cut.replaced_by)) == ("cut", "80 M devices")
    missed = rows["80 M devices"]
    assert missed.set_on == "2015-07-02"
    assert missed.verdict.value == "missed"
    assert missed.outcome is not None
    assert "just over 70 million smartphones in 2015" in missed.outcome.figure.evidence.text
    assert any("rabotée à 80 millions" in telling.stored.figure.evidence.text for telling in missed.tellings)


def test_the_revenue_of_2017_was_met_and_the_goal_of_a_shop_is_not_the_companys(base: Store) -> None:
    rows = {str(claim.amount): claim for claim in claims(base, "revenue", "2017")}
    met = rows["> 100 bn CNY"]
    assert met.verdict.value == "met"
    assert "plus de 100 milliards de yuans" in met.first.stored.figure.evidence.text
    assert met.outcome is not None
    assert "climbed past 100bn yuan" in met.outcome.figure.evidence.text
    assert "10 M CNY" not in rows


def test_reversals_are_found_and_none_is_made_up(base: Store) -> None:
    moves, _ = moves_under(base, Query())
    found = dict.fromkeys(reversals_of(base, Query(), moves).values())
    pairs = {(r.later.lead.shift.vendor, r.later.lead.shift.kind.value, r.certain, r.why) for r in found}
    assert pairs == {("oppo", "market", True, "Germany")}
    for one in found:
        for half in (one.earlier, one.later):
            text = base.text(half.lead.article.id)
            assert text is not None
            assert all(text.text[e.start : e.end] == e.text for e in half.lead.shift.evidence)
