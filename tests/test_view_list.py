"""Saving views in a feeds.toml: all the rest of the file stays, and what cannot be edited is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from marketwatch.config import View
from marketwatch.config_file import load_config, user_config
from marketwatch.errors import ConfigError
from marketwatch.view_list import save_view, with_view

FILE = """# mine
[[feeds]]
slug = "a"
url = "https://example.org/a"

[[views]]  # first
name = "one"
query = "kind:deal"  # deals

# keys of my own
[keys]
"view.moves" = "f3"
"""


def test_a_view_goes_behind_the_last_and_comments_stay() -> None:
    edited = with_view(FILE, View("two", 'speaker:"Lei Jun" /a\\d/'))
    assert edited.replace('\n[[views]]\nname = "two"\nquery = "speaker:\\"Lei Jun\\" /a\\\\d/"\n', "", 1) == FILE
    assert tomllib.loads(edited)["views"][1] == {"name": "two", "query": 'speaker:"Lei Jun" /a\\d/'}


def test_a_view_of_that_name_gets_the_query() -> None:
    assert with_view(FILE, View("one", "kind:market")) == FILE.replace('"kind:deal"', '"kind:market"')


@pytest.mark.parametrize("text", ["", "[settings]\ninterval = '30m'", "# nothing"])
def test_a_file_without_views_gets_its_first(text: str) -> None:
    assert tomllib.loads(with_view(text, View("one", "kind:deal")))["views"] == [{"name": "one", "query": "kind:deal"}]


def test_views_written_otherwise_are_left_alone() -> None:
    with pytest.raises(ConfigError, match="by hand"):
        with_view('views = [{name = "x", query = "kind:deal"}]', View("one", "kind:deal"))
    with pytest.raises(ConfigError, match="by hand"):
        with_view('[[views]]\nname = "x"\nquery = """\nkind:deal"""\n', View("x", "kind:market"))


def test_a_wrong_name_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(FILE)
    with pytest.raises(ConfigError, match="letters, digits"):
        save_view(path, View("two words", "kind:deal"))
    assert path.read_text() == FILE
    written, views = save_view(path, View("two", "kind:market"))
    assert written == path
    assert [view.name for view in views] == ["one", "two"] == [view.name for view in load_config(path).views]


def test_the_packaged_list_is_copied_to_the_users_place() -> None:
    from marketwatch.config_file import packaged_config

    before = packaged_config().read_text()
    for name in ("mine", "other"):
        written, views = save_view(packaged_config(), View(name, "kind:deal"))
        assert written == user_config()
    assert {"mine", "other", "channel"} <= {view.name for view in views}
    assert packaged_config().read_text() == before
