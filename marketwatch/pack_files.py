"""What users add to rules and languages: a pack folder and `[vocabulary]` of feeds.toml → Vocabulary.

A complaint is `FILE:LINE: KEY: what is wrong`, as for the rest of feeds.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketwatch.domain import Vendor
from marketwatch.errors import ConfigError, PackError
from marketwatch.extract.language import LANGUAGES
from marketwatch.extract.packs import Rules, load_rules
from marketwatch.extract.vocabulary import (
    Sections,
    Vocabulary,
    added_rules,
    added_terms,
    check_use,
    joined,
    merged,
    vocabulary_of,
)
from marketwatch.toml_file import line_of, read_toml

VENDORS = "vendors.toml"
RULES = "rules"
EXAMPLES = ".examples.toml"
_NONE = Rules({}, {}, ())


@dataclass(frozen=True, slots=True)
class Source:
    """Additions, and where they stand: a file, or a table inside one."""

    path: Path
    text: str
    data: Mapping[str, Any]
    at: tuple[str | int, ...] = ()

    @contextmanager
    def located(self) -> Iterator[None]:
        """Give a PackError of this content its file and line. Raises ConfigError."""
        try:
            yield
        except PackError as error:
            key = (*self.at, *error.key)
            named = ".".join(part for part in key if isinstance(part, str))
            raise ConfigError(f"{self.path}:{line_of(self.text, key)}: {named}: {error.problem}") from error


def folder_files(folder: Path) -> list[Path]:
    """Return the TOML files of a pack folder, sorted. Raises ConfigError for one that means nothing, or when there is none."""
    known = {VENDORS, f"{RULES}.toml", *(f"{lang}{end}" for lang in LANGUAGES for end in (".toml", EXAMPLES))}
    shown = f"{VENDORS} {RULES}.toml, and for each of {' '.join(LANGUAGES)}: xx.toml xx{EXAMPLES}"
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder")
    paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    for path in paths:
        if path.name not in known:
            raise ConfigError(f"{path}: a pack folder has no such file; it may hold: {shown}")
    if not paths:
        raise ConfigError(f"{folder}: holds no pack; there may be: {shown}")
    return paths


def inline_sources(path: Path, text: str, table: object) -> dict[str, Source]:
    """Return the tables of `[vocabulary]`, by language or `rules`. Raises ConfigError."""
    whole = Source(path, text, {}, ("vocabulary",))
    with whole.located():
        if not isinstance(table, dict):
            raise PackError("", (), "must be a table")
        for name, rows in table.items():
            if name not in (RULES, *LANGUAGES):
                raise PackError("", (name,), f"unknown key; there are: {RULES} {' '.join(LANGUAGES)}")
            if not isinstance(rows, dict):
                raise PackError("", (name,), "must be a table")
    return {name: Source(path, text, rows, ("vocabulary", name)) for name, rows in table.items()}


def folder_sources(folder: Path) -> dict[str, Source]:
    """Return rules and languages of a folder, by language or `rules`. Raises ConfigError."""
    files = [path for path in folder_files(folder) if path.name != VENDORS and not path.name.endswith(EXAMPLES)]
    return {path.stem: Source(path, *read_toml(path)) for path in files}


def read_vocabulary(sources: Sequence[Mapping[str, Source]], vendors: Sequence[Vendor]) -> Vocabulary | None:
    """Check all sources against the packaged rules and each other; None when nothing is added. Raises ConfigError."""
    added, written = _NONE, []
    for source in (one[RULES] for one in sources if RULES in one):
        with source.located():
            rules = added_rules(source.data, joined(load_rules(), added))
        written.append((source, rules))
        added = joined(added, rules)
    everything = joined(load_rules(), added)
    terms: dict[str, Sections] = {}
    for one in sources:
        for lang, source in one.items():
            if lang != RULES:
                with source.located():
                    terms[lang] = _both(terms.get(lang, {}), added_terms(lang, source.data, everything))
    for source, rules in written:
        with source.located():
            check_use(rules, terms)
    terms = {lang: sections for lang, sections in terms.items() if sections}
    return vocabulary_of(vendors, added, terms) if vendors or terms or added != _NONE else None


def _both(one: Sections, other: Sections) -> Sections:
    return {name: merged(one.get(name, {}), other.get(name, {})) for name in {**one, **other}}
