from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from marketwatch.errors import FetchError, UsageError
from marketwatch.poll.fetch import Fetched, fetch, make_client
from marketwatch.poll.inflate import Inflater
from marketwatch.poll.private import is_public

from servers import FeedServer, Reply, feed_server  # isort: skip


def gzipped(body: bytes) -> bytes:
    """Packed without the time of day: names of tests are made of it."""
    return gzip.compress(body, mtime=0)


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
    packed = gzipped(b"x" * 5000)
    server.routes["/ok"] = Reply(packed, headers={"Content-Encoding": "gzip"})
    server.routes["/cut"] = Reply(packed[:-10], headers={"Content-Encoding": "gzip"})
    server.routes["/bomb"] = Reply(gzipped(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    assert len((await get(server.url("/ok"))).body) == 5000
    with pytest.raises(FetchError):
        await get(server.url("/cut"))
    with pytest.raises(FetchError, match="larger|bytes|MB"):
        await get(server.url("/bomb"))


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzipped(b"one ") + gzipped(b"two"), "gzip"),
        (gzipped(b"one two") + b"garbage", "x-gzip"),
        (zlib.compress(b"one two"), "deflate"),
        (zlib.compress(b"one two")[2:-4], "deflate"),
        (gzipped(b"one two"), "deflate"),
        (gzipped(b"one two"), ""),
        (b"one two", "identity"),
        (b"one two", "UTF-8, none"),
    ],
)
async def test_a_body_is_what_was_packed_however_the_packing_is_called(server: FeedServer, body: bytes, coding: str) -> None:
    server.routes["/a"] = Reply(body, headers={"Content-Encoding": coding} if coding else {})
    assert (await get(server.url("/a"))).body == b"one two"


@pytest.mark.parametrize(
    ("body", "coding"),
    [(b"one two", "br"), (gzipped(gzipped(b"x")), "gzip, gzip"), (gzipped(b"one two")[:-3], ""),
     (b"\x1f", "gzip"),
     (gzipped(b"one") + gzipped(b"two")[:-3], "gzip"), (b"\xff\xff", "deflate")],
)  # fmt: skip
async def test_a_body_that_cannot_be_unpacked_is_an_error(server: FeedServer, body: bytes, coding: str) -> None:
    server.routes["/a"] = Reply(body, headers={"Content-Encoding": coding} if coding else {})
    with pytest.raises(FetchError, match="coding|cut off|damaged"):
        await get(server.url("/a"))


@pytest.mark.parametrize("split", range(1, 8))
def test_packed_bodies_may_come_in_any_pieces(split: int) -> None:
    packed = gzipped(b"one ") + gzipped(b"two")
    inflater = Inflater(["gzip"])
    pieces = [piece for at in range(0, len(packed), split) for piece in inflater.pieces(packed[at : at + split])]
    assert b"".join([*pieces, inflater.end()]) == b"one two"
    one = Inflater([])
    assert b"".join([*one.pieces(b"x"), one.end()]) == b"x"


async def test_garbage_behind_a_packed_body_does_not_fill_the_memory(server: FeedServer) -> None:
    server.routes["/a"] = Reply(gzipped(b"x") + bytes(300_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="larger"):
        await get(server.url("/a"))


@pytest.mark.parametrize("etag", ['"é"', 'W/"\x1b[31m"', "no quotes", "\xff\xfe"])
async def test_a_validator_goes_back_byte_for_byte(server: FeedServer, etag: str) -> None:
    """The test's server writes and reads headers as Latin-1."""
    server.conditional("/a", b"hello", etag)
    first = await get(server.url("/a"))
    assert (await get(server.url("/a"), etag=first.etag)).status == 304


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "Mon, 06 Jan 2025 10:00:00 +99999999999999", "Expires": "Mon, 06 Jan 2025 10:00:00 +99999999999999"},
        {"Retry-After": "soon", "Expires": "0", "Cache-Control": "max-age=" + "9" * 900},
        {"Retry-After": "-1", "Date": "x" * 900, "Content-Type": "text/xml; charset*=x'y'%ff; charset=\xff"},
    ],
)
async def test_headers_that_mean_nothing_are_left_out(server: FeedServer, headers: dict[str, str]) -> None:
    server.routes["/a"] = Reply(b"x", headers=headers)
    got = await get(server.url("/a"))
    assert (got.body, got.retry_after_s) == (b"x", None)


