from __future__ import annotations

from decimal import Decimal

import pytest

from marketwatch.export.wording import figure_line

from builders import figure  # isort: skip


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("100000000000", "100 000 000 000"),
        ("2750000000.0", "2 750 000 000"),
        ("1E+9", "1 000 000 000"),
        ("0.50", "0.5"),
        ("0", "0"),
    ],
)
def test_figures_are_told_without_zeros_that_say_nothing(value: str, told: str) -> None:
    assert figure_line(figure(value=Decimal(value), unit="CNY")).endswith(f": {told} CNY")
