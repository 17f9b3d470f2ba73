"""Examples beside packs: what a sentence must give, exactly. Read from `xx.examples.toml` and run as tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from marketwatch.domain import DIRECTIONS, Moment, ShiftKind
from marketwatch.errors import PackError
from marketwatch.extract import Document, Extractor
from marketwatch.pack_files import EXAMPLES, Source, folder_files
from marketwatch.toml_file import line_of, read_toml

_SHIFTS = frozenset(f"{kind} {direction}" for kind in ShiftKind for direction in DIRECTIONS[kind])
_PUBLISHED = Moment.parse("2023-05-10")
"""The day on which every example is read."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and all the shifts it states: `kind direction`, or `vendor kind direction`. None: it must stay quiet."""

    place: Source
    lang: str
    text: str
    shifts: tuple[str, ...]

    @property
    def line(self) -> int:
        """Where it stands in its file."""
        return line_of(self.place.text, self.place.at)


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that gives something else than it should."""

    example: Example
    found: tuple[str, ...]


def packaged_examples(vendors: Collection[str]) -> list[Example]:
    """Return the examples of the packaged languages."""
    return read_examples(Path(str(files("marketwatch.extract").joinpath("examples"))), vendors)


def read_examples(folder: Path, vendors: Collection[str]) -> list[Example]:
    """Return the examples of a pack folder, which may name these vendors. Raises ConfigError with file and line."""
    return [example for path in folder_files(folder) if path.name.endswith(EXAMPLES) for example in _in_file(path, vendors)]


def _in_file(path: Path, vendors: Collection[str]) -> Iterator[Example]:
    text, data = read_toml(path)
    with Source(path, text, data).located():
        rows = data.get("example", [])
        if set(data) - {"example"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PackError("", (min(set(data) - {"example"}, default="example"),), "must be written as [[example]]")
    for number, row in enumerate(rows):
        place = Source(path, text, data, ("example", number))
        with place.located():
            _check(row, vendors)
        yield Example(place, path.name.removesuffix(EXAMPLES), row["text"], tuple(row["shifts"]))


def _check(row: Mapping[str, Any], vendors: Collection[str]) -> None:
    for key in row:
        if key not in ("text", "shifts"):
            raise PackError("", (key,), "unknown key; there are: text shifts")
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        raise PackError("", ("text",), "must be a text in quotation marks")
    shifts = row.get("shifts")
    if not isinstance(shifts, list) or not all(isinstance(shift, str) for shift in shifts):
        raise PackError("", ("shifts",), 'must be a list: ["channel expand"], or [] for a text that says nothing')
    for shift in shifts:
        words = shift.split()
        if len(words) > 3 or " ".join(words[-2:]) not in _SHIFTS:
            raise PackError("", ("shifts",), f"'{shift}' is no shift: write 'kind direction', or 'vendor kind direction'")
        if len(words) == 3 and words[0] not in vendors:
            raise PackError("", ("shifts",), f"no vendor '{words[0]}'")


def failures(extractor: Extractor, examples: Iterable[Example]) -> Iterator[Failure]:
    """Read each example and yield those that do not give exactly their shifts."""
    for example in examples:
        extraction = extractor.extract(Document(example.text, lang=example.lang, published=_PUBLISHED))
        found = sorted({f"{s.vendor} {s.kind} {s.direction}" for s in extraction.shifts})
        wanted = [" ".join(shift.split()) for shift in example.shifts]
        forms = [{one, one.partition(" ")[2]} for one in found]
        if not all(form & set(wanted) for form in forms) or not set(wanted) <= set().union(*forms):
            yield Failure(example, tuple(found))
