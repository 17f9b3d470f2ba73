"""Addresses as feeds write them → addresses that can be opened."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from marketwatch.sanitise import safe_url

_BREAKS = re.compile(r"[\t\r\n]+ *")


def web_address(link: str | None, base: str = "") -> str | None:
    """Return the http(s) address a link means on the page `base`, None where it means none.

    As browsers do: line breaks are left out, spaces are encoded.
    """
    text = _BREAKS.sub("", (link or "").strip()).replace(" ", "%20")
    if text.lower().startswith("www."):
        text = f"https://{text}"
    try:
        return safe_url(urljoin(base, text)) if text else None
    except ValueError:
        return None
