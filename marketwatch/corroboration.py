"""How well a move is attested: independent sources, not a count of articles.

Outlets of one owner, a text that several have, and "according to X" are one origin; what only passes news on (a discovery
feed) is none of its own. `4 outlets (fr, en), 1 origin`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marketwatch.counted import counted
from marketwatch.domain import Article, Move
from marketwatch.outlets import Outlets, known_outlets, outlet_key, outlet_of, owner_of

_FOLLOWED = 4
"""Steps from an article to where its news comes from: one that cites one that cites one."""


@dataclass(frozen=True, slots=True)
class Corroboration:
    """Who attests something."""

    outlets: tuple[str, ...]
    langs: tuple[str, ...]
    articles: int
    origins: tuple[str, ...]
    """Names of the independent sources, the earliest first; never empty."""
    primary: bool
    """The vendor itself is one of them."""

    @property
    def words(self) -> str:
        """`4 outlets (fr, en), 1 origin`."""
        return f"{counted(len(self.outlets), 'outlet')} ({', '.join(self.langs)}), {counted(len(self.origins), 'origin')}"

    @property
    def kind(self) -> str:
        """primary: the vendor's own newsroom says it; secondary: others do."""
        return "primary" if self.primary else "secondary"


def corroboration_of(move: Move) -> Corroboration:
    """Who attests a move."""
    return corroborated(move.articles, move.lead.shift.vendor)


def corroborated(articles: Iterable[Article], vendor: str, outlets: Outlets | None = None) -> Corroboration:
    """Count the sources of what these articles tell of a vendor; `outlets` is what is known of them, None: the packaged data."""
    known = known_outlets() if outlets is None else outlets
    ordered = sorted(articles, key=lambda a: a.order)
    told_by = {outlet_key(article.publisher): article for article in reversed(ordered)}
    sources = [_source(article, told_by) for article in ordered]
    own = [name for name in sources if outlet_of(name, known).tier != "discovery"] or sources[:1]
    origins = {owner_of(name, known): name for name in reversed(own)}
    return Corroboration(
        outlets=tuple(dict.fromkeys(article.publisher for article in ordered)),
        langs=tuple(dict.fromkeys(article.lang or "?" for article in ordered)),
        articles=len(ordered),
        origins=tuple(dict.fromkeys(origins[owner_of(name, known)] for name in own)),
        primary=any(outlet_of(name, known).tier == "vendor" and owner_of(name, known) == outlet_key(vendor) for name in own),
    )


def _source(article: Article, told_by: dict[str, Article]) -> str:
    """The outlet that an article's news comes from, and where that one has it from, as far as the move's articles say."""
    name, seen = article.origin or article.publisher, {outlet_key(article.publisher)}
    for _ in range(_FOLLOWED):
        further = told_by.get(outlet_key(name))
        if outlet_key(name) in seen or further is None or further.origin is None:
            break
        seen.add(outlet_key(name))
        name = further.origin
    return name
