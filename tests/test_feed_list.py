"""Editing feeds.toml: what is meant changes, every other character stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketwatch.config_file import load_config, packaged_config
from marketwatch.domain import Feed, Outlet
from marketwatch.errors import ConfigError
from marketwatch.feed_list import edit_config, with_enabled, with_feeds, without_feeds

TEXT = """# top
[settings]
interval = "10m"  # often

[[feeds]]
slug = "a" # why a
title = "A"
url = "https://a.example"

# --- French ---
[[ feeds ]]
slug = "b"
title = '''
[[feeds]]
not a header'''
url = "https://b.example"
enabled = false  # too loud

[[views]]
name = "v"
query = "x"

# tail
[[feeds]]
slug = "c"
url = "https://c.example"
[feeds.outlet]
name = "C"
enabled-by = "hand"
# the end
"""
PLAIN = TEXT.replace("'''\n[[feeds]]\nnot a header'''", '"B"').replace('enabled-by = "hand"\n', "")
NEW = Feed("n", 'T "quoted" \\ 小米', "https://n.example/?a=1&b=2", "zh", Outlet("N", "O"), (), ("x", "y"), 600, enabled=False)


def test_a_feed_is_added_behind_the_last_one_and_nothing_else_changes(tmp_path: Path) -> None:
    edited = with_feeds(PLAIN, [NEW, Feed("m", "M", "https://m.example")])
    path = tmp_path / "feeds.toml"
    path.write_text(edited, encoding="utf-8")
    assert [feed.slug for feed in load_config(path).feeds] == ["a", "b", "c", "n", "m"]
    assert load_config(path).feeds[3] == NEW
    start = edited.index('\n[[feeds]]\nslug = "n"')
    end = edited.index("# the end")
    assert edited[:start] + edited[end:] == PLAIN


def test_a_feed_is_added_to_a_file_that_has_none() -> None:
    edited = with_feeds('[settings]\ninterval = "10m"', [Feed("m", "M", "https://m.example")])
    assert edited.startswith('[settings]\ninterval = "10m"\n\n[[feeds]]\n')
    assert with_feeds("", [Feed("m", "M", "https://m.example")]).startswith("[[feeds]]\n")


def test_a_removed_feed_takes_no_comment_of_its_neighbours_along() -> None:
    edited = without_feeds(PLAIN, {"a", "c"})
    assert [row["slug"] for row in tomllib.loads(edited)["feeds"]] == ["b"]
    assert "why a" not in edited
    for comment in ("# top", "# often", "# --- French ---", "# too loud", "# tail", "# the end"):
        assert comment in edited
    assert without_feeds(with_feeds(PLAIN, [NEW]), {"n"}) == PLAIN.replace("# the end", "\n# the end")


def test_feeds_are_switched_on_and_off_in_place() -> None:
    assert with_enabled(PLAIN, {"b"}, enabled=True) == PLAIN.replace("enabled = false  #", "enabled = true  #")
    off = with_enabled(PLAIN, {"a", "c"}, enabled=False)
    assert off.replace("enabled = false\n", "") == PLAIN
    assert off.index("enabled = false\n[feeds.outlet]") > 0
    assert with_enabled(off, {"a", "c"}, enabled=True) == off.replace("enabled = false\n", "enabled = true\n")
    assert with_enabled(PLAIN, {"a"}, enabled=True) == PLAIN


@pytest.mark.parametrize("text", [TEXT, "feeds = [\n  {slug = 'a', url = 'https://a.example'}, # one\n]\n[settings]\n"])
def test_odd_files_are_edited_right_or_not_at_all(text: str) -> None:
    for edit in (
        lambda: with_feeds(text, [NEW]),
        lambda: without_feeds(text, {"a"}),
        lambda: with_enabled(text, {"a"}, enabled=False),
    ):
        before = tomllib.loads(text)
        try:
            after = tomllib.loads(edit())
        except ConfigError as error:
            assert "by hand" in str(error)
        else:
            assert {**after, "feeds": 0} == {**before, "feeds": 0}
            assert after["feeds"] != before["feeds"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(range(115)), unique=True, max_size=6), st.booleans(), st.text(max_size=30))
def test_any_edits_of_the_packaged_list_come_out_as_meant(numbers: list[int], enabled: bool, title: str) -> None:
    text = packaged_config().read_text(encoding="utf-8")
    rows = tomllib.loads(text)["feeds"]
    slugs = {rows[number]["slug"] for number in numbers}
    edited = with_enabled(text, slugs, enabled=enabled)
    assert [row.get("enabled", True) for row in tomllib.loads(edited)["feeds"] if row["slug"] in slugs] == [enabled] * len(slugs)
    edited = without_feeds(with_feeds(edited, [Feed("new", title, "https://new.example")]), slugs)
    found = tomllib.loads(edited)["feeds"]
    assert [row["slug"] for row in found] == [row["slug"] for row in rows if row["slug"] not in slugs] + ["new"]
    assert found[-1].get("title", "") == title


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path, link = tmp_path / "feeds.toml", tmp_path / "link.toml"
    path.write_bytes(PLAIN.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    link.symlink_to(path)
    edit_config(link, link, lambda text: with_feeds(text, [NEW]))
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    written = path.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")
    with pytest.raises(ConfigError, match=r"feeds.toml.*would not be valid.*vendors"):
        edit_config(path, path, lambda text: with_feeds(text, [Feed("bad", "B", "https://b.example", vendors=("nosuch",))]))

    def meanwhile(text: str) -> str:
        path.write_text(text + "\n# changed\n")
        return text

    with pytest.raises(ConfigError, match="changed while"):
        edit_config(path, path, meanwhile)
    assert path.read_text().endswith("# changed\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["feeds.toml", "link.toml"]
