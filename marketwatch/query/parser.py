"""Text → Query. Recursive descent over a token list; every error carries its column and a hint.

query = and { "OR" and }      and = unary { ["AND"] unary }
unary = ("-" | "NOT") unary | "(" query ")" | field ":" values | "@" view | word | "phrase" | /regex/[i]
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from marketwatch.domain import tag_name
from marketwatch.errors import QueryError
from marketwatch.near import did_you_mean
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
from marketwatch.query.dates import read_date, read_end
from marketwatch.query.fields import FIELDS, OF_MOVES, REVERSAL, FieldSpec

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<view>@[\w-]+)
    |(?P<field>[A-Za-z_]+):|(?P<phrase>"[^"]*"?)|(?P<regex>/(?:[^/\\]|\\.)+/i?(?=[\s)]|$))
    |(?P<minus>-)(?=[^\s)])|(?P<word>[^\s()"]+)""",
    re.VERBOSE,
)
_REGEX = r"/(?:[^/\\]|\\.)+/i?(?=[\s),]|$)"
_VALUE = re.compile(rf'"[^"]*"?|{_REGEX}|[^\s(),"]+')
_MAX_DEPTH = 50
_MAX_LENGTH = 2000
_LONGEST_ID = 18
"""Digits of what the database can number."""


@dataclass(frozen=True, slots=True)
class _Token:
    type: str
    text: str
    column: int
    values: tuple[tuple[str, int, bool], ...] = ()
    """Of a field: (text, column, quoted) of each value."""


def parse(text: str, *, now: datetime | None = None, views: Mapping[str, str] | None = None) -> Query:
    """Read a query; `now` resolves `today` and `7d`, `views` resolves `@name`. Raises QueryError."""
    if len(text) > _MAX_LENGTH:
        raise QueryError(f"query longer than {_MAX_LENGTH} characters", _MAX_LENGTH)
    reader = _Reader(_tokens(text), now or datetime.now(UTC), views or {})
    where = reader.query(0)
    if reader.peek() is not None:
        raise QueryError("')' without '('", reader.next().column)
    query = Query(
        text=text.strip(),
        where=where,
        oldest_first=reader.order == "date",
        by_rank=reader.order == "rank",
        limit=reader.limit,
        as_of=reader.as_of,
    )
    if sum(map(_of_moves, query.terms())) > len(move_terms(query)):
        raise QueryError(
            "outlets:, origins:, articles:, langs: and is:reversal are about moves; they cannot stand in OR or NOT", 1
        )
    return query


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise QueryError(f"cannot read {text[at]!r}", at + 1)
        kind, at = str(match.lastgroup), match.end()
        if kind == "field":
            values, at = _values(text, at)
            tokens.append(_Token(kind, match["field"].lower(), match.start() + 1, values))
        elif kind != "space":
            if kind == "phrase" and (len(match[0]) < 2 or not match[0].endswith('"')):
                raise QueryError('this " is not closed', match.start() + 1)
            tokens.append(_Token(kind, match[0], match.start() + 1))
    return tokens


def _values(text: str, at: int) -> tuple[tuple[tuple[str, int, bool], ...], int]:
    values = []
    while match := _VALUE.match(text, at):
        raw = match[0]
        quoted = raw.startswith('"')
        if quoted and (len(raw) < 2 or not raw.endswith('"')):
            raise QueryError('this " is not closed', at + 1)
        values.append((raw.strip('"') if quoted else raw, at + 1, quoted))
        at = match.end()
        if not text.startswith(",", at):
            break
        at += 1
        if _VALUE.match(text, at) is None:
            raise QueryError("no value follows this ',' (values stand without spaces: vendor:xiaomi,huawei)", at)
    return tuple(values), at


