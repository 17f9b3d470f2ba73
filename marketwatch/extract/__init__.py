"""Extraction: a text → strategy shifts and figures. Pure, deterministic, in milliseconds; never raises on any text."""

from __future__ import annotations

from marketwatch.extract.configured import extractor_of
from marketwatch.extract.engine import Extractor
from marketwatch.extract.text import Document

__all__ = ["Document", "Extractor", "extractor_of"]
