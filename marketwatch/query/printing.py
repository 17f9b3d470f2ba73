"""Query → text that reads back as the same query, with views and relative dates spelled out: what an export carries."""

from __future__ import annotations

import re
from datetime import timedelta

from marketwatch.query.ast import (
    And,
    DateRange,
    FieldTerm,
    MatchAll,
    Node,
    Not,
    NumberRange,
    Or,
    Query,
    RegexTerm,
    TextTerm,
    Value,
)
from marketwatch.query.fields import FIELDS

_PLAIN = re.compile(r'[^\s(),"]+')
_LIKE_REGEX = re.compile(r"/.+/i?")
"""A phrase that would read back as a regular expression without its quotes."""


def to_text(query: Query) -> str:
    """Return the query in its own language; `parse` reads it as an equal one, whatever the day and the views."""
    parts = [] if isinstance(query.where, MatchAll) else [_node(query.where, inside=False)]
    parts += [f"asof:{(query.as_of - timedelta(days=1)).date()}"] if query.as_of else []
    parts += ["sort:date"] if query.oldest_first else ["sort:rank"] if query.by_rank else []
    parts += [f"limit:{query.limit}"] if query.limit else []
    return " ".join(parts)


def _node(node: Node, *, inside: bool = True) -> str:
    if isinstance(node, And | Or):
        text = (" OR " if isinstance(node, Or) else " ").join(_node(part) for part in node.parts)
        return f"({text})" if inside else text
    if isinstance(node, Not):
        return f"-{_node(node.part)}"
    if isinstance(node, TextTerm):
        return f'"{node.text}"' if node.phrase else node.text
    if isinstance(node, RegexTerm):
        return _regex(node)
    return '""' if isinstance(node, MatchAll) else f"{node.name}:{','.join(_value(node, value) for value in node.values)}"


def _regex(term: RegexTerm) -> str:
    return f"/{term.pattern}/{'i' if term.ignore_case else ''}"


def _value(term: FieldTerm, value: Value) -> str:
    if isinstance(value, RegexTerm):
        return _regex(value)
    if isinstance(value, DateRange):
        return _dates(value)
    if isinstance(value, NumberRange):
        return _numbers(value)
    choices = FIELDS[term.name].choices
    plain = _PLAIN.fullmatch(value) and not _LIKE_REGEX.fullmatch(value)
    return value if plain and (not choices or value in choices) else f'"{value}"'


def _dates(value: DateRange) -> str:
    """Both ends are midnights: the last day of a closed range is the one before its end."""
    if value.start and value.end:
        return f"{value.start.date()}..{(value.end - timedelta(days=1)).date()}"
    return f">={value.start.date()}" if value.start else f"<{value.end.date() if value.end else ''}"


def _numbers(value: NumberRange) -> str:
    if value.low is not None and value.high is not None:
        return str(value.low) if value.low == value.high else f"{value.low}..{value.high}"
    if value.low is not None:
        return f">{'' if value.low_strict else '='}{value.low}"
    return f"<{'' if value.high_strict else '='}{value.high}"
