"""One feed or page over HTTP: limits on time, size, redirects and content codings; every fault is one FetchError.

Measured on hostile servers: httpx's timeout is per read, so a drip runs for ever; its decoders inflate a bomb before
any cap is seen; a truncated gzip body passes as complete. Hence the total time limit, the raw body and own inflating.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from marketwatch import __version__
from marketwatch.errors import FetchError, UsageError
from marketwatch.poll.inflate import Inflater, can_inflate, codings_of
from marketwatch.poll.lean_httpx import httpx
from marketwatch.poll.links import web_address
from marketwatch.poll.private import guard, is_private

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
WITH_BODY = frozenset({200, 203})
"""Statuses of answers that are read; 203 is what a proxy between made of them."""
_MAX_HEADER = 1000
_DAY_S = 86_400
PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
"""The Accept header for a page."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete answer. `body` is empty for 304 and for statuses that are errors."""

    status: int
    body: bytes
    url: str
    """Where the body came from, after redirects."""
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = ""
    charset: str | None = None
    retry_after_s: int | None = None
    max_age_s: int | None = None
    """How long the answer is fresh, by Cache-Control or else by Expires; a day at most."""
    moved_to: str | None = None
    """Where redirects for good led, as far as all before were for good."""


def make_client(concurrency: int) -> httpx.AsyncClient:
    """Return a client that keeps no cookies, follows no redirects by itself and says who it is.

    Raises UsageError where HTTP_PROXY, SSL_CERT_FILE and the like say what cannot be done.
    """
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    headers = {
        "User-Agent": f"marketwatch/{__version__} (feed reader)",
        "Accept": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
        "Accept-Encoding": "gzip",
    }
    timeout = httpx.Timeout(30, connect=15)
    try:
        return httpx.AsyncClient(headers=headers, limits=limits, follow_redirects=False, timeout=timeout)
    except (ImportError, ValueError, httpx.InvalidURL, OSError) as error:
        text = " ".join(str(error).split())[:200]
        raise UsageError(f"the proxy or certificates of the environment cannot be used: {text}") from error


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    timeout_s: float,
    max_bytes: int,
    etag: str | None = None,
    last_modified: str | None = None,
    linked_from: str | None = None,
    accept: str | None = None,
    ask: Callable[[str], Awaitable[None]] | None = None,
) -> Fetched:
    """Fetch an address the user gave, or one that a document of `linked_from` names. Raises FetchError that says why.

    What the user gave may be private; a redirect or a link from a public address to a private one is refused. `ask` looks
    at each address that a redirect leads to before it is asked for, and may raise.
    """
    headers = {"Accept": accept} if accept else {}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    sent = {name.encode(): value.encode("latin-1", "ignore") for name, value in headers.items()}
    try:
        async with asyncio.timeout(timeout_s):
            return await _follow(client, url, sent, max_bytes, linked_from, ask)
    except TimeoutError as error:
        raise FetchError(f"timed out after {timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, zlib.error, OSError, ValueError) as error:
        raise FetchError(_reason(error), unreachable=_unreachable(error)) from error


def _unreachable(error: Exception) -> bool:
    """Whether nothing of the host was reached: then the fault may be in our own network."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return not any(isinstance(cause, ConnectionRefusedError | ssl.SSLError) for cause in _causes(error))
    return isinstance(error, OSError)


def _host(url: str) -> str:
    """The host as httpx connects to it: another reading of its letters would be looked up as another host."""
    return httpx.URL(url).raw_host.decode("ascii")


async def _follow(
    client: httpx.AsyncClient,
    url: str,
    headers: Mapping[bytes, bytes],
    max_bytes: int,
    linked_from: str | None,
    ask: Callable[[str], Awaitable[None]] | None,
) -> Fetched:
    may_be_private: bool | None = None  # not asked yet: most answers come from where the user said
    if linked_from:
        may_be_private = await is_private(_host(linked_from))
        if not may_be_private and await is_private(_host(url)):
            raise FetchError("the link leads to a private address: refused")
    given, seen, moved, for_good = url, {url}, url, True
    for _ in range(_MAX_REDIRECTS + 1):
        # Between the look at a name and the connection it may have come to mean something else.
        trusted = may_be_private or (url == given and not linked_from)
        extensions = {} if trusted else {"trace": guard(_host(url))}
        async with client.stream("GET", url, headers=headers, extensions=extensions) as response:
            client.cookies.clear()
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                body = await _body(response, max_bytes) if response.status_code in WITH_BODY else b""
                return _fetched(response, body, url, moved if moved != given else None)
            target = web_address(response.headers["location"], url)
        if target is None:
            raise FetchError("redirects to something that is no web address")
        if target in seen:
            raise FetchError("redirect loop")
        for_good = for_good and response.status_code in _FOR_GOOD
        moved = target if for_good else moved
        if may_be_private is None:
            may_be_private = await is_private(_host(given))
        if not may_be_private and await is_private(_host(target)):
            raise FetchError("redirects to a private address: refused")
        if ask is not None:
            await ask(target)
        seen.add(target)
        url = target
    raise FetchError(f"more than {_MAX_REDIRECTS} redirects")


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    codings = codings_of(response.headers.get("content-encoding", ""))
    if not can_inflate(codings):
        raise FetchError(f"content coding '{', '.join(codings)[:60]}' was not asked for")
    inflater = Inflater(codings)
    parts: list[bytes] = []
    size = taken = 0
    async for raw in response.aiter_raw():
        taken += len(raw)
        for piece in inflater.pieces(raw):
            size += len(piece)
            parts.append(piece)
            if max(size, taken) > max_bytes:
                break
        if max(size, taken) > max_bytes:
            raise FetchError(f"body larger than {max_bytes / 1e6:g} MB")
    try:
        return b"".join([*parts, inflater.end()])
    except EOFError as error:
        raise FetchError("the compressed body is cut off") from error


def _fetched(response: httpx.Response, body: bytes, url: str, moved_to: str | None) -> Fetched:
    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value if value and len(value) <= _MAX_HEADER else None

    def validator(name: bytes) -> str | None:
        """Its bytes as they came, one character each: they go back like this."""
        value = next((value for key, value in response.headers.raw if key.lower() == name), b"")
        return value.decode("latin-1") if 0 < len(value) <= _MAX_HEADER else None

    return Fetched(
        status=response.status_code,
        body=body,
        url=url,
        etag=validator(b"etag"),
        last_modified=validator(b"last-modified"),
        content_type=(header("content-type") or "").partition(";")[0].strip().lower(),
        charset=response.charset_encoding,
        retry_after_s=_retry_after(header("retry-after")),
        max_age_s=_fresh(header("cache-control"), header("expires"), header("date")),
        moved_to=moved_to,
    )


def _retry_after(value: str | None) -> int | None:
    """Seconds of a Retry-After header, in either form."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(int(value.strip()[:9]), 31 * 86_400)
    at = _http_date(value)
    return None if at is None else max(0, int(at.timestamp() - time.time()))


def _http_date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):  # an offset of years
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if at > datetime(1995, 1, 1, tzinfo=UTC) else None


