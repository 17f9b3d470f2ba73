"""The query language, one for the filter bar, saved views and every list command.

`parse(text, now=...)` gives an immutable `Query`; the store compiles it to parameterised SQL.
"""

from __future__ import annotations

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
    all_of,
)
from marketwatch.query.fields import FIELDS, OF_MOVES, REVERSAL, FieldSpec
from marketwatch.query.parser import asks_reversals, move_terms, parse
from marketwatch.query.printing import to_text

__all__ = [
    "FIELDS",
    "OF_MOVES",
    "REVERSAL",
    "And",
    "DateRange",
    "FieldSpec",
    "FieldTerm",
    "MatchAll",
    "Node",
    "Not",
    "NumberRange",
    "Or",
    "Query",
    "RegexTerm",
    "TextTerm",
    "Value",
    "all_of",
    "asks_reversals",
    "move_terms",
    "parse",
    "to_text",
]
