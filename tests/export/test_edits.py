"""Exports that were edited by hand: what people read in them and their data do not say the same any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from marketwatch import __version__
from marketwatch.cli import main
from store import Store

from exports import Capture, export, states, verified, why  # isort: skip


@pytest.mark.parametrize("ending", ["md", "html", "csv", "jsonl"])
def test_a_sentence_that_was_changed_in_the_file_does_not_hold(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}", "vendor:huawei")
    text = path.read_text(encoding="utf-8")
    # Of md and html only what people see: the data behind it stay as they were.
    shown = {"md": "“Huawei opens flagships.”\n", "html": "“Huawei opens flagships.”</p>"}.get(ending, "Huawei opens flagships.")
    assert text.count(shown) == 1
    path.write_text(text.replace(shown, shown.replace("opens", "shuts")), encoding="utf-8")
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"huawei": "changed"})
    assert "shuts" in why(result, "huawei") or "sentence" in why(result, "huawei")


SHOWN = {
    "md": [
        ("**2017-01-12** ▲", "**2016-01-12** ▲", "it shows “**2016-01-12**” where its data say “**2017-01-12**”"),
        ("announced · 90 %", "done · 90 %", "it shows “done” where its data say “announced”"),
        ("Courier, 2017-01-12", "Reuters, 2017-01-12", "it shows “Reuters,” where its data say “Courier,”"),
    ],
    "html": [
        (">2017-01-12</time>", ">2016-01-12</time>", "it shows “2016-01-12” where its data say “2017-01-12”"),
        ("Courier, 2017-01-12", "Reuters, 2017-01-12", "it shows “Reuters,” where its data say “Courier,”"),
    ],
    "csv": [
        ('"1 outlet (en), 1 origin"', '"4 outlets (en), 4 origins"', "corroboration is “4 outlets (en), 4 origins”"),
        ("announced,0.9,", "announced,0.8,", "its move_confidence is “0.8” where its other data give “0.9”"),
        (",Courier,", ",Reuters,", "outlet Reuters → Courier"),
    ],
    "jsonl": [
        ('"first": "2017-01-12"', '"first": "2016-01-12"', "its first is “2016-01-12” where its other data give “2017-01-12”"),
        ('"origins": ["Courier"]', '"origins": ["Courier", "Reuters"]', "its corroboration is"),
        ('"title": "Title c", "outlet"', '"title": "Another", "outlet"', "title Another → Title c"),
    ],
}


@pytest.mark.parametrize(("ending", "old", "new", "told"), [(ending, *one) for ending, all_ in SHOWN.items() for one in all_])
def test_anything_that_was_changed_in_a_file_is_told(
    two: Store, tmp_path: Path, ending: str, old: str, new: str, told: str, capsys: Capture
) -> None:
    path = export(two, tmp_path / f"r.{ending}", "vendor:huawei")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"huawei": "changed"})
    assert told in why(result, "huawei")


@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_number_that_was_changed_in_a_file_is_told(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}", "vendor:xiaomi")
    text = path.read_text(encoding="utf-8")
    assert text.count("100 000 000 000 CNY") == 1
    path.write_text(text.replace("100 000 000 000 CNY", "170 000 000 000 CNY"), encoding="utf-8")
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "changed"})
    assert "the file was edited: it shows “170” where its data say “100”" in why(result)


@pytest.mark.parametrize(
    ("ending", "old", "new", "told"),
    [
        ("md", "- Query: vendor:huawei", "- Query: vendor:xiaomi", "where its data say “vendor:huawei”"),
        ("md", "\n[^1]: ", "\n[^9]: Reuters, 2017-01-01, en, *T*: “Huawei ends.”\n[^1]: ", "which its data do not have"),
        ("md", "\n\n[^1]: ", "\n- **2017-02-02** ■ channel stop: stores — done\n\n[^1]: ", "which its data do not have"),
        ("html", "<h2>Huawei</h2>", "<h2>Honor</h2>", "it shows “Honor”, which its data do not have"),
        ("html", "</section>", "<div>Huawei ends.</div></section>", "it shows “Huawei ends.”, which its data do not have"),
        ("jsonl", '"articles": 1,', '"articles": 40,', "its articles is “40” where its other data give “1”"),
    ],
)
def test_edits_beside_the_moves_are_told(
    two: Store, tmp_path: Path, ending: str, old: str, new: str, told: str, capsys: Capture
) -> None:
    path = export(two, tmp_path / f"r.{ending}", "vendor:huawei")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, result = verified(two, path, capsys)
    assert code == 1
    assert told in "; ".join([*result["edited"], why(result, "huawei")])


def test_a_file_of_another_version_is_held_against_the_base_alone(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.md", "vendor:huawei")
    text = path.read_text(encoding="utf-8").replace(f'"marketwatch": "{__version__}"', '"marketwatch": "0.0.1"')
    path.write_text(text.replace(" · 90 %", ", sure by 90 %"), encoding="utf-8")
    code, result = verified(two, path, capsys)
    assert (code, result["compared"], states(result)) == (0, False, {"huawei": "holds"})
    assert main(["--db", str(two.path), "verify", str(path)]) == 0
    assert "written by marketwatch 0.0.1: what it shows beside its data was not compared" in capsys.readouterr().out


def test_a_table_may_be_sorted_and_saved_anew(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.csv")
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    assert len(rows) == 3
    path.write_text("\r\n".join([head, *reversed(rows)]).replace(",0.9,", ",0.90,"), encoding="utf-8-sig")
    assert verified(two, path, capsys)[0] == 0


def test_the_list_of_moves_in_a_spreadsheet_is_compared_with_its_evidence(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.xlsx")
    book = load_workbook(path)
    (cell,) = [cell for row in book["Moves"] for cell in row if cell.value == "1 outlet (en), 1 origin"]
    cell.value = "4 outlets (en), 4 origins"
    book.save(path)
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "holds", "huawei": "changed"})
    assert "its corroboration is “4 outlets" in why(result, "huawei")


def test_a_sentence_that_was_changed_in_a_spreadsheet_does_not_hold(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.xlsx")
    book = load_workbook(path)
    book.save(path)  # as another program writes it
    assert verified(two, path, capsys)[0] == 0
    sheet = book["Evidence"]
    (cell,) = [cell for cell in sheet["E"] if cell.value == "Huawei opens flagships."]
    cell.value = "Huawei shuts flagships."
    book.save(path)
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "holds", "huawei": "changed"})


def test_notes_beside_the_sentences_and_other_line_ends_do_no_harm(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.md")
    text = "My notes first.\n\n" + path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert verified(two, path, capsys)[0] == 0


# --- the command --------------------------------------------------------------------------------------------------------
