"""A document once read: what every later step of extraction looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketwatch.domain import Evidence
from marketwatch.extract.lexicon import Found, Hit
from marketwatch.extract.packs import Pack
from marketwatch.extract.periods import Periods
from marketwatch.extract.text import Document, Sentence
from marketwatch.extract.vendors import Attribution


@dataclass(frozen=True, slots=True)
class Context:
    """The document with its language, sentences and the vendors they are about."""

    document: Document
    lang: str
    pack: Pack
    sentences: tuple[Sentence, ...]
    found: Sequence[Found]
    """By sentence: the terms of the pack found in it."""
    attribution: Attribution
    periods: Periods
    """Of its title and sentences."""

    def hits(self, sentence: Sentence, section: str) -> Sequence[Hit]:
        """The terms of a section found in a sentence."""
        return self.found[sentence.index].get(section, ())

    def vendor_for(self, sentence: int, position: int) -> str | None:
        """The vendor that a place of the text belongs to."""
        return self.attribution.vendor_for(sentence, position)


def evidence_of(sentence: Sentence) -> Evidence:
    """A sentence as evidence: a slice of the document's text."""
    return Evidence(sentence.text, sentence.start, sentence.end)
