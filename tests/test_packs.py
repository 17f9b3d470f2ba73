"""Own vocabulary, as an analyst writes it: files in a folder, `[vocabulary]`, and the command that checks them."""

from __future__ import annotations

import asyncio
import json
import pickle
import re
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from marketwatch.cli import main
from marketwatch.config_file import load_config, packaged_config
from marketwatch.domain import ArticleDraft
from marketwatch.extract import Document, Extractor, engine, extractor_of
from marketwatch.poll.worker import WorkerPool
from marketwatch.toml_file import line_of

FEEDS = """
[settings]
packs = "own"
[vendors.xiaomi]
name = "Xiaomi"
[vendors.samsung]
name = "Samsung"
"""
FOLDER = {
    "vendors.toml": """
[vendors.fairphone]
name = "Fairphone"
people = ["Eva Gouwens"]
[vendors.xiaomi]
aliases = ["Mi Corp"]
""",
    "rules.toml": """
[objects.repair]
kind = "diversification"
label = "repair services"
moves = { open = "start", mend = "expand" }
[cues.to_the_people]
kind = "deal"
direction = "start"
label = "employee shares"
""",
    "fr.toml": """
[objects]
own_stores = ["échoppe*"]
repair = ["atelier* de réparation"]
[moves]
mend = ["rafistol*"]
[cues]
to_the_people = ["actionnariat populaire"]
""",
    "fr.examples.toml": """
[[example]]
text = "Fairphone ouvre des ateliers de réparation à Lyon."
shifts = ["fairphone diversification start"]

[[example]]
text = "Mi Corp va ouvrir dix échoppes à Lyon."
shifts = ["channel expand"]

[[example]]
text = "Fairphone rafistole ses ateliers de réparation et choisit l'actionnariat populaire."
shifts = ["diversification expand", "deal start"]

[[example]]
text = "Le client a rendu son Fairphone."
shifts = []
""",
}
UNHEARD = '[cues.unheard]\nkind = "deal"\ndirection = "start"\nlabel = "x"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user: feeds.toml and a pack folder `own`."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"feeds.toml": FEEDS} | {f"own/{name}": text for name, text in FOLDER.items()})
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def found(extractor: Extractor, text: str, lang: str = "fr") -> list[str]:
    shifts = extractor.extract(Document(text, lang=lang)).shifts
    return [f"{s.vendor} {s.kind} {s.direction} {s.object}" for s in shifts]


