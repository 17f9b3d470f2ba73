"""Stories in the store: the same however articles come, kept through edits, the analyst's word above all."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from marketwatch.domain import AnalysedArticle, Extraction, Fingerprint, MarkChange
from marketwatch.query import Query, parse
from store import Store, open_store
from store.migrations import MIGRATIONS

from builders import analysed, telling  # isort: skip
from conftest import NOW  # isort: skip


def stories(store: Store) -> set[frozenset[str]]:
    return {frozenset((a.url or "").rpartition("/")[2] for a in story.articles) for story in store.stories(Query(), limit=1000)}


def number(store: Store, key: str) -> int:
    found = store.locate("feed", key, None)
    assert found is not None
    return found


def test_articles_on_the_same_news_are_one_story_and_older_news_is_another(store: Store) -> None:
    store.save([telling("a", "stores"), telling("b", "stores", day="2017-01-14"), telling("c", "cars")])
    store.save([telling("d", "stores", day="2017-03-01")])
    assert stories(store) == {frozenset("ab"), frozenset("c"), frozenset("d")}
    first = store.story(number(store, "b"))
    assert first is not None
    assert [a.title for a in first.articles] == ["Title a", "Title b"]
    assert first.id == number(store, "a")


def test_a_date_that_is_a_month_is_all_its_days_and_a_year_is_none(store: Store) -> None:
    store.save(
        [telling("a", "stores", day="2017-01"), telling("b", "stores", day="2017-01-30"), telling("c", "stores", day="2017")]
    )
    assert stories(store) == {frozenset("ab"), frozenset("c")}


@pytest.mark.parametrize("size", [1, 7])
def test_the_order_in_which_articles_come_does_not_matter(tmp_path: Path, size: int) -> None:
    articles = mixed(40)
    found = []
    for seed in (None, 1, 2):
        order = articles if seed is None else random.Random(seed).sample(articles, len(articles))
        with open_store(tmp_path / f"{seed}.sqlite3", now=lambda: NOW) as store:
            for at in range(0, len(order), size):
                store.save(order[at : at + size])
            found.append((stories(store), origins(store)))
    assert found[0] == found[1] == found[2]
    assert max(len(story) for story in found[0][0]) > 2


def mixed(count: int) -> Sequence[AnalysedArticle]:
    """Articles that share some of their names with some of the others: links of every strength."""
    chance, made = random.Random(5), []
    for n in range(count):
        one = telling(str(n), f"news{n % 8}", day=f"2017-01-{10 + n % 3}", outlet=f"Outlet {n % 7}")
        print_ = one.extraction.fingerprint
        assert print_ is not None
        assert print_.meaning is not None
        keys = tuple(chance.sample([f"n:news{n % 8}{k}" for k in range(6)] + [f"n:news{(n + 1) % 8}{k}" for k in range(3)], 5))
        noise = chance.getrandbits(384) & chance.getrandbits(384)
        changed = replace(print_, keys=keys, meaning=print_.meaning ^ noise, cites=(f"Outlet {chance.randrange(9)}",))
        made.append(replace(one, extraction=replace(one.extraction, fingerprint=changed)))
    return made


def origins(store: Store) -> set[tuple[str, str | None]]:
    return {(article.title, article.origin) for article in store.articles(Query(), limit=1000)[0]}


def test_an_edited_article_may_leave_its_story_and_part_it(store: Store) -> None:
    store.save([telling("a", "stores"), telling("b", "stores")])
    edited = telling("b", "cars")
    store.save([replace(edited, draft=replace(edited.draft, text="Xiaomi cars, edited."))])
    assert stories(store) == {frozenset("a"), frozenset("b")}


def test_what_the_analyst_merges_and_splits_stays_so(store: Store) -> None:
    store.save([telling("a", "stores"), telling("b", "stores"), telling("c", "cars")])
    assert store.merge_stories([number(store, "a"), number(store, "c")]) == "merge 2 stories (3 articles)"
    assert stories(store) == {frozenset("abc")}
    assert store.merge_stories([number(store, "b"), number(store, "c")]) is None
    store.save([telling("d", "stores", day="2017-01-13"), telling("e", "cars")])
    assert stories(store) == {frozenset("abcde")}
    assert store.split_story([number(store, "d")]) == "split 1 article off"
    assert stories(store) == {frozenset("abce"), frozenset("d")}
    edited = telling("d", "stores")
    store.save([replace(edited, draft=replace(edited.draft, text="Xiaomi stores, edited."))])
    assert stories(store) == {frozenset("abce"), frozenset("d")}


@pytest.mark.parametrize("taken", ["a", "b", "ad"])
def test_who_is_taken_out_of_a_merged_story_leaves_the_others_together(store: Store, taken: str) -> None:
    for key, news in zip("abcd", ("stores", "cars", "chips", "loans"), strict=True):
        store.save([telling(key, news)])
    store.merge_stories([number(store, key) for key in "abcd"])
    store.split_story([number(store, key) for key in taken])
    rest = frozenset("abcd") - set(taken)
    assert stories(store) == {frozenset(taken), rest}
    store.save([telling("late", {"a": "cars", "b": "chips", "ad": "cars"}[taken], day="2017-01-13")])
    assert stories(store) == {frozenset(taken), rest | {"late"}}
    store.undo()
    assert stories(store) == {frozenset("abcd") | {"late"}}
    store.undo()
    assert len(stories(store)) == 4


def test_a_merge_of_one_story_and_a_split_of_all_of_one_write_nothing_down(store: Store) -> None:
    store.save([telling("a", "stores"), telling("b", "stores"), telling("c", "cars")])
    a, b, c = (number(store, key) for key in "abc")
    assert store.merge_stories([a]) is None
    assert store.merge_stories([a, b]) is None
    assert store.split_story([a, b]) is None
    assert store.split_story([c]) is None
    assert store.undo() is None
    assert store.merge_stories([a, b, c]) == "merge 2 stories (3 articles)"


def test_undo_takes_a_split_back_and_redo_makes_it_again(store: Store) -> None:
    store.save([telling("a", "stores"), telling("b", "stores"), telling("c", "stores")])
    store.split_story([number(store, "b"), number(store, "c")])
    assert stories(store) == {frozenset("a"), frozenset("bc")}
    assert store.undo() == "split 2 articles off"
    assert stories(store) == {frozenset("abc")}
    assert store.redo() == "split 2 articles off"
    assert stories(store) == {frozenset("a"), frozenset("bc")}


def test_the_same_text_and_a_named_source_are_one_origin(store: Store) -> None:
    words = " ".join(f"w{n}" for n in range(24))
    store.save([
        telling("a", "stores", outlet="Reuters", text=words),
        telling("b", "stores", outlet="Daily", day="2017-01-13", text=words),
        telling("c", "stores", outlet="Weekly", day="2017-01-14", cites=("Daily",)),
        telling("d", "stores", outlet="Monthly", cites=("Nobody Knows",)),
    ])  # fmt: skip
    assert origins(store) == {("Title a", None), ("Title b", "Reuters"), ("Title c", "Daily"), ("Title d", None)}


def test_a_story_is_a_field_of_the_query_language(store: Store) -> None:
    store.save([telling("a", "stores"), telling("b", "stores"), telling("c", "cars")])
    found = store.articles(parse(f"story:{number(store, 'b')}"))[0]
    assert sorted(article.title for article in found) == ["Title a", "Title b"]
    assert store.articles(parse("story:999"))[0] == []


def test_articles_of_an_older_base_wait_for_their_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        store.save([analysed("a"), analysed("b", "Xiaomi opens shops.")])
    with closing(sqlite3.connect(path)) as raw:
        for name in ("story_print", "story_key", "story_link", "story_bond", "former", "search_former", "past_mention"):
            raw.execute(f"DROP TABLE {name}")
        for index in ("article_by_story", "article_without_story"):
            raw.execute(f"DROP INDEX {index}")
        for column in ("story", "origin"):
            raw.execute(f"ALTER TABLE article DROP COLUMN {column}")
        before = next(number for number, sql in enumerate(MIGRATIONS) if "story_print" in sql)
        raw.execute(f"PRAGMA user_version = {before}")
        raw.commit()
    with open_store(path, now=lambda: NOW) as store:
        assert store.integrity() == (len(MIGRATIONS), "ok")
        waiting = store.without_fingerprint("test")
        assert sorted(text.text for _, text in waiting) == ["Xiaomi opens shops.", "Xiaomi opens stores."]
        assert len(stories(store)) == 2
        prints = {a.id: (t.text_hash, a.vendors, telling("x", "stores").extraction.fingerprint) for a, t in waiting}
        stale = {next(iter(prints)): ("another text", ("xiaomi",), Fingerprint(()))}
        assert store.put_fingerprints(stale) == 0
        assert store.put_fingerprints({n: (h, v, f) for n, (h, v, f) in prints.items() if f is not None}) == 2
        assert stories(store) == {frozenset("ab")}
        assert store.without_fingerprint("test") == []
        assert len(store.without_fingerprint("another")) == 2


def test_an_article_of_which_nothing_can_be_compared_is_edited_and_let_go_like_others(tmp_path: Path) -> None:
    bare = Extraction("en", (), (), "test", ("xiaomi",), Fingerprint((), None, (), "test"))
    with open_store(tmp_path / "s.db", now=lambda: NOW) as store:
        store.save([replace(analysed("bare", "Rain."), extraction=bare), telling("last", "stores")])
        assert store.save([replace(analysed("bare", "More rain."), extraction=bare)]) == (0, 1)
        assert store.retire(NOW + timedelta(days=1)) == 1
        assert stories(store) == {frozenset({"last"})}


def test_the_rest_of_a_story_is_one_of_its_own_when_an_article_is_let_go(store: Store) -> None:
    store.save([telling(key, "stores") for key in "abc"] + [telling("last", "cars")])
    store.mark([number(store, "b"), number(store, "c")], MarkChange(starred=True))
    assert store.retire(NOW + timedelta(days=1)) == 1
    (rest,) = [story for story in store.stories(Query()) if len(story.articles) == 2]
    assert rest.id == number(store, "b")
    assert store.story(rest.id) == rest


def test_what_was_merged_and_let_go_since_is_passed_over_by_redo(store: Store) -> None:
    store.save([telling("a", "stores"), telling("b", "cars"), telling("last", "chips")])
    assert store.merge_stories([number(store, "a"), number(store, "b")])
    store.undo()
    store.retire(NOW + timedelta(days=1))
    assert store.redo() is not None
    assert stories(store) == {frozenset({"last"})}


def test_stories_as_they_were_known_hold_no_article_that_came_later(tmp_path: Path) -> None:
    days = iter([datetime(2017, 1, 12, 12, tzinfo=UTC), datetime(2017, 1, 14, 12, tzinfo=UTC)])
    with open_store(tmp_path / "s.db", now=lambda: next(days)) as store:
        store.save([telling("a", "stores")])
        store.save([telling("b", "stores")])
        (story,) = store.stories(parse("asof:2017-01-12", now=NOW))
        assert [article.title for article in story.articles] == ["Title a"]
