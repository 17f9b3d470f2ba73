"""Vendors side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marketwatch.compare import asked_vendors, compare, read_comparison
from marketwatch.domain import (
    Article,
    Direction,
    FigureRole,
    Metric,
    Moment,
    Move,
    ShiftKind,
    StoredFigure,
    StoredShift,
)
from marketwatch.query import parse
from store import Store

from builders import analysed, figure, shift  # isort: skip
from conftest import NOW  # isort: skip


def article(date: str, outlet: str = "Example") -> Article:
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    number = int(date.replace("-", ""))
    return Article(number, "feed", "Title", None, outlet, None, "en", Moment.parse(date), seen, 1, "hash")


def move(vendor: str, date: str, kind: ShiftKind = ShiftKind.CHANNEL, **changes: Any) -> Move:
    one = article(date)
    return Move((StoredShift(one.id, shift(vendor=vendor, kind=kind, **changes), one),))


def units(number: int, vendor: str, value: object, outlet: str, **changes: Any) -> StoredFigure:
    values: dict[str, Any] = {"metric": Metric.UNITS, "unit": "devices", "period": "Q3 2019"} | changes
    return StoredFigure(
        number, figure("It sold some.", vendor=vendor, value=Decimal(str(value)), **values), article("2019-11-01", outlet)
    )


def test_kinds_have_count_last_move_and_trend() -> None:
    moves = [
        move("xiaomi", "2017-06-01", direction=Direction.STOP, object="last one"),
        move("xiaomi", "2017-01-01"),
        move("xiaomi", "2016-01-01"),
        move("huawei", "2017-12-01", ShiftKind.MARKET),
        move("oppo", "2020-01-01"),
    ]
    found = compare(["xiaomi", "huawei"], moves, [])
    assert [row.kind for row in found.kinds] == [ShiftKind.CHANNEL, ShiftKind.MARKET]
    assert found.until == datetime(2017, 12, 1, tzinfo=UTC)  # oppo's later move is not compared
    xiaomi, huawei = found.kinds[0].cells
    assert (xiaomi.count, xiaomi.recent, xiaomi.before, xiaomi.trend) == (3, 2, 1, "up")
    assert xiaomi.last is not None
    assert xiaomi.last.lead.shift.object == "last one"
    assert (huawei.count, huawei.last, huawei.trend) == (0, None, "none")


def test_moves_without_a_date_are_counted_and_are_in_no_trend() -> None:
    dated = move("xiaomi", "2017-01-12")
    (telling,) = move("xiaomi", "2018-01-12").shifts
    undated = Move((replace(telling, article=replace(telling.article, published=None)),))
    both = compare(["xiaomi"], [undated, dated], [])
    (cell,) = both.kinds[0].cells
    assert (cell.count, cell.last, cell.recent, cell.before, both.until) == (2, dated, 1, 0, dated.first_at)
    alone = compare(["xiaomi"], [undated], [])
    (cell,) = alone.kinds[0].cells
    assert (cell.count, cell.last, cell.trend, alone.until) == (1, undated, "none", None)


def test_figures_of_several_sources_stand_side_by_side_with_their_spread() -> None:
    figures = [
        units(1, "xiaomi", 32, "A"),
        units(2, "xiaomi", 33, "B", role=FigureRole.ESTIMATE),
        units(3, "xiaomi", 32, "A"),
        units(4, "huawei", 66, "A"),
        units(5, "huawei", 12, "A", scope="India"),
        units(6, "huawei", 240, "B", role=FigureRole.TARGET),
        units(7, "huawei", 7, "B", period=None),
    ]
    (row,) = compare(["xiaomi", "huawei"], [], figures).figures
    xiaomi, huawei = row.cells
    assert row.name == "units Q3 2019"
    assert xiaomi is not None
    assert huawei is not None
    assert [one.id for one in xiaomi.sources] == [1, 2]
    assert (xiaomi.low, xiaomi.high, xiaomi.outlets) == (Decimal(32), Decimal(33), ("A", "B"))
    assert xiaomi.spread == 100 / 32
    assert ([one.id for one in huawei.sources], huawei.spread) == ([4], None)


def test_one_source_of_one_vendor_is_no_comparison_and_zero_has_no_spread() -> None:
    assert compare(["xiaomi", "huawei"], [], [units(1, "xiaomi", 32, "A")]).figures == ()
    (row,) = compare(["xiaomi", "huawei"], [], [units(1, "xiaomi", 0, "A"), units(2, "xiaomi", 1, "B")]).figures
    assert row.cells[0] is not None
    assert row.cells[0].spread is None
    assert row.cells[1] is None


days = st.dates(datetime(2014, 1, 1).date(), datetime(2020, 1, 1).date()).map(lambda day: day.isoformat())  # noqa: DTZ001
drawn_moves = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), days, st.sampled_from(list(ShiftKind))), max_size=30)


@given(drawn_moves)
@settings(deadline=None)
def test_every_move_of_the_vendors_is_counted_once(drawn: list[tuple[str, str, ShiftKind]]) -> None:
    moves = [move(*one) for one in drawn]
    found = compare(["a", "b", "a"], moves, [])
    assert found.vendors == ("a", "b")
    for n, vendor in enumerate(found.vendors):
        assert sum(row.cells[n].count for row in found.kinds) == sum(one[0] == vendor for one in drawn)
    for row in found.kinds:
        assert any(cell.count for cell in row.cells)
        for cell in row.cells:
            assert cell.recent + cell.before <= cell.count
            assert (cell.last is None) == (cell.count == 0)
    if found.kinds:
        assert any(cell.recent for row in found.kinds for cell in row.cells)  # the newest move counts


def test_the_vendors_of_a_query_are_those_it_asks_for() -> None:
    query = parse("kind:channel (vendor:oppo OR vendor:vivo,oppo) -vendor:xiaomi", now=NOW)
    assert asked_vendors(query) == ("oppo", "vivo")


def test_a_query_narrows_what_is_compared(store: Store) -> None:
    store.save(
        [
            analysed("a", "Xiaomi A.", shift("Xiaomi A."), published=Moment.parse("2017-01-01")),
            analysed("b", "Xiaomi B.", shift("Xiaomi B.", object="flagships"), published=Moment.parse("2019-01-01")),
            analysed("c", "Huawei C.", shift("Huawei C.", "huawei"), published=Moment.parse("2017-02-01")),
        ]
    )
    found = read_comparison(store, ["xiaomi", "huawei"], parse("date:2017", now=NOW))
    assert [cell.count for cell in found.kinds[0].cells] == [1, 1]
    assert found.until == datetime(2017, 2, 1, tzinfo=UTC)
    assert read_comparison(store, ["xiaomi", "huawei"], parse("vendor:oppo", now=NOW)).kinds == ()
