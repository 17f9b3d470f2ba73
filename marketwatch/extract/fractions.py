"""Shares told in words: `two thirds`, `six in ten`, `九成` → percentages with their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files


@cache
def _fractions(lang: str) -> tuple[re.Pattern[str], Mapping[str, Decimal]]:
    source = files("marketwatch.extract").joinpath("lang/fractions.toml").read_text(encoding="utf-8")
    pairs = re.findall(r"(\S[^=]*)=([\d.]+)", tomllib.loads(source)[lang])
    shares = {phrase: Decimal(value) for phrase, value in pairs}
    one_of = "|".join(r"[\s-]".join(map(re.escape, p.split())) for p in sorted(shares, key=len, reverse=True))
    edges = ("", "") if lang == "zh" else (r"(?<!\w)", r"(?!\w)")
    return re.compile(f"{edges[0]}(?:{one_of}){edges[1]}", re.IGNORECASE), shares


def find_fractions(text: str, lang: str) -> list[tuple[int, int, Decimal]]:
    """Return (start, end, per cent) of the shares a sentence tells in words, in text order."""
    pattern, shares = _fractions(lang)
    return [(match.start(), match.end(), shares[re.sub(r"[\s-]", " ", match[0].lower())]) for match in pattern.finditer(text)]
