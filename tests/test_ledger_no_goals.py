"""What is no goal, or no outcome: goals told again, outcomes told as goals, hearsay, people who go or come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketwatch.domain import (
    Article,
    Direction,
    Metric,
    ShiftKind,
    Status,
    StoredShift,
)

from builders import shift  # isort: skip
from ledgers import ACTUAL, JAN, JUNE, NEXT_JAN, PRIOR, V, at, ledger, says, told, verdicts  # isort: skip


def test_the_very_number_of_a_goal_before_its_period_ended_is_no_outcome_unless_its_article_says_met() -> None:
    goal, again = told(1, at(JAN), 80), told(2, at(JUNE), 80, role=ACTUAL)
    (claim,) = ledger(goal, again)
    assert (claim.verdict, [one.reason for one in claim.proposed]) == (V.OPEN, ["told before the period ended"])
    said = says(3, at(JUNE), Direction.MET, "units 2016 goal")
    assert verdicts(ledger(goal, again, said)) == {"80": "met"}
    assert verdicts(ledger(goal, told(2, at(NEXT_JAN), 80, role=ACTUAL))) == {"80": "met"}


def test_what_a_sentence_says_that_sets_goals_is_no_outcome_before_the_period_ended() -> None:
    """This year 200 shops, within three years 1,000: the reader took the thousand for what there is."""
    shops = {"metric": Metric.STORES, "unit": "stores"}
    goal, plan = told(1, at(JAN), 200, **shops), told(2, at(JUNE), 1000, role=ACTUAL, text="200 now, 1000 later.", **shops)
    assert verdicts(ledger(goal, plan)) == {"200": "met"}
    set_there = says(3, at(JUNE), Direction.SET, "stores goal", "200 now, 1000 later.")
    assert verdicts(ledger(goal, plan, set_there)) == {"200": "open"}
    beside = told(4, at(JUNE), 300, text="200 now, 1000 later.", **shops)
    assert "met" not in verdicts(ledger(goal, plan, beside)).values()


def test_a_former_goal_told_late_that_is_what_came_out_to_the_digit_is_no_goal() -> None:
    """Revenue of 114.6 billion, read as a goal of that in one article and as the outcome in another."""
    late, outcome = told(1, at(NEXT_JAN, 8), 114, role=PRIOR), told(2, at(NEXT_JAN, 7), 114, role=ACTUAL)
    assert ledger(late, outcome) == []
    said = says(3, at(NEXT_JAN, 9), Direction.MET, "units 2016 goal")
    assert verdicts(ledger(late, outcome, said)) == {"114": "met"}
    assert verdicts(ledger(told(1, at(JUNE), 114, role=PRIOR), outcome)) == {"114": "met"}


@pytest.mark.parametrize(
    ("text", "goals"),
    [
        ("Etwa 15 Milliarden Euro soll er besitzen, was ihm Rang 118 einbringt.", 0),
        ("Etwa 5.000 Menschen sollen daran getüftelt haben, darunter Ingenieure.", 0),
        ("Das Werk soll 2016 drei Millionen Geräte gebaut haben.", 0),
        ("Der Umsatz soll 2016 eine Milliarde Dollar übersteigen.", 1),
        ("2016 sollen 80 Millionen Kunden die Möglichkeit haben.", 1),
    ],
)
def test_what_a_german_sentence_only_reports_is_no_goal(text: str, goals: int) -> None:
    german = replace(at(JAN), lang="de")
    assert len(ledger(told(1, german, 15, text=text))) == goals
    assert len(ledger(told(1, at(JAN), 15, text=text))) == 1


def staff(number: int, article: Article, text: str = "It says so.", way: Direction = Direction.REDUCE) -> StoredShift:
    """The object is `job cuts` whichever way it goes."""
    one = shift(text, kind=ShiftKind.ORGANIZATION, direction=way, object="job cuts", status=Status.RUMOURED)
    return StoredShift(number, one, article)


def test_people_who_go_are_no_headcount_to_be_reached() -> None:
    people = {"metric": Metric.HEADCOUNT, "unit": "people"}
    goal, all_of_them = told(1, at(JAN), 1850, **people), told(2, at(NEXT_JAN), 6000, role=ACTUAL, **people)
    (claim,) = ledger(goal, all_of_them, staff(3, at(JAN)))
    assert (claim.first.stored.figure.scope, claim.verdict, claim.proposed) == ("job cuts", V.OVERDUE, ())
    went = told(4, at(NEXT_JAN, 5), 1850, role=ACTUAL, text="It cut 1850 jobs.", **people)
    (claim,) = ledger(goal, went, staff(3, at(JAN)), staff(5, at(NEXT_JAN, 5), "It cut 1850 jobs."))
    assert (claim.verdict, claim.outcome and claim.outcome.id) == (V.MET, 4)
    (claim,) = ledger(goal, all_of_them, staff(3, at(JAN), way=Direction.EXPAND))
    assert claim.first.stored.figure.scope == "hiring"


def test_job_cuts_elsewhere_in_an_article_say_nothing_of_its_new_jobs() -> None:
    goal = told(1, at(JAN), 3000, metric=Metric.HEADCOUNT, unit="people")
    here, both = staff(3, at(JAN)), staff(4, at(JAN), way=Direction.EXPAND)
    elsewhere = replace(here, shift=replace(here.shift, evidence=(replace(here.shift.evidence[0], start=50, end=61),)))
    for shifts in ((elsewhere,), (here, both)):
        (claim,) = ledger(goal, *shifts)
        assert claim.first.stored.figure.scope is None


def test_a_goal_of_an_undated_article_was_set_by_the_day_it_was_seen_and_restates_nothing() -> None:
    seen = replace(at(JAN), id=77, published=None)
    (claim,) = ledger(told(1, seen, 80))
    assert (claim.set_on, claim.recalled) == ("<=2026-01-01", True)
    assert verdicts(ledger(told(1, at(JAN), 80), told(2, seen, 90))) == {"80": "overdue", "90": "overdue"}
    late = told(2, replace(seen, id=78), 90, role=ACTUAL)
    assert verdicts(ledger(told(1, seen, 80), late)) == {"80": "met"}
