"""The extractor: a document → its shifts and figures, step by step.

1. language    of the text, with the feed's as a hint
2. sentences   with offsets and tokens
3. vendors     mentions, subjects, who each sentence is about
4. figures     quantities with metric, period, role
5. matches     concepts × moves, phrases, goals among the figures
6. refusals    negated, about a device, a ranking
7. modifiers   status, history
8. assembly    one shift a (vendor, kind, direction, object), with all its sentences

Where the learned reader's weights are installed it decides what is a figure and, where it is sure, what is a shift; what
the rules saw is told to it in step 5. Where it is not sure the rules are believed, unless it rules their finding out. Its
statements take their words, speakers and quantities from the same steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from marketwatch.domain import Direction, Evidence, Extraction, Figure, Fingerprint, Shift, ShiftKind, Status, TraceStep, Vendor
from marketwatch.extract.context import Context, evidence_of
from marketwatch.extract.figures import extract_figures
from marketwatch.extract.fingerprint import fingerprint_of
from marketwatch.extract.fiscal import fiscal_end
from marketwatch.extract.genre import Genre, genre_of
from marketwatch.extract.language import detect
from marketwatch.extract.learned import figures_told, shifts_of
from marketwatch.extract.matching import Candidate, candidates_in
from marketwatch.extract.periods import Periods
from marketwatch.extract.reader.decide import Statement, figures_of, statements_of, surest_of
from marketwatch.extract.reader.reader import VendorReading, meaning_of, read_document
from marketwatch.extract.reader.tokens import vendors_of
from marketwatch.extract.reader.weights import Weights, load
from marketwatch.extract.rule_files import rules_digest
from marketwatch.extract.speakers import speaker_of
from marketwatch.extract.status import is_background, status_of
from marketwatch.extract.targets import target_candidates
from marketwatch.extract.text import MAX_TEXT, Document, split_sentences
from marketwatch.extract.vendors import VendorNames, attribute
from marketwatch.extract.vocabulary import Vocabulary, pack_with, rules_with

_MAX_EVIDENCE = 6
"""Sentences kept for one shift."""
_CONSIDERED = 0.2
"""Score from which a statement of the reader is worth a line of the trace."""


class Extractor:
    """Reads articles about the vendors of a watch-list. Immutable after construction; share it freely."""

    def __init__(
        self,
        vendors: Sequence[Vendor],
        *,
        vocabulary: Vocabulary | None = None,
        reader: Weights | Literal["packaged"] | None = "packaged",
    ) -> None:
        """`vocabulary` is what is added to the packaged rules and packs.

        `reader` is the learned reader: the packaged one when it is installed, or None for rules alone.
        """
        self._names = VendorNames(vendors)
        self._vocabulary = vocabulary
        self._rules = rules_with(vocabulary)
        self._reader = load() if reader == "packaged" else reader
        learned = f"+reader-{self._reader.digest[:8]}" if self._reader else ""
        own = f"+own-{vocabulary.digest[:8]}" if vocabulary else ""
        self.version = f"rules-1+{rules_digest()[:8]}{own}{learned}"

    def extract(self, document: Document, *, trace: bool = False) -> Extraction:
        """Return the shifts and figures of a document, evidence as slices of `document.text`."""
        document = replace(document, text=document.text[:MAX_TEXT])
        context = self.read(document)
        steps: list[TraceStep] = []
        figures = extract_figures(context)
        readings: Sequence[VendorReading] = ()
        if self._reader is not None:
            readings = read_document(self._reader, context, self._rules, figures)
            shifts, figures = self._learned(context, readings, figures, steps)
        else:
            shifts = _assemble(context, list(self._statements(context, figures, steps)))
        return Extraction(
            lang=context.lang,
            shifts=tuple(shifts),
            figures=figures,
            extractor=self.version,
            vendors=context.attribution.salient,
            fingerprint=fingerprint_of(context, readings[0].meaning if readings else None),
            trace=tuple(steps) if trace else (),
        )

    def fingerprint(self, document: Document) -> Fingerprint:
        """What `extract` says that the document is compared by, without the rest of the work."""
        context = self.read(replace(document, text=document.text[:MAX_TEXT]))
        read = self._reader is not None and vendors_of(context)
        return fingerprint_of(context, meaning_of(self._reader, context) if self._reader and read else None)

    def _learned(
        self, context: Context, readings: Sequence[VendorReading], plain: tuple[Figure, ...], steps: list[TraceStep]
    ) -> tuple[list[Shift], tuple[Figure, ...]]:
        """What the reader says, in our own terms, beside the `plain` figures of the rules.

        What it considered and did not say goes into the trace.
        """
        assert self._reader is not None
        settings = self._reader.settings
        seen = self._candidates(context)
        shifts: list[Shift] = []
        statements = statements_of(readings, floor=0)
        for statement in statements:
            kept = statement.score >= settings["threshold"]
            if kept or statement.score >= _CONSIDERED:
                steps.append(_reader_step(context, statement, kept=kept))
            if kept:
                shifts += shifts_of(context, statement, seen, settings)
        found = _assemble(context, list(self._statements(context, plain, steps)))
        agreed = list(self._agreed(context, found, shifts, surest_of(statements), steps))
        shifts = [s for s in shifts if not any(_says_better(a, s) for a in agreed)] + agreed
        said = {(s.vendor, s.kind, s.direction) for s in shifts}
        own = _assemble(context, list(self._own(context, seen, steps)))
        shifts += [s for s in own if (s.vendor, s.kind, s.direction) not in said]
        return shifts, figures_told(context, figures_of(readings), plain, floor=settings["figure_threshold"])

    def _agreed(
        self,
        context: Context,
        found: Sequence[Shift],
        said: Sequence[Shift],
        surest: Mapping[tuple[str, ShiftKind], Statement],
        steps: list[TraceStep],
    ) -> Iterable[Shift]:
        """What the rules find and the reader, unsure of it, does not rule out."""
        assert self._reader is not None
        settings = self._reader.settings
        for shift in found:
            same = [s for s in said if (s.vendor, s.kind) == (shift.vendor, shift.kind)]
            if told := next((s for s in same if _is_goal_of(shift, s)), None):
                yield replace(told, object=shift.object, rule=f"{told.rule}+{shift.rule}")
                continue
            if shift.background or any(_is_told(shift, s) for s in same):
                continue
            # A sentence may set one goal and give up another; what names both ends of a switch is plain.
            own_words = shift.kind is ShiftKind.TARGET or shift.origin is not None
            others = [s for s in same if s.direction is not shift.direction]
            apart = own_words or not any(set(s.evidence) & set(shift.evidence) for s in others)
            read = surest.get((shift.vendor, shift.kind))
            if read and read.score >= settings["agreed"] and apart:
                evidence = _joined(shift.evidence, (evidence_of(context.sentences[read.best]),))
                yield replace(shift, confidence=settings["rules"], evidence=evidence)
            else:
                first, detail = shift.evidence[0], f"{shift.vendor} {shift.kind.value} {shift.direction.value}"
                steps.append(TraceStep(shift.rule, "dropped: the reader says otherwise", first.start, first.end, detail))

    def _own(
        self, context: Context, seen: Sequence[tuple[str | None, Candidate]], steps: list[TraceStep]
    ) -> Iterable[tuple[str, Candidate]]:
        """What only the user's own words find. The reader never learned them: its silence says nothing."""
        if self._vocabulary is None:
            return
        quiet, genre = _quiet_sentences(context), genre_of(context)
        pack = pack_with(context.lang, None)
        plain = replace(context, pack=pack, found=[pack.lexicon.find(s.words) for s in context.sentences])
        packaged = {_meaning(_without_goal(c)) for s in context.sentences for c in candidates_in(plain, s, rules_with(None))}
        for vendor, candidate in seen:
            candidate = _without_goal(candidate)
            if vendor is not None and _meaning(candidate) not in packaged and not _refused(candidate, quiet, genre):
                detail = f"{vendor} {candidate.kind.value} {candidate.direction.value} {candidate.label}"
                steps.append(TraceStep(candidate.rule, "kept: your own words", candidate.start, candidate.end, detail))
                yield vendor, candidate

    def read(self, document: Document) -> Context:
        """The document with its language, sentences and vendors: what every later step looks at."""
        lang = detect(document.text, document.lang)
        pack = pack_with(lang, self._vocabulary)
        sentences = split_sentences(document.text, pack.abbreviations)
        found = [pack.lexicon.find(sentence.words) for sentence in sentences]
        attribution = attribute(
            sentences,
            found,
            self._names,
            title=document.title,
            published=document.published,
            feed_vendors=document.feed_vendors,
        )
        whose = next(iter(attribution.salient), None)
        periods = Periods(f"{document.title}\n{document.text}", lang, document.published, fiscal_end(whose))
        return Context(document, lang, pack, sentences, found, attribution, periods)

    def _statements(self, context: Context, figures: Sequence[Figure], steps: list[TraceStep]) -> Iterable[tuple[str, Candidate]]:
        """Candidates with their vendor; what is dropped goes into the trace with the reason."""
        quiet = _quiet_sentences(context)
        genre = genre_of(context)
        found = [(vendor, _without_goal(candidate)) for vendor, candidate in self._candidates(context)]
        found += target_candidates(context, figures)
        for vendor, candidate in found:
            reason = "no vendor" if vendor is None else _refused(candidate, quiet, genre)
            outcome = f"dropped: {reason}" if reason else "kept"
            detail = f"{vendor} {candidate.kind.value} {candidate.direction.value} {candidate.label}"
            steps.append(TraceStep(candidate.rule, outcome, candidate.start, candidate.end, detail))
            if vendor is not None and not reason:
                yield vendor, candidate

    def _candidates(self, context: Context) -> list[tuple[str | None, Candidate]]:
        """What the rules see, each with the vendor it belongs to."""
        return [
            (context.vendor_for(s.index, c.start), c) for s in context.sentences for c in candidates_in(context, s, self._rules)
        ]


