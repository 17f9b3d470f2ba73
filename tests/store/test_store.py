from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from marketwatch.domain import Direction, FeedState, Moment, PollOutcome, PollResult, ShiftKind
from marketwatch.drafts import content_hash
from marketwatch.errors import UsageError
from marketwatch.query import Query, parse
from store import Store, counting, lists, open_store, search

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip


def find(store: Store, text: str) -> list[str]:
    return [article.title for article in store.articles(parse(text, now=NOW))[0]]


def test_an_unchanged_draft_writes_nothing_and_an_edited_one_adds_a_version(store: Store) -> None:
    assert store.save([analysed("a", "First text.")]) == (1, 0)
    revision = store.revision()
    assert store.save([analysed("a", "First text.")]) == (0, 0)
    assert store.revision() == revision
    assert store.save([analysed("a", "Second text.")]) == (0, 1)
    (article,) = store.articles(Query())[0]
    assert article.version == 2
    first, second = store.text(article.id, 1), store.text(article.id)
    assert first is not None
    assert second is not None
    assert (first.text, second.text) == ("First text.", "Second text.")
    (stored,) = store.article_shifts(article.id)
    assert stored.shift.evidence[0].text == "Second text."


def test_what_is_stored_comes_back_equal(store: Store) -> None:
    made = analysed("a", "Xiaomi opens stores.", shift(speaker="Lei Jun", role="CEO", origin="online", destination="stores"))
    store.save([made])
    (stored,) = store.shifts(Query())[0]
    assert stored.shift == made.extraction.shifts[0]
    (figure,) = store.figures(Query())
    assert figure.figure == made.extraction.figures[0]
    assert str(stored.article.published) == "2017-01-12"
    assert stored.article.first_seen_at == NOW


def test_a_date_in_the_future_sorts_by_when_it_was_first_seen(store: Store) -> None:
    store.save([analysed("a", published=Moment(NOW + timedelta(days=900)))])
    assert store.articles(Query())[0][0].dated_at == NOW


def test_hostile_text_is_clean_once_stored(store: Store) -> None:
    store.save(
        [analysed("a", "Text \x1b[31mred", shift("Text"), title="[@click=app.quit]x[/] \x1b\u202e", url="javascript:alert(1)")]
    )
    (article,) = store.articles(Query())[0]
    assert article.title == "[@click=app.quit]x[/]"
    assert article.url is None
    text = store.text(article.id)
    assert text is not None
    assert "\x1b" not in text.text


def test_pages_follow_one_another_without_gap_or_repeat(store: Store) -> None:
    store.save([analysed(str(n), f"Text {n}.", published=Moment.parse("2017-01-12")) for n in range(25)])
    for size in (1, 2, 7):
        seen: list[int] = []
        after: str | None = None
        while True:
            page, after = store.articles(Query(), limit=size, after=after)
            seen += [article.id for article in page]
            if after is None:
                break
        assert seen == sorted(seen, reverse=True)
        assert len(set(seen)) == 25


def test_the_query_language_finds_by_field_word_and_script(store: Store) -> None:
    zh = "小米加快建设线下门店。"
    store.save(
        [
            analysed("zh", zh, shift(zh), lang="zh", title="小米线下", published=Moment.parse("2016-07")),
            analysed(
                "fr", "Xiaomi ouvre à Élysée.", shift("Xiaomi ouvre à Élysée.", speaker="Léi Jun"), lang="fr", title="Écoles"
            ),
            analysed(
                "hw",
                "Huawei hires.",
                shift("Huawei hires.", "huawei", kind=ShiftKind.ORGANIZATION),
                title="Huawei",
                published=Moment.parse("2019"),
            ),
        ]
    )
    assert find(store, "小米") == ["小米线下"]
    assert find(store, "线下 -xiaomi") == ["小米线下"]
    assert find(store, "elysee") == ["Écoles"]
    assert find(store, 'speaker:"lei jun"') == ["Écoles"]
    assert find(store, "vendor:huawei kind:organization") == ["Huawei"]
    assert set(find(store, "date:2016..2017")) == {"小米线下", "Écoles"}
    assert find(store, "lang:zh,de") == ["小米线下"]
    assert find(store, "/h[iu]res/i") == ["Huawei"]
    assert set(find(store, "kind:channel OR vendor:huawei")) == {"小米线下", "Écoles", "Huawei"}
    assert find(store, "-vendor:xiaomi") == ["Huawei"]
    assert sum(month.shifts for month in store.activity(parse("vendor:xiaomi", now=NOW))) == 2
    assert [(a.vendor, a.month, a.shifts) for a in store.activity(parse("vendor:huawei", now=NOW))] == [("huawei", "2019-01", 1)]


