"""Report ↔ JSON objects: the data that every form carries. Reading trusts nothing: a file is anybody's.

A move has the names of `marketwatch moves --format json`, without row ids, which another extraction renumbers; its
`sources` have what each article says. What a move says as a whole is made of its sources again when it is read, but for
what it turns and its scope: those are read back, to be compared with what is made of them now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marketwatch.corroboration import corroboration_of
from marketwatch.domain import (
    Article,
    Bound,
    Direction,
    Evidence,
    Figure,
    FigureRole,
    Metric,
    Moment,
    Provenance,
    Shift,
    ShiftKind,
    Status,
    StoredShift,
    Verdict,
)
from marketwatch.errors import InputError
from marketwatch.export.report import About, Report, ReportMove, Telling, in_order
from marketwatch.json_shapes import corroboration_object, evidence_object, figure_object, scope_object, step_object
from marketwatch.move_scope import Scope

FORMAT = "marketwatch_export"
"""Key that says a file is ours; its value is the version of the shape."""
VERSION = 1
Object = Mapping[str, Any]


class ShapeError(InputError):
    """Data of an export does not read as such; the text says where. Whoever knows the file names it."""


# --- writing ---------------------------------------------------------------------------------------------------------
def about_object(report: Report) -> dict[str, Any]:
    about = report.about
    return {
        FORMAT: VERSION,
        "query": about.query,
        "exported_at": about.exported_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "revision": about.revision,
        "marketwatch": about.marketwatch,
        "extractors": list(report.extractors),
        "moves": len(report.moves),
        "articles": report.articles,
        "cut": about.cut,
    }


def move_object(reported: ReportMove) -> dict[str, Any]:
    lead, move = reported.lead.shift, reported.move
    return {
        "vendor": lead.vendor,
        "kind": lead.kind.value,
        "direction": lead.direction.value,
        "object": lead.object,
        "status": move.status.value,
        "confidence": move.confidence,
        "first": move.first_at.strftime("%Y-%m-%d"),
        "articles": len({(t.article.source, t.origin.key) for t in reported.tellings}),
        "outlets": list(move.outlets),
        "langs": list(move.langs),
        "scope": scope_object(reported.scope or Scope()),
        "corroboration": corroboration_object(corroboration_of(move)),
        "first_by": move.first.article.publisher,
        "ladder": [step_object(step) for step in move.ladder],
        "verdict": move.verdict.value if move.verdict else None,
        "reversal": reported.reversal,
        "sources": [source_object(telling) for telling in reported.tellings],
    }


def source_object(telling: Telling) -> dict[str, Any]:
    shift = telling.shift
    return {
        "vendor": shift.vendor,
        "kind": shift.kind.value,
        "direction": shift.direction.value,
        "object": shift.object,
        "status": shift.status.value,
        "from": shift.origin,
        "to": shift.destination,
        "speaker": shift.speaker,
        "role": shift.role,
        "event": str(shift.event) if shift.event else None,
        "confidence": shift.confidence,
        "rule": shift.rule,
        "verdict": telling.stored.verdict.value if telling.stored.verdict else None,
        "extractor": telling.origin.extractor,
        "text_hash": telling.origin.text_hash,
        "article": _article_object(telling),
        "evidence": [evidence_object(evidence) for evidence in shift.evidence],
        "figures": [figure_object(figure) for figure in telling.figures],
    }


def _article_object(telling: Telling) -> dict[str, Any]:
    article = telling.article
    return {
        "source": article.source,
        "key": telling.origin.key,
        "url": article.url,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "lang": article.lang,
        "origin": article.origin,
        "published": str(article.published) if article.published else None,
        "first_seen": article.first_seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": article.version,
    }


def document(report: Report) -> str:
    """The whole report as one JSON document, a move a line."""
    moves = ",\n".join(json.dumps(move_object(move), ensure_ascii=False) for move in report.moves)
    about = json.dumps(about_object(report), ensure_ascii=False)
    names = json.dumps(dict(report.names), ensure_ascii=False)
    return f'{{"about": {about},\n"names": {names},\n"moves": [\n{moves}\n]}}'


# --- reading ---------------------------------------------------------------------------------------------------------
def parsed(text: str) -> Any:
    """JSON as a value. Raises ShapeError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ShapeError(f"its data is not JSON: {error}") from error


def report_of(data: object) -> Report:
    """The report in a whole document. Raises ShapeError."""
    held = _object(data, "the data")
    moves = held.get("moves")
    if not isinstance(moves, list):
        raise ShapeError("its data has no moves")
    names = {str(slug): str(name) for slug, name in _object(held.get("names", {}), "the names").items()}
    return Report(about_of(held.get("about")), tuple(move_of(move, f"move {n}") for n, move in enumerate(moves, 1)), names)


