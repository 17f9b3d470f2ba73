"""The fast reading of plain feeds says what feedparser says, and items that did not change are not read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketwatch.poll.decode import decode, prefilter
from marketwatch.poll.parse import parse_feed, read_any
from marketwatch.poll.plain import read_plain

from seeds import ATOM, RSS, SEEDS, corpus, said  # isort: skip

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def is_same(body: bytes) -> bool:
    """Whether the document is plain; both readings must agree then."""
    document = prefilter(decode(body))
    plain = read_plain(document)
    if plain is not None:
        assert said(plain) == said(read_any(document))
    return plain is not None


@pytest.mark.parametrize("body", [RSS, ATOM], ids=["rss", "atom"])
def test_feeds_as_most_are_read_the_fast_way(body: bytes) -> None:
    assert is_same(body)
    assert len(parse_feed(body, charset=None, now=NOW).entries) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<guid isPermaLink='false'>1</guid>", b"<guid>https:///example.org//1</guid>"),
        (b"<link>https://example.org/1</link>", b""),
        (b"<link>https://example.org/1</link>", b"<link> /1?a=1&amp;b;=2&amp;amp;c </link>"),
        (b"<title>One</title>", "<title>Ã© na\u00efve \x85</title>".encode()),
        (b"<title>One</title>", b"<title type='html'>&lt;b>One&lt;/b></title>"),
        (b"<title>One</title>", b"<title><b>One</b></title>"),
        (b"<title>One</title>", b"<title>One</title><title>Two</title>"),
        (b"<title>One</title>", b"<title>One</title><media:title>Two</media:title>"),
        (b"<title>One</title>", b"<media:group><media:title>Two</media:title></media:group><title>One</title>"),
        (b"<title>One</title>", b"<title>One</title><link rel='alternate' href='https://example.org/other'/>"),
        (b"<title>One</title>", b"<title>One</title><source url='https://example.org'>Agency</source>"),
        (b"<title>One</title>", b"<title>One</title><x:title xmlns:x='http://www.w3.org/2005/Atom'>Two</x:title>"),
        (b"<title>One</title>", b"<title xml:base='https://example.com/'>One</title>"),
        (b"<title>One</title>", b"<title>One</title><description>again</description>"),
        (b"<title>One</title>", b"<title>One &nbsp; two</title>"),
        (b"<dc:creator>Ann</dc:creator>", b"<author>ann@example.org (Ann)</author>"),
        (b"<dc:creator>Ann</dc:creator>", b"<author><name>Ann</name><email>ann@example.org</email></author>"),
        (b"<dc:creator>Ann</dc:creator>", b"<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>"),
        (b"<channel>", b"<channel xml:lang='de'>"),
        (b"<language>en</language>", b"<language>en</language><image><url>u</url><title>Logo</title><link>l</link></image>"),
    ],
)
def test_what_is_unusual_is_read_alike(old: bytes, new: bytes) -> None:
    assert old in RSS
    is_same(RSS.replace(old, new, 1))


def test_every_seed_and_every_file_of_a_corpus_is_read_alike() -> None:
    plain = [is_same(body) for body in [*SEEDS, *corpus()] if not decode(body).lstrip().startswith(("{", "["))]
    assert sum(plain) >= 2


@pytest.mark.parametrize("body", SEEDS, ids=range(len(SEEDS)))
def test_only_items_that_are_new_or_changed_are_read_again(body: bytes) -> None:
    first = parse_feed(body, charset=None, now=NOW)
    again = parse_feed(body, charset=None, now=NOW, known=first.known)
    assert (again.known, again.items, again.typical) == (first.known, first.items, first.typical)
    assert again.entries == (() if first.known else first.entries)
    changed = parse_feed(body.replace(b"One", b"Won"), charset=None, now=NOW, known=first.known)
    assert [entry.title[:3] for entry in changed.entries if "Won" in entry.title] == ["Won"]
    assert len(changed.entries) == (1 if first.known else len(first.entries))


def test_a_feed_whose_keys_clash_is_always_read_whole() -> None:
    body = RSS.replace(b">2</guid>", b">1</guid>")
    first = parse_feed(body, charset=None, now=NOW)
    assert first.known == b""
    assert len({entry.key for entry in first.entries}) == 3
