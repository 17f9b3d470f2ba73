"""Alerts: each move is told once, by a real command and a real receiver, held back in quiet hours, by one process of two."""

from __future__ import annotations

import json
import sys
import threading
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from marketwatch.alerts.decide import due_at
from marketwatch.alerts.send import DeliveryError, send
from marketwatch.alerts.watcher import Watcher
from marketwatch.cli import main
from marketwatch.config import Config
from marketwatch.config_file import load_config
from marketwatch.domain import Alert, Channel, Notice
from marketwatch.errors import ConfigError
from marketwatch.feed_list import with_alert
from store import Store, open_store

from builders import analysed, shift  # isort: skip
from servers import Reply, feed_server, rss  # isort: skip

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOAST = Channel("toast")
OPEN = "Xiaomi opens stores."


@dataclass
class World:
    """A store and a clock, and what was sent."""

    path: Path
    at: datetime = NOON
    sent: list[tuple[Channel, dict[str, Any]]] = field(default_factory=list)
    error: str | None = None

    def __post_init__(self) -> None:
        self.store = open_store(self.path, now=lambda: self.at)

    def send(self, channel: Channel, payload: str) -> None:
        if self.error:
            raise DeliveryError(self.error)
        self.sent.append((channel, json.loads(payload)))

    def watcher(self, *alerts: Alert, store: Store | None = None) -> Watcher:
        config = Config(alerts=alerts or (Alert("stores", "vendor:xiaomi", (TOAST,)),))
        return Watcher(config, store or self.store, now=lambda: self.at, zone=UTC, send=self.send, desktop=lambda: False)

    def pass_by(self, **span: int) -> None:
        self.at += timedelta(**span)

    def save(self, key: str, text: str = OPEN, **changes: Any) -> None:
        said = shift(text, **{"object": f"stores {key}"} | {k: changes.pop(k) for k in ("object", "confidence") if k in changes})
        self.store.save([analysed(key, text, said, **changes)])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "w.sqlite3")
    yield made
    made.store.close()


def texts(notices: Sequence[Notice]) -> list[str]:
    return [notice.text.partition(": ")[2].partition(" (")[0] for notice in notices]


def test_what_is_there_when_an_alert_begins_is_no_news_and_each_move_is_told_once(world: World) -> None:
    world.save("old")
    watcher = world.watcher()
    assert watcher.check({"toast"}) == []
    world.pass_by(minutes=5)
    world.save("new")
    assert texts(watcher.check({"toast"})) == ["stores new"]
    assert watcher.check({"toast"}) == []


def test_a_move_that_another_outlet_repeats_or_an_edit_restates_is_not_told_again(world: World) -> None:
    world.save("old", object="flagships")
    watcher = world.watcher()
    watcher.check()
    world.pass_by(days=1)
    world.save("second", object="flagships", outlet="Second")
    world.save("old", OPEN + " More.", object="flagships")
    assert watcher.check({"toast"}) == []
    world.save("new")
    assert texts(watcher.check({"toast"})) == ["stores new"]
    world.pass_by(minutes=1)
    world.save("again", object="stores new", outlet="Third")
    world.store.replace_extraction(1, analysed("old", OPEN, shift(OPEN, object="flagships", confidence=0.8)).extraction)
    assert watcher.check({"toast"}) == []


def test_outlets_count_so_that_the_second_one_makes_it_match(world: World) -> None:
    world.save("a", object="flagships")
    watcher = world.watcher(Alert("told-twice", "outlets:>=2", (TOAST,)))
    watcher.check()
    world.pass_by(days=1)
    world.save("b", object="flagships", outlet="Second")
    assert texts(watcher.check({"toast"})) == ["flagships"]
    world.pass_by(days=1)
    world.save("c", object="flagships", outlet="Third")
    assert watcher.check({"toast"}) == []


def test_unsure_moves_are_left_out_unless_the_query_says_how_sure(world: World) -> None:
    world.save("old")
    watcher = world.watcher(Alert("usual", "vendor:xiaomi", (TOAST,)), Alert("all", "conf:>=0.1", (TOAST,)))
    watcher.check()
    world.pass_by(minutes=5)
    world.save("new", confidence=0.3)
    assert [notice.alert for notice in watcher.check({"toast"})] == ["all"]


def test_another_query_begins_anew(world: World) -> None:
    world.save("old")
    world.watcher(Alert("a", "vendor:huawei", (TOAST,))).check()
    world.pass_by(minutes=5)
    world.save("new")
    watcher = world.watcher(Alert("a", "vendor:xiaomi", (TOAST,)))
    assert watcher.check({"toast"}) == []
    world.pass_by(minutes=5)
    world.save("newer")
    assert texts(watcher.check({"toast"})) == ["stores newer"]


def test_an_empty_base_is_filled_without_a_flood(world: World) -> None:
    watcher = world.watcher()
    watcher.check({"toast"})
    world.save("first poll")
    assert watcher.check({"toast"}) == []
    world.save("second poll")
    assert texts(watcher.check({"toast"})) == ["stores second poll"]


