"""The filter by key: completion, past queries, saved views, counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from marketwatch.config import Config, View
from marketwatch.config_file import load_config
from marketwatch.domain import Direction, ShiftKind
from marketwatch.errors import StoreError
from store import Store
from tui.app import MarketwatchApp
from tui.completion import may_become_field, narrowed, options_for, place_of, with_order
from tui.widgets.filter_bar import FilterBar
from tui.widgets.view_tabs import ViewTabs

from builders import analysed, shift  # isort: skip
from screens import listed_moves, press, running, screen_text, settle, type_filter, waits_for_a_pause  # isort: skip


@pytest.fixture
def three(store: Store) -> Store:
    made = [
        ("a", "Xiaomi opens stores.", "xiaomi", ShiftKind.CHANNEL, "Example", "en"),
        ("b", "Xiaomi enters India.", "xiaomi", ShiftKind.MARKET, "Data News [/]", "fr"),
        ("c", "Huawei opens stores.", "huawei", ShiftKind.CHANNEL, "Example", "zh"),
    ]
    for key, text, vendor, kind, outlet, lang in made:
        one = shift(text, vendor, kind=kind, direction=Direction.EXPAND, object=f"object {key}")
        store.save([analysed(key, text, one, outlet=outlet, lang=lang)])
    return store


def line(app: MarketwatchApp) -> str:
    return app.dashboard.query_one(FilterBar).input.value


def objects(app: MarketwatchApp) -> set[str]:
    return {move.lead.shift.object for move in listed_moves(app)}


# --- pure ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "head", "word", "field"),
    [
        ("", "", "", ""),
        ("ven", "", "ven", ""),
        ("kind:channel -ven", "kind:channel -", "ven", ""),
        ("(vendor:xia", "(vendor:", "xia", "vendor"),
        ("vendor:xiaomi,hua", "vendor:xiaomi,", "hua", "vendor"),
        ('outlet:"Data N', "outlet:", '"Data N', "outlet"),
        ('outlet:"Data News",Ex', 'outlet:"Data News",', "Ex", "outlet"),
        ('"Lei Jun" Kind:', '"Lei Jun" Kind:', "", "kind"),
        ("@cha", "", "@cha", ""),
    ],
)
def test_the_place_where_one_types(typed: str, head: str, word: str, field: str) -> None:
    place = place_of(typed)
    assert place is not None
    assert (place.head, place.typed, place.field) == (head, word, field)


def test_the_beginning_of_a_field_is_no_word_yet() -> None:
    assert may_become_field("kind:deal out")
    assert not may_become_field("kind:deal out ")
    assert not may_become_field("outlet:o")
    assert not may_become_field("stores")


def test_inside_a_phrase_nothing_is_completed() -> None:
    assert place_of('"Lei J') is None


def test_values_come_by_count_those_that_go_on_first_and_are_quoted_where_needed() -> None:
    place = place_of("vendor:o")
    assert place is not None
    found = options_for(place, {"xiaomi": 9, "oppo": 2}, ["xiaomi", "honor", "oneplus"], [])
    assert [(one.label, one.count) for one in found.options] == [("oppo", 2), ("oneplus", None), ("xiaomi", 9), ("honor", None)]
    place = place_of("outlet:data")
    assert place is not None
    (option,) = options_for(place, {'Data "News"': 1}, [], []).options
    assert option.line == 'outlet:"Data News"'
    place = place_of("date:20")
    assert place is not None
    assert options_for(place, {}, [], []).help.startswith("published:")
    place = place_of("kind:organise")  # as the lists shorten it
    assert place is not None
    assert [one.line for one in options_for(place, {}, [], []).options] == ["kind:organization"]


@pytest.mark.parametrize(
    ("held", "field", "values", "without", "wanted"),
    [
        ("", "kind", ["channel"], False, "kind:channel"),
        ("vendor:xiaomi", "kind", ["channel", "deal"], False, "vendor:xiaomi kind:channel,deal"),
        ("vendor:xiaomi,huawei date:2017", "vendor", ["huawei"], False, "vendor:huawei date:2017"),
        ('outlet:"a b" x', "outlet", ["c d"], False, 'outlet:"c d" x'),
        ("a OR b", "kind", ["deal"], False, "(a OR b) kind:deal"),
        ("kind:deal", "kind", ["deal"], True, "kind:deal -kind:deal"),
        ("-kind:deal", "kind", ["channel"], False, "-kind:deal kind:channel"),
    ],
)
def test_a_choice_narrows_the_query(held: str, field: str, values: list[str], without: bool, wanted: str) -> None:
    assert narrowed(held, field, values, without=without) == wanted


def test_the_order_is_one_term_of_the_query() -> None:
    assert with_order("kind:deal sort:rank x", "date") == "kind:deal x sort:date"
    assert with_order("sort:date", "-date") == ""


# --- keys ------------------------------------------------------------------------------------------------------------------
async def test_tab_takes_values_by_count_and_again_the_next(config: Config, three: Store) -> None:
    async with running(config, three) as (app, pilot):
        await press(app, pilot, "slash", *"outlet:", "tab")
        assert line(app) == "outlet:Example"
        assert "Example 2  Data News [/] 1" in screen_text(app)
        await press(app, pilot, "tab")
        assert line(app) == 'outlet:"Data News [/]"'
        await press(app, pilot, "shift+tab")
        assert line(app) == "outlet:Example"
        await press(app, pilot, *" kind:ch", "tab")
        assert line(app) == "outlet:Example kind:channel"
        await pilot.pause(0.1)
        await press(app, pilot, "enter")
        assert objects(app) == {"object a", "object c"}
        assert "Example 2" not in screen_text(app).splitlines()[2]


async def test_on_the_way_to_a_field_the_list_stays_and_enter_asks_at_once(
    config: Config, three: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.filtering._NAMING_S", 600.0)
    async with running(config, three) as (app, pilot):
        await pilot.press("slash", *"sto")  # story: begins so, and stores
        while len(objects(app)) == 3:
            await pilot.pause(0.02)
        assert objects(app) == {"object a", "object c"}  # what is found does not wait for the rest of the name
        for key in "3", "1":
            await app.dashboard.action_show_view("articles" if key == "3" else "timeline")
            await pilot.press("slash", *["backspace"] * 3, *"obj")
            while not app.dashboard._held:
                await pilot.pause(0.02)
            await pilot.pause()
            assert waits_for_a_pause(app)
            assert len(objects(app)) > 0
            assert "no article matches" not in screen_text(app)
        await press(app, pilot, "enter")
        assert objects(app) == set()


async def test_a_store_that_does_not_count_leaves_the_typing_alone(
    config: Config, three: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("db: the disk does not answer")

    monkeypatch.setattr(Store, "field_counts", broken)
    async with running(config, three) as (app, pilot):
        await press(app, pilot, "slash", *"vendor:xi", "tab")
        assert line(app) == "vendor:xiaomi"


async def test_up_and_down_go_through_past_queries(config: Config, three: Store) -> None:
    async with running(config, three) as (app, pilot):
        for query in ("kind:market", "kind:channel"):
            await type_filter(app, pilot, query)
            await press(app, pilot, "enter")
        await press(app, pilot, "escape", "slash", "up", "up")
        assert line(app) == "kind:market"
        await press(app, pilot, "down", "down")
        assert line(app) == ""
        await press(app, pilot, "down")
        assert not app.dashboard.query_one(FilterBar).input.has_focus


async def test_a_mistake_too_long_for_its_line_has_the_next_one(config: Config, three: Store) -> None:
    async with running(config, three, size=(80, 24)) as (app, pilot):
        await press(app, pilot, "slash", *'vendor:xiaomi "open')
        await pilot.pause(0.1)
        assert "col 15" in screen_text(app)
        await press(app, pilot, "ctrl+u", *"kind:channel sort:up")
        app.dashboard.query_one(FilterBar).input.value = "conf:x"
        await settle(app, pilot)
        assert "col 6: 'x' is no number: try 0.8, >=1bn, 10..20" in screen_text(app).splitlines()[2]


async def test_saved_views_are_tabs_that_f_goes_through(config: Config, three: Store) -> None:
    views = (View("[red]odd[/]", "kind:market"), View("shops", "kind:channel"))
    async with running(replace(config, views=views), three) as (app, pilot):
        assert "all   [red]odd[/]   shops" in screen_text(app)
        await press(app, pilot, "f", "l")
        await pilot.pause(0.1)
        await settle(app, pilot)
        assert objects(app) == {"object b"}
        await press(app, pilot, "f", "enter")
        assert line(app) == "kind:channel"
        assert app.focused is not app.dashboard.query_one(ViewTabs)
        await press(app, pilot, "f", "h", "escape")
        assert line(app) == "kind:channel"
        place = screen_text(app).splitlines()[2].index("all")
        await pilot.click("ViewTabs", offset=(place, 0))
        await settle(app, pilot)
        assert line(app) == ""


async def test_where_there_are_few_lines_the_tabs_come_with_f(config: Config, three: Store) -> None:
    async with running(config, three, size=(80, 24)) as (app, pilot):
        assert "rumours" not in screen_text(app)
        await press(app, pilot, "f")
        assert "rumours" in screen_text(app)
        await press(app, pilot, "enter")
        assert "rumours" not in screen_text(app)


async def test_a_filter_becomes_a_view_of_the_file_and_a_tab(config: Config, three: Store, tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('# mine\n[[views]]\nname = "one"\nquery = "kind:deal"\n')
    config = replace(config, path=path, views=load_config(path).views)
    async with running(config, three) as (app, pilot):
        await press(app, pilot, "F")
        assert any("no filter to save" in note.message for note in app._notifications)
        await type_filter(app, pilot, "kind:channel vendor:xiaomi")
        await press(app, pilot, "enter", "F")
        app.screen.query_one(Input).value = "no good"
        await press(app, pilot, "enter")
        assert any(note.title == "view not saved" for note in app._notifications)
        await press(app, pilot, "F")
        app.screen.query_one(Input).value = "shops"
        await press(app, pilot, "enter")
        assert "all   one   shops" in screen_text(app)
        await type_filter(app, pilot, "@shops")
        assert objects(app) == {"object a"}
    assert [view.name for view in load_config(path).views] == ["one", "shops"]
    assert path.read_text().startswith("# mine\n")


async def test_counts_of_the_moves_join_the_filter(config: Config, three: Store) -> None:
    async with running(config, three) as (app, pilot):
        await press(app, pilot, "C")
        text = screen_text(app)
        for shown in ("── kind", "channel", "── outlet", "Data News [/]"):
            assert shown in text
        await press(app, pilot, "space", "l", "enter")  # nothing else but the first was chosen
        assert line(app) == "kind:channel"
        await pilot.pause(0.1)
        await settle(app, pilot)
        assert objects(app) == {"object a", "object c"}
        await press(app, pilot, "C", "l", "minus")
        assert line(app) == "kind:channel -vendor:huawei"


async def test_an_outlet_is_muted_in_the_filter(config: Config, three: Store) -> None:
    async with running(config, three) as (app, pilot):
        await press(app, pilot, "2", "exclamation_mark")
        outlet = 'outlet:"Data News [/]"' if "Data" in line(app) else "outlet:Example"
        assert line(app) == f"-{outlet}"
        await pilot.pause(0.1)
        await settle(app, pilot)
        assert objects(app) == ({"object a", "object c"} if "Data" in outlet else {"object b"})
