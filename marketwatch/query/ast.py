"""What a query says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class MatchAll:
    """The empty query."""


@dataclass(frozen=True, slots=True)
class TextTerm:
    """A word or phrase looked for in title, text and quotes, whatever its case, width and accents."""

    text: str
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class RegexTerm:
    """`/pattern/`, `/pattern/i`: looked for in title and text, or in the field that it is a value of."""

    pattern: str
    ignore_case: bool


@dataclass(frozen=True, slots=True)
class DateRange:
    """Half-open: `start <= date < end`; None leaves a side open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class NumberRange:
    """`low <= number <= high`; a strict side excludes its end; None leaves a side open."""

    low: Decimal | None
    high: Decimal | None
    low_strict: bool = False
    high_strict: bool = False

    def holds(self, number: float) -> bool:
        """Whether a number lies inside."""
        if self.low is not None and (number <= self.low if self.low_strict else number < self.low):
            return False
        return self.high is None or (number < self.high if self.high_strict else number <= self.high)


Value = str | DateRange | NumberRange | RegexTerm


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """`name:value,value`: any of the values matches."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


Node = MatchAll | TextTerm | RegexTerm | FieldTerm | Not | And | Or


def all_of(*nodes: Node) -> Node:
    """What holds where all of these hold: their parts side by side, so that each is found and read for itself."""
    parts = [part for node in nodes for part in (node.parts if isinstance(node, And) else (node,))]
    parts = [part for part in parts if not isinstance(part, MatchAll)]
    return MatchAll() if not parts else parts[0] if len(parts) == 1 else And(tuple(parts))


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `text` is what was typed."""

    text: str = ""
    where: Node = field(default_factory=MatchAll)
    oldest_first: bool = False
    by_rank: bool = False
    """Best match of the words first, where the list is searched by words."""
    limit: int | None = None
    as_of: datetime | None = None
    """The base as it was known before this instant; None: as it is known now."""

    def terms(self) -> tuple[FieldTerm, ...]:
        """Every field term in the query, negated ones too."""
        found: list[FieldTerm] = []
        todo: list[Node] = [self.where]
        while todo:
            node = todo.pop()
            if isinstance(node, FieldTerm):
                found.append(node)
            elif isinstance(node, Not):
                todo.append(node.part)
            elif isinstance(node, And | Or):
                todo.extend(node.parts)
        return tuple(found)
