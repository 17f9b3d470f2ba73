"""Servers that mean harm: each answer is one FetchError, soon and in little memory."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable

import pytest

from marketwatch.errors import FetchError
from marketwatch.poll.fetch import fetch, make_client

from servers import Reply, feed_server  # isort: skip


def endless(piece: bytes, first: bytes = b"HTTP/1.1 200 OK\r\n") -> Callable[[socket.socket], None]:
    """Says the same until nobody listens."""

    def answer(connection: socket.socket) -> None:
        try:
            connection.sendall(first)
            while True:
                connection.sendall(piece)
        except OSError:
            return

    return answer


_ZEROS = gzip.compress(b"\0" * 30_000_000)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(gzip.compress(_ZEROS), headers={"Content-Encoding": "gzip, gzip"}),
        Reply(_ZEROS, headers={"Content-Encoding": "gzip"}),
        Reply(b"x", headers={"Content-Encoding": ", ".join(["gzip"] * 500)}),
        Reply(b"not packed at all", headers={"Content-Encoding": "gzip"}),
        Reply(raw=endless(b"X-Header: " + b"a" * 1000 + b"\r\n")),
        Reply(raw=endless(b"a" * 10_000, b"HTTP/1.1 200 OK\r\nX-Header: ")),
        Reply(raw=endless(b"HTTP/1.1 103 Early Hints\r\n\r\n", b"")),
        Reply(raw=endless(b"ffff\r\n" + b" " * 65_535 + b"\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")),
        Reply(raw=lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")),
        Reply(raw=lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9\r\n")),
        Reply(status=302, headers={"Location": "http://[::1"}),
        Reply(status=302, headers={"Location": "javascript:alert(1)"}),
    ],
    ids=["double gzip", "bomb", "many codings", "no gzip", "endless headers", "endless header", "endless 103", "endless body",
         "short", "ssh", "broken redirect", "redirect to a script"],
)  # fmt: skip
async def test_what_a_hostile_server_sends_ends_soon_and_small(reply: Reply) -> None:
    with feed_server() as server:
        server.routes["/x"] = reply
        began = time.monotonic()
        tracemalloc.start()
        try:
            async with make_client(1) as client:
                with pytest.raises(FetchError) as caught:
                    await fetch(client, server.url("/x"), timeout_s=2, max_bytes=1_000_000)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 300
        assert peak < 30_000_000
        assert time.monotonic() - began < 10
