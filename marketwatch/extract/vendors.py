"""Who a clause is about: mentions of vendors, and the vendor a place in the text belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from marketwatch.domain import Moment, Vendor
from marketwatch.extract.lexicon import Found
from marketwatch.extract.text import Sentence, places_of

_DATED = re.compile(r"(.+?) (\d{4}(?:-\d{2})?)?\.\.(\d{4}(?:-\d{2})?)?$")
_UNSPACED = "\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff"
"""Scripts without spaces."""
_HAN = re.compile(f"[{_UNSPACED}]")
_RUN = rf"[^\W_{_UNSPACED}]"
_LETTER = rf"[^\W\d_{_UNSPACED}]"
_WORD = re.compile(rf"{_LETTER}+|\d+|[{_UNSPACED}]")
"""A character of a script without spaces, or a run of letters or of digits: `小米与OPPO16` has five."""
_CAPITAL = re.compile(rf"[^\W_a-z](?:(?<![{_UNSPACED}\d]){_LETTER}+)?")
"""A word that does not begin with a small letter."""
_INSIDE = re.compile(rf"(?<={_RUN}){_RUN}")
"""A letter or digit with one before it: no word begins here."""
_SEMICOLON = re.compile("[;；]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name a vendor goes by, and when it does."""

    text: str
    vendor: str
    person: bool
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A vendor's name in the text."""

    vendor: str
    start: int
    end: int
    text: str
    person: bool
    passing: bool = False
    """Named as a rival, a comparison or a source: not the one whose clause this is."""


class VendorNames:
    """All names of the watch-list, by the word they begin with."""

    def __init__(self, vendors: Sequence[Vendor]) -> None:
        self.names: dict[str, list[Name]] = {}
        for vendor in vendors:
            for text in (vendor.name, *vendor.aliases, *vendor.sub_brands):
                self._add(text, vendor.slug, person=False)
            for text in vendor.people:
                self._add(text, vendor.slug, person=True)
        self._starting: dict[str, list[str]] = {}
        """By their first word, the longest first."""
        for text in sorted(self.names, key=len, reverse=True):
            if first := _WORD.match(text):
                self._starting.setdefault(first[0], []).append(text)
        self._small = [word for word in self._starting if not _CAPITAL.match(word)]

    def _add(self, text: str, vendor: str, *, person: bool) -> None:
        match = _DATED.fullmatch(text)
        name, since, until = (match[1], _start(match[2]), _start(match[3])) if match else (text, None, None)
        for form in {name, name.upper()} if len(name) > 3 and not person else {name}:
            self.names.setdefault(form, []).append(Name(form, vendor, person, since, until))

    def starting_in(self, text: str) -> list[str]:
        """Words that names begin with, of which a text has the letters."""
        capital = self._starting.keys() & set(_CAPITAL.findall(text))
        return [*capital, *(word for word in self._small if word in text)]

    def find(self, text: str, starting: Sequence[str], published: Moment | None) -> list[tuple[Name, int, int]]:
        """Names that begin with some words, with their places; a dated name counts only at its time."""
        places = sorted((place, word) for word in starting if word in text for place in places_of(word, text, _WORD, _INSIDE))
        if not places:
            return []
        at = published.at if published else datetime.now(UTC)
        found = []
        behind = 0
        for place, word in places:
            name = next((n for n in self._starting[word] if _stands_at(text, n, place)), None) if place >= behind else None
            if name is None:
                continue
            behind = place + len(name)
            current = [n for n in self.names[name] if (not n.since or n.since <= at) and (not n.until or at < n.until)]
            if current:
                found.append((current[0], place, behind))
        return found


def _stands_at(text: str, name: str, place: int) -> bool:
    """Whether a name stands at a place and ends with it: `Nokia` does not in `Nokias`, but does in `Nokia3310`."""
    if not text.startswith(name, place):
        return False
    end = place + len(name)
    if _HAN.match(name[-1]) or end == len(text):
        return True
    following = _WORD.match(text, end)
    return following is None or _HAN.match(following[0]) is not None or following[0].isdigit()


def _start(text: str | None) -> datetime | None:
    return Moment.parse(text).at if text else None


