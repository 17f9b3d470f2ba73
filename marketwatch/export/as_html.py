"""html: one page that needs nothing but itself: a timeline, the moves with their sentences, the data in a script block.

Outside text goes through `html.escape`; a link is one only if it is http(s); a policy in the head forbids everything else.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape, unescape

from marketwatch.domain import Evidence
from marketwatch.export.data import ShapeError, document, parsed, report_of
from marketwatch.export.edits import ELSEWHERE, Edits, edits_of_lines
from marketwatch.export.html_style import STYLE
from marketwatch.export.report import Report, ReportMove, Telling
from marketwatch.export.timeline_svg import HUES, KIND_SIGNS, timeline_svg
from marketwatch.export.wording import about_lines, details, figure_line, move_date, telling_date, what
from marketwatch.glyphs import DIRECTION_GLYPHS, STATUS_GLYPHS
from marketwatch.sanitise import safe_url

_OPEN, _CLOSE = '<script type="application/json" id="marketwatch-export">\n', "\n</script>\n"
_TAG = re.compile(r"(<[^<>]*>)")
_INLINE = re.compile(r'</?(?:a|bdi|time|span)\b(?:[^>]*? href="(?P<url>[^"]*)")?')
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
    if any(not reported.move.dated for reported in report.moves):
        states += "; ≤ of unknown date, at the day it was first seen"
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
    cite = f"{escape(telling.article.publisher)}, {escape(telling_date(telling))}, {escape(article.lang or '?')}: {linked}"
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


def edits(body: bytes, report: Report) -> Edits:
    """Texts of the page that the data do not give, whatever the tags around them."""
    of_moves = [(place, text) for place, move in enumerate(report.moves) for text in _texts(_move(move, place + 1))]
    rest = Counter(_texts(_readable(build(report))))
    rest.subtract(text for _, text in of_moves)
    expected = [*of_moves, *((ELSEWHERE, text) for text in rest.elements())]
    return edits_of_lines(expected, _texts(_readable(body)), lambda _: True)


def _text(body: bytes) -> str:
    return body.decode("utf-8-sig").replace("\r\n", "\n")


def _readable(body: bytes) -> str:
    return _text(body).rpartition(_OPEN)[0].partition("<body")[2].partition(">")[2]


def _texts(page: str) -> list[str]:
    """What people read, element by element, and where its links lead. A browser that saves a page writes other entities."""
    found, text = [], ""
    for part in _TAG.split(page):
        inline = _INLINE.match(part)
        if inline:
            text += f" {inline['url'] or ''} "
        elif part.startswith("<"):
            found.append(text)
            text = ""
        else:
            text += unescape(part)
    return [" ".join(text.split()) for text in (*found, text) if text.strip()]