def test_values_are_parameters_never_sql(store: Store) -> None:
    store.save([analysed("a")])
    assert find(store, 'title:"x\' OR 1=1 --"') == []
    assert find(store, "vendor:\"xiaomi' OR '1'='1\"") == []


def test_an_outcome_state_and_articles_are_one_transaction(store: Store) -> None:
    outcome = PollOutcome("feed", "https://example.org", PollResult.POLLED, NOW, 0.5, 200)
    state = FeedState("feed", "https://example.org", etag='"x"', next_poll_at=NOW)
    store.save([analysed("a"), analysed("b")], outcome=outcome, state=state)
    assert store.feed_states()["feed"] == state
    (health,) = store.feed_health(["feed"], NOW)
    assert health.articles == 2
    assert (health.recent[0].new, health.recent[0].result) == (2, PollResult.POLLED)


def test_known_hashes_tell_unchanged_drafts_without_bodies(store: Store) -> None:
    made = analysed("a")
    store.save([made])
    assert store.known_hashes("feed", ["a", "b"]) == {"a": content_hash(made.draft.title, made.draft.text)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vendor:xiaomi",
        "kind:channel",
        "vendor:xiaomi kind:channel",
        "vendor:xiaomi kind:channel date:2016..2018",
        "date:2017",
    ],
)
def test_pages_are_read_from_an_index_and_never_sorted(store: Store, text: str) -> None:
    store.save([analysed(str(n), f"Text {n}.") for n in range(50)])
    for of in ("shifts", "articles"):
        plan = store.explain(parse(text, now=NOW), of=of).partition("plan:")[2]
        assert "SCAN" not in plan or " INDEX " in plan.partition("SCAN")[2], plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan


def test_explain_shows_the_query_the_sql_and_the_plan(store: Store) -> None:
    shown = store.explain(parse('vendor:xiaomi "x\' OR 1=1"', now=NOW))
    assert shown.startswith('query: vendor:xiaomi "x\' OR 1=1"')
    assert "SELECT" in shown
    assert "shift_by_vendor" in shown


def test_articles_of_one_second_have_places_of_their_own(store: Store) -> None:
    store.save([analysed(str(n), f"Text {n}.") for n in range(40)])
    store.save([analysed("next", published=Moment.parse("2017-01-12T00:00:01Z")), analysed("last")])
    articles, _ = store.articles(Query())
    assert len({article.id for article in articles}) == 42
    assert find(store, "text") == [f"Title {n}" for n in range(39, -1, -1)]
    assert find(store, "date:2017-01-12 title:last") == ["Title last"]


def test_counts_follow_edits_and_new_extractions(store: Store) -> None:
    other = shift("Huawei hires.", "huawei", kind=ShiftKind.ORGANIZATION)
    store.save([analysed("a"), analysed("b", "Huawei hires.", other, published=Moment.parse("2019"))])
    store.save([analysed("a", "Xiaomi opens two stores.", lang="fr")])
    (article,) = store.articles(parse("two", now=NOW))[0]
    store.replace_extraction(article.id, analysed("a", "Xiaomi opens two stores.", shift("Xiaomi", "oppo"), lang="de").extraction)
    assert [(c.vendor, c.month, c.shifts) for c in store.activity(Query())] == [("huawei", "2019-01", 1), ("oppo", "2017-01", 1)]
    totals = store.totals(Query())
    assert (totals.articles, totals.outlets, totals.langs) == (2, 1, ("de", "en"))
    assert store.field_counts("vendor") == {"huawei": 1, "oppo": 1}
    assert store.field_counts("lang") == {"de": 1, "en": 1}


