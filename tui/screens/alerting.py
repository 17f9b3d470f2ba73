"""What alerts tell on this screen, and `w`: an alert on the filter, written to feeds.toml."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from marketwatch.domain import Notice
from marketwatch.errors import MarketwatchError
from marketwatch.query import to_text
from tui import messages
from tui.render import plain
from tui.screens.prompt import PromptScreen
from tui.screens.tracing import TracingScreen

if TYPE_CHECKING:
    from tui.app import MarketwatchApp

_EACH = 3
"""Toasts of one alert that are shown one by one; more are summed up."""
_NOTIFY = ("toast", "desktop")
_BY_777 = ("rxvt", "foot", "ghostty")
"""Terminals that know OSC 777; the others that know any know OSC 9."""


class AlertingScreen(TracingScreen):
    """A screen on which alerts appear."""

    ALERTING: ClassVar[list[BindingType]] = [Binding("w", "alert", "Alert", show=False, id="alert.add")]

    @on(messages.AlertsRaised)
    def _alerts_raised(self, event: messages.AlertsRaised) -> None:
        for title, text, severe in toasts(event.notices):
            self.notify(text, title=title, severity="error" if severe else "information", markup=False)
        if any(notice.kind == "bell" for notice in event.notices):
            self.app.bell()
        for notice in [one for one in event.notices if one.kind == "desktop"][:_EACH]:
            if (driver := self.app._driver) is not None:
                driver.write(desktop_sequence(notice, os.environ.get("TERM", "")))

    def action_alert(self) -> None:
        """Ask for a name; Enter writes, Esc does not."""
        query, path = self.asked(), cast("MarketwatchApp", self.app).config.path
        text = to_text(query)
        if path is None or not text or query.as_of:
            self.notify("an alert needs a filter that new moves can match: / edits it", markup=False)
            return
        # Imported here: a dashboard that adds no alert starts without it.
        from marketwatch.feed_list import own_copy

        hint = f"adds to {plain(str(own_copy(path)))}: [[alerts]] on {plain(text)}, notify {', '.join(_NOTIFY)}; Enter writes"
        prompt = PromptScreen("Alert on this filter", hint, name_of(text))
        self.app.push_screen(prompt, lambda name: self._named(path, name, text))

    def _named(self, path: Path, name: str | None, query: str) -> None:
        if name and name.strip():
            self._add(path, name.strip(), query)

    @work(thread=True, group="alerts", exit_on_error=False)
    def _add(self, path: Path, name: str, query: str) -> None:
        from marketwatch.config_file import load_config
        from marketwatch.feed_list import edit_config, own_copy, with_alert

        try:
            target = own_copy(path)
            source = target if target.is_file() else path
            edit_config(source, target, lambda text: with_alert(text, name, query, _NOTIFY))
            message = messages.AlertAdded(f"{name}: {query}", load_config(target))
        except MarketwatchError as error:
            message = messages.AlertAdded(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(messages.AlertAdded)
    def _alert_added(self, event: messages.AlertAdded) -> None:
        if event.config is None:
            self.notify(plain(event.text), title="no alert was added", severity="error", markup=False)
            return
        cast("MarketwatchApp", self.app).use_config(event.config)
        self.notify(plain(event.text), title="alert added", markup=False)


def toasts(notices: Sequence[Notice]) -> list[tuple[str, str, bool]]:
    """(title, text, whether it is a failure) of each toast: an alert with many moves gets one."""
    failed = [(f"alert {plain(n.alert)} was not told", plain(n.text), True) for n in notices if n.kind == "failed"]
    shown = [notice for notice in notices if notice.kind == "toast"]
    counts = Counter(notice.alert for notice in shown)
    each = [(plain(n.alert), plain(n.text), False) for n in shown if counts[n.alert] <= _EACH]
    many = [(plain(name), f"{count} new moves", False) for name, count in sorted(counts.items()) if count > _EACH]
    return failed[:_EACH] + each + many


def desktop_sequence(notice: Notice, term: str) -> str:
    """The escape sequence that asks a terminal for a desktop notification; the text cannot end it or begin another."""
    title, text = (re.sub(r"[;\x00-\x1f\x7f-\x9f]", " ", plain(part))[:200] for part in (notice.alert, notice.text))
    if term.startswith(_BY_777):
        return f"\x1b]777;notify;marketwatch {title};{text}\x1b\\"
    return f"\x1b]9;marketwatch {title}: {text}\x07"


def name_of(query: str) -> str:
    """A name for an alert on a query: `vendor-xiaomi-kind-channel`."""
    return re.sub(r"[^\w]+", "-", query).strip("-")[:40] or "alert"
