"""Whether a number reaches a goal: a table of cases, and what holds for all numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketwatch.domain import Bound, Metric
from marketwatch.goals import ABOUT, Amount, named_in, number_text, period_in, period_span, reached

EQ, GT, LT, ABT, RANGE = Bound.EQ, Bound.GT, Bound.LT, Bound.ABOUT, Bound.RANGE


def amount(value: object, bound: Bound = EQ, high: object = None) -> Amount:
    return Amount(Decimal(str(value)), "devices", None if high is None else Decimal(str(high)), bound)


@pytest.mark.parametrize(
    ("metric", "goal", "outcome", "answer"),
    [
        pytest.param(Metric.UNITS, amount(80, RANGE, 100), amount(71), False, id="below the lower end"),
        pytest.param(Metric.UNITS, amount(80, RANGE, 100), amount(80), True, id="the lower end is the goal"),
        pytest.param(Metric.UNITS, amount(80, RANGE, 100), amount(120), True, id="beyond the range"),
        pytest.param(Metric.UNITS, amount(80, RANGE, 100), amount(70, GT), None, id="more than 70 may be 80"),
        pytest.param(Metric.UNITS, amount(80, RANGE, 100), amount(80, GT), True, id="more than 80"),
        pytest.param(Metric.UNITS, amount(80, RANGE, 100), amount(80, LT), False, id="less than 80"),
        pytest.param(Metric.UNITS, amount(80, RANGE, 100), amount(90, LT), None, id="less than 90"),
        pytest.param(Metric.UNITS, amount(80), amount(75, RANGE, 85), None, id="a range around the goal"),
        pytest.param(Metric.UNITS, amount(80), amount(79, ABT), None, id="about 79 may be 80"),
        pytest.param(Metric.UNITS, amount(80), amount(70, ABT), False, id="about 70 is not 80"),
        pytest.param(Metric.UNITS, amount(80, ABT), amount(78), None, id="78 may be about 80"),
        pytest.param(Metric.UNITS, amount(80, ABT), amount(70), False, id="70 is not about 80"),
        pytest.param(Metric.REVENUE, amount(100, GT), amount("114.6"), True, id="over 100"),
        pytest.param(Metric.REVENUE, amount(100, GT), amount(100), None, id="both are rounded"),
        pytest.param(Metric.REVENUE, amount(100, GT), amount(100, GT), True, id="over 100 is over 100"),
        pytest.param(Metric.REVENUE, amount(100, GT), amount(99), False, id="not over 100"),
        pytest.param(Metric.HEADCOUNT, amount(1000, LT), amount(900), True, id="a ceiling is kept"),
        pytest.param(Metric.HEADCOUNT, amount(1000, LT), amount(1100), False, id="a ceiling is broken"),
        pytest.param(Metric.HEADCOUNT, amount(1000), amount(1000), True, id="exactly as many people"),
        pytest.param(Metric.HEADCOUNT, amount(1000), amount(900), None, id="fewer people may be meant"),
        pytest.param(Metric.INVESTMENT, amount(10, RANGE, 20), amount(15), True, id="within what was to be spent"),
        pytest.param(Metric.INVESTMENT, amount(10, RANGE, 20), amount(25), None, id="more was spent"),
        pytest.param(Metric.PROFIT, amount(-10), amount(-12), False, id="a loss that is larger"),
        pytest.param(Metric.PROFIT, amount(-10), amount(-8), True, id="a loss that is smaller"),
    ],
)
def test_an_outcome_meets_misses_or_leaves_open(metric: Metric, goal: Amount, outcome: Amount, answer: bool | None) -> None:
    assert reached(metric, goal, outcome) is answer


numbers = st.integers(-1000, 1000).map(Decimal)
bounds = st.sampled_from(list(Bound))
amounts = st.builds(
    lambda value, more, bound: Amount(value, "devices", value + more if bound is RANGE else None, bound),
    numbers,
    st.integers(0, 500).map(Decimal),
    bounds,
)
metrics = st.sampled_from(list(Metric))


def meant_by(outcome: Amount) -> list[Decimal]:
    """Some of the numbers a text may mean."""
    value, slack = outcome.value, abs(outcome.value) * ABOUT
    return {
        EQ: [value],
        GT: [value + Decimal("0.001"), value + 1, value + 5000],
        LT: [value - Decimal("0.001"), value - 1, value - 5000],
        ABT: [value - slack, value, value + slack],
        RANGE: [value, (value + outcome.high) / 2, outcome.high],
    }[outcome.bound]


@given(metrics, amounts, amounts)
def test_what_is_decided_holds_for_every_number_the_text_may_mean(metric: Metric, goal: Amount, outcome: Amount) -> None:
    answer = reached(metric, goal, outcome)
    assume(answer is not None)
    assert {reached(metric, goal, Amount(number, "devices")) for number in meant_by(outcome)} == {answer}


@given(st.sampled_from([Metric.UNITS, Metric.REVENUE, Metric.SHARE, Metric.STORES]), amounts, numbers, st.integers(0, 100))
def test_more_never_turns_met_into_missed(metric: Metric, goal: Amount, number: Decimal, more: int) -> None:
    assume(goal.bound is not LT)
    order = {False: 0, None: 1, True: 2}
    less, greater = (reached(metric, goal, Amount(n, "devices")) for n in (number, number + more))
    assert order[less] <= order[greater]


@given(amounts, amounts)
def test_higher_and_lower_are_opposites(one: Amount, other: Amount) -> None:
    assert one.compared_with(other) == -other.compared_with(one)
    assert one.compared_with(one) == 0


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("2015", (2015, 1), (2016, 1)),
        ("FY2015", (2015, 1), (2016, 1)),
        ("Q1 2019", (2019, 1), (2019, 4)),
        ("Q4 2019", (2019, 10), (2020, 1)),
        ("H2 2020", (2020, 7), (2021, 1)),
        ("2017-03", (2017, 3), (2017, 4)),
        ("2017-12", (2017, 12), (2018, 1)),
        ("2020-2022", (2020, 1), (2023, 1)),
    ],
)
def test_periods_have_a_start_and_an_end(label: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    assert period_span(label) == (datetime(*start, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC))


@pytest.mark.parametrize("label", [None, "", "soon", "H3 2020", "2017-13", "2022-2020", "0000", "9999", "last year"])
def test_what_is_no_period_has_none(label: str | None) -> None:
    assert period_span(label) is None


def test_a_text_names_a_period_by_its_label() -> None:
    assert named_in("2017", "小米2017年的目标")
    assert named_in("2017", "Pour 2017, aucun objectif")
    assert not named_in("2017", "since 2017-03")
    assert not named_in("2017", "12017 units")
    assert period_in("units H1 2015 goal") == "H1 2015"
    assert period_in("revenue 2020-2021 goal") == "2020-2021"
    assert period_in("unit goal") is None


def test_amounts_read_as_analysts_write_them() -> None:
    assert str(Amount(Decimal(10**11), "CNY", None, GT)) == "> 100 bn CNY"
    assert str(amount(80_000_000, RANGE, 100_000_000)) == "80 M–100 M devices"
    assert number_text(Decimal("15.8")) == "15.8"
    assert number_text(-4_500_000_000) == "-4.5 bn"
