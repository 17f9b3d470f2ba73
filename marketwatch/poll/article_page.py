"""The page of an article → its text, or why there is none: paywalls, consent and bot walls, front pages. In a worker process.

A wall is told by what it says of itself (schema.org, status, address) and by words only where the text is short: an
article about cookies is an article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from marketwatch.domain import PageResult
from marketwatch.poll.decode import decode

_MAX_PAGE = 3_000_000
"""Characters of a page that are read."""
_WALL = 1500
"""A wall's own text is shorter."""
_MORE = 1.2
"""A page's text is worth taking when it is so much longer than the summary."""
_LD = re.compile(r"<script[^>]{1,200}application/ld\+json[^>]{0,200}>(.{1,200000}?)</script>", re.DOTALL | re.IGNORECASE)
_CONSENT_HOSTS = re.compile(r"^(?:consent|guce|privacy-mgmt|cmp|login|signin|sso|accounts?|auth)\.", re.IGNORECASE)
_BOT = re.compile(
    r"just a moment\.\.\.|attention required! \| cloudflare|verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot|captcha"
    r"|enable javascript and cookies|access denied|pardon our interruption|请完成安全验证|访问验证|人机验证",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|avant de continuer|bevor sie fortfahren|antes de continuar|prima di continuare|voordat je verder gaat"
    r"|we (?:and our partners )?(?:use|value|store).{0,80}(?:cookies|privacy)|accept all|tout accepter|alle akzeptieren"
    r"|aceptar todo|accetta tutto|alles accepteren|aceitar tudo|zustimmen und weiter|mit werbung (?:lesen|weiter)|继续访问前",
    re.IGNORECASE | re.DOTALL,
)
_PAYWALL = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep)|subscribers? only|already a subscriber|to continue reading"
    r"|unlock this article|réservé aux abonnés|article abonné|la suite (?:est )?réservée|abonnez-vous pour|nur für abonnenten"
    r"|jetzt weiterlesen mit|mit .{2,20}(?:plus|\+) (?:lesen|weiterlesen)|solo (?:para )?suscriptores|suscríbete para"
    r"|riservato agli abbonati|abbonati per|alleen voor abonnees|word abonnee|exclusivo para assinantes|assine para|付费阅读"
    r"|订阅后阅读|会员专享|登录后查看全文|有料会員限定",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What a page came to."""

    result: PageResult
    text: str = ""
    """The article's text, with READ."""
    reason: str | None = None
    """Why the summary stays, otherwise."""


def read_article(body: bytes, *, charset: str | None, url: str, asked: str, summary: str) -> ArticlePage:
    """Read the page that `asked` led to. Whatever it is, the answer is a value."""
    html = decode(body, charset)[:_MAX_PAGE]
    if (wall := _wall_by_address(url, asked)) is not None:
        return wall
    text = _main_text(html, url)
    if (wall := _wall_by_words(html, text)) is not None:
        return wall
    if _is_locked(html) and len(text) < max(2 * _WALL, 3 * len(summary)):
        return ArticlePage(PageResult.PAYWALL, reason="the page says that it is for subscribers")
    if len(text) < len(summary) * _MORE or len(text) < 100:
        return ArticlePage(PageResult.EMPTY, reason="the page holds no more text than the feed gives")
    return ArticlePage(PageResult.READ, text)


def _wall_by_address(url: str, asked: str) -> ArticlePage | None:
    here, there = urlsplit(url), urlsplit(asked)
    if _CONSENT_HOSTS.match(here.hostname or "") and here.hostname != there.hostname:
        return ArticlePage(PageResult.CONSENT, reason=f"leads to {here.hostname}, which asks for consent or a login")
    if not here.path.strip("/") and not here.query and there.path.strip("/"):
        return ArticlePage(PageResult.EMPTY, reason="leads to the front page of the site")
    return None


def _wall_by_words(html: str, text: str) -> ArticlePage | None:
    if len(text) >= _WALL:
        return None
    title = re.search(r"<title[^>]{0,200}>([^<]{0,300})", html, re.IGNORECASE)
    words = f"{title[1] if title else ''}\n{text}"
    if _BOT.search(words):
        return ArticlePage(PageResult.CONSENT, reason="the page wants a proof of being human")
    if _PAYWALL.search(words):
        return ArticlePage(PageResult.PAYWALL, reason="the page is for subscribers")
    if _CONSENT.search(words):
        return ArticlePage(PageResult.CONSENT, reason="the page asks for consent first")
    return None


def _is_locked(html: str) -> bool:
    """schema.org's `isAccessibleForFree: false` of the article itself."""
    for match in _LD.finditer(html):
        try:
            data = json.loads(match[1])
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data):
            free = node.get("isAccessibleForFree")
            if "article" in str(node.get("@type", "")).lower() and str(free).lower() == "false":
                return True
    return False


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD block that may be the article."""
    rows = data if isinstance(data, list) else [data]
    for row in rows[:50]:
        if isinstance(row, dict):
            yield row
            graph = row.get("@graph")
            yield from (node for node in (graph if isinstance(graph, list) else [])[:50] if isinstance(node, dict))


def _main_text(html: str, url: str) -> str:
    import trafilatura  # a second of imports: only a worker that reads pages pays for it

    try:
        found = trafilatura.extract(html, url=url, include_comments=False, include_tables=False)
    except Exception:  # it raises what lxml and dateparser raise on broken pages; each is the page's fault
        return ""
    return found or ""
