"""html: one page that needs nothing but itself: a timeline, the moves with their sentences, the data in a script block.

Outside text goes through `html.escape`; a link is one only if it is http(s); a policy in the head forbids everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from marketwatch.domain import Evidence
from marketwatch.export.data import ShapeError, document, parsed, report_of
from marketwatch.export.html_style import STYLE
from marketwatch.export.report import Report, ReportMove, Telling
from marketwatch.export.timeline_svg import HUES, KIND_SIGNS, timeline_svg
from marketwatch.export.wording import about_lines, details, figure_line, move_date, telling_date, what
from marketwatch.glyphs import DIRECTION_GLYPHS, STATUS_GLYPHS
from marketwatch.sanitise import safe_url

_OPEN, _CLOSE = '<script type="application/json" id="marketwatch-export">\n', "\n</script>\n"
_SHOWN = re.compile(r"<p>“[^<]*”</p>")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def build(report: Report) -> bytes:
    numbers = {id(reported): n for n, reported in enumerate(report.moves, 1)}
    vendors = "".join(
        f'<section class="h{place % HUES}"><h2>{escape(name)}</h2>\n'
        f"{''.join(_move(one, numbers[id(one)]) for one in moves)}</section>\n"
        for place, (_, name, moves) in enumerate(report.by_vendor())
    )
    head = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in about_lines(report))
    picture = f'<figure class="timeline">{_legend(report)}{timeline_svg(report)}</figure>\n' if report.moves else ""
    title = f"Moves: {escape(report.about.query or 'everything')}"
    data = document(report).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n'
        f"<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>Smartphone-market watch: moves</h1>\n<dl>{head}</dl>\n{picture}"
        f"{vendors or '<p>No move matches this query.</p>'}\n</main>\n{_OPEN}{data}{_CLOSE}</body>\n</html>\n"
    )
    return page.encode()


def _legend(report: Report) -> str:
    """The signs that are used, in words."""
    shifts = [reported.lead.shift for reported in report.moves]
    kinds = [f"{sign} {kind.value}" for kind, sign in KIND_SIGNS.items() if any(s.kind is kind for s in shifts)]
    ways = [f"{glyph} {way.value}" for way, glyph in DIRECTION_GLYPHS.items() if any(s.direction is way for s in shifts)]
    states = "frame: full announced or done, dashed planned, dotted rumoured or considered, struck through denied or rejected"
    return f"<figcaption>{escape(' · '.join(ways))}<br>{escape(' · '.join(kinds))}<br>{states}</figcaption>"


def _move(reported: ReportMove, number: int) -> str:
    shift, move = reported.lead.shift, reported.move
    rejected = " rejected" if move.verdict and move.verdict.value == "rejected" else ""
    glyph, status = DIRECTION_GLYPHS[shift.direction], STATUS_GLYPHS[move.status]
    figures = dict.fromkeys(figure_line(figure) for telling in reported.tellings for figure in telling.figures)
    listed = f'<ul class="figures">{"".join(f"<li>{escape(line)}</li>" for line in figures)}</ul>' if figures else ""
    quotes = "".join(_quote(telling, evidence) for telling in reported.tellings for evidence in telling.shift.evidence)
    return (
        f'<article id="m{number}" class="move{rejected}"><h3><time>{escape(move_date(reported))}</time> '
        f'<span class="sign">{escape(glyph)}</span> {escape(what(reported))}</h3>'
        f"<p>{status} {escape(' · '.join(details(reported)))}</p>{quotes}{listed}</article>\n"
    )


def _quote(telling: Telling, evidence: Evidence) -> str:
    article, url = telling.article, safe_url(telling.article.url)
    lang = article.lang if article.lang and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", article.lang) else ""
    title = f'<bdi lang="{lang}">{escape(article.title)}</bdi>'
    linked = f'<a rel="noopener noreferrer" href="{escape(url)}">{title}</a>' if url else title
    cite = f"{escape(telling.article.publisher)}, {telling_date(telling)}, {escape(article.lang or '?')}: {linked}"
    return f'<blockquote lang="{lang}" dir="auto">{shown(evidence)}<footer dir="ltr" lang="en">{cite}</footer></blockquote>'


def shown(evidence: Evidence) -> str:
    return f"<p>“{escape(evidence.text)}”</p>"


# --- reading ---------------------------------------------------------------------------------------------------------
def read(body: bytes) -> Report:
    """Raises ShapeError."""
    _, mark, data = _text(body).rpartition(_OPEN)
    if not mark or _CLOSE.strip() not in data:
        raise ShapeError("it holds no marketwatch-export data")
    return report_of(parsed(data.partition(_CLOSE.strip())[0]))


def missing(body: bytes, report: Report) -> frozenset[str]:
    """Sentences of the data that people who read the page do not find there: it was edited."""
    page = set(_SHOWN.findall(_text(body).rpartition(_OPEN)[0]))
    return frozenset(one.text for one in _evidence(report) if shown(one) not in page)


def _text(body: bytes) -> str:
    return body.decode("utf-8-sig").replace("\r\n", "\n")


def _evidence(report: Report) -> Iterator[Evidence]:
    return (one for move in report.moves for telling in move.tellings for one in telling.shift.evidence)
