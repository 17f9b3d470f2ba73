"""What tells that two articles are on the same news: the names, numbers and copied words of an article, and its meaning.

    n:harman        a name; one that is written differently in other languages by its key in names/names.toml
    q:8.00e9        a number with its scale, three digits of it
    #1f3a…          a shingle: the smallest hashes of runs of words, for texts that were copied

All of it depends on title and text alone (and on the encoder, for the meaning), not on what else is stored.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from typing import Any

from marketwatch.domain import Fingerprint
from marketwatch.extract.context import Context
from marketwatch.extract.phrases import needed_letters, one_of
from marketwatch.extract.quantities import find_quantities, may_hold_quantity
from marketwatch.extract.text import fold as fold_case
from marketwatch.fingerprint_data import fingerprint_version, names_file
from marketwatch.query.words import fold

SHINGLES = 24
"""Hashes kept of a text's shingles."""
_RUN = 5
"""Words of a shingle; characters twice as many where words are not written apart."""
_CHARACTERS = 2500
"""Of a text that names and numbers are taken from: news says early what it is about."""
_NAMES, _NUMBERS, _CITED = 60, 30, 8
_TOKEN = re.compile(r"(\W*+)(?:[a-z]++(?![.'’\-\w])|((?:\w++(?:[.'’\-]\w++)*+)?))")
"""What stands before a word, and the word; empty for one in small letters, as most are, and at the end of a text."""
_NO_LETTER = re.compile(r"[_\u3400-\u9fff]+")
"""What `_TOKEN` takes for letters and is none of a word that may be a name."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_COPIED = re.compile(r"[a-z0-9]++(?![^\W_])|[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
"""Words of a shingle, each Han character by itself. Its first part is there for speed."""
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
        parts = pattern.split(text)  # what stands between aliases, and they themselves in turn
        known |= {_alias_keys()[alias]: None for alias in parts[1::2]}
        text = " ".join(parts[::2])
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
    han = [name for name in _alias_keys() if _HAN.search(name)]
    latin = _alias_keys().keys() - set(han)
    return re.compile(rf"(?<!\w)({one_of(latin)})(?!\w)"), re.compile(f"({one_of(han)})")


def _written_alike(text: str) -> Iterator[str]:
    """Words that look like names: capitals inside a sentence, digits among letters. With its number one is a name of its own."""
    name = ""
    for at, (gap, word) in enumerate(_TOKEN.findall(_NO_LETTER.sub("/", text))):
        if not word:
            name = ""
            continue
        capital, digits = word[0].isupper(), not word.isalpha() and any(map(str.isdigit, word))
        if name and digits and not gap.strip():
            yield fold(name + word)
        looks = digits and not word[0].isdigit()
        if capital and not looks:  # at the beginning of a sentence every word has one
            looks = not word[1:].islower() or (at > 0 and _SENTENCE_END.isdisjoint(gap))
        if looks and len(word) > 1:
            yield fold(word[:-2] if word.endswith(("'s", "’s")) else word)
        name = word if capital else ""


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
    words = _COPIED.findall(fold(text))
    run = _RUN * 2 if sum(map(len, words)) < 2 * len(words) else _RUN
    joined = " ".join(words)
    ends = [length + before for before, length in enumerate(accumulate(map(len, words)))]
    starts = [0, *(end + 1 for end in ends)]
    runs = {joined[start:end] for start, end in zip(starts, ends[run - 1 :], strict=False)}
    hashes = sorted(blake2b(text.encode(), digest_size=5).digest() for text in runs)
    return (f"#{int.from_bytes(number):x}" for number in hashes[:SHINGLES])


# --- whom it has it from ---------------------------------------------------------------------------------------------
def _cited(text: str, lang: str) -> list[str]:
    found: dict[str, None] = {}
    folded = fold_case(text)
    for needed, pattern in _citing(lang):
        if any(words in folded for words in needed):
            found |= dict.fromkeys(match[1].strip(" ,.'’") for match in pattern.finditer(text))
    return [name for name in found if len(name) > 1][:_CITED]


@cache
def _citing(lang: str) -> Sequence[tuple[Sequence[str], re.Pattern[str]]]:
    """Patterns, each with words, folded, of which whatever it matches has some: most articles cite nobody."""
    words = _data("citing.toml").get(lang) or {}
    before, after, credit = (words.get(name, ()) for name in ("before", "after", "credit"))
    if lang == "zh":
        source = rf"(?:{_any_of(before)})《?([A-Za-z\u3400-\u9fff][\w .&·]{{1,24}}?)》?(?:{_any_of(after)})"
        return ((needed_letters(before), re.compile(source)),)
    patterns = (
        (before, rf"(?<!\w)(?i:{_any_of(before)})\s+{_NAME}"),
        (after, rf"{_NAME}\s+(?:{_any_of(after)})(?!\w)"),
        (credit and "(", rf"\((?:(?i:{_any_of(credit)})\s)?{_NAME}\)"),
    )
    return [(needed_letters(needed), re.compile(source)) for needed, source in patterns if needed]


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
