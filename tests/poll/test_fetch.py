from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import pytest

from marketwatch.errors import FetchError
from marketwatch.poll.fetch import Fetched, fetch, make_client

from servers import FeedServer, Reply, feed_server  # isort: skip


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        yield running


async def get(url: str, *, timeout_s: float = 5, max_bytes: int = 100_000, etag: str | None = None) -> Fetched:
    async with make_client(4) as client:
        return await fetch(client, url, timeout_s=timeout_s, max_bytes=max_bytes, etag=etag)


async def test_a_body_comes_with_its_validators(server: FeedServer) -> None:
    server.conditional("/a", b"hello", '"1"')
    first = await get(server.url("/a"))
    assert (first.status, first.body, first.etag) == (200, b"hello", '"1"')
    assert (await get(server.url("/a"), etag='"1"')).status == 304
    assert "marketwatch" in server.seen[0].headers["user-agent"]


async def test_gzip_is_inflated_with_a_cap_and_a_cut_one_is_an_error(server: FeedServer) -> None:
    packed = gzip.compress(b"x" * 5000)
    server.routes["/ok"] = Reply(packed, headers={"Content-Encoding": "gzip"})
    server.routes["/cut"] = Reply(packed[:-10], headers={"Content-Encoding": "gzip"})
    server.routes["/bomb"] = Reply(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    assert len((await get(server.url("/ok"))).body) == 5000
    with pytest.raises(FetchError):
        await get(server.url("/cut"))
    with pytest.raises(FetchError, match="larger|bytes|MB"):
        await get(server.url("/bomb"))


async def test_redirects_are_followed_and_loops_told(server: FeedServer) -> None:
    server.routes["/a"] = Reply(status=301, headers={"Location": "/b"})
    server.routes["/b"] = Reply(b"there")
    server.routes["/loop"] = Reply(status=302, headers={"Location": "/loop"})
    server.routes["/file"] = Reply(status=302, headers={"Location": "file:///etc/passwd"})
    assert (await get(server.url("/a"))).body == b"there"
    with pytest.raises(FetchError, match="redirect loop"):
        await get(server.url("/loop"))
    with pytest.raises(FetchError, match="no web address"):
        await get(server.url("/file"))


async def test_a_drip_ends_at_the_total_time(server: FeedServer) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        connection.settimeout(5)
        try:
            while connection.recv(1) != b"":
                connection.sendall(b"x")
        except OSError:
            return

    server.routes["/drip"] = Reply(raw=drip)
    with pytest.raises(FetchError, match="timed out after 0.3 s"):
        await get(server.url("/drip"), timeout_s=0.3)


async def test_what_is_not_there_is_one_line(server: FeedServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="refused"):
        await get(f"http://127.0.0.1:{port}/")

    def garbage(connection: socket.socket) -> None:
        connection.sendall(b"what?\r\n\r\n")

    server.routes["/garbage"] = Reply(raw=garbage)
    with pytest.raises(FetchError) as caught:
        await get(server.url("/garbage"))
    assert "\n" not in str(caught.value)


async def test_a_link_of_a_public_document_does_not_lead_into_the_own_network(server: FeedServer) -> None:
    server.routes["/a"] = Reply(b"inside")
    async with make_client(4) as client:
        own = await fetch(client, server.url("/a"), timeout_s=5, max_bytes=1000, linked_from=server.url("/feed"))
        with pytest.raises(FetchError, match="private address: refused"):
            await fetch(client, server.url("/a"), timeout_s=5, max_bytes=1000, linked_from="http://93.184.216.34/feed")
    assert own.body == b"inside"
    assert len(server.seen) == 1
