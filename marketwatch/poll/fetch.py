"""One feed or page over HTTP: limits on time, size, redirects and content codings; every fault is one FetchError.

Measured on hostile servers: httpx's timeout is per read, so a drip runs for ever; its decoders inflate a bomb before
any cap is seen; a truncated gzip body passes as complete. Hence the total time limit, the raw body and own inflating.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx

from marketwatch import __version__
from marketwatch.errors import FetchError
from marketwatch.sanitise import safe_url

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_HEADER = 1000
_PIECE = 65_536


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


def make_client(concurrency: int) -> httpx.AsyncClient:
    """Return a client that keeps no cookies, follows no redirects by itself and says who it is."""
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    headers = {
        "User-Agent": f"marketwatch/{__version__} (feed reader)",
        "Accept": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
        "Accept-Encoding": "gzip",
    }
    return httpx.AsyncClient(headers=headers, limits=limits, follow_redirects=False, timeout=httpx.Timeout(30, connect=15))


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    timeout_s: float,
    max_bytes: int,
    etag: str | None = None,
    last_modified: str | None = None,
    linked_from: str | None = None,
) -> Fetched:
    """Fetch an address the user gave, or one that a document of `linked_from` names. Raises FetchError that says why.

    What the user gave may be private; a redirect or a link from a public address to a private one is refused.
    """
    headers = {}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        async with asyncio.timeout(timeout_s):
            return await _follow(client, url, headers, max_bytes, linked_from)
    except TimeoutError as error:
        raise FetchError(f"timed out after {timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, zlib.error, OSError, ValueError) as error:
        raise FetchError(_reason(error)) from error


async def _follow(
    client: httpx.AsyncClient, url: str, headers: dict[str, str], max_bytes: int, linked_from: str | None
) -> Fetched:
    may_be_private = await _is_private(urlsplit(linked_from or url).hostname or "")
    if linked_from and not may_be_private and await _is_private(urlsplit(url).hostname or ""):
        raise FetchError("the link leads to a private address: refused")
    seen = {url}
    for _ in range(_MAX_REDIRECTS + 1):
        async with client.stream("GET", url, headers=headers) as response:
            client.cookies.clear()
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                body = await _body(response, max_bytes) if response.status_code == 200 else b""
                return _fetched(response, body, url)
            target = safe_url(urljoin(url, response.headers["location"]))
        if target is None:
            raise FetchError("redirects to something that is no web address")
        if target in seen:
            raise FetchError("redirect loop")
        if not may_be_private and await _is_private(urlsplit(target).hostname or ""):
            raise FetchError("redirects to a private address: refused")
        seen.add(target)
        url = target
    raise FetchError(f"more than {_MAX_REDIRECTS} redirects")


async def _is_private(host: str) -> bool:
    """Whether any address of the host is not public. A host that cannot be resolved fails later, by name."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not ipaddress.ip_address(str(address[4][0]).partition("%")[0]).is_global for address in found)


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    codings = [c.strip().lower() for c in response.headers.get("content-encoding", "").split(",") if c.strip()]
    if codings not in ([], ["identity"], ["gzip"], ["x-gzip"], ["deflate"]):
        raise FetchError(f"content coding '{', '.join(codings)[:60]}' was not asked for")
    inflate = zlib.decompressobj(47) if codings and codings != ["identity"] else None
    parts: list[bytes] = []
    size = 0
    async for raw in response.aiter_raw():
        while raw:
            piece = inflate.decompress(raw, _PIECE) if inflate else raw
            raw = inflate.unconsumed_tail if inflate else b""
            size += len(piece)
            if size > max_bytes:
                raise FetchError(f"body larger than {max_bytes / 1e6:g} MB")
            parts.append(piece)
    if inflate and not inflate.eof and size:
        raise FetchError("the compressed body is cut off")
    return b"".join(parts)


def _fetched(response: httpx.Response, body: bytes, url: str) -> Fetched:
    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value if value and len(value) <= _MAX_HEADER else None

    return Fetched(
        status=response.status_code,
        body=body,
        url=url,
        etag=header("etag"),
        last_modified=header("last-modified"),
        content_type=(header("content-type") or "").partition(";")[0].strip().lower(),
        charset=response.charset_encoding,
        retry_after_s=_retry_after(header("retry-after")),
        max_age_s=_max_age(header("cache-control")),
    )


def _retry_after(value: str | None) -> int | None:
    """Seconds of a Retry-After header, in either form."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(int(value.strip()[:9]), 31 * 86_400)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0, int(at.timestamp() - time.time())) if at > datetime(1995, 1, 1, tzinfo=UTC) else None


def _max_age(value: str | None) -> int | None:
    for part in (value or "").lower().split(","):
        name, _, number = part.strip().partition("=")
        if name == "max-age" and number.strip('"').isdecimal():
            return min(int(number.strip('"')[:9]), 86_400)
    return None


def _reason(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, socket.gaierror):
            return "the host is not known"
        cause = cause.__cause__ or cause.__context__
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
