"""The place in the dashboard survives in a file, whatever becomes of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketwatch.place import Place, PlaceFile, place_file


def test_a_place_comes_back_as_it_was(tmp_path: Path) -> None:
    file = PlaceFile(tmp_path / "deep" / "place.json")
    place = Place("ledger", 'vendor:xiaomi "小米"', 12, 3, 0.7)
    file.write(place)
    assert file.read() == place
    assert file.path.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.path.parent.iterdir()] == ["place.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"view": 3, "filter": [], "cursor": {}, "article": "x", "minimum": 7}', "\x00\xff"]
)
def test_a_damaged_file_is_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "place.json"
    path.write_bytes(content.encode("latin-1"))
    assert PlaceFile(path).read() == Place()


def test_a_file_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = PlaceFile(tmp_path / "file" / "place.json")
    file.write(Place("moves"))
    assert file.read() == Place()


def test_each_database_has_a_place_of_its_own(tmp_path: Path) -> None:
    assert place_file(str(tmp_path / "a")).path != place_file(str(tmp_path / "b")).path


def test_a_store_is_opened_when_it_is_asked_and_not_when_it_is_handed_on(tmp_path: Path) -> None:
    from marketwatch.commands.lazy import LazyStore

    path = tmp_path / "a.sqlite3"
    store = LazyStore(str(path))
    counts, pauses = store.field_counts, store.polls.pauses
    assert not path.exists()
    assert counts("vendor") == {}
    assert pauses() == {}
    store.close()
