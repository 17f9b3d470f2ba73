"""Months in the words of each language, resolved against the day of publication."""

from __future__ import annotations

import pytest

from marketwatch.domain import Moment
from marketwatch.extract.periods import find_periods


@pytest.mark.parametrize(
    ("lang", "published", "text", "labels"),
    [
        pytest.param("en", "2016-12", "From July to September 2016 it sold 33 million phones", ["Q3 2016"], id="en-run"),
        pytest.param("en", "2016-12", "at the end of April it may march on", ["2016-04"], id="en-verbs-are-no-months"),
        pytest.param("en", "2019-01-20", "On December 12 the group closed the plant", ["2018-12"], id="en-last-december"),
        pytest.param("fr", "2024-05", "Au 30 avril, 88 063 commandes ; en juin, 10 000", ["2024-04", "2024-06"], id="fr"),
        pytest.param("de", "2016-12", "Von Januar bis Juni 2016 gingen 60 Millionen Geräte weg", ["H1 2016"], id="de-half"),
        pytest.param("es", "2024-08", "Entre abril y junio despachó 6,2 millones", ["Q2 2024"], id="es"),
        pytest.param("it", "2022-03", "a settembre 2021 i dipendenti erano 300", ["2021-09"], id="it"),
        pytest.param("pt", "2020-10-23", "de janeiro a setembro a receita somou", ["Q1-Q3 2020"], id="pt-nine-months"),
        pytest.param("nl", "2020-04", "in maart 2020 sloot het bedrijf", ["2020-03"], id="nl"),
        pytest.param("zh", "2022-12", "截至9月30日，员工35314名，2018年11月销量", ["2022-09", "2018-11"], id="zh"),
        pytest.param("en", "2019-11-03", "shipments fell last quarter", ["Q3 2019"], id="last-quarter"),
        pytest.param("en", "2019-02-03", "shipments fell last quarter", ["Q4 2018"], id="last-quarter-of-last-year"),
        pytest.param("en", "2019-12", "over the coming three years", ["2020-2022"], id="en-years-ahead"),
        pytest.param("zh", "2019-12", "未来5年投入", ["2020-2024"], id="zh-years-ahead"),
        pytest.param("fr", "2019-12", "dans les trois prochaines années", ["2020-2022"], id="fr-years-ahead"),
        pytest.param("en", "2019", "at the end of April", [], id="a-year-alone-tells-no-month"),
    ],
)
def test_periods(lang: str, published: str, text: str, labels: list[str]) -> None:
    assert [p.label for p in find_periods(text, lang, Moment.parse(published))] == labels


def test_a_year_inside_a_month_is_not_told_twice() -> None:
    found = find_periods("In May 2015 and in 2014", "en", Moment.parse("2016-01"))
    assert [(p.label, p.start) for p in found] == [("2015-05", 3), ("2014", 19)]
