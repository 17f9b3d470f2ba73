"""lang/figures.toml as matchers: what quantities are about, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from marketwatch.errors import PackError
from marketwatch.extract.lexicon import Lexicon


@cache
def figure_data() -> Mapping[str, Any]:
    """The parsed file. Raises PackError when it is not TOML."""
    source = files("marketwatch.extract").joinpath("lang").joinpath("figures.toml").read_text(encoding="utf-8")
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise PackError("figures.toml", (), str(error)) from error


@cache
def figure_terms(lang: str) -> Lexicon:
    """Return a language's terms: metrics, roles, and what is `not` a company's figure. Raises PackError without a section."""
    data = figure_data().get(lang, {})
    for section in ("metrics", "roles", "not", "periods"):
        if section not in data:
            raise PackError("figures.toml", (lang, section), "is missing")
    return Lexicon({section: data[section] for section in ("metrics", "roles", "not")})
