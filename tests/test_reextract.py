"""`reextract`: what the rules of now would change in stored articles, shifts and figures, before it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from marketwatch.cli import main
from marketwatch.domain import AnalysedArticle, ArticleDraft
from marketwatch.extract import Document, Extractor
from store import open_store

TEXT = "Xiaomi sold 10 million phones in India last year, the company said. Xiaomi will open 200 stores of its own in Spain."


@pytest.fixture
def outdated(tmp_path: Path, extractor: Extractor) -> Path:
    """A base whose one article was read by rules that took the figures of a country for the company's and saw no shift."""
    read = extractor.extract(Document(text=TEXT, lang="en"))
    assert [figure.scope for figure in read.figures] == ["India", "Spain"]
    figures = tuple(replace(figure, scope=None) for figure in read.figures)
    old = replace(read, figures=figures, shifts=(), extractor="rules of old")
    path = tmp_path / "a.sqlite3"
    with open_store(path) as store:
        store.save([AnalysedArticle(ArticleDraft("a", "1", "Xiaomi", TEXT, None, lang="en"), old)])
    return path


def test_shifts_and_figures_that_differ_are_shown_and_then_written(outdated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def shown(*options: str) -> list[tuple[str, str, str]]:
        assert main(["reextract", "--db", str(outdated), "--format", "json", *options]) == 0
        changes = json.loads(capsys.readouterr().out)["changes"]
        return [(one["change"], one["what"], one["object"]) for one in changes]

    found = shown()
    assert [(change, what) for change, what, _ in found[:1]] == [("+ new", "shift")]
    figures = [(change, told) for change, what, told in found if what == "figure"]
    assert [change for change, _ in figures] == ["- gone", "- gone", "+ new", "+ new"]
    assert ["India" in told or "Spain" in told for _, told in figures] == [False, False, True, True]
    assert shown("--write") == found
    assert shown() == []


def test_people_are_told_how_many_of_each_differ(outdated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reextract", "--db", str(outdated)]) == 0
    told = capsys.readouterr().out
    assert "1 article read with" in told
    assert "and 4 figures differ (nothing written; --write stores them)" in told
