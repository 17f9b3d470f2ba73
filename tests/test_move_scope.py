"""Of what a move is: places, sub-brands and segments in English, whatever the language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from marketwatch.config import Config
from marketwatch.domain import Article, Direction, Evidence, Moment, Move, ShiftKind, StoredShift, Vendor
from marketwatch.move_scope import Scope, brands_of, scope_of

from builders import shift  # isort: skip


def told(number: int, *sentences: str, lang: str = "en", date: str = "2019-05-01", **changes: Any) -> StoredShift:
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    article = Article(number, "feed", "Title", None, "Example", None, lang, Moment.parse(date), seen, 1, "hash")
    evidence = tuple(Evidence(text, 100 * n, 100 * n + len(text)) for n, text in enumerate(sentences))
    return StoredShift(number, shift(evidence=evidence, **changes), article)


@pytest.mark.parametrize(
    ("sentence", "lang", "scope"),
    [
        ("Xiaomi opens shops in Spain.", "en", Scope(("Spain",))),
        ("Xiaomi ouvre des boutiques en Espagne.", "fr", Scope(("Spain",))),
        ("小米在西班牙开设门店。", "zh", Scope(("Spain",))),
        ("Xiaomi opens shops in Germany and elsewhere in Europe.", "en", Scope(("Germany",))),
        ("The Redmi brand goes it alone.", "en", Scope(brands=("Redmi",))),
        ("红米独立运营。", "zh", Scope(brands=("Redmi",))),
        ("Xiaomi moves into the premium segment in India with Poco.", "en", Scope(("India",), ("Poco",), ("premium",))),
        ("Xiaomi verkauft Elektroautos in Deutschland.", "de", Scope(("Germany",), (), ("cars",))),
        ("Xiaomi grows.", "en", Scope()),
        ("샤오미는 스페인에 매장을 연다.", "ko", Scope()),
    ],
)
def test_a_sentence_names_places_brands_and_segments(config: Config, sentence: str, lang: str, scope: Scope) -> None:
    assert scope_of(Move((told(1, sentence, lang=lang),)), config.vendors["xiaomi"]) == scope


def test_what_most_articles_name_stands_first_and_the_first_sentence_that_names_a_place_counts() -> None:
    one = told(1, "It opens shops.", "They are in Italy.", "In France it has some.")
    both = Move((told(2, "Shops in Spain."), one, told(3, "Negozi in Italia.", lang="it")))
    assert scope_of(both).places == ("Italy", "Spain")
    assert scope_of(both).words == "Italy, Spain"


def test_a_move_into_a_market_is_of_that_market() -> None:
    entry = {"kind": ShiftKind.MARKET, "direction": Direction.START}
    assert scope_of(Move((told(1, "From China to Brazil.", object="Brazil", **entry),))).places == ("Brazil",)
    assert scope_of(Move((told(1, "From China.", object="overseas", **entry),))).places == ()


def test_a_dated_brand_is_the_vendors_in_its_time(config: Config) -> None:
    def brands(vendor: str, date: str) -> tuple[str, ...]:
        return scope_of(Move((told(1, "Honor opens shops.", date=date, vendor=vendor),)), config.vendors[vendor]).brands

    assert (brands("huawei", "2019-05-01"), brands("huawei", "2022-05-01")) == (("Honor",), ())


def test_names_in_other_scripts_belong_to_the_brand_before_them() -> None:
    vendor = Vendor("xiaomi", "Xiaomi", sub_brands=("Redmi", "红米", "Poco", "POCO", "Black Shark ..2024-01", "黑鲨 ..2024-01"))
    assert [(brand.slug, brand.aliases) for brand in brands_of(vendor)] == [
        ("Redmi", ("Redmi", "红米")),
        ("Poco", ("Poco", "POCO")),
        ("Black Shark", ("Black Shark ..2024-01", "黑鲨 ..2024-01")),
    ]
