"""Labels: what an article is and whom it names, as words that stand in the full-text index beside its own.

With them FTS5 itself meets words and vendors, many times as fast as SQL that asks of each hit whether it has a row. A label
is a character for private use, which no word of a query holds, a letter for its sort, and the value. Labels follow the rows;
a hit is still asked for its rows, so that a label that is too much costs time and no truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from marketwatch.query import And, FieldTerm, Node
from store.tables import ARTICLE, MENTION, SHIFT

_SIGN = "\ue000"
_NAMED, _SHIFTED, _KIND, _FEED, _LANG, _ANY = "n", "v", "k", "f", "l", "s"
_OF_ARTICLES = {"vendor": _NAMED, "feed": _FEED, "lang": _LANG}
_OF_SHIFTS = {"vendor": _SHIFTED, "kind": _KIND, "feed": _FEED, "lang": _LANG}
"""The sort of the labels that a field asks for, in a list of articles and in one of shifts."""


def labels_of(connection: Connection, article_ids: Sequence[int]) -> dict[int, str]:
    """The labels that the rows of these articles give each, as they go into the index."""
    found: dict[int, set[str]] = defaultdict(set)
    articles = select(ARTICLE.c.id, ARTICLE.c.source, ARTICLE.c.lang).where(ARTICLE.c.id.in_(article_ids))
    for number, source, lang in connection.execute(articles):
        found[number] |= {_label(_FEED, source), _label(_LANG, lang or "")}
    mentions = select(MENTION.c.article_id, MENTION.c.vendor).where(MENTION.c.article_id.in_(article_ids))
    for number, vendor in connection.execute(mentions):
        found[number].add(_label(_NAMED, vendor))
    shifts = select(SHIFT.c.article_id, SHIFT.c.vendor, SHIFT.c.kind).where(SHIFT.c.article_id.in_(article_ids))
    for number, vendor, kind in connection.execute(shifts.where(SHIFT.c.until.is_(None))):
        found[number] |= {_label(_ANY), _label(_SHIFTED, vendor), _label(_KIND, kind)}
    return {number: " ".join(sorted(labels)) for number, labels in found.items()}


def wanted(where: Node, *, shifts: bool) -> str:
    """Full-text expression of the labels that every hit of a query has, of shifts or of articles; '' when it asks for none."""
    sorts = _OF_SHIFTS if shifts else _OF_ARTICLES
    parts = where.parts if isinstance(where, And) else (where,)
    terms = [part for part in parts if isinstance(part, FieldTerm) and part.name in sorts]
    asked = [_either(_label(sorts[term.name], str(value)) for value in term.values) for term in terms]
    if shifts and not any(term.name in ("vendor", "kind") for term in terms):
        asked.append(_either([_label(_ANY)]))
    return " AND ".join(asked)


def all_of(labels: str) -> str:
    """Full-text expression that finds what has all of these labels, which `labels_of` gave; of several words, the first."""
    return " AND ".join(_quoted(label) for label in labels.split() if label.startswith(_SIGN))


def _label(sort: str, value: str = "") -> str:
    return f"{_SIGN}{sort}{value}"


def _either(labels: Iterable[str]) -> str:
    return "(" + " OR ".join(map(_quoted, labels)) + ")"


def _quoted(label: str) -> str:
    return '"' + label.replace('"', '""') + '"'
