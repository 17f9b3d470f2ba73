"""The command line as scripts use it: real processes, exit codes, one-line errors, stable JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from marketwatch.documents import draft_of_text

from servers import Reply, feed_server, rss  # isort: skip

ROOT = Path(__file__).parent.parent
FRENCH = (
    " date 2017-01 Dans une lettre, Lei Jun, patron de Xiaomi, annonce un changement. L'entreprise ne publiera plus ses chiffres"
    " de vente. Elle ouvrira des boutiques physiques."
)


def run(*args: str, stdin: str | None = None, db: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if db is not None:
        environment["MARKETWATCH_DB"] = str(db)
    command = [sys.executable, "-W", "error", "-m", "marketwatch", *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "c.sqlite3"


@pytest.fixture(scope="module")
def demo_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's articles, read once: the learned reader takes its time."""
    path = tmp_path_factory.mktemp("demo") / "c.sqlite3"
    assert run("demo", "--db", str(path)).returncode == 0
    return path


@pytest.fixture
def filled(demo_base: Path, db: Path) -> Path:
    """A copy of it for one test."""
    with closing(sqlite3.connect(demo_base)) as source, closing(sqlite3.connect(db)) as copy:
        source.backup(copy)
    return db


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--nonsense"], 2, "--nonsense"),
        (["move"], 2, "COMMAND: no 'move', did you mean 'moves'?"),
        (["feeds", "zzz"], 2, "ACTION: no 'zzz', there are: "),
        (["moves", "--fromat", "json"], 2, "marketwatch moves: no option '--fromat', did you mean '--format'?"),
        (["feeds", "list", "--fed", "x"], 2, "marketwatch feeds list: no option '--fed', did you mean '--feed'?"),
        (["story", "show", "1", "--xyzzy"], 2, "marketwatch story show: no option '--xyzzy'; see"),
        (["demo", "now"], 2, "unrecognized arguments: now"),
        (["explain", "x.txt", "--lang", "fra"], 2, "--lang: no language 'fra', did you mean 'fr'?"),
        (["explain", "x.txt", "--lang", "xx"], 2, "--lang: no language 'xx', there are: en fr"),
        (["moves", "--format", "jason"], 2, "--format: no 'jason', did you mean 'json'?"),
        (["backfill", "--since", "2999"], 2, "2999 is still to come"),
        (["evaluate", "missing.jsonl"], 2, "missing.jsonl: cannot be read (No such file or directory)"),
        (["explain"], 2, "PATH"),
        (["explain", "missing.txt"], 2, "missing.txt"),
        (["explain", "README.pdf"], 2, "README.pdf"),
        (["poll", "--feed", "nosuch"], 2, "nosuch"),
        (["shifts", "vendr:x"], 2, "col 1: no field 'vendr', did you mean 'vendor'?"),
        (["shifts", "--limit", "0"], 2, "--limit"),
        (["moves", "--format", "xml"], 2, "--format"),
        (["--config", "missing.toml", "doctor"], 0, "missing.toml"),
        (["--db", "/nonexistent/x/y.sqlite3", "moves"], 1, "/nonexistent/x/y.sqlite3"),
        (["--db", "mysql://x", "moves"], 1, "only SQLite"),
        ([], 2, "terminal"),
        (["demo"], 2, "terminal"),
    ],
)
def test_wrong_use_is_one_line_and_an_exit_code(args: list[str], code: int, words: str, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        args = [a.replace("/nonexistent/x/", "/proc/nonexistent/") for a in args]
        words = words.replace("/nonexistent/x/", "/proc/nonexistent/")
    done = run(*args, db=None if "--db" in args else tmp_path / "c.sqlite3")
    if args[-1:] == ["doctor"]:
        assert done.returncode == 1
        assert words in done.stdout
        return
    assert done.returncode == code, done
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_explain_reads_a_dated_text_and_gives_the_shape_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(FRENCH, encoding="utf-8")
    shape = json.loads(run("explain", "--format", "json", "--trace", str(path)).stdout)
    assert set(shape) == {"id", "lang", "date", "shifts", "figures", "extractor", "trace"}
    assert (shape["lang"], shape["date"]) == ("fr", "2017-01")
    first = next(shift for shift in shape["shifts"] if shift["kind"] == "disclosure")
    keys = "id vendor kind direction object status from to speaker role background confidence evidence article"
    assert list(first) == keys.split()
    assert (first["kind"], first["direction"], first["speaker"], first["role"]) == ("disclosure", "stop", "Lei Jun", "CEO")
    text = FRENCH.split("2017-01 ")[1]
    for evidence in first["evidence"]:
        assert text[evidence["start"] : evidence["end"]] == evidence["text"]
    assert set(first["article"]) == {"id", "title", "url", "outlet", "lang", "published"}
    assert any(step["outcome"] == "kept" for step in shape["trace"])
    assert "date 2017" not in first["article"]["title"]


def test_explain_jsonl_answers_line_by_line_in_order(tmp_path: Path) -> None:
    records = [{"id": str(n), "title": None, "text": "Xiaomi opens new stores.", "date": "2017"} for n in (3, 1, 2)]
    done = run("explain", "--jsonl", "-", stdin="\n".join(json.dumps(r) for r in records) + "\n")
    shapes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [shape["id"] for shape in shapes] == ["3", "1", "2"]
    assert all(shape["shifts"][0]["kind"] == "channel" for shape in shapes)
    (numbered,) = run("explain", "--jsonl", "-", "--date", "2017", stdin='{"id": 7, "text": "x"}').stdout.splitlines()
    assert (json.loads(numbered)["id"], json.loads(numbered)["date"]) == (7, "2017")
    bad = run("explain", "--jsonl", "-", stdin='{"id": "1", "text": "x"}\nnot json\n')
    assert bad.returncode == 2
    assert "stdin:2" in bad.stderr
    assert len(bad.stdout.splitlines()) == 1


def test_add_then_list_in_every_format(tmp_path: Path, db: Path) -> None:
    (tmp_path / "a.txt").write_text(FRENCH, encoding="utf-8")
    (tmp_path / "b.md").write_text("---\ntitle: B\ndate: 2018-03\n---\n# B\nXiaomi opens **new stores** in Paris.\n")
    (tmp_path / "c.html").write_text(
        "<html><head><title>C</title></head><body><article><p>Huawei opens new stores in Berlin, the company said on Monday.</p>"
        "<p>It will hire people for them. The stores are the first of their kind in Germany.</p></article></body></html>"
    )
    (tmp_path / "d.xml").write_bytes(rss(("1", "D", "Oppo opens new stores.")))
    (tmp_path / "e.jsonl").write_text('{"id": "e", "text": "Samsung opens new stores.", "date": "2019-02-03"}\n')
    paths = [str(tmp_path / name) for name in ("a.txt", "b.md", "c.html", "d.xml", "e.jsonl")]
    done = run("add", *paths, "--format", "json", db=db)
    assert done.returncode == 0, done.stderr
    assert [row["result"] for row in json.loads(done.stdout)] == ["new"] * 5
    again = json.loads(run("add", *paths, "--format", "json", db=db).stdout)
    assert [row["result"] for row in again] == ["known"] * 5
    shifts = json.loads(run("shifts", "kind:channel", "-vendor:huawei", "--format", "json", db=db).stdout)
    assert {s["vendor"] for s in shifts} == {"xiaomi", "oppo", "samsung"}
    lines = run("articles", "--format", "jsonl", db=db).stdout.splitlines()
    assert len([json.loads(line) for line in lines]) == 5
    rows = list(csv.reader(io.StringIO(run("moves", "--format", "csv", db=db).stdout)))
    assert rows[0][:4] == ["id", "first", "vendor", "kind"]
    assert run("moves", "--format", "md", db=db).stdout.startswith("| id | first |")
    table = run("moves", "--limit", "1", db=db).stdout.splitlines()
    assert "vendor" in table[0]
    assert "SELECT" in run("shifts", "小米", "--explain", db=db).stdout


def test_one_bad_file_does_not_keep_the_others_out(tmp_path: Path, db: Path) -> None:
    (tmp_path / "good.txt").write_text("Xiaomi opens new stores.")
    done = run("add", str(tmp_path / "missing.txt"), str(tmp_path / "good.txt"), "--format", "json", db=db)
    assert done.returncode == 2
    assert "missing.txt" in done.stderr
    assert len(json.loads(done.stdout)) == 1


def test_add_fetches_a_page(db: Path) -> None:
    page = (
        b"<html><head><title>Xiaomi opens stores - Example</title><meta property='article:published_time' content='2018-02-03'>"
        b"</head><body><nav>Home</nav><article><h1>Xiaomi opens stores</h1><p>Xiaomi opens new stores in Paris this spring, "
        b"the company said on Tuesday in a statement.</p>"
        b"<p>They are its first in France, a market it entered late.</p></article></body></html>"
    )
    with feed_server() as server:
        server.routes["/page"] = Reply(page, headers={"Content-Type": "text/html"})
        done = run("add", server.url("/page"), "--format", "json", db=db)
        missing = run("add", server.url("/missing"), db=db)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["result"], row["date"]) == ("new", "2018-02-03")
    assert missing.returncode == 1
    assert "404" in missing.stderr


