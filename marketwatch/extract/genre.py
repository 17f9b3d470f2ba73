"""What sort of article it is. Launches, reviews, leaks and rankings are full of strategy's words and hold no strategy.

Measured on the labelled articles: with three sentences in ten about a model, 40 of 41 articles hold no shift; of those
that name a research firm and give percentages in every fourth sentence, 11 of 12 hold none (tests/extract/test_genre.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from marketwatch.extract.context import Context
from marketwatch.extract.rule_files import rule_file

_DIGIT = re.compile(r"\d")
_DEVICE_SHARE = 0.3
_TITLED_SHARE = 0.2
"""Enough when the title names a model, too."""
_RANKING_SHARE = 0.25


class Genre(StrEnum):
    COMPANY = "company news"
    DEVICE = "an article about a device"
    RANKING = "a research firm's ranking"


@dataclass(frozen=True, slots=True)
class _Patterns:
    model: re.Pattern[str]
    firms: Sequence[str]
    firm: re.Pattern[str]
    percent: re.Pattern[str]


def genre_of(context: Context) -> Genre:
    """Tell what an article is about from how many of its sentences name models or give percentages."""
    patterns = _patterns()
    sentences = context.sentences
    if not sentences:
        return Genre.COMPANY
    about_device = [bool(context.hits(s, "quiet") or find_models(s.text)) for s in sentences]
    title = context.document.title
    share = sum(about_device) / len(sentences)
    if len(sentences) > 1 and (share >= _DEVICE_SHARE or (share >= _TITLED_SHARE and patterns.model.search(title))):
        return Genre.DEVICE
    return Genre.RANKING if is_ranking(context) else Genre.COMPANY


def find_models(text: str) -> list[tuple[int, int]]:
    """Where a text names a model: Galaxy S24, Redmi Note 7."""
    return [match.span() for match in _patterns().model.finditer(text)] if _DIGIT.search(text) else []


def names_firm(context: Context) -> bool:
    """Whether a research firm is named: market shares are then its estimates."""
    text, patterns = f"{context.document.title} {context.document.text}", _patterns()
    return any(firm in text for firm in patterns.firms) and patterns.firm.search(text) is not None


def is_ranking(context: Context) -> bool:
    """Whether a research firm's count is what the article is about."""
    percentages = sum(bool(_patterns().percent.search(s.text)) for s in context.sentences)
    return bool(context.sentences) and percentages / len(context.sentences) >= _RANKING_SHARE and names_firm(context)


@cache
def _patterns() -> _Patterns:
    data = rule_file("genre.toml")
    lines = _one_of(data["lines"])
    model = (
        rf"(?<!\w)(?:{_one_of(data['families'])})(?:[ -]?(?:{lines}))*[ -]?(?:[A-Z]{{1,2}}[ -]?)?"
        rf"\d{{1,4}}(?!\d|[.,]\d|\s?(?:{_one_of(data['counted'])}))\w{{0,4}}"
    )
    return _Patterns(
        re.compile(model),
        data["firms"],
        re.compile(rf"(?<!\w)(?:{_one_of(data['firms'])})(?!\w)"),
        re.compile(rf"\d\s?(?:{_one_of(data['percent'])})"),
    )


def _one_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
