"""Retention: what carries nothing is let go after its time, everything else stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from marketwatch.domain import AnalysedArticle, Extraction, MarkChange, Moment, Verdict
from marketwatch.query import Query, parse
from store import Store, open_store

from builders import analysed, draft  # isort: skip

NOW = datetime(2020, 6, 1, tzinfo=UTC)
LIMIT = datetime(2019, 1, 1, tzinfo=UTC)


def quiet(key: str, text: str, day: str = "2017-01-12") -> AnalysedArticle:
    """An article in which nothing was found."""
    return AnalysedArticle(
        draft(key, text, published=Moment.parse(day)), Extraction(lang="en", shifts=(), figures=(), extractor="x")
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A base in which every article was first seen in the middle of 2018."""
    path = tmp_path / "base.db"
    with open_store(path, now=lambda: datetime(2018, 6, 1, tzinfo=UTC)) as old:
        old.save(
            [
                quiet("plain", "Nothing to see."),
                quiet("read", "Read once."),
                analysed("told"),
                quiet("starred", "A star."),
                quiet("noted", "A note."),
                quiet("tagged", "A tag."),
                quiet("newer", "Young.", "2018-05-30"),
                quiet("last", "The newest number."),
            ]
        )
    with open_store(path, now=lambda: NOW) as store:
        store.save([quiet("dated back", "Old news found today.")])
        yield store


def _id(store: Store, key: str) -> int:
    found = store.locate("feed", key, None)
    assert found is not None
    return found


def _titles(store: Store) -> set[str]:
    return {article.title.removeprefix("Title ") for article in store.articles(Query())[0]}


def test_only_what_carries_nothing_goes(store: Store) -> None:
    store.mark([_id(store, "starred")], MarkChange(starred=True))
    store.mark([_id(store, "noted")], MarkChange(note="ask them"))
    store.mark([_id(store, "tagged")], MarkChange(add_tags=("later",)))
    store.mark([_id(store, "read")], MarkChange(read=True))
    store.judge([store.article_shifts(_id(store, "told"))[0].id], Verdict.REJECTED)
    assert store.retirable(LIMIT) == 4

    assert store.retire(LIMIT) == 4

    assert _titles(store) == {"told", "starred", "noted", "tagged", "dated back"}
    assert store.retire(LIMIT) == 0


def test_counts_and_words_stay_in_step(store: Store) -> None:
    store.retire(LIMIT)

    assert store.integrity()[1] == "ok"
    assert store.articles(parse("nothing", now=NOW))[0] == []
    assert store.totals(Query()).articles == len(_titles(store))


def test_a_feed_that_still_shows_them_brings_them_back_only_when_edited(store: Store) -> None:
    before = store.known_hashes("feed", ["plain"])
    store.retire(LIMIT)

    assert store.known_hashes("feed", ["plain"]) == before
    store.save([quiet("plain", "Something to see after all.")])
    assert store.known_hashes("feed", ["plain"]) != before
    assert "plain" in _titles(store)


def test_the_newest_number_is_not_given_out_again(store: Store) -> None:
    newest = _id(store, "dated back")
    store.retire(NOW + timedelta(days=1))

    store.save([quiet("next", "Next.")])

    assert _id(store, "next") == newest + 1


def test_undo_passes_over_what_is_gone(store: Store) -> None:
    store.mark([_id(store, "plain"), _id(store, "starred")], MarkChange(starred=True))
    store.mark([_id(store, "plain")], MarkChange(starred=False))
    store.retire(LIMIT)

    assert store.undo() is not None
    assert store.undo() is not None

    assert "plain" not in _titles(store)
    assert store.articles(parse("is:starred", now=NOW))[0] == []
