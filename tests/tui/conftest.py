"""What all tests of the screens have: toasts that stay until they have been read."""

from __future__ import annotations

import pytest

from tui.app import MarketwatchApp


@pytest.fixture(autouse=True)
def _lasting_toasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MarketwatchApp, "NOTIFICATION_TIMEOUT", 1000.0)
