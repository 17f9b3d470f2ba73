"""Looks: every text can be read, every meaning has a sign, a terminal of few or no colours gets none it cannot show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color

from marketwatch.claims import ClaimVerdict
from marketwatch.config import Config, View
from marketwatch.glyphs import DIRECTION_GLYPHS, STATUS_GLYPHS
from store import Store
from tui.themes import DEFAULT, LOOKS, TERMINAL, chosen, legible, ratio, sixteen
from tui.widgets.ledger_list import CLAIM_GLYPHS

from builders import analysed  # isort: skip
from screens import press, running, settle, toasts  # isort: skip


@pytest.mark.parametrize("name", [name for name, look in LOOKS.items() if not look.theme.ansi])
def test_every_colour_of_a_look_is_legible_on_its_background(name: str, config: Config) -> None:
    look = LOOKS[name]
    ground = Color.parse(look.theme.background or "#000000")
    assert min(ratio(Color.parse(one), ground) for one in (look.good, look.bad, look.doubtful)) >= min(look.contrast, 4.5)
    for vendor in config.vendors.values():
        if vendor.colour:
            shown = legible(Style.parse(vendor.colour), ground.rich_color, look.contrast).color
            assert shown is not None
            assert ratio(Color.from_rich_color(shown), ground) >= look.contrast


def test_good_and_bad_are_told_apart_without_red_and_green() -> None:
    """As somebody without red cones sees them (Viénot 1999)."""
    look = LOOKS["marketwatch-colourblind"]

    def seen(name: str) -> Color:
        r, g, b = (channel**2.2 for channel in Color.parse(name).normalized)
        red = green = 0.11238 * r + 0.88762 * g
        blue = 0.00401 * r - 0.00401 * g + b
        return Color(*(round(255 * max(0.0, min(1.0, one)) ** (1 / 2.2)) for one in (red, green, blue)))

    good, bad = seen(look.good), seen(look.bad)
    assert sum(abs(a - b) for a, b in zip(good.rgb, bad.rgb, strict=True)) > 150


def test_every_state_has_a_sign_of_its_own() -> None:
    for glyphs in (DIRECTION_GLYPHS, STATUS_GLYPHS, CLAIM_GLYPHS):
        assert len(set(glyphs.values())) == len(glyphs)
    assert set(CLAIM_GLYPHS) == set(ClaimVerdict)


@pytest.mark.parametrize(
    ("colour", "name"),
    [("#ff6900", "yellow"), ("#e4002b", "red"), ("#2aa8e0", "cyan"), ("#1b8a5a", "green"), ("#808080", "default")],
)
def test_sixteen_colours_keep_the_hue_and_never_a_background(colour: str, name: str) -> None:
    style = sixteen(Style.parse(f"bold {colour} on #101418"))
    assert style.color is not None
    assert style.color.name == name
    assert style.bgcolor == RichColor.default()
    assert style.bold


def test_few_colours_or_none_take_the_terminals_own() -> None:
    assert chosen(DEFAULT, colours="truecolor", no_color=False) == DEFAULT
    assert chosen(DEFAULT, colours="256", no_color=False) == DEFAULT
    assert chosen(DEFAULT, colours="standard", no_color=False) == TERMINAL
    assert chosen(DEFAULT, colours="truecolor", no_color=True) == TERMINAL


async def test_no_color_leaves_no_colour_on_the_screen(config: Config, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    store.save([analysed("a")])
    async with running(config, store) as (app, pilot):
        for key in "123456":
            await press(app, pilot, key)
            styles = [segment.style for strip in app.screen._compositor.render_strips() for segment in strip if segment.style]
            assert {str(style.color.name) for style in styles if style.color} <= {"default"}
            assert {str(style.bgcolor.name) for style in styles if style.bgcolor} <= {"default"}
        await press(app, pilot, "2")
        assert any(
            style.reverse for strip in app.screen._compositor.render_strips() for segment in strip if (style := segment.style)
        )


async def test_a_theme_is_chosen_in_the_settings_and_in_the_palette(config: Config, store: Store) -> None:
    light = replace(config, settings=replace(config.settings, theme="marketwatch-light"))
    async with running(light, store) as (app, pilot):
        assert app.theme == "marketwatch-light"
        await press(app, pilot, "ctrl+p", *"high contrast")
        await press(app, pilot, "enter", "enter")
        await settle(app, pilot)
        assert app.theme == "marketwatch-contrast"


async def test_a_theme_that_is_not_there_is_said(config: Config, store: Store) -> None:
    odd = replace(config, settings=replace(config.settings, theme="[/] solarised"), views=(View("v", ""),))
    async with running(odd, store) as (app, _):
        assert app.theme == DEFAULT
        assert "there is no theme '[/] solarised'" in toasts(app)
