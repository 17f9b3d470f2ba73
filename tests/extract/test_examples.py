"""The packaged examples: each sentence gives exactly the shifts it names, or nothing. Packs alone: no learned reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from marketwatch.config import Config
from marketwatch.config_file import load_config, packaged_config
from marketwatch.extract import extractor_of
from marketwatch.extract.language import LANGUAGES
from marketwatch.pack_examples import Example, failures, packaged_examples


def examples() -> Iterator[Any]:
    rows = packaged_examples(load_config(packaged_config()).vendors)
    quiet = {row.lang for row in rows if not row.shifts}
    assert quiet == set(LANGUAGES), "each language needs an example that must stay quiet"
    for row in rows:
        yield pytest.param(row, id=f"{row.lang}: {row.text[:50]}")


@pytest.mark.parametrize("example", examples())
def test_example(config: Config, example: Example) -> None:
    assert list(failures(extractor_of(config, learned=False), [example])) == []
