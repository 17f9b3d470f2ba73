"""Views are filled when they are on the screen, and asked again only when something changed; the line of keys."""

from __future__ import annotations

from collections import Counter

import pytest

from marketwatch.config import Config
from marketwatch.domain import Moment
from marketwatch.errors import StoreError
from store import Store
from tui.app import MarketwatchApp
from tui.views.moves import MovesView
from tui.views.timeline import TimelineView
from tui.widgets.evidence_panel import EvidencePanel
from tui.widgets.key_line import Hint, KeyLine, placed

from builders import analysed, shift  # isort: skip
from fakes import FakePoller  # isort: skip
from screens import press, running, screen_text, settle, type_filter  # isort: skip


def save(store: Store, *names: str) -> None:
    for name in names:
        text = f"Xiaomi enters {name}."
        published = Moment.parse(f"2017-01-{len(name):02d}")
        store.save([analysed(name, text, shift(text, object=name), published=published)])


def asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the store is asked for what views show, from now on."""
    counts: Counter[str] = Counter()

    def counting(name: str) -> None:
        real = getattr(Store, name)

        def call(self: Store, *args: object, **options: object) -> object:
            counts[name] += 1
            return real(self, *args, **options)

        monkeypatch.setattr(Store, name, call)

    for name in ("activity", "articles", "feed_health", "figures", "text"):
        counting(name)
    return counts


def rows(app: MarketwatchApp) -> list[str]:
    return [move.lead.shift.object for move in app.dashboard.query_one(MovesView).list.rows]


async def test_a_view_is_filled_when_it_is_shown_and_then_with_what_is_listed(config: Config, store: Store) -> None:
    save(store, "India", "France")
    async with running(config, store) as (app, pilot):
        lanes = app.dashboard.query_one(TimelineView).lanes
        assert [move.lead.shift.object for move in lanes._moves] == ["France", "India"]
        assert not app.dashboard.query(MovesView)
        await press(app, pilot, "2")
        assert rows(app) == ["France", "India"]
        await type_filter(app, pilot, "object:India")
        assert rows(app) == ["India"]
        assert len(lanes._moves) == 2
        await press(app, pilot, "enter", "1")
        assert [move.lead.shift.object for move in lanes._moves] == ["India"]


async def test_a_switch_asks_only_what_it_has_missed(config: Config, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, "India", "France")
    async with running(config, store) as (app, pilot):
        counts = asked(store, monkeypatch)
        await press(app, pilot, *"3456")
        assert counts["articles"] == counts["feed_health"] == 1
        assert counts["activity"] == 0
        before = counts["figures"]
        await press(app, pilot, *"3456123")
        assert (counts["articles"], counts["feed_health"], counts["figures"], counts["activity"]) == (1, 1, before, 0)
        save(store, "Germany")
        await press(app, pilot, "2")  # the look for changes comes with the switch
        assert counts["activity"] == 1
        assert rows(app) == ["Germany", "France", "India"]
        await press(app, pilot, "3")
        assert counts["articles"] == 2


async def test_a_move_is_written_into_the_panel_once_with_its_text(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, "India", "France")
    async with running(config, store) as (app, pilot):
        panel = app.dashboard.query_one("#timeline-evidence", EvidencePanel)
        monkeypatch.setattr("tui.widgets.text_panel._MOMENT_S", 60.0)
        written: list[str] = []
        put = panel.put
        monkeypatch.setattr(panel, "put", lambda text, **how: (written.append(text.plain), put(text, **how)))
        await press(app, pilot, "j")
        assert len(written) == 1
        assert "Xiaomi enters India." in written[0]
        assert panel.missing is None


async def test_a_move_whose_text_cannot_be_read_is_shown_without_it(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, "India", "France")

    def broken(*args: object, **options: object) -> None:
        raise StoreError("db: the disk does not answer")

    async with running(config, store) as (app, pilot):
        panel = app.dashboard.query_one("#timeline-evidence", EvidencePanel)
        monkeypatch.setattr("tui.widgets.text_panel._MOMENT_S", 0.001)
        monkeypatch.setattr(Store, "text", broken)
        await press(app, pilot, "j")
        assert "· India" in panel.text.plain
        assert panel.missing is not None
        monkeypatch.undo()
        await press(app, pilot, "2", "1")  # coming back asks for it again
        assert panel.missing is None


async def test_what_follows_the_cursor_waits_until_it_stays(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, "India", "France")
    async with running(config, store) as (app, pilot):
        panel = app.dashboard.query_one("#timeline-evidence", EvidencePanel)
        lanes = app.dashboard.query_one(TimelineView).lanes
        monkeypatch.setattr("tui.widgets.line_list.FOLLOW_S", 60.0)
        await pilot.press("j")
        await pilot.pause(0)
        assert lanes.move is not None
        assert lanes.move.lead.shift.object == "India"
        assert lanes.following
        assert "· France" in panel.text.plain
        lanes._stayed()
        await settle(app, pilot)
        assert "· India" in panel.text.plain


# --- the line of keys -----------------------------------------------------------------------------------------------------------
def test_keys_that_do_not_fit_are_left_out_whole() -> None:
    hints = [Hint("a", "a", "Alpha"), Hint("b", "b", "線下門店"), Hint("c", "c", "Gamma")]
    assert [(start, hint.key) for start, hint in placed(hints, 26)] == [(0, "a"), (8, "b"), (19, "c")]
    assert [hint.key for _, hint in placed(hints, 25)] == ["a", "b"]
    assert not list(placed(hints, 6))


async def test_the_line_shows_the_keys_of_what_is_in_focus_and_a_click_presses_one(config: Config, store: Store) -> None:
    save(store, "India", "France")
    async with running(config, store, FakePoller([])) as (app, pilot):
        line = screen_text(app).splitlines()[-1]
        assert "⏎ Open" in line
        assert "R Poll" in line
        await pilot.click(KeyLine, offset=(line.index("? Help"), 0))
        await settle(app, pilot)
        assert app.screen is not app.dashboard
        await press(app, pilot, "escape", "slash")
        assert "Complete" in screen_text(app).splitlines()[-1]


async def test_where_nothing_can_be_polled_the_key_is_not_offered_and_says_why(config: Config, store: Store) -> None:
    save(store, "India")
    async with running(config, store) as (app, pilot):
        assert "Poll" not in screen_text(app).splitlines()[-1]
        await press(app, pilot, "R")
        assert "polls nothing" in "".join(one.message for one in app._notifications)


async def test_keys_of_views_that_were_not_shown_yet_are_known(config: Config, store: Store) -> None:
    async with running(config, store) as (app, pilot):
        before = app.binding_ids()
        assert not app.dashboard.query(MovesView)
        await press(app, pilot, *"23456")
        assert app.binding_ids() == before
