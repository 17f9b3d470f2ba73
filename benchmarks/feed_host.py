"""A host of made-up feeds on loopback: 20 entries of 1-3 KB HTML each, RSS 2.0 and Atom, four languages.

    python benchmarks/feed_host.py N     serves /v/0.xml ... /v/N-1.xml with ETag and 304, /n/... without any validator

Every feed gets the same new entry more with each `/turn`; `/stats` gives the answers since it was asked last, by status.
The first line printed is the port.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import json
import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

ENTRIES = 20
_START = datetime(2024, 11, 1, tzinfo=UTC)
_VENDORS = ["Xiaomi", "Huawei", "Honor", "Oppo", "Vivo", "Samsung", "Apple", "Nokia", "Motorola", "Realme", "OnePlus", "Google"]
_WORDS = {
    lang: words.split()
    for lang, words in {
        "en": "the of and company growth sales stores network announces target billion devices market strategy competition "
        "delivery delay year Chinese technology price shares report analyst quarter",
        "fr": "le la les une pour dans avec société croissance ventes magasins réseau annonce objectif milliards appareils "
        "marché stratégie concurrence livraison retard année entreprise chinois technologie prix",
        "de": "der die das und Unternehmen Wachstum Verkäufe Filialen Netz kündigt Ziel Milliarden Geräte Markt Strategie "
        "Wettbewerb Lieferung Jahr chinesisch Technologie Preis Quartal",
        "zh": "公司 增长 销量 门店 网络 宣布 目标 亿元 设备 市场 战略 竞争 交付 延迟 今年 中国 技术 价格 手机 分析师",
    }.items()
}


def feed(number: int, turn: int = 0) -> bytes:
    """The feed with this number; at each turn one entry is new and the oldest has left."""
    lang = random.Random(number).choice(list(_WORDS))
    entries = [_entry(number, at, lang) for at in range(turn + ENTRIES - 1, turn - 1, -1)]
    return (_atom if number % 3 == 0 else _rss)(number, lang, entries)


def _entry(number: int, at: int, lang: str) -> tuple[str, str, str, datetime]:
    """Name, title, HTML and date."""
    chance = random.Random(number * 1000 + at)
    name, size = f"{number}-{at}", chance.randint(1000, 3000)
    parts = [f'<p><img src="https://example.com/{name}.jpg" alt="{_sentence(chance, lang)}" width="640" /></p>']
    while len("\n".join(parts).encode()) < size:
        link = (
            f' <a href="https://example.com/{name}?from=rss">{chance.choice(_VENDORS)}</a> &amp; <b>{_sentence(chance, lang)}</b>'
        )
        words = " ".join(_sentence(chance, lang) for _ in range(chance.randint(2, 4)))
        parts.append(f"<p>{words}{link if chance.random() < 0.5 else ''}</p>")
    return name, _sentence(chance, lang), "\n".join(parts), _START + timedelta(hours=at)


def _sentence(chance: random.Random, lang: str) -> str:
    words = chance.choices(_WORDS[lang], k=chance.randint(8, 18))
    words.insert(chance.randrange(len(words)), chance.choice(_VENDORS))
    return "".join(words) + "。" if lang == "zh" else (" ".join(words) + ".").capitalize()


def _rss(number: int, lang: str, entries: list[tuple[str, str, str, datetime]]) -> bytes:
    items = "\n".join(
        f'<item><title>{html.escape(title)}</title><link>https://example.com/{name}</link><guid isPermaLink="false">{name}</guid>'
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate><dc:creator>Jane Doe</dc:creator><category>mobile</category>"
        f"<description>{html.escape(title)}</description><content:encoded><![CDATA[{body}]]></content:encoded></item>"
        for name, title, body, at in entries
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = f"<title>Feed {number}</title><link>https://example.com/{number}</link><description>d</description>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {spaces}><channel>{head}<language>{lang}</language>'
        f"{items}</channel></rss>"
    ).encode()


def _atom(number: int, lang: str, entries: list[tuple[str, str, str, datetime]]) -> bytes:
    items = "\n".join(
        f'<entry><id>urn:e:{name}</id><title>{html.escape(title)}</title><link rel="alternate" href="https://example.com/{name}"/>'
        f"<published>{at:%Y-%m-%dT%H:%M:%SZ}</published><updated>{at:%Y-%m-%dT%H:%M:%SZ}</updated><author><name>Jane Doe</name>"
        f'</author><category term="mobile"/><summary>{html.escape(title)}</summary><content type="html">{html.escape(body)}'
        "</content></entry>"
        for name, title, body, at in entries
    )
    head = f"<title>Feed {number}</title><id>urn:feed:{number}</id><updated>2024-11-02T00:00:00Z</updated>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}">{head}'
        f'<link href="https://example.com/{number}"/>{items}</feed>'
    ).encode()


class Host(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much as pollers need, so that it costs the measured machine little."""

    count = 0
    turn = 0
    answers: Counter[str] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        *requests, self.waiting = (self.waiting + data).split(b"\r\n\r\n")
        for request in requests:
            first, *lines = request.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self.answer(first.split()[1], headers, close=headers.get("connection") == "close" or first.endswith("1.0"))

    def answer(self, path: str, headers: dict[str, str], *, close: bool) -> None:
        kind, _, name = path[1:].partition("/")
        extra, status, body = "", "200 OK", b""
        if kind == "turn":
            Host.turn = int(name)
            for number in range(Host.count):
                made(number, Host.turn)
        elif kind == "stats":
            body = json.dumps(Host.answers).encode()
            Host.answers.clear()
        else:
            body, packed, etag = made(int(name.partition(".")[0]), Host.turn)
            extra = f"ETag: {etag}\r\n" if kind == "v" else ""
            if kind == "v" and headers.get("if-none-match") == etag:
                status, body = "304 Not Modified", b""
            elif "gzip" in headers.get("accept-encoding", ""):
                body, extra = packed, extra + "Content-Encoding: gzip\r\n"
            Host.answers[status[:3]] += 1
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n{extra}"
        self.transport.write((head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body)
        if close:
            self.transport.close()


@cache
def made(number: int, turn: int) -> tuple[bytes, bytes, str]:
    """The body, plain and packed, and its ETag."""
    body = feed(number, turn)
    return body, gzip.compress(body, 5), f'"{hashlib.sha256(body).hexdigest()[:20]}"'


async def serve(count: int) -> None:
    Host.count = count
    for number in range(count):
        made(number, 0)
    server = await asyncio.get_running_loop().create_server(Host, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