def _fresh(control: str | None, expires: str | None, date: str | None) -> int | None:
    """Seconds an answer is fresh: max-age, else from the server's own Date to Expires."""
    for part in (control or "").lower().split(","):
        name, _, number = part.strip().partition("=")
        if name in ("no-cache", "no-store"):
            return None
        if name == "max-age" and number.strip('"').isdecimal():
            return min(int(number.strip('"')[:9]), _DAY_S)
    until, since = _http_date(expires), _http_date(date)
    if until is None or since is None or until <= since:
        return None
    return min(int((until - since).total_seconds()), _DAY_S)


def _causes(error: Exception) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _reason(error: Exception) -> str:
    for cause in _causes(error):
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, socket.gaierror):
            return "the host is not known"
        if isinstance(cause, ssl.SSLError):
            return f"no secure connection ({cause.reason or type(cause).__name__})"
    text = " ".join(str(error).split())[:150]
    named = {
        httpx.ConnectTimeout: "no connection in time",
        httpx.ReadTimeout: "the server stopped answering",
        httpx.InvalidURL: "not a valid address",
        httpx.UnsupportedProtocol: "not an http or https address",
        httpx.RemoteProtocolError: "the server does not speak proper HTTP",
        httpx.ConnectError: "cannot connect",
        httpx.ReadError: "the connection broke",
        zlib.error: "the compressed body is damaged",
    }
    words = next((words for kind, words in named.items() if isinstance(error, kind)), type(error).__name__)
    return f"{words} ({text})" if text else words
