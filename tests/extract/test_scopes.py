"""What a figure is of: a country, a business or all of the company, in all eight languages."""

from __future__ import annotations

import pytest

from marketwatch.config import Config
from marketwatch.domain import Metric
from marketwatch.extract import Document, extractor_of
from marketwatch.extract.quantities import find_quantities
from marketwatch.extract.scopes import scope_of


def scopes(config: Config, lang: str, text: str, metric: Metric, *, title: str = "") -> list[str | None]:
    """The scopes of all numbers of a text."""
    context = extractor_of(config, learned=False).read(Document(text=text, title=title, lang=lang))
    found = []
    for sentence in context.sentences:
        numbers = find_quantities(sentence.text, lang)
        found += [scope_of(context, sentence, number, numbers, metric) for number in numbers]
    return found


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Xiaomi sold 10 million phones in India."),
        ("fr", "Xiaomi a vendu 10 millions de téléphones en Inde."),
        ("de", "Xiaomi verkaufte in Indien 10 Millionen Telefone."),
        ("es", "Xiaomi vendió 10 millones de teléfonos en la India."),
        ("pt", "A Xiaomi vendeu 10 milhões de celulares na Índia."),
        ("it", "Xiaomi ha venduto 10 milioni di telefoni in India."),
        ("nl", "Xiaomi verkocht in India 10 miljoen telefoons."),
        ("zh", "小米在印度卖出1000万台手机。"),
    ],
)
def test_a_country_beside_a_number_is_its_scope(config: Config, lang: str, text: str) -> None:
    assert scopes(config, lang, text, Metric.UNITS) == ["India"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Xiaomi, which came from China, sold 10 million phones worldwide."),
        ("fr", "Xiaomi, venu de Chine, a vendu 10 millions de téléphones dans le monde."),
        ("de", "Xiaomi kommt aus China und verkaufte weltweit 10 Millionen Telefone."),
        ("es", "Xiaomi, llegada de China, vendió en todo el mundo 10 millones de teléfonos."),
        ("pt", "A Xiaomi, vinda da China, vendeu no mundo 10 milhões de celulares."),
        ("it", "Xiaomi, arrivata dalla Cina, ha venduto 10 milioni di telefoni nel mondo."),
        ("nl", "Xiaomi komt uit China en verkocht wereldwijd 10 miljoen telefoons."),
        ("zh", "小米起步于中国大陆，去年在全球卖出1000万台手机。"),
    ],
)
def test_the_world_is_the_whole_company_whatever_else_is_named(config: Config, lang: str, text: str) -> None:
    assert scopes(config, lang, text, Metric.UNITS) == [None]


def test_each_number_takes_the_nearest_place_and_a_longer_name_before_a_shorter(config: Config) -> None:
    listed = "Xiaomi runs 300 stores in Spain and 120 stores in France."
    assert scopes(config, "en", listed, Metric.STORES) == ["Spain", "France"]
    assert scopes(config, "en", "Xiaomi runs 300 stores in Western Europe.", Metric.STORES) == ["Western Europe"]


@pytest.mark.parametrize(
    ("lang", "text", "metric"),
    [
        ("en", "Taiwan's HTC lost 4 billion dollars.", Metric.PROFIT),
        ("de", "HTC setzte 50 Milliarden Taiwan-Dollar um.", Metric.REVENUE),
        ("en", "Honor sells in 70 countries, Germany and France among them.", Metric.COUNTRIES),
        ("en", "Oppo invested 10 million dollars.", Metric.INVESTMENT),
    ],
)
def test_where_a_vendor_is_from_a_currency_and_examples_are_no_scope(
    config: Config, lang: str, text: str, metric: Metric
) -> None:
    assert set(scopes(config, lang, text, metric)) == {None}


@pytest.mark.parametrize(
    ("text", "metric", "scope"),
    [
        ("Oppo will spend 7 billion dollars on research and development.", Metric.INVESTMENT, "research and development"),
        ("Xiaomi's electric car business brought in 20 billion yuan.", Metric.REVENUE, "cars"),
        ("Xiaomi sold 20 million phones; its electric car comes in May.", Metric.UNITS, None),
    ],
)
def test_a_business_of_its_own_is_a_scope_of_money_and_people(
    config: Config, text: str, metric: Metric, scope: str | None
) -> None:
    assert scopes(config, "en", text, metric)[0] == scope


def test_a_list_of_shares_goes_on_with_the_place_of_the_article_a_goal_does_not(config: Config) -> None:
    text = "Samsung leads with 38 percent, Canalys says. Xiaomi is second at 19 percent."
    assert scopes(config, "en", text, Metric.SHARE, title="Xiaomi passes Huawei in Italy") == ["Italy", "Italy"]
    assert scopes(config, "en", text, Metric.SHARE, title="Xiaomi passes Huawei") == [None, None]
    goal = "Xiaomi is growing in Italy. The company wants to sell 100 million phones this year."
    assert scopes(config, "en", goal, Metric.UNITS)[-1] is None


def test_stores_are_of_the_one_place_that_the_title_names(config: Config) -> None:
    text = "The brand runs 200 shops of its own. Worldwide the brand runs 900 shops."
    assert scopes(config, "en", text, Metric.STORES, title="Honor comes to Spain") == ["Spain", None]
    assert scopes(config, "en", text, Metric.STORES, title="Honor leaves Spain for Italy") == [None, None]
    assert scopes(config, "en", text, Metric.REVENUE, title="Honor comes to Spain") == [None, None]
