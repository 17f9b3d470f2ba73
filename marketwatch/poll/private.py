"""Which addresses are of this machine or network, and a guard on the one that is really connected to.

A name may mean a public address when it is asked about and a private one when it is connected to: what decides is the
connection. Behind a proxy the connection is the proxy's, and only the name can be looked at.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from marketwatch.errors import FetchError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address can be anybody's; one that wraps another is what that is."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


async def is_private(host: str) -> bool:
    """Whether any address of the host is not public. A host that cannot be resolved fails later, by name."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not is_public(str(address[4][0])) for address in found)


def guard(host: str) -> Callable[[str, dict[str, Any]], Awaitable[None]]:
    """A `trace` extension of httpx that ends a connection to `host` before anything is sent, if it is not public."""
    asked = ""

    async def trace(event: str, info: dict[str, Any]) -> None:
        nonlocal asked
        if event.endswith(".connect_tcp.started"):
            asked = str(info.get("host", ""))
        elif event.endswith(".connect_tcp.complete") and asked.strip("[]").lower() == host.strip("[]").lower():
            stream = info["return_value"]
            address = stream.get_extra_info("server_addr")
            if address is None or not is_public(str(address[0])):
                await stream.aclose()
                raise FetchError("leads to a private address: refused")

    return trace
