"""The article the product is judged by, in four languages and our own words: everything of it must be found."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from marketwatch.documents import draft_of_text
from marketwatch.domain import Bound, Extraction, FigureRole, Status
from marketwatch.extract import Document, Extractor

HERE = Path(__file__).parent
EXPECTED = {
    ("disclosure", "stop"),
    ("growth", "reduce"),
    ("channel", "switch"),
    ("diversification", "start"),
    ("target", "set"),
    ("target", "withdraw"),
    ("target", "missed"),
    ("pressure", "faces"),
}


def read(extractor: Extractor, lang: str) -> tuple[str, Extraction]:
    draft = draft_of_text((HERE / f"worked_{lang}.txt").read_text(encoding="utf-8"), lang)
    published = draft.published
    if published is None:
        from marketwatch.domain import Moment

        published = Moment.parse("2017-01")
    return draft.text, extractor.extract(Document(draft.text, draft.title, None, published))


@pytest.mark.parametrize("lang", ["fr", "en", "de", "zh"])
def test_all_kinds_with_exact_sentences_and_figures(extractor: Extractor, lang: str) -> None:
    text, extraction = read(extractor, lang)
    assert extraction.lang == lang
    assert {(s.kind.value, s.direction.value) for s in extraction.shifts} >= EXPECTED
    assert {s.vendor for s in extraction.shifts} == {"xiaomi"}
    started = {s.object for s in extraction.shifts if s.kind.value == "diversification"}
    assert started == {"AI", "fintech", "digital bank"}
    for shift in extraction.shifts:
        for evidence in shift.evidence:
            assert text[evidence.start : evidence.end] == evidence.text
    figures = {
        (f.metric.value, f.value, f.value_high, f.unit, f.period, f.role, f.bound)
        for f in extraction.figures
        if f.vendor == "xiaomi"
    }
    assert ("revenue", Decimal(10**11), None, "CNY", "2017", FigureRole.TARGET, Bound.GT) in figures
    assert ("revenue", Decimal(13_600_000_000), None, "EUR", "2017", FigureRole.TARGET, Bound.GT) in figures
    assert ("units", Decimal(70_000_000), None, "devices", "2015", FigureRole.ACTUAL, Bound.GT) in figures
    high = ("units", Decimal(80_000_000), Decimal(100_000_000), "devices", "2015", FigureRole.PRIOR_TARGET, Bound.RANGE)
    assert high in figures


@pytest.mark.parametrize("lang", ["fr", "en", "de", "zh"])
def test_what_the_company_says_is_its_chiefs_and_a_rumour_is_nobodys(extractor: Extractor, lang: str) -> None:
    _, extraction = read(extractor, lang)
    said = {s.kind.value: (s.speaker, s.role) for s in extraction.shifts}
    assert said["growth"] == ("雷军" if lang == "zh" else "Lei Jun", "CEO")
    (bank,) = [s for s in extraction.shifts if s.object == "digital bank"]
    assert bank.status in (Status.CONSIDERED, Status.RUMOURED)
    assert bank.speaker is None
    assert {s.speaker for s in extraction.shifts if s.kind.value == "pressure"} == {None}
