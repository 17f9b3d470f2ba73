"""Of what a move is: the country, the sub-brand and the segment that its sentences name; where they name none, of the company.

Values for people and programs to read, in English whatever the language of the article. Moves are not told apart by them: of
one piece of news one outlet names the court, another the country (docs/reversals.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from marketwatch.domain import Moment, Move, ShiftKind, StoredShift, Vendor
from marketwatch.extract.language import LANGUAGES
from marketwatch.extract.lexicon import Lexicon
from marketwatch.extract.packs import packaged_sections
from marketwatch.extract.regions import regions_in
from marketwatch.extract.scopes import BUSINESSES
from marketwatch.extract.text import words_in
from marketwatch.extract.vendors import VendorNames
from marketwatch.opposites import REGIONS, UNNAMED

SEGMENTS: Mapping[str, str] = {"premium_tier": "premium", "budget_tier": "budget", **BUSINESSES}
"""Objects of the language packs that are a part of the market or a business, and how a scope names them."""
_DATES = re.compile(r" \S*\.\.\S*$")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Scope:
    """Each in English, what most articles name first."""

    places: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """`Spain, Redmi, premium`; empty: the whole company, as far as the sentences say."""
        return ", ".join((*self.places, *self.brands, *self.segments))


def scope_of(move: Move, vendor: Vendor | None = None) -> Scope:
    """What the articles of a move say it is of; its sub-brands are known from its vendor."""
    places, brands, segments = Counter[str](), Counter[str](), Counter[str]()
    for stored in move.shifts:
        places.update(places_of(stored))
        brands.update(_brands_in(stored, vendor) if vendor else ())
        segments.update(_segments_in(stored))
    return Scope(*(tuple(sorted(found, key=lambda name: (-found[name], name))) for found in (places, brands, segments)))


def places_of(stored: StoredShift) -> frozenset[str]:
    """Countries and regions that a telling is of: of a market its object, else what the first sentence that names any names.

    Of a region and a country in it, it is the country.
    """
    if stored.shift.kind is ShiftKind.MARKET:
        return frozenset({stored.shift.object} - UNNAMED)
    found = (regions_in(evidence.text, stored.article.lang) - UNNAMED for evidence in stored.shift.evidence)
    named: frozenset[str] = next(filter(None, found), frozenset())
    return frozenset(place for place in named if named.isdisjoint(REGIONS.get(place, ())))


def brands_of(vendor: Vendor) -> list[Vendor]:
    """The sub-brands of a vendor, each with all its names: those in other scripts stand behind the one in Latin letters."""
    brands: list[Vendor] = []
    for text in vendor.sub_brands:
        name = _DATES.sub("", text)
        same = brands and (not _LATIN.match(name) or name.casefold() == brands[-1].slug.casefold())
        held = brands.pop() if same else Vendor(name, text)
        brands.append(Vendor(held.slug, held.name, (*held.aliases, text)))
    return brands


@cache
def _names_of(vendor: Vendor) -> VendorNames:
    return VendorNames(brands_of(vendor))


def _brands_in(stored: StoredShift, vendor: Vendor) -> set[str]:
    names, at = _names_of(vendor), Moment(stored.article.dated_at)
    texts = [evidence.text for evidence in stored.shift.evidence]
    return {name.vendor for text in texts for name, *_ in names.find(text, names.starting_in(text), at)}


def _segments_in(stored: StoredShift) -> set[str]:
    lang = stored.article.lang
    if lang not in LANGUAGES:
        return set()
    found = (_segments(lang).find(words_in(evidence.text)).get("segments", ()) for evidence in stored.shift.evidence)
    return {SEGMENTS[hit.name] for hits in found for hit in hits}


@cache
def _segments(lang: str) -> Lexicon:
    objects = packaged_sections(lang)["objects"]
    return Lexicon({"segments": {name: objects[name] for name in SEGMENTS if name in objects}})