def test_rank_puts_the_best_match_first_and_a_title_above_a_text(store: Store) -> None:
    store.save(
        [
            analysed("text", "One store among many other words that fill this text.", title="Stores", lang="en"),
            analysed("title", "Nothing of it, and other words to fill the text.", title="Kiosk opens"),
            analysed("twice", "A kiosk, a kiosk.", title="Twice"),
            analysed("once", "A kiosk and a lot of other things that are said in this longer text.", title="Once"),
        ]
    )
    assert find(store, "kiosk sort:rank") == ["Kiosk opens", "Twice", "Once"]
    assert find(store, "kiosk") == ["Once", "Twice", "Kiosk opens"]
    assert find(store, "kiosk sort:rank limit:1") == ["Kiosk opens"]
    assert store.shifts(parse("kiosk kind:channel sort:rank", now=NOW))[0][0].article.title == "Kiosk opens"


def test_totals_of_a_common_word_are_counted_among_the_newest_and_say_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save([analysed(str(n), f"Text {n}.") for n in range(30)])
    assert (store.totals(parse("text", now=NOW)).articles, store.totals(parse("text", now=NOW)).more_articles) == (30, False)
    monkeypatch.setattr(counting, "_HITS_AT_MOST", 10)
    totals = store.totals(parse("text kind:channel", now=NOW))
    assert (totals.articles, totals.more_articles) == (10, True)


