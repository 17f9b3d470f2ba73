"""60 columns and 15 lines: every view has room for its rows, and the exact sentence is on the screen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from marketwatch.config import Config
from marketwatch.domain import Bound, Direction, FigureRole, Metric, Moment, ShiftKind
from store import Store
from tui.views import LISTS
from tui.widgets.line_list import LineList

from builders import analysed, figure, shift  # isort: skip
from screens import press, running, screen_text  # isort: skip

KINDS = (ShiftKind.CHANNEL, ShiftKind.MARKET, ShiftKind.SUPPLY, ShiftKind.DEAL, ShiftKind.TECHNOLOGY)


@pytest.fixture
def filled(store: Store) -> Store:
    for year, kind in enumerate(KINDS, 2013):
        text = f"Xiaomi wants to sell {year - 2000} million phones in {year}."
        one = shift(text, kind=kind, object=f"a rather long object of {year}")
        goal = figure(text, metric=Metric.UNITS, unit="devices", period=str(year), value=Decimal(year), role=FigureRole.TARGET)
        made = analysed(str(year), text, one, published=Moment.parse(f"{year}-02-01"), title=f"A title of {year} that goes on")
        store.save([replace(made, extraction=replace(made.extraction, figures=(goal,)))])
    return store


@pytest.mark.parametrize(("key", "name"), [(str(n), name) for n, name in enumerate(LISTS, 1)])
async def test_every_view_has_its_rows_and_its_sentence(config: Config, filled: Store, key: str, name: str) -> None:
    async with running(config, filled, size=(60, 15)) as (app, pilot):
        await press(app, pilot, key)
        text = screen_text(app)
        assert app.dashboard.query_one(LISTS[name], LineList).size.height >= 5
        top = text.splitlines()[0]
        assert f"{key} {name.title()}" in top
        assert "28 feeds  12:00" in top
        if name not in ("articles", "feeds"):
            assert "Xiaomi wants to sell 1" in text
        await press(app, pilot, "z")
        if name in ("timeline", "moves"):
            assert "confidence 90 %" in screen_text(app)  # the whole panel says all


async def test_a_narrow_ledger_keeps_the_verdict(config: Config, filled: Store) -> None:
    async with running(config, filled, size=(60, 15)) as (app, pilot):
        await press(app, pilot, "4")
        assert "! overdue" in screen_text(app)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
async def test_scopes_tell_goals_apart_and_no_amount_or_verdict_is_cut(config: Config, store: Store, width: int) -> None:
    for n, scope in enumerate((None, "Italy", "India")):
        text = f"Xiaomi aims at 100 billion, {scope}."
        amount = {"value": Decimal(10**11), "unit": "CNY", "bound": Bound.GT}
        goal = figure(text, period="2019", scope=scope, role=FigureRole.TARGET, **amount)
        gone = shift(text, kind=ShiftKind.TARGET, direction=Direction.WITHDRAW, object="revenue 2019 goal")
        made = analysed(str(n), text, gone, published=Moment.parse(f"201{n}-02-01"))
        store.save([replace(made, extraction=replace(made.extraction, figures=(goal,)))])
    async with running(config, store, size=(width, 15 if width < 80 else 30)) as (app, pilot):
        await press(app, pilot, "4")
        lines = screen_text(app).splitlines()
        rows = [line for line in lines if line.startswith("Xiaomi") and "bn" in line]
        assert len(rows) == 3
        assert all(("> 100 bn" if width == 40 else "> 100 bn CNY") in row for row in rows)
        assert [("Italy" in row, "India" in row) for row in rows] == [
            (False, width > 40), (width > 40, False), (False, False)
        ]  # fmt: skip
        assert all(row.rstrip().endswith(("overdue", "withdrawn", "open")) for row in rows)
        (heading,) = (line for line in lines if line.startswith("vendor"))
        assert "…" not in heading
        assert heading.rstrip().endswith("verdict")
        assert not any("p: on one" in line and "p: on one scale" not in line for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100, 120])
async def test_no_end_of_a_line_is_under_the_scrollbar(config: Config, filled: Store, width: int) -> None:
    async with running(config, filled, size=(width, 11)) as (app, pilot):
        for key in ("2", "3", "4"):
            await press(app, pilot, key)
            rows = app.dashboard.query_one(list(LISTS.values())[int(key) - 1], LineList)
            assert rows.text_of(rows.rows[0], rows.line_width).cell_len == rows.line_width
            assert rows.line_width == rows.scrollable_content_region.width
