"""What users add to the packaged rules and language packs: checked, a value, and merged with them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from math import prod
from typing import Any

from marketwatch.domain import Vendor
from marketwatch.errors import PackError
from marketwatch.extract.lexicon import Lexicon, Terms
from marketwatch.extract.packs import (
    ABBREVIATIONS,
    SECTIONS,
    Pack,
    Rules,
    build_rules,
    load_pack,
    load_rules,
    only,
    packaged_sections,
    read_sections,
)

_CLOSED = ("modifiers", "speech", "vendors", "quiet")
"""Sections whose names mean something to the code."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = ("target", "cue", "pair", "reader")
"""Beginnings of rule names that the code gives itself."""
_GROUP = re.compile(r"\([^()]*\)")
_LONELY_STAR = re.compile(r"(?<![\w)])\*|\*(?![\s|)]|$)")
_MOST_VARIANTS = 2000

Sections = Mapping[str, Terms]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All additions of a user. The digest stands for the content: equal digests, equal vocabularies."""

    digest: str
    vendors: tuple[Vendor, ...] = field(compare=False)
    """Only what is added: a known vendor has here just its new names."""
    rules: Rules = field(compare=False)
    terms: Mapping[str, Sections] = field(compare=False)
    """By language."""


def vocabulary_of(vendors: Sequence[Vendor], rules: Rules, terms: Mapping[str, Sections]) -> Vocabulary:
    """Make the value of additions that are checked."""
    content = [[asdict(vendor) for vendor in vendors], asdict(rules), terms]
    source = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return Vocabulary(hashlib.sha256(source.encode()).hexdigest(), tuple(vendors), rules, terms)


def added_rules(data: Mapping[str, Any], known: Rules) -> Rules:
    """Check rules of a user and return them alone. Raises PackError."""
    rules = build_rules(data, known)
    for section, names in (("objects", rules.objects), ("cues", rules.cues), ("pairs", [pair.name for pair in rules.pairs])):
        for name in names:
            if not _NAME.fullmatch(name) or name.startswith(_RESERVED):
                problem = f"a name is lower-case letters, digits and _, and does not begin with {' or '.join(_RESERVED)}"
                raise PackError("rules.toml", (section, name), problem)
    return rules


def added_terms(lang: str, data: Mapping[str, Any], rules: Rules) -> Sections:
    """Check sections of a user's pack against all rules and return them. Raises PackError."""
    file = f"{lang}.toml"
    sections = read_sections(file, data, rules)
    for section in _CLOSED:
        # English has every name that there is.
        only(file, (section,), sections.get(section, ()), packaged_sections("en")[section])
    for section, rows in sections.items():
        for name, terms in rows.items():
            for term in terms if section != ABBREVIATIONS else ():
                if problem := _problem(term):
                    raise PackError(file, (section, name), f"'{term}': {problem}")
    return sections


def check_use(added: Rules, terms: Mapping[str, Sections]) -> None:
    """Refuse a rule that no words lead to. Raises PackError."""
    sections = ("objects", "cues", "moves")
    words = {section: {name for one in terms.values() for name in one.get(section, ())} for section in sections}
    packaged = {move for rule in load_rules().objects.values() for move in rule.moves}
    for section, names in (("objects", added.objects), ("cues", added.cues)):
        for name in names:
            if name not in words[section]:
                raise PackError("rules.toml", (section, name), f"no language has words for it; add them under [{section}]")
    for rule in added.objects.values():
        for move in rule.moves:
            if move not in words["moves"] | packaged:
                problem = "no such move, and no language has words for it under [moves]"
                raise PackError("rules.toml", ("objects", rule.name, "moves", move), problem)


def _problem(term: str) -> str | None:
    """What is wrong with how a term is written."""
    rest = _GROUP.sub(" ", term)
    if "(" in rest or ")" in rest:
        return "brackets do not match, or stand in each other"
    if _LONELY_STAR.search(term):
        return "a star stands at the end of a word"
    if not re.search(r"\w", term) or re.match(r"\s*\.\.|.*\.\.\s*$", term):
        return "must begin and end with a word"
    if prod(group.count("|") + 1 for group in _GROUP.findall(term)) > _MOST_VARIANTS:
        return f"stands for more than {_MOST_VARIANTS} phrases; write several terms"
    return None


def joined(one: Rules, other: Rules) -> Rules:
    """The rules of both."""
    return Rules({**one.objects, **other.objects}, {**one.cues, **other.cues}, (*one.pairs, *other.pairs))


@cache
def rules_with(vocabulary: Vocabulary | None) -> Rules:
    """The packaged rules and those added."""
    return joined(load_rules(), vocabulary.rules) if vocabulary else load_rules()


@cache
def pack_with(lang: str, vocabulary: Vocabulary | None) -> Pack:
    """The packaged language and the terms added to it; one value for all that ask with the same additions."""
    pack = load_pack(lang)
    if vocabulary is None:
        return pack
    added = vocabulary.terms.get(lang, {})
    abbreviations = added.get(ABBREVIATIONS, {}).get(ABBREVIATIONS, ())
    packaged = packaged_sections(lang)
    lexicon = Lexicon({name: merged(packaged[name], added.get(name, {})) for name in SECTIONS - {ABBREVIATIONS}})
    return Pack(lang, rules_with(vocabulary), lexicon, pack.abbreviations.union(abbreviations))


def merged(one: Terms, other: Terms) -> Terms:
    """The terms of both under each name."""
    return {name: (*one.get(name, ()), *other.get(name, ())) for name in {**one, **other}}