def test_two_processes_tell_it_once(world: World) -> None:
    world.save("old")
    both = [Channel("command", ("x",)), TOAST]
    alert = Alert("a", "vendor:xiaomi", tuple(both))
    with open_store(world.path, now=lambda: world.at) as second:
        watchers = [world.watcher(alert), world.watcher(alert, store=second)]
        for one in watchers:
            one.check()
        world.pass_by(minutes=5)
        world.save("new")
        notices: list[Notice] = []
        threads = [threading.Thread(target=lambda w=w: notices.extend(w.check({"toast"}))) for w in watchers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        notices += [notice for one in watchers for notice in one.check({"toast"})]
    assert texts(notices) == ["stores new"]
    assert [told["object"] for _, told in world.sent] == ["stores new"]


def test_quiet_hours_hold_back_and_tell_after(world: World) -> None:
    world.save("old")
    watcher = world.watcher(Alert("a", "vendor:xiaomi", (Channel("command", ("x",)), TOAST), (time(22), time(7))))
    watcher.check()
    world.at = NOON.replace(hour=23)
    world.save("new")
    assert watcher.check({"toast"}) == []
    world.pass_by(hours=7)
    assert watcher.check({"toast"}) == []
    world.pass_by(hours=1)
    assert texts(watcher.check({"toast"})) == ["stores new"]
    assert len(world.sent) == 1


@pytest.mark.parametrize(
    ("quiet", "hour", "until"),
    [((22, 7), 23, 31), ((22, 7), 3, 7), ((22, 7), 7, 7), ((22, 7), 12, 12), ((12, 14), 13, 14), ((12, 14), 14, 14)],
)
def test_hours_over_midnight_and_within_a_day(quiet: tuple[int, int], hour: int, until: int) -> None:
    alert = Alert("a", "", (TOAST,), (time(quiet[0]), time(quiet[1])))
    day = NOON.replace(hour=0)
    assert due_at(alert, day + timedelta(hours=hour), UTC) == day + timedelta(hours=until)


def test_what_fails_is_tried_again_and_says_why(world: World) -> None:
    world.save("old")
    watcher = world.watcher(Alert("a", "vendor:xiaomi", (Channel("webhook", url="https://example.org/"),)))
    watcher.check()
    world.pass_by(minutes=5)
    world.save("new")
    world.error = "HTTP 503"
    assert watcher.check() == [Notice("failed", "a", "HTTP 503")]
    world.error = None
    assert watcher.check() == []
    assert world.sent == []  # not at once
    world.pass_by(minutes=2)
    assert watcher.check() == []
    assert len(world.sent) == 1
    world.save("newer")
    world.error = "HTTP 503"
    tried = []
    for minutes in (0, 2, 6, 26, 126, 126, 126):
        world.pass_by(minutes=minutes)
        tried.append(len(watcher.check()))
    assert tried == [1, 1, 1, 1, 1, 0, 0]


def test_a_message_taken_by_a_process_that_died_is_told_later(world: World) -> None:
    world.save("old")
    watcher = world.watcher(Alert("a", "vendor:xiaomi", (Channel("command", ("x",)),)))
    watcher.check()
    world.pass_by(minutes=5)
    world.save("new")

    def killed(channel: Channel, payload: str) -> None:
        raise KeyboardInterrupt

    dying = Watcher(watcher._config, world.store, now=lambda: world.at, zone=UTC, send=killed, desktop=lambda: False)
    with pytest.raises(KeyboardInterrupt):
        dying.check()
    assert watcher.check() == []
    assert world.sent == []
    world.pass_by(minutes=11)
    watcher.check()
    assert len(world.sent) == 1


# --- real commands and receivers -----------------------------------------------------------------------------------------
PAYLOAD = json.dumps({"alert": "a", "text": "$(touch x); `x` 小米", "id": "a|1"}, ensure_ascii=False)


def test_a_command_gets_its_arguments_as_they_are_and_json_on_stdin(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = "import sys; open(sys.argv[1], 'w').write(sys.argv[2] + sys.stdin.buffer.read().decode())"
    send(Channel("command", (sys.executable, "-c", code, str(out), "$(touch x); *")), PAYLOAD)
    assert out.read_text() == "$(touch x); *" + PAYLOAD
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ((sys.executable, "-c", "import sys; sys.exit('no such room')"), "exit code 1: no such room"),
        (("/no/such/program",), "cannot be run"),
    ],
)
def test_a_command_that_fails_says_so(command: tuple[str, ...], says: str) -> None:
    with pytest.raises(DeliveryError, match=says):
        send(Channel("command", command), PAYLOAD)


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[str, bytes]], list[int]]]:
    got: list[tuple[str, bytes]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop() if answers else 204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook", got, answers
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_posts_json(receiver: tuple[str, list[tuple[str, bytes]], list[int]]) -> None:
    url, got, answers = receiver
    send(Channel("webhook", url=url), PAYLOAD)
    assert got == [("application/json", PAYLOAD.encode())]
    answers.append(500)
    with pytest.raises(DeliveryError, match="HTTP 500"):
        send(Channel("webhook", url=url), PAYLOAD)
    with pytest.raises(DeliveryError, match=r"^webhook at 127.0.0.1: ConnectError$"):
        send(Channel("webhook", url="http://127.0.0.1:9/"), PAYLOAD)


CONFIG = """\
[vendors.xiaomi]
name = "Xiaomi"
[[feeds]]
slug = "test"
title = "Test"
url = "{feed}"
lang = "en"
[[alerts]]
name = "stores"
query = "vendor:xiaomi kind:channel"
notify = ["toast", {{ webhook = "{hook}" }}]
"""


def test_poll_tells_of_what_it_brings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], receiver: tuple[str, list[tuple[str, bytes]], list[int]]
) -> None:
    url, got, _ = receiver
    with feed_server() as server:
        config, db = tmp_path / "feeds.toml", tmp_path / "p.sqlite3"
        config.write_text(CONFIG.format(feed=server.url("/rss"), hook=url))

        def poll(*items: tuple[str, str, str]) -> None:
            server.routes["/rss"] = Reply(rss(*items))
            assert main(["--config", str(config), "--db", str(db), "poll"]) == 0
            capsys.readouterr()

        first = ("1", "Xiaomi opens 200 stores", "Xiaomi will open 200 physical stores in India this year, the company said.")
        second = ("2", "Xiaomi signs carriers", "Xiaomi will sell its phones through the carriers Vodafone and Orange from May.")
        poll(first)
        assert got == []
        poll(first, second)
        told = [json.loads(body) for _, body in got]
        assert {one["vendor"] for one in told} == {"xiaomi"}
        assert told[0]["article"]["title"] == "Xiaomi signs carriers"
        count = len(got)
        poll(first, second)
        assert len(got) == count


