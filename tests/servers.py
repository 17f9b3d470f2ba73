"""A real HTTP server on loopback that a test scripts: path → what it answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[socket.socket], None] | None = None
    """Writes the answer itself: drips, cuts, garbage."""


@dataclass
class Seen:
    path: str
    headers: dict[str, str]


class FeedServer:
    """Answers from `routes`; `seen` is what was asked for."""

    def __init__(self) -> None:
        self.routes: dict[str, Reply | Callable[[Seen], Reply]] = {}
        self.seen: list[Seen] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen = Seen(self.path, {name.lower(): value for name, value in self.headers.items()})
                outer.seen.append(seen)
                route = outer.routes.get(self.path, Reply(status=404))
                reply = route(seen) if callable(route) else route
                if reply.raw is not None:
                    reply.raw(self.connection)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def conditional(self, path: str, body: bytes, etag: str) -> None:
        """Answer 304 to the right validator."""

        def reply(seen: Seen) -> Reply:
            if seen.headers.get("if-none-match") == etag:
                return Reply(status=304, headers={"ETag": etag})
            return Reply(body, headers={"ETag": etag})

        self.routes[path] = reply


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    server = FeedServer()
    server._thread.start()
    try:
        yield server
    finally:
        server._server.shutdown()
        server._server.server_close()
        server._thread.join()


def rss(*items: tuple[str, str, str], language: str = "en", date: str = "Thu, 12 Jan 2017 08:00:00 GMT") -> bytes:
    """A feed of (guid, title, text)."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>https://example.org/{guid}</link>"
        f"<description>{text}</description><pubDate>{date}</pubDate></item>"
        for guid, title, text in items
    )
    head = f"<title>Test</title><link>https://example.org</link><description>d</description><language>{language}</language>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{head}{entries}</channel></rss>".encode()
