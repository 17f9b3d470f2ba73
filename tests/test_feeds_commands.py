"""`feeds add|remove|enable|disable|import|export` and `backfill` as processes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketwatch.commands.feeds_add import kind_words, language_of
from marketwatch.config_file import load_config, packaged_config, user_config
from marketwatch.domain import Entry
from marketwatch.opml import read_opml
from marketwatch.poll.parse import ParsedFeed

from servers import FeedServer, Reply, Seen, feed_server, rss  # isort: skip

ROOT = Path(__file__).parent.parent
FRENCH = "Xiaomi ouvre de nouvelles boutiques physiques à Paris, a annoncé la société dans un communiqué publié lundi matin."
CONFIG = """# mine
[vendors.xiaomi]
name = "Xiaomi"

[[feeds]]
slug = "known"
title = "Known"
url = "https://known.example/feed"  # the first

# --- more ---
"""


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        running.routes["/feed"] = Reply(
            rss(
                ("1", "Boutiques [/]", FRENCH),
                ("2", "Deux", FRENCH),
                ("3", "Trois", FRENCH),
                ("4", "Quatre", FRENCH),
                language="en-US",
            )
        )
        running.routes["/page"] = Reply(
            b"<html><head><link rel=alternate type='application/rss+xml' title='Broken' href='/broken'>"
            b"<link rel=alternate type='application/rss+xml' href='/feed'></head></html>"
        )
        running.routes["/plain"] = Reply(b"<html><body>nothing here</body></html>")
        yield running


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(CONFIG)
    return path


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "MARKETWATCH_DB": str(Path(os.environ["HOME"]) / "c.sqlite3")}


def run(*args: str, config: Path | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "marketwatch", *args, *(["--config", str(config)] if config else [])]
    done = subprocess.run(command, input=stdin, capture_output=True, env=environment(), cwd=os.environ["HOME"], check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_feed_is_shown_and_with_yes_added(server: FeedServer, config: Path) -> None:
    url = server.url("/feed")
    looked = run("feeds", "add", url, config=config)
    assert (looked.returncode, looked.stdout) == (2, "")
    assert "--yes" in looked.stderr
    assert config.read_text() == CONFIG
    args = ["--yes", "--format", "json", "--vendors", "xiaomi", "--tags", "a,b", "--outlet", "Le Vif", "--title", "Été"]
    added = run("feeds", "add", url, *args, config=config)
    assert added.returncode == 0, added.stderr
    shape = json.loads(added.stdout)
    assert (shape["feed"], shape["kind"], shape["entries"], shape["newest"]) == ("ete", "RSS 2.0", 4, "2017-01-12T08:00Z")
    assert (shape["lang"], shape["titles"]) == ("fr", ["Boutiques [/]", "Deux", "Trois"])
    assert (shape["config"], shape["copied_from"]) == (str(config), None)
    assert "it says en-US" in added.stderr
    feed = load_config(config).feeds[-1]
    assert (feed.slug, feed.title, feed.url, feed.lang, feed.vendors, feed.tags) == (
        "ete",
        "Été",
        url,
        "fr",
        ("xiaomi",),
        ("a", "b"),
    )
    assert config.read_text().startswith(CONFIG.split("\n# --- more")[0])
    assert config.read_text().endswith("# --- more ---\n")
    again = run("feeds", "add", url.replace("/feed", "/feed/"), "--yes", config=config)
    assert (again.returncode, "is already the feed 'ete'" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("rss20", "RSS 2.0"),
        ("rss091n", "RSS 0.91"),
        ("atom10", "Atom 1.0"),
        ("json1.1", "JSON Feed 1.1"),
        ("rss", "RSS"),
        ("", "unknown"),
    ],
)
def test_formats_in_words(kind: str, words: str) -> None:
    assert kind_words(kind) == words


@pytest.mark.parametrize(
    ("said", "text", "lang"),
    [
        ("en-US", FRENCH, "fr"),
        (None, "小米开设线下门店。" * 5, "zh"),
        ("ja", "シャオミが店舗を開く", "ja"),
        ("pt-BR", "", "pt"),
        (None, "", None),
    ],
)
def test_the_language_is_told_from_the_entries(said: str | None, text: str, lang: str | None) -> None:
    entries = (Entry("1", None, text[:20], text),) if text else ()
    assert language_of(ParsedFeed("T", said, entries)) == lang


def test_a_page_leads_to_the_first_of_its_feeds_that_can_be_read(server: FeedServer, config: Path) -> None:
    done = run("feeds", "add", server.url("/page"), "--yes", "--disabled", config=config)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"added test: {server.url('/feed')} (disabled)\n"
    assert "it names 2 feeds" in done.stderr
    assert "not taken" in done.stderr
    assert not load_config(config).feeds[-1].enabled
    again = run("feeds", "add", server.url("/page"), "--yes", config=config)
    assert "marketwatch feeds enable test" in again.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["/plain"], 1, "is a web page, not a feed"),
        (["/missing"], 1, "404"),
        (["/feed", "--slug", "known"], 2, "there is a feed of this name"),
        (["/feed", "--slug", "demo"], 2, "and not added or demo"),
        (["/feed", "--vendors", "xiaomy"], 2, "--vendors xiaomy"),
        (["ftp://example.org/"], 2, "no http or https"),
        (["http://www.known.example/feed/"], 2, "already the feed 'known'"),
    ],
)
def test_what_cannot_be_added_is_one_line(server: FeedServer, config: Path, args: list[str], code: int, words: str) -> None:
    address = server.url(args[0]) if args[0].startswith("/") else args[0]
    done = run("feeds", "add", address, "--yes", *args[1:], config=config)
    assert (done.returncode, done.stdout, len(done.stderr.strip().splitlines())) == (code, "", 1), done.stderr
    assert words in done.stderr
    assert config.read_text() == CONFIG


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"\n", 1), (b"no\n", 1)])
def test_a_terminal_is_asked(server: FeedServer, config: Path, answer: bytes, code: int) -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "marketwatch", "feeds", "add", server.url("/feed"), "--config", str(config)]
    with subprocess.Popen(command, stdin=slave, stdout=subprocess.PIPE, stderr=slave, env=environment()) as process:
        os.close(slave)
        shown = b""
        while b"[y/N]" not in shown:
            shown += os.read(master, 4096)
        assert load_config(config).feeds[-1].slug == "known"
        os.write(master, answer)
        assert process.wait(30) == code
    os.close(master)
    assert b"Boutiques [/]" in shown
    assert (load_config(config).feeds[-1].slug == "test") is (code == 0)


def test_the_packaged_list_is_copied_first(server: FeedServer) -> None:
    before = packaged_config().read_bytes()
    done = run("feeds", "add", server.url("/feed"), "--yes")
    assert done.returncode == 0, done.stderr
    assert f"your own list is now {user_config()}" in done.stderr
    assert packaged_config().read_bytes() == before
    mine = load_config(user_config())
    assert len(mine.feeds) == len(load_config(packaged_config()).feeds) + 1
    assert user_config().read_text().startswith("# marketwatch: what is watched")
    off = run("feeds", "disable", "apple", "test")
    assert (off.returncode, off.stdout) == (0, "apple: disabled\ntest: disabled\n")
    assert "your own list is now" not in off.stderr


def test_feeds_are_switched_and_removed_and_their_articles_stay(server: FeedServer, config: Path) -> None:
    assert run("feeds", "add", server.url("/feed"), "--slug", "mine", "--yes", config=config).returncode == 0
    polled = run("poll", "--feed", "mine", "--format", "json", config=config)
    assert json.loads(polled.stdout)[0]["new"] == 4
    off = run("feeds", "disable", "mine", "known", config=config)
    assert off.stdout == "mine: disabled\nknown: disabled\n"
    assert not any(feed.enabled for feed in load_config(config).feeds)
    on = run("feeds", "enable", "known", config=config)
    assert on.stdout == "known: enabled\n"
    assert run("feeds", "enable", "known", config=config).stdout == "known: was enabled already\n"
    gone = run("feeds", "remove", "mine", config=config)
    assert "its 4 articles stay" in gone.stdout
    assert [feed.slug for feed in load_config(config).feeds] == ["known"]
    assert len(json.loads(run("articles", "feed:mine", "--format", "json", config=config).stdout)) == 4
    unknown = run("feeds", "remove", "knwon", config=config)
    assert (unknown.returncode, "did you mean 'known'?" in unknown.stderr) == (2, True)


def test_lists_go_out_and_come_back(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.opml"
    file.write_bytes(
        b"<opml><body>\n<outline text='Tech & Co'>\n<outline text='B' xmlUrl='https://b.example/?a=1&b=2'/>\n"
        b"<outline text='K' xmlUrl='http://known.example/feed/'/>\n<outline text='Bad' xmlUrl='javascript:x'/>\n</outline>"
    )
    looked = run("feeds", "import", str(file), config=config)
    assert (looked.returncode, config.read_text()) == (2, CONFIG)
    done = run("feeds", "import", str(file), "--yes", "--format", "json", config=config)
    assert done.returncode == 0, done.stderr
    shape = json.loads(done.stdout)
    assert [(row["feed"], row["url"], row["tags"]) for row in shape["added"]] == [
        ("b", "https://b.example/?a=1&b=2", ["tech-co"])
    ]
    assert (shape["duplicates"], [problem["line"] for problem in shape["problems"]]) == (1, [5])
    assert f"{file}:5: 'javascript:x' is no http or https address" in done.stderr
    out = tmp_path / "out.opml"
    assert run("feeds", "export", str(out), config=config).returncode == 0
    assert run("feeds", "export", "-", config=config).stdout.encode() == out.read_bytes()
    assert [one.feed for one in read_opml(out.read_bytes()).feeds] == list(load_config(config).feeds)
    refused = run("feeds", "export", str(out), config=config)
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert run("feeds", "export", str(out), "--yes", config=config).returncode == 0
    other = tmp_path / "other.toml"
    other.write_text("# empty\n")
    back = run("feeds", "import", "-", "--yes", config=other, stdin=out.read_bytes())
    assert back.returncode == 0, back.stderr
    assert load_config(other).feeds == load_config(config).feeds
    for content, words in ((b"junk", "is no OPML"), (b"<opml/>", "lists no feeds")):
        file.write_bytes(content)
        bad = run("feeds", "import", str(file), "--yes", config=config)
        assert (bad.returncode, words in bad.stderr, len(bad.stderr.splitlines())) == (2, True, 1)


def test_backfill_prints_a_page_a_line_and_ctrl_c_leaves_it_to_go_on(config: Path) -> None:
    asked, release = threading.Event(), threading.Event()

    def held(seen: Seen) -> Reply:
        asked.set()
        release.wait(30)
        return Reply(rss(("2", "Two", FRENCH), date="Thu, 12 Jan 2015 08:00:00 GMT"))

    with feed_server() as server:
        server.routes["/wp"] = Reply(rss(("1", "One", FRENCH)))
        server.routes["/wp?paged=2"] = held
        config.write_text(CONFIG + f'[[feeds]]\nslug = "wp"\nurl = "{server.url("/wp")}"\n')
        args = ["backfill", "wp", "--since", "2016-01", "--pause", "0"]
        command = [sys.executable, "-m", "marketwatch", *args, "--format", "jsonl", "--config", str(config)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()) as process:
            assert asked.wait(60)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        release.set()
        assert process.returncode == 130
        assert "goes on where this one was" in err
        (first,) = [json.loads(line) for line in out.splitlines()]
        assert (first["page"], first["outcome"], first["new"], first["stop"]) == (1, "polled", 1, None)
        done = run(*args, config=config)
        unknown = run("backfill", "wq", "--since", "2016", config=config)
        wrong = run("backfill", "--since", "soon", config=config)
    assert done.returncode == 0, done.stderr
    assert "wp: page 2: 1 new, 0 updated, back to 2015-01-12; stopped: too old" in done.stderr
    assert done.stdout.splitlines()[1].split()[:4] == ["wp", "1", "1", "0"]
    assert (unknown.returncode, "wq: no such feed" in unknown.stderr) == (2, True)
    assert (wrong.returncode, "--since: 'soon' is no date" in wrong.stderr) == (2, True)
