"""md: a report to read and to paste, with a footnote a sentence; the data stand in a comment at its end.

Every character that could mean something to Markdown or HTML is escaped, and outside text never begins a line, so a title
with tags, pipes, backticks or line breaks is only ever text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

from marketwatch.domain import Evidence, FigureRole, Metric
from marketwatch.export.data import ShapeError, document, parsed, report_of
from marketwatch.export.edits import ELSEWHERE, Edits, edits_of_lines
from marketwatch.export.report import Report, ReportMove, Telling
from marketwatch.export.wording import about_lines, details, figure_line, move_date, telling_date, what
from marketwatch.glyphs import DIRECTION_GLYPHS
from marketwatch.sanitise import safe_url

_OPEN, _CLOSE = "<!-- marketwatch-export\n", "\n-->\n"
_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$#{}])")
_BLOCK = re.compile(r"^(\d*)([.)](?=\s|$)|(?<!\d)[-+=])")
"""What would begin a list or underline a heading."""
_MOVE, _NOTE = "- **", "[^]: "
_NUMBER = re.compile(r"^\[\^\d+\]: *")
_FIGURE = re.compile(rf"- (?:{'|'.join(Metric)})[^:]*, (?:{'|'.join(role.replace('_', ' ') for role in FigureRole)}): ")
_SAFE_IN_URL = "/:?#[]@!$&'()*+,;=%-._~"


def build(report: Report) -> bytes:
    lines = ["# Smartphone-market watch: moves", ""]
    lines += [f"- {name}: {escaped(value)}" for name, value in about_lines(report)]
    lines += [""]
    number = 0
    for _, name, moves in report.by_vendor():
        lines += [f"## {escaped(name)}", ""]
        notes: list[str] = []
        for reported in moves:
            marks = ""
            for note in _notes(reported):
                number += 1
                marks += f"[^{number}]"
                notes.append(f"[^{number}]: {note}")
            lines += [f"{_line(reported)} {marks}", *_figures(reported)]
        lines += ["", *notes, ""]
    if not report.moves:
        lines += ["No move matches this query.", ""]
    # A comment ends at the first `-->`, and in HTML none may hold `--`.
    data = document(report).replace("--", "-\\u002d").replace(">", "\\u003e").replace("<", "\\u003c")
    return ("\n".join(lines) + "\n" + _OPEN + data + _CLOSE).encode()


def escaped(text: str) -> str:
    """Outside text as Markdown that shows just that, on one line."""
    return _BLOCK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def _line(reported: ReportMove) -> str:
    glyph = DIRECTION_GLYPHS[reported.lead.shift.direction]
    about = " · ".join(escaped(part) for part in details(reported))
    return f"{_MOVE}{escaped(move_date(reported))}** {escaped(glyph)} {escaped(what(reported))} — {about}"


def _figures(reported: ReportMove) -> list[str]:
    lines = (escaped(figure_line(figure)) for telling in reported.tellings for figure in telling.figures)
    return [f"  - {line}" for line in dict.fromkeys(lines)]


def _notes(reported: ReportMove) -> Iterator[str]:
    """A footnote a sentence: outlet, date, language, address, the sentence."""
    for telling in reported.tellings:
        for evidence in telling.shift.evidence:
            yield f"{_source(telling)}: {quoted(evidence)}"


def quoted(evidence: Evidence) -> str:
    return f"“{escaped(evidence.text)}”"


def _source(telling: Telling) -> str:
    article, url = telling.article, safe_url(telling.article.url)
    parts = [
        escaped(telling.article.publisher),
        escaped(telling_date(telling)),
        escaped(article.lang or "?"),
        f"*{escaped(article.title)}*",
    ]
    return ", ".join(parts + ([f"<{quote(url, safe=_SAFE_IN_URL)}>"] if url else []))


def read(body: bytes) -> Report:
    """Raises ShapeError."""
    text = body.decode("utf-8-sig").replace("\r\n", "\n")
    _, mark, data = text.rpartition(_OPEN)
    if not mark or _CLOSE.strip() not in data:
        raise ShapeError("it holds no marketwatch-export comment")
    return report_of(parsed(data.rpartition(_CLOSE.strip())[0]))


def edits(body: bytes, report: Report) -> Edits:
    """Lines that the data do not give. Notes between the lines of an export are none; what looks like its lines is one."""
    of_moves = [
        (place, line.strip())
        for place, move in enumerate(report.moves)
        for line in (_line(move), *map(str.strip, _figures(move)), *(_NOTE + note for note in _notes(move)))
    ]
    rest = Counter(_lines(build(report)))
    rest.subtract(line for _, line in of_moves)
    return edits_of_lines([*of_moves, *((ELSEWHERE, line) for line in rest.elements())], _lines(body), _is_ours)


def _lines(body: bytes) -> list[str]:
    """What people read, line by line, without the numbers of footnotes."""
    text = body.decode("utf-8-sig").replace("\r\n", "\n").rpartition(_OPEN)[0]
    return [line for line in map(_without_numbers, text.split("\n")) if line]


def _without_numbers(line: str) -> str:
    """A footnote begins with `_NOTE`; the marks behind a move are away."""
    line = _NUMBER.sub(_NOTE, line.strip(), count=1)
    end = len(line)
    while (at := line.rfind("[^", 0, end)) > 0 and line[end - 1] == "]" and line[at + 2 : end - 1].isdecimal():
        end = at
    return line[:end].strip()


def _is_ours(line: str) -> bool:
    """A move, a footnote or a figure."""
    return line.startswith((_MOVE, _NOTE)) or _FIGURE.match(line) is not None
