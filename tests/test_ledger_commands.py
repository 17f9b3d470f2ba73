"""`ledger` and `compare` as scripts use them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from marketwatch.domain import Direction, FigureRole, Metric, Moment, ShiftKind
from store import open_store

from builders import analysed, figure, shift  # isort: skip
from conftest import NOW  # isort: skip
from test_cli import run  # isort: skip

ROWS = (
    ("a", "2016-01-10", "A", "xiaomi", 80, FigureRole.TARGET),
    ("b", "2017-01-20", "A", "xiaomi", 90, FigureRole.ACTUAL),
    ("c", "2017-02-20", "B", "xiaomi", 92, FigureRole.ESTIMATE),
    ("d", "2016-06-10", "=B", "huawei", 140, FigureRole.TARGET),
    ("e", "2017-01-20", "A", "huawei", 139, FigureRole.ACTUAL),
)
KEYS = "id vendor metric period scope value value_high unit bound set_on speaker verdict outcome replaced_by proposed evidence"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "c.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        for key, date, outlet, vendor, value, role in ROWS:
            text = f"{vendor} and {value} million [/] phones | in 2016."
            one = shift(text, vendor, kind=ShiftKind.TARGET, direction=Direction.SET, object="units 2016 goal", speaker="Lei Jun")
            made = analysed(key, text, one, published=Moment.parse(date), outlet=outlet)
            told = figure(
                text, vendor=vendor, value=Decimal(value) * 10**6, role=role, metric=Metric.UNITS, unit="devices", period="2016"
            )
            store.save([replace(made, extraction=replace(made.extraction, figures=(told,)))])
    return path


def test_ledger_rows_have_the_shape_of_the_contract(db: Path) -> None:
    rows = json.loads(run("ledger", "--format", "json", db=db).stdout)
    assert [list(row) for row in rows] == [KEYS.split()] * 2
    huawei, xiaomi = rows
    assert (xiaomi["value"], xiaomi["unit"], xiaomi["bound"], xiaomi["period"]) == (80_000_000, "devices", "eq", "2016")
    assert (xiaomi["verdict"], xiaomi["set_on"], xiaomi["speaker"]) == ("met", "2016-01-10", "Lei Jun")
    assert {name: xiaomi["outcome"][name] for name in ("value", "value_high", "unit", "bound", "date")} == {
        "value": 90_000_000, "value_high": None, "unit": "devices", "bound": "eq", "date": "2017-01-20",
    }  # fmt: skip
    assert xiaomi["outcome"]["text"] == xiaomi["evidence"][-1]["text"]
    assert [(e["of"], e["text"]) for e in xiaomi["evidence"]] == [
        ("claim", "xiaomi and 80 million [/] phones | in 2016."),
        ("outcome", "xiaomi and 90 million [/] phones | in 2016."),
    ]
    assert {"text", "start", "end", "article"} <= xiaomi["evidence"][0].keys()
    assert huawei["verdict"] == "missed"


def test_ledger_in_every_format_and_under_a_query(db: Path) -> None:
    lines = run("ledger", "-vendor:huawei", "--format", "jsonl", db=db).stdout.splitlines()
    assert [json.loads(line)["vendor"] for line in lines] == ["xiaomi"]
    rows = list(csv.DictReader(io.StringIO(run("ledger", "--format", "csv", db=db).stdout)))
    assert [(r["value"], r["outcome"], r["outcome_date"]) for r in rows][1] == ("80000000", "90000000", "2017-01-20")
    markdown = run("ledger", "--format", "md", db=db).stdout
    assert markdown.startswith("| vendor | metric |")
    assert "\\| in 2016" in markdown
    table = run("ledger", db=db).stdout
    assert "80 M devices" in table
    assert "90 M devices (2017-01-20)" in table
    assert len(json.loads(run("ledger", "--limit", "1", "--format", "json", db=db).stdout)) == 1
    nothing = run("ledger", "period:1999", db=db)
    assert (nothing.returncode, nothing.stdout, nothing.stderr.strip()) == (0, "", "no targets match")


def test_compare_puts_kinds_and_figures_side_by_side(db: Path) -> None:
    rows = json.loads(run("compare", "小米", "Huawei", "date:2016..2017", "--format", "json", db=db).stdout)
    kind, figures = rows
    assert (kind["row"], kind["kind"], kind["until"]) == ("kind", "target", "2017-01-20")
    assert list(kind["vendors"]) == ["xiaomi", "huawei"]
    cell = kind["vendors"]["xiaomi"]
    assert (cell["count"], cell["last"]["date"], cell["last"]["direction"]) == (2, "2017-01-20", "set")
    assert (figures["metric"], figures["period"], figures["unit"]) == ("units", "2016", "devices")
    told = figures["vendors"]["xiaomi"]
    assert (told["low"], told["high"], told["spread_percent"]) == (90_000_000, 92_000_000, 2.22)
    assert [s["article"]["outlet"] for s in told["sources"]] == ["A", "B"]
    assert figures["vendors"]["huawei"]["spread_percent"] is None


def test_compare_in_every_format(db: Path) -> None:
    table = run("compare", "xiaomi", "huawei", db=db).stdout
    assert "trend to 2017-01-20" in table
    assert "90 M–92 M devices (2 outlets, spread 2.22 %)" in table
    rows = list(csv.DictReader(io.StringIO(run("compare", "xiaomi", "huawei", "--format", "csv", db=db).stdout)))
    assert [(r["what"], r["name"]) for r in rows] == [("kind", "target"), ("figure", "units 2016")]
    assert run("compare", "xiaomi", "huawei", "--format", "md", db=db).stdout.startswith("| kind, trend to 2017-01-20 | xiaomi |")
    assert len(run("compare", "xiaomi", "huawei", "--format", "jsonl", db=db).stdout.splitlines()) == 2
    narrowed = json.loads(run("compare", "xiaomi", "huawei", "-vendor:huawei", "--format", "json", db=db).stdout)
    assert narrowed[0]["vendors"]["huawei"]["count"] == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["compare"], "VENDOR"),
        (["compare", "xiaomi"], "name 2 to 4 vendors"),
        (["compare", "xiaomi", "huawey"], "no vendor 'huawey', did you mean 'huawei'?"),
        (["compare", "xiaomi", "huawei", "oppo", "vivo", "apple"], "at most 4"),
        (["compare", "xiaomi", "huawei", "kind:nonsense"], "nonsense"),
        (["ledger", "perod:2017"], "did you mean 'period'"),
        (["ledger", "--format", "xml"], "--format"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(args: list[str], words: str, db: Path) -> None:
    done = run(*args, db=db)
    assert done.returncode == 2, done
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_an_empty_database_says_what_fills_it(tmp_path: Path) -> None:
    for args in (["ledger"], ["compare", "xiaomi", "huawei"]):
        done = run(*args, db=tmp_path / "empty.sqlite3")
        assert (done.returncode, done.stdout) == (0, "")
        assert "the database is empty" in done.stderr
