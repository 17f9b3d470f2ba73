"""The data of the rules, marketwatch/extract/lang/*.toml. All of it together is the rule version of an extraction."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from marketwatch.errors import PackError

_FOLDER = files("marketwatch.extract").joinpath("lang")


@cache
def rule_file(name: str) -> Mapping[str, Any]:
    """A file as it stands there, read once. Raises PackError when it is not TOML."""
    try:
        return tomllib.loads(_FOLDER.joinpath(name).read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(name, (), str(error)) from error


@cache
def rules_digest() -> str:
    """SHA-256 over all of the files."""
    digest = hashlib.sha256()
    for name in sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".toml")):
        digest.update(_FOLDER.joinpath(name).read_bytes())
    return digest.hexdigest()
