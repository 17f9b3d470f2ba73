from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from marketwatch.domain import FeedHealth, FeedState, PageOutcome, PageResult, PollOutcome, PollResult
from marketwatch.errors import UsageError
from marketwatch.event_log import JsonLines, logged
from marketwatch.events import tell
from marketwatch.metrics import Metrics, prometheus

from conftest import NOW  # isort: skip


def events(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_event_is_a_line_of_json_and_what_is_hostile_is_cleaned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new" / "poll.jsonl"
    with logged(path, verbose=True):
        tell("poll", {"feed": "a", "reason": "\x1b[31mred\nline", "status": 500}, level=logging.WARNING)
        try:
            raise KeyError("bug")
        except KeyError:
            logging.getLogger("marketwatch.pipeline").error("poll of %s broke", "a", exc_info=True)
    tell("after", {})
    first, second = events(path)
    assert (first["event"], first["level"], first["reason"], first["status"]) == ("poll", "warning", "[31mred line", 500)
    assert "KeyError" in str(second["traceback"])
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert "poll: feed=a reason=[31mred line status=500" in shown
    assert path.stat().st_mode & 0o077 == 0


def test_a_log_that_has_grown_is_turned_and_the_newest_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "poll.jsonl"
    handler = JsonLines(path, max_bytes=2000)
    for n in range(200):
        record = logging.LogRecord("marketwatch", logging.INFO, "", 0, "event %s", (n,), None)
        handler.emit(record)
    kept = sorted(tmp_path.iterdir())
    assert len(kept) in (5, 6)
    assert all(file.stat().st_size < 2300 for file in kept)
    last = [event["event"] for file in kept for event in events(file)]
    assert "event 199" in last
    assert "event 0" not in last


def test_a_log_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="--log FILE"), logged(tmp_path / "file" / "poll.jsonl"):
        pass
    with logged(tmp_path / "file" / "poll.jsonl", needed=False):
        tell("nowhere", {})


def test_numbers_for_prometheus_are_well_formed_whatever_a_feed_is_called() -> None:
    metrics = Metrics()
    metrics.add(PollOutcome("a", "u", PollResult.POLLED, NOW, 0.5, 200, new=3, size=100))
    metrics.add(PageOutcome(1, "a", "u", PageResult.PAYWALL, NOW))
    health = [
        FeedHealth('od"d\\', FeedState('od"d\\', "u", failures=2, last_success_at=NOW - timedelta(hours=1)), 3, NOW, 1.5),
        FeedHealth("new", None),
    ]
    text = prometheus(metrics, health, NOW)
    assert 'marketwatch_polls_total{outcome="polled"} 1\n' in text
    assert 'marketwatch_pages_total{result="paywall"} 1\n' in text
    assert 'marketwatch_feed_failures{feed="od\\"d\\\\"} 2\n' in text
    assert f"marketwatch_written_timestamp_seconds {NOW.timestamp():.15g}\n" in text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(len(line.rpartition(" ")[0]) > 0 and float(line.rpartition(" ")[2]) >= 0 for line in lines)
