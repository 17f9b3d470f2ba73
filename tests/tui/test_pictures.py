"""Goals on one scale, blind spots, and what each view writes into a file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import Input

from marketwatch.config import Config
from marketwatch.coverage import cells
from marketwatch.domain import Bound, Feed, FeedHealth, FeedState, FigureRole, Metric, Moment
from marketwatch.goals import Amount
from marketwatch.ledger import read_ledger
from marketwatch.query import parse
from store import Store
from tui.blind_spots import blind_spots, languages
from tui.goal_chart import goal_bar, goal_chart, outcome_bar
from tui.views.ledger import LedgerView

from builders import analysed, figure  # isort: skip
from conftest import NOW  # isort: skip
from screens import press, running, screen_text  # isort: skip


def tell(store: Store, key: str, day: str, period: str, value: int, role: FigureRole, high: int | None = None) -> None:
    text = f"xiaomi and {value} million phones of {period} [/]."
    told = figure(
        text, metric=Metric.UNITS, value=Decimal(value) * 1_000_000, unit="devices", period=period, role=role,
        value_high=Decimal(high) * 1_000_000 if high else None, bound=Bound.RANGE if high else Bound.EQ,
    )  # fmt: skip
    article = analysed(key, text, published=Moment.parse(day), outlet=f"Outlet {key}")
    store.save([replace(article, extraction=replace(article.extraction, figures=(told,)))])


@pytest.fixture
def goals(store: Store) -> Store:
    tell(store, "a", "2015-03-31", "2015", 80, FigureRole.TARGET, 100)
    tell(store, "b", "2016-01-15", "2015", 70, FigureRole.ACTUAL)
    tell(store, "c", "2014-01-02", "2014", 40, FigureRole.TARGET)
    tell(store, "d", "2015-01-04", "2014", 61, FigureRole.ACTUAL)
    return store


def test_bars_end_where_their_numbers_stand() -> None:
    most = Decimal(100)
    assert goal_bar(Amount(Decimal(50), "x"), most, 11) == "·····◇"
    assert goal_bar(Amount(Decimal(80), "x", Decimal(100), Bound.RANGE), most, 11) == "········├─┤"
    assert goal_bar(Amount(Decimal(30), "x", bound=Bound.GT), most, 11) == "···◇▷"
    assert goal_bar(Amount(Decimal(-5), "x"), most, 11) == "◇"
    assert outcome_bar(Amount(Decimal(70), "x"), most, 11, sure=True) == "████████"
    assert outcome_bar(Amount(Decimal(10), "x"), most, 11, sure=False) == "░░"


def test_the_goals_of_a_metric_stand_on_one_scale_by_period(goals: Store) -> None:
    claims = read_ledger(goals, parse(""), NOW).claims
    here = next(claim for claim in claims if claim.first.stored.figure.period == "2015")
    lines = goal_chart(claims, here, "Xiaomi [/]", 80).plain.splitlines()
    assert lines[0].startswith("Xiaomi [/] units, devices")
    assert lines[0].endswith("100 M")
    assert [line[1:5] for line in lines[1::2]] == ["2014", "2015"]
    assert "✓ met" in lines[2]
    assert "✗ missed" in lines[4]
    assert lines[3].startswith("▌")
    assert lines[3].rstrip().endswith("┤")
    assert max(map(len, lines)) <= 80


async def test_p_shows_the_picture_and_the_sentences_again(config: Config, goals: Store) -> None:
    async with running(config, goals) as (app, pilot):
        await press(app, pilot, "4")
        await press(app, pilot, "p")
        assert "···├" in screen_text(app)
        assert "may be" not in screen_text(app)
        await press(app, pilot, "p")
        assert "···├" not in screen_text(app)
        assert "goal  units 2015" in screen_text(app)


def test_no_news_is_told_from_no_feeds() -> None:
    feeds = [Feed(slug, slug, "https://example.org", lang) for slug, lang in (("a", "fr"), ("c", "de"), ("d", "it"))]
    polled = FeedState("a", "https://example.org", last_polled_at=NOW, last_success_at=NOW)
    health = [FeedHealth("a", polled, newest_at=NOW), FeedHealth("c", replace(polled, slug="c", failures=2))]
    articles = {("xiaomi", "fr"): 12, ("huawei", "zh"): 1}
    found = cells(("xiaomi", "huawei"), languages(feeds, articles), feeds, health, articles, NOW)
    lines = [line.split() for line in blind_spots({"xiaomi": "Xiaomi", "huawei": "Huawei"}, found, 60).plain.splitlines()[1:]]
    assert lines == [
        ["de", "fr", "it", "zh"],
        ["feeds", "1", "1", "1", "–"],
        ["Xiaomi", "deaf", "12", "○", "–"],
        ["Huawei", "deaf", "0", "○", "–"],
    ]


async def test_the_feeds_view_has_the_blind_spots_of_the_last_months(config: Config, store: Store) -> None:
    for key, days in (("new", 3), ("old", 200)):
        store.save([analysed(key, lang="fr", published=Moment(NOW - timedelta(days=days)))])
    async with running(config, store) as (app, pilot):
        await press(app, pilot, "6")
        await press(app, pilot, "p")
        row = next(line for line in screen_text(app).splitlines() if line.strip().startswith("Xiaomi"))
        assert set(row.split()[1:]) == {"○"}
        assert "○: not polled yet" in screen_text(app)
        await press(app, pilot, "p", "j")
        assert "what the last poll said" in screen_text(app)


async def test_a_view_shown_right_after_the_blind_spots_keeps_the_focus(config: Config, goals: Store) -> None:
    async with running(config, goals) as (app, pilot):
        await press(app, pilot, "4", "6", "p")
        await press(app, pilot, "p", "4")
        assert app.focused is app.dashboard.query_one(LedgerView).list


async def test_every_view_exports_what_it_shows(
    config: Config, goals: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(config, goals) as (app, pilot):
        for key, name, count in (("3", "articles", 4), ("4", "ledger", 2), ("5", "compare", 1), ("6", "feeds", 0)):
            await press(app, pilot, key, "E")
            assert app.screen.query_one(Input).value == f"{name}-2026-11-24.md"
            app.screen.query_one(Input).value = f"{name}.json"
            await press(app, pilot, "enter")
            assert len(json.loads((tmp_path / f"{name}.json").read_text())) >= count, name
        await press(app, pilot, "4")
        await press(app, pilot, "E", "enter")
        assert "| Xiaomi |" in (tmp_path / "ledger-2026-11-24.md").read_text().replace("xiaomi", "Xiaomi")
        await press(app, pilot, "E")
        assert app.screen.query_one(Input).value == "ledger-2026-11-24-2.md"  # the first of the day is there already
        await press(app, pilot, "escape")
        feeds = json.loads((tmp_path / "feeds.json").read_text())
        assert {"state", "lang", "age_hours", "rhythm_hours", "full_text"} <= feeds[0].keys()  # as `feeds health` has them
        for name, reason in (("x.xlsx", "can end in .md, .csv, .jsonl, .json"), ("ledger.json", "is there already")):
            await press(app, pilot, "E")
            app.screen.query_one(Input).value = name
            await press(app, pilot, "enter")
            assert any(reason in note.message for note in app._notifications)
