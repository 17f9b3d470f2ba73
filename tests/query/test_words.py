from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketwatch.query import TextTerm, parse
from marketwatch.query.words import fold, places, sought


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