def _is_told(shift: Shift, told: Shift) -> bool:
    """Whether a shift of this direction is told already: of the same object, or in the same sentence without one."""
    nameless = "+" not in told.rule and bool(set(told.evidence) & set(shift.evidence))
    return told.direction is shift.direction and (told.object == shift.object or nameless)


def _says_better(shift: Shift, other: Shift) -> bool:
    """Whether a switch with both its ends, or a goal with its figure, says what another shift of its sentence says less well."""
    same = (shift.vendor, shift.kind) == (other.vendor, other.kind) and bool(set(shift.evidence) & set(other.evidence))
    return same and (shift.origin is not None or _is_goal_of(shift, other))


def _is_goal_of(goal: Shift, shift: Shift) -> bool:
    """Whether a goal with its figure (`units 2015 goal`) is the one that another shift of its sentence speaks of in general."""
    same = (goal.kind, goal.direction, goal.vendor) == (shift.kind, shift.direction, shift.vendor)
    return same and "target." in goal.rule and bool(set(goal.evidence) & set(shift.evidence))


def _meaning(candidate: Candidate) -> tuple[object, ...]:
    return candidate.sentence, candidate.kind, candidate.direction, candidate.label


def _reader_step(context: Context, statement: Statement, *, kept: bool) -> TraceStep:
    sentence = context.sentences[statement.best]
    what = f"{statement.vendor} {statement.kind.value} {statement.direction.value}"
    outcome = "kept" if kept else "dropped: not sure enough"
    return TraceStep(
        f"reader.{statement.kind.value}", outcome, sentence.start, sentence.end, f"{what} score {statement.score:.2f}"
    )


def _quiet_sentences(context: Context) -> frozenset[int]:
    """Sentences about a device, a price or a ranking, where words of strategy mean something else."""
    return frozenset(s.index for s in context.sentences if context.hits(s, "quiet"))


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
        evidence=(evidence_of(sentence),),
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
    better = one if one.confidence >= other.confidence else other
    order = list(Status)
    return replace(
        better,
        evidence=_joined(one.evidence, other.evidence),
        status=max(one.status, other.status, key=order.index),
        speaker=one.speaker or other.speaker,
        role=one.role if one.speaker else other.role,
        background=one.background and other.background,
    )


def _joined(one: Sequence[Evidence], other: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentences of both in text order, each once, so many as are kept."""
    return tuple(sorted({*one, *other}, key=lambda e: e.start))[:_MAX_EVIDENCE]


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
