"""What an export names articles by, and how they are found again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from marketwatch.domain import Evidence, Extraction, Provenance
from marketwatch.drafts import text_hash
from store import Store

from builders import analysed, figure, shift  # isort: skip


def test_provenance_is_key_extractor_and_the_version_that_was_read(store: Store) -> None:
    store.save([analysed("a"), analysed("b", "Huawei opens stores.")])
    found = store.provenance([1, 2, 99])
    assert found == {
        1: Provenance("a", "rules-test", text_hash("Xiaomi opens stores.")),
        2: Provenance("b", "rules-test", text_hash("Huawei opens stores.")),
    }
    store.replace_extraction(2, Extraction("en", (shift(),), (), "rules-next"))
    assert store.provenance([2])[2].extractor == "rules-next"
    assert store.provenance(range(1, 1300)).keys() == {1, 2}


def test_an_article_is_found_by_its_key_and_else_by_its_address(store: Store) -> None:
    store.save([analysed("a"), analysed("b", source="other"), analysed("c", url=None)])
    assert store.locate("feed", "a", "https://example.org/b") == 1
    assert store.locate("renamed", "x", "http://www.example.org/b/#top") == 2
    assert store.locate("feed", "c", None) == 3
    assert store.locate("feed", "x", None) is None
    assert store.locate("feed", "x", "https://example.org/x") is None
    assert store.locate("feed", "x", "javascript:a") is None


def test_figures_of_articles_are_in_text_order(store: Store) -> None:
    made = analysed("a")
    figures = (figure(value=Decimal(2), evidence=Evidence("opens", 7, 12)), figure("Xiaomi", value=Decimal(1)))
    store.save([replace(made, extraction=replace(made.extraction, figures=figures)), analysed("b")])
    assert [one.value for one in store.figures_of([1])[1]] == [1, 2]
    assert store.figures_of([1, 2, 3]).keys() == {1, 2}
    assert store.figures_of([]) == {}
