from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketwatch.domain import ShiftKind
from marketwatch.errors import QueryError
from marketwatch.query import And, DateRange, FieldTerm, MatchAll, Not, Or, Query, RegexTerm, TextTerm, parse, to_text
from marketwatch.short_names import FEWEST_LETTERS, short_kind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def where(text: str) -> object:
    return parse(text, now=NOW, views={"stores": "kind:channel"}).where


def test_terms_are_joined_by_and_which_binds_closer_than_or() -> None:
    assert where("a b OR c") == Or((And((TextTerm("a"), TextTerm("b"))), TextTerm("c")))
    assert where("a AND (b OR c)") == And((TextTerm("a"), Or((TextTerm("b"), TextTerm("c")))))
    assert where("(a b) c") == where("a (b c)") == where("a b c")
    assert where("-a NOT b") == And((Not(TextTerm("a")), Not(TextTerm("b"))))
    assert where("") == MatchAll()


def test_fields_take_comma_lists_phrases_and_views() -> None:
    assert where("vendor:xiaomi,huawei") == FieldTerm("vendor", ("xiaomi", "huawei"))
    assert where('speaker:"Lei Jun"') == FieldTerm("speaker", ("Lei Jun",))
    assert where("@stores") == FieldTerm("kind", ("channel",))
    assert where("title:/own  shops?, (big)/i,stores") == FieldTerm("title", (RegexTerm("own  shops?, (big)", True), "stores"))
    assert where('outlet:"/r/"') == FieldTerm("outlet", ("/r/",))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("date:2017", "2017-01-01", "2018-01-01"),
        ("date:2017-03", "2017-03-01", "2017-04-01"),
        ("date:2017Q2", "2017-04-01", "2017-07-01"),
        ("date:H1-2020", "2020-01-01", "2020-07-01"),
        ("date:2016..2018", "2016-01-01", "2019-01-01"),
        ("date:>=2017-03", "2017-03-01", None),
        ("date:..2017", None, "2018-01-01"),
    ],
)
def test_dates_are_half_open_ranges(text: str, start: str | None, end: str | None) -> None:
    def at(day: str | None) -> datetime | None:
        return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None

    assert where(text) == FieldTerm("date", (DateRange(at(start), at(end)),))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("value:1bn", "value:1000000000"),
        ("value:>=1.5M", "value:>=1500000"),
        ("value:80m..100mn", "value:80000000..100000000"),
        ("value:<-2k", "value:<-2000"),
        ("value:3TN,4b", "value:3000000000000,4000000000"),
    ],
)
def test_numbers_may_be_written_as_the_ledger_writes_them(text: str, same: str) -> None:
    assert where(text) == where(same) == where(to_text(parse(text, now=NOW)))


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("vendr:xiaomi", 1, "did you mean 'vendor'"),
        ("a kind:chanel", 3, "did you mean 'channel'"),
        ("(a", 1, ""),
        ("date:20x7", 6, ""),
        ('"open', 1, ""),
        ("@stors", 1, "stores"),
        ("a story:abc", 9, "try story:118"),
        ('story:7,"b c"', 9, "try story:118"),
        (f"story:{10**20}", 7, "try story:118"),
        ("-(sort:date)", 3, "cannot be negated"),
        ("a -limit:5", 4, "cannot be negated"),
        ("a OR", 3, "nothing follows this OR"),
        ("(OR b)", 2, "nothing stands before this OR"),
        ("a OR OR b", 3, "nothing follows this OR"),
        ("AND b", 1, "nothing stands before this AND"),
        ("a AND OR b", 3, "nothing follows this AND"),
        ("vendor:xiaomi, huawei", 14, "no value follows this ','"),
        ("date:2018..2016", 6, "write 2016..2018"),
        ("value:20..10", 7, "write 10..20"),
        ("conf:80", 6, "between 0 and 1"),
        ("conf:>=0,8", 10, "between 0 and 1"),
        ("limit:3,5", 9, "takes one value"),
        ("sort:date,rank", 11, "takes one value"),
        ("vendor:/xiao/", 8, "takes no regular expression; these do: object"),
        ("title:/a(b/", 8, "not a regular expression"),
    ],
)
def test_mistakes_name_column_and_hint(text: str, column: int, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        where(text)
    assert abs(caught.value.column - column) <= 5
    assert hint in str(caught.value)


@given(st.text(st.sampled_from(list('abc:,".()/-@ ><=0123小米')) | st.characters(), max_size=60))
def test_any_line_is_a_query_or_a_query_error(text: str) -> None:
    try:
        assert isinstance(parse(text, now=NOW), Query)
    except QueryError as error:
        assert str(error).startswith("col ")


_TERMS = st.sampled_from(
    ["a", '"two words"', "小米", "-", "x-y", "vendor:xiaomi,huawei", "kind:Channel", 'speaker:"Lei Jun"', 'kind:"odd one"',
     "date:2017", "date:2017Q2..2018", "date:>2016-03", "date:..2018-02", "seen:7d", "conf:>=0.8", "value:1e9..2e9", "value:<3",
     "/a b+/i", "/x/", "title:/a b,c/i,d", "@stores", "is:background", 'title:""', "sort:date", "sort:rank", "limit:20", '""',
     'outlet:"/r/"']
)  # fmt: skip
_QUERIES = st.recursive(
    _TERMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"NOT {text}"),
    ),
    max_leaves=12,
)


