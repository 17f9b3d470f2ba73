"""Settings and feeds as feeds.toml has them: edited here, checked while typing, written into the file with all its comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, cast

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.suggester import Suggester, SuggestFromList
from textual.widgets import Input, Static

from marketwatch.config import Config
from marketwatch.config_file import load_config, settings_mistake
from marketwatch.errors import ConfigError
from marketwatch.feed_list import edit_config, editable_of, with_enabled, with_full_text
from marketwatch.settings_edit import Value, with_settings
from tui import messages
from tui.render import plain
from tui.widgets.feed_switches import FeedSwitches
from tui.widgets.key_line import KeyLine


class Field(NamedTuple):
    """A line of the form."""

    key: str
    label: str
    hint: str


FIELDS = (
    Field("interval", "poll every", "30m, 6h, 1d: a feed's own interval goes before it"),
    Field("concurrency", "at once", "feeds polled at the same time, 1 to 64"),
    Field("timezone", "time zone", '"local" or a name such as Europe/Paris'),
    Field("theme", "theme", "Tab completes"),
    Field("min_confidence", "hide below", "0 to 1: moves less sure than this are hidden"),
    Field("lanes", "first lanes", "vendors, apart by spaces; the others follow"),
)


class SettingsScreen(Screen[None]):
    """ctrl+s writes, Esc leaves."""

    CSS = """
    SettingsScreen #settings-head { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    SettingsScreen #settings-form { height: auto; }
    SettingsScreen .row { height: auto; padding: 0 1; }
    SettingsScreen .label { width: 13; color: $text-muted; }
    SettingsScreen Input { width: 26; height: 1; border: none; padding: 0 1; background: $surface; }
    SettingsScreen Input:focus { background: $surface-lighten-1; text-style: underline; }
    SettingsScreen .hint { width: 1fr; height: auto; padding-left: 1; color: $text-muted; }
    SettingsScreen .wrong { color: $text-error; text-style: bold; }
    SettingsScreen #feeds-title { height: 1; margin-top: 1; padding: 0 1; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True, id="settings.save"),
        Binding("escape", "leave", "Back", id="settings.leave"),
    ]

    def __init__(self, config: Config, themes: Sequence[str]) -> None:
        super().__init__()
        self._config = config
        self._themes = themes
        self._shown = texts_of(config)
        self._warned = False

    def compose(self) -> ComposeResult:
        yield Static(f"Settings · {plain(str(self._config.path))}", id="settings-head", markup=False)
        with Vertical(id="settings-form"):
            for field in FIELDS:
                with Horizontal(classes="row"):
                    yield Static(field.label, classes="label", markup=False)
                    # Textual's suggester knows how to complete from a list.
                    yield Input(self._shown[field.key], id=f"set-{field.key}", select_on_focus=False, compact=True,
                                suggester=self._suggester(field.key))  # fmt: skip
                    yield Static(field.hint, id=f"hint-{field.key}", classes="hint", markup=False)
        yield Static("Feeds · space turns one on or off, F reads the whole page of its articles", id="feeds-title", markup=False)
        yield FeedSwitches(self._config.feeds, id="switches")
        yield KeyLine()

    def _suggester(self, key: str) -> Suggester | None:
        return SuggestFromList(self._themes) if key == "theme" else None

    # --- checking ------------------------------------------------------------------------------------------------------------
    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._warned = False  # what is typed after the warning is worth another
        key = str(event.input.id).removeprefix("set-")
        mistake = self._mistake(key, event.value)
        hint = self.query_one(f"#hint-{key}", Static)
        hint.set_class(mistake is not None, "wrong")
        hint.update(Text(f"✗ {mistake}" if mistake else next(f.hint for f in FIELDS if f.key == key)))

    def _mistake(self, key: str, text: str) -> str | None:
        if key == "theme" and text not in self._themes:
            return "no such theme; Tab completes"
        return settings_mistake({key: value_of(key, text)}, self._config.vendors)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def _texts(self) -> dict[str, str]:
        return {field.key: self.query_one(f"#set-{field.key}", Input).value.strip() for field in FIELDS}

    @property
    def _changed(self) -> bool:
        return self._texts() != self._shown or self.query_one(FeedSwitches).changed

    # --- leaving -------------------------------------------------------------------------------------------------------------
    def action_leave(self) -> None:
        if self._changed and not self._warned:
            self._warned = True
            self.notify("not saved: ctrl+s saves, Esc again leaves it", severity="warning", markup=False)
        else:
            self.dismiss(None)

    def action_save(self) -> None:
        texts = self._texts()
        wrong = next((key for key, text in texts.items() if self._mistake(key, text)), None)
        if wrong is not None:
            self.query_one(f"#set-{wrong}", Input).focus()
        elif self._changed:
            changes = {key: value_of(key, text) for key, text in texts.items() if text != self._shown[key]}
            self._write(changes, self.query_one(FeedSwitches))
        else:
            self.dismiss(None)

    @work(thread=True, group="settings", exit_on_error=False)
    def _write(self, changes: dict[str, Value], switches: FeedSwitches) -> None:
        def edited(text: str) -> str:
            text = with_settings(text, changes)
            for value, slugs in ((True, switches.turned(on=True)), (False, switches.turned(on=False))):
                text = with_enabled(text, slugs, enabled=value)
            for value, slugs in ((True, switches.full(on=True)), (False, switches.full(on=False))):
                text = with_full_text(text, slugs, full_text=value)
            return text

        try:
            source, target = editable_of(self._config)
            edit_config(source, target, edited)
            message: Message = messages.ConfigRead(load_config(target))
        except ConfigError as error:
            message = messages.ConfigBroken(str(error))
        self.post_message(message)

    @on(messages.ConfigRead)
    def _written(self) -> None:
        self.dismiss(None)  # the message goes on to the application, which takes the file over

    @on(messages.ConfigBroken)
    def _not_written(self, event: messages.ConfigBroken) -> None:
        event.stop()
        self.notify(plain(event.reason), title="not saved", severity="error", markup=False)


def texts_of(config: Config) -> dict[str, str]:
    """What the fields show of a configuration."""
    settings = config.settings
    return {
        "interval": duration_text(settings.interval_s),
        "concurrency": str(settings.concurrency),
        "timezone": settings.timezone,
        "theme": settings.theme,
        "min_confidence": f"{settings.min_confidence:g}",
        "lanes": " ".join(settings.lanes),
    }


def value_of(key: str, text: str) -> Value:
    """What a field's text is in the file; what is no number stays text, and is then refused as such."""
    text = text.strip()
    if key == "lanes":
        return text.replace(",", " ").split()
    for kind in {"concurrency": (int,), "min_confidence": (int, float)}.get(key, ()):
        try:
            return cast("Value", kind(text))
        except ValueError:
            continue
    return text


def duration_text(seconds: int) -> str:
    """`30m`, `6h`: as the file writes it."""
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
