"""The extractor: a document → its shifts and figures, step by step.

1. language    of the text, with the feed's as a hint
2. sentences   with offsets and tokens
3. vendors     mentions, subjects, who each sentence is about
4. figures     quantities with metric, period, role
5. matches     concepts × moves, phrases, goals among the figures
6. refusals    negated, about a device, a ranking
7. modifiers   status, history
8. assembly    one shift a (vendor, kind, direction, object), with all its sentences
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from marketwatch.domain import Direction, Evidence, Extraction, Figure, Shift, ShiftKind, Status, TraceStep, Vendor
from marketwatch.extract.context import Context
from marketwatch.extract.figures import extract_figures
from marketwatch.extract.genre import Genre, genre_of
from marketwatch.extract.heads import Heads, load_heads
from marketwatch.extract.language import detect
from marketwatch.extract.learned import learned_candidates
from marketwatch.extract.lexicon import load_pack, load_rules, packs_digest
from marketwatch.extract.matching import Candidate, candidates_in
from marketwatch.extract.speakers import speaker_of
from marketwatch.extract.status import is_background, status_of
from marketwatch.extract.targets import target_candidates
from marketwatch.extract.text import MAX_TEXT, Document, split_sentences
from marketwatch.extract.vendors import VendorNames, attribute

_MAX_EVIDENCE = 6
"""Sentences kept for one shift."""


class Extractor:
    """Reads articles about the vendors of a watch-list. Immutable after construction; share it freely."""

    def __init__(self, vendors: Sequence[Vendor], *, heads: Heads | Literal["packaged"] | None = "packaged") -> None:
        """`heads` are the learned readers: the packaged ones when their extra is installed, or None for rules alone."""
        self._names = VendorNames(vendors)
        self._rules = load_rules()
        self._heads = load_heads() if heads == "packaged" else heads
        learned = f"+heads-{self._heads.digest[:8]}" if self._heads else ""
        self.version = f"rules-1+{packs_digest()[:8]}{learned}"

    def extract(self, document: Document, *, trace: bool = False) -> Extraction:
        """Return the shifts and figures of a document, evidence as slices of `document.text`."""
        document = replace(document, text=document.text[:MAX_TEXT])
        context = self._read(document)
        figures = extract_figures(context)
        steps: list[TraceStep] = []
        found = list(self._statements(context, figures, steps))
        shifts = _assemble(context, found)
        return Extraction(
            lang=context.lang,
            shifts=tuple(shifts),
            figures=figures,
            extractor=self.version,
            vendors=context.attribution.salient,
            trace=tuple(steps) if trace else (),
        )

    def _read(self, document: Document) -> Context:
        lang = detect(document.text, document.lang)
        pack = load_pack(lang)
        sentences = split_sentences(document.text, pack.abbreviations)
        attribution = attribute(
            sentences,
            self._names,
            pack,
            title=document.title,
            published=document.published,
            feed_vendors=document.feed_vendors,
        )
        return Context(document, lang, pack, sentences, attribution)

    def _statements(self, context: Context, figures: Sequence[Figure], steps: list[TraceStep]) -> Iterable[tuple[str, Candidate]]:
        """Candidates with their vendor; what is dropped goes into the trace with the reason."""
        quiet = _quiet_sentences(context)
        genre = genre_of(context)
        found: list[tuple[str | None, Candidate]] = [
            (context.vendor_for(s.index, c.start), _without_goal(c))
            for s in context.sentences
            for c in candidates_in(context, s, self._rules)
        ]
        found += target_candidates(context, figures)
        # An article that names no vendor is not read: nothing found in it would belong to anyone.
        if self._heads is not None and genre is Genre.COMPANY and context.attribution.salient:
            seen = {(vendor, c.kind) for vendor, c in found if vendor is not None and not _refused(c, quiet, genre)}
            found += learned_candidates(context, self._heads, seen)
        for vendor, candidate in found:
            reason = "no vendor" if vendor is None else _refused(candidate, quiet, genre)
            outcome = f"dropped: {reason}" if reason else "kept"
            detail = f"{vendor} {candidate.kind.value} {candidate.direction.value} {candidate.label}"
            steps.append(TraceStep(candidate.rule, outcome, candidate.start, candidate.end, detail))
            if vendor is not None and not reason:
                yield vendor, candidate


def _quiet_sentences(context: Context) -> frozenset[int]:
    """Sentences about a device, a price or a ranking, where words of strategy mean something else."""
    return frozenset(s.index for s in context.sentences if context.pack.quiet.find(s.tokens))


def _without_goal(candidate: Candidate) -> Candidate:
    """`gives no target`: not setting a goal is withdrawing it."""
    if candidate.negated and candidate.kind is ShiftKind.TARGET and candidate.direction is Direction.SET:
        return replace(candidate, direction=Direction.WITHDRAW, label="unit goal", negated=False)
    return candidate


def _refused(candidate: Candidate, quiet: frozenset[int], genre: Genre) -> str | None:
    if genre is not Genre.COMPANY:
        return genre.value
    if candidate.negated:
        return "negated"
    if candidate.sentence in quiet and candidate.kind is not ShiftKind.PRESSURE and not candidate.rule.startswith("target"):
        return "about a device, a price or a ranking"
    return None


def _assemble(context: Context, found: Sequence[tuple[str, Candidate]]) -> list[Shift]:
    shifts: dict[tuple[str, str, str, str], Shift] = {}
    # A goal with its figure says more than the phrase that announces it.
    figured = {(v, c.sentence, c.direction) for v, c in found if c.rule.startswith("target.")}
    for vendor, candidate in found:
        phrase = candidate.kind is ShiftKind.TARGET and not candidate.rule.startswith("target.")
        if phrase and (vendor, candidate.sentence, candidate.direction) in figured:
            continue
        shift = _shift(context, vendor, candidate)
        key = (vendor, shift.kind.value, shift.direction.value, shift.object)
        shifts[key] = _merged(shifts[key], shift) if key in shifts else shift
    return [s for s in shifts.values() if not _contradicted(s, list(shifts.values()))]


def _shift(context: Context, vendor: str, candidate: Candidate) -> Shift:
    sentence = context.sentences[candidate.sentence]
    facts = candidate.kind is ShiftKind.PRESSURE or candidate.direction in (Direction.MET, Direction.MISSED)
    speaker = None if facts else speaker_of(context, sentence, vendor)
    return Shift(
        vendor=vendor,
        kind=candidate.kind,
        direction=candidate.direction,
        object=candidate.label,
        status=status_of(context, sentence, candidate),
        evidence=(Evidence(sentence.text, sentence.start, sentence.end),),
        speaker=speaker.name if speaker else None,
        role=speaker.role if speaker else None,
        background=is_background(context, sentence, candidate),
        origin=candidate.origin,
        destination=candidate.label if candidate.origin else None,
        confidence=candidate.confidence,
        rule=candidate.rule,
    )


def _merged(one: Shift, other: Shift) -> Shift:
    """The same shift stated twice: all its sentences, the surest status, the first speaker named."""
    evidence = tuple(sorted({*one.evidence, *other.evidence}, key=lambda e: e.start))[:_MAX_EVIDENCE]
    better = one if one.confidence >= other.confidence else other
    order = list(Status)
    return replace(
        better,
        evidence=evidence,
        status=max(one.status, other.status, key=order.index),
        speaker=one.speaker or other.speaker,
        role=one.role if one.speaker else other.role,
        background=one.background and other.background,
    )


def _contradicted(shift: Shift, others: Sequence[Shift]) -> bool:
    """A weaker reading of the very same sentence and kind in another direction."""
    return any(
        o is not shift
        and (o.vendor, o.kind, o.evidence[0]) == (shift.vendor, shift.kind, shift.evidence[0])
        and o.direction is not shift.direction
        and o.object == shift.object
        and o.confidence > shift.confidence
        for o in others
    )
