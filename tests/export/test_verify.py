"""Export, then time passes, then verify: what holds, what has changed, what is gone, in every form."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from marketwatch.cli import main
from marketwatch.domain import Direction, Evidence, Extraction, Moment, ShiftKind, Status
from marketwatch.export.files import FORMS
from marketwatch.query import Query
from store import Store, open_store

from builders import analysed, figure, shift  # isort: skip
from conftest import NOW  # isort: skip
from exports import A, B, Capture, export, states, verified, why  # isort: skip

every_form = pytest.mark.parametrize("ending", FORMS)


def reread(store: Store, key: str, *shifts: Any, figures: tuple[Any, ...] | None = None) -> None:
    """As another version of the rules would: all ids are new."""
    number = store.locate("feed", key, None)
    assert number is not None
    kept = tuple(stored.figure for stored in store.article_figures(number)) if figures is None else figures
    lang = {"b": "fr"}.get(key, "en")
    store.replace_extraction(number, Extraction(lang, shifts, kept, "rules-next", ("xiaomi",)))


@every_form
def test_nothing_changed(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    code, result = verified(two, export(two, tmp_path / f"r.{ending}"), capsys)
    assert code == 0
    assert states(result) == {"xiaomi": "holds", "huawei": "holds"}
    assert (result["holds"], result["changed"], result["gone"], result["new"]) == (2, 0, 0, 0)
    assert (result["revision"], result["revision_now"]) == (1, 1)


@every_form
def test_the_same_shifts_under_other_ids_still_hold(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}")
    before = {stored.id for stored in two.shifts(Query())[0]}
    for key, text, vendor, words in (
        ("c", "Huawei opens flagships.", "huawei", "Flagship"),
        ("a", A, "xiaomi", "physical store"),
        ("b", B, "xiaomi", "stores, physical"),
    ):
        # Twice: the ids of what was last are given out again, and then mean another shift.
        reread(two, key, shift(text, vendor, object="a dummy"), shift(text, vendor, object="another"))
        reread(two, key, shift(text, vendor, object=words))
    assert before != {stored.id for stored in two.shifts(Query())[0]}
    code, result = verified(two, path, capsys)
    assert (code, set(states(result).values())) == (0, {"holds"}), result


@every_form
def test_an_edited_article_changes_its_moves(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}")
    two.save([analysed("a", "Xiaomi opens many stores, it says.")])
    code, result = verified(two, path, capsys)
    assert code == 1
    assert states(result) == {"xiaomi": "changed", "huawei": "holds"}
    assert "Example 2017-01-12: its sentence is not in the current version (2; exported from 1): “Xiaomi opens stores.”" in why(
        result
    )
    assert "Journal" not in why(result)


@pytest.mark.parametrize("query", ["", f"asof:{NOW:%Y-%m-%d}"])
def test_edits_in_the_second_of_the_export_are_told(two: Store, tmp_path: Path, query: str, capsys: Capture) -> None:
    """The clock of this store stands: seen, exported and edited in one second, before the export and after it."""
    two.save([analysed("c", "Huawei opens two flagships.", shift("Huawei opens two flagships.", "huawei", object="flagships"))])
    path = export(two, tmp_path / "r.csv", query)
    assert states(verified(two, path, capsys)[1]) == {"xiaomi": "holds", "huawei": "holds"}
    text = "Huawei opens no flagships."
    two.save([analysed("c", text, shift(text, "huawei", object="flagships"))])
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "holds", "huawei": "changed"})
    assert "(3; exported from 2)" in why(result, "huawei")


@every_form
def test_an_edit_elsewhere_in_the_article_changes_nothing(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}")
    text = f"Update. {A}"
    two.save([analysed("a", text, shift(evidence=(Evidence(A, 8, len(text)),)), title="Title a, updated")])
    code, result = verified(two, path, capsys)
    assert (code, why(result)) == (0, "")
    assert result["revision_now"] > result["revision"]


@every_form
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.DENIED}, "status announced → denied"),
        ({"kind": ShiftKind.MARKET}, "kind channel → market"),
        ({"direction": Direction.REDUCE}, "direction expand → reduce"),
        ({"object": "carriers"}, "object physical stores → carriers"),
        ({"speaker": "Lei Jun"}, "speaker nobody → Lei Jun"),
        ({"background": True}, "history"),
    ],
)
def test_a_reextraction_that_says_otherwise(
    two: Store, tmp_path: Path, ending: str, changes: dict[str, Any], words: str, capsys: Capture
) -> None:
    path = export(two, tmp_path / f"r.{ending}", "vendor:xiaomi")
    reread(two, "a", shift(A, **changes))
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "changed"})
    assert why(result).startswith("Example 2017-01-12: ")
    assert words in why(result)


@every_form
def test_a_shift_that_is_no_longer_read_is_gone(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}")
    reread(two, "c")
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "holds", "huawei": "gone"})
    assert why(result, "huawei") == "the shift is no longer read"


@every_form
def test_an_article_that_was_removed(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}")
    with closing(sqlite3.connect(two.path)) as raw, raw:
        for key in ("a", "c"):
            (number,) = raw.execute("SELECT id FROM article WHERE key = ?", (key,)).fetchone()
            raw.execute("DELETE FROM evidence WHERE shift_id IN (SELECT id FROM shift WHERE article_id = ?)", (number,))
            for table in ("shift", "figure", "mention", "extraction", "article_version"):
                raw.execute(f"DELETE FROM {table} WHERE article_id = ?", (number,))
            raw.execute("DELETE FROM article WHERE id = ?", (number,))
    code, result = verified(two, path, capsys)
    assert code == 1
    assert states(result) == {"xiaomi": "changed", "huawei": "gone"}
    assert why(result) == "Example 2017-01-12: its article is no longer there"
    assert (result["holds"], result["changed"], result["gone"]) == (0, 1, 1)


@every_form
def test_new_sources_change_a_move_and_new_moves_do_not(two: Store, tmp_path: Path, ending: str, capsys: Capture) -> None:
    path = export(two, tmp_path / f"r.{ending}")
    other = "Oppo opens stores."
    two.save([analysed("d", "小米开店。", lang="zh", outlet="观察"), analysed("e", other, shift(other, "oppo"))])
    code, result = verified(two, path, capsys)
    assert code == 1
    assert states(result) == {"xiaomi": "changed", "huawei": "holds"}
    assert why(result) == "new source: 观察 (zh) 2017-01-12"
    assert result["new"] == 1


def test_new_sources_outside_the_query_are_none_of_its_business(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.md", "lang:fr,en")
    two.save([analysed("d", "小米开店。", lang="zh", outlet="观察")])
    assert verified(two, path, capsys)[0] == 0


def test_figures_are_checked_too(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.md", "vendor:xiaomi")
    reread(two, "a", shift(A), figures=(figure("Xiaomi", value=5),))
    code, result = verified(two, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "changed"})
    assert "a figure is no longer read: revenue 2017, actual: 100 000 000 000 CNY" in why(result)


def test_a_feed_that_was_renamed_is_found_by_the_address(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.csv")
    with closing(sqlite3.connect(two.path)) as raw, raw:
        raw.execute("UPDATE article SET source = 'renamed', key = 'k' || key")
    assert verified(two, path, capsys)[0] == 0


def test_another_database_does_not_have_it(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.xlsx")
    with open_store(tmp_path / "other.sqlite3", now=lambda: NOW) as other:
        code, result = verified(other, path, capsys)
    assert (code, result["gone"]) == (1, 2)


# --- files that were edited ---------------------------------------------------------------------------------------------
def test_a_reversal_that_is_none_any_more_is_told(store: Store, tmp_path: Path, capsys: Capture) -> None:
    before = shift(A, kind=ShiftKind.MARKET, object="France", status=Status.DONE)
    after = shift(B, kind=ShiftKind.MARKET, object="France", direction=Direction.STOP, status=Status.DONE)
    store.save([
        analysed("a", A, before, published=Moment.parse("2017-01-12")),
        analysed("b", B, after, published=Moment.parse("2018-01-12")),
    ])  # fmt: skip
    path = export(store, tmp_path / "r.md", "dir:stop")
    assert "reversal of 2017-01-12" in path.read_text(encoding="utf-8")
    assert verified(store, path, capsys)[0] == 0
    reread(store, "a")
    code, result = verified(store, path, capsys)
    assert (code, states(result)) == (1, {"xiaomi": "changed"})
    assert "no longer a reversal of 2017-01-12" in why(result)


def test_the_table_has_a_line_a_move_and_a_summary(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.md")
    reread(two, "c")
    capsys.readouterr()
    assert main(["--db", str(two.path), "verify", str(path)]) == 1
    head, *rows, summary = capsys.readouterr().out.splitlines()
    assert head.split() == ["state", "first", "vendor", "kind", "dir", "object", "why"]
    assert sorted(row.split()[0] for row in rows) == ["gone", "holds"]
    assert summary.startswith("1 of 2 moves hold, 0 changed, 1 gone (exported ")
    assert summary.endswith("at revision 1, now 2)")


def test_jsonl_ends_with_the_summary(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = export(two, tmp_path / "r.csv")
    capsys.readouterr()
    assert main(["--db", str(two.path), "verify", str(path), "--format", "jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("state") for line in lines] == ["holds", "holds", None]
    assert lines[-1]["file"] == str(path)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["export", "-o", "x.pdf"], "exports end in .md"),
        (["export", "-o", "nowhere/x.md"], "there is no folder nowhere"),
        (["export", "vendr:x", "-o", "x.md"], "did you mean 'vendor'"),
        (["export", "-o", "kept.md"], "is there already"),
        (["verify", "x.pdf"], "exports end in .md"),
        (["verify", "missing.md"], "missing.md: No such file"),
        (["verify", "kept.md"], "kept.md: is no export of marketwatch"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(
    args: list[str], words: str, two: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kept.md").write_text("mine")
    assert main(["--db", str(two.path), *args]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert words in err
    assert Path("kept.md").read_text() == "mine"


def test_force_overwrites(two: Store, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "r.md"
    path.write_text("mine")
    assert main(["--db", str(two.path), "export", "-o", str(path), "--force"]) == 0
    assert capsys.readouterr().out == f"2 moves told by 3 articles: {path}\n"
    assert path.read_text().startswith("# Smartphone-market watch")


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_everything_as_it_was(
    there: bool, two: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = tmp_path / "folder" / "r.xlsx"
    path.parent.mkdir()
    if there:
        path.write_bytes(b"mine")

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert main(["--db", str(two.path), "export", "-o", str(path), "--force"]) == 1
    assert "r.xlsx: No space left on device" in capsys.readouterr().err
    assert [(one.name, one.read_bytes()) for one in path.parent.iterdir()] == ([("r.xlsx", b"mine")] if there else [])


def test_a_file_that_comes_while_we_write_is_kept(two: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, sync = tmp_path / "r.md", os.fsync

    def late(number: int) -> None:
        path.write_text("theirs")
        sync(number)

    monkeypatch.setattr(os, "fsync", late)
    assert main(["--db", str(two.path), "export", "-o", str(path)]) == 2
    assert path.read_text() == "theirs"
    assert not list(tmp_path.glob(".*part"))


def test_without_links_the_file_is_written_all_the_same(two: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_paths: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    assert export(two, tmp_path / "r.md").exists()
    assert not list(tmp_path.glob(".*part"))


def test_an_export_while_another_process_writes_is_of_one_revision(
    two: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    read: Callable[..., Any] = Store.provenance
    written: list[int] = []

    def interrupted(self: Store, ids: Any, **more: Any) -> Any:
        if not written:
            written.append(two.save([analysed("z", "Xiaomi opens stores again.", outlet="Late")])[0])
        return read(self, ids, **more)

    monkeypatch.setattr(Store, "provenance", interrupted)
    path = export(two, tmp_path / "r.jsonl", "vendor:xiaomi")
    code, result = verified(two, path, capsys)
    assert written == [1]
    assert (code, result["revision"]) == (0, 2)
    head, move = [json.loads(line) for line in path.read_text().splitlines()]
    assert (head["revision"], len(move["sources"])) == (2, 3)
