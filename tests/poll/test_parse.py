from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketwatch.errors import ParseError
from marketwatch.poll import parse
from marketwatch.poll.decode import decode, prefilter
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


def test_of_too_many_entries_the_newest_are_read_first_and_the_rest_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_MAX_ENTRIES", 2)
    days = {"old": "2015-01-05", "undated": "", "new": "2025-01-06", "newer": "2025-01-07"}
    item = "<item><title>{0}</title><guid>{0}</guid><pubDate>{1}</pubDate></item>"
    items = "".join(item.format(name, day) for name, day in days.items())
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    read, known = [], b""
    for left in (2, 0, 0):
        parsed = parse_feed(body, charset=None, now=NOW, known=known)
        known = parsed.known
        read.append([entry.title for entry in parsed.entries])
        assert (parsed.left, parsed.items) == (left, 4)
    assert read == [["newer", "new"], ["old", "undated"], []]
    same = parse_feed(body.replace(b"<guid>newer</guid>", b"<guid>new</guid>"), charset=None, now=NOW)
    assert (len(same.entries), same.left, same.known) == (2, 2, b"")


def test_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [{"id": "1", "title": "T", "content_text": "小米", "date_published": "2017-01-12T08:00:00Z"}],
    }
    (entry,) = parse_feed(json.dumps(feed).encode(), charset=None, now=NOW).entries
    assert (entry.key, entry.text) == ("1", "小米")


def test_a_json_feed_with_numbers_breaks_and_names_as_they_come_is_read() -> None:
    body = b"""{"version": "https://jsonfeed.org/version/1", "title": "J", "language": ["en"], "items": [7,
      {"id": 0, "title": "A &amp; B", "content_html": "one
two", "date_published": 1736157600, "authors": ["Ann", {"name": "Bob"}],
      "url": "/1"},
      {"id": 1%s, "date_published": "soon", "date_modified": "2025-01-06", "external_url": "https://example.com/x"}]}"""
    first, second = parse_feed(body % (b"0" * 5000), charset=None, now=NOW, base="https://example.org/feed.json").entries
    assert (first.key, first.title, first.url, first.author) == ("0", "A & B", "https://example.org/1", "Ann, Bob")
    assert str(first.published) == "2025-01-06T10:00:00Z"
    assert (str(second.published), second.url) == ("2025-01-06", "https://example.com/x")


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("&lt;b&gt;Bold&lt;/b&gt; &amp;amp; more", "Bold & more"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt; Q&amp;amp;amp;A", "Bold Q&A"),
        ("Xiaomi &amp;amp;#8217;s", "Xiaomi ’s"),
        ("Use vector&lt;int&gt;, 5 &lt; 6 and A&lt;B", "Use vector<int>, 5 < 6 and A<B"),
        ("History of the &amp;lt;blink&amp;gt; tag", "History of the <blink> tag"),
        ("<![CDATA[<![CDATA[One & two]]>]]>", "One & two"),
        ("&lt;![CDATA[One &amp; two]]&gt;", "One & two"),
        ("<![CDATA[One <i>and</i> two]]>", "One and two"),
        ("AT&T & Co", "AT&T & Co"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;One&lt;!-- x --&gt; &lt;o:p&gt;two&lt;/o:p&gt; &lt;a href=", "One two"),
        ("One &#x" + "1" * 60 + "; &#" + "9" * 6000 + "; two", "One � � two"),
    ],
)
def test_a_title_is_words_however_it_was_escaped(title: str, read: str) -> None:
    (entry,) = parse_feed(rss(("1", title, "x")), charset=None, now=NOW).entries
    assert " ".join(entry.title.split()) == read


def test_a_text_that_was_escaped_twice_is_read_and_code_stays() -> None:
    twice = parse_feed(rss(("1", "A", "&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Two")), charset=None, now=NOW)
    assert twice.entries[0].text.split() == ["One", "Two"]
    code = parse_feed(rss(("1", "A", "&lt;pre&gt;&amp;lt;p&amp;gt;x&amp;lt;/p&amp;gt;&lt;/pre&gt;")), charset=None, now=NOW)
    assert code.entries[0].text == "<p>x</p>"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/news/1", "https://example.org/news/1"),
        ("1.html?a=1&amp;b=2", "https://example.org/feeds/1.html?a=1&b=2"),
        ("//example.com/1", "https://example.com/1"),
        ("www.example.com/1", "https://www.example.com/1"),
        (" https://example.com/a b ", "https://example.com/a%20b"),
        ("https://example.com/a\n  /b\n", "https://example.com/a/b"),
        ("https://example.com/?a=1&b=2", "https://example.com/?a=1&b=2"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://[::1", None),
    ],
)
def test_a_link_is_what_a_browser_would_open_and_identities_do_not_depend_on_it(link: str, url: str | None) -> None:
    body = f"<rss version='2.0'><channel><item><title>A</title><link>{link}</link></item></channel></rss>".encode()
    here, there = (parse_feed(body, charset=None, now=NOW, base=base) for base in ("https://example.org/feeds/rss", ""))
    assert here.entries[0].url == url
    assert here.entries[0].key == there.entries[0].key


def test_the_first_date_that_can_be_read_counts() -> None:
    body = rss(("1", "A", "x"), date="soon").replace(b"</item>", b"<dc:date>2025-01-06</dc:date></item>")
    assert str(parse_feed(body, charset=None, now=NOW).entries[0].published) == "2025-01-06"


