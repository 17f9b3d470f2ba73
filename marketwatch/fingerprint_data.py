"""The data that fingerprints are made with, and its version; apart from what makes them, so that a poll which finds nothing
new loads none of the extraction."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files


def names_file(name: str) -> bytes:
    """A file of marketwatch/extract/names."""
    return files("marketwatch").joinpath("extract", "names", name).read_bytes()


@cache
def fingerprint_version() -> str:
    """Changes with the data; a fingerprint of another version is made anew."""
    digest = blake2b(digest_size=4)
    for name in ("names.toml", "citing.toml", "centres.npz"):
        digest.update(names_file(name))
    return f"1+{digest.hexdigest()}"