def about_of(data: object) -> About:
    """Raises ShapeError when the data is not of an export, or of a newer marketwatch."""
    held = _object(data, "the head")
    if held.get(FORMAT) != VERSION:
        known = FORMAT in held
        raise ShapeError(f"it says {FORMAT} {held[FORMAT]!r}; this marketwatch reads {VERSION}" if known else "it is no export")
    try:
        at = Moment.parse(str(held["exported_at"])).at
        return About(str(held["query"]), at, int(held["revision"]), str(held.get("marketwatch", "")), bool(held.get("cut")))
    except (KeyError, ValueError, TypeError) as error:
        raise ShapeError(f"its head does not read: {error!r}") from error


def move_of(data: object, where: str) -> ReportMove:
    """Raises ShapeError that begins with `where`."""
    held = _object(data, where)
    sources = held.get("sources")
    if not isinstance(sources, list) or not sources:
        raise ShapeError(f"{where}: no sources")
    told = (telling_of(source, f"{where}, source {n}") for n, source in enumerate(sources, 1))
    return ReportMove(in_order(told), _text(held.get("reversal")), _scope(held.get("scope")))


def _scope(held: object) -> Scope | None:
    """Of an object its parts; a table has only words."""
    if isinstance(held, str):
        return Scope((held,) if held else ())
    if not isinstance(held, Mapping):
        return None
    places, brands, segments = (tuple(map(str, held.get(name) or ())) for name in ("places", "brands", "segments"))
    return Scope(places, brands, segments)


def telling_of(data: object, where: str) -> Telling:
    """Raises ShapeError that begins with `where`."""
    held = _object(data, where)
    try:
        article = _article(_object(held["article"], where), str(held["text_hash"]))
        origin = Provenance(str(held["article"]["key"]), str(held["extractor"] or ""), str(held["text_hash"]))
        verdict = Verdict(held["verdict"]) if held.get("verdict") else None
        return Telling(StoredShift(0, _shift(held), article, verdict), origin, tuple(figure_of(f) for f in held["figures"]))
    except (KeyError, ValueError, TypeError, AttributeError, InvalidOperation, OverflowError) as error:
        raise ShapeError(f"{where}: does not read: {error!r}") from error


def _shift(held: Object) -> Shift:
    return Shift(
        vendor=str(held["vendor"]),
        kind=ShiftKind(held["kind"]),
        direction=Direction(held["direction"]),
        object=str(held["object"]),
        status=Status(held["status"]),
        evidence=tuple(evidence_of(one) for one in held["evidence"]),
        origin=_text(held["from"]),
        destination=_text(held["to"]),
        speaker=_text(held["speaker"]),
        role=_text(held["role"]),
        confidence=float(held["confidence"]),
        rule=str(held["rule"] or ""),
        event=Moment.parse(held["event"]) if held["event"] else None,
    )


def _article(held: Object, text_hash: str) -> Article:
    return Article(
        id=0,
        source=str(held["source"]),
        title=str(held["title"]),
        url=_text(held["url"]),
        outlet=_text(held["outlet"]),
        author=_text(held["author"]),
        lang=_text(held["lang"]),
        published=Moment.parse(held["published"]) if held["published"] else None,
        first_seen_at=datetime.fromisoformat(held["first_seen"]).astimezone(UTC),
        version=int(held["version"]),
        text_hash=text_hash,
        origin=_text(held.get("origin")),
    )


def evidence_of(held: Object) -> Evidence:
    return Evidence(str(held["text"]), int(held["start"]), int(held["end"]))


def figure_of(held: Object) -> Figure:
    high = held["value_high"]
    return Figure(
        vendor=str(held["vendor"]),
        metric=Metric(held["metric"]),
        value=Decimal(str(held["value"])),
        unit=str(held["unit"]),
        evidence=evidence_of(held["evidence"]),
        period=_text(held["period"]),
        role=FigureRole(held["role"]),
        bound=Bound(held["bound"]),
        value_high=None if high in (None, "") else Decimal(str(high)),
        scope=_text(held["scope"]),
    )


def _text(value: object) -> str | None:
    """Tables have no null: an empty cell is one."""
    return None if value is None or value == "" else str(value)


def _object(value: object, where: str) -> Object:
    if not isinstance(value, Mapping):
        raise ShapeError(f"{where}: is no object")
    return value
