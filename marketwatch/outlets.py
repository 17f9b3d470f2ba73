"""What is known of outlets: their owners, so that two papers of one house are no two sources. outlets.toml is the data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from marketwatch.domain import Outlet
from marketwatch.query.words import fold

Outlets = Mapping[str, Outlet]
"""By `outlet_key`."""


def outlet_key(name: str) -> str:
    """An outlet's name as it is looked up: `L’Écho Mobile` is `l'echo mobile`."""
    return " ".join(fold(name).replace("’", "'").split())


@cache
def known_outlets() -> Outlets:
    """The packaged outlets, by every way their names are written."""
    data = tomllib.loads(files("marketwatch").joinpath("outlets.toml").read_text("utf-8"))
    found: dict[str, Outlet] = {}
    for name, row in data.items():
        outlet = Outlet(name, row["owner"], row["country"], row["tier"])
        found |= {outlet_key(alias): outlet for alias in (name, *row.get("aliases", ()))}
    return found


def outlet_of(name: str, outlets: Outlets) -> Outlet:
    """What is known of a name; an unknown outlet is its own owner."""
    return outlets.get(outlet_key(name)) or Outlet(name)


def owner_of(name: str, outlets: Outlets) -> str:
    """Who answers for what stands there, as a key to compare by."""
    outlet = outlet_of(name, outlets)
    return outlet_key(outlet.owner or outlet.name)