@pytest.mark.parametrize(
    "before",
    [
        b"\n\n\xef\xbb\xbf \n",
        b"<br />\n<b>Warning</b>: include() in <b>/x.php</b> on line <b>3</b><br />\n",
        b"<!-- <rss><item><title>no</title></item></rss> -->\n<?xml-stylesheet href='x'?>",
        b"<!DOCTYPE rss [<!ENTITY x '<item/>'>]>",
        b"Notice: something\n",
    ],
)
def test_what_stands_before_a_feed_does_not_hide_it(before: bytes) -> None:
    parsed = parse_feed(before + rss(("1", "A", "x"), ("2", "B", "y")), charset=None, now=NOW)
    assert [entry.title for entry in parsed.entries] == ["A", "B"]


def test_what_looks_like_a_prolog_inside_of_texts_takes_no_item_away() -> None:
    body = rss(("1", "A", "<![CDATA[<?xml <!DOCTYPE x> <!-- ]]>"), ("2", "B", "y"), ("3", "C", "<![CDATA[?> --> z]]>"))
    for document in (body, body.replace(b"<?xml version='1.0' encoding='utf-8'?>", b"")):
        assert [entry.title for entry in parse_feed(document, charset=None, now=NOW).entries] == ["A", "B", "C"]


def test_a_document_that_breaks_off_gives_no_half_titles_and_says_so() -> None:
    whole = rss(("1", "First title", "first text"), ("2", "Second title", "second text"))
    keys = [entry.key for entry in parse_feed(whole, charset=None, now=NOW).entries]
    for end in range(whole.index(b"</item>") + 7, whole.index(b"</rss>")):
        parsed = parse_feed(whole[:end], charset=None, now=NOW)
        assert parsed.cut
        assert [entry.title for entry in parsed.entries] in (["First title"], ["First title", "Second title"])
        assert [entry.key for entry in parsed.entries] in (keys[:1], keys)
    assert not parse_feed(whole + b"<!-- made in 0.1 s -->", charset=None, now=NOW).cut


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html><body>page</body></html>", "web page"),
        (b"<!DOCTYPE html><html><body><p>how <rss> is written</body></html>", "web page"),
        (b"", "empty"),
        (b"plain words", "not a feed"),
        (b"/etc/passwd", "not a feed"),
        (b"http://127.0.0.1:9/feed", "not a feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not a feed"),
        (b"<opml version='1.0'><body><outline xmlUrl='http://example.org/feed'/></body></opml>", "OPML"),
        (b"<html><head><link rel='alternate' type='application/rss+xml' href='/feed'></head></html>", "names the feed /feed"),
        (b'{"a": 1}', "JSON"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse_feed(body, charset=None, now=NOW)


@pytest.mark.parametrize("line", ["", "\n"])
def test_names_and_characters_that_a_document_declares_are_put_in_and_nothing_else(line: str) -> None:
    entities = [
        'brand "Xiaomi"',
        "firm 'A \"B\" > C'",
        'nbsp "&#160;"',
        'amp "x"',
        'file SYSTEM "file:///etc/passwd"',
        'twice "&brand;"',
    ]
    doctype = f"<!DOCTYPE rss [{line.join(f'<!ENTITY {entity}>' for entity in entities)}]>{line}".encode()
    title = "&brand;&nbsp;&amp; &firm; &#38;brand; <![CDATA[&brand;]]> &file;&twice;"
    (entry,) = parse_feed(doctype + rss(("1", title, "x")), charset=None, now=NOW).entries
    assert entry.title == 'Xiaomi\xa0& A "B" > C &brand; &brand; &file;&twice;'


def test_an_entity_that_is_used_without_end_does_not_fill_the_memory() -> None:
    bomb = b"<!DOCTYPE r [<!ENTITY a '" + b"a" * 200 + b"'>]>" + rss(("1", "&a;" * 200_000, "x"))
    assert len(prefilter(decode(bomb))) < 1_000_000


def test_an_entity_bomb_is_harmless() -> None:
    bomb = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">'.encode() for n in range(8)
    )
    parsed = parse_feed(bomb + b"]>" + rss(("1", "&i;", "x")), charset=None, now=NOW)
    assert all(len(entry.title) < 10_000 for entry in parsed.entries)


@pytest.mark.parametrize(
    "piece",
    ["&lt;a " + "=" * 200_000, "&lt;!--" * 50_000, "&lt;a " * 50_000, "&" * 50_000, "<![CDATA[" * 20_000, "&amp;amp;" * 50_000],
)
def test_what_is_repeated_without_end_is_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    parse_feed(rss(("1", piece, "x")), charset=None, now=NOW)
    parse_feed(b"<!DOCTYPE[" * 50_000 + rss(("1", "A", "x")), charset=None, now=NOW)
    assert time.process_time() - began < 8  # a quadratic one takes minutes


@settings(deadline=None)  # the first example loads feedparser
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "utf-7", "idna"]))
def test_any_bytes_are_a_feed_or_a_parse_error(body: bytes, charset: str | None) -> None:
    try:
        parse_feed(b"<rss version='2.0'><channel><item><title>" + body, charset=charset, now=NOW)
    except ParseError as error:
        assert str(error)
