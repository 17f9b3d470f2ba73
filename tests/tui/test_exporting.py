"""`E` in the dashboard: what the filter shows goes into a file, and what went wrong is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from marketwatch.config import Config
from marketwatch.export.files import read_report
from store import Store
from tui.screens.prompt import PromptScreen

from builders import analysed, shift  # isort: skip
from screens import press, running, screen_text, type_filter  # isort: skip


@pytest.fixture
def two(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    text = "Huawei opens flagship stores."
    store.save([analysed("a"), analysed("b", text, shift(text, "huawei", object="flagships", confidence=0.3))])
    monkeypatch.chdir(tmp_path)
    return store


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("test.sqlite3")}


def told(app: object) -> list[str]:
    return [f"{n.title}: {n.message}" for n in app._notifications]  # type: ignore[attr-defined]


async def test_the_moves_under_the_filter_go_into_the_file_that_is_named(config: Config, two: Store, tmp_path: Path) -> None:
    async with running(config, two) as (app, pilot):
        await type_filter(app, pilot, "vendor:xiaomi")
        await press(app, pilot, "enter", "E")
        assert "moves under: vendor:xiaomi" in screen_text(app)
        assert app.screen.query_one(Input).value == "marketwatch-2026-11-24.md"
        app.screen.query_one(Input).value = "[red]x[/].jsonl".replace("/", "")
        await press(app, pilot, "enter")
        report = read_report(tmp_path / "[red]x[].jsonl").report
        assert report.about.query == "vendor:xiaomi"
        assert [move.lead.shift.vendor for move in report.moves] == ["xiaomi"]
        assert any(line.startswith("exported: 1 move told by 1 article: ") and "[red]x[].jsonl" in line for line in told(app))


async def test_moves_that_are_hidden_as_unsure_are_exported_and_the_prompt_says_so(
    config: Config, two: Store, tmp_path: Path
) -> None:
    config = replace(config, settings=replace(config.settings, min_confidence=0.5))
    async with running(config, two, size=(160, 40)) as (app, pilot):
        await press(app, pilot, "E")
        assert "all moves, with the 1 that are hidden as unsure" in screen_text(app)
        await press(app, pilot, "enter")
    assert len(read_report(tmp_path / "marketwatch-2026-11-24.md").report.moves) == 2


@pytest.mark.parametrize(
    ("name", "reason"), [("kept.md", "is there already"), ("x.doc", "exports end in"), ("no/x.md", "no folder")]
)
async def test_what_cannot_be_written_is_said_and_nothing_is_touched(
    config: Config, two: Store, tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "kept.md").write_text("mine")
    async with running(config, two) as (app, pilot):
        await press(app, pilot, "E")
        app.screen.query_one(Input).value = name
        await press(app, pilot, "enter")
        assert any(line.startswith("not exported: ") and reason in line for line in told(app))
    assert (tmp_path / "kept.md").read_text() == "mine"
    assert files(tmp_path) == {"kept.md"}


async def test_escape_exports_nothing(config: Config, two: Store, tmp_path: Path) -> None:
    async with running(config, two) as (app, pilot):
        await press(app, pilot, "E", "escape")
        assert not isinstance(app.screen, PromptScreen)
        assert told(app) == []
    assert files(tmp_path) == set()
