"""Language packs: `lang/xx.toml`, loaded once, validated strictly, immutable afterwards.

A term is words with a space between; `open*` matches a beginning, `(new|own)` one of several, `..` up to three words
of anything. Han characters are words of their own, so `实体店` needs no spaces. lang/README.md has the sections.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from marketwatch.domain import DIRECTIONS, Direction, ShiftKind
from marketwatch.errors import PackError
from marketwatch.extract.text import Token, tokenise

_GAP = 3
"""Words that `..` may skip; a Han character is less than a word."""
_HAN_GAP = 8
_SECTIONS = frozenset({"objects", "moves", "cues", "regions", "modifiers", "speech", "vendors", "quiet", "abbreviations"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: tokens[first:last] of a sentence."""

    name: str
    first: int
    last: int


@dataclass(slots=True)
class _Node:
    exact: dict[str, _Node] = field(default_factory=dict)
    stems: dict[str, _Node] = field(default_factory=dict)
    gap: _Node | None = None
    names: set[str] = field(default_factory=set)


class Lexicon:
    """Terms → names, matched on tokens in one pass."""

    def __init__(self, terms: Mapping[str, Sequence[str]]) -> None:
        self._root = _Node()
        for name, patterns in terms.items():
            for pattern in patterns:
                for variant in _variants(pattern):
                    self._add(variant, name)

    def _add(self, words: Sequence[str], name: str) -> None:
        node = self._root
        for word in words:
            if word == "..":
                node.gap = node.gap or _Node()
                node = node.gap
            elif word.endswith("*"):
                node = node.stems.setdefault(word[:-1], _Node())
            else:
                node = node.exact.setdefault(word, _Node())
        node.names.add(name)

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every longest match, in text order; matches of different names may overlap."""
        hits: list[Hit] = []
        for at in range(len(tokens)):
            best: dict[str, int] = {}
            for name, end in _walk(self._root, tokens, at):
                best[name] = max(end, best.get(name, 0))
            hits += [Hit(name, at, end) for name, end in best.items()]
        return hits


def word_count(tokens: Sequence[Token]) -> int:
    """Length in words: Chinese writes none, two or three characters make one."""
    han = sum(1 for token in tokens if len(token.text) == 1 and "\u3400" <= token.text <= "\u9fff")
    return len(tokens) - han + han * _GAP // _HAN_GAP


def _walk(node: _Node, tokens: Sequence[Token], at: int) -> Iterator[tuple[str, int]]:
    for name in node.names:
        yield name, at
    if node.gap is not None:
        for skip in range(_HAN_GAP + 1):
            if word_count(tokens[at : at + skip]) > _GAP:
                break
            yield from _walk(node.gap, tokens, at + skip)
    if at >= len(tokens):
        return
    word = tokens[at].text
    if child := node.exact.get(word):
        yield from _walk(child, tokens, at + 1)
    for stem, child in node.stems.items() if len(node.stems) < 4 else _stems(node, word):
        if word.startswith(stem):
            yield from _walk(child, tokens, at + 1)


def _stems(node: _Node, word: str) -> Iterable[tuple[str, _Node]]:
    for length in range(1, len(word) + 1):
        if child := node.stems.get(word[:length]):
            yield word[:length], child


def _choices(part: str) -> list[str]:
    """`(new|own)*` → new*, own*."""
    if not part.startswith("("):
        return [part]
    star = "*" if part.endswith("*") else ""
    return [choice if choice.endswith("*") else choice + star for choice in part.rstrip("*")[1:-1].split("|")]


def _variants(pattern: str) -> Iterator[list[str]]:
    """`open (new|own) store*` → its word lists; a star stays on its word."""
    pieces = [_choices(part) for part in re.findall(r"\([^)]*\)\*?|[^\s(]+", pattern.replace("..", " .. "))]
    for choice in product(*pieces):
        words: list[str] = []
        for part in choice:
            if part == "..":
                words.append(part)
                continue
            for word in part.split():
                words += [token.text for token in tokenise(word.rstrip("*"))]
                if word.endswith("*") and words:
                    words[-1] += "*"
        if words:
            yield words


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
    digest: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One language."""

    lang: str
    objects: Lexicon
    moves: Lexicon
    cues: Lexicon
    regions: Lexicon
    modifiers: Lexicon
    speech: Lexicon
    vendors: Lexicon
    quiet: Lexicon
    abbreviations: frozenset[str]


@cache
def load_rules() -> Rules:
    """Read lang/rules.toml. Raises PackError that names file and key."""
    source, data = _read("rules.toml")
    objects = {name: _object_rule(name, row) for name, row in data.get("objects", {}).items()}
    cues = {name: _cue_rule(name, row) for name, row in data.get("cues", {}).items()}
    pairs = tuple(_pair_rule(name, row, objects) for name, row in data.get("pairs", {}).items())
    return Rules(objects, cues, pairs, hashlib.sha256(source).hexdigest())


