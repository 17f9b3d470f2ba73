from __future__ import annotations

import copy
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from marketwatch.errors import PackError
from marketwatch.extract.language import LANGUAGES, detect
from marketwatch.extract.lexicon import Lexicon
from marketwatch.extract.packs import build_pack, load_pack, load_rules
from marketwatch.extract.text import words_in

ENGLISH: dict[str, Any] = tomllib.loads(files("marketwatch.extract").joinpath("lang/en.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_pack_is_valid_and_has_what_the_core_kinds_need(lang: str) -> None:
    load_pack(lang)
    data = tomllib.loads(files("marketwatch.extract").joinpath(f"lang/{lang}.toml").read_text(encoding="utf-8"))
    core = {"own_stores", "online_only", "artificial_intelligence", "fintech", "cars", "own_chips", "sanctions", "rivals", "jobs"}
    assert core <= set(data["objects"])
    assert {"open", "start", "expand", "stop", "reduce", "switch", "enter_market", "leave_market"} <= set(data["moves"])
    assert {"negated", "denied", "rumoured", "considered", "planned", "announced", "history"} <= set(data["modifiers"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["objects"].update(nonsense=["x"]), "en.toml: objects.nonsense: unknown key"),
        (lambda d: d["moves"].update(open="x"), "en.toml: moves.open"),
        (lambda d: d["cues"].update(slow_down=[""]), "en.toml: cues.slow_down"),
        (lambda d: d.pop("quiet"), "section 'quiet' is missing"),
        (lambda d: d.update(extra={}), "en.toml: extra: unknown key"),
    ],
)
def test_a_wrong_pack_names_file_and_key(change: Any, words: str) -> None:
    data = copy.deepcopy(ENGLISH)
    change(data)
    with pytest.raises(PackError) as caught:
        build_pack("en", data, load_rules())
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("open*", "opening", True),
        ("open", "opening", False),
        ("(own|new) store*", "New stores", True),
        ("cut* .. jobs", "cuts 300 well paid jobs", True),
        ("cut* .. jobs", "cuts a b c d jobs", False),
        ("不再..销量", "不再公布销量", True),
        ("l ' ouverture", "l’ouverture", True),
    ],
)
def test_terms(term: str, text: str, found: bool) -> None:
    assert bool(Lexicon({"section": {"x": [term]}}).find(words_in(text))) is found


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Le fabricant chinois ouvre des boutiques en France et en Espagne cette année.", "fr"),
        ("Der chinesische Hersteller eröffnet in diesem Jahr eigene Läden in Deutschland.", "de"),
        ("El fabricante chino abrirá tiendas propias en España durante este año.", "es"),
        ("Il produttore cinese aprirà quest'anno negozi propri in Italia e in Spagna.", "it"),
        ("A fabricante chinesa abrirá lojas próprias no Brasil ainda neste ano.", "pt"),
        ("De Chinese fabrikant opent dit jaar eigen winkels in Nederland en België.", "nl"),
        ("小米今年将在欧洲开设直营门店。", "zh"),
    ],
)
def test_the_language_of_a_text(text: str, lang: str) -> None:
    assert detect(text) == lang