class _Reader:
    """One parse: the tokens that are left, and what `sort:`, `limit:` and `asof:` said."""

    def __init__(self, tokens: list[_Token], now: datetime, views: Mapping[str, str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.now = now
        self.views = views
        self.order = "-date"
        self.limit: int | None = None
        self.as_of: datetime | None = None
        self.negations = 0
        """How many there are around what is read now."""

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def query(self, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise QueryError("nested too deep", self.tokens[self.at - 1].column)
        begin = self.at
        parts = [self.conjunction(depth)]
        while (token := self.peek()) and _is_word(token, "OR"):
            if self.at == begin:
                raise QueryError("nothing stands before this OR", token.column)
            self.next()
            begin = self.at
            parts.append(self.conjunction(depth))
            if self.at == begin:
                raise QueryError("nothing follows this OR", token.column)
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def conjunction(self, depth: int) -> Node:
        parts: list[Node] = []
        while (token := self.peek()) and token.type != "close" and not _is_word(token, "OR"):
            if _is_word(token, "AND"):
                if not parts:
                    raise QueryError("nothing stands before this AND", token.column)
                self.next()
                if (follows := self.peek()) is None or follows.type == "close" or _is_word(follows, "AND", "OR"):
                    raise QueryError("nothing follows this AND", token.column)
            parts.append(self.unary(depth))
        return all_of(*parts)

    def unary(self, depth: int) -> Node:
        token = self.next()
        if token.type == "minus" or _is_word(token, "NOT"):
            if self.peek() is None or depth > _MAX_DEPTH:
                raise QueryError("nothing follows the negation", token.column)
            self.negations += 1
            negated = Not(self.unary(depth + 1))
            self.negations -= 1
            return negated
        if token.type == "open":
            inner = self.query(depth + 1)
            if (closing := self.peek()) is None or closing.type != "close":
                raise QueryError("this '(' is not closed", token.column)
            self.next()
            return inner
        if token.type == "phrase":
            return TextTerm(token.text.strip('"'), phrase=True) if token.text.strip('"').strip() else MatchAll()
        if token.type == "regex":
            return _regex(token.text, token.column)
        if token.type == "view":
            return self.view(token, depth)
        return self.field(token) if token.type == "field" else TextTerm(token.text)

    def view(self, token: _Token, depth: int) -> Node:
        name = token.text[1:]
        if name not in self.views:
            raise QueryError(f"no view '{name}'{_hint(name, self.views)}", token.column)
        inner = _Reader(_tokens(self.views[name]), self.now, {k: v for k, v in self.views.items() if k != name})
        node = inner.query(depth + 1)
        self.take_as_of(inner.as_of, token.column)
        return node

    def take_as_of(self, as_of: datetime | None, column: int) -> None:
        """Hold on to the one instant whose base is asked for; views bring theirs."""
        if as_of and self.negations:
            raise QueryError("asof: says of which day the whole answer is; it cannot be negated", column)
        if as_of and self.as_of and as_of != self.as_of:
            raise QueryError("asof: stands here twice, with two dates", column)
        self.as_of = as_of or self.as_of

    def field(self, token: _Token) -> Node:
        spec = FIELDS.get(token.text)
        if spec is None:
            raise QueryError(f"no field '{token.text}'{_hint(token.text, FIELDS)}", token.column)
        if not token.values:
            raise QueryError(f"'{spec.name}:' needs a value: {spec.help}", token.column)
        if spec.type in ("limit", "sort") and self.negations:
            raise QueryError(f"{spec.name}: is about the whole answer; it cannot be negated", token.column)
        if spec.type in ("limit", "sort") and len(token.values) > 1:
            raise QueryError(f"{spec.name}: takes one value", token.values[1][1])
        if spec.type == "limit":
            self.limit = _limit(token)
            return MatchAll()
        if spec.type == "asof":
            self.take_as_of(_as_of(token, self.now), token.column)
            return MatchAll()
        values = tuple(_value(spec, *value, self.now) for value in token.values)
        if spec.type == "sort":
            self.order = str(values[0])
            return MatchAll()
        if spec.type == "age":
            return FieldTerm("date", values)
        if spec.name == "is" and REVERSAL in values and len(set(values)) > 1:
            raise QueryError("is:reversal stands alone: write is:reversal is:starred", token.column)
        return _states(values, self.now) if spec.name == "is" else FieldTerm(spec.name, values)


def _is_word(token: _Token, *words: str) -> bool:
    return token.type == "word" and token.text in words


def move_terms(query: Query) -> tuple[FieldTerm, ...]:
    """The terms that are about moves: what is read out of the store is to be sifted by these."""
    parts = query.where.parts if isinstance(query.where, And) else (query.where,)
    return tuple(part for part in parts if isinstance(part, FieldTerm) and _of_moves(part))


def _of_moves(term: FieldTerm) -> bool:
    return term.name in OF_MOVES or (term.name == "is" and REVERSAL in term.values)


def asks_reversals(query: Query) -> bool:
    """Whether only reversals are asked for."""
    return any(term.name == "is" for term in move_terms(query))


def _states(values: tuple[Value, ...], now: datetime) -> Node:
    """`is:` with `new` spelled out: first seen yesterday or today."""
    if "new" not in values:
        return FieldTerm("is", values)
    new = FieldTerm("seen", (DateRange(read_date("yesterday", now)[0], None),))
    rest = tuple(value for value in values if value != "new")
    return Or((new, FieldTerm("is", rest))) if rest else new


def _hint(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    hint = did_you_mean(name, known, cutoff=0.5)
    return f", {hint}" if hint else f"; there are: {' '.join(known)}" if known else ""


def _regex(text: str, column: int) -> RegexTerm:
    body, _, flags = text[1:].rpartition("/")
    try:
        re.compile(body)
    except re.error as error:
        raise QueryError(f"not a regular expression: {error.msg}", column + 1 + (error.pos or 0)) from error
    return RegexTerm(body, "i" in flags)


def _limit(token: _Token) -> int:
    text, column, _ = token.values[0]
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise QueryError("limit: takes a whole number above 0", column)
    return int(text)


def _as_of(token: _Token, now: datetime) -> datetime:
    text, column, _ = token.values[0]
    try:
        if len(token.values) > 1:
            raise ValueError(text)
        return read_end(text, now)
    except (ValueError, OverflowError) as error:
        raise QueryError(
            f"asof: takes one date, not '{','.join(v[0] for v in token.values)}': try asof:2017-01-15", column
        ) from error


def _value(spec: FieldSpec, text: str, column: int, quoted: bool, now: datetime) -> Value:
    if not quoted and re.fullmatch(_REGEX, text):
        if spec.type != "contains":
            able = ", ".join(one.name for one in FIELDS.values() if one.type == "contains")
            raise QueryError(f"{spec.name}: takes no regular expression; these do: {able}", column)
        return _regex(text, column)
    if spec.type == "date":
        return _date(text, column, now)
    if spec.type == "age":
        return _age(text, column, now)
    if spec.type == "number":
        number = _number(text, column)
        if spec.name == "conf" and not all(0 <= side <= 1 for side in (number.low, number.high) if side is not None):
            raise QueryError(f"conf: lies between 0 and 1, not at {text}: try conf:>=0.8", column)
        return number
    if spec.type == "id" and not (text.isdecimal() and len(text) <= _LONGEST_ID):
        raise QueryError(f"{spec.name}: takes the number of an article or story, not '{text}': try {spec.name}:118", column)
    if spec.type in ("choice", "sort") and not quoted:
        if (chosen := spec.chosen(text.lower())) is None:
            raise QueryError(f"{spec.name}: knows no '{text}'{_hint(text.lower(), spec.choices)}", column)
        return chosen
    if spec.name == "tag":
        return tag_name(text)
    return text.lower() if spec.name in ("vendor", "lang", "feed") else text


def _date(text: str, column: int, now: datetime) -> DateRange:
    try:
        if match := re.fullmatch(r"(>=|<=|>|<)(.+)", text):
            start, end = read_date(match[2], now)
            sides = {">=": (start, None), ">": (end, None), "<": (None, start), "<=": (None, end)}
            return DateRange(*sides[match[1]])
        low, dots, high = text.partition("..")
        if dots and low + high:
            span = DateRange(read_date(low, now)[0] if low else None, read_date(high, now)[1] if high else None)
            if span.start and span.end and span.start >= span.end:
                raise QueryError(f"{text} ends before it begins: write {high}..{low}", column)
            return span
        return DateRange(*read_date(text, now))
    except (ValueError, OverflowError) as error:
        raise QueryError(f"'{text}' is no date: try 2017, 2017-03, 2016..2018, 2017Q1, today, 6m", column) from error


def _age(text: str, column: int, now: datetime) -> DateRange:
    """`<7d` and `7d`: younger than a week; `>1y`: older than a year."""
    match = re.fullmatch(r"([<>]?)=?(\d{1,4}[dwmy])", text, re.IGNORECASE)
    if match is None:
        raise QueryError(f"'{text}' is no age: try <7d, 3w, >6m, >1y", column)
    try:
        start, _ = read_date(match[2], now)
    except (ValueError, OverflowError) as error:
        raise QueryError(f"'{text}' is longer ago than there are dates", column) from error
    return DateRange(None, start) if match[1] == ">" else DateRange(start, None)


_SIZES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}
_SIZED = re.compile(r"(-?\d+(?:\.\d+)?)(k|mn?|bn?|tn)", re.IGNORECASE)


def _number(text: str, column: int) -> NumberRange:
    try:
        if match := re.fullmatch(r"(>=|<=|>|<)(.+)", text):
            number, strict = _finite(match[2]), len(match[1]) == 1
            if match[1].startswith(">"):
                return NumberRange(number, None, low_strict=strict)
            return NumberRange(None, number, high_strict=strict)
        low, dots, high = text.partition("..")
        if dots and low + high:
            span = NumberRange(_finite(low) if low else None, _finite(high) if high else None)
            if span.low is not None and span.high is not None and span.low > span.high:
                raise QueryError(f"{text} ends before it begins: write {high}..{low}", column)
            return span
        return NumberRange(_finite(text), _finite(text))
    except InvalidOperation as error:
        raise QueryError(f"'{text}' is no number: try 0.8, >=1bn, 10..20", column) from error


def _finite(text: str) -> Decimal:
    """`0.8`, `1e9`, or `1bn` as analysts and the ledger write it."""
    match = _SIZED.fullmatch(text)
    number = Decimal(match[1]) * _SIZES[match[2].lower()] if match else Decimal(text)
    if not number.is_finite() or math.isinf(float(number)):
        raise InvalidOperation
    return number