@dataclass(frozen=True, slots=True)
class Attribution:
    """The mentions of a document and whom each sentence is about."""

    mentions: Mapping[int, tuple[Mention, ...]]
    """By sentence."""
    topics: tuple[str | None, ...]
    """By sentence: the vendor a sentence without a name is about."""
    salient: tuple[str, ...]
    """All vendors named, most salient first."""
    sentences: Sequence[Sentence]
    found: Sequence[Found]
    """By sentence: the terms found in it."""
    titled: tuple[Mention, ...] = ()
    """Mentions in the title, offsets counted from its start."""

    def vendor_for(self, sentence: int, position: int) -> str | None:
        """The vendor that a word at this place of the text belongs to."""
        subjects = [m for m in self.mentions.get(sentence, ()) if not m.passing]
        before = [m for m in subjects if m.start <= position]
        if before:
            clause = max((b for b in self.breaks_in(sentence) if b <= position), default=-1)
            inside = [m for m in before if m.start >= clause]
            if inside:
                return inside[0].vendor
            return before[-1].vendor if clause < 0 else before[0].vendor
        topic = self.topics[sentence] if sentence < len(self.topics) else None
        after = [m for m in subjects if m.start > position]
        if after and (topic is None or (len({m.vendor for m in after}) == 1 and after[0].vendor in self.salient[:1])):
            return after[0].vendor
        return topic

    def breaks_in(self, sentence: int) -> list[int]:
        """Where another clause begins in a sentence."""
        words = self.sentences[sentence]
        hits = self.found[sentence].get("vendors", ())
        begun = [words.span(h.first, h.last)[0] for h in hits if h.name == "clause_break"]
        return begun + [words.start + mark.start() for mark in _SEMICOLON.finditer(words.text)]


def attribute(
    sentences: Sequence[Sentence],
    found: Sequence[Found],
    names: VendorNames,
    *,
    title: str,
    published: Moment | None,
    feed_vendors: Sequence[str],
) -> Attribution:
    """Find mentions and follow the subject from sentence to sentence."""
    mentions: dict[int, tuple[Mention, ...]] = {}
    starting = names.starting_in("\n".join(sentence.text for sentence in sentences))
    for sentence in sentences:
        named = [
            Mention(name.vendor, sentence.start + a, sentence.start + b, name.text, name.person)
            for name, a, b in names.find(sentence.text, starting, published)
        ]
        hits = found[sentence.index].get("vendors", ()) if named else ()
        passing = [sentence.span(h.first, h.last)[1] for h in hits if h.name == "passing"]
        mentions[sentence.index] = tuple(_mark_passing(named, passing, sentence))
    titled = tuple(
        Mention(name.vendor, a, b, name.text, name.person)
        for name, a, b in names.find(title, names.starting_in(title), published)
    )
    salient = _salience(mentions, [m.vendor for m in titled], feed_vendors)
    return Attribution(mentions, tuple(_topics(sentences, mentions, salient)), salient, sentences, found, titled)


def _mark_passing(found: Sequence[Mention], passing: Sequence[int], sentence: Sentence) -> Iterable[Mention]:
    """A name right after `rivals such as` is in passing, and so are those listed after it."""
    last_passing: Mention | None = None
    text = sentence.text
    for mention in found:
        near = any(0 <= mention.start - end <= 18 for end in passing)
        between = text[last_passing.end - sentence.start : mention.start - sentence.start] if last_passing else "-"
        listed = last_passing is not None and re.fullmatch(
            r"[\s,、/]*(?:and|et|und|y|e|en|or|ou|oder|o|和|与|及|以及)?\s*", between
        )
        if near or listed or _LISTED_RIVALS.match(text, mention.end - sentence.start):
            mention = Mention(mention.vendor, mention.start, mention.end, mention.text, mention.person, passing=True)
            last_passing = mention
        yield mention


_LISTED_RIVALS = re.compile(
    r"(?:[、和与及以][^，。；]{1,24})?等(?:多家|众多|国产|竞争|主要|强劲)?(?:对手|竞争|品牌|厂商|公司|企业|友商)"
)
"""`华为、OPPO等对手`: vendors listed as the others."""


def _salience(mentions: Mapping[int, Sequence[Mention]], in_title: Sequence[str], feed_vendors: Sequence[str]) -> tuple[str, ...]:
    """Vendors by how much the article is about them: the title and the first sentences weigh most."""
    weight: Counter[str] = Counter()
    for vendor in dict.fromkeys(in_title):
        weight[vendor] += 4
    if in_title:
        weight[in_title[0]] += 1
    for index, found in mentions.items():
        for mention in found:
            weight[mention.vendor] += 0 if mention.passing else 3 if index < 2 else 1
    for vendor in feed_vendors:
        weight[vendor] += 1
    return tuple(vendor for vendor, _ in weight.most_common())


def _topics(
    sentences: Sequence[Sentence], mentions: Mapping[int, Sequence[Mention]], salient: Sequence[str]
) -> Iterable[str | None]:
    topic = salient[0] if salient else None
    for sentence in sentences:
        subjects = [m for m in mentions[sentence.index] if not m.passing]
        yield topic
        if subjects:
            first = subjects[0]
            early = first.start - sentence.start < 0.6 * len(sentence.text)
            topic = first.vendor if early or first.vendor == topic else topic
