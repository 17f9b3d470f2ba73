"""Colours. Meaning never hangs on them alone: every state also has a glyph or a word.

The screens write `green`, `red` and `yellow` for good, bad and doubtful; a look says what these are in it. Vendors bring
colours of their own, which a look makes legible on its background.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter
from textual.theme import BUILTIN_THEMES, Theme

DEFAULT = "marketwatch-dark"
TERMINAL = "marketwatch-terminal"
"""The terminal's own sixteen colours; what is left of it under NO_COLOR is bold, reverse and underline."""

_SIXTEEN = ("#000000", "#d03040", "#2e8b57", "#b8860b", "#3060c0", "#a040a0", "#2090a0", "#c0c0c0")


@dataclass(frozen=True, slots=True)
class Look:
    """A theme with what Textual's themes do not hold."""

    label: str
    theme: Theme
    good: str
    bad: str
    doubtful: str
    contrast: float
    """Least contrast of a text with what is behind it (WCAG: 4.5 is readable, 7 is high)."""

    @property
    def ansi(self) -> TerminalTheme:
        """What the sixteen names of colours mean."""
        names = [*_SIXTEEN]
        names[1], names[2], names[3] = self.bad, self.good, self.doubtful
        rgb = [Color.parse(name).rgb for name in names]
        ground = Color.parse("#ffffff" if not self.theme.dark else "#000000").rgb
        ink = Color.parse("#000000" if not self.theme.dark else "#ffffff").rgb
        return TerminalTheme(ground, ink, rgb, rgb)


def _dark(name: str, **changes: str) -> Theme:
    colours = {
        "primary": "#5b8def", "secondary": "#7aa2c8", "accent": "#ffb454", "background": "#101418", "surface": "#161b21",
        "panel": "#1d242c", "success": "#6cc070", "warning": "#e0b050", "error": "#e06c6c",
    }  # fmt: skip
    return Theme(name=name, dark=True, variables=_quiet("#3a4652", "#101418"), **{**colours, **changes})  # type: ignore[arg-type]


def _quiet(bar: str, track: str) -> dict[str, str]:
    """Scrollbars that say where one is and do not ask to be looked at."""
    behind = {f"scrollbar-background{state}": track for state in ("", "-hover", "-active")}
    return {"scrollbar": bar, "scrollbar-hover": bar, "scrollbar-corner-color": track, **behind}


_LIGHT = Theme(
    name="marketwatch-light", dark=False, primary="#2f5fb3", secondary="#49688a", accent="#a85f00", background="#fbfaf7",
    surface="#f3f1ec", panel="#e7e4dc", success="#2f7d3a", warning="#8a6100", error="#a83232",
    variables=_quiet("#c9c4b8", "#fbfaf7"),
)  # fmt: skip
_CONTRAST = replace(_dark(
    "marketwatch-contrast", primary="#7db4ff", secondary="#a0d0ff", accent="#ffd75f", foreground="#ffffff", background="#000000",
    surface="#000000", panel="#262626", success="#5fff87", warning="#ffd75f", error="#ff8787",
), variables=_quiet("#9a9a9a", "#000000"))  # fmt: skip
# Blue and orange are told apart with any kind of colour vision; so are these and the yellow (Okabe and Ito).
_SAFE = _dark(
    "marketwatch-colourblind", primary="#56b4e9", accent="#f0e442", success="#56b4e9", warning="#f0e442", error="#e69f00"
)
_TERMINAL = replace(BUILTIN_THEMES["ansi-dark"], name=TERMINAL, accent="ansi_magenta")

LOOKS: Mapping[str, Look] = {
    look.theme.name: look
    for look in (
        Look("dark", _dark(DEFAULT), "#6cc070", "#e06c6c", "#e0b050", 4.5),
        Look("light", _LIGHT, "#2f7d3a", "#a83232", "#8a6100", 4.5),
        Look("high contrast", _CONTRAST, "#5fff87", "#ff8787", "#ffd75f", 7),
        Look("colour-blind safe", _SAFE, "#56b4e9", "#e69f00", "#f0e442", 4.5),
        Look("the terminal's own 16 colours", _TERMINAL, _SIXTEEN[2], _SIXTEEN[1], _SIXTEEN[3], 0),
    )
}


class Legible(ANSIToTruecolor):
    """Gives names of colours those of a look, and moves the colour of a text away from its background until it can be read.

    In one pass: every line that is painted goes through it.
    """

    def __init__(self, ansi: TerminalTheme, contrast: float) -> None:
        super().__init__(ansi)
        self._contrast = contrast
        self._shown = lru_cache(4096)(self._shade)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        ground, shown, named = background.rich_color, self._shown, self.truecolor_style
        return [
            Segment(text, None if style is None else named(style, ground) if text.isspace() else shown(style, ground))
            for text, style, _ in segments
        ]

    def _shade(self, style: Style, ground: RichColor) -> Style:
        return legible(self.truecolor_style(style, ground), ground, self._contrast)


def legible(style: Style, ground: RichColor, contrast: float) -> Style:
    """The style with its text's colour lightened or darkened as far as needed."""
    if style.color is None or style.color.triplet is None:
        return style
    behind = style.bgcolor if style.bgcolor is not None and style.bgcolor.triplet is not None else ground
    if behind.triplet is None:
        return style
    text, back = Color.from_rich_color(style.color), Color.from_rich_color(behind)
    end = max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda one: ratio(one, back))
    for step in range(11):
        shade = text.blend(end, step / 10)
        if ratio(shade, back) >= contrast:
            return style if step == 0 else style + Style.from_color(shade.rich_color)
    return style + Style.from_color(end.rich_color)


def ratio(one: Color, other: Color) -> float:
    """Contrast of two colours as WCAG counts it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


class Sixteen(LineFilter):
    """Turns colours of 24 bits into the nearest hue of the terminal's own; backgrounds into its own background."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        return [Segment(text, sixteen(style) if style is not None else style) for text, style, _ in segments]


_HUES = ((15, "red"), (75, "yellow"), (165, "green"), (205, "cyan"), (265, "blue"), (330, "magenta"), (361, "red"))
"""Where each ends in degrees. Not the bright names: those are pale on a light terminal."""


@lru_cache(4096)
def sixteen(style: Style) -> Style:
    """The style in names of colours: a hue, or the default where there is hardly one."""
    text = _named(style.color) if style.color is not None else None
    behind = RichColor.default() if style.bgcolor is not None and style.bgcolor.triplet is not None else None
    return style + Style.from_color(text, behind) if text or behind else style


def _named(colour: RichColor) -> RichColor:
    if colour.triplet is None:
        return colour
    hue, saturation, _ = Color.from_rich_color(colour).hsv
    if saturation < 0.25:
        return RichColor.default()
    return RichColor.parse(next(name for end, name in _HUES if hue * 360 < end))


def chosen(wanted: str, *, colours: str | None, no_color: bool) -> str:
    """The theme for what was asked: a terminal of 16 colours, or one that wants none, gets no other than its own.

    `colours` is Rich's name of the terminal's colour system.
    """
    few = colours is None or colours == ColorSystem.STANDARD.name.lower()
    return TERMINAL if no_color or few else wanted
