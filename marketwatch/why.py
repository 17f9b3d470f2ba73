"""Why something is on the screen: the chain from it back to the sentence, its version, its article, its feed and poll."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from marketwatch.domain import Evidence, Move, Origin, Shift, TraceStep
from marketwatch.errors import UsageError
from marketwatch.goals import Amount
from marketwatch.json_shapes import evidence_object, figure_object
from marketwatch.listing import moves_under
from marketwatch.ports import ArticleStore
from marketwatch.query import And, FieldTerm, Query

Tracer = Callable[[Origin], tuple[str, Sequence[TraceStep]]]
"""Reads an origin's text again: the version of the extractor, and what it considered."""
_ID = re.compile(r"(?:(move|shift|figure|article):)?(\d{1,18})")
LABEL = 10
"""Characters at the beginning of each line that say what it is about; they are ours."""
_STAMP = "%Y-%m-%d %H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Link:
    """The chain of one shift, figure or article."""

    origin: Origin
    reader: str | None = None
    """Version of the extractor that traced it now; None: it was not traced."""
    steps: tuple[TraceStep, ...] = ()
    """What that extractor considered where the sentences stand."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        origin = self.origin
        if origin.shift is not None:
            return origin.shift.shift.evidence
        return (origin.figure.figure.evidence,) if origin.figure is not None else ()


@dataclass(frozen=True, slots=True)
class Chain:
    """All of a move, or one link."""

    links: tuple[Link, ...]
    """Never empty."""
    move: Move | None = None
    """The move that the first link tells; its other tellings may have links of their own."""


def read_id(text: str) -> tuple[str, int]:
    """`12` is a shift or move as lists print it; `shift:12`, `move:12`, `figure:12`, `article:12` say what. Raises UsageError."""
    match = _ID.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"'{text}' is no id: give the one that a list prints in JSON, like 12, figure:12 or article:12")
    return match[1] or "shift", int(match[2])


def read_chain(store: ArticleStore, what: str, number: int, *, trace: Tracer | None = None) -> Chain | None:
    """The chain behind an id; None when nothing has it. Raises StoreError."""
    origin = store.origin("shift" if what == "move" else what, number)
    if origin is None:
        return None
    move = _move_of(store, origin) if origin.shift is not None else None
    origins = [origin]
    if what == "move" and move is not None:
        others = (store.origin("shift", stored.id) for stored in move.shifts if stored.id != number)
        origins += [other for other in others if other is not None]
    return Chain(tuple(_link(one, trace) for one in origins), move)


def _move_of(store: ArticleStore, origin: Origin) -> Move | None:
    assert origin.shift is not None
    shift = origin.shift.shift
    terms = {"vendor": shift.vendor, "kind": shift.kind.value, "dir": shift.direction.value}
    query = Query(where=And(tuple(FieldTerm(name, (value,)) for name, value in terms.items())), as_of=origin.until)
    moves, _ = moves_under(store, query)
    return next((move for move in moves if any(stored.id == origin.shift.id for stored in move.shifts)), None)


def _link(origin: Origin, trace: Tracer | None) -> Link:
    if trace is None:
        return Link(origin)
    reader, steps = trace(origin)
    spans = Link(origin).evidence
    return Link(origin, reader, tuple(s for s in steps if any(s.start < e.end and e.start < s.end for e in spans)))


# --- in words ------------------------------------------------------------------------------------------------------------
def chain_lines(chain: Chain) -> Iterator[str]:
    """The chain as lines of text, from what is shown down to the poll; outside text is not cleaned."""
    if chain.move is not None:
        yield from _move_lines(chain.move, {link.origin.shift.id for link in chain.links if link.origin.shift})
    for link in chain.links:
        yield from _head_lines(link)
        yield from _reading_lines(link)
        yield from _source_lines(link.origin)


def _move_lines(move: Move, shown: set[int]) -> Iterator[str]:
    articles = len({stored.article.id for stored in move.shifts})
    told = f"{len(move.shifts)} shift{'s' * (len(move.shifts) != 1)} in {articles} article{'s' * (articles != 1)}"
    yield f"move      {_said(move.lead.shift)}"
    yield f"          {move.status.value}, confidence {move.confidence:.2f}, first {move.first_at:%Y-%m-%d}; {told}"
    others = [str(stored.id) for stored in move.shifts if stored.id not in shown]
    if others:
        yield f"          also told by shift {', '.join(others)}"


def _head_lines(link: Link) -> Iterator[str]:
    origin = link.origin
    if origin.shift is not None:
        shift = origin.shift.shift
        said = f", said by {shift.speaker}" if shift.speaker else ""
        yield f"shift     {origin.shift.id}: {_said(shift)} ({shift.status.value}{', background' * shift.background}{said})"
        if origin.shift.verdict is not None:
            yield f"          {origin.shift.verdict.value} by you"
    if origin.figure is not None:
        figure = origin.figure.figure
        about = " ".join(part for part in (figure.metric.value, figure.period, figure.scope) if part)
        yield f"figure    {origin.figure.id}: {figure.vendor} {about} {Amount.of(figure)} ({figure.role.value})"


def _reading_lines(link: Link) -> Iterator[str]:
    origin = link.origin
    when = f" on {origin.extracted_at:{_STAMP}}" if origin.extracted_at else ""
    found = ""
    if origin.shift is not None:
        found = f"rule {origin.shift.shift.rule or 'unnamed'}, confidence {origin.shift.shift.confidence:.2f}, "
    elif origin.figure is not None:
        found = f"rule {origin.figure.figure.rule or 'unnamed'}, "
    yield f"reading   {found}by {origin.extractor or 'nothing yet'}{when}"
    if link.reader is not None and link.reader != origin.extractor:
        yield f"          traced with {link.reader}, which is another: marketwatch reextract shows what it reads otherwise"
    for step in link.steps:
        detail = f" {step.detail}" if step.detail else ""
        words = origin.text.text[step.start : step.end]
        yield f"  trace   [{step.start}:{step.end}] {step.rule}: {step.outcome}{detail} “{words}”"
    for evidence in link.evidence:
        stands = origin.text.text[evidence.start : evidence.end] == evidence.text
        yield f"sentence  [{evidence.start}:{evidence.end}] “{evidence.text}”{'' if stands else ' (does not stand there!)'}"


def _source_lines(origin: Origin) -> Iterator[str]:
    article, text, poll = origin.article, origin.text, origin.poll
    until = f", replaced {origin.until:{_STAMP}}" if origin.until else ", the current one"
    yield f"version   {text.version}{until}; seen {text.seen_at:{_STAMP}}; text from {origin.text_source}"
    yield f"          sha256 {text.text_hash}"
    published = str(article.published) if article.published else "no date"
    yield f"article   {article.id}: {text.title}"
    seen = f"first seen {article.first_seen_at:{_STAMP}}"
    yield f"          {article.publisher} ({article.lang or '?'}), published {published}, {seen}"
    yield f"          {article.url or 'no address'}"
    if poll is None:
        yield f"feed      {article.source}: no poll is recorded for it"
        return
    yield f"feed      {article.source}: {poll.url}"
    answer = f"HTTP {poll.status}" if poll.status else "no status"
    yield f"poll      {poll.polled_at:{_STAMP}}: {poll.result.value}, {answer}, {poll.new} new, {poll.updated} updated"


def _said(shift: Shift) -> str:
    return f"{shift.vendor} {shift.kind.value} {shift.direction.value}: {shift.object}"


# --- as data -------------------------------------------------------------------------------------------------------------
def chain_object(chain: Chain) -> dict[str, Any]:
    """The chain as JSON, a stable contract."""
    move = chain.move
    told = move and {
        "vendor": move.lead.shift.vendor,
        "kind": move.lead.shift.kind.value,
        "direction": move.lead.shift.direction.value,
        "object": move.lead.shift.object,
        "status": move.status.value,
        "confidence": move.confidence,
        "first": move.first_at.strftime("%Y-%m-%d"),
        "shifts": [stored.id for stored in move.shifts],
    }
    return {"move": told, "links": [_link_object(link) for link in chain.links]}


def _link_object(link: Link) -> dict[str, Any]:
    origin, text = link.origin, link.origin.text
    return {
        "shift": _shift_object(origin) if origin.shift else None,
        "figure": {"id": origin.figure.id, **figure_object(origin.figure.figure)} if origin.figure else None,
        "extractor": origin.extractor,
        "extracted_at": f"{origin.extracted_at:{_STAMP}}" if origin.extracted_at else None,
        "evidence": [evidence_object(e) | {"stands": text.text[e.start : e.end] == e.text} for e in link.evidence],
        "trace": None
        if link.reader is None
        else {
            "extractor": link.reader,
            "steps": [
                {"rule": s.rule, "outcome": s.outcome, "start": s.start, "end": s.end, "detail": s.detail} for s in link.steps
            ],
        },
        "version": {
            "number": text.version,
            "text_hash": text.text_hash,
            "seen": f"{text.seen_at:{_STAMP}}",
            "until": f"{origin.until:{_STAMP}}" if origin.until else None,
            "text_source": origin.text_source,
        },
        "article": {
            "id": origin.article.id,
            "title": text.title,
            "url": origin.article.url,
            "outlet": origin.article.outlet,
            "lang": origin.article.lang,
            "published": str(origin.article.published) if origin.article.published else None,
            "first_seen": f"{origin.article.first_seen_at:{_STAMP}}",
        },
        "feed": origin.article.source,
        "poll": _poll_object(origin),
    }


def _shift_object(origin: Origin) -> dict[str, Any]:
    assert origin.shift is not None
    shift = origin.shift.shift
    return {
        "id": origin.shift.id,
        "vendor": shift.vendor,
        "kind": shift.kind.value,
        "direction": shift.direction.value,
        "object": shift.object,
        "status": shift.status.value,
        "rule": shift.rule,
        "confidence": shift.confidence,
        "verdict": origin.shift.verdict.value if origin.shift.verdict else None,
    }


def _poll_object(origin: Origin) -> dict[str, Any] | None:
    poll = origin.poll
    if poll is None:
        return None
    return {
        "at": f"{poll.polled_at:{_STAMP}}",
        "url": poll.url,
        "outcome": poll.result.value,
        "status": poll.status,
        "new": poll.new,
        "updated": poll.updated,
    }
