"""`packs`: what the languages know, what the user added to them, and whether it does what its examples say."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from marketwatch.commands.output import write_json, write_line, write_rows
from marketwatch.config import Config
from marketwatch.config_file import find_config, joined_vendors, load_config, packaged_config
from marketwatch.errors import UsageError
from marketwatch.extract import extractor_of
from marketwatch.extract.language import LANGUAGES
from marketwatch.extract.lexicon import Terms
from marketwatch.extract.packs import CueRule, ObjectRule, PairRule, load_rules, packaged_sections, read_sections
from marketwatch.extract.vocabulary import Sections, Vocabulary, rules_with
from marketwatch.pack_examples import Failure, failures, packaged_examples, read_examples
from marketwatch.sanitise import clean_line

_SECTIONS = ("objects", "moves", "cues", "regions", "modifiers", "speech", "vendors", "quiet", "abbreviations")
_COUNTS = {"lang": "lang"} | {section: section for section in _SECTIONS}
_NAMES = {"section": "section", "name": "name", "terms": "terms", "added": "added", "says": "says"}
_ADDED = {"added to": "place", "name": "name", "what": "what"}


def run(args: Namespace) -> int:
    if args.lang is not None and (args.action == "check" or args.lang not in LANGUAGES):
        raise UsageError(f"--lang {args.lang}: goes with 'packs list', and is one of {' '.join(LANGUAGES)}")
    config = load_config(find_config(args.config), packs=Path(args.folder) if args.folder else None)
    if args.action == "check":
        return _check(config, args)
    if args.lang:
        write_rows(list(_names(args.lang, config.vocabulary)), _NAMES, args.format)
    else:
        _list(config, args)
    return 0


def _check(config: Config, args: Namespace) -> int:
    extractor = extractor_of(config, learned=False)
    examples = read_examples(config.settings.packs, config.vendors) if config.settings.packs else []
    failed = list(failures(extractor, examples))
    if args.folder is None:
        # The packaged examples speak of packaged vendors, which the user may not watch, or by fewer names.
        everyone = replace(config, vendors=joined_vendors(config.vendors, load_config(packaged_config()).vendors))
        packaged = packaged_examples(everyone.vendors)
        failed += failures(extractor_of(everyone, learned=False), packaged)
        examples += packaged
    shapes = [_failure(one) for one in failed]
    if args.format == "json":
        write_json({"extractor": extractor.version, "examples": len(examples), "failed": len(failed), "failures": shapes})
    else:
        for shape in shapes:
            expected, found = (" + ".join(shape[key]) or "nothing" for key in ("expected", "found"))
            write_line(f"{shape['file']}:{shape['line']}: expected {expected}, came {found}: {clean_line(shape['text'], 200)}")
        write_line(f"{len(examples)} examples, {len(failed)} failed ({extractor.version})")
    return 1 if failed else 0


def _failure(one: Failure) -> dict[str, Any]:
    example = one.example
    place = {"file": str(example.place.path), "line": example.line, "lang": example.lang}
    return place | {"text": example.text, "expected": list(example.shifts), "found": list(one.found)}


def _list(config: Config, args: Namespace) -> None:
    counts = {lang: _counts(lang, config.vocabulary) for lang in LANGUAGES}
    added = list(_added(config.vocabulary)) if config.vocabulary else []
    if args.format == "json":
        version = extractor_of(config, learned=False).version
        folder = str(config.settings.packs) if config.settings.packs else None
        languages = [{"lang": lang, "sections": sections} for lang, sections in counts.items()]
        write_json({"folder": folder, "extractor": version, "languages": languages, "added": added})
        return
    rows = [{"lang": lang} | {name: _shown(count) for name, count in sections.items()} for lang, sections in counts.items()]
    write_rows(rows, _COUNTS, "table")
    if added:
        write_line("")
        write_rows(added, _ADDED, "table")


def _counts(lang: str, vocabulary: Vocabulary | None) -> dict[str, dict[str, int]]:
    packaged, own = _packaged(lang), _own(lang, vocabulary)
    return {name: {"terms": _terms(packaged[name]), "added": _terms(own.get(name, {}))} for name in _SECTIONS}


def _shown(count: Mapping[str, int]) -> str:
    return f"{count['terms']} +{count['added']}" if count["added"] else str(count["terms"])


def _packaged(lang: str) -> Sections:
    return read_sections(f"{lang}.toml", packaged_sections(lang), load_rules())


def _own(lang: str, vocabulary: Vocabulary | None) -> Sections:
    return vocabulary.terms.get(lang, {}) if vocabulary else {}


def _terms(section: Terms) -> int:
    return sum(map(len, section.values()))


def _names(lang: str, vocabulary: Vocabulary | None) -> Iterator[dict[str, Any]]:
    """Every name of a language under which terms stand, and what its rule says."""
    packaged, own, rules = _packaged(lang), _own(lang, vocabulary), rules_with(vocabulary)
    says = {("objects", rule.name): f"{rule.kind}: {rule.label}" for rule in rules.objects.values()}
    says |= {("cues", rule.name): f"{rule.kind} {rule.direction}: {rule.label}" for rule in rules.cues.values()}
    for section in _SECTIONS:
        words, more = packaged[section], own.get(section, {})
        for name in {**words, **more}:
            counts = {"terms": len(words.get(name, ())), "added": len(more.get(name, ()))}
            yield {"section": section, "name": name} | counts | {"says": says.get((section, name), "")}


def _added(vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    for vendor in vocabulary.vendors:
        names = [vendor.name] if vendor.name != vendor.slug else []
        names += [*vendor.aliases, *vendor.people, *vendor.sub_brands]
        yield {"place": "vendors", "name": vendor.slug, "what": names}
    rules: list[ObjectRule | CueRule | PairRule] = [*vocabulary.rules.objects.values(), *vocabulary.rules.cues.values()]
    for rule in rules + list(vocabulary.rules.pairs):
        yield {"place": "rules", "name": rule.name, "what": [f"{rule.kind}: {rule.label}"]}
    for lang, sections in vocabulary.terms.items():
        for section, rows in sections.items():
            for name, terms in rows.items():
                yield {"place": f"{lang} {section}", "name": name, "what": list(terms)}
