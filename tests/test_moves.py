from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from marketwatch.domain import Article, Moment, Status, StoredShift
from marketwatch.moves import WINDOW, group_moves

from builders import shift  # isort: skip

START = datetime(2017, 1, 1, tzinfo=UTC)


def stored(number: int, day: int, **changes: Any) -> StoredShift:
    at = START + timedelta(days=day)
    article = Article(number, "s", f"t{number}", None, f"outlet {number}", None, "en", Moment(at), at, 1, "h")
    return StoredShift(number, shift(**changes), article)


def test_the_same_step_in_three_outlets_is_one_move_with_the_best_evidence_first() -> None:
    told = [
        stored(1, 0, status=Status.RUMOURED),
        stored(2, 2, status=Status.DONE, speaker="Lei Jun"),
        stored(3, 1, object="Physical store"),
    ]
    (move,) = group_moves(told)
    assert move.lead.id == 2
    assert move.status is Status.DONE
    assert move.first_at == START
    assert len(move.outlets) == 3


def test_tellings_far_apart_are_two_moves_and_a_chain_is_one() -> None:
    days = WINDOW.days
    assert len(group_moves([stored(1, 0), stored(2, days + 1)])) == 2
    assert len(group_moves([stored(1, 0), stored(2, days), stored(3, 2 * days)])) == 1


def test_history_makes_no_move_and_other_objects_are_other_moves() -> None:
    assert group_moves([stored(1, 0, background=True)]) == []
    assert len(group_moves([stored(1, 0), stored(2, 0, object="carriers"), stored(3, 0, vendor="huawei")])) == 3


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["physical stores", "carriers"])), max_size=20), st.randoms())
def test_the_order_of_arrival_does_not_matter(rows: list[tuple[int, str]], rng: random.Random) -> None:
    told = [stored(n, day, object=name) for n, (day, name) in enumerate(rows, 1)]
    shuffled = list(told)
    rng.shuffle(shuffled)
    assert group_moves(shuffled) == group_moves(told)
