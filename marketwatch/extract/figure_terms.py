"""lang/figures.toml as matchers: what quantities are about, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from marketwatch.errors import PackError
from marketwatch.extract.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class FigureTerms:
    """One language's words for metrics, roles, and what is no company figure."""

    metrics: Lexicon
    roles: Lexicon
    exclusions: Lexicon


@cache
def figure_data() -> Mapping[str, Any]:
    """The parsed file. Raises PackError when it is not TOML."""
    source = files("marketwatch.extract").joinpath("lang").joinpath("figures.toml").read_text(encoding="utf-8")
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise PackError("figures.toml", (), str(error)) from error


@cache
def figure_terms(lang: str) -> FigureTerms:
    """Return a language's terms. Raises PackError for a section that is missing."""
    data = figure_data().get(lang, {})
    for section in ("metrics", "roles", "not", "periods"):
        if section not in data:
            raise PackError("figures.toml", (lang, section), "is missing")
    return FigureTerms(Lexicon(data["metrics"]), Lexicon(data["roles"]), Lexicon(data["not"]))
