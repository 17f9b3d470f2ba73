"""What the words beside a sum, or the figure beside a bare number, say of it: in all eight languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from marketwatch.config import Config
from marketwatch.domain import Bound, FigureRole, Metric
from marketwatch.extract import Document, extractor_of
from marketwatch.extract.context import Context
from marketwatch.extract.elliptic import completed
from marketwatch.extract.figure_owner import owner_of
from marketwatch.extract.figure_words import plainly
from marketwatch.extract.quantities import find_quantities
from marketwatch.extract.reader.decide import FigureStatement

FLOOR = 0.5


def read(config: Config, lang: str, text: str) -> Context:
    return extractor_of(config, learned=False).read(Document(text=text, lang=lang))


@pytest.mark.parametrize(
    ("lang", "text", "metrics"),
    [
        ("en", "Samsung had $53 million of sales and $11 million of profit.", ["revenue", "profit"]),
        (
            "fr",
            "Samsung a eu un chiffre d'affaires de 53 milliards d'euros et un bénéfice de 11 milliards.",
            ["revenue", "profit"],
        ),
        (
            "de",
            "Samsung erreichte einen Umsatz von 53 Milliarden Euro und einen Gewinn von 11 Milliarden.",
            ["revenue", "profit"],
        ),
        ("es", "Samsung tuvo ingresos de 53 millones de euros y un beneficio de 11 millones.", ["revenue", "profit"]),
        ("it", "Samsung ha avuto ricavi di 53 miliardi di euro e un utile di 11 miliardi.", ["revenue", "profit"]),
        ("pt", "A Samsung teve receita de 53 bilhões de dólares e lucro de 11,5 bilhões.", ["revenue", "profit"]),
        ("nl", "Samsung had een omzet van 53 miljard euro en een winst van 11 miljard.", ["revenue", "profit"]),
        ("zh", "三星营收53亿元和净利润11亿元。", ["revenue", "profit"]),
        ("fr", "Samsung a subi 43 milliards de yuans de pertes nettes (5,7 milliards d'euros).", ["profit", "profit"]),
        ("en", "Samsung was valued at $45 billion.", ["other"]),
    ],
)
def test_each_sum_takes_a_word_of_its_own(config: Config, lang: str, text: str, metrics: list[str]) -> None:
    context = read(config, lang, text)
    sums = find_quantities(text, lang)
    told = [plainly(context, context.sentences[0], quantity).metric for quantity in sums]
    assert [metric.value if metric else None for metric in told] == metrics


@pytest.mark.parametrize(
    ("lang", "unit", "text"),
    [
        ("es", "TWD", "HTC ganó 360 millones de dólares taiwaneses."),
        ("fr", "TWD", "HTC a gagné 470 millions de dollars taïwanais."),
        ("it", "TWD", "HTC ha ricavi per 130 miliardi di dollari taiwanesi."),
        ("es", "KRW", "Samsung ganó 3,24 billones de wones."),
        ("pt", "JPY", "A Sony perdeu 5 bilhões de ienes."),
        ("en", "VND", "Samsung spent 400 trillion dong."),
    ],
)
def test_currencies_of_other_languages(lang: str, unit: str, text: str) -> None:
    assert [quantity.unit for quantity in find_quantities(text, lang)] == [unit]


def test_a_number_is_that_of_the_name_beside_it(config: Config) -> None:
    text = "Xiaomi was at 17 percent, ahead of Apple with 14 and behind Samsung at 19."
    context = read(config, "en", text)
    owners = [owner_of(context, 0, quantity) for quantity in find_quantities(text, "en")]
    assert [owner.vendor if owner else None for owner in owners] == ["xiaomi", "apple", "samsung"]


def statements(text: str, lang: str, metric: Metric, scores: list[float]) -> list[FigureStatement]:
    quantities = find_quantities(text, lang)
    return [
        FigureStatement("apple", metric, FigureRole.ACTUAL, None, 0, quantity, score)
        for quantity, score in zip(quantities, scores, strict=True)
    ]


def test_a_bare_number_has_the_scale_and_currency_of_the_sum_before_it(config: Config) -> None:
    text = "Apple took in 81.4 billion dollars with a profit of 21.7."
    context = read(config, "en", text)
    held = completed(context, statements(text, "en", Metric.REVENUE, [0.9, 0.02]), FLOOR)
    assert [(s.metric, s.quantity.value, s.quantity.unit) for s in held] == [
        (Metric.REVENUE, Decimal(81400000000), "USD"),
        (Metric.PROFIT, Decimal(21700000000), "USD"),
    ]


@pytest.mark.parametrize(
    "text", ["Apple took in 81.4 billion dollars in 15 countries.", "Apple sold 3 million phones in 20 minutes."]
)
def test_what_counts_something_else_carries_no_scale(config: Config, text: str) -> None:
    context = read(config, "en", text)
    held = completed(context, statements(text, "en", Metric.REVENUE, [0.9, 0.3]), FLOOR)
    assert len(held) == 1
    assert held[0].quantity.bound is Bound.EQ


def test_the_shares_of_a_list_are_held_together(config: Config) -> None:
    text = "Samsung has 20.6 percent, Apple has 15.9, Huawei has 14.6."
    context = read(config, "en", text)
    held = completed(context, statements(text, "en", Metric.SHARE, [0.47, 0.35, 0.1]), FLOOR)
    assert [(s.quantity.value, s.quantity.unit) for s in held] == [(Decimal(v), "%") for v in ("20.6", "15.9", "14.6")]
