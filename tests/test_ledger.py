"""Goals beside what came of them, case by case."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketwatch.domain import (
    Article,
    Bound,
    Direction,
    FigureRole,
    Metric,
    Status,
    StoredShift,
    Verdict,
)
from marketwatch.ledger import build_ledger

from conftest import NOW  # isort: skip
from ledgers import ACTUAL, ESTIMATE, JAN, JUNE, NEXT_JAN, NEXT_MARCH, PRIOR, TARGET, V, at, ledger, says, told, verdicts  # isort: skip


# --- settling ------------------------------------------------------------------------------------------------------------
def test_an_actual_figure_of_exactly_the_same_settles_a_goal() -> None:
    met, missed = (ledger(told(1, at(JAN), 80), told(2, at(NEXT_JAN), value, role=ACTUAL)) for value in (81, 79))
    assert verdicts(met) == {"80": "met"}
    assert verdicts(missed) == {"80": "missed"}
    assert met[0].outcome is not None
    assert met[0].outcome.id == 2


@pytest.mark.parametrize(
    ("changes", "date", "reason"),
    [
        ({"role": ESTIMATE}, NEXT_JAN, "an estimate"),
        ({"scope": "India"}, NEXT_JAN, "told of India"),
        ({"period": "FY2016"}, NEXT_JAN, "told of FY2016"),
        ({"bound": Bound.GT, "value": 70}, NEXT_JAN, "the number alone does not say"),
        ({"value": 40}, JUNE, "told before the period ended"),
        ({"value": 40}, JAN, "told when the goal was set"),
    ],
)
def test_anything_else_is_proposed_and_the_goal_stays_open(changes: dict[str, Any], date: str, reason: str) -> None:
    values = {"value": 90, "role": ACTUAL} | changes
    (claim,) = ledger(told(1, at(JAN), 80), told(2, at(date, 7), values.pop("value"), **values))
    assert claim.verdict is V.OPEN
    assert claim.outcome is None
    assert [(one.reason, one.figure and one.figure.id) for one in claim.proposed] == [(reason, 2)]


@pytest.mark.parametrize(
    "changes",
    [
        {"vendor": "huawei"},
        {"metric": Metric.STORES, "unit": "stores"},
        {"period": "2017"},
        {"period": "Q4 2016"},
        {"unit": "cars"},
        {"role": FigureRole.FORECAST},
        {"period": None},
    ],
)
def test_what_is_about_something_else_has_no_part_in_it(changes: dict[str, Any]) -> None:
    (claim,) = ledger(told(1, at(JAN), 80), told(2, at(NEXT_JAN), 90, **({"role": ACTUAL} | changes)))
    assert claim.verdict is V.OVERDUE
    assert claim.proposed == ()


def test_scopes_that_differ_in_name_are_not_one() -> None:
    goal, outcome = told(1, at(JAN), 80, scope="India"), told(2, at(NEXT_JAN), 90, role=ACTUAL, scope="in  india")
    assert verdicts(ledger(goal, outcome)) == {"80": "met"}
    assert verdicts(ledger(goal, told(2, at(NEXT_JAN), 90, role=ACTUAL, scope="China"))) == {"80": "overdue"}


def test_a_total_that_is_reached_early_is_met_and_one_that_is_not_yet_is_no_miss() -> None:
    assert verdicts(ledger(told(1, at(JAN), 80), told(2, at(JUNE), 85, role=ACTUAL))) == {"80": "met"}
    share = {"metric": Metric.SHARE, "unit": "%"}
    (claim,) = ledger(told(1, at(JAN), 20, **share), told(2, at(JUNE), 25, role=ACTUAL, **share))
    assert (claim.verdict, claim.proposed[0].reason) == (V.OPEN, "told before the period ended")


def test_an_outcome_from_before_the_goal_was_set_is_none() -> None:
    assert verdicts(ledger(told(1, at(JUNE), 80), told(2, at(JAN), 90, role=ACTUAL))) == {"80": "overdue"}


def test_more_than_70_against_80_to_100_is_undecided_until_a_shift_says_missed() -> None:
    """Xiaomi 2015: the number alone proves nothing, the text says that the goal was missed."""
    goal = told(1, at(NEXT_JAN), 80, value_high=Decimal(100), bound=Bound.RANGE, role=PRIOR)
    outcome = told(2, at(NEXT_JAN), 70, bound=Bound.GT, role=ACTUAL)
    (alone,) = ledger(goal, outcome)
    assert (alone.verdict, alone.outcome, alone.proposed[0].figure) == (V.OPEN, None, outcome)
    missed = says(1, at(NEXT_JAN), Direction.MISSED, "units 2016 goal")
    (claim,) = ledger(goal, outcome, missed)
    assert (claim.verdict, claim.outcome, claim.said) == (V.MISSED, outcome, (missed,))


@pytest.mark.parametrize(
    "missed",
    [
        says(1, at(NEXT_JAN), Direction.MISSED, "units 2015 goal"),
        says(1, at(NEXT_JAN), Direction.MISSED, "revenue 2016 goal"),
        says(1, at(NEXT_JAN), Direction.MISSED, "market rank"),
        says(1, at(NEXT_JAN, 9), Direction.MISSED, "units goal"),
        says(1, at(NEXT_JAN), Direction.MISSED, "units 2016 goal", verdict=Verdict.REJECTED),
        says(1, at(NEXT_JAN), Direction.MISSED, "units 2016 goal", vendor="huawei"),
        replace(
            denied := says(1, at(NEXT_JAN), Direction.MISSED, "units 2016 goal"),
            shift=replace(denied.shift, status=Status.RUMOURED),
        ),
    ],
    ids=["another year", "another metric", "a rank", "no year", "rejected", "another vendor", "a rumour"],
)
def test_a_shift_decides_only_the_goal_it_names(missed: StoredShift) -> None:
    goal = told(1, at(JAN), 80)
    (claim,) = ledger(goal, told(2, at(NEXT_JAN), 70, bound=Bound.GT, role=ACTUAL), missed)
    assert claim.verdict is V.OPEN


def test_what_an_object_leaves_open_stands_in_the_evidence() -> None:
    outcome = told(2, at(NEXT_JAN), 70, bound=Bound.GT, role=ACTUAL, text="In 2016 it sold more than 70.")
    said = says(1, at(NEXT_JAN), Direction.MISSED, "goal", "In 2016 it sold more than 70.")
    assert verdicts(ledger(told(1, at(JAN), 80), outcome, said)) == {"80": "missed"}


def test_a_shift_that_names_the_goal_outweighs_one_that_only_stands_near_it() -> None:
    outcome = told(2, at(NEXT_JAN), 70, bound=Bound.GT, role=ACTUAL, text="2016 it sold more than 70, short of 80.")
    near = says(1, at(NEXT_JAN), Direction.MET, "goal", outcome.figure.evidence.text)
    named = says(2, at(NEXT_JAN), Direction.MISSED, "units 2016 goal", outcome.figure.evidence.text)
    assert verdicts(ledger(told(1, at(JAN), 80), outcome, near, named)) == {"80": "missed"}


def test_an_article_that_sets_a_goal_cannot_say_that_it_is_met() -> None:
    goal = told(1, at(JAN), 80, text="In 2016 we want 80.")
    assert verdicts(ledger(goal, says(1, at(JAN), Direction.MET, "goal", "In 2016 we want 80."))) == {"80": "overdue"}


def test_a_shift_without_a_number_is_proposed() -> None:
    (claim,) = ledger(told(1, at(JAN), 80), missed := says(1, at(NEXT_JAN), Direction.MISSED, "units 2016 goal"))
    assert (claim.verdict, claim.outcome) == (V.OPEN, None)
    assert [(one.reason, one.shift) for one in claim.proposed] == [("told without a number", missed)]


def test_sources_that_disagree_settle_nothing() -> None:
    rows = [told(1, at(JAN), 80), told(2, at(NEXT_JAN), 79, role=ACTUAL), told(3, at(NEXT_MARCH), 82, role=ACTUAL)]
    (claim,) = ledger(*rows)
    assert claim.verdict is V.OPEN
    assert {one.reason for one in claim.proposed} == {"sources disagree"}
    (claim,) = ledger(*rows[:2], says(1, at(NEXT_MARCH), Direction.MET, "units 2016 goal"))
    assert claim.verdict is V.OPEN


def test_overdue_begins_120_days_after_the_period() -> None:
    goal = told(1, at(JAN), 80)
    assert ledger(goal, now=datetime(2017, 5, 1, tzinfo=UTC))[0].verdict is V.OPEN
    assert ledger(goal, now=datetime(2017, 5, 2, tzinfo=UTC))[0].verdict is V.OVERDUE
    assert ledger(told(1, at(JAN), 80, period=None))[0].verdict is V.OPEN
    assert ledger(told(1, at(JAN), 80, period="by 2030"))[0].verdict is V.OPEN


# --- currencies ----------------------------------------------------------------------------------------------------------
MONEY: dict[str, Any] = {"metric": Metric.REVENUE, "bound": Bound.GT}
BOTH = "It wants revenue to top 100 billion yuan (13.6 billion euros)."


def test_a_conversion_of_the_same_sentence_is_no_goal_of_its_own_and_settles() -> None:
    goal = told(1, at(JAN), 10**11, unit="CNY", text=BOTH, **MONEY)
    euros = told(2, at(JAN), 13_600_000_000, unit="EUR", text=BOTH, **MONEY)
    elsewhere = told(3, at(JUNE), 13_600_000_000, unit="EUR", text="Revenue is to top 13.6 billion euros.", **MONEY)
    (claim,) = ledger(goal, euros, elsewhere)
    assert (claim.amount.unit, len(claim.tellings)) == ("CNY", 2)
    in_euros = told(4, at(NEXT_MARCH), 14_000_000_000, unit="EUR", metric=Metric.REVENUE, role=ACTUAL)
    assert ledger(goal, euros, in_euros)[0].verdict is V.MET
    in_dollars = told(4, at(NEXT_MARCH), 16_000_000_000, unit="USD", metric=Metric.REVENUE, role=ACTUAL)
    (claim,) = ledger(goal, euros, in_dollars)
    assert (claim.verdict, [one.reason for one in claim.proposed]) == (V.OPEN, ["told in USD"])


def test_two_sums_of_a_sentence_that_convert_nothing_are_two_goals() -> None:
    text = "It will begin with 10 billion yuan and spend 2 billion dollars later."
    rows = [told(1, at(JAN), 10**10, unit="CNY", text=text, **MONEY), told(2, at(JAN), 2 * 10**9, unit="USD", text=text, **MONEY)]
    assert [c.amount.unit for c in ledger(*rows)] == ["CNY", "USD"]


# --- restating -------------------------------------------------------------------------------------------------------------
def test_a_later_goal_raises_or_cuts_the_earlier_and_is_the_one_that_is_settled() -> None:
    raised = ledger(told(1, at(JAN), 80), told(2, at(JUNE), 100), told(3, at(NEXT_JAN), 90, role=ACTUAL))
    assert verdicts(raised) == {"100": "missed", "80": "raised"}
    assert str(raised[1].replaced_by) == "100 devices"
    cut = ledger(told(1, at(JAN), 100), told(2, at(JUNE), 80, value_high=Decimal(100), bound=Bound.RANGE))
    assert verdicts(cut) == {"80": "overdue", "100": "cut"}


def test_a_range_inside_another_restates_nothing() -> None:
    wide = told(1, at(JAN), 80, value_high=Decimal(100), bound=Bound.RANGE)
    inside = told(2, at(JUNE), 85, value_high=Decimal(95), bound=Bound.RANGE)
    assert set(verdicts(ledger(wide, inside)).values()) == {"overdue"}


def test_goals_of_one_day_or_without_a_period_do_not_restate_each_other() -> None:
    assert set(verdicts(ledger(told(1, at(JAN, 1), 80), told(2, at(JAN, 2), 100))).values()) == {"overdue"}
    undated = ledger(told(1, at(JAN), 80, period=None), told(2, at(JUNE), 100, period=None))
    assert set(verdicts(undated).values()) == {"open"}


def test_an_article_that_recalls_the_older_goal_beside_the_new_one_replaces_it() -> None:
    rows = ledger(told(1, at(JUNE), 100), told(2, at(JUNE), 80, role=PRIOR))
    assert verdicts(rows) == {"100": "overdue", "80": "raised"}


def test_a_slow_outlet_does_not_bring_an_old_goal_back_but_a_year_does() -> None:
    slow = ledger(told(1, at(JAN), 80), told(2, at("2016-02-10"), 100), told(3, at("2016-02-20"), 80))
    assert {str(c.amount.value): (c.verdict, len(c.tellings)) for c in slow} == {"100": (V.OVERDUE, 1), "80": (V.RAISED, 2)}
    back = ledger(told(1, at(JAN), 80), told(2, at("2016-02-10"), 100), told(3, at("2016-09-20"), 80))
    assert [c.verdict for c in back] == [V.OVERDUE, V.CUT, V.RAISED]


def test_a_withdrawal_names_metric_and_period_and_comes_in_time() -> None:
    goal = told(1, at(JAN), 80)
    assert verdicts(ledger(goal, says(1, at(JUNE), Direction.WITHDRAW, "units 2016 goal"))) == {"80": "withdrawn"}
    by_text = says(1, at(JUNE), Direction.WITHDRAW, "unit goal", "Für 2016 nennt Xiaomi kein Absatzziel mehr.")
    assert verdicts(ledger(goal, by_text)) == {"80": "withdrawn"}
    for other in (
        says(1, at(JUNE), Direction.WITHDRAW, "unit goal", "Für 2017 nennt Xiaomi kein Absatzziel."),
        says(1, at(NEXT_JAN), Direction.WITHDRAW, "units 2016 goal"),
        says(1, at("2015-12-01"), Direction.WITHDRAW, "units 2016 goal"),
        says(1, at(JAN), Direction.WITHDRAW, "units 2016 goal"),
    ):
        assert verdicts(ledger(goal, other)) == {"80": "overdue"}


def test_a_shift_without_a_new_number_cuts_a_goal_set_long_before() -> None:
    goal, cut = told(1, at(JAN), 80), says(1, at(JUNE), Direction.CUT, "units 2016 goal")
    (claim,) = ledger(goal, cut)
    assert (claim.verdict, claim.replaced_by, claim.said) == (V.CUT, None, (cut,))
    soon = says(1, at("2016-02-01"), Direction.CUT, "units 2016 goal")  # may well report the goal itself
    assert verdicts(ledger(goal, soon)) == {"80": "overdue"}


@pytest.mark.parametrize(("way", "former", "new"), [(Direction.CUT, 100, 80), (Direction.RAISE, 80, 100)])
@pytest.mark.parametrize("roles", [(TARGET, ACTUAL), (TARGET, TARGET), (ACTUAL, TARGET), (PRIOR, TARGET)])
def test_a_sentence_that_restates_a_goal_tells_the_former_and_the_new_one(
    way: Direction, former: int, new: int, roles: tuple[FigureRole, FigureRole]
) -> None:
    sentence = {"text": "The goal was changed."}
    june = [told(1, at(JUNE), former, role=roles[0], **sentence), told(2, at(JUNE), new, role=roles[1], **sentence)]
    said = says(1, at(JUNE), way, "units 2016 goal", **sentence)
    found = {str(c.amount.value): c for c in ledger(*june, said, told(3, at(NEXT_JAN), 70, role=ACTUAL))}
    assert {amount: c.verdict.value for amount, c in found.items()} == {
        str(former): "cut" if way is Direction.CUT else "raised",
        str(new): "missed",
    }
    assert found[str(former)].replaced_by == found[str(new)].amount
    late = [replace(one, article=at(NEXT_JAN)) for one in june]  # may tell what came of it
    assert verdicts(ledger(*late, replace(said, article=at(NEXT_JAN)))) != {str(former): "cut", str(new): "missed"}


def test_a_goal_that_is_recalled_was_not_cut_to_more() -> None:
    """Told in January that 80 million were missed; in June another outlet had the cut of the goal of 100 million."""
    goal = told(1, at(JUNE), 100)
    recalled, actual = told(2, at(NEXT_JAN), 80, role=PRIOR), told(3, at(NEXT_JAN), 70, role=ACTUAL)
    found = ledger(goal, recalled, actual, says(1, at(JUNE), Direction.CUT, "units 2016 goal"))
    assert verdicts(found)["80"] == "missed"


# --- tellings ------------------------------------------------------------------------------------------------------------
def test_tellings_of_one_goal_are_one_row_with_all_their_sentences() -> None:
    (claim,) = ledger(
        told(3, at(JUNE, 3, "C"), 80, role=TARGET, bound=Bound.GT), told(1, at(JAN, 1, "A"), 80), told(2, at(JAN, 2, "B"), 80)
    )
    assert [t.stored.id for t in claim.tellings] == [1, 2, 3]
    assert (claim.set_on, claim.outlets) == ("2016-01-10", ("A", "B", "C"))


def test_a_recalled_goal_was_set_before_its_article_unless_an_older_one_sets_it() -> None:
    recalled = told(2, at(NEXT_JAN), 80, role=PRIOR)
    assert ledger(recalled)[0].set_on == "<=2017-01-20"
    (claim,) = ledger(recalled, told(1, at(JAN), 80))
    assert (claim.set_on, len(claim.tellings)) == ("2016-01-10", 2)


def test_the_speaker_is_who_a_target_shift_of_the_sentence_names() -> None:
    goal = told(1, at(JAN), 80, text="We will sell 80.")
    spoken = says(1, at(JAN), Direction.SET, "units 2016 goal", "We will sell 80.", speaker="Lei Jun")
    assert ledger(goal, spoken)[0].speaker == "Lei Jun"
    assert ledger(goal, replace(spoken, article=at(JUNE)))[0].speaker is None


figures_drawn = st.lists(
    st.builds(
        lambda value, month, role, scope: (value, month, role, scope),
        st.sampled_from([70, 80, 80, 100]),
        st.integers(1, 24),
        st.sampled_from([TARGET, TARGET, PRIOR, ACTUAL, ESTIMATE]),
        st.sampled_from([None, "India"]),
    ),
    max_size=12,
)
shifts_drawn = st.lists(
    st.tuples(
        st.sampled_from([Direction.MET, Direction.MISSED, Direction.RAISE, Direction.CUT, Direction.WITHDRAW]),
        st.integers(1, 24),
        st.sampled_from(["units 2016 goal", "unit goal", "goal", "market rank"]),
    ),
    max_size=4,
)


@given(figures_drawn, shifts_drawn, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_any_base_gives_sound_rows_whatever_its_order(
    drawn: list[tuple[int, int, FigureRole, str | None]],
    spoken: list[tuple[Direction, int, str]],
    shuffled: random.Random,
) -> None:
    def day(month: int) -> Article:
        return at(f"{2016 + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}-10", month)

    figures = [told(n, day(m), v, role=r, scope=s, text=f"In 2016, {v}: {n}.") for n, (v, m, r, s) in enumerate(drawn, 1)]
    shifts = [says(n, day(m), d, name) for n, (d, m, name) in enumerate(spoken, 1)]
    claims = build_ledger(figures, shifts, NOW)
    rows = [i for c in claims for t in c.tellings for i in t.ids]
    assert len(rows) == len(set(rows))  # each goal is told in one row
    assert {f.id for f in figures if f.figure.role is TARGET} <= set(rows)
    lost = [f for f in figures if f.figure.role is PRIOR and f.id not in rows]
    outcomes = {(f.figure.value, f.figure.scope) for f in figures if f.figure.role is ACTUAL}
    assert all((f.figure.value, f.figure.scope) in outcomes for f in lost)  # a late number that is what came out
    for claim in claims:
        assert len({(t.amount.value, t.stored.figure.scope) for t in claim.tellings}) == 1
        assert (claim.outcome is not None) == (claim.verdict in (V.MET, V.MISSED))
        assert claim.outcome is None or claim.outcome.figure.role is ACTUAL
        assert claim.verdict is not V.OVERDUE or not claim.proposed
        if claim.verdict in (V.RAISED, V.CUT):
            assert claim.replaced_by or claim.said
    again = list(figures)
    shuffled.shuffle(again)
    shuffled.shuffle(shifts)
    assert build_ledger(again, shifts, NOW) == claims
