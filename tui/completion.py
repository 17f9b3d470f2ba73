"""What could stand where one types in a query: fields, their values with counts, saved views. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketwatch.query import FIELDS
from tui.render import plain

_VALUE = re.compile(
    r'(?P<head>.*?(?:^|[\s(])-?)(?P<field>[A-Za-z_]+):(?P<before>(?:(?:"[^"]*"|[^\s",()]+),)*)(?P<typed>"[^"]*|[^\s",()]*)',
    re.DOTALL,
)
_NAME = re.compile(r"(?P<head>.*?(?:^|[\s(])-?)(?P<typed>@?[\w-]*)", re.DOTALL)
_BARE = re.compile(r"[^\s(),\"]+")
COUNTED = frozenset({"vendor", "kind", "dir", "status", "lang", "outlet", "feed", "speaker", "object", "tag"})
"""Fields whose values the store counts."""
_MOST = 40
"""Values that are offered at most."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go on."""

    line: str
    """The whole query with it."""
    label: str
    count: int | None = None
    """Of shifts (of articles: lang, outlet, feed, tag) that have it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What could stand at the end of a query."""

    options: tuple[Option, ...] = ()
    help: str = ""
    """Of the field whose value is typed."""


@dataclass(frozen=True, slots=True)
class Place:
    """The word at the end of a query: a value of a field, or else the name of a field or view."""

    head: str
    """What stands before it."""
    typed: str
    field: str = ""


def place_of(line: str) -> Place | None:
    """Where the end of a line stands; None inside a phrase."""
    if (value := _VALUE.fullmatch(line)) is not None:
        return Place(f"{value['head']}{value['field']}:{value['before']}", value["typed"], value["field"].lower())
    if line.count('"') % 2 == 0 and (name := _NAME.fullmatch(line)) is not None:
        return Place(name["head"], name["typed"])
    return None


def may_become_field(line: str) -> bool:
    """Whether the line ends in a word that may be the beginning of a field's name: it is no word to be looked for yet."""
    place = place_of(line)
    return place is not None and not place.field and place.typed != "" and any(f.startswith(place.typed) for f in FIELDS)


def options_for(place: Place, counts: Mapping[str, int], vendors: Sequence[str], views: Sequence[str]) -> Options:
    """What may stand at a place; `counts` are those of the values of its field, most first."""
    if place.field:
        spec = FIELDS.get(place.field)
        known = [*counts, *(vendors if place.field == "vendor" else ()), *(spec.choices if spec else ())]
        typed = place.typed.removeprefix('"').casefold()
        # Those that go on with what is typed stand first; one that stands there whole has nothing to add.
        meant = spec.chosen(typed) if spec and spec.type == "choice" else None
        fitting = [v for v in dict.fromkeys(known) if (typed in v.casefold() or v == meant) and v.casefold() != typed]
        fitting.sort(key=lambda value: not value.casefold().startswith(typed))
        made = (Option(f"{place.head}{_written(value)}", plain(value), counts.get(value)) for value in fitting[:_MOST])
        return Options(tuple(made), spec.help if spec else "")
    if place.typed.startswith("@"):
        return Options(tuple(Option(f"{place.head}@{view}", f"@{view}") for view in views if f"@{view}".startswith(place.typed)))
    names = [name for name in FIELDS if name.startswith(place.typed.casefold())]
    return Options(tuple(Option(f"{place.head}{name}:", f"{name}:") for name in names))


def _written(value: str) -> str:
    return value if _BARE.fullmatch(value) else '"' + value.replace('"', "") + '"'


def narrowed(line: str, field: str, values: Sequence[str], *, without: bool = False) -> str:
    """The query that also asks for one of the values (or for none of them).

    A term of the field that stands there alone is replaced: what one chooses from is what it left.
    """
    term = f"{'-' if without else ''}{field}:{','.join(_written(value) for value in values)}"
    line = line.strip()
    if " OR " in line:
        return f"({line}) {term}"
    one = r'(?:"[^"]*"|[^\s",()]+)'
    held = re.compile(rf"(?:^|(?<=\s))(?<!\bNOT\s){field}:{one}(?:,{one})*(?=\s|$)")
    if not without and "(" not in line and len(held.findall(line)) == 1:
        return held.sub(lambda _: term, line)
    return f"{line} {term}".strip()


def with_order(line: str, order: str) -> str:
    """The query in another order; the usual one, newest first, is not written down."""
    rest = " ".join(re.sub(r"(?:^|(?<=\s))sort:\S*", " ", line).split()) if "sort:" in line else line.strip()
    return f"{rest} sort:{order}".strip() if order != "-date" else rest
