"""Numbers in words, digits and both, as each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from marketwatch.domain import Bound
from marketwatch.extract.quantities import find_quantities

FORMS: Mapping[str, Mapping[str, float]] = {
    "en": {
        "half a billion dollars": 5e8,
        "a dozen million phones": 12e6,
        "half a dozen countries": 6,
        "two dozen stores": 24,
        "a good dozen shops": 12,
        "a couple of million phones": 2e6,
        "one and a half million units": 15e5,
        "two and a half billion": 25e8,
        "a million and a half handsets": 15e5,
        "below one percent": 1,
        "one per cent of the market": 1,
        "twenty-five million": 25e6,
        "a hundred and twenty stores": 120,
        "one hundred thousand phones": 1e5,
        "nineteen million": 19e6,
        "fifteen hundred jobs": 1500,
        "four thousand five hundred people": 4500,
        "nearly 2000 people": 2000,
    },
    "fr": {
        "une quinzaine de milliards de dollars": 15e9,
        "deux bonnes douzaines de magasins": 24,
        "une douzaine de pays": 12,
        "une demi-douzaine de pays": 6,
        "un demi-milliard": 5e8,
        "un million et demi": 15e5,
        "trois millions et demi": 35e5,
        "une bonne centaine de boutiques": 100,
        "deux milliers d'emplois": 2000,
        "un pour cent du marché": 1,
        "quatre-vingt-dix millions": 9e7,
        "quatre-vingts millions": 8e7,
        "soixante et onze millions": 71e6,
        "vingt et un millions": 21e6,
        "mille cinq cents emplois": 1500,
        "deux cent cinquante millions": 25e7,
    },
    "de": {
        "anderthalb Millionen Geräte": 15e5,
        "viereinhalb Millionen": 45e5,
        "eine halbe Milliarde Euro": 5e8,
        "eine Viertelmillion Geräte": 25e4,
        "eine Dreiviertelmillion": 75e4,
        "ein Dutzend Länder": 12,
        "ein halbes Dutzend Märkte": 6,
        "ein gutes Dutzend Läden": 12,
        "einem Prozent": 1,
        "zwölftausend Stellen": 12000,
        "hunderttausend Telefone": 1e5,
        "zweihundertfünfzig Läden": 250,
        "fünfundzwanzig Millionen": 25e6,
        "einer Milliarde Dollar": 1e9,
        "dreihundert Leute": 300,
        "2,5 Mio. Stück": 25e5,
    },
    "es": {
        "una veintena de millones": 2e7,
        "medio millar de tiendas": 500,
        "un centenar de millones de dólares": 1e8,
        "medio millón de móviles": 5e5,
        "un millón y medio de unidades": 15e5,
        "dos millones y medio": 25e5,
        "el uno por ciento": 1,
        "veintidós millones": 22e6,
        "ochocientas millones": 8e8,
        "treinta y cinco millones": 35e6,
        "media docena de países": 6,
        "un par de millones": 2e6,
        "cinco mil cuatrocientos cuarenta millones": 544e7,
        "quince mil millones": 15e9,
        "dos millares de tiendas": 2000,
        "seiscientas tiendas": 600,
    },
    "it": {
        "una settantina di milioni": 70e6,
        "una ventina di milioni di pezzi": 2e7,
        "un centinaio di milioni di dollari": 1e8,
        "mezzo milione": 5e5,
        "un milione e mezzo": 15e5,
        "due miliardi e mezzo": 25e8,
        "novantuno milioni": 91e6,
        "ventotto milioni": 28e6,
        "millecinquecento dipendenti": 1500,
        "duemila persone": 2000,
        "mezza dozzina di paesi": 6,
        "due migliaia di negozi": 2000,
        "l'uno per cento": 1,
        "una cinquantina di negozi": 50,
        "centomila telefoni": 1e5,
        "un paio di milioni": 2e6,
        "54 mila miliardi": 54e12,
    },
    "pt": {
        "dezanove postos": 19,
        "meio milhão de celulares": 5e5,
        "um milhão e meio": 15e5,
        "uma dezena de milhões": 1e7,
        "duas dezenas de lojas": 20,
        "meia dúzia de países": 6,
        "meio milhar de lojas": 500,
        "um por cento": 1,
        "um porcento": 1,
        "vinte e cinco milhões": 25e6,
        "mil e quinhentos funcionários": 1500,
        "duzentos e cinquenta milhões": 25e7,
        "seiscentas lojas": 600,
        "um par de milhões": 2e6,
        "mil milhões de euros": 1e9,
        "oitocentas mil": 8e5,
        "meio bilhão": 5e8,
    },
    "nl": {
        "anderhalf miljoen toestellen": 15e5,
        "tweeënhalf miljard": 25e8,
        "drieënhalf miljoen": 35e5,
        "een half miljard dollar": 5e8,
        "een kwart miljoen": 25e4,
        "een dozijn landen": 12,
        "een half dozijn landen": 6,
        "een twintigtal miljoen": 2e7,
        "minder dan een procent": 1,
        "vijfentwintig miljoen": 25e6,
        "tweehonderdvijftig winkels": 250,
        "vijftienhonderd banen": 1500,
        "een goede honderd winkels": 100,
        "zo'n 2000 mensen": 2000,
        "zevenentachtig miljoen": 87e6,
        "vierduizend vijfhonderd": 4500,
    },
    "zh": {
        "约一万三": 13000,
        "五百五": 550,
        "7000多万台": 7e7,
        "100多亿元": 1e10,
        "一百多万台": 1e6,
        "上亿台": 1e8,
        "近百家门店": 100,
        "上百亿元": 1e10,
        "千亿元": 1e11,
        "百分之一": 1,
        "百分之三十点五": 30.5,
        "三成一": 31,
        "三成半": 35,
        "2000万台": 2e7,
        "2000余家": 2000,
        "一亿五千万台": 15e7,
        "2万5千家": 25000,
        "四千多个": 4000,
    },
}
RANGES = {
    "en": ["between eight and ten million", "eight to ten million"],
    "fr": ["entre huit et dix millions", "de huit à dix millions"],
    "de": ["zwischen acht und zehn Millionen", "acht bis zehn Millionen"],
    "es": ["entre ocho y diez millones"],
    "it": ["tra otto e dieci milioni"],
    "pt": ["entre oito e dez milhões"],
    "nl": ["tussen acht en tien miljoen"],
    "zh": ["800万至1000万台"],
}
NO_NUMBERS = {
    "en": ["millions of users", "a few million dollars", "hundreds of millions"],
    "fr": ["plusieurs millions d'euros", "quelques centaines de millions"],
    "de": ["Hunderte Millionen Euro", "Millionen von Nutzern"],
    "es": ["millones de usuarios", "cientos de millones"],
    "it": ["milioni di utenti", "alcuni milioni"],
    "pt": ["milhões de usuários", "alguns milhões"],
    "nl": ["miljoenen toestellen", "een paar miljoen"],
    "zh": ["数千万台", "几百亿元", "一成不变", "线上百家"],
}
FROM_TO = {
    "en": "from 43 to 39 million",
    "fr": "de 43 à 39 millions",
    "de": "von 43 auf 39 Millionen",
    "es": "de 43 a 39 millones",
    "it": "da 43 a 39 milioni",
    "pt": "de 43 para 39 milhões",
    "nl": "van 43 naar 39 miljoen",
}


@pytest.mark.parametrize("lang", FORMS)
def test_numbers_as_they_are_written(lang: str) -> None:
    read = {text: [float(q.value) for q in find_quantities(f"Xiaomi: {text}.", lang)] for text in FORMS[lang]}
    assert read == {text: [value] for text, value in FORMS[lang].items()}


@pytest.mark.parametrize("lang", RANGES)
def test_both_ends_of_a_range(lang: str) -> None:
    for text in RANGES[lang]:
        (quantity,) = find_quantities(f"Xiaomi: {text}.", lang)
        assert (quantity.value, quantity.value_high, quantity.bound) == (Decimal(8_000_000), Decimal(10_000_000), Bound.RANGE), (
            text
        )


@pytest.mark.parametrize("lang", NO_NUMBERS)
def test_what_counts_nothing(lang: str) -> None:
    assert [text for text in NO_NUMBERS[lang] if find_quantities(f"Xiaomi: {text}.", lang)] == []


@pytest.mark.parametrize("lang", FROM_TO)
def test_what_a_number_was_and_what_it_is(lang: str) -> None:
    found = find_quantities(f"Xiaomi: {FROM_TO[lang]}.", lang)
    assert [float(quantity.value) for quantity in found] == [43e6, 39e6]


def test_two_digits_beside_each_other_are_a_range() -> None:
    (quantity,) = find_quantities("小米将开设两三百家门店。", "zh")
    assert (quantity.value, quantity.value_high, quantity.bound) == (Decimal(200), Decimal(300), Bound.RANGE)


@pytest.mark.parametrize(("text", "bound"), [("超百家", Bound.GT), ("上百家", Bound.GT), ("近百家", Bound.ABOUT)])
def test_a_lone_scale_is_a_bound(text: str, bound: Bound) -> None:
    assert [quantity.bound for quantity in find_quantities(f"小米开了{text}门店。", "zh")] == [bound]


@pytest.mark.parametrize(
    ("lang", "text", "share"),
    [
        ("en", "Some 325 have been let go, four out of five.", "80"),
        ("en", "One phone in four comes from there.", None),  # `in four colours` looks the same
        ("en", "It makes one phone in four.", "25"),
        ("en", "More than nineteen of every twenty phones are sold there.", "95"),
        ("en", "It opened two stores in three cities.", None),
        ("fr", "Un smartphone sur cinq est vendu là.", "20"),
        ("fr", "La tour a deux boutiques sur cinq étages.", None),
        ("de", "Ungefähr vier von zehn gehen.", "40"),
        ("de", "Beinahe jeden fünften Apparat verkauft sie.", "20"),
        ("es", "Cuatro de cada diez móviles son suyos.", "40"),
        ("it", "Quattro automobili su cinque, si dice.", "80"),
        ("pt", "Dois em cada cinco saem.", "40"),
        ("nl", "Ruim vier op de tien kopers kozen hem.", "40"),
        ("nl", "Minder dan één op de duizend mensen.", "0.1"),
        ("zh", "四成员工将走人。", "40"),
        ("zh", "手机九成五在当地组装。", "95"),
        ("zh", "成员单位和九成长率", None),
    ],
)
def test_one_number_counted_out_of_another(lang: str, text: str, share: str | None) -> None:
    shares = [str(quantity.value) for quantity in find_quantities(text, lang) if quantity.unit == "%"]
    assert shares == ([share] if share else [])


@pytest.mark.parametrize(
    ("lang", "text", "values"),
    [
        ("en", "It doubles its works, from 60 to 120 million handsets.", [60e6, 120e6]),
        ("en", "Forecasts ranging from 60 to 120 million.", [60e6]),
        ("en", "It went from 10 million to 20 million.", [10e6, 20e6]),
        ("fr", "La capacité sera portée de six à onze millions.", [6e6, 11e6]),
        ("fr", "Il en vendra de six à onze millions.", [6e6]),
        ("es", "Pasará de 40 a 120 módulos.", [40, 120]),
        ("it", "Tra ottanta e cento milioni.", [80e6]),
        ("it", "L'asticella sale da 660 a 700 miliardi.", [660e9, 700e9]),
        ("pt", "Subiu de 6 a 11 milhões.", [6e6, 11e6]),
        ("de", "Von 18 auf 20 Millionen.", [18e6, 20e6]),
        ("de", "18 bis 20 Millionen.", [18e6]),
        ("zh", "销量从70亿到90亿。", [7e9, 9e9]),
    ],
)
def test_what_moved_from_one_to_another_is_no_range(lang: str, text: str, values: list[float]) -> None:
    assert [float(quantity.value) for quantity in find_quantities(text, lang)] == values
