"""Fiscal years and quarters, quarters that end in any month, and what is told from the publication date."""

from __future__ import annotations

import pytest

from marketwatch.config import Config
from marketwatch.domain import Moment
from marketwatch.extract import Document, extractor_of
from marketwatch.extract.fiscal import fiscal_end
from marketwatch.extract.periods import find_periods

ENDED = [
    ("en", "2016-09-28", "In the quarter that ended in August it took in", "Q3 2016"),
    ("en", "2014-08-01", "the quarter ended in May", "Q2 2014"),
    ("en", "2016-05-27", "in the year to March and expects", "2015"),
    ("en", "2014-07-31", "in the year to March it wants to sell", "2014"),
    ("en", "2016-05-27", "profit for the year to March 2018", "2017"),
    ("en", "2015-05-21", "in the fiscal year that ended on March 31", "2014"),
    ("en", "2013-09-28", "the year ended in September", "2013"),
    ("de", "2015-03-04", "Im Quartal bis Ende November verkaufte", "Q4 2014"),
    ("de", "2018-09-27", "von Juni bis August", "Q3 2018"),
    ("fr", "2013-09-27", "Le trimestre clos fin août", "Q3 2013"),
    ("fr", "2018-01-24", "l'exercice qui s'achève en mars", "2017"),
    ("it", "2015-02-03", "l'esercizio che finisce a marzo", "2014"),
    ("it", "2017-05-31", "Nell'anno fiscale chiuso a marzo", "2016"),
    ("es", "2022-05-05", "en el trimestre terminado en febrero", "Q1 2022"),
    ("pt", "2016-03-10", "No trimestre até fevereiro", "Q1 2016"),
    ("nl", "2014-02-28", "het boekjaar tot maart 2014", "2013"),
]
TOLD = [
    ("en", "2017-01-27", "earned in the Christmas quarter", "Q4 2016"),
    ("en", "2018-11-02", "the holiday quarter", "Q4 2018"),
    ("en", "2025-01-07", "in China by the end of the year", "2025"),
    ("en", "2022-03-24", "and 190.3 million over the year", "2021"),
    ("en", "2022-11-24", "for the full year", "2022"),
    ("en", "2018-06-10", "the first nine months of 2017", "Q1-Q3 2017"),
    ("en", "2018-11-10", "the first nine months", "Q1-Q3 2018"),
    ("en", "2018-04-10", "for the current quarter", "Q2 2018"),
    ("en", "2018-11-10", "next quarter", "Q1 2019"),
    ("fr", "2016-05-25", "d'ici à la fin de l'année", "2016"),
    ("fr", "2018-02-01", "Pour le trimestre en cours", "Q1 2018"),
    ("de", "2018-04-19", "bis Silvester", "2018"),
    ("de", "2013-07-30", "Für das laufende Vierteljahr", "Q3 2013"),
    ("de", "2018-11-02", "das Weihnachtsquartal", "Q4 2018"),
    ("es", "2022-05-05", "antes de que termine el año", "2022"),
    ("it", "2023-12-22", "entro la fine dell'anno", "2023"),
    ("pt", "2016-03-10", "até o final do ano", "2016"),
    ("nl", "2013-09-28", "in het lopende kwartaal", "Q3 2013"),
    ("zh", "2024-05-23", "到年底要有219家", "2024"),
    ("zh", "2024-05-23", "全年", "2024"),
    ("zh", "2024-05-23", "年内开店", "2024"),
    ("zh", "2017-01-12", "对于2017年，希望全年营收突破", "2017"),
    ("zh", "2024-11-23", "前三季度", "Q1-Q3 2024"),
    ("zh", "2015-01-04", "上月", "2014-12"),
]
FISCAL = [
    ("en", "2016-04-26", "apple", "in its fiscal second quarter", "Q1 2016"),
    ("en", "2016-04-26", "apple", "the third fiscal quarter of 2015", "Q2 2015"),
    ("en", "2016-04-26", "apple", "the first fiscal quarter of 2016", "Q4 2015"),
    ("en", "2016-04-26", "lenovo", "the fourth fiscal quarter of 2015", "Q1 2016"),
    ("en", "2016-04-26", "samsung", "in its second fiscal quarter", "Q2 2016"),
    ("it", "2018-07-31", "apple", "è il terzo trimestre fiscale", "Q2 2018"),
    ("pt", "2018-08-02", "apple", "no terceiro trimestre fiscal", "Q2 2018"),
    ("de", "2018-08-02", "apple", "im dritten Geschäftsquartal", "Q2 2018"),
    ("zh", "2018-08-02", "apple", "第三财季", "Q2 2018"),
    ("it", "2023-12-22", "apple", "nell'ultimo esercizio", "2023"),
    ("fr", "2016-06-17", "sony", "lors du dernier exercice", "2015"),
    ("nl", "2016-02-26", "sony", "Voor dit boekjaar", "2015"),
    ("de", "2015-08-18", "lenovo", "für das laufende Geschäftsjahr", "2015"),
    ("de", "2015-03-11", "blackberry", "für das kommende Geschäftsjahr", "2016"),
    ("en", "2020-03-11", "samsung", "last fiscal year", "2019"),
]


@pytest.mark.parametrize(("lang", "published", "text", "label"), [*ENDED, *TOLD])
def test_periods(lang: str, published: str, text: str, label: str) -> None:
    assert [p.label for p in find_periods(text, lang, Moment.parse(published))] == [label]


@pytest.mark.parametrize(("lang", "published", "vendor", "text", "label"), FISCAL)
def test_by_the_vendors_own_calendar(lang: str, published: str, vendor: str, text: str, label: str) -> None:
    assert [p.label for p in find_periods(text, lang, Moment.parse(published), fiscal_end(vendor))] == [label]


def test_the_calendar_is_that_of_the_vendor_an_article_is_about(config: Config) -> None:
    text = "Apple's profit fell in its fiscal second quarter. Apple sold 51 million phones."
    document = Document(text=text, lang="en", published=Moment.parse("2016-04-26"))
    context = extractor_of(config, learned=False).read(document)
    assert [p.label for p in context.periods.find(context.sentences[0].text)] == ["Q1 2016"]


@pytest.mark.parametrize("published", [None, "2016"])
def test_nothing_relative_without_a_month_of_publication(published: str | None) -> None:
    moment = Moment.parse(published) if published else None
    assert find_periods("this quarter, the holiday quarter, the fiscal third quarter, last month", "en", moment, 9) == []


@pytest.mark.parametrize("text", ["十年内投资500亿元", "未来3年内开店"])
def test_within_some_years_is_not_this_year(text: str) -> None:
    assert "2025" not in [p.label for p in find_periods(text, "zh", Moment.parse("2025-05-20"))]
