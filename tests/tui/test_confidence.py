"""Moves below a threshold are hidden, never without a sign, and one key away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Static

from marketwatch.config import Config
from marketwatch.domain import ActivityCount, Direction, Moment, Shift, ShiftKind
from marketwatch.query import parse
from store import Store
from tui.app import MarketwatchApp
from tui.render import confidence_text, finder_of, percent
from tui.screens.reader import ReaderScreen
from tui.snapshot import read_snapshot, without_unsure
from tui.views.timeline import TimelineView
from tui.widgets.evidence_panel import EvidencePanel
from tui.widgets.filter_bar import FilterBar

from builders import analysed, shift  # isort: skip
from screens import listed_moves, press, running, screen_text, settle, type_filter  # isort: skip


def save(store: Store, name: str, confidence: float, vendor: str = "xiaomi", day: str = "2017-01-12") -> None:
    text = f"{vendor} enters {name}."
    told = shift(text, vendor, kind=ShiftKind.MARKET, direction=Direction.START, object=name, confidence=confidence)
    store.save([analysed(f"{vendor}{name}{day}", text, told, published=Moment.parse(day))])


def told(app: MarketwatchApp) -> set[str]:
    """The objects of the moves that are listed; on the timeline they are those of its lanes."""
    rows = listed_moves(app)
    if app.dashboard.view == "timeline":
        assert list(rows) == list(app.dashboard.query_one(TimelineView).lanes._moves)
    return {move.lead.shift.object for move in rows}


def note(app: MarketwatchApp) -> str:
    return str(app.dashboard.query_one("#filter-note", Static).render())


async def test_keys_hide_and_show_moves_and_the_filter_line_counts_them(config: Config, store: Store) -> None:
    for name, confidence in (("India", 0.9), ("France", 0.45), ("Spain", 0.3)):
        save(store, name, confidence)
    async with running(config, store) as (app, pilot):
        assert told(app) == {"India"}
        assert note(app).startswith("1 move · 2 hidden below 50 % (-) · 3 articles")
        assert "Xiaomi · 1 move" in screen_text(app)
        await press(app, pilot, "minus")
        assert told(app) == {"India", "France"}
        assert "1 hidden below 40 %" in note(app)
        await press(app, pilot, "minus")
        assert told(app) == {"India", "France", "Spain"}
        assert "0 hidden below 30 %" in note(app)
        await press(app, pilot, *["minus"] * 4)
        assert "hidden" not in note(app)
        await press(app, pilot, *["plus"] * 5, "equals_sign", "2")
        assert told(app) == {"India"}
        assert "2 hidden below 60 %" in note(app)
        store.save([analysed("new", "Xiaomi opens stores.")])
        app.dashboard._look_for_changes()
        await settle(app, pilot)
        assert told(app) == {"India", "physical stores"}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_narrow_filter_line_drops_other_counts_first(config: Config, store: Store, size: tuple[int, int]) -> None:
    for n, name in enumerate(("India", "France", "Spain", "Italy")):
        save(store, name, n / 4)
    async with running(config, store, size=size) as (app, _):
        assert note(app).startswith("2 moves · 2 hidden below 50 %")
        assert note(app) in screen_text(app)


async def test_the_cursor_stays_on_its_move_while_it_is_visible(config: Config, store: Store) -> None:
    for n, vendor in enumerate(("xiaomi", "huawei", "oppo", "samsung")):
        for place, name in enumerate(("India", "France", "Spain")):
            save(store, name, 0.9 if vendor == "samsung" else 0.6, vendor, f"20{10 + 3 * n + place}-05-01")
    async with running(config, store) as (app, pilot):
        lanes = app.dashboard.query_one(TimelineView).lanes
        await press(app, pilot, "l", "l", "l", "j")
        held = lanes.move
        assert held is not None
        assert held.lead.shift.vendor == "samsung"
        await press(app, pilot, "plus", "plus")  # the other lanes are gone
        assert lanes.move is held
        await press(app, pilot, "minus", "minus")
        assert lanes.move is held
        assert app.focused is lanes


async def test_when_the_cursors_move_is_hidden_the_next_one_comes_with_its_evidence(config: Config, store: Store) -> None:
    save(store, "India", 0.6, day="2018-01-01")
    text = "Before it. Xiaomi opens stores."
    one = shift("Xiaomi opens stores.")
    store.save([analysed("a", text, replace(one, evidence=(replace(one.evidence[0], start=11, end=31),)))])
    for view, panel in (("1", "#timeline-evidence"), ("2", "#moves-evidence")):
        async with running(config, store) as (app, pilot):
            await press(app, pilot, view)
            assert "India" in app.dashboard.query_one(panel, EvidencePanel).text.plain
            await press(app, pilot, "plus", "plus")
            shown = app.dashboard.query_one(panel, EvidencePanel).text.plain
            assert "physical stores" in shown
            assert "Before it." in shown


async def test_a_conf_term_overrides_the_threshold_and_the_keys_say_so(config: Config, store: Store) -> None:
    save(store, "India", 0.9)
    save(store, "France", 0.3)
    config = replace(config, keys={"confidence.raise": "b"})
    async with running(config, store) as (app, pilot):
        await type_filter(app, pilot, "conf:>=0.2")
        assert told(app) == {"India", "France"}
        assert "hidden" not in note(app)
        await press(app, pilot, "enter", "b")
        assert told(app) == {"India", "France"}
        assert [toast.message for toast in app._notifications] == ["conf: in the filter says which moves are shown"]
        await type_filter(app, pilot, "conf:<0.5")
        assert told(app) == {"France"}
        await type_filter(app, pilot, "-kind:deal")
        assert told(app) == {"India"}
        assert "1 hidden below 50 %" in note(app)


async def test_in_the_filter_the_keys_are_letters(config: Config, store: Store) -> None:
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "slash", "minus", "plus")
        assert app.dashboard.query_one(FilterBar).input.value == "-+"


async def test_when_all_is_hidden_the_screen_names_the_key_and_it_works(config: Config, store: Store) -> None:
    save(store, "India", 0.24)
    config = replace(config, settings=replace(config.settings, min_confidence=0.3), keys={"confidence.lower": "b"})
    async with running(config, store) as (app, pilot):
        assert "1 hidden below 30 %, the surest of them at 24 %" in screen_text(app)
        assert "b shows less sure ones" in screen_text(app)
        await press(app, pilot, "b")
        assert told(app) == {"India"}
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReaderScreen)  # the list has the focus again


async def test_panel_and_reader_say_how_sure_and_who_found_it(config: Config, store: Store) -> None:
    text = "Xiaomi opens stores. Xiaomi may enter France."
    sure = shift("Xiaomi opens stores.", confidence=0.4, speaker="Lei Jun", rule="own_stores.open")
    unsure = shift("Xiaomi may enter France.", kind=ShiftKind.MARKET, object="France", confidence=0.29)
    unsure = replace(unsure, evidence=(replace(unsure.evidence[0], start=21, end=45),))
    store.save([analysed("a", text, sure, unsure)])
    better = replace(sure, speaker=None, confidence=0.876, rule="reader.channel+own_stores.open")
    store.save([analysed("b", "Xiaomi opens stores.", better, outlet="Wire")])
    async with running(config, store) as (app, pilot):
        shown = app.dashboard.query_one("#timeline-evidence", EvidencePanel).text.plain
        assert "confidence 87 % ▰▰▰▰▰▰▰▰▱▱" in shown
        assert "found by learned reader and rule own_stores.open, in Wire" in shown
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReaderScreen)
        assert "2 shifts" in screen_text(app)
        assert "· 29 %" in screen_text(app)


async def test_palette_shows_all_moves(config: Config, store: Store) -> None:
    save(store, "India", 0.05)
    async with running(config, store) as (app, pilot):
        await pilot.press("ctrl+p", *"however unsure")
        await pilot.pause(0.5)
        await press(app, pilot, "enter")
        assert told(app) == {"India"}


def test_a_move_is_as_sure_as_its_best_telling_and_the_same_at_every_threshold(store: Store) -> None:
    for day, confidence in (("2017-01-10", 0.3), ("2017-02-10", 0.8), ("2017-03-10", 0.2)):
        save(store, "India", confidence, day=day)
    save(store, "France", 0.3, day="2017-02-11")
    snapshot = read_snapshot(store, parse(""))
    shown = without_unsure(snapshot, 0.5)
    (move,) = shown.moves
    assert move.confidence == 0.8
    assert move in snapshot.moves
    assert len(move.shifts) == 3
    assert [hidden.confidence for hidden in shown.hidden] == [0.3]
    assert shown.activity == tuple(ActivityCount("xiaomi", f"2017-0{month}", 1) for month in (1, 2, 3))
    assert without_unsure(snapshot, 0).moves == snapshot.moves


def test_numbers_are_rounded_down_and_finders_named() -> None:
    assert [percent(share) for share in (0.499, 0.29, 0.5, 1.0)] == ["49 %", "29 %", "50 %", "100 %"]
    assert confidence_text(0.3) == "30 % ▰▰▰▱▱▱▱▱▱▱"
    assert finder_of("reader.deal") == "learned reader"
    assert finder_of("cue.own") == "rule cue.own"


def test_lists_take_conf_and_hide_nothing_by_default(store: Store) -> None:
    texts = [("a", 0.9), ("b", 0.3)]
    one: list[Shift] = [shift(f"Xiaomi {key}.", confidence=confidence) for key, confidence in texts]
    store.save([analysed(key, f"Xiaomi {key}.", made) for (key, _), made in zip(texts, one, strict=True)])
    for query, keys in (("", "ab"), ("conf:>=0.8", "a"), ("-conf:>=0.8", "b"), ("conf:0.2..0.5", "b")):
        found = {stored.article.title[-1] for stored in store.shifts(parse(query))[0]}
        assert found == set(keys)
        assert {article.title[-1] for article in store.articles(parse(query))[0]} == set(keys)
