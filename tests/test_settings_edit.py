"""Settings in feeds.toml change where they stand; everything else stays as it was typed."""

from __future__ import annotations

import tomllib

import pytest

from marketwatch.config_file import settings_mistake
from marketwatch.errors import ConfigError
from marketwatch.settings_edit import Value, with_settings

FILE = """\
# my list

[settings]
interval = "30m"        # between two polls
theme = 'marketwatch-dark'   # "dark", it's [so]
# concurrency = 4

[vendors.xiaomi]        # first
name = "Xiaomi"
"""


def test_a_value_changes_and_its_comment_stays_in_its_column() -> None:
    edited = with_settings(FILE, {"interval": "6h", "theme": "marketwatch-light"})
    assert 'interval = "6h"         # between two polls\n' in edited
    assert 'theme = "marketwatch-light"  # "dark", it\'s [so]\n' in edited
    assert edited.replace('"6h" ', '"30m"').splitlines()[7:] == FILE.splitlines()[7:]


def test_a_new_key_stands_behind_the_last_one_and_a_comment_that_looks_like_it_is_none() -> None:
    edited = with_settings(FILE, {"concurrency": 8, "lanes": ["xiaomi"]})
    assert edited.splitlines()[5:8] == ["concurrency = 8", 'lanes = ["xiaomi"]', "# concurrency = 4"]


@pytest.mark.parametrize("text", ["", "# only a comment", '# head\n\n# about xiaomi\n[vendors.xiaomi]\nname = "Xiaomi"'])
def test_a_file_without_the_table_gets_one_and_keeps_its_comments(text: str) -> None:
    edited = with_settings(text, {"min_confidence": 0.7})
    assert tomllib.loads(edited)["settings"] == {"min_confidence": 0.7}
    assert all(line in edited.splitlines() for line in text.splitlines())
    if "about" in text:
        assert "# about xiaomi\n[vendors.xiaomi]" in edited


def test_nothing_to_change_changes_nothing() -> None:
    assert with_settings(FILE, {"interval": "30m"}) == FILE


@pytest.mark.parametrize(
    "text",
    [
        'settings = { interval = "30m" }\n',
        'settings.interval = "30m"\n',
        '[settings]\ninterval = """\n30m"""\n',
    ],
)
def test_what_cannot_be_told_apart_by_lines_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="edit it by hand"):
        with_settings(text, {"interval": "6h"})


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("interval", "5s", "from one minute"),
        ("concurrency", "many", "whole number"),
        ("concurrency", 0, "from 1 to 64"),
        ("timezone", "Mars/Olympus", "IANA"),
        ("min_confidence", 2, "from 0 to 1"),
        ("lanes", ["xiaomii"], "did you mean 'xiaomi'"),
    ],
)
def test_a_mistake_is_told_without_the_file(key: str, value: Value, words: str) -> None:
    said = settings_mistake({key: value}, ["xiaomi"])
    assert said is not None
    assert words in said
    assert "settings:" not in said


def test_what_is_right_has_no_mistake() -> None:
    assert settings_mistake({"interval": "6h", "lanes": ["xiaomi"], "timezone": "Europe/Paris"}, ["xiaomi"]) is None
