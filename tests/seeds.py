"""Small feeds of every format, written for these tests, and the files of a corpus of feeds where there is one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_SPACES = (
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:atom='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/' "
    "xmlns:slash='http://purl.org/rss/1.0/modules/slash/'"
)
RSS = f"""<?xml version='1.0' encoding='utf-8'?>
<rss version='2.0' {_SPACES}><channel><title>News</title><link>https://example.org</link><description>d</description>
<language>en</language><ttl>60</ttl><atom:link rel='self' href='https://example.org/feed'/>
<item><title>One</title><link>https://example.org/1</link><guid isPermaLink='false'>1</guid><dc:creator>Ann</dc:creator>
<pubDate>Thu, 12 Jan 2017 08:00:00 GMT</pubDate><category>a</category><slash:comments>2</slash:comments>
<description>short &amp;amp; plain</description><content:encoded><![CDATA[<p>Long <b>and</b> rich.</p>]]></content:encoded></item>
<item><title>Two &amp; a half</title><link>https://example.org/2?a=1&amp;b=2</link><guid isPermaLink='false'>2</guid>
<description>小米开设线下门店。</description><media:thumbnail url='https://example.org/2.jpg'/></item>
<item><guid>https://example.org/3</guid><title>Three</title><pubDate>2017-01-13</pubDate></item>
</channel></rss>""".encode()
ATOM = """<?xml version='1.0' encoding='utf-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr_FR'><title type='html'>Nouvelles</title><id>urn:f</id>
<link rel='next' href='https://example.org/feed?page=2'/><updated>2017-01-12T08:00:00Z</updated>
<entry><id>urn:1</id><title>One</title><link href='https://example.org/1'/><published>2017-01-12T08:00:00Z</published>
<updated>2017-01-12T09:00:00Z</updated><author><name>Ann</name><email>ann@example.org</email></author>
<summary>court</summary><content type='html'>&lt;p>Société à Paris&lt;/p></content></entry>
<entry><id>tag:example.org,2017:2</id><title type='html'>Two &amp;amp; more</title><updated>2017-01-12T09:00:00Z</updated>
<link rel='replies' href='https://example.org/r'/><content type='text'>x &lt; y</content></entry>
<entry><id>https://example.org/3</id><title>Three</title><author><name>Bob</name></author><category term='a'/></entry>
</feed>""".encode()
_RDF = b"""<?xml version='1.0'?>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'
 xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='https://example.org'><title>t</title></channel>
<item rdf:about='https://example.org/1'><title>One</title><link>https://example.org/1</link><dc:date>2017-01-12</dc:date></item>
<item rdf:about='https://example.org/2'><title>Two</title><link>https://example.org/2</link></item></rdf:RDF>"""
_XHTML = b"""<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><entry><id>urn:1</id><title>One</title>
<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>a <em>b</em></p></div></content></entry></feed>"""
_BROKEN = b"<rss version='2.0'><channel><title>t</title><item><title>One & two</title><link>https://example.org/1<item><title>B"
_GBK = "<?xml version='1.0' encoding='gbk'?><rss version='2.0'><channel><title>新闻</title><item><title>One 小米</title><guid>1</guid></item></channel></rss>"  # noqa: E501
_ITEMS = [
    {"id": "1", "title": "One", "content_html": "<p>a</p>"},
    {"id": "2", "url": "https://example.org/2", "content_text": "b"},
]
_JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": _ITEMS}).encode()

SEEDS = (RSS, ATOM, _RDF, _XHTML, _BROKEN, _GBK.encode("gbk"), _JSON)


def corpus(largest: int = 10_000_000) -> Iterator[bytes]:
    """The files of the folder that MARKETWATCH_CORPUS names; none when it is not set."""
    folder = os.environ.get("MARKETWATCH_CORPUS")
    for path in sorted(Path(folder).rglob("*")) if folder else ():
        if path.is_file() and path.stat().st_size <= largest and path.suffix not in (".jsonl", ".md"):
            yield path.read_bytes()


_READ = ("id", "link", "title", "published", "created", "updated", "summary", "author")


def said(result: Mapping[str, Any]) -> object:
    """What `parse_feed` looks at."""
    feed = result["feed"]
    links = [(link.get("rel"), link.get("href")) for link in feed.get("links", []) if link.get("rel") != "alternate"]
    entries = []
    for raw in result["entries"]:
        bodies = [(part.get("value"), part.get("language")) for part in raw.get("content") or ()]
        # Not get(): feedparser gives the published date to who asks for a missing updated one.
        entries.append(({name: raw[name] for name in _READ if name in raw}, bodies))
    return [result["version"], [feed.get(name) or "" for name in ("title", "language", "ttl")], links, entries]