def test_totals_of_words_and_dates_are_counted_among_the_hits_of_the_dates(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_HITS_AT_MOST", 10)
    for year, count in ((2016, 3), (2017, 30)):
        store.save([analysed(f"{year} {n}", f"Text {n}.", published=Moment.parse(f"{year}-05-01")) for n in range(count)])
    for text in ("text date:2016", "vendor:xiaomi text date:2016"):
        totals = store.totals(parse(text, now=NOW))
        assert (totals.articles, totals.more_articles) == (3, False)
        assert len(find(store, text)) == 3


def test_outlets_of_more_articles_than_are_looked_at_may_be_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_LOOKED_AT", 2)
    for text in ("text", "vendor:xiaomi", "vendor:xiaomi text", "kind:channel"):
        store.save([analysed(str(n), f"Text {n}.", shift("Text", "xiaomi")) for n in range(2)])
        assert store.totals(parse(text, now=NOW)).more_outlets is False
    store.save([analysed("3", "Text 3.", shift("Text", "xiaomi"))])
    for text in ("text", "vendor:xiaomi", "vendor:xiaomi text", "kind:channel"):
        totals = store.totals(parse(text, now=NOW))
        assert (totals.articles, totals.more_articles, totals.outlets, totals.more_outlets) == (3, False, 1, True)
    assert store.totals(Query()).more_outlets is False


@pytest.mark.parametrize(
    "text", ["launch", "LAUNCH", "title:launch", "store launch", "launchpad", "launches", "launchx", "Élaunch", "elaun", "laun"]
)
def test_a_beginning_spelled_out_finds_the_same(store: Store, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    endings = ["", "es", "ed", "ing", "pad", "é", "小米"]
    store.save([analysed(f"{n}", f"A store launch{end}. Élaunch{n}", title=f"Launch{end}") for n, end in enumerate(endings)])
    found = find(store, text)
    monkeypatch.setattr(search, "_MOST_WORDS", 0)
    assert find(store, text) == found
    assert bool(found) == (text != "launchx")


def test_a_beginning_of_few_words_is_asked_for_as_these(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save([analysed(str(n), f"New launch{end} of it. запуск{end}") for n, end in enumerate(["", "es", "ed"])])
    with store._reading() as connection:
        assert search.spelled_out(connection, '"launch"*') == '("launch" OR "launched" OR "launches")'
        both = search.spelled_out(connection, 'title : "new launche"* AND "a"')
        assert both == 'title : ("new launched" OR "new launches") AND "a"'
        assert search.spelled_out(connection, '"nothing"*') == '("nothing")'
        assert search.spelled_out(connection, '"запуск"*') == '("запуск" OR "запускed" OR "запускes")'
        for as_it_is in ('"laun"*', '"launch"'):
            assert search.spelled_out(connection, as_it_is) == as_it_is
        monkeypatch.setattr(search, "_MOST_WORDS", 2)
        assert search.spelled_out(connection, '"launch"*') == '"launch"*'


def test_one_article_twice_in_a_batch_is_one_article_with_two_versions(store: Store) -> None:
    twin = analysed("https://example.org/a", "Xiaomi opens more stores.")
    assert store.save([analysed("http://www.example.org/a"), twin]) == (1, 1)
    (article,) = store.articles(Query())[0]
    assert article.version == 2


def test_two_processes_see_each_other_through_the_revision(store: Store, tmp_path: Path) -> None:
    with open_store(tmp_path / "test.sqlite3", now=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as other:
        before = store.revision()
        other.save([analysed("z")])
        assert store.revision() != before
        assert len(store.articles(Query())[0]) == 1


def test_directions_of_a_shift_survive_reextraction(store: Store) -> None:
    store.save([analysed("a")])
    (article,) = store.articles(Query())[0]
    other = analysed("a", "Xiaomi opens stores.", shift(direction=Direction.SWITCH)).extraction
    store.replace_extraction(article.id, other)
    (stored,) = store.shifts(Query())[0]
    assert stored.shift.direction is Direction.SWITCH


def test_a_limit_is_kept_over_pages_of_any_size(store: Store) -> None:
    store.save([analysed(str(n), f"Text {n}.") for n in range(30)])
    for text in ("limit:17", "text limit:17", "text sort:rank limit:17", "kind:channel sort:date limit:17"):
        for size in (5, 17, 100):
            seen: list[int] = []
            after: str | None = None
            while True:
                page, after = store.articles(parse(text, now=NOW), limit=size, after=after)
                seen += [article.id for article in page]
                if after is None:
                    break
            assert len(seen) == len(set(seen)) == 17, (text, size)


def test_rank_asks_the_rest_of_the_query_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_RANKED", 5)
    store.save([analysed("old", "Huawei store.", shift("Huawei store.", "huawei"), published=Moment.parse("1969-05-01"))])
    store.save([analysed(str(n), "A store.", shift("A store.")) for n in range(20)])
    assert find(store, "vendor:huawei store sort:rank") == ["Title old"]
    assert len(find(store, "store sort:rank")) == 5


def test_words_beside_a_rare_condition_are_found_wherever_it_holds(store: Store) -> None:
    store.save([analysed(str(n), "A store.", lang="fr" if n == 3 else "en") for n in range(40)])
    assert find(store, "store lang:fr") == ["Title 3"]
    assert find(store, "store lang:fr sort:date") == ["Title 3"]
    assert len(find(store, "store lang:en")) == 39


def test_an_extraction_of_an_older_text_is_not_taken(store: Store) -> None:
    store.save([analysed("a")])
    (article,) = store.articles(Query())[0]
    store.save([analysed("a", "Edited: Xiaomi opens two stores.")])
    assert not store.replace_extraction(article.id, analysed("a").extraction, read=article.text_hash)
    text, (stored,) = store.text(article.id), store.shifts(Query())[0]
    assert text is not None
    assert all(text.text[e.start : e.end] == e.text for e in stored.shift.evidence)


@pytest.mark.parametrize("cursor", ["x", "1.2.3", "99999999999999999999999", "1/x"])
def test_a_made_up_cursor_is_wrong_use(store: Store, cursor: str) -> None:
    store.save([analysed("a")])
    with pytest.raises(UsageError, match="page cursor"):
        store.shifts(Query(), after=cursor)
