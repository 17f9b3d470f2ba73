"""Ledger and compare on the screen: keys in, screen out, a real store behind."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from textual.widgets import Static

from marketwatch.config import Config
from marketwatch.domain import Direction, Evidence, FigureRole, Metric, Moment, ShiftKind
from marketwatch.errors import StoreError
from store import Store
from tui.app import MarketwatchApp
from tui.screens.reader import ReaderScreen
from tui.views.compare import CompareView
from tui.views.ledger import LedgerView
from tui.widgets.compare_list import FIGURES_HEADING
from tui.widgets.filter_bar import FilterBar
from tui.widgets.quote_panel import QuotePanel
from tui.widgets.top_bar import TopBar

from builders import analysed, figure, shift  # isort: skip
from screens import press, running, screen_text, settle, type_filter  # isort: skip

TARGET, PRIOR, ACTUAL, ESTIMATE = FigureRole.TARGET, FigureRole.PRIOR_TARGET, FigureRole.ACTUAL, FigureRole.ESTIMATE
ROWS = (
    ("a", "2016-01-10", "A", "xiaomi", 80, TARGET),
    ("b", "2017-01-20", "A", "xiaomi", 90, ACTUAL),
    ("c", "2017-02-20", "B", "xiaomi", 92, ESTIMATE),
    ("d", "2016-06-10", "[red]B", "huawei", 140, TARGET),
    ("e", "2017-01-25", "A", "huawei", 139, ACTUAL),
    ("f", "2015-03-10", "A", "oppo", 50, PRIOR),
)


def save(store: Store, key: str, date: str, outlet: str, vendor: str, value: int, role: FigureRole) -> None:
    text = f"Before it. {vendor} and the {value} million [/] phones of 2016. After it."
    sentence = Evidence(text[11:-10], 11, len(text) - 10)
    one = shift(text, vendor, evidence=(Evidence(text[:10], 0, 10),), object=f"stores {key}", speaker="Lei Jun")
    made = analysed(key, text, one, published=Moment.parse(date), outlet=outlet)
    told = figure(
        text, vendor=vendor, value=Decimal(value) * 10**6, role=role, metric=Metric.UNITS, unit="devices", period="2016"
    )
    goal = shift(text, vendor, kind=ShiftKind.TARGET, direction=Direction.SET, object="units 2016 goal", evidence=(sentence,))
    shifts = (one, replace(goal, speaker="[b]Lei Jun")) if role is TARGET else (one,)
    extraction = replace(made.extraction, shifts=shifts, figures=(replace(told, evidence=sentence),))
    store.save([replace(made, extraction=extraction)])


@pytest.fixture
def told(store: Store) -> Store:
    for row in ROWS:
        save(store, *row)
    return store


def panel(app: object, name: str, side: str) -> str:
    panel = app.dashboard.query_one(f"#{name}-evidence", QuotePanel)  # type: ignore[attr-defined]
    return str(getattr(panel, side).plain)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_the_ledger_shows_goals_and_both_sentences_at_every_size(
    config: Config, told: Store, size: tuple[int, int]
) -> None:
    async with running(config, told, size=size) as (app, pilot):
        await press(app, pilot, "4")
        text = screen_text(app)
        assert "3 goals: 1 met, 1 missed, 1 overdue" in text
        lines = {line.split()[0]: line for line in text.splitlines() if line.startswith(("Xiaomi", "Huawei", "Oppo"))}
        assert "80 M" in lines["Xiaomi"]
        assert "✓ met" in lines["Xiaomi"]
        assert "✗ missed" in lines["Huawei"]
        assert "≤2015-03" in lines["Oppo"]
        assert "! overdue" in lines["Oppo"]
        assert "said by [b]Lei Jun" in text
        assert ("[b]Lei" in lines["Huawei"]) == (size[0] > 80)  # there the scope of a goal needs the room
        assert len({len(line.split("✓")[0].split("✗")[0]) for line in (lines["Xiaomi"], lines["Huawei"])}) == 1
        assert "huawei and the 140 million [/] phones of 2016." in text
        assert "huawei and the 139 million [/] phones of 2016." in text
        await press(app, pilot, "j")
        assert "xiaomi and the 80 million [/] phones of 2016." in panel(app, "ledger", "left")
        assert "xiaomi and the 90 million [/] phones of 2016." in panel(app, "ledger", "right")


async def test_the_ledger_follows_the_filter_and_keeps_the_row_under_the_cursor(config: Config, told: Store) -> None:
    async with running(config, told) as (app, pilot):
        await press(app, pilot, "4")
        await press(app, pilot, "j")
        rows = app.dashboard.query_one(LedgerView).list
        assert rows.current is not None
        held = rows.key_of(rows.current)
        await type_filter(app, pilot, "-vendor:huawei")
        assert len(rows.rows) == 2
        assert rows.current is not None
        assert rows.key_of(rows.current) == held
        await type_filter(app, pilot, "vendor:nokia")
        assert "No goal matches this filter" in screen_text(app)
        await type_filter(app, pilot, "vendr:xiaomi")
        assert "did you mean 'vendor'" in str(app.dashboard.query_one("#filter-note", Static).render())
        await press(app, pilot, "escape", "escape")
        assert len(rows.rows) == 3
        assert app.focused is rows


async def test_new_outcomes_appear_by_themselves(config: Config, told: Store) -> None:
    async with running(config, told) as (app, pilot):
        await press(app, pilot, "4")
        await press(app, pilot, "G")
        assert "! overdue" in panel(app, "ledger", "right")
        save(told, "g", "2017-03-01", "A", "oppo", 60, ACTUAL)
        app.dashboard._look_for_changes()
        await settle(app, pilot)
        assert "✓ met" in panel(app, "ledger", "right")


async def test_enter_reads_the_goal_at_its_sentence_and_e_the_outcome(config: Config, told: Store) -> None:
    async with running(config, told) as (app, pilot):
        await press(app, pilot, "4")
        await press(app, pilot, "j", "enter")
        assert isinstance(app.screen, ReaderScreen)
        assert app.screen._opened.article.title == "Title a"
        text = app.screen._opened.text.text
        start, end = app.screen._marks[app.screen._at]
        assert text[start:end] == "xiaomi and the 80 million [/] phones of 2016."
        await press(app, pilot, "escape", "e")
        assert isinstance(app.screen, ReaderScreen)
        assert app.screen._opened.article.title == "Title b"
        assert app.screen._marks[app.screen._at] == (start, end)  # no shift has this sentence, only the figure
        await press(app, pilot, "escape", "j", "e")
        assert app.screen is app.dashboard
        assert any("no article tells an outcome" in str(n.message) for n in app._notifications)


async def test_marks_zoom_and_scrolling_work_in_the_ledger(config: Config, told: Store) -> None:
    async with running(config, told) as (app, pilot):
        await press(app, pilot, "4")
        await press(app, pilot, "j", "s")
        assert [a.title for a in told.articles(app.dashboard._query)[0] if a.marks.starred] == ["Title a"]
        await press(app, pilot, "z")
        assert app.dashboard.query_one("#ledger-evidence").has_class("zoomed")
        assert not app.dashboard.query_one("#ledger-column").display
        await press(app, pilot, "J", "z")
        assert app.focused is app.dashboard.query_one(LedgerView).list


async def test_an_empty_ledger_says_what_a_goal_is(config: Config, store: Store) -> None:
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "4")
        assert "No goal in the articles so far" in screen_text(app)
        save(store, *ROWS[0])
        app.dashboard._look_for_changes()
        await settle(app, pilot)
        assert "1 goal: 1 overdue" in screen_text(app)
        assert app.focused is app.dashboard.query_one(LedgerView).list


async def test_a_store_that_fails_keeps_the_last_ledger(config: Config, told: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(config, told) as (app, pilot):
        await press(app, pilot, "4")

        def broken(*args: object, **kwargs: object) -> None:
            raise StoreError("db: the disk does not answer")

        monkeypatch.setattr(Store, "figures", broken)
        await press(app, pilot, "5", "4")
        assert "the disk does not answer" in str(app.dashboard.query_one("#filter-note", Static).render())
        assert len(app.dashboard.query_one(LedgerView).list.rows) == 3


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_compare_shows_kinds_and_figures_of_the_first_two_vendors(
    config: Config, told: Store, size: tuple[int, int]
) -> None:
    async with running(config, told, size=size) as (app, pilot):
        await press(app, pilot, "5")
        text = screen_text(app)
        assert "Xiaomi · " in text
        assert "Huawei · " in text
        assert "Oppo" not in text.splitlines()[3]
        assert "trend" not in text
        assert "year to 2017-02-20" in text
        assert FIGURES_HEADING in text
        assert "90 M–92 M" in text
        compared = app.dashboard.query_one(CompareView).list
        assert compared.vendor == "xiaomi"
        await press(app, pilot, "l")
        assert compared.vendor == "huawei"
        assert "Huawei: " in panel(app, "compare", "right")
        await press(app, pilot, "h", "G")
        assert "Xiaomi: 2 outlets · 2.22 % apart" in panel(app, "compare", "left")
        assert "xiaomi and the 92 million [/] phones of 2016." in panel(app, "compare", "left")


async def test_compare_takes_its_vendors_from_the_filter(config: Config, told: Store) -> None:
    async with running(config, told) as (app, pilot):
        await press(app, pilot, "5")
        await press(app, pilot, "l")
        compared = app.dashboard.query_one(CompareView).list
        await type_filter(app, pilot, "vendor:oppo,huawei,vivo")
        assert compared.found.vendors == ("oppo", "huawei", "vivo")
        assert compared.vendor == "huawei"  # stays under the cursor
        await press(app, pilot, "enter", "l")
        assert "nothing of Vivo here" in panel(app, "compare", "left")
        await press(app, pilot, "enter")
        assert app.screen is app.dashboard
        await type_filter(app, pilot, "vendor:oppo")
        assert "vendor:a,b in the filter compares two" in screen_text(app)
        await type_filter(app, pilot, "vendor:nokia")
        assert "No move matches this filter" in screen_text(app)


async def test_four_vendors_fit_in_80_columns(config: Config, told: Store) -> None:
    async with running(config, told, size=(80, 24)) as (app, pilot):
        await press(app, pilot, "5")
        await type_filter(app, pilot, "vendor:xiaomi,huawei,oppo,vivo")
        await press(app, pilot, "enter")  # the line under the filter goes
        lines = screen_text(app).splitlines()
        assert [word for word in ("Xiaomi · 4", "Huawei · 3", "Oppo · 1", "Vivo · 0") if word in lines[3]] == [
            "Xiaomi · 4",
            "Huawei · 3",
            "Oppo · 1",
            "Vivo · 0",
        ]
        (channel,) = [line for line in lines if line.startswith("channel")]
        assert channel.count("2017-0") == 2
        assert "…" not in channel


async def test_enter_opens_the_last_move_or_the_figure_at_its_sentence(config: Config, told: Store) -> None:
    async with running(config, told) as (app, pilot):
        await press(app, pilot, "5")
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReaderScreen)
        assert app.screen._marks[app.screen._at] == (0, 10)
        await press(app, pilot, "escape", "G", "enter")
        assert isinstance(app.screen, ReaderScreen)
        start, end = app.screen._marks[app.screen._at]
        assert app.screen._opened.text.text[start:end] == "xiaomi and the 90 million [/] phones of 2016."


async def test_views_are_named_on_top_and_in_the_palette_and_can_be_clicked(config: Config, told: Store) -> None:
    from tui.palette import MarketwatchCommands

    async with running(config, told, size=(80, 24)) as (app, pilot):
        top = screen_text(app).splitlines()[0]
        assert "4 Ledger" in top
        assert "5 Compare" in top
        assert "12:00" in top  # the clock still fits
        commands = [name for name, _, _ in MarketwatchCommands(app.screen)._commands()]
        assert {"Go to Ledger", "Go to Compare"} <= set(commands)
        await pilot.click("TopBar", offset=(top.index("4 Ledger"), 0))
        await settle(app, pilot)
        assert app.dashboard.view == "ledger"
        assert app.dashboard.query_one(FilterBar).input.value == ""


async def test_feeds_that_fail_have_a_sign_in_the_narrowest_top_bar(config: Config, store: Store) -> None:
    async with running(config, store, size=(80, 24)) as (app, pilot):
        bar = app.dashboard.query_one(TopBar)
        bar.update_activity(feeds=36, failing=2)
        await pilot.pause()
        assert "✗2 12:00" in screen_text(app).splitlines()[0]
        bar.update_activity(done=12, total=36)
        await pilot.pause()
        assert "✗2 12/36" in screen_text(app).splitlines()[0]


def marked_lines(app: MarketwatchApp) -> list[int]:
    """Lines of the screen with the background of a list's cursor, the view's list above all."""
    rows = app.dashboard.query_one(LedgerView).list
    mark = rows._cursor_style().bgcolor
    strips = app.screen._compositor.render_strips()
    top = rows.region.y
    return [y - top for y, strip in enumerate(strips) if any(s.style and s.style.bgcolor == mark for s in list(strip)[:3])]


async def test_the_mark_follows_the_cursor_in_a_list_that_is_scrolled(config: Config, store: Store) -> None:
    for n in range(30):
        save(store, f"g{n}", f"2015-01-{n + 1:02d}", "A", f"vendor{n:02d}", 50, TARGET)
    async with running(config, store, size=(80, 24)) as (app, pilot):
        await press(app, pilot, "4")
        await press(app, pilot, "G")
        rows = app.dashboard.query_one(LedgerView).list
        assert rows.scroll_offset.y > 0
        marked_lines(app)  # drawn once, so that only what is refreshed changes
        await press(app, pilot, "k", "k")
        assert marked_lines(app) == [rows.cursor - rows.scroll_offset.y]
