"""`poll` and `feeds health|coverage` as a user calls them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from marketwatch.cli import main
from marketwatch.commands import poll
from marketwatch.turns import LEASE
from store import open_store

from builders import analysed  # isort: skip
from servers import FeedServer, Reply, rss  # isort: skip

ROOT = Path(__file__).parent.parent


@pytest.fixture
def options(tmp_path: Path, server: FeedServer) -> list[str]:
    server.seen.clear()
    server.routes.clear()
    server.routes |= {"/a": Reply(rss()), "/b": Reply(status=500)}
    feeds = "".join(
        f'[[feeds]]\nslug = "{name}"\ntitle = "{name}"\nurl = "{server.url("/" + name)}"\nlang = "{lang}"\n'
        for name, lang in (("a", "en"), ("b", "fr"))
    )
    config = tmp_path / "feeds.toml"
    config.write_text(f'[vendors.xiaomi]\nname = "Xiaomi"\n{feeds}')
    return ["--config", str(config), "--db", str(tmp_path / "p.sqlite3")]


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_round_gives_outcomes_events_and_numbers_and_due_leaves_the_rest_alone(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], server: FeedServer
) -> None:
    log, numbers = tmp_path / "log.jsonl", tmp_path / "m.prom"
    poll = ["poll", *options, "--log", str(log), "--metrics", str(numbers), "--format", "json"]
    assert main(poll) == 0
    rows = json.loads(capsys.readouterr().out)
    assert list(rows[0]) == ["feed", "url", "outcome", "status", "new", "updated", "reason", "seconds"]
    assert [(row["feed"], row["outcome"]) for row in rows] == [("a", "polled"), ("b", "failed")]
    assert sorted(event["event"] for event in events(log)) == ["poll", "poll", "round"]
    assert 'marketwatch_feed_failures{feed="b"} 1\n' in numbers.read_text()
    assert main([*poll, "--due", "--verbose"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert len(server.seen) == 2


def test_health_and_coverage_tell_no_news_from_no_feeds(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(options[3]) as store:
        store.save([analysed(str(n), source="a", published=None) for n in range(16)])
    assert main(["poll", *options, "--log", "none"]) == 0
    capsys.readouterr()
    assert main(["feeds", "health", *options, "--format", "json"]) == 0
    one, two = json.loads(capsys.readouterr().out)
    assert (one["state"], one["per_week"], one["full_text"], one["error"]) == ("well", 2.0, 1.0, None)
    assert (two["state"], two["error"], two["errors"]) == ("failing", "http 5xx", {"http 5xx": 1})
    assert main(["feeds", "coverage", *options, "--format", "json"]) == 0
    states = {row["lang"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert (states["en"], states["fr"], states["de"]) == ("heard", "deaf", "blind")
    assert main(["feeds", "coverage", *options]) == 0
    assert "xiaomi  16  deaf  -" in capsys.readouterr().out


def test_a_watch_ends_cleanly_on_sigterm_and_holds_no_feed(options: list[str], tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    command = [sys.executable, "-m", "marketwatch", "poll", *options, "--watch", "--log", str(log), "--format", "jsonl"]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        rows = [json.loads(watch.stdout.readline()) for _ in range(2)]
        watch.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert watch.wait(30) == 0
        assert time.monotonic() - began < 10
    assert {row["feed"] for row in rows} == {"a", "b"}
    assert events(log)[-1]["event"] == "stop"
    with open_store(options[3]) as store:
        claims = store.polls.claim(["a", "b"], "another", now=store._now(), lease=LEASE)
        assert {claim.holder for claim in claims.values()} == {None}


@pytest.mark.parametrize(("style", "headings"), [("csv", ["feed,outcome,status"]), ("md", ["| feed | outcome", "| --- |"])])
def test_a_watch_writes_its_rows_under_one_heading(
    style: str, headings: list[str], options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop_soon(runner: poll._Runner, one_round: Any, stop: asyncio.Event) -> None:
        await one_round(stop)
        stop.set()

    monkeypatch.setattr(poll._Runner, "_repeat", stop_soon)
    assert main(["poll", *options, "--watch", "--no-pages", "--log", "none", "--format", style]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.startswith(heading) for line, heading in zip(lines, headings, strict=False)] == [True] * len(headings)
    rows = sorted(line.strip("| ").replace(" | ", ",").partition(",")[0] for line in lines[len(headings) :])
    assert rows == ["a", "b"]


def test_a_log_that_cannot_be_written_is_wrong_use(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["poll", *options, "--log", str(tmp_path / "file" / "x")]) == 2
    assert "--log FILE" in capsys.readouterr().err


def test_verbose_tells_events_and_how_much_was_read(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["poll", *options, "--log", "none", "--verbose", "--format", "json", "--feed", "a"]) == 0
    told = capsys.readouterr()
    (row,) = json.loads(told.out)
    assert (row["entries"], row["bytes"]) == (0, len(rss()))
    assert "poll: feed=a" in told.err
