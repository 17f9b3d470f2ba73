"""Whose a figure is, and how sure the reader must be of it."""

from __future__ import annotations

import pytest

from marketwatch.config import Config
from marketwatch.domain import FigureRole, Metric
from marketwatch.extract import Document, extractor_of
from marketwatch.extract.context import Context
from marketwatch.extract.figure_choice import weighed
from marketwatch.extract.figure_owner import owners_of
from marketwatch.extract.figure_words import plainly
from marketwatch.extract.quantities import find_quantities
from marketwatch.extract.reader.decide import FigureStatement


def read(config: Config, lang: str, text: str) -> Context:
    return extractor_of(config, learned=False).read(Document(text=text, lang=lang))


def statements(context: Context, metric: Metric, vendor: str = "sony", score: float = 0.5) -> list[FigureStatement]:
    """One for each number of the first sentence, all read for one vendor."""
    quantities = find_quantities(context.sentences[0].text, context.lang)
    return [FigureStatement(vendor, metric, FigureRole.ACTUAL, None, 0, quantity, score) for quantity in quantities]


@pytest.mark.parametrize(
    ("lang", "metric", "text", "owners"),
    [
        ("en", Metric.SHARE, "Xiaomi and Samsung each had 19 per cent.", [("xiaomi", "samsung")]),
        ("fr", Metric.SHARE, "Xiaomi et Samsung ont chacun 19 % du marché.", [("xiaomi", "samsung")]),
        ("de", Metric.SHARE, "Apple und Samsung kamen auf je 18 Prozent, Xiaomi auf 14.", [("apple", "samsung"), ("xiaomi",)]),
        ("nl", Metric.SHARE, "Daarachter volgen Oppo en Transsion met elk 9 procent.", [("oppo", "transsion")]),
        ("zh", Metric.SHARE, "三星和联想各占12%。", [("samsung", "lenovo")]),
        ("fr", Metric.UNITS, "Huawei suit à 40,8 millions et Oppo à 26,7 millions.", [("huawei",), ("oppo",)]),
        ("es", Metric.SHARE, "Subió al 21 por ciento, por delante de Samsung con 19.", [("sony",), ("samsung",)]),
        ("en", Metric.HEADCOUNT, "Google shed some 12,000 people.", [("google",)]),
        ("en", Metric.INVESTMENT, "Microsoft agreed to buy Nokia's phones for 5.44 billion euros.", [("microsoft",)]),
        ("zh", Metric.INVESTMENT, "谷歌以125亿美元买下摩托罗拉。", [("google",)]),
        ("en", Metric.OTHER, "Google was fined 5 billion euros.", [("sony",)]),
        ("en", Metric.OTHER, "It trails Xiaomi, worth HKD 377 billion ($48 billion), said Google.", [("xiaomi",), ("xiaomi",)]),
        ("zh", Metric.SHARE, "荣耀17.1%、OPPO16.7%、vivo16.5%。", [("honor",), ("oppo",), ("vivo",)]),
    ],
)
def test_owners(config: Config, lang: str, metric: Metric, text: str, owners: list[tuple[str, ...]]) -> None:
    context = read(config, lang, text)
    assert [tuple(owners_of(context, statement, metric)) for statement in statements(context, metric)] == owners


def test_who_is_overtaken_owns_no_number(config: Config) -> None:
    context = read(config, "it", "Xiaomi cresce ancora. È salita al 19% e ha superato sia Huawei sia Apple.")
    quantity = find_quantities(context.sentences[1].text, "it")[0]
    read_for_apple = FigureStatement("apple", Metric.SHARE, FigureRole.ACTUAL, None, 1, quantity, 0.5)
    assert owners_of(context, read_for_apple, Metric.SHARE) == ("xiaomi",)


def test_a_measured_share_is_held_sooner_and_a_count_later(config: Config) -> None:
    measured = read(config, "en", "Xiaomi had 19% of the market, Counterpoint says. Samsung led.")
    unmeasured = read(config, "en", "Xiaomi had 19% of the market. Samsung led.")
    assert [s.score > 0.5 for s in weighed(measured, statements(measured, Metric.SHARE))] == [True]
    assert [s.score for s in weighed(unmeasured, statements(unmeasured, Metric.SHARE))] == [0.5]
    assert [s.score < 0.5 for s in weighed(measured, statements(measured, Metric.UNITS))] == [True]


@pytest.mark.parametrize(
    ("lang", "text", "metric"),
    [
        ("en", "There are 1.65 billion Apple devices in use.", Metric.OTHER),
        ("de", "Mehr als zwei Milliarden Geräte sind im Einsatz.", Metric.OTHER),
        ("fr", "Plus de 2,2 milliards d'appareils sont en service.", Metric.OTHER),
        ("en", "Apple sold 41 million devices.", Metric.UNITS),
        ("fr", "Les économies sont évaluées à 900 millions d'euros par an.", Metric.OTHER),
        ("pt", "O plano é poupar 800 milhões de euros.", Metric.OTHER),
        ("en", "The capacity of its lines is 3 million phones.", Metric.OTHER),
        ("de", "Die Fabrik ist auf 300.000 Fahrzeuge ausgelegt.", Metric.OTHER),
        ("en", "India seized $725 million from Xiaomi.", Metric.OTHER),
    ],
)
def test_what_is_counted(config: Config, lang: str, text: str, metric: Metric) -> None:
    context = read(config, lang, text)
    quantity = find_quantities(text, lang)[0]
    assert plainly(context, context.sentences[0], quantity).metric is metric


@pytest.mark.parametrize(
    ("lang", "text", "unit"),
    [
        ("en", "Xiaomi runs six plants in India.", "plants"),
        ("fr", "Xiaomi est présent dans 119 villes.", "cities"),
        ("de", "Xiaomi zählt 60 Millionen Kunden.", "customers"),
        ("es", "Realme superó los 50 millones de usuarios.", "users"),
        ("it", "Huawei ha 200 centri di assistenza.", "service centres"),
        ("pt", "A Xiaomi recebeu 75.723 encomendas.", "orders"),
        ("nl", "Honor heeft zeven onderzoekscentra.", "R&D sites"),
        ("zh", "小米在119个城市开店。", "cities"),
    ],
)
def test_a_noun_of_its_own_is_the_unit(config: Config, lang: str, text: str, unit: str) -> None:
    context = read(config, lang, text)
    plain = plainly(context, context.sentences[0], find_quantities(text, lang)[0])
    assert (plain.metric, plain.unit, plain.counted) == (Metric.OTHER, unit, True)


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "Xiaomi entered the Fortune Global 500."), ("de", "Huawei steht in den Top 10."), ("zh", "小米进入世界500强。")],
)
def test_a_list_called_by_its_length_is_no_figure(config: Config, lang: str, text: str) -> None:
    context = read(config, lang, text)
    assert plainly(context, context.sentences[0], find_quantities(text, lang)[0]).no_figure


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "313 Milliarden Won Minus standen bei LG im zweiten Quartal."),
        ("en", "LG was $172 million under water."),
        ("en", "In 2017 it had been minus $72 million."),
        ("nl", "LG verbrandde zo'n 4,5 miljard dollar."),
    ],
)
def test_a_loss_in_other_words(config: Config, lang: str, text: str) -> None:
    context = read(config, lang, text)
    quantity = next(quantity for quantity in find_quantities(text, lang) if quantity.scale > 1)
    plain = plainly(context, context.sentences[0], quantity)
    assert (plain.loss, plain.metric) == (True, Metric.PROFIT)
