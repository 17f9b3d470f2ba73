"""The chain from a row of a list to the poll that brought its article."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from marketwatch.cli import main
from marketwatch.domain import FigureRole, PollOutcome, PollResult, TraceStep
from marketwatch.drafts import text_hash
from marketwatch.why import chain_lines, read_chain
from store import Store, open_store

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip

Capture = pytest.CaptureFixture[str]
TEXT = "Xiaomi opens stores."


@pytest.fixture
def polled(store: Store) -> Store:
    poll = PollOutcome("feed", "https://example.org/rss", PollResult.POLLED, NOW, status=200)
    store.save([analysed("a", TEXT)], outcome=poll)
    store.save([analysed("b", TEXT, outlet="Second")])
    return store


def test_the_chain_goes_from_the_move_to_the_poll(polled: Store) -> None:
    chain = read_chain(polled, "move", 1, trace=lambda origin: ("rules-9", [TraceStep("own_stores.open", "kept", 7, 19)]))
    assert chain is not None
    text = "\n".join(chain_lines(chain))
    for part in (
        "move      xiaomi channel expand: physical stores",
        "2 shifts in 2 articles",
        "rule own_stores.open, confidence 0.90, by rules-test",
        "traced with rules-9, which is another",
        "[7:19] own_stores.open: kept “opens stores”",
        f"[0:20] “{TEXT}”",
        f"sha256 {text_hash(TEXT)}",
        "Second (en)",
        "https://example.org/a",
        "feed      feed: https://example.org/rss",
        "HTTP 200, 1 new, 0 updated",
    ):
        assert part in text
    assert "does not stand" not in text


def test_a_shift_of_a_former_version_still_has_its_chain(tmp_path: Path) -> None:
    clock = [NOW]
    with open_store(tmp_path / "b.sqlite3", now=lambda: clock[0]) as store:
        store.save([analysed("a", TEXT)])
        clock[0] = NOW + timedelta(days=1)
        store.save([analysed("a", "Xiaomi is quiet.", shift("Xiaomi is quiet.", object="quiet"))])
        chain = read_chain(store, "shift", 1)
        assert chain is not None
        (link,) = chain.links
        assert (link.origin.text.version, link.origin.until, link.origin.extractor) == (1, clock[0], "rules-test")
        assert link.origin.text.text == TEXT
        assert "replaced 2026-11-25" in "\n".join(chain_lines(chain))


def test_every_id_that_json_prints_is_taken(polled: Store, capsys: Capture) -> None:
    made = analysed("c", TEXT)
    goals = tuple(replace(figure, role=FigureRole.TARGET) for figure in made.extraction.figures)
    polled.replace_extraction(1, replace(made.extraction, figures=goals))

    def asked(*command: str) -> object:
        assert main(["--db", str(polled.path), *command, "--format", "json"]) == 0
        return json.loads(capsys.readouterr().out)

    ids = {"shifts": "", "moves": "move:", "articles": "article:", "ledger": ""}
    for command, prefix in ids.items():
        rows = asked(command)
        assert isinstance(rows, list)
        assert rows
        answer = asked("why", f"{prefix}{rows[0]['id']}", "--no-trace")
        assert isinstance(answer, dict)
        assert answer["links"][0]["article"]["url"].startswith("https://example.org/")
        assert all(e["stands"] for link in answer["links"] for e in link["evidence"])


@pytest.mark.parametrize(("asked", "says"), [("x1", "is no id"), ("99", "no shift 99"), ("figure:99", "no figure 99")])
def test_a_wrong_id_is_one_clear_line(polled: Store, capsys: Capture, asked: str, says: str) -> None:
    assert main(["--db", str(polled.path), "why", asked]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_an_id_of_something_else_says_so(polled: Store, capsys: Capture) -> None:
    polled.save([analysed("c", "Quiet.", shift("Quiet."), shift("Quiet.", object="other"))])
    assert main(["--db", str(polled.path), "why", "article:4"]) == 2
    assert "there is shift:4" in capsys.readouterr().err
