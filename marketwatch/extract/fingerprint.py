"""What tells that two articles are on the same news: the names, numbers and copied words of an article, and its meaning.

    n:harman        a name; one that is written differently in other languages by its key in names/names.toml
    q:8.00e9        a number with its scale, three digits of it
    #1f3a…          a shingle: the smallest hashes of runs of words, for texts that were copied

All of it depends on title and text alone (and on the encoder, for the meaning), not on what else is stored.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Any

from marketwatch.domain import Fingerprint
from marketwatch.extract.context import Context
from marketwatch.extract.quantities import find_quantities, may_hold_quantity
from marketwatch.fingerprint_data import fingerprint_version, names_file
from marketwatch.query.words import fold

SHINGLES = 24
"""Hashes kept of a text's shingles."""
_RUN = 5
"""Words of a shingle; characters twice as many where words are not written apart."""
_CHARACTERS = 2500
"""Of a text that names and numbers are taken from: news says early what it is about."""
_NAMES, _NUMBERS, _CITED = 60, 30, 8
_TOKEN = re.compile(r"[^\W_\u3400-\u9fff]+(?:[.'’\-][^\W_\u3400-\u9fff]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCE_END = frozenset('.!?:…\n。！？“”«»„"')
_YEARS = range(1980, 2051)
_TITLED = r"[A-ZÀ-Þ0-9][\w.&'’\-]*"
_NAME = rf"(?:the |The |der |die |das |dem |le |la |l'|el |il |o |a |het |de )?({_TITLED}(?: {_TITLED}){{0,3}})"


def fingerprint_of(context: Context, meaning: Any = None) -> Fingerprint:
    """The fingerprint of a document; `meaning` is what the encoder says of it on average, (width,)."""
    text = f"{context.document.title}.\n{context.document.text[:_CHARACTERS]}"
    keys = [*_named(text), *_numbers(context), *_shingles(context.document.text)]
    bits = None if meaning is None else _bits(meaning, context.lang)
    return Fingerprint(tuple(dict.fromkeys(keys)), bits, tuple(_cited(text, context.lang)), fingerprint_version())


# --- names -----------------------------------------------------------------------------------------------------------
def _named(text: str) -> Iterator[str]:
    known: dict[str, None] = {}
    for pattern in _aliases():
        known |= {_alias_keys()[found]: None for found in pattern.findall(text)}
        text = pattern.sub(" ", text)
    found = [*known, *dict.fromkeys(_written_alike(text))]
    return (f"n:{name}" for name in found[:_NAMES])


def _data(name: str) -> Mapping[str, Any]:
    return tomllib.loads(names_file(name).decode())


@cache
def _alias_keys() -> Mapping[str, str]:
    """Every way a name is written → its key."""
    return {alias: key for section in _data("names.toml").values() for key, aliases in section.items() for alias in aliases}


@cache
def _aliases() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = sorted(_alias_keys(), key=lambda name: (-len(name), name))
    latin = "|".join(re.escape(name) for name in names if not _HAN.search(name))
    return re.compile(rf"(?<!\w)(?:{latin})(?!\w)"), re.compile("|".join(n for n in names if _HAN.search(n)))


def _written_alike(text: str) -> Iterator[str]:
    """Words that look like names: capitals inside a sentence, digits among letters. With its number one is a name of its own."""
    name, end = "", 0
    for match in _TOKEN.finditer(text):
        word, gap = match[0], text[end : match.start()]
        first = end == 0 or not _SENTENCE_END.isdisjoint(gap)
        end = match.end()
        digits = any(c.isdigit() for c in word)
        if name and digits and not gap.strip():
            yield fold(name + word)
        looks = (word[0].isupper() and (not first or not word[1:].islower())) or (digits and not word[0].isdigit())
        if looks and len(word) > 1:
            yield fold(re.sub(r"['’]s$", "", word))
        name = word if word[0].isupper() else ""


# --- numbers ---------------------------------------------------------------------------------------------------------
def _numbers(context: Context) -> list[str]:
    found: dict[str, None] = {}
    for sentence in context.sentences:
        if sentence.start > _CHARACTERS:
            break
        if not may_hold_quantity(sentence, context.lang):
            continue
        for quantity in find_quantities(sentence.text, context.lang):
            for value in (quantity.value, quantity.value_high):
                if value is not None and (key := _number_key(value, quantity.unit)):
                    found[key] = None
    return list(found)[:_NUMBERS]


def _number_key(value: Decimal, unit: str | None) -> str | None:
    """None for what every article has: a year, a small whole number."""
    if value == 0 or (unit is None and (value in _YEARS or (value < 20 and value == int(value)))):
        return None
    return f"q:{float(value):.2e}".replace("e+0", "e").replace("e+", "e")


# --- copied words ----------------------------------------------------------------------------------------------------
def _shingles(text: str) -> Iterator[str]:
    """The smallest hashes of the runs of words: two texts share as many of them as they share of their words."""
    words = re.findall(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+", fold(text))
    run = _RUN * 2 if sum(map(len, words)) < 2 * len(words) else _RUN
    runs = {" ".join(words[n : n + run]) for n in range(len(words) - run + 1)}
    return (f"#{number:x}" for number in sorted(map(_hash, runs))[:SHINGLES])


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=5).digest(), "big")


# --- whom it has it from ---------------------------------------------------------------------------------------------
def _cited(text: str, lang: str) -> list[str]:
    found: dict[str, None] = {}
    for pattern in _citing(lang):
        for match in pattern.finditer(text):
            found[match[1].strip(" ,.'’")] = None
    return [name for name in found if len(name) > 1][:_CITED]


@cache
def _citing(lang: str) -> tuple[re.Pattern[str], ...]:
    words = _data("citing.toml").get(lang) or {}
    before, after, credit = (_any_of(words.get(name, ())) for name in ("before", "after", "credit"))
    if lang == "zh":
        return (re.compile(rf"(?:{before})《?([A-Za-z\u3400-\u9fff][\w .&·]{{1,24}}?)》?(?:{after})"),)
    bracket = re.compile(rf"\((?:(?i:{credit})\s)?{_NAME}\)") if credit else None
    patterns = (
        re.compile(rf"(?<!\w)(?i:{before})\s+{_NAME}") if before else None,
        re.compile(rf"{_NAME}\s+(?:{after})(?!\w)") if after else None,
        bracket,
    )
    return tuple(pattern for pattern in patterns if pattern is not None)


def _any_of(terms: Iterable[str]) -> str:
    return "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))


# --- meaning ---------------------------------------------------------------------------------------------------------
def _bits(meaning: Any, lang: str) -> int:
    """On which side of what articles of its language have in common it lies, a bit a dimension."""
    import numpy as np

    centres = _centres()
    centre = centres.get(lang, centres["all"])
    return int.from_bytes(np.packbits(np.asarray(meaning) > centre).tobytes(), "big")


@cache
def _centres() -> Mapping[str, Any]:
    """What the encoder says on average of news in each language: made by tools/story_centres.py."""
    from io import BytesIO

    import numpy as np

    with np.load(BytesIO(names_file("centres.npz")), allow_pickle=False) as data:
        return {name: data[name].astype(np.float32) for name in data.files}
