"""Periods that a sentence gives several numbers at once, and percentages that are levels, rates or parts, in eight languages."""

from __future__ import annotations

import pytest

from marketwatch.config import Config
from marketwatch.domain import FigureRole, Metric, Moment
from marketwatch.extract import Document, extractor_of
from marketwatch.extract.comparisons import Comparison, comparison
from marketwatch.extract.figure_periods import compared
from marketwatch.extract.own_parts import own_part
from marketwatch.extract.period_labels import parts_of, year_after, year_before
from marketwatch.extract.periods import find_periods
from marketwatch.extract.quantities import find_quantities
from marketwatch.extract.reader.decide import FigureStatement

PUBLISHED = Moment.parse("2016-05-20")


def periods(
    config: Config,
    lang: str,
    text: str,
    read: str | None,
    metric: Metric = Metric.UNITS,
    role: FigureRole = FigureRole.ACTUAL,
    published: Moment = PUBLISHED,
) -> list[str | None]:
    """What becomes of the numbers of a text that were all read as of one period."""
    context = extractor_of(config, learned=False).read(Document(text=text, lang=lang, published=published))
    statements = [
        FigureStatement("xiaomi", metric, role, read, sentence.index, quantity, 0.9)
        for sentence in context.sentences
        for quantity in find_quantities(sentence.text, lang)
        if not any(p.start <= quantity.start < p.end for p in context.periods.find(sentence.text))
    ]
    return [statement.period for statement in compared(context, statements)]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "It sold 2.3 million phones, against 8.6 million a year earlier."),
        ("fr", "Il a vendu 2,3 millions de téléphones, contre 8,6 millions un an plus tôt."),
        ("de", "Verkauft wurden 2,3 Millionen Telefone; ein Jahr zuvor waren es noch 8,6 Millionen."),
        ("es", "Vendió 2,3 millones de teléfonos, frente a los 8,6 millones de un año antes."),
        ("it", "Ha venduto 2,3 milioni di telefoni, contro gli 8,6 milioni di un anno prima."),
        ("pt", "Vendeu 2,3 milhões de celulares, contra 8,6 milhões um ano antes."),
        ("nl", "Het verkocht 2,3 miljoen telefoons, tegen 8,6 miljoen een jaar eerder."),
        ("zh", "卖出230万台手机，去年同期为860万台。"),
    ],
)
def test_the_number_beside_a_year_earlier_is_of_the_year_before(config: Config, lang: str, text: str) -> None:
    assert periods(config, lang, text, "Q1 2016") == ["Q1 2016", "Q1 2015"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Its share slid from 35.9 to 29.3 per cent."),
        ("fr", "Sa part est passée de 35,9 à 29,3 %."),
        ("de", "Der Anteil ging von 35,9 auf 29,3 Prozent zurück."),
        ("es", "Su cuota pasó del 35,9 al 29,3 %."),
        ("it", "La quota è scesa dal 35,9 al 29,3%."),
        ("pt", "A fatia encolheu de 35,9% para 29,3%."),
        ("nl", "Het aandeel zakte van 35,9 naar 29,3 procent."),
        ("zh", "份额从35.9%降至29.3%。"),
    ],
)
def test_the_first_number_of_a_change_is_of_the_year_before(config: Config, lang: str, text: str) -> None:
    assert periods(config, lang, text, "Q1 2016", Metric.SHARE) == ["Q1 2015", "Q1 2016"]


@pytest.mark.parametrize(
    ("lang", "text", "read", "metric", "role", "expected"),
    [
        ("en", "That is 20 percent more than a year earlier, 8 million.", "Q1 2016", Metric.UNITS, "actual", ["Q1 2016"] * 2),
        ("en", "It plans to shrink from 20 million to 10 million phones.", "2017", Metric.UNITS, "target", ["2017", "2017"]),
        ("en", "In 2014 it sold 12.7 million, a year later 9.7 million.", "2014", Metric.UNITS, "actual", ["2014", "2015"]),
        ("de", "2014 waren es 12,7 Millionen, ein Jahr später 9,7 Millionen.", "2014", Metric.UNITS, "actual", ["2014", "2015"]),
        ("zh", "前三季度，利润分别为28.6亿、20.8亿和21.2亿元。", "Q3 2015", Metric.PROFIT, "actual",
         ["Q1 2015", "Q2 2015", "Q3 2015"]),
        ("en", "From 2013 to 2015 it earned $4 billion, $5 billion, $6 billion.", "2015", Metric.PROFIT, "actual",
         ["2013", "2014", "2015"]),
        ("en", "At the end of March 2016 it had 8,000 employees.", None, Metric.HEADCOUNT, "actual", ["2016-03"]),
        ("en", "In March 2016 it sold 8 million phones.", None, Metric.UNITS, "actual", [None]),
        ("en", "It will spend 3 billion dollars between 2016 and 2018. Of that, 2 billion go to suppliers.", "2018",
         Metric.INVESTMENT, "target", ["2016-2018", "2018"]),
    ],
)  # fmt: skip
def test_what_is_told_by_how_numbers_stand(
    config: Config, lang: str, text: str, read: str | None, metric: Metric, role: str, expected: list[str | None]
) -> None:
    assert periods(config, lang, text, read, metric, FigureRole(role)) == expected


