"""What counts as a source: owners, copies, citations and discovery feeds are no independent ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from marketwatch.corroboration import corroborated, corroboration_of
from marketwatch.domain import Article, Move, Status, StoredShift
from marketwatch.moves import matching
from marketwatch.outlets import known_outlets, outlet_key, owner_of
from marketwatch.query import parse

from builders import shift  # isort: skip


def article(number: int, outlet: str, *, lang: str = "en", origin: str | None = None) -> Article:
    at = datetime(2017, 1, 10 + number, tzinfo=UTC)
    return Article(number, "feed", f"Title {number}", None, outlet, None, lang, None, at, 1, "hash", origin=origin)


def move(*articles: Article, statuses: tuple[Status, ...] = ()) -> Move:
    told = statuses or (Status.ANNOUNCED,) * len(articles)
    rows = zip(articles, told, strict=True)
    return Move(tuple(StoredShift(one.id, shift(status=status), one) for one, status in rows))


@pytest.mark.parametrize(
    ("articles", "words"),
    [
        ([article(1, "Golem.de", lang="de"), article(2, "The Verge")], "2 outlets (de, en), 2 origins"),
        ([article(1, "Frandroid", lang="fr"), article(2, "Numerama", lang="fr")], "2 outlets (fr), 1 origin"),
        (
            [article(1, "Reuters"), article(2, "Paper", origin="Reuters"), article(3, "Blog", origin="Paper")],
            "3 outlets (en), 1 origin",
        ),
        ([article(1, "Paper", origin="The Wall Street Journal"), article(2, "Blog", origin="WSJ")], "2 outlets (en), 1 origin"),
        ([article(1, "Google News"), article(2, "Paper")], "2 outlets (en), 1 origin"),
        ([article(1, "Google News")], "1 outlet (en), 1 origin"),
        ([article(1, "Paper", origin="Blog"), article(2, "Blog", origin="Paper")], "2 outlets (en), 2 origins"),
    ],
)  # fmt: skip
def test_sources_are_counted_by_where_they_have_it_from(articles: list[Article], words: str) -> None:
    assert corroboration_of(move(*articles)).words == words
    assert corroboration_of(move(*articles[::-1])).words == words


def test_the_vendors_own_newsroom_is_a_primary_source_of_that_vendor_only() -> None:
    own = [article(1, "Xiaomi"), article(2, "Paper")]
    assert corroborated(own, "xiaomi").kind == "primary"
    assert corroborated(own, "huawei").kind == "secondary"
    assert corroborated([article(1, "Paper")], "xiaomi").kind == "secondary"


def test_the_ladder_has_the_first_telling_of_each_status_and_denial_last() -> None:
    articles = [article(n, f"Outlet {n}") for n in range(1, 6)]
    told = (Status.RUMOURED, Status.DENIED, Status.RUMOURED, Status.ANNOUNCED, Status.PLANNED)
    one = move(*articles, statuses=told)
    assert [(s.shift.status, s.article.publisher) for s in one.ladder] == [
        (Status.RUMOURED, "Outlet 1"), (Status.PLANNED, "Outlet 5"), (Status.ANNOUNCED, "Outlet 4"), (Status.DENIED, "Outlet 2"),
    ]  # fmt: skip
    assert one.first.article.publisher == "Outlet 1"
    assert one.status is Status.ANNOUNCED


def test_queries_ask_for_origins_and_articles() -> None:
    two = move(article(1, "Reuters"), article(2, "Paper", origin="Reuters"))
    assert matching([two], parse("outlets:>=2 articles:2")) == [two]
    assert matching([two], parse("origins:>=2")) == []
    assert matching([replace(two)], parse("origins:1")) == [two]


def test_the_packaged_outlets_have_owners_and_are_found_however_they_are_written() -> None:
    outlets = known_outlets()
    tiers = {"vendor", "wire", "press", "trade", "blog", "research", "discovery"}
    assert all(outlet.owner and outlet.tier in tiers for outlet in outlets.values())
    assert owner_of("彭博社", outlets) == owner_of("BLOOMBERG", outlets) == outlet_key("Bloomberg")
    assert owner_of("Nobody’s  Blog", outlets) == "nobody's blog"