def _object_rule(name: str, row: Mapping[str, Any]) -> ObjectRule:
    key = f"rules.toml: objects.{name}"
    known = {"kind", "label", "moves", "alone", "window", "order"}
    _only(key, row, known)
    kind = _enum(ShiftKind, row.get("kind"), f"{key}.kind")
    moves = {move: _direction(kind, to, f"{key}.moves.{move}") for move, to in row.get("moves", {}).items()}
    alone = _direction(kind, row["alone"], f"{key}.alone") if "alone" in row else None
    return ObjectRule(name, kind, str(row["label"]), moves, alone, int(row.get("window", 8)), str(row.get("order", "any")))


def _cue_rule(name: str, row: Mapping[str, Any]) -> CueRule:
    key = f"rules.toml: cues.{name}"
    _only(key, row, {"kind", "direction", "label"})
    kind = _enum(ShiftKind, row.get("kind"), f"{key}.kind")
    return CueRule(name, kind, _direction(kind, row.get("direction"), f"{key}.direction"), str(row["label"]))


def _pair_rule(name: str, row: Mapping[str, Any], objects: Mapping[str, ObjectRule]) -> PairRule:
    key = f"rules.toml: pairs.{name}"
    _only(key, row, {"origin", "destination", "kind", "direction", "label", "origin_label"})
    for side in ("origin", "destination"):
        if row.get(side) not in objects:
            raise PackError(f"{key}.{side}: '{row.get(side)}' is no object")
    kind = _enum(ShiftKind, row.get("kind"), f"{key}.kind")
    direction = _direction(kind, row.get("direction"), f"{key}.direction")
    return PairRule(name, row["origin"], row["destination"], kind, direction, str(row["label"]), str(row["origin_label"]))


def _direction(kind: ShiftKind, value: object, key: str) -> Direction:
    direction: Direction = _enum(Direction, value, key)
    if direction not in DIRECTIONS[kind]:
        raise PackError(f"{key}: {kind} has no direction '{direction}'")
    return direction


def _enum(enum: Any, value: object, key: str) -> Any:
    try:
        return enum(value)
    except ValueError as error:
        raise PackError(f"{key}: '{value}' is none of {' '.join(enum)}") from error


def _only(key: str, row: Mapping[str, Any], known: set[str] | frozenset[str]) -> None:
    if unknown := set(row) - known:
        raise PackError(f"{key}: unknown key '{min(unknown)}'; there are: {' '.join(sorted(known))}")


@cache
def load_pack(lang: str) -> Pack:
    """Read lang/xx.toml. Raises PackError that names file and key."""
    _, data = _read(f"{lang}.toml")
    return build_pack(lang, data, load_rules())


def build_pack(lang: str, data: Mapping[str, Any], rules: Rules) -> Pack:
    """Validate a pack's content against the rules and build its matchers."""
    file = f"{lang}.toml"
    _only(file, data, _SECTIONS)
    if missing := _SECTIONS - set(data):
        raise PackError(f"{file}: section '{min(missing)}' is missing")
    sections = {name: _terms(file, name, data[name]) for name in _SECTIONS - {"abbreviations"}}
    _only(f"{file}: objects", sections["objects"], set(rules.objects))
    _only(f"{file}: cues", sections["cues"], set(rules.cues))
    _only(f"{file}: moves", sections["moves"], {move for rule in rules.objects.values() for move in rule.moves})
    lexicons = {name: Lexicon(terms) for name, terms in sections.items()}
    return Pack(lang=lang, abbreviations=frozenset(data["abbreviations"]), **lexicons)


def _terms(file: str, section: str, rows: object) -> dict[str, list[str]]:
    if not isinstance(rows, dict):
        raise PackError(f"{file}: {section}: must be a table of lists")
    for name, terms in rows.items():
        if not isinstance(terms, list) or not all(isinstance(term, str) and term.strip() for term in terms):
            raise PackError(f"{file}: {section}.{name}: must be a list of terms")
    return rows


def _read(name: str) -> tuple[bytes, dict[str, Any]]:
    source = files("marketwatch.extract").joinpath("lang").joinpath(name).read_bytes()
    try:
        return source, tomllib.loads(source.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{name}: {error}") from error


@cache
def packs_digest() -> str:
    """SHA-256 over all pack files: the rule version of an extraction."""
    folder = files("marketwatch.extract").joinpath("lang")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    digest = hashlib.sha256()
    for name in names:
        digest.update(folder.joinpath(name).read_bytes())
    return digest.hexdigest()
