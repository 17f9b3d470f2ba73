from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketwatch.versions import Run, changes

_TEXTS = st.lists(
    st.sampled_from(["Xiaomi opens 20 stores. ", "It plans more.", "小米开店。", "\n\n", "a b  c ", "“Yes!” ", "é"]), max_size=8
)


def test_changed_words_are_told_one_by_one_and_whole_sentences_as_such() -> None:
    old = "Xiaomi opens 20 stores. It plans more.\nNothing else."
    new = "Xiaomi opens 30 stores. It plans more.\nLei Jun said so. Nothing else."
    assert changes(old, new) == [
        Run("same", "Xiaomi opens "),
        Run("removed", "20"),
        Run("added", "30"),
        Run("same", " stores. It plans more.\n"),
        Run("added", "Lei Jun said so. "),
        Run("same", "Nothing else."),
    ]


@given(_TEXTS.map("".join), _TEXTS.map("".join))
def test_either_version_can_be_read_back(old: str, new: str) -> None:
    runs = changes(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new
    if old == new:
        assert all(run.kind == "same" for run in runs)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_compare(old: str, new: str) -> None:
    assert "".join(run.text for run in changes(old, new) if run.kind != "removed") == new


def test_long_texts_are_compared_in_a_bounded_time() -> None:
    rows = [f"Row {n}.\n" for n in range(20_000)]
    runs = changes("".join(rows), "".join(reversed(rows)))
    assert [run.kind for run in runs] == ["removed", "added"]
    assert changes("".join(rows), "".join([*rows[:9000], "New.\n", *rows[9000:]]))[1] == Run("added", "New.\n")
