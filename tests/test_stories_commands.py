"""`stories` and `story` as scripts use them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from marketwatch.domain import Extraction, Fingerprint, Moment
from marketwatch.fingerprint_data import fingerprint_version
from store import open_store

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip
from test_cli import run  # isort: skip

ROWS = (
    ("a", "2017-01-12", "Reuters", "en", "stores", ()),
    ("b", "2017-01-13", "Le Monde", "fr", "stores", ("Reuters",)),
    ("c", "2017-01-14", "Golem.de", "de", "stores", ()),
    ("d", "2017-01-12", "[b]=Other", "en", "cars", ()),
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "c.sqlite3"
    with open_store(path, now=lambda: NOW) as store:
        for key, date, outlet, lang, news, cites in ROWS:
            text = f"Xiaomi {news} | {key}."
            one = analysed(key, text, published=Moment.parse(date), outlet=outlet, lang=lang)
            print_ = Fingerprint(tuple(f"n:{news}{n}" for n in range(6)), None, cites, fingerprint_version())
            told = replace(one.extraction, shifts=(shift(text, object=news),), figures=(), fingerprint=print_)
            assert isinstance(told, Extraction)
            store.save([replace(one, extraction=told)])
    return path


def stories(db: Path, *query: str) -> list[list[int]]:
    found = json.loads(run("stories", *query, "--format", "json", db=db).stdout)
    return [[article["id"] for article in story["articles"]] for story in found]


def test_stories_have_the_shape_of_the_contract(db: Path) -> None:
    first, second = json.loads(run("stories", "--format", "json", db=db).stdout)
    assert list(first) == ["id", "title", "first", "last", "vendors", "outlets", "langs", "origins", "articles"]
    assert (first["id"], first["first"], first["last"]) == (1, "2017-01-12", "2017-01-14")
    assert first["origins"] == ["Reuters", "Golem.de"]
    assert [(a["outlet"], a["origin"]) for a in first["articles"]][1] == ("Le Monde", "Reuters")
    assert second["outlets"] == ["[b]=Other"]
    table = run("stories", db=db).stdout
    assert "[b]=Other" in table
    assert (
        run("stories", "--format", "csv", db=db).stdout.splitlines()[0]
        == "id,first,last,articles,outlets,origins,langs,vendors,title"
    )


def test_stories_take_the_query_language(db: Path) -> None:
    assert stories(db, "articles:>=2") == [[1, 2, 3]]
    assert stories(db, "lang:de") == [[1, 2, 3]]
    assert stories(db, "origins:>=3") == []
    assert stories(db, "story:3") == [[1, 2, 3]]
    assert stories(db, "--limit", "1") == [[1, 2, 3]]
    assert run("stories", "nothing-of-it", db=db).stderr == "no stories match\n"


def test_merge_and_split_stick_and_undo_takes_them_back(db: Path) -> None:
    assert run("story", "merge", "2", "4", db=db).stdout == "merge 2 stories (4 articles)\nstory 1: articles 1, 4, 2, 3\n"
    assert run("story", "split", "3", db=db).stdout == "split 1 article off\nstory 3: articles 3\n"
    assert sorted(map(sorted, stories(db))) == [[1, 2, 4], [3]]
    assert run("story", "undo", db=db).stdout == "taken back: split 1 article off\n"
    assert sorted(map(sorted, stories(db))) == [[1, 2, 3, 4]]
    shown = json.loads(run("story", "show", "3", "--format", "json", db=db).stdout)
    assert shown["id"] == 1


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("show", "99"), "99: there is no such story or article; 'marketwatch stories' shows their ids"),
        (("merge", "1"), "merge needs two stories: give the id of an article in each"),
    ],
)
def test_wrong_use_is_one_line(db: Path, args: tuple[str, ...], line: str) -> None:
    done = run("story", *args, db=db)
    assert (done.returncode, done.stderr) == (2, f"marketwatch: {line}\n")


def test_moves_say_who_attests_them(db: Path) -> None:
    (move, _) = json.loads(run("moves", "--format", "json", db=db).stdout)
    assert move["corroboration"] == {
        "outlets": 3, "langs": ["en", "fr", "de"], "origins": ["Reuters", "Golem.de"], "kind": "secondary",
        "words": "3 outlets (en, fr, de), 2 origins",
    }  # fmt: skip
    assert move["first_by"]["outlet"] == "Reuters"
    assert [step["status"] for step in move["ladder"]] == ["announced"]
    assert json.loads(run("moves", "origins:>=3", "--format", "json", db=db).stdout) == []