def test_check_runs_own_and_packaged_examples(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "check", "own"]) == 0
    assert capsys.readouterr().out.startswith("4 examples, 0 failed (rules-1+")
    assert main(["packs", "check", "--format", "json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert shape["examples"] > 50
    assert (shape["failed"], shape["failures"]) == (0, [])


def test_the_worked_example_of_the_readme_works(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = files("marketwatch.extract").joinpath("lang/README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"`my-pack/([\w.]+)`:.*?```toml\n(.*?)```", text, re.DOTALL)
    write(folder, {f"my-pack/{name}": block for name, block in blocks})
    assert main(["packs", "check", "my-pack"]) == 0
    assert capsys.readouterr().out.startswith("2 examples, 0 failed")


def test_an_example_that_fails_is_a_line_and_exit_code_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '\n[[example]]\ntext = "Fairphone ouvre des\\tateliers de réparation."\nshifts = []\n'
    with (folder / "own/fr.examples.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    assert main(["packs", "check", "own"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    line = FOLDER["fr.examples.toml"].count("\n") + 2
    assert first == (
        f"own/fr.examples.toml:{line}: expected nothing, came fairphone diversification start:"
        " Fairphone ouvre des ateliers de réparation."
    )
    assert last.startswith("5 examples, 1 failed")
    assert main(["packs", "check", "own", "--format", "json"]) == 1
    (failure,) = json.loads(capsys.readouterr().out)["failures"]
    assert failure == {
        "file": "own/fr.examples.toml",
        "line": line,
        "lang": "fr",
        "text": "Fairphone ouvre des\tateliers de réparation.",
        "expected": [],
        "found": ["fairphone diversification start"],
    }


def test_list_shows_terms_and_what_was_added(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "list", "--format", "json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    languages = {one["lang"]: one["sections"] for one in shape["languages"]}
    assert languages["fr"]["objects"]["added"] == 2
    assert languages["de"]["objects"]["added"] == 0
    assert all(languages[lang]["moves"]["terms"] > 100 for lang in languages)
    assert {"place": "fr moves", "name": "mend", "what": ["rafistol*"]} in shape["added"]
    assert main(["packs", "list"]) == 0
    table = capsys.readouterr().out
    assert "échoppe*" in table
    assert "diversification: repair services" in table
    assert main(["packs", "list", "--lang", "fr", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"section": "objects", "name": "repair", "terms": 0, "added": 1, "says": "diversification: repair services"} in rows
    assert main(["packs", "list", "--lang", "xx"]) == 2


@pytest.mark.parametrize(
    ("file", "change", "line", "words"),
    [
        ("own/fr.toml", "[moves]|[movs]", 5, "movs: unknown key; did you mean 'moves'?"),
        ("own/fr.toml", "own_stores =|own_stors =", 3, "objects.own_stors: unknown key; did you mean 'own_stores'?"),
        ("own/fr.toml", '["échoppe*"]|"échoppe*"', 3, "objects.own_stores: must be a list of terms"),
        ("own/fr.toml", '["échoppe*"]|[\n"a",\n3,\n]', 3, "objects.own_stores: must be a list of terms"),
        ("own/fr.toml", "échoppe*|(neuve|vieille échoppe", 3, "brackets do not match"),
        ("own/fr.toml", "échoppe*|éch*ppe", 3, "a star stands at the end of a word"),
        ("own/fr.toml", "échoppe*|.. échoppe", 3, "must begin and end with a word"),
        ("own/fr.toml", "[moves]|[modifiers]\nmaybe = ['x']\n[moves]", 6, "modifiers.maybe: unknown key"),
        ("own/rules.toml", f"[cues.|{UNHEARD}[cues.", 6, "cues.unheard: no language has words for it"),
        ("own/rules.toml", '{ open = "start"|{ opn = "start"', 5, "objects.repair.moves.opn: no such move"),
        ("own/rules.toml", '{ open = "start"|{ open = "met"', 5, "diversification has no direction 'met'; there are: start"),
        ("own/rules.toml", "[objects.repair]|[objects.own_stores]", 2, "there is such a rule already"),
        ("own/rules.toml", "[cues.to_the_people]|[cues.job_cuts]", 6, "there is such a rule already"),
        ("own/rules.toml", "[objects.repair]|[objects.target_x]", 2, "does not begin with target"),
        ("own/rules.toml", 'label = "employee shares"|', 6, "cues.to_the_people.label: must be a text"),
        ("own/rules.toml", 'kind = "deal"|kind = "deel"', 7, "cues.to_the_people.kind: 'deel' is none of"),
        ("own/rules.toml", 'label = "repair services"|window = "wide"', 4, "objects.repair.window: must be a number"),
        ("own/rules.toml", "[cues.|[cus.", 6, "cus: unknown key; did you mean 'cues'?"),
        ("own/rules.toml", "[cues.|[[", 6, ""),
        ("own/vendors.toml", 'name = "Fairphone"|', 2, "no such vendor; a new one needs 'name'"),
        ("own/vendors.toml", "vendors.xiaomi|vendors.xiaomy", 5, "did you mean 'xiaomi'?"),
        ("own/vendors.toml", "aliases = |name = ", 6, "name: unknown key; there are: aliases people sub_brands"),
        ("own/fr.examples.toml", "channel expand|channel met", 8, "'channel met' is no shift"),
        ("own/fr.examples.toml", '"fairphone div|"fairfone div', 4, "no vendor 'fairfone'"),
        ("own/fr.examples.toml", "shifts = []|shift = []", 16, "unknown key"),
        ("feeds.toml", 'packs = "own"|packs = "owm"', 3, "packs: no such folder"),
        ("feeds.toml", "[settings]|[vocabulary.xx]\n[settings]", 2, "vocabulary.xx: unknown key; there are: rules en"),
        ("feeds.toml", "[settings]|[vocabulary]\nfr = 3\n[settings]", 3, "vocabulary.fr: must be a table"),
        ("feeds.toml", "[settings]|[vocabulary.fr.moves]\nopenn = ['x']\n[settings]", 3, "did you mean 'open'?"),
    ],
)
def test_a_mistake_names_file_and_line(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str, change: str, line: int, words: str
) -> None:
    before, _, after = change.partition("|")
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    assert main(["packs", "check"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"marketwatch: {file}:{line}: "), shown.err
    assert words in shown.err
    assert len(shown.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({}, "nowhere: no such folder"),
        ({"nowhere/README.md": ""}, "nowhere: holds no pack; there may be: vendors.toml rules.toml"),
        ({"nowhere/fra.toml": ""}, "nowhere/fra.toml: a pack folder has no such file"),
    ],
)
def test_a_folder_that_is_no_pack(folder: Path, capsys: pytest.CaptureFixture[str], made: dict[str, str], words: str) -> None:
    write(folder, made)
    assert main(["packs", "check", "nowhere"]) == 2
    assert words in capsys.readouterr().err


def test_words_in_feeds_toml_go_with_those_of_the_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inline = """
[vocabulary.rules.objects.rental]
kind = "diversification"
label = "phone rental"
moves = { mend = "stop", start = "start" }
[vocabulary.fr.objects]
rental = ["location de téléphones"]
own_stores = ["kiosque*"]
[vocabulary.fr]
abbreviations = ["sté"]
"""
    write(folder, {"feeds.toml": FEEDS + inline})
    extractor = extractor_of(load_config(folder / "feeds.toml"), learned=False)
    assert found(extractor, "Xiaomi lance la location de téléphones.") == ["xiaomi diversification start phone rental"]
    assert found(extractor, "Xiaomi va ouvrir dix kiosques.") == ["xiaomi channel expand physical stores"]
    assert found(extractor, "Xiaomi va ouvrir dix échoppes.") == ["xiaomi channel expand physical stores"]
    twice = inline.replace("rental", "repair").replace("mend", "open")
    write(folder, {"feeds.toml": FEEDS + twice})
    assert main(["packs", "check"]) == 2
    assert "own/rules.toml:2: objects.repair: there is such a rule already" in capsys.readouterr().err


def test_two_vocabularies_in_one_process_do_not_mix(folder: Path) -> None:
    text = "Samsung ouvre des ateliers de réparation et des échoppes."
    config = load_config(folder / "feeds.toml")
    write(folder, {"other.toml": FEEDS.replace('packs = "own"', "") + '[vocabulary.fr.objects]\ncarriers = ["échoppe*"]\n'})
    vendors = tuple(config.vendors.values())
    plain, own = Extractor(vendors, reader=None), extractor_of(config, learned=False)
    other = extractor_of(load_config(folder / "other.toml"), learned=False)
    repair, stores = "samsung diversification start repair services", "samsung channel expand physical stores"
    for _ in range(2):
        assert found(plain, text) == []
        assert found(own, text) == [repair, stores]
        assert found(other, "Samsung signe avec des échoppes.") == ["samsung channel start carriers"]
        assert found(other, text) == []
    assert len({plain.version, own.version, other.version}) == 3


def test_nothing_added_is_the_packaged_extractor(folder: Path) -> None:
    config = load_config(packaged_config())
    assert config.vocabulary is None
    assert "+own" not in extractor_of(config).version
    write(folder, {"feeds.toml": FEEDS.replace('packs = "own"', "") + "[vocabulary.fr]\n"})
    assert load_config(folder / "feeds.toml").vocabulary is None


def test_the_version_follows_the_content_alone(folder: Path) -> None:
    def version() -> str:
        return extractor_of(load_config(folder / "feeds.toml")).version

    first = version()
    write(folder, {"own/fr.toml": "# a remark\n" + FOLDER["fr.toml"]})
    assert version() == first
    write(folder, {"own/fr.toml": FOLDER["fr.toml"].replace("échoppe*", "baraque*")})
    assert version() != first
    write(folder, {"own/fr.toml": FOLDER["fr.toml"], "own/vendors.toml": FOLDER["vendors.toml"].replace("Mi Corp", "Mi Inc")})
    assert version() != first


def test_reextract_sees_a_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        folder, {"feeds.toml": FEEDS.replace('packs = "own"', ""), "a.txt": "Samsung ouvre dix échoppes dans la ville de Lyon."}
    )
    assert main(["add", "a.txt", "--lang", "fr", "--db", "a.sqlite3"]) == 0
    write(folder, {"feeds.toml": FEEDS})
    capsys.readouterr()
    assert main(["reextract", "--write", "--format", "json", "--db", "a.sqlite3"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert shape["stale"] == 1
    assert [(one["change"], one["kind"]) for one in shape["changes"]] == [("+ new", "channel")]
    assert main(["explain", "a.txt", "--lang", "fr", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["extractor"] == shape["extractor"]


def test_workers_read_with_the_words_of_the_user(folder: Path) -> None:
    config = load_config(folder / "feeds.toml")
    assert pickle.loads(pickle.dumps(config)) == config
    pool = WorkerPool(config, workers=1)
    draft = ArticleDraft(key="1", source="a", url=None, title="", text="Samsung ouvre dix échoppes.", lang="fr")
    try:
        (analysed,) = asyncio.run(pool.analyse([draft], ()))
    finally:
        pool.close()
    assert [shift.object for shift in analysed.extraction.shifts] == ["physical stores"]


def test_own_words_speak_where_the_learned_reader_is_silent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"threshold": 0.5, "figure_threshold": 0.5, "calibration": [], "agreed": 0.05, "rules": 0.7}
    reader: Any = SimpleNamespace(digest="0" * 64, settings=settings)
    monkeypatch.setattr(engine, "read_document", lambda *_: [])
    config = load_config(folder / "feeds.toml")
    vendors = tuple(config.vendors.values())
    text = "Samsung ouvre dix échoppes. Samsung ouvre dix boutiques physiques à Lyon."
    assert found(Extractor(vendors, reader=reader), text) == []
    own = Extractor(vendors, vocabulary=config.vocabulary, reader=reader)
    (shift,) = own.extract(Document(text, lang="fr")).shifts
    assert [e.text for e in shift.evidence] == ["Samsung ouvre dix échoppes."]


@pytest.mark.parametrize(
    ("key", "line"),
    [(("a",), 1), (("a", "b", "c"), 4), (("a", "l"), 5), (("t", 0), 9), (("t", 1, "u"), 13), (("a", "missing"), 1)],
)
def test_the_line_of_a_key(key: tuple[str | int, ...], line: int) -> None:
    text = '[a]\n\n# c = 1\nb.c = 1\nl = [\n  "[a]",\n]\n\n[[t]]\nu = """\n[[t]]"""\n[[t]]\nu = 1\n'
    assert line_of(text, key) == line
