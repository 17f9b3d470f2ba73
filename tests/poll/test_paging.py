from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketwatch.domain import Entry, Moment
from marketwatch.poll.discovery import FeedLink, feed_links
from marketwatch.poll.paging import newest, older_page, oldest, paged_url, pages_left, stop_reason
from marketwatch.poll.parse import parse_feed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
START = datetime(2016, 1, 1, tzinfo=UTC)


def entry(key: str, date: str | None = None) -> Entry:
    return Entry(key, None, key, "x", published=Moment.parse(date) if date else None)


@pytest.mark.parametrize(
    ("url", "number", "paged"),
    [
        ("https://a.example/feed/", 2, "https://a.example/feed/?paged=2"),
        ("https://a.example/?feed=rss2&paged=2", 3, "https://a.example/?feed=rss2&paged=3"),
        ("https://a.example/?q=%E9&x=&y#top", 12, "https://a.example/?q=%E9&x=&y&paged=12"),
        ("https://a.example:8080/f?paged=1&pagedness=1", 2, "https://a.example:8080/f?pagedness=1&paged=2"),
    ],
)
def test_the_address_of_a_wordpress_page(url: str, number: int, paged: str) -> None:
    assert paged_url(url, number) == paged


def test_a_link_of_the_feed_leads_before_a_number_and_its_absence_is_the_end() -> None:
    assert older_page("https://a.example/x/feed", "../archive/2", 2, linked=True) == "https://a.example/archive/2"
    assert older_page("https://a.example/feed", None, 2, linked=False) == "https://a.example/feed?paged=2"
    assert older_page("https://a.example/feed", None, 5, linked=True) is None
    for hostile in ("file:///etc/passwd", "javascript:x", "http://[", "http://a b/"):
        assert older_page("https://a.example/feed", hostile, 2, linked=True) is None


def test_when_no_older_page_is_worth_asking_for() -> None:
    page = [entry("a", "2017-03"), entry("b", "2015-01"), entry("c")]
    assert stop_reason([], set(), START) == "empty"
    assert stop_reason(page, set(), START) is None
    assert stop_reason(page, {"a", "b"}, START) is None
    assert stop_reason(page, {"a", "b", "c", "d"}, START) == "nothing new"
    assert stop_reason([entry("b", "2015-12-31"), entry("c")], set(), START) == "too old"
    assert stop_reason([entry("c")], set(), START) is None
    assert (newest(page), oldest(page)) == (Moment.parse("2017-03").at, Moment.parse("2015-01").at)
    assert newest([entry("c")]) is None


@given(st.integers(1, 500), st.integers(0, 4000), st.integers(1, 4000))
def test_the_estimate_is_the_pace_so_far(pages: int, days_left: int, days_read: int) -> None:
    reached = START + timedelta(days=days_left)
    left = pages_left(reached + timedelta(days=days_read), reached, START, pages)
    assert left is not None
    assert abs(left - days_left / (days_read / pages)) <= 1
    assert pages_left(reached, reached, START, pages) is None
    assert pages_left(None, None, START, pages) is None


def test_feeds_say_where_older_entries_are() -> None:
    def older(links: str) -> str | None:
        body = (
            f"<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title>{links}<entry><id>1</id><title>T</title></entry></feed>"
        )
        return parse_feed(body.encode(), charset=None, now=NOW).older

    assert older("<link rel='next' href='/2'/><link rel='prev-archive' href='/2016/01'/>") == "/2016/01"
    assert older("<link rel='self' href='/1'/><link rel='next' href='/2'/><link rel='next' href='/3'/>") == "/2"
    assert older("<link rel='previous' href='/0'/><link rel='next-archive' href='/2018'/>") is None
    rss = (
        b"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>A</title>"
        b"<atom:link rel='next' href='/feed?page=2'/><item><title>T</title></item></channel></rss>"
    )
    parsed = parse_feed(rss, charset=None, now=NOW)
    assert (parsed.older, parsed.kind) == ("/feed?page=2", "rss20")
    json = b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "next_url": "https://j.example/2", "items": []}'
    parsed = parse_feed(json, charset=None, now=NOW)
    assert (parsed.older, parsed.kind) == ("https://j.example/2", "json1.1")


def test_feeds_named_by_a_page() -> None:
    page = (
        "<head><LINK href='/rss?a=1&amp;b=2' title='News &lt;b&gt;' type='application/rss+xml' rel='alternate'>"
        "<link rel=alternate type=application/atom+xml href=atom.xml>"
        "<link rel='alternate' hreflang='fr' href='/fr'><link rel='stylesheet' type='text/css' href='/x.css'>"
        "<link rel='alternate' type='application/rss+xml' href='javascript:alert(1)'>"
        "<link rel='alternate' type='application/rss+xml' href='/rss?a=1&b=2'>"
        "<link rel='search' type='application/rss+xml' href='/search'>"
    )
    assert feed_links(page, "https://a.example/x/") == (
        FeedLink("https://a.example/rss?a=1&b=2", "News <b>"),
        FeedLink("https://a.example/x/atom.xml", ""),
    )
    assert len(feed_links("<link type=application/rss+xml href=" + "a" * 2000 + "<link " * 200_000, "https://a.example")) == 0
