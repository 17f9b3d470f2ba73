"""Vendors by languages: where news was seen, where feeds were silent, and where there is no feed at all. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.text import Text

from marketwatch.domain import Feed
from tui.render import fit, plain

DAYS = 90
"""How far back articles are counted."""
_NAME, _CELL = 14, 6


def blind_spots(names: Mapping[str, str], feeds: Iterable[Feed], coverage: Mapping[tuple[str, str], int], width: int) -> Text:
    """A line a vendor, a column a language; `0`: feeds, but nothing; `–`: no feed, so that nothing could be seen."""
    per_lang = Counter(feed.lang or "?" for feed in feeds if feed.enabled)
    seen: Counter[tuple[str, str]] = Counter()
    for (vendor, lang), number in coverage.items():
        seen[vendor, lang or "?"] += number
    langs = sorted({*per_lang, *(lang for _, lang in seen)}, key=lambda lang: (-per_lang[lang], lang))
    langs = langs[: max(1, (width - _NAME) // _CELL)]
    text = Text(no_wrap=True)
    text.append(f"articles of {DAYS} days that name a vendor · 0: no news · –: no feed in this language\n", style="dim")
    text.append(fit("", _NAME) + "".join(f"{fit(lang, _CELL - 1):>{_CELL}}" for lang in langs) + "\n", style="bold")
    text.append(fit("feeds", _NAME) + "".join(f"{per_lang[lang] or '–':>{_CELL - 2}}  " for lang in langs) + "\n", style="dim")
    for vendor, name in names.items():
        text.append(fit(plain(name), _NAME))
        for lang in langs:
            number = seen[vendor, lang]
            shown, style = (f"{number:,}", "") if number else ("0", "yellow") if per_lang[lang] else ("–", "dim")
            text.append(f"{shown:>{_CELL - 2}}  ", style=style)
        text.append("\n")
    return text
