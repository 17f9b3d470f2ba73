"""Tables as CSV: nothing in a cell runs in a spreadsheet, and numbers stay numbers."""

from __future__ import annotations

import csv
import io

import pytest

from marketwatch.sanitise import inert
from marketwatch.tables.text import table_text


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("+x", "'+x"), ("-x", "'-x"), ("@x", "'@x"), ("'x", "''x"), ("x", "x"), (-4.5, "-4.5"), (None, "")],
)
def test_a_cell_is_inert(value: object, cell: str) -> None:
    assert inert(value) == cell


def test_tables_and_reports_follow_one_rule() -> None:
    rows = [{"title": "=HYPERLINK(1)", "value": -4.5, "tags": ["-a", "b"], "said": "two\nlines"}]
    text = table_text(rows, {"title": "title", "value": "value", "tags": "tags", "said": "said"}, "csv")
    assert list(csv.reader(io.StringIO(text)))[1] == ["'=HYPERLINK(1)", "-4.5", "'-a, b", "two lines"]
