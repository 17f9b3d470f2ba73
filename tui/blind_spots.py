"""Vendors by languages: where news was seen, where feeds were silent, and where no feed listens. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.text import Text

from marketwatch.coverage import WEEKS, Cell, Hearing
from marketwatch.domain import Feed
from tui.render import fit, plain

_NAME, _CELL = 14, 6
_SIGNS: Mapping[Hearing, tuple[str, str]] = {
    Hearing.QUIET: ("0", "yellow"),
    Hearing.DEAF: ("deaf", "red"),
    Hearing.UNPOLLED: ("○", "dim"),
    Hearing.BLIND: ("–", "dim"),
}


def languages(feeds: Iterable[Feed], articles: Iterable[tuple[str, str]]) -> list[str]:
    """The languages of the feeds and of what was found, in alphabetical order."""
    return sorted({(feed.lang or "").partition("-")[0].lower() for feed in feeds} | {lang for _, lang in articles} - {""})


def blind_spots(names: Mapping[str, str], cells: Sequence[Cell], width: int) -> Text:
    """A line a vendor, a column a language, as `marketwatch feeds coverage` counts them."""
    by_place = {(cell.vendor, cell.lang): cell for cell in cells}
    feeds = {cell.lang: cell.feeds for cell in cells if cell.lang}
    langs = sorted(feeds, key=lambda lang: (-feeds[lang], lang))[: max(1, (width - _NAME) // _CELL)]
    text = Text(no_wrap=True)
    meanings = ("0: no news", "deaf: no feed works just now", "○: not polled yet", "–: no feed in this language")
    text.append(" · ".join((f"articles of {WEEKS} weeks", *meanings)) + "\n", style="dim")
    text.append(fit("", _NAME) + "".join(f"{lang:>{_CELL}}" for lang in langs) + "\n", style="bold")
    text.append(fit("feeds", _NAME) + "".join(f"{feeds[lang] or '–':>{_CELL}}" for lang in langs) + "\n", style="dim")
    for vendor, name in names.items():
        text.append(fit(plain(name), _NAME))
        for lang in langs:
            cell = by_place[vendor, lang]
            shown, style = _SIGNS.get(cell.hearing, (f"{cell.articles:,}", "bold"))
            text.append(f"{shown:>{_CELL}}", style=style)
        text.append("\n")
    return text