async def test_a_redirect_is_read_as_browsers_do(server: FeedServer) -> None:
    server.routes["/old"] = Reply(status=301, headers={"Location": " /new%20feed.xml?a=b c "})
    server.routes["/new%20feed.xml?a=b%20c"] = Reply(b"there", status=203)
    got = await get(server.url("/old"))
    assert (got.body, got.moved_to) == (b"there", server.url("/new%20feed.xml?a=b%20c"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("HTTP_PROXY", "http://[::1"),
        ("HTTPS_PROXY", "foo://x"),
        ("HTTP_PROXY", "http://x:y:z"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_said_in_one_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match="^the proxy or certificates of the environment cannot be used: [^\n]+$"):
        make_client(1)


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


@pytest.mark.parametrize("host", ["rebinding.test", "ß.rebinding.test"])
async def test_a_name_that_turns_private_after_the_look_is_caught_at_the_connection(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """DNS rebinding: the name is public when asked about and private when connected to, in whatever letters."""
    server.routes["/inside"] = Reply(b"secret")
    port = int(server.url("").rpartition(":")[2])
    answers = iter(["93.184.216.34"])
    resolve = socket.getaddrinfo

    def rebound(host: str | bytes | None, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if str(name).endswith("rebinding.test"):
            return resolve(next(answers, "127.0.0.1"), *args, **kwargs)
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    url = f"http://{host}:{port}/inside"
    async with make_client(1) as client:
        with pytest.raises(FetchError, match="private address: refused"):
            await fetch(client, url, timeout_s=5, max_bytes=1000, linked_from="http://93.184.216.34/feed")
    assert server.seen == []  # the connection was ended before anything was sent


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        *((private, False) for private in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1")),
        *((private, False) for private in ("::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1")),
        ("2002:7f00:1::", False),
        ("224.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_redirects_for_good_are_told_as_far_as_all_before_were(server: FeedServer) -> None:
    server.routes["/old"] = Reply(status=301, headers={"Location": "/newer"})
    server.routes["/newer"] = Reply(status=308, headers={"Location": "/new"})
    server.routes["/new"] = Reply(b"x")
    server.routes["/mixed"] = Reply(status=301, headers={"Location": "/for-now"})
    server.routes["/for-now"] = Reply(status=302, headers={"Location": "/old"})
    assert (await get(server.url("/old"))).moved_to == server.url("/new")
    assert (await get(server.url("/mixed"))).moved_to == server.url("/for-now")
    assert (await get(server.url("/for-now"))).moved_to is None
    assert (await get(server.url("/new"))).moved_to is None


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": "max-age=999999999"}, 86_400),
        ({"Date": "Tue, 24 Nov 2026 12:00:00 GMT", "Expires": "Tue, 24 Nov 2026 13:00:00 GMT"}, 3600),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Date": "Tue, 24 Nov 2026 12:00:00 GMT", "Expires": "0"}, None),
        ({"Date": "Tue, 24 Nov 2026 12:00:00 GMT", "Expires": "Tue, 24 Nov 2026 11:00:00 GMT"}, None),
        ({}, None),
    ],
)
async def test_how_long_an_answer_is_fresh(server: FeedServer, headers: dict[str, str], fresh: int | None) -> None:
    def answer(connection: socket.socket) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"HTTP/1.1 200 OK\r\n{lines}Content-Length: 1\r\n\r\nx".encode())

    server.routes["/a"] = Reply(raw=answer)
    assert (await get(server.url("/a"))).max_age_s == fresh


async def test_a_proxy_from_the_environment_is_used(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """And as the connection is the proxy's, its own private address is no reason to refuse."""
    server.routes["http://93.184.216.34/feed"] = Reply(b"through the proxy")
    monkeypatch.setenv("HTTP_PROXY", server.url(""))
    async with make_client(1) as client:
        got = await fetch(
            client, "http://93.184.216.34/feed", timeout_s=5, max_bytes=1000, linked_from="http://93.184.216.34/other"
        )
    assert got.body == b"through the proxy"


async def test_no_cookie_is_sent_back(server: FeedServer) -> None:
    server.routes["/a"] = Reply(b"x", headers={"Set-Cookie": "id=1; Path=/"})
    async with make_client(1) as client:
        for _ in range(2):
            await fetch(client, server.url("/a"), timeout_s=5, max_bytes=1000)
    assert [seen.headers.get("cookie") for seen in server.seen] == [None, None]


async def test_a_host_that_is_not_known_is_out_of_reach_and_one_that_refuses_is_not() -> None:
    with pytest.raises(FetchError) as unknown:
        await get("http://nothing.invalid/")
    assert unknown.value.unreachable
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError) as refused:
        await get(f"http://127.0.0.1:{port}/")
    assert not refused.value.unreachable
