"""Language packs: read, checked and compiled into one token trie each. See lang/README.md for the format."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from marketwatch.errors import PackError
from marketwatch.extract.text import Token, tokenise

LANGS = ("en", "fr", "de", "es", "it", "pt", "nl", "zh")
GAP = 4
"""How many tokens `..` may stand for."""
_PHRASE_SECTIONS = ("concepts", "moves", "cues", "roles", "markets", "idioms")
_TOP_KEYS = frozenset({"lang", "abbreviations", "scale", "fold", *_PHRASE_SECTIONS})
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_PIECE = re.compile(r"\.\.|\S+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a pack found in a token sequence: `tag` is `section.name`, tokens `first` up to `last`."""

    tag: str
    first: int
    last: int

    @property
    def name(self) -> str:
        """The tag without its section."""
        return self.tag.partition(".")[2]


@dataclass(slots=True)
class _Node:
    words: dict[str, _Node] = field(default_factory=dict)
    prefixes: dict[str, _Node] = field(default_factory=dict)
    suffixes: dict[str, _Node] = field(default_factory=dict)
    gap: _Node | None = None
    tags: list[str] = field(default_factory=list)


class Trie:
    """Finds many phrases at once. Words may end or begin in `*`; `..` stands for up to GAP tokens."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, phrase: str, tag: str) -> None:
        """Add one phrase; `(a|b)` stands for either. Raises ValueError when nothing is left to match."""
        for plain in expand(phrase):
            node = self._root
            for piece in _pieces(plain):
                node = _child(node, piece)
            if node is self._root:
                raise ValueError(f"nothing to match in {phrase!r}")
            if tag not in node.tags:
                node.tags.append(tag)

    def find(self, tokens: Sequence[Token]) -> tuple[Hit, ...]:
        """All hits, in token order; of hits of one tag that lie inside each other the longest is kept."""
        words = [t.text for t in tokens]
        best: dict[tuple[str, int], int] = {}
        for i in range(len(words)):
            for last, node in _walk(self._root, words, i, i):
                for tag in node.tags:
                    best[tag, i] = max(best.get((tag, i), 0), last)
        hits: list[Hit] = []
        reach: dict[str, int] = {}
        for (tag, first), last in sorted(best.items(), key=lambda item: (item[0][1], -item[1], item[0][0])):
            if last > reach.get(tag, 0):
                hits.append(Hit(tag, first, last))
                reach[tag] = last
        return tuple(hits)


def expand(phrase: str) -> Iterator[str]:
    """All readings of a phrase with `(a|b)` alternatives: `mi (home|store)` gives two."""
    parts = _ALTERNATIVES.split(phrase)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return ("".join(choice) for choice in itertools.product(*choices))


def _pieces(phrase: str) -> Iterator[str]:
    for raw in _PIECE.findall(phrase):
        if raw == "..":
            yield raw
            continue
        tokens = tokenise(raw)
        for i, token in enumerate(tokens):
            star = "*" if raw.startswith("*") and i == 0 else ""
            yield star + token.text + ("*" if raw.endswith("*") and i == len(tokens) - 1 else "")


def _child(node: _Node, piece: str) -> _Node:
    if piece == "..":
        node.gap = node.gap or _Node()
        return node.gap
    if piece.endswith("*"):
        return node.prefixes.setdefault(piece[:-1], _Node())
    if piece.startswith("*"):
        return node.suffixes.setdefault(piece[1:], _Node())
    return node.words.setdefault(piece, _Node())


def _walk(node: _Node, words: Sequence[str], first: int, i: int) -> Iterator[tuple[int, _Node]]:
    """Nodes with tags reachable from token i, each with the index after its last token."""
    if node.tags and i > first:
        yield i, node
    if node.gap is not None:
        for skip in range(min(GAP, len(words) - i - 1) + 1):
            yield from _walk(node.gap, words, first, i + skip)
    if i >= len(words):
        return
    word = words[i]
    if word in node.words:
        yield from _walk(node.words[word], words, first, i + 1)
    for n in range(1, len(word) + 1) if node.prefixes else ():
        if word[:n] in node.prefixes:
            yield from _walk(node.prefixes[word[:n]], words, first, i + 1)
    for n in range(len(word)) if node.suffixes else ():
        if word[n:] in node.suffixes:
            yield from _walk(node.suffixes[word[n:]], words, first, i + 1)


@dataclass(frozen=True, slots=True)
class Pack:
    """What one language says: compiled phrases and how to cut its sentences. Never changes after loading."""

    lang: str
    abbreviations: frozenset[str]
    scale: float
    """How many tokens of this language one English word is: windows of rules are multiplied by it."""
    fold: Mapping[str, str]
    trie: Trie


def load_pack(lang: str) -> Pack:
    """The pack of a language, loaded once. Raises PackError naming file and key."""
    return _load(lang)


@cache
def _load(lang: str) -> Pack:
    return parse_pack(read_data(f"{lang}.toml"), f"{lang}.toml")


def read_data(name: str) -> bytes:
    """The bytes of a packaged data file under lang/."""
    return resources.files("marketwatch.extract").joinpath("lang", name).read_bytes()


def parse_toml(raw: bytes, file: str) -> dict[str, Any]:
    """TOML with errors as PackError naming the file."""
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{file}: toml: {error}") from error


def parse_pack(raw: bytes, file: str) -> Pack:
    """Check and compile a pack. Raises PackError naming file, key and value of the first fault."""
    data = parse_toml(raw, file)
    if unknown := sorted(set(data) - _TOP_KEYS):
        raise PackError(f"{file}: {unknown[0]}: not a key of a pack; known: {', '.join(sorted(_TOP_KEYS))}")
    lang = data.get("lang")
    if lang not in LANGS:
        raise PackError(f"{file}: lang: {lang!r} is not one of {', '.join(LANGS)}")
    trie = Trie()
    known = vocabulary()
    for section in _PHRASE_SECTIONS:
        for name, phrases in _table(data, section, file).items():
            key = f"{section}.{name}"
            if section in known and name not in known[section]:
                raise PackError(f"{file}: {key}: unknown name; lang/rules.toml must use or list it")
            for phrase in _strings(phrases, file, key):
                _add(trie, phrase, key, file)
    fold = data.get("fold", "")
    scale = data.get("scale", 1.0)
    if not isinstance(fold, str) or len(fold) % 2 or not isinstance(scale, int | float):
        raise PackError(f"{file}: fold/scale: fold is a string of pairs, scale a number")
    abbreviations = frozenset(_strings(data.get("abbreviations", []), file, "abbreviations"))
    return Pack(lang, abbreviations, float(scale), dict(zip(fold[::2], fold[1::2], strict=True)), trie)


def _add(trie: Trie, phrase: str, key: str, file: str) -> None:
    try:
        trie.add(phrase, key)
    except ValueError as error:
        raise PackError(f"{file}: {key}: {error}") from error


def _table(data: Mapping[str, Any], section: str, file: str) -> Mapping[str, Any]:
    table = data.get(section, {})
    if not isinstance(table, dict):
        raise PackError(f"{file}: {section}: must be a table")
    return table


def _strings(value: object, file: str, key: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise PackError(f"{file}: {key}: must be a list of non-empty strings, is {value!r}")
    doubles = [v for i, v in enumerate(value) if v in value[:i]]
    if doubles:
        raise PackError(f"{file}: {key}: {doubles[0]!r} stands there twice")
    return value


@cache
def vocabulary() -> Mapping[str, frozenset[str]]:
    """The names packs may use, by section: `[vocabulary]` of rules.toml, and `rule/direction` for idioms."""
    data = parse_toml(read_data("rules.toml"), "rules.toml")
    names = {k: frozenset(_strings(v, "rules.toml", f"vocabulary.{k}")) for k, v in data["vocabulary"].items()}
    pairs = {f"{r['name']}/{d}" for r in data["rules"] for d in (*r.get("moves", {}), *r.get("idioms", []))}
    return {**names, "idioms": frozenset(pairs)}
