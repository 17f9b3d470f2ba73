"""OPML of other readers, broken and hostile: feeds or one clean error."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketwatch.commands.feeds_opml import take
from marketwatch.config import Config
from marketwatch.domain import Feed, Outlet, Vendor
from marketwatch.errors import ParseError
from marketwatch.opml import MAX_OPML, is_local, read_opml, write_opml
from marketwatch.sanitise import clean_line, safe_url
from marketwatch.slugs import SLUG, make_slug


def opml(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head>{head}</head><body>{body}</body></opml>'.encode()


def feeds(body: str) -> list[Feed]:
    return [listed.feed for listed in read_opml(opml(body)).feeds]


def test_folders_and_categories_become_tags_and_titles_are_plain() -> None:
    (one, two, three) = feeds(
        '<outline text="Tech News"><outline text="China &amp; 亚洲">'
        '<outline type="rss" text="[@click=app.quit]x[/] \u202eA" xmlUrl="https://a.example/feed" language="fr"/></outline>'
        '<outline text="B" title="Best" xmlURL="feed://b.example/rss" category="/Business/Phones,x"/></outline>'
        '<outline title="C" type="RSS" url="feed:https://c.example/rss"/>'
    )
    assert (one.title, one.url, one.lang, one.tags) == (
        "[@click=app.quit]x[/] A",
        "https://a.example/feed",
        "fr",
        ("tech-news", "china-亚洲"),
    )
    assert (two.title, two.url, two.tags) == ("Best", "http://b.example/rss", ("tech-news", "business", "phones", "x"))
    assert (three.title, three.url, three.tags) == ("C", "https://c.example/rss", ())


@pytest.mark.parametrize(
    "source",
    [
        b"<opml><body><outline text='Q & A' xmlUrl='http://a.example/?x=1&y=2&amp;z=3'/></body></opml>",
        b"<opml><body><outline text='a' text='b' xmlUrl='http://a.example/?x=1&amp;y=2&z=3'/>",
        b"<OPML><BODY><OUTLINE TEXT='A < B &nbsp;&eacute;&foo;' XMLURL='http://a.example/?x=1&y=2&z=3'/></BODY></OPML>",
        "<?xml version='1.0' encoding='utf-8'?><opml><body><outline text='caf\xe9' xmlUrl='http://a.example/?x=1&y=2&z=3'/>".encode(
            "latin-1"
        ),
        "\ufeff<opml><body><outline text='a' xmlUrl='http://a.example/?x=1&y=2&z=3'/></body></opml>".encode("utf-16"),
        b"\n\n<?xml version='1.0'?><!DOCTYPE opml [<!ENTITY z 'BOOM'>]><opml><body>"
        b"<outline text='\x00&#0;&#27;&#xD800;' xmlUrl='http://a.example/?x=1&y=2&z=3'/></body></opml>",
        b'<opml><head></body><outline text="a" xmlUrl="http://a.example/?x=1&y=2&z=3"></head><outline></opml>garbage',
    ],
)
def test_files_that_are_no_xml_are_read(source: bytes) -> None:
    (one,) = read_opml(source).feeds
    assert one.feed.url == "http://a.example/?x=1&y=2&z=3"
    assert "BOOM" not in one.feed.title
    assert one.feed.title == clean_line(one.feed.title)


def test_bad_addresses_are_told_by_line_and_never_kept() -> None:
    bad = ("javascript:alert(1)", "file:///etc/passwd", "|rm -rf /", "exec:id", "", "http://", "https://a b.example/")
    lines = "".join(f"<outline text='x' xmlUrl='{url}'/>\n" for url in bad)
    read = read_opml(
        f"<?xml version='1.0'?>\n<opml>\n<body>\n{lines}<outline text='ok' xmlUrl='https://ok.example/'/></body></opml>".encode()
    )
    assert [one.feed.url for one in read.feeds] == ["https://ok.example/"]
    assert [problem.line for problem in read.problems] == list(range(4, 4 + len(bad)))
    assert "'javascript:alert(1)' is no http or https address" in read.problems[0].words
    assert feeds('<outline type="include" text="x" url="https://a.example/list.opml"/>') == []


def test_nothing_declared_or_linked_by_a_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP SECRET")
    for subset in (
        f'<!ENTITY e SYSTEM "file://{secret}">',
        f'<!ENTITY % e SYSTEM "file://{secret}"> %e;',
        '<!ENTITY a "' + "x" * 1000 + '"><!ENTITY e "' + "&a;" * 1000 + '">',
    ):
        source = f'<!DOCTYPE opml [{subset}]><opml><body><outline text="&e;" xmlUrl="https://a.example/"/></body></opml>'
        (one,) = read_opml(source.encode()).feeds
        assert one.feed.title == "&e;"


def test_quotes_and_tags_in_values_lose_no_feed() -> None:
    body = (
        '<outline text="F">\n<outline text="Газета "К". Главное" description="x" xmlUrl="https://a.example/"/>\n'
        '<outline text=B description="By <a href="/x" rel="y">J "Q" &amp; K</a>" xmlUrl="https://b.example/?a=1&b" type="rss"/>\n'
        """<outline text='C' description=""'Odd' it" is." xmlUrl='https://c.example/'></outline></outline>\n"""
        '<outline text="D" xmlUrl="https://d.example/"/>'
    )
    read = read_opml(opml(body))
    assert [(one.line, one.feed.title, one.feed.url, one.feed.tags) for one in read.feeds] == [
        (2, 'Газета "К". Главное', "https://a.example/", ("f",)),
        (3, "B", "https://b.example/?a=1&b", ("f",)),
        (4, "C", "https://c.example/", ("f",)),
        (5, "D", "https://d.example/", ()),
    ]
    assert read.problems == ()


def test_a_damaged_end_is_told() -> None:
    source = opml("\n".join(f'<outline text="{n}" xmlUrl="https://a.example/{n}"/>' for n in range(4)))
    cut = source[: source.index(b"/3")]
    read = read_opml(cut)
    assert [one.feed.title for one in read.feeds] == ["0", "1", "2"]
    assert [(one.line, "about 1 feeds could not be read" in one.words) for one in read.problems] == [(4, True)]


def test_sizes_and_depths_are_limited_and_quick() -> None:
    with pytest.raises(ParseError, match="larger than 10 MB"):
        read_opml(b"<opml>" + b" " * MAX_OPML)
    deep = '<outline text="f">' * 30 + '<outline text="x" xmlUrl="https://a.example/"/>' + "</outline>" * 30
    (problem,) = read_opml(opml(deep)).problems
    assert "deeper than 20" in problem.words
    started = time.monotonic()
    read_opml(opml('<outline text="f">' * 100_000 + '<outline xmlUrl="https://a.example/"/>'))
    read_opml(opml("<!DOCTYPE[" * 100_000 + "&" * 100_000 + "<!--" * 100_000 + "<outline " * 100_000))
    many = read_opml(opml('<outline xmlUrl="https://a.example/"/>' * 6000))
    assert (len(many.feeds), "first 5000" in many.problems[-1].words) == (5000, True)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "source", [b"", b" \n", b"not xml", b"<rss><channel/></rss>", b"\x89PNG\r\n", b"{}", b"<html>opml</html>"]
)
def test_what_is_no_opml_is_one_line(source: bytes) -> None:
    with pytest.raises(ParseError, match="no OPML|empty") as caught:
        read_opml(source)
    assert "\n" not in str(caught.value)


PIECES = st.sampled_from(
    [b"<opml", b"<opml>", b"<body>", b"<outline ", b"<outline>", b" xmlUrl=", b"'http://a.example/'", b'"', b"/>", b">", b"<",
     b"&",
     b"&#xD800;", b"]]>", b"<!DOCTYPE opml [", b"<!ENTITY a 'b'>", b"<![CDATA[", b"<!--", b"-->", b"<?xml encoding='utf-16'?>",
     b"text=", b"mw:slug='x'", b"\x00", b"\xff", b"xmlns:mw='urn:smartphone-marketwatch:feeds' ", b"</outline>", b"</opml>",
     "小".encode(), b"\n", b"http://[", b"feed:", b" type='rss' url=", b"http://1.2.3.4.5:x/"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(lambda parts: b"<opml>" + b"".join(parts))))
def test_any_bytes_give_feeds_or_one_clean_error(source: bytes) -> None:
    try:
        read = read_opml(source)
    except ParseError as error:
        assert "\n" not in str(error)
        return
    taken = take(read, Config(), disabled=False)
    assert len({feed.slug for feed in taken.feeds}) == len(taken.feeds)
    for feed in taken.feeds:
        assert safe_url(feed.url) == feed.url
        assert SLUG.fullmatch(feed.slug)
        assert feed.title == clean_line(feed.title)
        assert feed.title


LINE = st.text(max_size=40).map(lambda text: clean_line(text, 60))
NAME = LINE.filter(bool)
WORD = st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True)
FEEDS = st.lists(
    st.builds(
        Feed,
        slug=WORD.filter(lambda slug: slug not in ("added", "demo")),
        title=NAME,
        url=WORD.map(lambda word: f"https://{word}.example/feed?a=1&b=<{word}>"),
        lang=st.sampled_from([None, "fr", "pt-BR", "zh"]),
        outlet=st.none() | st.builds(Outlet, NAME, LINE, st.sampled_from(["", "FR"]), st.sampled_from(["press", "wire"])),
        vendors=st.sampled_from([(), ("xiaomi",), ("xiaomi", "huawei")]),
        tags=st.lists(NAME, max_size=4, unique=True).map(tuple),
        interval_s=st.none() | st.integers(60, 86_400),
        full_text=st.booleans(),
        enabled=st.booleans(),
    ),
    max_size=6,
    unique_by=(lambda feed: feed.slug, lambda feed: feed.url),
)


@settings(max_examples=150, deadline=None)
@given(FEEDS)
def test_what_is_exported_is_imported_as_the_same_feeds(made: list[Feed]) -> None:
    config = Config(vendors={slug: Vendor(slug, slug) for slug in ("xiaomi", "huawei")})
    taken = take(read_opml(write_opml(made, "t")), config, disabled=False)
    assert list(taken.feeds) == made
    assert (taken.duplicates, taken.problems) == (0, ())


def test_import_skips_what_is_known_and_is_careful_with_what_is_not() -> None:
    config = Config(feeds=(Feed("a", "A", "https://www.a.example/feed/"),))
    body = (
        '<outline text="A" xmlUrl="http://a.example/feed"/><outline text="B" xmlUrl="https://b.example/"/>'
        '<outline text="B again" xmlUrl="http://www.b.example"/><outline text="A" xmlUrl="https://c.example/"/>'
        '<outline text="Router" xmlUrl="http://192.168.0.1/reboot"/>'
    )
    taken = take(read_opml(opml(body)), config, disabled=False)
    assert [(feed.slug, feed.enabled) for feed in taken.feeds] == [("b", True), ("c", True), ("router", False)]
    assert taken.duplicates == 2
    assert "192.168.0.1" in taken.problems[0].words
    assert not any(feed.enabled for feed in take(read_opml(opml(body)), config, disabled=True).feeds)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8080/", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]/", True),
        ("http://169.254.169.254/latest", True),
        ("http://nas.local/", True),
        ("http://intranet/", True),
        ("https://example.org/", False),
        ("http://93.184.216.34/", False),
    ],
)
def test_addresses_of_the_own_network_are_known(url: str, local: bool) -> None:
    assert is_local(url) is local


@pytest.mark.parametrize(
    ("title", "url", "slug"),
    [
        ("Data News (Le Vif)", "https://datanews.levif.be/feed/", "data-news-le-vif"),
        ("Les Numériques", "https://www.lesnumeriques.com/rss.xml", "les-numeriques"),
        ("IT之家：科技新闻", "https://www.ithome.com/rss/", "ithome"),
        ("小米", "https://feeds.bbc.co.uk/x", "bbc"),
        ("", "https://192.0.2.7/feed", "192-0-2-7"),
        (
            "A very long title that goes on and on and never seems to come to any end",
            "https://a.example",
            "a-very-long-title-that-goes-on-and-on",
        ),
        ("demo", "https://added.example/feed", "added-feed"),
        ("", "", "feed"),
    ],
)
def test_slugs_can_be_read(title: str, url: str, slug: str) -> None:
    assert make_slug(title, url, set()) == slug


@given(st.text(max_size=80), st.text(max_size=60), st.sets(st.sampled_from(["feed", "a", "feed-2", "feed-3"])))
def test_slugs_are_valid_and_free(title: str, host: str, taken: set[str]) -> None:
    slug = make_slug(title, f"https://{host}", taken)
    assert SLUG.fullmatch(slug)
    assert slug not in taken
    assert slug not in ("added", "demo")


def test_all_lists_of_a_folder_of_captures() -> None:
    """For a folder of real files outside the project: set MARKETWATCH_OPML_CORPUS."""
    folder = os.environ.get("MARKETWATCH_OPML_CORPUS")
    if not folder:
        pytest.skip("MARKETWATCH_OPML_CORPUS is not set")
    found = [body for path in Path(folder).rglob("*") if path.is_file() and b"<opml" in (body := path.read_bytes()).lower()]
    assert found
    for body in found:
        read = read_opml(body)
        assert len(read.feeds) == body.lower().count(b"xmlurl=")
        assert read.problems == ()