def test_poll_reports_one_outcome_a_feed_and_exits_0(tmp_path: Path, db: Path) -> None:
    with feed_server() as server:
        server.conditional("/a", rss(("1", "A", "Xiaomi opens new stores.")), '"1"')
        config = tmp_path / "feeds.toml"
        head = '[settings]\nfull_text = false\n[vendors.xiaomi]\nname = "Xiaomi"\n'
        feeds = "".join(f'[[feeds]]\nslug = "{n}"\ntitle = "{n}"\nurl = "{server.url("/" + n)}"\n' for n in ("a", "b"))
        config.write_text(head + feeds)
        first = run("poll", "--once", "--format", "json", "--config", str(config), db=db)
        second = run("--config", str(config), "poll", "--feed", "a", "--format", "json", db=db)
        health = run("feeds", "health", "--config", str(config), "--format", "json", db=db)
        check = run("feeds", "check", "--config", str(config), "--format", "json", db=db)
    assert first.returncode == 0, first.stderr
    outcomes = json.loads(first.stdout)
    assert [list(o) for o in outcomes] == [["feed", "url", "outcome", "status", "new", "updated", "reason", "seconds"]] * 2
    assert [(o["outcome"], o["new"]) for o in outcomes] == [("polled", 1), ("failed", 0)]
    assert [(o["feed"], o["outcome"]) for o in json.loads(second.stdout)] == [("a", "unchanged")]
    assert [row["failures"] for row in json.loads(health.stdout)] == [0, 1]
    assert [row["result"] for row in json.loads(check.stdout)] == ["ok", "failed"]


