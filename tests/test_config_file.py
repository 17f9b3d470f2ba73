from __future__ import annotations

from pathlib import Path

import pytest

from marketwatch.config import Config
from marketwatch.config_file import find_config, load_config, packaged_config, user_config
from marketwatch.errors import ConfigError

GOOD = """
[settings]
interval = "10m"
[vendors.xiaomi]
name = "Xiaomi"
aliases = ["小米"]
[[feeds]]
slug = "a"
title = "A"
url = "https://example.org/feed"
"""


def read(folder: Path, text: str) -> Config:
    path = folder / "feeds.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    config = read(tmp_path, GOOD)
    assert config.settings.interval_s == 600
    assert config.vendors["xiaomi"].aliases == ("小米",)
    assert config.feeds[0].slug == "a"


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        ('interval = "10m"|intervall = "10m"', 3, "intervall"),
        ('interval = "10m"|min_confidence = 1.5', 3, "min_confidence"),
        ('interval = "10m"|min_confidence = "high"', 3, "0.5"),
        ('interval = "10m"|retention = "2"', 3, "2y"),
        ('interval = "10m"|retention = "1w"', 3, "30 days"),
        ('interval = "10m"|interval = "soon"', 3, "interval"),
        ('url = "https://example.org/feed"|url = "ftp://example.org"', 10, "url"),
        ('slug = "a"|slug = "A b"', 8, "slug"),
        ('title = "A"|title = 3', 9, "title"),
        ('name = "Xiaomi"|nam = "Xiaomi"', 5, "nam"),
        ("[settings]|[setings]", 2, "setings"),
    ],
)
def test_a_mistake_names_file_line_and_key(tmp_path: Path, change: str, line: int, words: str) -> None:
    before, after = change.split("|")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, GOOD.replace(before, after))
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'feeds.toml'}:{line}:"), message
    assert words in message


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"feeds.toml:3:"):
        read(tmp_path, "[settings]\n\ninterval = = 3\n")


def test_the_search_goes_argument_environment_folder_user_packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config(None) == packaged_config()
    user_config().parent.mkdir(parents=True, exist_ok=True)
    user_config().write_text(GOOD)
    assert find_config(None) == user_config()
    Path("feeds.toml").write_text(GOOD)
    assert find_config(None) == Path("feeds.toml")
    other = tmp_path / "other.toml"
    other.write_text(GOOD)
    monkeypatch.setenv("MARKETWATCH_CONFIG", str(other))
    assert find_config(None) == other
    with pytest.raises(ConfigError, match="no such file"):
        find_config(str(tmp_path / "missing.toml"))


def test_the_packaged_list_is_valid_and_names_the_vendors_of_the_guide(config: Config) -> None:
    slugs = (
        "xiaomi huawei honor oppo vivo realme oneplus transsion samsung apple google motorola lenovo nokia hmd sony lg htc zte"
    )
    assert set(slugs.split()) <= set(config.vendors)
    assert list(config.vendors)[:2] == ["xiaomi", "huawei"]
    assert sum(feed.enabled for feed in config.feeds) >= 20
    assert {feed.lang for feed in config.feeds if feed.enabled} >= {"en", "fr", "de", "zh", "es", "nl", "it", "pt"}


def test_full_text_is_yes_no_or_auto(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    feed = '[[feeds]]\nslug = "a"\ntitle = "A"\nurl = "https://example.org/"\n'
    path.write_text(f'[settings]\nslowest = "12h"\nfull_text = false\n{feed}full_text = "auto"\n')
    config = load_config(path)
    assert (config.settings.slowest_s, config.settings.full_text, config.feeds[0].full_text) == (43_200, False, None)
    path.write_text(f'{feed}full_text = "yes"\n')
    with pytest.raises(ConfigError, match=r':5: full_text: must be true, false or "auto"'):
        load_config(path)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('"app.quti" = "x"', r"keys\.app\.quti: no such key can be set; did you mean 'app\.quit'\?"),
        ('app.quit = "f9"', "in quotes: .app.quit"),
        ('"app.quit" = "contrl+q"', "'contrl\\+q' is no key"),
        ('"app.quit" = 3', "'3' is no key"),
        ('"app.help" = "p"', "'p' is the key of 'feeds.picture' too"),
        ('"list.down" = "k"', "'k' is the key of 'list.up' too"),
    ],
)
def test_a_key_that_cannot_be_is_named_with_its_line(tmp_path: Path, keys: str, words: str) -> None:
    with pytest.raises(ConfigError, match=f"feeds.toml:12: .*{words}"):
        read(tmp_path, f"{GOOD}[keys]\n{keys}\n")


def test_keys_may_change_places_and_stand_in_places_that_never_meet(tmp_path: Path) -> None:
    keys = {"list.down": "k", "list.up": "j", "reader.next": "1", "app.help": "f2"}
    lines = "\n".join(f'"{name}" = "{key}"' for name, key in keys.items())
    assert read(tmp_path, f"{GOOD}[keys]\n{lines}\n").keys == keys
