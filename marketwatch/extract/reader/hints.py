"""What the rules see in each sentence, as numbers beside the words: concepts, moves, modifiers, and whom it is about."""

from __future__ import annotations

from functools import cache
from typing import Any

from marketwatch.domain import DIRECTIONS, Direction, ShiftKind
from marketwatch.extract.context import Context
from marketwatch.extract.genre import Genre, find_models, genre_of
from marketwatch.extract.matching import candidates_in
from marketwatch.extract.packs import Rules, load_rules
from marketwatch.extract.text import Sentence

PAIRS = tuple((kind, direction) for kind in ShiftKind for direction in Direction if direction in DIRECTIONS[kind])
"""What a sentence can state: the network's outputs, in this order."""
MODIFIERS = ("negated", "denied", "rumoured", "considered", "planned", "announced", "history", "current")
_SHARED = ("any region", "speech", "quiet words", "model", "quotation", "device", "ranking", "place")
OWN = ("named", "person", "passing", "spoken of", "topic", "first", "second", "titled")
"""Of a sentence and a vendor."""


@cache
def names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Concepts and moves, in the order of their columns."""
    rules = load_rules()
    moves = sorted({move for rule in rules.objects.values() for move in rule.moves})
    return tuple(sorted(rules.objects)), tuple(moves)


def width() -> tuple[int, int]:
    """Columns of the hints of a sentence, and of a sentence with a vendor."""
    concepts, moves = names()
    return len(concepts) + len(moves) + len(MODIFIERS) + len(_SHARED), len(PAIRS) + len(OWN)


def sentence_hints(context: Context) -> Any:
    """What holds for all vendors: (sentences + 1, columns) of 0 and 1, the title first."""
    import numpy as np

    concepts, moves = names()
    table = np.zeros((len(context.sentences) + 1, width()[0]), dtype=np.float32)
    genre = genre_of(context)
    for sentence in context.sentences:
        row = table[sentence.index + 1]
        for names_of, section, offset in (
            (concepts, "objects", 0),
            (moves, "moves", len(concepts)),
            (MODIFIERS, "modifiers", len(concepts) + len(moves)),
        ):
            for hit in context.hits(sentence, section):
                if hit.name in names_of:
                    row[offset + names_of.index(hit.name)] = 1
        row[len(concepts) + len(moves) + len(MODIFIERS) :] = _shared(context, sentence, genre)
    return table


def _shared(context: Context, sentence: Sentence, genre: Genre) -> list[float]:
    return [
        bool(context.hits(sentence, "regions")),
        bool(context.hits(sentence, "speech")),
        bool(context.hits(sentence, "quiet")),
        bool(find_models(sentence.text)),
        any(mark in sentence.text for mark in '"“”«»„「」'),
        genre is Genre.DEVICE,
        genre is Genre.RANKING,
        sentence.index / max(1, len(context.sentences) - 1),
    ]


def vendor_hints(context: Context, vendor: str, rules: Rules) -> Any:
    """What the rules say of this vendor: (sentences + 1, columns), the title first."""
    import numpy as np

    table = np.zeros((len(context.sentences) + 1, width()[1]), dtype=np.float32)
    about = context.attribution
    rank = about.salient.index(vendor) if vendor in about.salient else 9
    table[:, -3:] = (rank == 0, rank == 1, any(m.vendor == vendor for m in about.titled))
    for sentence in context.sentences:
        row = table[sentence.index + 1]
        own = [m for m in about.mentions.get(sentence.index, ()) if m.vendor == vendor]
        middle = (sentence.start + sentence.end) // 2
        row[len(PAIRS) : len(PAIRS) + 5] = (
            bool(own),
            any(m.person for m in own),
            bool(own) and all(m.passing for m in own),
            about.vendor_for(sentence.index, middle) == vendor,
            about.topics[sentence.index] == vendor,
        )
        for candidate in candidates_in(context, sentence, rules):
            if not candidate.negated and about.vendor_for(sentence.index, candidate.start) == vendor:
                row[PAIRS.index((candidate.kind, candidate.direction))] = 1
    return table
