"""Content codings taken off in small pieces, so that a cap sees each of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_PIECE = 65_536
_GZIP = b"\x1f\x8b"
_NOTHING = frozenset(["", "identity", "none", "binary", "8bit", "7bit", "utf-8", "utf8"])
"""What servers name that is no coding."""
_CODINGS = frozenset(["gzip", "x-gzip", "deflate"])


def codings_of(header: str) -> list[str]:
    """The codings that a Content-Encoding header names, without those that change nothing."""
    return [name for part in header.lower().split(",") if (name := part.strip()) not in _NOTHING]


def can_inflate(codings: list[str]) -> bool:
    """Whether a body in these codings is read: in one at most, for two make a bomb that no cap sees."""
    return not codings or (len(codings) == 1 and codings[0] in _CODINGS)


class Inflater:
    """A body's pieces as they are meant: gzip in one or more members, deflate with or without its frame, or as it comes.

    A body that is packed and does not say so is unpacked too: some sites keep their feeds packed. Raises zlib.error.
    """

    def __init__(self, codings: list[str]) -> None:
        self._codings = codings
        self._inflate: zlib._Decompress | None = None
        self._begun = False
        self._over = False
        self._rest = b""

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        """Take what came; give it in pieces of at most 64 kB."""
        raw, self._rest = self._rest + raw, b""
        if not self._begun:
            if len(raw) < len(_GZIP):
                self._rest = raw
                return
            self._begin(raw)
        if self._inflate is None:
            yield raw
            return
        while raw and not self._over:
            if self._inflate.eof:
                if len(raw) < len(_GZIP):
                    self._rest = raw
                    return
                if not raw.startswith(_GZIP):  # behind the last member anything may stand
                    self._over = True
                    return
                self._inflate = zlib.decompressobj(47)
            yield self._inflate.decompress(raw, _PIECE)
            raw = self._inflate.unconsumed_tail or self._inflate.unused_data

    def end(self) -> bytes:
        """What is left at the end of a body. Raises EOFError where it is cut off."""
        if not self._begun and not self._codings:
            return self._rest
        if (self._inflate is not None and not self._inflate.eof) or (not self._begun and self._rest):
            raise EOFError
        return b""

    def _begin(self, raw: bytes) -> None:
        self._begun = True
        if self._codings == ["deflate"] and not _has_frame(raw):
            self._inflate = zlib.decompressobj(-15)
        elif self._codings or raw.startswith(_GZIP):
            self._inflate = zlib.decompressobj(47)


def _has_frame(raw: bytes) -> bool:
    """Whether deflated data begin as RFC 1950 says, or are gzip."""
    return raw.startswith(_GZIP) or (raw[0] & 15 == 8 and int.from_bytes(raw[:2], "big") % 31 == 0)