# --- feeds.toml ----------------------------------------------------------------------------------------------------------
def written(path: Path, alert: str) -> Path:
    path.write_text(f'[vendors.xiaomi]\nname = "Xiaomi"\n\n[[alerts]]\n{alert}\n')
    return path


def test_an_alert_is_read(tmp_path: Path) -> None:
    text = 'name = "a"\nquery = "vendor:xiaomi"\nnotify = ["bell", { command = ["p", "-x"] }, { webhook = "https://e.org/" }]'
    config = load_config(written(tmp_path / "f.toml", text + '\nquiet = "22:00-7:30"'))
    channels = (Channel("bell"), Channel("command", ("p", "-x")), Channel("webhook", url="https://e.org/"))
    assert config.alerts == (Alert("a", "vendor:xiaomi", channels, (time(22), time(7, 30))),)


@pytest.mark.parametrize(
    ("alert", "says"),
    [
        ('name = "a b"\nquery = "x"', "f.toml:5: name: 'a b' must be"),
        ('name = "a"\nquery = "vendr:x"', "f.toml:6: query: col 1: no field 'vendr'"),
        ('name = "a"\nquery = "asof:2017"', "f.toml:6: query: asof: looks back"),
        ('name = "a"\nquery = "x"\nnotify = ["mail"]', "f.toml:7: notify: 'mail' is none of toast bell desktop"),
        ('name = "a"\nquery = "x"\nnotify = []', "f.toml:7: notify: must be a list"),
        ('name = "a"\nquery = "x"\nnotify = [{ command = "rm -rf x" }]', "no shell reads it"),
        ('name = "a"\nquery = "x"\nnotify = [{ webhook = "file:///etc/passwd" }]', "webhook must be an http"),
        ('name = "a"\nquery = "x"\nnotify = [{ mail = "x" }]', "a table must hold"),
        ('name = "a"\nquery = "x"\nquiet = "late"', "f.toml:7: quiet: 'late' are no hours"),
        ('name = "a"\nquery = "x"\nsound = "x"', "f.toml:7: sound: unknown key"),
        ('name = "a"\nquery = "x"\n[[alerts]]\nname = "a"\nquery = "y"', "stands here twice"),
    ],
)
def test_a_wrong_alert_names_its_line(tmp_path: Path, alert: str, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(written(tmp_path / "f.toml", alert))
    assert says in str(error.value)


@pytest.mark.parametrize("text", ["", "# mine\n[settings]\ntheme = 'x' # keep", '[[alerts]]\nname = "b"\nquery = "y"\n'])
def test_an_added_alert_leaves_the_rest_of_the_file(text: str) -> None:
    edited = with_alert(text, "a", 'title:"x y" -z', ["toast"])
    assert edited.startswith(text)
    assert tomllib.loads(edited)["alerts"][-1] == {"name": "a", "query": 'title:"x y" -z', "notify": ["toast"]}


def test_a_list_written_inline_is_left_alone() -> None:
    with pytest.raises(ConfigError, match="edit it by hand"):
        with_alert('alerts = [{ name = "b", query = "y" }]\n', "a", "x", ["toast"])
