"""The labelled articles are read as well as they were: the floors are in tests/corpus/baseline.json."""

from __future__ import annotations

import pytest
from eval_gate import CORPUS, configurations, gate

from marketwatch.config import Config


@pytest.mark.timeout(600)  # every article is read twice, and the machine may be busy
def test_no_score_falls_below_its_floor(config: Config) -> None:
    assert gate(CORPUS, configurations(config)) == []
