"""Sorting, selecting, copying, comparing, piping, commands: what an analyst does with what is listed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.widgets import Input

from marketwatch.config import Config
from marketwatch.domain import FigureRole, Metric, Moment, ShiftKind, Verdict
from marketwatch.export.files import read_report
from marketwatch.query import Query
from store import Store
from tui.app import MarketwatchApp
from tui.screens.dashboard import Dashboard
from tui.screens.help import help_text
from tui.screens.piping import OutputScreen, run_command
from tui.screens.reader import ReaderScreen
from tui.timescale import Zoom
from tui.views import LISTS
from tui.views.articles import ArticlesView
from tui.views.compare import CompareView
from tui.views.feeds import FeedsView
from tui.views.ledger import LedgerView
from tui.views.moves import MovesView
from tui.views.timeline import TimelineView
from tui.widgets.article_preview import ArticlePreview
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.quote_panel import QuotePanel

from builders import analysed, figure, shift  # isort: skip
from screens import press, running, screen_text, settle, type_filter  # isort: skip


def save(store: Store, key: str, vendor: str, day: str, outlet: str = "Example", **changes: object) -> None:
    text = f"{vendor} opens {key}."
    one = shift(text, vendor, **({"object": key} | changes))  # type: ignore[arg-type]
    store.save([analysed(f"{key}{outlet}", text, one, published=Moment.parse(day), outlet=outlet, title=f"About {key}")])


@pytest.fixture
def four(store: Store) -> Store:
    save(store, "shops", "xiaomi", "2017-01-12", speaker="Lei Jun", role="CEO")
    save(store, "shops", "xiaomi", "2017-01-14", "Wire")
    save(store, "malls", "huawei", "2018-05-01", confidence=0.7)
    save(store, "kiosks", "xiaomi", "2016-03-01", kind=ShiftKind.MARKET)
    return store


def rows(app: MarketwatchApp) -> list[str]:
    return [move.lead.shift.object for move in app.dashboard.query_one(MovesView).list.rows]


def titles(app: MarketwatchApp) -> list[str]:
    return [article.title.removeprefix("About ") for article in app.dashboard.query_one(ArticlesView).list.rows]


async def test_moves_and_articles_are_sorted(config: Config, four: Store) -> None:
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "2")
        assert rows(app) == ["malls", "shops", "kiosks"]
        for order, wanted in (
            ("oldest first", ["kiosks", "shops", "malls"]),
            ("most outlets first", ["shops", "malls", "kiosks"]),
            ("surest first", ["shops", "kiosks", "malls"]),
        ):
            await press(app, pilot, "S")
            assert order in screen_text(app)
            assert rows(app) == wanted
        save(four, "booths", "oppo", "2019-01-01", confidence=0.6)
        app.dashboard._look_for_changes()
        await settle(app, pilot)
        assert rows(app) == ["shops", "kiosks", "malls", "booths"]
        await type_filter(app, pilot, "opens")
        await press(app, pilot, "enter", "3")
        for term, newest in (("sort:date", "kiosks"), ("sort:rank", None), (None, "booths")):
            await press(app, pilot, "S")
            assert app.dashboard.query_one(FilterBar).input.value == " ".join(filter(None, ("opens", term)))
            assert newest is None or titles(app)[0] == newest


async def test_moves_stand_as_the_filter_says_and_as_usual_once_it_says_nothing(config: Config, four: Store) -> None:
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "2")
        for line, order in (("sort:date", "oldest first"), ("", "newest first"), ("opens sort:date", "oldest first")):
            await type_filter(app, pilot, line)
            await press(app, pilot, "enter")
            assert order in screen_text(app)
            assert (rows(app)[0] == "kiosks") == (order == "oldest first")
        await press(app, pilot, "S")
        await type_filter(app, pilot, "sort:date")
        assert "most outlets first" in screen_text(app)  # what a key has said stays while the filter says the same


async def test_goals_and_feeds_are_sorted_and_enter_on_a_feed_shows_its_articles(config: Config, store: Store) -> None:
    for key, vendor, year in (("a", "xiaomi", 2016), ("b", "huawei", 2015), ("c", "apple", 2017)):
        text = f"{vendor} wants to sell 80 million phones in {year}."
        goal = figure(text, vendor=vendor, metric=Metric.UNITS, unit="devices", period=str(year), role=FigureRole.TARGET)
        made = analysed(key, text, shift(text, vendor), published=Moment.parse(f"{year}-02-01"), source="heise")
        store.save([replace(made, extraction=replace(made.extraction, figures=(goal,)))])
    async with running(config, store, size=(120, 40)) as (app, pilot):
        await press(app, pilot, "4")
        goals = app.dashboard.query_one(LedgerView).list
        assert [claim.first.stored.figure.vendor for claim in goals.rows] == ["apple", "xiaomi", "huawei"]
        by_vendor, by_date = ["apple", "huawei", "xiaomi"], ["huawei", "xiaomi", "apple"]
        for order, wanted in (("oldest first", by_date), ("by verdict", None), ("by vendor", by_vendor)):
            await press(app, pilot, "S")
            assert order in screen_text(app)
            assert wanted is None or [claim.first.stored.figure.vendor for claim in goals.rows] == wanted
        await press(app, pilot, "6")
        await press(app, pilot, "S", "S")
        feeds = app.dashboard.query_one(FeedsView).list
        assert "28 feeds · silent longest first" in screen_text(app)
        assert feeds.rows[-1].slug == "heise"  # the only one that ever brought an article
        await press(app, pilot, "G", "enter")
        assert app.dashboard.view == "articles"
        assert app.dashboard.query_one(FilterBar).input.value == "feed:heise"
        assert titles(app) == ["Title c", "Title a", "Title b"]
        await press(app, pilot, "slash", "space", "x")  # typed behind it
        assert app.dashboard.query_one(FilterBar).input.value == "feed:heise x"


@pytest.mark.parametrize(
    ("key", "there", "gone"),
    [("6", {"Articles", "Blind spots", "Poll feed"}, {"Zoom", "Browser"}), ("4", {"Zoom", "Browser", "Outcome"}, {"Poll feed"})],
)
async def test_the_footer_offers_what_does_something_there(
    config: Config, four: Store, key: str, there: set[str], gone: set[str]
) -> None:
    async with running(config, four, size=(120, 40)) as (app, pilot):
        await press(app, pilot, key)
        shown = {one.binding.description for one in app.screen.active_bindings.values() if one.binding.show and one.enabled}
        assert there <= shown
        assert not gone & shown


async def test_headings_of_counts_are_whole(config: Config, four: Store) -> None:
    async with running(config, four, size=(80, 24)) as (app, pilot):
        await press(app, pilot, "C")
        (line,) = (line for line in screen_text(app).splitlines() if "── kind ─" in line)
        assert "…" not in line


async def test_what_is_selected_is_marked_together_and_taken_back_together(config: Config, four: Store) -> None:
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "2", "space", "space", "v")
        assert screen_text(app).count("◆") == 2
        assert "2 selected" in screen_text(app)
        judged = {s.shift.object: s.verdict for s in four.shifts(Query())[0]}
        assert judged == {"malls": Verdict.VERIFIED, "shops": Verdict.VERIFIED, "kiosks": None}
        await press(app, pilot, "u", "t")
        app.screen.query_one(Input).value = "later"
        await press(app, pilot, "enter", "s")
        marks = {article.title: article.marks for article in four.articles(Query())[0]}
        assert [marks[f"About {name}"].tags for name in ("malls", "kiosks")] == [("later",), ()]
        assert [marks[f"About {name}"].starred for name in ("malls", "kiosks")] == [True, False]
        assert {s.verdict for s in four.shifts(Query())[0]} == {None}
        await press(app, pilot, "escape")
        assert "◆" not in screen_text(app)
        await press(app, pilot, "3")
        await press(app, pilot, "ctrl+a", "m")
        assert all(article.marks.read for article in four.articles(Query())[0])


async def test_what_the_filter_hides_is_not_marked_with_what_is_selected(config: Config, four: Store) -> None:
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "2", "ctrl+a")
        await type_filter(app, pilot, "vendor:xiaomi")
        await press(app, pilot, "enter", "x")
        judged = {s.shift.object: s.verdict for s in four.shifts(Query())[0]}
        assert judged == {"malls": None, "shops": Verdict.REJECTED, "kiosks": Verdict.REJECTED}


async def test_n_goes_to_what_is_unread_and_the_preview_follows(config: Config, four: Store) -> None:
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "j", "m", "g", "n")
        current = app.dashboard.query_one(ArticlesView).list.current
        assert current is not None
        assert current.dated_at.strftime("%Y-%m-%d") == "2017-01-12"
        shown = app.dashboard.query_one(ArticlePreview).text.plain
        assert "xiaomi opens shops." in shown
        assert "▲ Xiaomi channel shops" in shown
        await press(app, pilot, "N", "N")
        assert any("no unread article above" in note.message for note in app._notifications)


async def test_quotes_and_addresses_are_copied(config: Config, four: Store) -> None:
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "2", "j", "y")
        cited = 'Example (en), 2017-01-12: "About shops". https://example.org/shopsExample'
        assert app.clipboard == f'"xiaomi opens shops." (Lei Jun, CEO)\n{cited}'
        await press(app, pilot, "Y")
        assert app.clipboard == "https://example.org/shopsExample"
        await press(app, pilot, "ctrl+a", "y")
        assert app.clipboard.count("opens") == 3
        await press(app, pilot, "escape", "enter", "y")
        assert isinstance(app.screen, ReaderScreen)
        assert app.clipboard == f'"xiaomi opens shops."\n{cited}'


async def test_an_address_that_is_none_of_the_web_is_not_copied(config: Config, store: Store) -> None:
    store.save([analysed("a", url="javascript:alert(1)", title="x\x1b]52;c;eA==\x07")])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "2", "Y", "y")
        assert any("no web address" in note.message for note in app._notifications)
        assert "javascript" not in app.clipboard
        assert "\x1b" not in app.clipboard


async def test_c_compares_the_vendors_of_the_moves(config: Config, four: Store) -> None:
    save(four, "booths", "oppo", "2019-01-01")
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "2", "space", "j", "j", "space", "c")
        compare = app.dashboard.query_one(CompareView)
        assert app.dashboard.view == "compare"
        assert compare.list.found.vendors == ("oppo", "xiaomi")
        assert "2016 ▁▁" in compare.query_one(QuotePanel).right.plain or compare.list.vendor == "oppo"
        await press(app, pilot, "c", "space", "enter")
        assert compare.list.found.vendors[0] in ("xiaomi", "oppo", "huawei")
        assert len(compare.list.found.vendors) == 1


async def test_quotes_go_to_a_command_without_a_shell(config: Config, four: Store) -> None:
    async with running(config, four) as (app, pilot):
        await press(app, pilot, "2", "vertical_line")
        code = "import sys; print(sys.argv[1:], sys.stdin.read().upper())"
        app.screen.query_one(Input).value = f"{sys.executable} -c '{code}' '$HOME;id' '[red]'"
        await press(app, pilot, "enter")
        assert isinstance(app.screen, OutputScreen)
        assert "['$HOME;id', '[red]']" in screen_text(app)
        assert "HUAWEI OPENS MALLS." in screen_text(app)


def test_what_a_command_does_wrong_is_told() -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        run_command("a 'b", "")
    with pytest.raises(ValueError, match="no-such-program-here: No such file"):
        run_command("no-such-program-here", "")
    failing = run_command(f"{sys.executable} -c 'print(chr(27), 1); raise SystemExit(3)'", "")
    assert failing.startswith("1")
    assert failing.endswith("ended with 3")


async def test_commands_by_name(config: Config, four: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def obey(line: str) -> None:
        await press(app, pilot, "colon")
        app.screen.query_one(Input).value = line
        await press(app, pilot, "enter")

    async with running(config, four) as (app, pilot):
        await obey("filter vendor:xiaomi")
        await obey("zoom y")
        assert app.dashboard.query_one(TimelineView).lanes.zoom is Zoom.YEAR
        await obey("moves")
        assert rows(app) == ["shops", "kiosks"]
        await obey("tag asia")
        await obey("ver")
        assert {s.shift.object for s in four.shifts(Query())[0] if s.verdict} == {"shops"}
        await obey("export x.jsonl")
        assert len(read_report(tmp_path / "x.jsonl").report.moves) == 2
        await obey("lanes huawei, xiaomi")
        assert app.dashboard.query_one(TimelineView).chosen == ("huawei", "xiaomi")
        for line, reason in (
            ("exprt x", "no command 'exprt'; did you mean 'export'?"),
            ("view nothing", "no view 'nothing'; there are: channel"),
        ):
            await obey(line)
            assert any(reason in note.message for note in app._notifications)
    assert any(article.marks.tags == ("asia",) for article in four.articles(Query())[0])


async def test_a_newcomer_gets_xiaomis_channel_moves_into_a_file_in_five_keys(
    config: Config, four: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(four, "posters", "xiaomi", "2015-01-12")
    save(four, "posters", "xiaomi", "2015-01-13", "Wire")
    save(four, "web shops", "xiaomi", "2019-01-12")
    monkeypatch.chdir(tmp_path)
    async with running(config, four) as (app, pilot):
        await pilot.press("slash")
        await pilot.press(*"vendor:xiaomi kind:channel date:2016.. outlets:>=2")
        await pilot.press("enter")
        await settle(app, pilot)
        await press(app, pilot, "E", "enter")
    report = read_report(tmp_path / "marketwatch-2026-11-24.md").report
    assert [move.lead.shift.object for move in report.moves] == ["shops"]
    assert report.about.query == "vendor:xiaomi kind:channel date:>=2016-01-01 outlets:>=2"


# --- keys ------------------------------------------------------------------------------------------------------------------
async def test_no_two_keys_of_a_view_are_one_and_the_footer_has_eight_at_most(config: Config, four: Store) -> None:
    async with running(config, four, size=(200, 50)) as (app, pilot):
        for number, name in enumerate(LISTS, 1):
            await press(app, pilot, str(number))
            chain = [app.dashboard.query_one(LISTS[name]), *app.dashboard.query_one(LISTS[name]).ancestors]
            keys: dict[str, set[str]] = {}
            for node in chain:
                for key, bindings in node._bindings.key_to_bindings.items():
                    for binding in bindings:
                        if binding.id and (isinstance(node, MarketwatchApp | Dashboard | LineList) or name in str(node.id)):
                            keys.setdefault(key, set()).add(binding.id)
            assert {key: ids for key, ids in keys.items() if len(ids) > 1} == {}
            shown = [one for one in app.screen.active_bindings.values() if one.binding.show and one.enabled]
            assert len({one.binding.action for one in shown}) <= 8, name


def test_every_key_of_the_main_screen_is_in_the_help_and_can_be_remapped() -> None:
    text = help_text({}).plain
    for binding in Dashboard.BINDINGS:
        assert isinstance(binding, Binding)
        assert binding.id
        shown = {
            "slash": "/",
            "exclamation_mark": "!",
            "vertical_line": "|",
            "colon": ":",
            "percent_sign": "%",
            "minus": "-",
            "plus": "+",
        }
        key = "1 … 6" if binding.id.startswith("view.") else binding.key.split(",")[0]
        assert shown.get(key, "Esc" if key == "escape" else key) in text, binding.id
