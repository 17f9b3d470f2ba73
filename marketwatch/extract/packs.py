"""Language packs: `lang/xx.toml`, loaded once, validated strictly, immutable afterwards.

How terms are written and found: lexicon.py. lang/README.md has the sections.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from marketwatch.domain import DIRECTIONS, Direction, ShiftKind
from marketwatch.errors import PackError
from marketwatch.extract.lexicon import Lexicon, Terms
from marketwatch.extract.rule_files import rule_file
from marketwatch.near import did_you_mean

_MAX_WINDOW = 40
_ORDERS = ("any", "move_first", "object_first")
_SHOWN = 20
"""Names that an error lists."""
ABBREVIATIONS = "abbreviations"
SECTIONS = frozenset({"objects", "moves", "cues", "regions", "modifiers", "speech", "vendors", "quiet", ABBREVIATIONS})


@dataclass(frozen=True, slots=True)
class ObjectRule:
    """What a concept means when a move concerns it."""

    name: str
    kind: ShiftKind
    label: str
    moves: Mapping[str, Direction]
    alone: Direction | None = None
    """The direction when the concept needs no move: sanctions are always pressure."""
    window: int = 8
    order: str = "any"
    """any | move_first | object_first"""


@dataclass(frozen=True, slots=True)
class CueRule:
    """A whole phrase that states a shift."""

    name: str
    kind: ShiftKind
    direction: Direction
    label: str


@dataclass(frozen=True, slots=True)
class PairRule:
    """Two concepts in one sentence that together say what neither says alone: from online only to own stores."""

    name: str
    origin: str
    destination: str
    kind: ShiftKind
    direction: Direction
    label: str
    origin_label: str


@dataclass(frozen=True, slots=True)
class Rules:
    """lang/rules.toml: what concepts mean, whatever the language."""

    objects: Mapping[str, ObjectRule]
    cues: Mapping[str, CueRule]
    pairs: tuple[PairRule, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """One language."""

    lang: str
    rules: Rules
    """What its objects, moves and cues mean."""
    lexicon: Lexicon
    """The terms of all sections."""
    abbreviations: frozenset[str]


@cache
def load_rules() -> Rules:
    """Read lang/rules.toml. Raises PackError that names file and key."""
    return build_rules(rule_file("rules.toml"), None)


def build_rules(data: Mapping[str, Any], known: Rules | None) -> Rules:
    """Validate rules. Those that are `known` may be used and not defined again; they are no part of what is returned."""
    known = known or Rules({}, {}, ())
    only("rules.toml", (), data, {"objects", "cues", "pairs"})
    rows = {section: _table(data.get(section, {}), (section,)) for section in ("objects", "cues", "pairs")}
    taken = {"objects": known.objects, "cues": known.cues, "pairs": [pair.name for pair in known.pairs]}
    for section, names in rows.items():
        for name in names:
            if name in taken[section]:
                _wrong((section, name), "there is such a rule already; choose another name")
    objects = {name: _object_rule(name, _table(row, ("objects", name))) for name, row in rows["objects"].items()}
    cues = {name: _cue_rule(name, _table(row, ("cues", name))) for name, row in rows["cues"].items()}
    named = {*known.objects, *objects}
    pairs = tuple(_pair_rule(name, _table(row, ("pairs", name)), named) for name, row in rows["pairs"].items())
    return Rules(objects, cues, pairs)


def _object_rule(name: str, row: Mapping[str, Any]) -> ObjectRule:
    key = ("objects", name)
    only("rules.toml", key, row, {"kind", "label", "moves", "alone", "window", "order"})
    kind = _enum(ShiftKind, row.get("kind"), (*key, "kind"))
    table = _table(row.get("moves", {}), (*key, "moves"))
    moves = {move: _direction(kind, to, (*key, "moves", move)) for move, to in table.items()}
    alone = _direction(kind, row["alone"], (*key, "alone")) if "alone" in row else None
    window, order = row.get("window", 8), row.get("order", "any")
    if isinstance(window, bool) or not isinstance(window, int) or not 0 <= window <= _MAX_WINDOW:
        _wrong((*key, "window"), f"must be a number of words from 0 to {_MAX_WINDOW}")
    if order not in _ORDERS:
        _wrong((*key, "order"), f"'{order}' is none of {' '.join(_ORDERS)}")
    if not moves and alone is None:
        _wrong(key, "needs 'moves', or 'alone' when no move is needed")
    return ObjectRule(name, kind, _label(row, key), moves, alone, window, order)


def _cue_rule(name: str, row: Mapping[str, Any]) -> CueRule:
    key = ("cues", name)
    only("rules.toml", key, row, {"kind", "direction", "label"})
    kind = _enum(ShiftKind, row.get("kind"), (*key, "kind"))
    return CueRule(name, kind, _direction(kind, row.get("direction"), (*key, "direction")), _label(row, key))


def _pair_rule(name: str, row: Mapping[str, Any], objects: Collection[str]) -> PairRule:
    key = ("pairs", name)
    only("rules.toml", key, row, {"origin", "destination", "kind", "direction", "label", "origin_label"})
    for side in ("origin", "destination"):
        if row.get(side) not in objects:
            _wrong((*key, side), f"'{row.get(side)}' is no object")
    kind = _enum(ShiftKind, row.get("kind"), (*key, "kind"))
    direction = _direction(kind, row.get("direction"), (*key, "direction"))
    return PairRule(name, row["origin"], row["destination"], kind, direction, _label(row, key), _label(row, key, "origin_label"))


def _label(row: Mapping[str, Any], key: tuple[str, ...], name: str = "label") -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        _wrong((*key, name), "must be a text in quotation marks")
    return str(value)


def _table(value: object, key: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _wrong(key, "must be a table")
    return value


def _direction(kind: ShiftKind, value: object, key: tuple[str, ...]) -> Direction:
    direction: Direction = _enum(Direction, value, key)
    if direction not in DIRECTIONS[kind]:
        allowed = " ".join(one for one in Direction if one in DIRECTIONS[kind])
        _wrong(key, f"{kind} has no direction '{direction}'; there are: {allowed}")
    return direction


def _enum(enum: Any, value: object, key: tuple[str, ...]) -> Any:
    try:
        return enum(value)
    except ValueError as error:
        problem = "is missing" if value is None else f"'{value}' is none of {' '.join(enum)}"
        raise PackError("rules.toml", key, problem) from error


def _wrong(key: tuple[str, ...], problem: str) -> NoReturn:
    raise PackError("rules.toml", key, problem)


def only(file: str, key: tuple[str, ...], row: Iterable[str], known: Collection[str]) -> None:
    """Refuse a name that is not known. Raises PackError with the names that may be meant."""
    for name in row:
        if name not in known:
            shown = sorted(known)[:_SHOWN]
            more = f" and {len(known) - _SHOWN} more, see 'marketwatch packs list --lang en'" if len(known) > _SHOWN else ""
            hint = did_you_mean(name, known, f"there are: {' '.join(shown)}{more}")
            raise PackError(file, (*key, name), f"unknown key; {hint}")


@cache
def load_pack(lang: str) -> Pack:
    """Read lang/xx.toml. Raises PackError that names file and key."""
    return build_pack(lang, packaged_sections(lang), load_rules())


@cache
def packaged_sections(lang: str) -> Mapping[str, Any]:
    """The content of lang/xx.toml as it stands there."""
    return rule_file(f"{lang}.toml")


def build_pack(lang: str, data: Mapping[str, Any], rules: Rules) -> Pack:
    """Validate a pack's content against the rules and build its matchers."""
    file = f"{lang}.toml"
    if missing := SECTIONS - set(data):
        raise PackError(file, (), f"section '{min(missing)}' is missing")
    sections = read_sections(file, data, rules)
    abbreviations = sections.pop(ABBREVIATIONS)[ABBREVIATIONS]
    return Pack(lang, rules, Lexicon(sections), frozenset(abbreviations))


def read_sections(file: str, data: Mapping[str, Any], rules: Rules) -> dict[str, Terms]:
    """Validate the sections of a pack against the rules; abbreviations become a section with one list."""
    only(file, (), data, SECTIONS)
    sections = {name: _terms(file, name, {name: rows} if name == ABBREVIATIONS else rows) for name, rows in data.items()}
    moves = {move for rule in rules.objects.values() for move in rule.moves}
    for name, known in {"objects": rules.objects, "cues": rules.cues, "moves": moves}.items():
        only(file, (name,), sections.get(name, ()), known)
    return sections


def _terms(file: str, section: str, rows: object) -> Terms:
    if not isinstance(rows, dict):
        raise PackError(file, (section,), "must be a table of lists")
    for name, terms in rows.items():
        if not isinstance(terms, list) or not all(isinstance(term, str) and term.strip() for term in terms):
            key = (section,) if section == ABBREVIATIONS else (section, name)
            raise PackError(file, key, 'must be a list of terms: ["...", "..."]')
    return {name: tuple(terms) for name, terms in rows.items()}
