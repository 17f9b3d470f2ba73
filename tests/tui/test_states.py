"""Pictures of the screens in their states, few and each for a reason; and rows of all scripts in their columns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input

from marketwatch.config import Config, Settings
from marketwatch.domain import Bound, Feed, FeedState, FigureRole, JobStep, Moment, PollOutcome, PollResult
from store import Store
from tui import messages
from tui.app import MarketwatchApp
from tui.render import fit
from tui.widgets.article_list import ArticleList

from builders import analysed, figure, shift  # isort: skip
from conftest import NOW  # isort: skip
from fakes import FakePoller  # isort: skip
from screens import press, running, screen_text, settle  # isort: skip

SCRIPTS = {
    "zh": "小米线下门店扩张，雷军称将加速",
    "ko": "샤오미, 오프라인 매장을 확대한다",
    "ja": "シャオミ、直営店を拡大へ",
    "emoji": "Xiaomi 🚀👩‍💻 opens 🇫🇷 stores ❤️ 1️⃣",
    "ar": "شاومي تفتح متاجر جديدة في الرياض 2026",
    "he": "שיאומי פותחת חנויות",
    "zalgo": "X̴̢̛i̷a̸o̵m̶i opens",
}


def told(store: Store) -> None:
    """Articles in many scripts that no change of the rules changes."""
    for n, (lang, title) in enumerate(SCRIPTS.items()):
        one = shift(title, ("xiaomi", "huawei")[n % 2], object=title[:20], speaker=title[:6])
        published = Moment.parse(f"201{n}-05-01")
        store.save([analysed(lang, title, one, title=title, lang=lang[:2], outlet=title[:9], published=published)])


@pytest.mark.parametrize("text", [*SCRIPTS.values(), "x" * 40, "", "a\u0301" * 30])
@pytest.mark.parametrize("width", [1, 7, 12, 60])
def test_a_text_of_any_script_fills_its_column_exactly(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


def test_right_to_left_text_is_isolated_and_other_text_is_not() -> None:
    assert fit(SCRIPTS["ar"], 10).startswith("\u2068")
    assert fit(SCRIPTS["ar"], 10).rstrip().endswith("…\u2069")
    assert not {"\u2068", "\u2069"} & set(fit(SCRIPTS["zh"], 10))


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_columns_stand_under_each_other_whatever_the_script(config: Config, store: Store, width: int) -> None:
    told(store)
    async with running(config, store, size=(width, 24)) as (app, pilot):
        await press(app, pilot, "3")
        articles = app.dashboard.query_one(ArticleList)
        lines = [articles.text_of(row, width).plain for row in articles.rows]
        assert {cell_len(line) for line in lines} == {width}
        await press(app, pilot, "1")
        assert {cell_len(line) for line in screen_text(app).split("\n")} == {width}


# --- pictures --------------------------------------------------------------------------------------------------------------
Before = Callable[[MarketwatchApp, Pilot[None]], Awaitable[None]]
Snap = Callable[..., bool]


def pictured(snap: Snap, app: MarketwatchApp, size: tuple[int, int], before: Before) -> bool:
    async def run_before(pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        await before(app, pilot)
        await settle(app, pilot)

    return snap(app, run_before=run_before, terminal_size=size)


async def nothing(app: MarketwatchApp, pilot: Pilot[None]) -> None:
    """As it starts."""


@pytest.fixture
def plain(config: Config) -> Config:
    return replace(config, settings=Settings(timezone="UTC"))


def test_picture_of_the_welcome_offline_at_60_columns(snap_compare: Snap, plain: Config, store: Store) -> None:
    offline = replace(plain, feeds=(Feed("a", "A", "https://example.org"),))
    app = MarketwatchApp(offline, store, FakePoller(["a"], failed=["a"]), now=lambda: NOW)
    assert pictured(snap_compare, app, (60, 15), nothing)


@pytest.mark.parametrize("size", [(60, 15), (200, 50)])
def test_picture_of_all_scripts_on_the_timeline(snap_compare: Snap, plain: Config, store: Store, size: tuple[int, int]) -> None:
    told(store)
    app = MarketwatchApp(plain, store, None, now=lambda: NOW)
    assert pictured(snap_compare, app, size, lambda app, pilot: press(app, pilot, "j"))


@pytest.mark.parametrize("size", [(60, 15), (200, 50)])
def test_picture_of_goals_with_scopes(snap_compare: Snap, plain: Config, store: Store, size: tuple[int, int]) -> None:
    for n, (scope, year) in enumerate(((None, "2016"), ("Italy", "2027"), ("research and development", None))):
        text = f"小米 aims at {n + 1}00 billion yuan, {scope}, {year}."
        amount = {"value": Decimal(n + 1) * 10**11, "unit": "CNY", "bound": Bound.GT, "role": FigureRole.TARGET}
        made = analysed(str(n), text, shift(text, speaker="雷军"), published=Moment.parse(f"201{n}-02-01"))
        goal = figure(text, period=year, scope=scope, **amount)
        store.save([replace(made, extraction=replace(made.extraction, figures=(goal,)))])
    app = MarketwatchApp(plain, store, None, now=lambda: NOW)
    assert pictured(snap_compare, app, size, lambda app, pilot: press(app, pilot, "4", "j"))


def test_picture_of_articles_in_the_light_look_with_a_job_under_way(
    snap_compare: Snap, plain: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.widgets.job_bar.time", SimpleNamespace(monotonic=lambda: 1000.0))  # no rate, however slow it is
    told(store)
    light = replace(plain, settings=replace(plain.settings, theme="marketwatch-light"))
    app = MarketwatchApp(light, store, None, now=lambda: NOW)

    async def before(app: MarketwatchApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "3")
        await press(app, pilot, "j")
        app.tell(messages.JobStarted("backfill to 2016-01", "pages"))
        app.tell(messages.JobStepped(JobStep("blog page 3, back to 2019-03", 3, 12, new=41)))

    assert pictured(snap_compare, app, (80, 24), before)


def test_picture_of_failing_feeds_in_high_contrast(snap_compare: Snap, plain: Config, store: Store) -> None:
    reasons = ["HTTP 500", "no answer within 30 s: [/] 小米", None]
    feeds = tuple(Feed(f"feed-{n}", f"Feed {n}", f"https://example.org/{n}") for n in range(3))
    for feed, reason in zip(feeds, reasons, strict=True):
        result = PollResult.FAILED if reason else PollResult.POLLED
        state = FeedState(
            feed.slug, feed.url, failures=3 if reason else 0, last_error=reason, last_polled_at=NOW, next_poll_at=NOW
        )
        store.save([], state=state, outcome=PollOutcome(feed.slug, feed.url, result, NOW, reason=reason))
    high = replace(plain, feeds=feeds, settings=replace(plain.settings, theme="marketwatch-contrast"))
    app = MarketwatchApp(high, store, None, now=lambda: NOW)
    assert pictured(snap_compare, app, (120, 40), lambda app, pilot: press(app, pilot, "6", "j"))


def test_picture_of_the_settings_with_a_mistake(snap_compare: Snap, plain: Config, store: Store) -> None:
    feeds = tuple(Feed(f"feed-{n}", f"Feed {n} 小米", f"https://example.org/{n}", enabled=n != 1) for n in range(3))
    app = MarketwatchApp(replace(plain, feeds=feeds, path=Path("feeds.toml")), store, None, now=lambda: NOW)

    async def before(app: MarketwatchApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "comma")
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await press(app, pilot, "backspace", "x")

    assert pictured(snap_compare, app, (80, 24), before)
