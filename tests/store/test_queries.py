"""SQL says what a plain reading of the query says, page by page, whatever way a list is read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketwatch.domain import AnalysedArticle, Fingerprint, Metric, Moment, Shift, ShiftKind, Status
from marketwatch.query import Query, parse
from store import Store, lists, open_store

from builders import analysed, figure, shift  # isort: skip
from plain_query import Row, article_matches, shift_matches  # isort: skip

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_WORDS = ["Stores", "store", "Élysée", "小米开店", "open", "opened", "华为", "ﬁnal", "ＡＩ", "bank"]
_METRICS = [Metric.REVENUE, Metric.UNITS]
_MERGED = (3, 5, 8, 13)
"""Articles that were put into one story."""
_DAYS = ["2016-12-31", "2017-01-01", "2017-01-31", "2017-02-01", "2018-06-15"]


def made(seed: int) -> list[AnalysedArticle]:
    chance = random.Random(seed)
    articles = []
    for number in range(60):
        text = " ".join(chance.choices(_WORDS, k=6)) + "."
        shifts: list[Shift] = [
            shift(
                text,
                chance.choice(["xiaomi", "huawei", "oppo"]),
                kind=chance.choice([ShiftKind.CHANNEL, ShiftKind.MARKET]),
                status=chance.choice([Status.DONE, Status.RUMOURED]),
                speaker=chance.choice([None, "Lei Jun", "Éric Xu"]),
                confidence=chance.choice([0.4, 0.8]),
                background=chance.random() < 0.2,
                object=f"object {chance.randrange(3)} {n}",
            )
            for n in range(chance.choice([1, 1, 2]))
        ]
        day = Moment.parse(chance.choice(_DAYS))
        lang = chance.choice(["en", "zh"])
        made = analysed(str(number), text, *shifts, lang=lang, title=chance.choice(_WORDS), published=day)
        figures = tuple(
            figure(text.split()[0], scope=chance.choice([None, "India", "Île-de-France"]), metric=chance.choice(_METRICS))
            for _ in range(chance.choice([0, 1, 2]))
        )
        print_ = Fingerprint((f"n:{number}",), int.from_bytes(chance.randbytes(48), "big"), (), "test")
        articles.append(replace(made, extraction=replace(made.extraction, figures=figures, fingerprint=print_)))
    return articles


def row_of(article: AnalysedArticle, shift: Shift | None = None) -> Row:
    """What is known of a stored article, whose key is one less than its id."""
    number = int(article.draft.key) + 1
    story = _MERGED if number in _MERGED else (number,)
    return Row(article.draft, article.extraction.vendors, shift, figures=article.extraction.figures, story=story)


Base = tuple[Store, list[AnalysedArticle]]


@pytest.fixture(scope="module", params=[1, 2])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    articles = made(request.param)
    with open_store(tmp_path_factory.mktemp("base") / "b.sqlite3", now=lambda: NOW) as store:
        store.save(articles)
        assert store.merge_stories(_MERGED)
        yield store, articles


_TERMS = st.sampled_from(
    ["store", '"stores open"', "小米", "华为", "elysee", "final", "ai", "op", "vendor:xiaomi", "vendor:huawei,oppo",
     "kind:channel", "status:rumoured", "-status:done", "speaker:lei", "speaker:eric", "object:1", "quote:bank", "conf:>=0.5",
     "date:2017", "date:2017-01", "date:>=2017-02,2016", "lang:zh", "title:store", "text:bank", "outlet:example",
     "/open(ed)? b/i", "title:/^Store|bank/i", "text:/open(ed)? b/i,小米", "speaker:/^Lei /", "quote:/b.nk/", "outlet:/^ex/i",
     "is:background", "scope:india", "scope:ile", "scope:/^I/,none", "metric:units", "story:5", "story:2,13",
     "feed:feed", "feed:other", "lang:en,fr"]
)  # fmt: skip
_QUERIES = st.recursive(
    _TERMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=2).map(" OR ".join).map(lambda text: f"({text})"),
        inner.map(lambda text: f"-({text})"),
    ),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=_QUERIES, oldest_first=st.booleans(), turned=st.booleans(), size=st.sampled_from([1, 7, 1000]))
def test_lists_hold_what_the_query_says(base: Base, text: str, oldest_first: bool, turned: bool, size: int) -> None:
    store, articles = base
    query = parse(f"({text})" + " is:reversal" * turned + " sort:date" * oldest_first, now=NOW)
    shifts = pages_of_shifts(store, query, size)
    expected = {(a.draft.key, s.object) for a in articles for s in a.extraction.shifts if shift_matches(query, row_of(a, s))}
    assert len(shifts) == len(expected)
    assert {(key, name) for key, name, _ in shifts} == expected
    assert [at for _, _, at in shifts] == sorted((at for _, _, at in shifts), reverse=not oldest_first)
    found = pages_of_articles(store, query, size)
    wanted = {a.draft.key for a in articles if article_matches(query, row_of(a), a.extraction.shifts)}
    assert sorted(found) == sorted(wanted)
    totals = store.totals(query)
    assert (totals.articles, totals.more_articles) == (len(wanted), False)
    assert sum(count.shifts for count in store.activity(query)) == len(expected)


def pages_of_shifts(store: Store, query: Query, size: int) -> list[tuple[str, str, datetime]]:
    found: list[tuple[str, str, datetime]] = []
    after: str | None = None
    while True:
        page, after = store.shifts(query, limit=size, after=after)
        found += [((s.article.url or "").rpartition("/")[2], s.shift.object, s.article.dated_at) for s in page]
        if after is None:
            return found


def pages_of_articles(store: Store, query: Query, size: int) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page, after = store.articles(query, limit=size, after=after)
        found += [(article.url or "").rpartition("/")[2] for article in page]
        if after is None:
            return found


def test_a_common_word_beside_a_common_vendor_is_read_from_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_FEW", 3)
    articles = made(3)
    with open_store(tmp_path / "c.sqlite3", now=lambda: NOW) as store:
        store.save(articles)
        for text in (
            "vendor:xiaomi store",
            "store",
            "vendor:oppo 小米 kind:market",
            "vendor:xiaomi store date:2017",
            "store date:2017",
        ):
            query = parse(text, now=NOW)
            expected = {
                (a.draft.key, s.object) for a in articles for s in a.extraction.shifts if shift_matches(query, row_of(a, s))
            }
            assert {(key, name) for key, name, _ in pages_of_shifts(store, query, 4)} == expected
