"""Countries and regions in a text, under their English names, by the words of the language packs."""

from __future__ import annotations

from functools import cache

from marketwatch.extract.language import LANGUAGES
from marketwatch.extract.lexicon import Lexicon
from marketwatch.extract.packs import packaged_sections
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import words_in

WORLD = "World"
"""Stands among the words of scopes.toml for all countries."""


def regions_in(text: str, lang: str | None) -> frozenset[str]:
    """The countries and regions that a text names, the world left out; none in a language without a pack."""
    if lang not in LANGUAGES:
        return frozenset()
    hits = _regions(lang).find(words_in(text)).get("regions", ())
    return frozenset(hit.name.replace("_", " ") for hit in hits)


@cache
def scope_terms(lang: str) -> Lexicon:
    """lang/scopes.toml: words for places that only figures use, and for the world."""
    return Lexicon({"places": rule_file("scopes.toml").get(lang, {})})


@cache
def _regions(lang: str) -> Lexicon:
    return Lexicon({"regions": packaged_sections(lang)["regions"]})
