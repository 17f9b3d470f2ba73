"""Which entries of a feed are only summaries of their articles: told by length and by how they end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from marketwatch.config import Settings
from marketwatch.domain import Entry, Feed, PageWish

_SHORT = 700
"""Latin letters of a text that is hardly a whole article."""
_SHORT_FEED = 1500
"""Where half of the entries are longer, short ones are short articles."""
_LONG = 4000
"""Nobody writes summaries so long, however they end."""
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HAN_WEIGHT = 2.5
"""A character of Chinese, Japanese or Korean says as much as so many letters."""
_APPEARED = re.compile(
    r"(?:The post .{1,300} (?:first )?appeared (?:first )?on|L[’']article .{1,300} est apparu en premier sur"
    r"|Der Beitrag .{1,300} erschien zuerst auf|La entrada .{1,300} (?:aparece primero|se publicó primero) en) .{1,100}$",
    re.DOTALL,
)
_MORE = (
    *("read more", "continue reading", "read the full story", "read the full article", "lire la suite", "en savoir plus"),
    *("weiterlesen", "mehr lesen", "leer más", "seguir leyendo", "continua a leggere", "leggi tutto", "lees meer", "lees verder"),
    *("leia mais", "continue lendo", "devamını oku", "阅读全文", "查看全文", "阅读原文", "閱讀全文", "続きを読む", "전문보기"),
    *("자세히 보기", "اقرأ المزيد"),
)
_END = re.compile(r"\W*\Z")
"""What stands behind the last word of a text."""


def wants_pages(feed: Feed, settings: Settings) -> bool | None:
    """Whether the pages of a feed are read; None: where the text is only a summary.

    Searches of others lead to pages that only lead on: theirs are read when the user says so for the feed.
    """
    if feed.full_text is None and feed.outlet is not None and feed.outlet.tier == "discovery":
        return False
    return feed.full_text if feed.full_text is not None else settings.full_text


def page_wishes(feed: Feed, settings: Settings, entries: Sequence[Entry], typical: float | None = None) -> list[PageWish]:
    """Say of each entry whether its page is to be read; `typical`: the median weight of a feed, where these are part of it."""
    wanted = wants_pages(feed, settings)
    typical = median(weight(entry.text) for entry in entries) if typical is None and entries else typical
    short_feed = typical is not None and typical < _SHORT_FEED
    found = []
    for entry in entries:
        summary = is_summary(entry.text, short_feed=short_feed)
        if not entry.url or not (summary or wanted):
            found.append(PageWish.NONE)
        else:
            found.append(PageWish.OFF if wanted is False else PageWish.WANTED)
    return found


def is_summary(text: str, *, short_feed: bool) -> bool:
    """Whether a text is only the beginning or the gist of an article."""
    letters = weight(text)
    if letters > _LONG:
        return False
    return _is_cut(text) or (short_feed and letters < _SHORT)


def _is_cut(text: str) -> bool:
    """Whether a text ends with dots or with an invitation to read on, whatever the feed adds behind it."""
    tail = _APPEARED.sub("", text[-600:])[-200:]
    found = _END.search(tail)
    end = found.group() if found else ""
    return "…" in end or "..." in end or tail[: len(tail) - len(end)].lower().endswith(_MORE)


def weight(text: str) -> float:
    """How much a text says, in Latin letters."""
    han = len(_HAN.findall(text[:_LONG]))
    return len(text) + han * (_HAN_WEIGHT - 1)