@given(st.one_of(_QUERIES, st.text(st.sampled_from(list('abORN:,".()/-@ ><=0123小米')), max_size=40)))
def test_what_is_printed_reads_back_as_the_same_query(text: str) -> None:
    try:
        query = parse(text, now=NOW, views={"stores": "kind:channel OR -b"})
    except QueryError:
        return
    again = parse(to_text(query), now=datetime(2001, 1, 1, tzinfo=UTC))
    assert replace(again, text="") == replace(query, text="")


def test_relative_dates_and_views_are_printed_as_what_they_mean() -> None:
    query = parse("@stores date:2017Q1 conf:>=0.80 limit:5", now=NOW, views={"stores": "kind:channel OR object:stores"})
    assert to_text(query) == "(kind:channel OR object:stores) date:2017-01-01..2017-03-31 conf:>=0.80 limit:5"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("-asof:2017", "col 2.*cannot be negated"),
        ("-(asof:2017-01-15)", "col 3.*cannot be negated"),
        ("a NOT (b OR (c asof:2017-01-15))", "col 16.*cannot be negated"),
        ("-@then", "col 2.*cannot be negated"),
        ("asof:2017 asof:2018", "twice"),
        ("asof:2017,2018", "one date"),
        ("asof:2016..2017", "one date"),
        ("asof:yesteryear", "one date"),
        ("asof:", "needs a value"),
    ],
)
def test_asof_takes_one_day_for_the_whole_answer(text: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=complaint):
        parse(text, now=NOW, views={"then": "a asof:2017"})


@pytest.mark.parametrize("word", [*map(short_kind, ShiftKind), *(short_kind(kind)[:FEWEST_LETTERS] for kind in ShiftKind)])
def test_a_kind_can_be_typed_as_lists_write_it(word: str) -> None:
    (meant,) = (kind for kind in ShiftKind if short_kind(kind).startswith(word))
    assert parse(f"kind:{word}", now=NOW) == replace(parse(f"kind:{meant.value}", now=NOW), text=f"kind:{word}")


def test_other_names_and_first_letters_stand_for_one_value_only() -> None:
    assert to_text(parse("kind:organisation metric:people dir:with status:RUMO", now=NOW)) == (
        "kind:organization metric:headcount dir:withdraw status:rumoured"
    )
    for unknown in ("kind:cha", "kind:chanels", "is:re"):
        with pytest.raises(QueryError, match="knows no"):
            parse(unknown, now=NOW)
