"""The time axis and the lanes: pure layout, and the keys that change it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from textual.widgets import Static

from marketwatch.config import Config
from marketwatch.domain import Moment, StoredShift
from marketwatch.moves import group_moves
from marketwatch.query import Query, parse
from store import Store
from tui.app import MarketwatchApp
from tui.lanes import HeadRow, LaneRow, arrange
from tui.snapshot import read_snapshot
from tui.timescale import Zoom, axis_around
from tui.views.timeline import TimelineView
from tui.widgets.activity import Activity, bar
from tui.widgets.evidence_panel import EvidencePanel
from tui.widgets.lane_list import LaneList

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip
from screens import press, running, screen_text, type_filter  # isort: skip

DAY, FIRST, LAST = date(2017, 1, 12), date(2014, 3, 18), date(2026, 9, 10)


def save(store: Store, vendor: str, day: str, name: str) -> None:
    text = f"{vendor} enters {name}."
    store.save([analysed(f"{vendor}{day}{name}", text, shift(text, vendor, object=name), published=Moment.parse(day))])


@pytest.mark.parametrize("zoom", list(Zoom))
@pytest.mark.parametrize("width", [14, 40, 69, 107, 187])
def test_every_zoom_fits_holds_the_day_and_puts_each_day_into_one_unit(zoom: Zoom, width: int) -> None:
    axis = axis_around(zoom, DAY, FIRST, LAST, width)
    assert axis is not None
    assert axis.columns <= width
    assert len(axis.labels()) == axis.columns
    place = axis.place_of(DAY)
    assert place is not None
    assert axis.starts[place] <= DAY
    days = [axis.starts[0] + timedelta(n) for n in range((axis.end - axis.starts[0]).days)]
    assert sum(axis.bars(dict.fromkeys(days, 1))) == len(days)
    assert axis.place_of(axis.end) is None


def test_the_axis_names_what_it_shows() -> None:
    def shown(zoom: Zoom, width: int = 107) -> tuple[str, str, list[str]]:
        axis = axis_around(zoom, DAY, FIRST, LAST, width)
        assert axis is not None
        return axis.title, axis.unit, axis.labels().split()

    assert shown(Zoom.DECADE) == ("2010s", "2 months", [str(year) for year in range(2010, 2020)])
    assert shown(Zoom.YEARS) == ("2016–2018", "a month", ["2016", "2017", "2018"])
    assert shown(Zoom.YEAR)[:2] == ("2017", "a week")
    assert shown(Zoom.YEAR)[2][:3] == ["Jan", "Feb", "Mar"]
    assert shown(Zoom.QUARTER)[:2] == ("2017 Q1", "a day")
    assert shown(Zoom.QUARTER, 60)[1] == "a week"
    assert shown(Zoom.MONTH) == ("2017-01", "a day", ["2", "9", "16", "23", "30"])
    assert " ".join(shown(Zoom.WEEK)[2]) == "Mon 9 Tue 10 Wed 11 Thu 12 Fri 13 Sat 14 Sun 15"


def test_bars_are_as_wide_as_their_unit() -> None:
    assert bar(0, 8, 1) == " "
    assert bar(8, 8, 1) == "█"
    assert bar(1, 8, 3) == "▁▁ "
    assert bar(4, 4, 9) == "███ 4    "


def test_rows_by_month_and_by_day_fold_what_is_empty(store: Store) -> None:
    for vendor, day in (("xiaomi", "2017-01-12"), ("huawei", "2017-01-14"), ("xiaomi", "2016-07"), ("xiaomi", "2013-02-01")):
        save(store, vendor, day, f"land {day}")
    shifts: list[StoredShift] = list(store.shifts(Query())[0])
    by_month = arrange(group_moves(shifts), ["xiaomi", "huawei"])
    heads = [(row.name, row.quiet, row.moves) for row in by_month if isinstance(row, HeadRow)]
    assert heads == [("2017", None, 2), ("2016", None, 1), ("2013", ("2014", "2015"), 1)]
    by_day = arrange(group_moves(shifts), ["xiaomi", "huawei"], by_day=True)
    heads = [(row.name, row.quiet, row.moves) for row in by_day if isinstance(row, HeadRow)]
    assert heads == [
        ("2017-01", None, 2),
        ("2016-07", ("2016-08", "2016-12"), 1),
        ("2013-02", ("2013-03", "2016-06"), 1),
    ]
    assert [row.label for row in by_day if isinstance(row, LaneRow)] == ["14", "12", "—", "01"]


def lanes_of(app: MarketwatchApp) -> LaneList:
    return app.dashboard.query_one(TimelineView).lanes


async def test_keys_zoom_the_time_and_walk_through_it_while_the_panel_follows(config: Config, store: Store) -> None:
    for day in ("2017-01-12", "2017-01-03", "2016-05-01", "2011-03-01"):
        save(store, "xiaomi", day, f"land {day}")
    async with running(config, store) as (app, pilot):
        lanes = lanes_of(app)
        await press(app, pilot, "right_square_bracket", "left_square_bracket", "greater_than_sign", "greater_than_sign")
        assert lanes.zoom is Zoom.YEARS
        assert "2015–2017" in screen_text(app)
        held = lanes.move
        await press(app, pilot, *["greater_than_sign"] * 9)
        assert lanes.zoom is Zoom.WEEK
        assert lanes.move is held
        await press(app, pilot, "g")
        assert "2017-W02" in screen_text(app)
        assert "Thu 12" in screen_text(app)
        await press(app, pilot, "left_square_bracket")  # by day now
        assert "2017-W01" in screen_text(app)
        assert "land 2017-01-03" in app.dashboard.query_one("#timeline-evidence", EvidencePanel).text.plain
        await press(app, pilot, *["less_than_sign"] * 9)
        assert lanes.zoom is Zoom.ALL


async def test_two_lanes_first_six_by_key_and_one_where_it_is_narrow(config: Config, store: Store) -> None:
    vendors = ["xiaomi", "huawei", "oppo", "vivo", "samsung", "apple", "nokia"]
    for n, vendor in enumerate(vendors):
        save(store, vendor, f"2017-0{n + 1}-12", "India")
    async with running(config, store, size=(200, 50)) as (app, pilot):
        lanes = lanes_of(app)
        assert len(lanes.window) == 2
        await press(app, pilot, "L", *["space"] * 7, "enter")
        assert len(lanes.window) == 6
        assert len(set(lanes.window)) == 6
        assert app.focused is lanes
        heads = next(line for line in screen_text(app).splitlines() if "─ " in line and "Huawei" in line)
        assert heads.count("─ ") >= 5
        await pilot.resize_terminal(80, 24)
        await press(app, pilot, "l")
        assert len(lanes.window) == 1
        assert "lane 2 of 7" in screen_text(app)
        await press(app, pilot, "tab")
        assert "lane 3 of 7" in screen_text(app)


async def test_chosen_lanes_stay_when_new_articles_come(config: Config, store: Store) -> None:
    for n, vendor in enumerate(["xiaomi", "huawei", "oppo"]):
        save(store, vendor, f"2017-0{n + 1}-12", "India")
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "L", "j", "j", "space", "g", "space", "enter")
        window = lanes_of(app).window
        save(store, "huawei", "2018-01-01", "France")
        app.dashboard._look_for_changes()
        await press(app, pilot, "j")
        assert lanes_of(app).window == window


async def test_lanes_that_come_back_never_say_that_they_are_empty(config: Config, store: Store) -> None:
    save(store, "xiaomi", "2017-01-12", "India")
    async with running(config, store) as (app, pilot):
        heading = app.dashboard.query_one("#lane-heading", Static)
        assert "Xiaomi · 1 move" in str(heading.content)
        await type_filter(app, pilot, "nothing")
        assert "No move matches this filter." in screen_text(app)
        assert str(heading.content) == ""
        assert str(app.dashboard.query_one(Activity).render()) == ""
        await type_filter(app, pilot, "India")
        assert "Xiaomi · 1 move" in screen_text(app)


def test_months_of_moves_that_several_outlets_tell_count_nothing_else(store: Store) -> None:
    for day, outlets in (("2017-01-12", ("A", "B")), ("2018-05-01", ("A",))):
        text = f"Xiaomi opens stores in {day}."
        one = shift(text, object=day)
        store.save([analysed(f"{day}{outlet}", text, one, outlet=outlet, published=Moment.parse(day)) for outlet in outlets])
    assert [count.month for count in read_snapshot(store, Query()).activity] == ["2017-01", "2018-05"]
    found = read_snapshot(store, parse("outlets:>=2", now=NOW))
    assert [(count.vendor, count.month, count.shifts) for count in found.activity] == [("xiaomi", "2017-01", 2)]


async def test_the_month_of_the_cursor_is_marked_on_the_axis_and_never_looks_like_a_bar(config: Config, store: Store) -> None:
    save(store, "xiaomi", "2017-01-12", "India")
    save(store, "huawei", "2015-01-12", "India")
    async with running(config, store) as (app, _):
        text = app.dashboard.query_one(Activity).render()
        marks = [span for span in text.spans if "reverse" in str(span.style)]
        assert [text.plain[: span.start].count("\n") for span in marks] == [0]
