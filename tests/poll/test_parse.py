from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketwatch.errors import ParseError
from marketwatch.poll.parse import parse_feed

from servers import rss  # isort: skip

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_feed_gives_its_entries_as_text() -> None:
    parsed = parse_feed(
        rss(("1", "A &amp;amp; B", "&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two &lt;b&gt;bold&lt;/b&gt;.&lt;/p&gt;")),
        charset=None,
        now=NOW,
    )
    (entry,) = parsed.entries
    assert entry.title == "A & B"
    assert entry.text.split() == ["One.", "Two", "bold."]
    assert str(entry.published) == "2017-01-12T08:00:00Z"
    assert parsed.lang == "en"


def test_entries_with_the_same_guid_or_none_keep_keys_of_their_own() -> None:
    same = parse_feed(rss(("1", "A", "a"), ("1", "B", "b"), ("1", "B", "b")), charset=None, now=NOW)
    assert len({entry.key for entry in same.entries}) == 3


def test_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [{"id": "1", "title": "T", "content_text": "小米", "date_published": "2017-01-12T08:00:00Z"}],
    }
    (entry,) = parse_feed(json.dumps(feed).encode(), charset=None, now=NOW).entries
    assert (entry.key, entry.text) == ("1", "小米")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html><body>page</body></html>", "web page"),
        (b"", "empty"),
        (b"plain words", "not a feed"),
        (b'{"a": 1}', "JSON"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse_feed(body, charset=None, now=NOW)


def test_an_entity_bomb_is_harmless() -> None:
    bomb = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">'.encode() for n in range(8)
    )
    parsed = parse_feed(bomb + b"]>" + rss(("1", "&i;", "x")), charset=None, now=NOW)
    assert all(len(entry.title) < 10_000 for entry in parsed.entries)


@settings(deadline=None)  # the first example loads feedparser
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "utf-7", "idna"]))
def test_any_bytes_are_a_feed_or_a_parse_error(body: bytes, charset: str | None) -> None:
    try:
        parse_feed(b"<rss version='2.0'><channel><item><title>" + body, charset=charset, now=NOW)
    except ParseError as error:
        assert str(error)
