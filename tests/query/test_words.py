from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketwatch.domain import AnalysedArticle, Extraction
from marketwatch.query import TextTerm, parse
from marketwatch.query.words import fold, places, snippet, sought
from store import Store

from builders import draft  # isort: skip


def found(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in places(text, sought(parse(query)))]


@pytest.mark.parametrize(
    ("text", "query", "spans"),
    [
        ("Xiaomi opens Stores.", "stor", ["Stores"]),
        ("Xiaomi opens Stores.", '"stor"', []),
        ("L'Élysée, l'ÉLYSÉE", "elysee", ["Élysée", "ÉLYSÉE"]),
        ("随后小米加快建设线下门店", "小米 线下", ["小米", "线下"]),
        ("小 米", "小米", ["小 米"]),
        ("ＡＩ and AI", "ai", ["ＡＩ", "AI"]),
        ("opens own stores, own shops", '"own stores"', ["own stores"]),
        ("opens own stores", "own -stores vendor:xiaomi", ["own"]),
        ("a bank, a banker", "text:bank OR title:nothing", ["bank", "banker"]),
        ("삼성전자", "삼성", ["삼성"]),
    ],
)
def test_what_a_query_looks_for_is_found_where_it_stands(text: str, query: str, spans: list[str]) -> None:
    assert found(text, query) == spans


@given(st.text(max_size=80), st.lists(st.builds(TextTerm, st.text(min_size=1, max_size=6), st.booleans()), max_size=3))
def test_spans_lie_in_order_inside_the_text(text: str, terms: list[TextTerm]) -> None:
    spans = places(text, terms)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Rain. " * 40 + "Xiaomi opens stores in India. " + "Sun. " * 40, "stores india", ["stores", "India"]),
        ("今天下雨。" * 30 + "小米开设线下门店。" + "明天天晴。" * 30, "线下", ["线下"]),
        ("Stores.", "store", ["Stores"]),
    ],
)
def test_a_snippet_shows_the_words_where_they_stand_together(text: str, query: str, found: list[str]) -> None:
    piece = snippet(text, sought(parse(query)), 60)
    assert piece is not None
    assert [piece.text[a:b] for a, b in piece.hits] == found
    assert len(piece.text) <= 70


@given(st.text(max_size=300), st.text(alphabet="ab 小米", min_size=1, max_size=4), st.integers(10, 200))
def test_hits_of_a_snippet_are_places_of_its_text(text: str, word: str, width: int) -> None:
    piece = snippet(text, [TextTerm(word)], width)
    assert piece is None or all(0 <= a < b <= len(piece.text) for a, b in piece.hits)
    assert (piece is None) == (not places(text, [TextTerm(word)]))


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("Straße", "STRASSE"), ("Сяо́ми", "сяоми"), ("ёлка", "Елка"), ("ΣΊΣΥΦΟΣ", "Σίσυφος"), ("مُحَمَّد", "محمد"), ("ẹ̀kọ́", "eko"),
     ("İstanbul", "istanbul"), ("ＸＩＡＯＭＩ", "xiaomi"), ("ﬁnal", "final"), ("naïve", "nai\u0308ve"), ("ｼｬｵﾐ", "シャオミ")],
)  # fmt: skip
def test_what_is_written_otherwise_is_the_same_word(store: Store, stored: str, typed: str) -> None:
    assert fold(stored) == fold(typed)
    bare = Extraction("en", (), (), "test", ())
    store.save([AnalysedArticle(draft("a", f"It is {stored} here."), bare), AnalysedArticle(draft("b", "Another."), bare)])
    store.save([AnalysedArticle(draft("c", f"It is {typed} here."), bare)])
    for asked in (stored, typed, f'"{typed}"'):
        assert sorted(a.title for a in store.articles(parse(asked))[0]) == ["Title a", "Title c"], asked
    assert store.integrity()[1] == "ok"


def test_kana_with_a_mark_are_letters_of_their_own() -> None:
    assert fold("ガ") == fold("カ\u3099") == "ガ"
    assert fold("バード") != fold("ハート")
