"""How people read what an export says; shared by the md and html forms. All strings may hold anything: forms escape them."""

from __future__ import annotations

from decimal import Decimal

from marketwatch.corroboration import corroboration_of
from marketwatch.domain import Bound, Figure
from marketwatch.export.data import about_object
from marketwatch.export.report import Report, ReportMove, Telling

_BOUNDS = {Bound.EQ: "", Bound.GT: "> ", Bound.LT: "< ", Bound.ABOUT: "≈ ", Bound.RANGE: ""}


def about_lines(report: Report) -> list[tuple[str, str]]:
    """(what, value) of the head."""
    about, held = report.about, about_object(report)
    return [
        ("Query", about.query or "everything"),
        ("Exported", str(held["exported_at"])),
        ("Database revision", str(about.revision)),
        ("marketwatch", about.marketwatch),
        ("Extractor", ", ".join(report.extractors) or "none"),
        ("Holds", size_line(report) + (", the newest: there were more than fit an export" if about.cut else "")),
    ]


def size_line(report: Report) -> str:
    """`41 moves told by 118 articles`."""
    moves, articles = len(report.moves), report.articles
    return f"{moves} move{'s' * (moves != 1)} told by {articles} article{'s' * (articles != 1)}"


def telling_date(telling: Telling) -> str:
    """The date that sorts the article, no preciser than its source gave it; of one without a date `<=` when it was seen."""
    article = telling.article
    published = article.published
    if published and article.dated_at == published.at and published.precision.value in ("year", "month"):
        return str(published)
    return f"{'' if published else '<='}{article.dated_at:%Y-%m-%d}"


def move_date(reported: ReportMove) -> str:
    return telling_date(min(reported.tellings, key=lambda t: t.article.dated_at))


def what(reported: ReportMove) -> str:
    """`channel expand: physical stores`."""
    shift = reported.lead.shift
    states = f" ({' → '.join(filter(None, (shift.origin, shift.destination)))})" if shift.origin or shift.destination else ""
    return f"{shift.kind.value} {shift.direction.value}: {shift.object}{states}"


def details(reported: ReportMove) -> list[str]:
    """Status, confidence, scope, who said it, who carries it, the analyst's verdict."""
    move, shift = reported.move, reported.lead.shift
    said = f"{shift.speaker} ({shift.role})" if shift.speaker and shift.role else shift.speaker or shift.role
    attested = corroboration_of(move)
    parts = [move.status.value, f"{percent(move.confidence)} %", reported.scope_words, said]
    parts += [f"{attested.words}, {attested.kind}: {', '.join(move.outlets)}", *ladder_words(reported)]
    parts += [f"{move.verdict.value} by the analyst" if move.verdict else None, reported.reversal]
    return [part for part in parts if part]


def percent(confidence: float) -> int:
    """As it is shown everywhere: cut, so that what is not sure never looks so."""
    return int(confidence * 100 + 1e-9)


def ladder_words(reported: ReportMove) -> list[str]:
    """`rumoured 2017-11-16 by X → announced 2018-05-03 by Y`; nothing when there is one step only."""
    steps = [
        f"{step.shift.status.value} {telling_date(telling)} by {step.article.publisher}"
        for step in reported.move.ladder
        for telling in reported.tellings
        if telling.stored is step
    ]
    return [" → ".join(steps)] if len(steps) > 1 else []


def figure_line(figure: Figure) -> str:
    """`revenue 2017, target: > 100 000 000 000 CNY (China)`."""
    value = _BOUNDS[figure.bound] + _spaced(figure.value)
    if figure.value_high is not None:
        value += f" to {_spaced(figure.value_high)}"
    period = f" {figure.period}" if figure.period else ""
    scope = f" ({figure.scope})" if figure.scope else ""
    return f"{figure.metric.value}{period}, {figure.role.value.replace('_', ' ')}: {value} {figure.unit}{scope}"


def _spaced(value: Decimal) -> str:
    return f"{value.normalize():,f}".replace(",", " ")  # 2750000000.0 comes out of a multiplication
