"""A document as the network sees it: the pieces of its title and sentences, window after window.

Vendors' names are all replaced by one, so that nothing is learned of a vendor; which of them a reading is for is told
by the role of each piece. Persons, models and numbers stay as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marketwatch.extract.context import Context
from marketwatch.extract.periods import Period, find_periods
from marketwatch.extract.quantities import Quantity, find_quantities
from marketwatch.extract.reader.pieces import END, START, Pieces
from marketwatch.extract.text import Sentence
from marketwatch.extract.vendors import Mention

WINDOW = 500
"""Pieces read at once; most articles are shorter."""
_SENTENCE = 110
"""Pieces read of one sentence."""
_CHARACTERS = 900
"""Characters of one sentence that are looked at."""
_SENTENCES = 120
"""Sentences read of one article: news says what it has to say early."""
_NAME = "Samsung"
_HAN_NAME = "三星"
VENDORS = 6
"""Vendors an article is read for, the most salient first."""


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with the quantities and periods found in it, offsets counted from its start."""

    sentence: Sentence
    quantities: tuple[Quantity, ...]
    periods: tuple[Period, ...]
    pieces: tuple[int, ...]
    mentions: tuple[Mention | None, ...]
    """By piece: the name it belongs to."""
    quantity_ends: tuple[int | None, ...]
    """By quantity: its last piece, None when it was taken for a date or cut off."""


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences that are read together, the title before them."""

    sentences: tuple[ReadSentence, ...]

    @property
    def pieces(self) -> list[int]:
        return [START, *(piece for s in self.sentences for piece in (*s.pieces, END))]

    @property
    def places(self) -> list[int]:
        """By piece: the number of its sentence in the window, 0 for the title."""
        return [0, *(n for n, s in enumerate(self.sentences) for _ in range(len(s.pieces) + 1))]

    @property
    def mentions(self) -> list[Mention | None]:
        return [None, *(m for s in self.sentences for m in (*s.mentions, None))]

    @property
    def quantity_pieces(self) -> list[tuple[int, int, int]]:
        """(sentence of the window, its quantity, piece of the window) of all quantities outside the title."""
        found, at = [], 1
        for number, sentence in enumerate(self.sentences):
            ends = enumerate(sentence.quantity_ends) if number else ()
            found += [(number, index, at + end) for index, end in ends if end is not None]
            at += len(sentence.pieces) + 1
        return found


def vendors_of(context: Context) -> tuple[str, ...]:
    """Whom a document is read for: the vendors it names."""
    titled = (m.vendor for m in context.attribution.titled)
    return tuple(dict.fromkeys((*context.attribution.salient, *titled)))[:VENDORS]


def windows_of(context: Context, pieces: Pieces) -> list[Window]:
    """Return the windows of a document; every one begins with the title."""
    title = context.document.title or (context.sentences[0].text if context.sentences else "")
    heading = _read(context, Sentence(-1, title, 0, len(title), -1), context.attribution.titled, pieces)
    mentions = context.attribution.mentions
    windows: list[Window] = []
    current, size = [heading], len(heading.pieces) + 2
    for sentence in context.sentences[:_SENTENCES]:
        read = _read(context, sentence, mentions.get(sentence.index, ()), pieces)
        if len(current) > 1 and size + len(read.pieces) + 1 > WINDOW:
            windows.append(Window(tuple(current)))
            current, size = [heading], len(heading.pieces) + 2
        current.append(read)
        size += len(read.pieces) + 1
    return [*windows, Window(tuple(current))] if len(current) > 1 else windows


def _read(context: Context, sentence: Sentence, mentions: Sequence[Mention], vocabulary: Pieces) -> ReadSentence:
    text = sentence.text[:_CHARACTERS]
    quantities = tuple(find_quantities(text, context.lang))
    periods = tuple(find_periods(text, context.lang, context.document.published))
    ids: list[int] = []
    owners: list[Mention | None] = []
    ends: list[int | None] = [None] * len(quantities)
    for start, end, held in _parts(text, sentence.start, mentions, quantities, periods):
        new = vocabulary.encode(_shown(context, text[start:end], held), after_space=_begins_word(text, start))
        ids += new
        owners += [held if isinstance(held, Mention) else None] * len(new)
        if isinstance(held, int) and new and len(ids) <= _SENTENCE:
            ends[held] = len(ids) - 1
    return ReadSentence(sentence, quantities, periods, tuple(ids[:_SENTENCE]), tuple(owners[:_SENTENCE]), tuple(ends))


def _shown(context: Context, text: str, held: object) -> str:
    if isinstance(held, Mention) and not held.person:
        return _HAN_NAME if context.lang == "zh" else _NAME
    return text


def _begins_word(text: str, start: int) -> bool:
    return start == 0 or text[start - 1].isspace() or text[start].isspace()


def _parts(
    text: str, start: int, mentions: Sequence[Mention], quantities: Sequence[Quantity], periods: Sequence[Period]
) -> Iterable[tuple[int, int, Mention | Period | int | None]]:
    """The text cut at names, periods and quantities (by number), in order; of two that overlap the first of these stays."""
    spans: list[tuple[int, int, Mention | Period | int | None]] = [(m.start - start, m.end - start, m) for m in mentions]
    spans += [(p.start, p.end, p) for p in periods]
    spans += [(q.start, q.end, number) for number, q in enumerate(quantities)]
    taken: list[tuple[int, int, Mention | Period | int | None]] = []
    for span in spans:
        if span[1] <= len(text) and not any(t[0] < span[1] and span[0] < t[1] for t in taken):
            taken.append(span)
    at = 0
    for span in sorted(taken, key=lambda s: s[0]):
        if at < span[0]:
            yield at, span[0], None
        yield span
        at = span[1]
    if at < len(text):
        yield at, len(text), None
