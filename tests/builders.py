"""Values for tests, with defaults for what a test does not care about."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from marketwatch.domain import (
    AnalysedArticle,
    ArticleDraft,
    Direction,
    Evidence,
    Extraction,
    Figure,
    Fingerprint,
    Metric,
    Moment,
    Shift,
    ShiftKind,
    Status,
)


def draft(key: str = "a", text: str = "Xiaomi opens stores.", **changes: Any) -> ArticleDraft:
    values: dict[str, Any] = {
        "source": "feed",
        "key": key,
        "title": f"Title {key}",
        "text": text,
        "url": f"https://example.org/{key}",
        "outlet": "Example",
        "lang": "en",
        "published": Moment.parse("2017-01-12"),
    }
    return ArticleDraft(**(values | changes))


def shift(text: str = "Xiaomi opens stores.", vendor: str = "xiaomi", **changes: Any) -> Shift:
    values: dict[str, Any] = {
        "vendor": vendor,
        "kind": ShiftKind.CHANNEL,
        "direction": Direction.EXPAND,
        "object": "physical stores",
        "status": Status.ANNOUNCED,
        "evidence": (Evidence(text, 0, len(text)),),
        "rule": "own_stores.open",
        "confidence": 0.9,
    }
    return Shift(**(values | changes))


def figure(text: str = "Xiaomi opens stores.", **changes: Any) -> Figure:
    values: dict[str, Any] = {
        "vendor": "xiaomi",
        "metric": Metric.REVENUE,
        "value": Decimal(100000000000),
        "unit": "CNY",
        "evidence": Evidence(text, 0, len(text)),
        "period": "2017",
    }
    return Figure(**(values | changes))


def analysed(key: str = "a", text: str = "Xiaomi opens stores.", *shifts: Shift, **changes: Any) -> AnalysedArticle:
    made = draft(key, text, **changes)
    found = shifts or (shift(text),)
    vendors = tuple(dict.fromkeys(one.vendor for one in found))
    return AnalysedArticle(made, Extraction(made.lang or "en", found, (figure(text.split()[0]),), "rules-test", vendors))


def telling(
    key: str, news: str, *, day: str = "2017-01-12", outlet: str = "Example", text: str = "", **more: object
) -> AnalysedArticle:
    """An article on one piece of news: its names and its meaning are the news's."""
    names = tuple(f"n:{news}{n}" for n in range(4))
    shingles = tuple(f"#{word}" for word in text.split())
    meaning = int.from_bytes(random.Random(news).randbytes(48), "big")
    made = Fingerprint((*names, *shingles), meaning, tuple(more.pop("cites", ())), "test")  # type: ignore[call-overload]
    one = analysed(key, f"Xiaomi {news} {key}.", published=Moment.parse(day), outlet=outlet, **more)
    return replace(one, extraction=Extraction("en", (), (), "test", ("xiaomi",), made))