def test_reextract_shows_before_it_writes(filled: Path) -> None:
    shape = json.loads(run("reextract", "--format", "json", db=filled).stdout)
    assert shape["articles"] >= 60
    assert shape["changes"] == []
    assert shape["written"] is False


def test_doctor_and_evaluate_answer(filled: Path) -> None:
    doctor = run("doctor", db=filled)
    assert doctor.returncode == 0, doctor.stdout
    assert "sound, 92 articles" in doctor.stdout
    scores = json.loads(run("evaluate", str(ROOT / "tests/corpus/huawei.dev.jsonl"), "--format", "json").stdout)
    assert {"loose", "strict", "figures"} <= {row["row"] for row in scores["rows"]}
    assert {"quiet", "evidence", "shares", "confusion", "calibration", "worst"} <= scores.keys()


def test_the_demo_is_what_its_readme_says(filled: Path) -> None:
    articles = [
        json.loads(line) for line in run("articles", "--limit", "500", "--format", "jsonl", db=filled).stdout.splitlines()
    ]
    assert len(articles) >= 60
    assert len({a["lang"] for a in articles}) >= 6
    assert sum(not a["shifts"] for a in articles) >= 18
    years = sorted({a["published"][:4] for a in articles})
    assert (years[0], years[-1]) == ("2014", "2026")
    moves = json.loads(run("moves", "--limit", "500", "--format", "json", db=filled).stdout)
    assert len({move["vendor"] for move in moves}) >= 8
    assert any(len(move["langs"]) > 1 for move in moves)


def test_a_closed_pipe_is_no_error(filled: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MARKETWATCH_DB": str(filled)}
    command = f"{sys.executable} -m marketwatch articles --format jsonl | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, check=False)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_cannot_be_written_is_one_line(filled: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MARKETWATCH_DB": str(filled)}
    command = f"{sys.executable} -m marketwatch articles"
    full = subprocess.run(f"{command} >/dev/full", shell=True, capture_output=True, text=True, env=environment, check=False)
    assert (full.returncode, len(full.stderr.splitlines())) == (1, 1)
    assert "the output cannot be written" in full.stderr
    closed = subprocess.run(f"{command} >&-", shell=True, capture_output=True, text=True, env=environment, check=False)
    assert (closed.returncode, closed.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("vendor:xiaomy", "no moves match: nothing here has vendor 'xiaomy', did you mean 'xiaomi'?"),
        ("vendor:小米", "nothing here has vendor '小米', did you mean 'xiaomi'?"),
        ("lang:fra", "nothing here has lang 'fra', did you mean 'fr'?"),
        ("vendor:xiaomi date:1999", "no moves match"),
    ],
)
def test_an_empty_answer_names_what_nothing_goes_by(filled: Path, words: str, told: str) -> None:
    done = run("moves", *words.split(), db=filled)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.strip().endswith(told)


def test_an_empty_database_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'typo.db'}: the database is empty" in run("articles", "--db", str(tmp_path / "typo.db")).stderr


def test_a_text_may_begin_with_a_line_that_is_its_date() -> None:
    dated = draft_of_text("2017-01-12\nXiaomi opens stores\n\nIt opens stores.", "x.txt")
    assert (str(dated.published), dated.title) == ("2017-01-12", "Xiaomi opens stores")
    assert draft_of_text("2017-01-12 was a day of rain.", "x.txt").published is None