def test_an_investment_taken_apart_goes_on_with_its_years(config: Config) -> None:
    text = "It will spend 3 billion dollars between 2016 and 2018. Of that, 2 billion dollars go to suppliers."
    assert periods(config, "en", text, None, Metric.INVESTMENT, FigureRole.TARGET) == ["2016-2018", "2016-2018"]


@pytest.mark.parametrize(
    ("lang", "text", "label"),
    [
        ("en", "between 2019 and 2021", "2019-2021"),
        ("fr", "de 2019 à 2021", "2019-2021"),
        ("de", "für den Zeitraum 2019 bis 2021", "2019-2021"),
        ("es", "entre 2019 y 2021", "2019-2021"),
        ("it", "tra il 2019 e il 2021", "2019-2021"),
        ("pt", "de 2019 a 2021", "2019-2021"),
        ("nl", "van 2019 tot en met 2021", "2019-2021"),
        ("zh", "2019年至2021年", "2019-2021"),
    ],
)
def test_years_that_are_joined_are_a_span(lang: str, text: str, label: str) -> None:
    assert [period.label for period in find_periods(text, lang, PUBLISHED)] == [label]


def test_years_that_are_listed_are_none() -> None:
    assert [period.label for period in find_periods("in 2014 and 2015", "en", PUBLISHED)] == ["2014", "2015"]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "sales rose by 12 percent", Comparison.RATE),
        ("en", "its share fell to about 12 percent", Comparison.LEVEL),
        ("en", "up to 12 percent off", None),
        ("de", "um 12 Prozent", Comparison.RATE),
        ("de", "auf 12 Prozent", Comparison.LEVEL),
        ("de", "12 Prozent mehr als zuvor", Comparison.RATE),
        ("fr", "tombe à 12 %", Comparison.LEVEL),
        ("it", "salendo al 12%", Comparison.LEVEL),
        ("es", "un 12 por ciento más", Comparison.RATE),
        ("pt", "vendeu menos 12%", Comparison.RATE),
        ("nl", "12 procent meer", Comparison.RATE),
        ("zh", "比去年同期少了12%", Comparison.RATE),
        ("zh", "降至12%", Comparison.LEVEL),
        ("en", "with 12 percent of the market", None),
    ],
)
def test_words_beside_a_percentage_tell_a_rate_from_a_level(lang: str, text: str, expected: Comparison | None) -> None:
    (quantity,) = find_quantities(text, lang)
    assert comparison(text, quantity, lang) is expected


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "it owes 96 per cent of its sales to phones", Metric.OTHER),
        ("en", "third with 6.8 percent of sales", None),
        ("en", "a net margin of 8%", Metric.OTHER),
        ("en", "its margin rose by 2 percent", None),
        ("en", "fewer than 10% of all employees", Metric.HEADCOUNT),
        ("fr", "plus de la moitié du chiffre d'affaires", Metric.OTHER),
        ("de", "60 Prozent seiner Verkäufe", Metric.OTHER),
        ("de", "80 Prozent der Belegschaft", Metric.HEADCOUNT),
        ("es", "el 40 % de sus ventas", Metric.OTHER),
        ("es", "el 40 % de las ventas en China", None),
        ("it", "il 70% dei profitti del gruppo", Metric.OTHER),
        ("pt", "30% da receita do grupo", Metric.OTHER),
        ("nl", "vier vijfde van de medewerkers", Metric.HEADCOUNT),
        ("zh", "毛利率达到17.1%", Metric.OTHER),
        ("zh", "手机占营收的九成", Metric.OTHER),
        ("zh", "手机贡献260.93亿元，占比89.8%", Metric.OTHER),
    ],
)
def test_a_part_of_a_companys_own_is_no_market_share(lang: str, text: str, expected: Metric | None) -> None:
    *_, quantity = find_quantities(text, lang)
    assert own_part(text, quantity, lang) is expected


def test_labels_of_periods_are_moved_and_taken_apart() -> None:
    assert [year_before(label) for label in ("Q3 2019", "2019", "2019-11", "FY2019")] == ["Q3 2018", "2018", "2018-11", "FY2018"]
    assert year_after("H1 2019") == "H1 2020"
    assert parts_of("2022-2024") == ("2022", "2023", "2024")
    assert parts_of("Q1-Q3 2022") == ("Q1 2022", "Q2 2022", "Q3 2022")
    assert parts_of("Q3 2022") == parts_of("2022") == parts_of("2022-03") == ()
