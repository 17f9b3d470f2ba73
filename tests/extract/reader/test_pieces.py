from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketwatch.extract.reader.pieces import UNKNOWN, Pieces

VOCABULARY = ["<s>", "<pad>", "</s>", "<unk>", "▁open", "▁op", "en", "s", "▁", "o", "p", "e", "n", "店", "门", "门店"]
SCORES = [0.0, 0.0, 0.0, 0.0, -2.0, -4.0, -4.0, -3.0, -3.0, -6.0, -6.0, -6.0, -6.0, -5.0, -5.0, -4.0]
PIECES = Pieces(VOCABULARY, SCORES, {ord("ﬁ"): "s", ord("\u00a0"): " "})


def names(text: str, *, after_space: bool = True) -> list[str]:
    return [VOCABULARY[number] for number in PIECES.encode(text, after_space=after_space)]


def test_the_most_probable_cut_wins() -> None:
    assert names("opens") == ["▁open", "s"]
    assert names("门店", after_space=False) == ["门店"]


def test_words_are_cut_one_by_one_and_spaces_count_once() -> None:
    assert names("open  open\u00a0open") == ["▁open", "▁open", "▁open"]


def test_text_within_a_word_gets_no_space() -> None:
    assert names("s", after_space=False) == ["s"]
    assert names("s") == ["▁", "s"]


def test_a_character_of_no_piece_is_unknown() -> None:
    assert PIECES.encode("o!", after_space=False) == [VOCABULARY.index("o"), UNKNOWN]


@given(st.text(max_size=40), st.booleans())
def test_any_text_gives_pieces_of_the_vocabulary(text: str, after_space: bool) -> None:
    ids = PIECES.encode(text, after_space=after_space)
    assert all(UNKNOWN <= number < len(VOCABULARY) for number in ids)
    assert ids == PIECES.encode(text, after_space=after_space)
