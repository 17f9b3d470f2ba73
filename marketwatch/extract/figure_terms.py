"""lang/figures.toml as matchers: what quantities are about, by language."""

from __future__ import annotations

from functools import cache

from marketwatch.errors import PackError
from marketwatch.extract.lexicon import Lexicon
from marketwatch.extract.rule_files import rule_file


@cache
def figure_terms(lang: str) -> Lexicon:
    """Return a language's terms: metrics, roles, and what is `not` a company's figure. Raises PackError without a section."""
    data = rule_file("figures.toml").get(lang, {})
    for section in ("metrics", "roles", "not", "periods"):
        if section not in data:
            raise PackError("figures.toml", (lang, section), "is missing")
    return Lexicon({section: data[section] for section in ("metrics", "roles", "not")})
