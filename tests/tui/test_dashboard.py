"""The dashboard as its user meets it: keys in, screen out, a real store behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from marketwatch.commands.demo import fill
from marketwatch.config import Config, Settings, View
from marketwatch.domain import ArticleText, Direction, Evidence, Feed, FeedState, Moment, ShiftKind
from marketwatch.extract import Extractor
from marketwatch.query import Query
from store import Store, open_store
from tui import snapshot
from tui.app import MarketwatchApp
from tui.screens.help import HelpScreen
from tui.screens.reader import ReaderScreen
from tui.views.articles import ArticlesView
from tui.views.feeds import FeedsView
from tui.views.moves import MovesView
from tui.views.timeline import TimelineView
from tui.widgets.evidence_panel import EvidencePanel, sentences
from tui.widgets.filter_bar import FilterBar
from tui.widgets.top_bar import TopBar

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip
from fakes import FakePoller  # isort: skip
from screens import listed_moves, press, running, screen_text, settle, type_filter  # isort: skip


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from marketwatch.config_file import load_config, packaged_config

    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        fill(store, Extractor(tuple(load_config(packaged_config()).vendors.values())))
    return path


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_home_shows_lanes_activity_and_evidence_at_every_size(
    config: Config, demo_file: Path, size: tuple[int, int]
) -> None:
    with open_store(demo_file) as store:
        async with running(config, store, size=size) as (app, pilot):
            text = screen_text(app)
            assert "Xiaomi" in text
            assert "Huawei" in text
            assert "said by" in text or "no speaker" in text
            assert ("lane 1 of" in text) == (size[0] == 80)
            assert "2026" in text
            await press(app, pilot, "l")
            lanes = app.dashboard.query_one(TimelineView).lanes
            assert lanes.vendors[lanes.lane] == "huawei"
            assert lanes.move is not None


async def test_the_panel_follows_the_cursor_with_the_sentence_in_its_article(config: Config, store: Store) -> None:
    text = "Before it. Xiaomi opens stores. After it."
    one = shift("Xiaomi opens stores.", speaker="Lei Jun", role="CEO")
    one = replace(one, evidence=(replace(one.evidence[0], start=11, end=31),))
    store.save([analysed("a", text, one), analysed("b", published=Moment.parse("2016-01-01"), title="Older")])
    async with running(config, store) as (app, pilot):
        panel = app.dashboard.query_one("#timeline-evidence", EvidencePanel)
        shown = panel.text.plain
        assert "Before it." in shown
        assert "Xiaomi opens stores." in shown
        assert "After it." in shown
        assert "said by Lei Jun, CEO" in shown
        await press(app, pilot, "j")
        assert "Older" in panel.text.plain


def test_sentences_are_marked_where_they_stand_and_none_is_shown_twice() -> None:
    body = "Title\n小米。它开店。它卖车。End.\nFar away."
    spans = [(body.index(part), body.index(part) + len(part)) for part in ("它开店。", "它卖车。", "Far away.")]
    found = sentences([Evidence(body[start:end], start, end) for start, end in spans], ArticleText(1, 1, "t", body, "", NOW))
    assert found.plain == "小米。它开店。它卖车。End.\nFar away.\n"  # no blank that the text has not, no dots where it ends
    marked = {found.plain[span.start : span.end] for span in found.spans if "reverse" in str(span.style)}
    assert marked == {"它开店。", "它卖车。"}
    long = f"{'a' * 300}. One. {'b' * 300}"
    (line, _) = sentences([Evidence("One.", 302, 306)], ArticleText(1, 1, "t", long, "", NOW)).plain.split("\n")
    assert line.startswith("…a")
    assert line.endswith("b…")
    assert ". One. b" in line


async def test_the_filter_is_live_and_a_mistake_keeps_the_last_list(config: Config, demo_file: Path) -> None:
    with open_store(demo_file) as store:
        async with running(config, store) as (app, pilot):
            await type_filter(app, pilot, "vendor:oppo kind:market")
            moves = listed_moves(app)
            assert moves
            assert {m.lead.shift.vendor for m in moves} == {"oppo"}
            await type_filter(app, pilot, "vendr:oppo")
            note = str(app.dashboard.query_one("#filter-note", Static).render())
            assert "did you mean 'vendor'" in note
            assert listed_moves(app) == moves
            await press(app, pilot, "escape", "escape")
            assert len(listed_moves(app)) > len(moves)


async def test_tab_completes_fields_and_values(config: Config, store: Store) -> None:
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "slash", *"ven")
        await press(app, pilot, "tab")
        await press(app, pilot, *"xia")
        await press(app, pilot, "tab")
        assert app.dashboard.query_one(FilterBar).input.value == "vendor:xiaomi"
        await press(app, pilot, "enter")
        assert app.focused is app.dashboard.query_one(TimelineView).lanes


async def test_new_shifts_appear_and_the_reader_keeps_the_place(config: Config, store: Store) -> None:
    store.save([analysed(f"a{n}", published=Moment.parse(f"{2000 + n}-05-01")) for n in range(20)])
    async with running(config, store) as (app, pilot):
        lanes = app.dashboard.query_one(TimelineView).lanes
        await press(app, pilot, *"jjjjj")
        held, place = lanes.move, lanes.cursor - lanes.scroll_offset.y
        assert held is not None
        store.save(
            [analysed(f"new{n}", published=Moment.parse(f"2025-{n + 1:02d}-01"), title=f"New {n}") for n in range(0, 12, 3)]
        )
        app.dashboard._look_for_changes()
        await settle(app, pilot)
        assert len(listed_moves(app)) == 24
        assert lanes.move is not None
        assert lanes.move.lead.id == held.lead.id
        assert abs(lanes.cursor - lanes.scroll_offset.y - place) <= 1


async def test_polling_runs_in_the_background_with_progress_and_failures_shown(config: Config, store: Store) -> None:
    feeds = tuple(Feed(slug, slug, "https://example.org") for slug in ("a", "b", "c"))
    poller = FakePoller(["a", "b", "c"], failed=["b"])
    poller.on_feed = lambda slug: store.save([analysed(slug)]) and None
    poller.gate.clear()
    app = MarketwatchApp(replace(config, feeds=feeds), store, poller, now=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        bar = app.dashboard.query_one(TopBar)
        while not bar.activity.total:
            await pilot.pause()
        assert "poll 0/3" in screen_text(app)
        poller.gate.set()
        await settle(app, pilot)
        assert bar.activity.total == 0
        assert bar.activity.failing == 1
        assert "2 new, 1 failed" in screen_text(app)
        await press(app, pilot, "6")
        assert len(app.dashboard.query_one(FeedsView).list.rows) == 3
        await press(app, pilot, "1")
        assert len(listed_moves(app)) == 1


async def test_a_round_can_be_stopped(config: Config, store: Store) -> None:
    poller = FakePoller(["a", "b", "c"])
    poller.gate.clear()
    async with running(config, store) as (app, pilot):
        app._poller = poller
        await pilot.press("R")
        await pilot.pause()
        assert app.polling
        await pilot.press("X")
        await settle(app, pilot)
        assert not app.polling


@pytest.mark.parametrize("view", ["1", "2", "3"])
async def test_hostile_titles_are_plain_text(config: Config, store: Store, view: str) -> None:
    titles = ["[/]", "[@click=app.quit]press[/]", "\x1b[31mred\u202e", "[bold]x", "[red on"]
    store.save([analysed(str(n), title=title, text=f"Text {n}.") for n, title in enumerate(titles)])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, view)
        for _ in titles:
            text = screen_text(app)
            await press(app, pilot, "j")
        if view == "3":
            assert "[@click=app.quit]press[/]" in text
            assert "[/]" in text
            assert "[31mred" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReaderScreen)
        assert app.is_running


async def test_the_reader_opens_at_the_evidence_and_walks_on(config: Config, demo_file: Path) -> None:
    with open_store(demo_file) as store:
        async with running(config, store) as (app, pilot):
            await type_filter(app, pilot, "vendor:xiaomi kind:disclosure")
            await press(app, pilot, "enter")
            await press(app, pilot, "enter")
            assert isinstance(app.screen, ReaderScreen)
            first = app.screen._at
            assert first >= 0
            await press(app, pilot, "e")
            assert app.screen._at == (first + 1) % len(app.screen._marks)
            await press(app, pilot, "escape")
            assert app.screen is app.dashboard


async def test_articles_come_in_pages_as_the_cursor_nears_the_end(config: Config, store: Store) -> None:
    store.save([analysed(f"a{n:03d}", f"Text {n}.") for n in range(450)])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "3")
        articles = app.dashboard.query_one(ArticlesView).list
        assert len(articles.rows) == 200
        await press(app, pilot, "G")
        assert len(articles.rows) == 400
        await press(app, pilot, "G", "G")
        assert len(articles.rows) == 450


async def test_first_run_and_empty_results_say_what_to_do(config: Config, store: Store) -> None:
    async with running(config, store) as (app, pilot):
        assert "Welcome to marketwatch" in screen_text(app)
        store.save([analysed("a")])
        await type_filter(app, pilot, "vendor:nokia")
        assert "No move matches this filter" in screen_text(app)


async def test_only_web_addresses_reach_the_browser(config: Config, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    store.save([analysed("a", url="https://example.org/x"), analysed("b", url="javascript:alert(1)", text="Other.")])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "o", "j", "o")
        assert opened == ["https://example.org/x"]


async def test_help_palette_zoom_and_remapped_keys(config: Config, demo_file: Path) -> None:
    with open_store(demo_file) as store:
        async with running(replace(config, keys={"view.moves": "m"}), store) as (app, pilot):
            await press(app, pilot, "question_mark")
            assert isinstance(app.screen, HelpScreen)
            await press(app, pilot, "escape", "z")
            assert app.dashboard.query_one("#timeline-evidence").has_class("zoomed")
            await press(app, pilot, "z", "m")
            assert app.dashboard.view == "moves"
            await press(app, pilot, "ctrl+p")
            assert app.screen is not app.dashboard


async def test_a_store_that_fails_is_said_and_the_dashboard_lives(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketwatch.errors import StoreError

    store.save([analysed("a")])
    async with running(config, store) as (app, pilot):

        def broken(*args: object, **kwargs: object) -> None:
            raise StoreError("db: the disk does not answer")

        monkeypatch.setattr(Store, "shifts", broken)
        await type_filter(app, pilot, "vendor:xiaomi")
        assert "the disk does not answer" in str(app.dashboard.query_one("#filter-note", Static).render())
        await press(app, pilot, "enter", "2")
        assert app.dashboard.query_one(MovesView).list.rows
        assert "the disk does not answer" in str(app.dashboard.query_one("#filter-note", Static).render())
        monkeypatch.undo()
        await press(app, pilot, "1")  # what failed is asked again
        assert str(app.dashboard.query_one("#filter-note", Static).render()).startswith("1 move")


def told(store: Store) -> None:
    """A small base that no change of the rules changes."""
    rows = [
        ("xiaomi", "2017-01-12", "fr", "Xiaomi cesse de publier ses ventes.", ShiftKind.DISCLOSURE, Direction.STOP, "unit sales"),
        ("xiaomi", "2017-01-13", "zh", "小米转向线下门店。", ShiftKind.CHANNEL, Direction.SWITCH, "physical stores"),
        ("xiaomi", "2014-03-18", "en", "Xiaomi enters India.", ShiftKind.MARKET, Direction.START, "India"),
        ("huawei", "2020-11-17", "en", "Huawei sells Honor.", ShiftKind.DEAL, Direction.REDUCE, "business unit"),
        ("huawei", "2019-05-20", "de", "Huawei auf der schwarzen Liste [/].", ShiftKind.PRESSURE, Direction.FACES, "sanctions"),
        ("nokia", "2016-05-18", "en", "Nokia comes back.", ShiftKind.PORTFOLIO, Direction.START, "smartphones"),
    ]
    for vendor, date, lang, text, kind, direction, name in rows:
        one = shift(text, vendor, kind=kind, direction=direction, object=name, speaker="Lei Jun" if vendor == "xiaomi" else None)
        store.save([analysed(f"{vendor}{date}", text, one, lang=lang, title=text, published=Moment.parse(date))])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_snapshot_of_home(snap_compare: object, config: Config, store: Store, size: tuple[int, int]) -> None:
    """Lanes, activity, evidence with a highlighted Chinese sentence, footer."""
    assert callable(snap_compare)
    told(store)
    app = MarketwatchApp(replace(config, settings=Settings(timezone="UTC")), store, None, now=lambda: NOW, demo=True)

    async def before(pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        await press(app, pilot, "j")
        await press(app, pilot, "k")

    assert snap_compare(app, run_before=before, terminal_size=size)


async def test_the_palette_shows_saved_views_as_plain_text(config: Config, store: Store) -> None:
    odd = replace(config, views=(View("[/] [red]odd", "/[a-z]+ [/x]/i"),))
    async with running(odd, store) as (app, pilot):
        await pilot.press("ctrl+p", *"odd")
        await pilot.pause(0.5)
        assert "View: [/] [red]odd" in screen_text(app)
        assert "/[a-z]+ [/x]/i" in screen_text(app)
        await press(app, pilot, "escape")


async def test_escape_leaves_the_whole_panel_before_it_clears_the_filter(config: Config, store: Store) -> None:
    store.save([analysed("a"), analysed("b", "Huawei hires.", shift("Huawei hires.", "huawei"))])
    async with running(config, store) as (app, pilot):
        await type_filter(app, pilot, "vendor:xiaomi")
        await press(app, pilot, "enter", "2", "z", "escape")
        assert app.dashboard.query_one(FilterBar).input.value == "vendor:xiaomi"
        assert app.focused is app.dashboard.query_one(MovesView).list
        await press(app, pilot, "escape")
        assert app.dashboard.query_one(FilterBar).input.value == ""


async def test_what_is_wrong_with_the_filter_stays_said(config: Config, store: Store) -> None:
    store.save([analysed("a")])
    async with running(config, store) as (app, pilot):
        await type_filter(app, pilot, "vendr:x")
        store.save([analysed("b")])
        app.dashboard._look_for_changes()
        await settle(app, pilot)
        assert "did you mean 'vendor'" in screen_text(app)
        await type_filter(app, pilot, "vendor:xiaomi")
        assert "articles" in screen_text(app)


async def test_feeds_that_fail_have_a_sign_from_the_start(config: Config, store: Store) -> None:
    feed = next(feed for feed in config.feeds if feed.enabled)
    store.save([], state=FeedState(feed.slug, feed.url, failures=3, last_error="HTTP 500"))
    async with running(config, store) as (app, _):
        assert "1 failing" in screen_text(app)


async def test_a_mark_far_down_leaves_the_cursor_on_its_move(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FIRST_SHIFTS", 3)
    text = "Xiaomi opens stores."
    store.save([analysed(str(n), text, shift(text, object=f"object {n}")) for n in range(12)])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "2", "G")
        moves = app.dashboard.query_one(MovesView).list
        held = moves.current
        assert held is not None
        await press(app, pilot, "s")
        assert moves.current is not None
        assert moves.current.lead.id == held.lead.id


async def test_m_in_the_reader_makes_what_was_opened_unread_again(config: Config, store: Store) -> None:
    store.save([analysed("a")])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "enter")
        await press(app, pilot, "m")
        (article,) = store.articles(Query())[0]
        assert not article.marks.read
