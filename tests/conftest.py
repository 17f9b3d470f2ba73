"""What every test has: a home of its own, one time zone, no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from marketwatch.config import Config
from marketwatch.config_file import load_config, packaged_config
from marketwatch.extract import Extractor
from store import Store, open_store

from servers import FeedServer, feed_server  # isort: skip

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program has it; nothing has loaded numpy yet


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    for name in ("MARKETWATCH_CONFIG", "MARKETWATCH_DB", "NO_COLOR", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test went to the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "test.sqlite3", now=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    """One for a module; its tests clear what they set."""
    with feed_server() as running:
        yield running


@pytest.fixture(scope="session")
def config() -> Config:
    return load_config(packaged_config())


@pytest.fixture(scope="session")
def extractor(config: Config) -> Extractor:
    return Extractor(tuple(config.vendors.values()))
