"""What is exported reads back the same in every form, says the same as the list of moves, and is inert text everywhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from marketwatch.cli import main
from marketwatch.domain import Article, Evidence, Figure, Marks, Moment, Provenance, ShiftKind, StoredShift, Vendor
from marketwatch.errors import InputError, UsageError
from marketwatch.export.as_csv import inert
from marketwatch.export.edits import Edits
from marketwatch.export.files import FORMS, form_of, read_report
from marketwatch.export.report import About, Report, ReportMove, Telling, gather, in_order
from marketwatch.export.timeline_svg import KIND_SIGNS
from marketwatch.move_scope import Scope
from marketwatch.query import Query, parse
from store import Store

from builders import analysed, figure, shift  # isort: skip
from conftest import NOW  # isort: skip

HOSTILE = (
    '<script>alert("x")</script><img src=x onerror=alert(1)> | a | b | `code` ```\n\n# heading\n- item --> ]]> &amp; '
    "[a](javascript:x) ![i](http://evil.example/p.png) *bold* $x$ \\ end"
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)", "'quoted", "\t=1")
every_form = pytest.mark.parametrize("ending", FORMS)


def build(report: Report, ending: str) -> bytes:
    return form_of(Path(f"x.{ending}")).build(report)


def read(body: bytes, ending: str) -> Report:
    return form_of(Path(f"x.{ending}")).read(body)


def reported(store: Store, query: str = "") -> Report:
    return gather(
        store,
        parse(query, now=NOW),
        now=lambda: NOW,
        vendors={"xiaomi": Vendor("xiaomi", "Xiaomi"), "huawei": Vendor("huawei", "Huawei")},
    )


def as_in_a_file(report: Report, ending: str) -> Report:
    """Without what a file does not hold: marks, the rules of figures; in tables names of vendors, and a scope but in words."""

    def telling(one: Telling) -> Telling:
        article = replace(one.article, shifts=0, vendors=(), marks=Marks(), text_hash=one.origin.text_hash)
        figures = tuple(replace(figure, rule="") for figure in one.figures)
        return replace(one, stored=replace(one.stored, article=article), figures=figures)

    def scope(move: ReportMove) -> Scope | None:
        return move.scope if ending in ("md", "html", "jsonl") else Scope((move.scope_words,) if move.scope_words else ())

    moves = tuple(replace(move, tellings=tuple(map(telling, move.tellings)), scope=scope(move)) for move in report.moves)
    return Report(report.about, moves, report.names if ending in ("md", "html") else {})


@pytest.fixture
def told(store: Store) -> Store:
    """One move in two articles and two languages, one of another vendor, one without address and date."""
    chinese = "小米将开设实体店。它今年要开一千家。"
    both = (Evidence(chinese[:9], 0, 9), Evidence(chinese[9:], 9, len(chinese)))
    huawei = "Huawei drops its goal. It had aimed at 100 million phones."
    goal = shift(
        "Huawei drops its goal.", "huawei", object="goal", origin="online", destination="stores", event=Moment.parse("2018")
    )
    store.save(
        [
            analysed("a"),
            analysed(
                "b",
                chinese,
                shift(chinese, evidence=both, speaker="雷军", role="CEO"),
                lang="zh",
                outlet="移动观察",
                published=Moment.parse("2017-02"),
            ),
            analysed("c", huawei, goal, url=None, published=None),
        ]
    )
    return store


@every_form
def test_what_is_exported_reads_back_the_same(told: Store, ending: str) -> None:
    report = reported(told, "date:2016..")
    assert len(report.moves) == 2
    assert any(len(move.tellings) == 2 for move in report.moves)
    assert any(telling.figures for move in report.moves for telling in move.tellings)
    assert read(build(report, ending), ending) == as_in_a_file(report, ending)


@every_form
def test_an_export_of_nothing_still_says_what_was_asked(store: Store, ending: str) -> None:
    report = read(build(reported(store, "vendor:xiaomi date:2017"), ending), ending)
    assert (report.moves, report.about.query, report.about.revision) == ((), "vendor:xiaomi date:2017-01-01..2017-12-31", 0)


@every_form
def test_the_same_question_gives_the_same_bytes(told: Store, ending: str) -> None:
    assert build(reported(told), ending) == build(reported(told), ending)


PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=60)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    def telling(number: int) -> Telling:
        quotes = draw(st.lists(LINES, min_size=1, max_size=3))
        evidence = tuple(Evidence(text, 7 * n, 7 * n + len(text)) for n, text in enumerate(quotes))
        made = shift("x", evidence=evidence, speaker=draw(PLAIN) or None, object=draw(PLAIN), role=draw(PLAIN) or None)
        at = datetime(2017, 1, number, tzinfo=UTC)
        article = Article(
            0, draw(PLAIN), draw(PLAIN), draw(PLAIN) or None, draw(PLAIN) or None, None, "en", Moment(at), at, 1, "h"
        )
        figures: tuple[Figure, ...] = (figure(evidence=Evidence(quotes[0], 0, len(quotes[0])), rule=""),)
        return Telling(StoredShift(0, made, article), Provenance(draw(PLAIN), draw(PLAIN), "h"), figures)

    count = draw(st.integers(1, 3))
    moves = tuple(ReportMove(in_order((telling(n), telling(n + 3)))) for n in range(1, count + 1))
    return Report(About(draw(PLAIN), NOW, 3), moves)


@given(reports())
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_as_it_was(report: Report) -> None:
    for ending in FORMS:
        body = build(report, ending)
        again = read(body, ending)
        assert again == as_in_a_file(report, ending), ending
        assert form_of(Path(f"x.{ending}")).edits(body, again) == Edits()


def test_a_sentence_longer_than_a_cell_comes_back_whole(store: Store) -> None:
    text = "很" * 70_000
    store.save([analysed("a", text)])
    report = reported(store)
    assert read(build(report, "xlsx"), "xlsx") == as_in_a_file(report, "xlsx")


# --- the same answer as the list ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["", "vendor:xiaomi", "outlets:>=2", "sort:date", "limit:1", "conf:>=0.5 lang:zh"])
def test_the_moves_are_those_of_the_list(told: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], query: str) -> None:
    out = tmp_path / "r.jsonl"
    assert main(["--db", str(told.path), "export", query, "-o", str(out)]) == 0
    capsys.readouterr()
    assert main(["--db", str(told.path), "moves", query, "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    head, *moves = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert head["moves"] == len(moves) == len(listed)
    same = ("vendor", "kind", "direction", "object", "status", "confidence", "first", "articles", "outlets", "langs")
    assert [{k: m[k] for k in same} for m in moves] == [{k: m[k] for k in same} for m in listed]
    assert [len(m["sources"]) for m in moves] == [len(m["shifts"]) for m in listed]
    assert [m["sources"][0]["evidence"] for m in moves] == [m["evidence"] for m in listed]


def test_a_query_with_a_negation_is_one(told: Store, tmp_path: Path) -> None:
    assert main(["--db", str(told.path), "export", "-vendor:xiaomi", "-o", str(tmp_path / "r.jsonl")]) == 0
    assert {move.lead.shift.vendor for move in read_report(tmp_path / "r.jsonl").report.moves} == {"huawei"}


# --- inert ----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def hostile(store: Store) -> Store:
    """Every string that an outsider writes is an attack."""
    text = HOSTILE.replace("\n\n", "\n")
    made = shift(text, speaker=HOSTILE, role=HOSTILE, object=HOSTILE)
    store.save([analysed("h", text, made, title=HOSTILE, outlet=HOSTILE, author=HOSTILE, lang="en")])
    return store


def test_hostile_text_in_html_is_text(hostile: Store) -> None:
    page = html.document_fromstring(build(reported(hostile), "html"))
    (script,) = page.iter("script")
    assert script.get("type") == "application/json"
    assert json.loads(script.text)["moves"]
    assert not [element.tag for element in page.iter("img", "iframe", "link", "object", "embed", "base", "form")]
    assert not [name for element in page.iter() for name in element.attrib if name.lower().startswith("on") or name == "src"]
    links = [element.get("href") for element in page.iter("a")]
    assert links == ["#m1", "https://example.org/h"]
    (quote,) = page.xpath("//blockquote/p")
    assert quote.text == f"“{read_back(hostile)}”"
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


def read_back(store: Store) -> str:
    (stored,) = store.shifts(Query())[0]
    return stored.shift.evidence[0].text


def test_hostile_text_in_markdown_is_text(hostile: Store) -> None:
    source = build(reported(hostile), "md").decode()
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render(source)
    page = html.fragment_fromstring(rendered, create_parent="div")
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert tags <= {"div", "h1", "h2", "ul", "li", "p", "strong", "em", "a"}, tags
    assert [element.text for element in page.iter("h1", "h2")] == ["Smartphone-market watch: moves", "Xiaomi"]
    assert [element.get("href") for element in page.iter("a")] == ["https://example.org/h"]
    shown = " ".join(page.text_content().split())
    assert f"“{' '.join(read_back(hostile).split())}”" in shown
    (comment,) = page.iter(etree.Comment)
    assert comment.text.strip().startswith("marketwatch-export")
    assert rendered.rstrip().endswith("-->")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_of_a_csv_that_begins_like_a_formula_is_inert(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert inert("plain = text") == "plain = text"
    assert inert(-5) == "-5"


def with_formulas(store: Store) -> Report:
    # A store takes tabs out of texts; whatever else comes out of one is to be inert too.
    for n, text in enumerate(FORMULAS):
        store.save(
            [
                analysed(
                    f"k{n}", text, shift(text.strip(), object=f"{text}{n}", speaker=text), title=text, outlet=text, author=text
                )
            ]
        )
    return reported(store)


def test_no_cell_of_the_csv_runs(store: Store) -> None:
    rows = list(csv.reader(io.StringIO(build(with_formulas(store), "csv").decode())))
    assert len(rows) == len(FORMULAS) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_xlsx_holds_no_formula_and_no_link_but_to_the_web(store: Store) -> None:
    report = with_formulas(store)
    bad = replace(report.moves[0].lead.article, url="file:///etc/passwd")
    lead = report.moves[0].lead
    moved = replace(lead, stored=replace(lead.stored, article=bad))
    report = replace(report, moves=(ReportMove((moved,)), *report.moves[1:]))
    book = load_workbook(io.BytesIO(build(report, "xlsx")))
    assert book.sheetnames == ["Moves", "Evidence", "About"]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    texts = {cell.value for cell in book["Evidence"]["E"]}
    assert {text.strip() for text in FORMULAS} <= texts
    links = [cell.hyperlink.target for cell in cells if cell.hyperlink]
    assert links
    assert all(link.startswith("https://example.org/") for link in links)
    assert "file:///etc/passwd" in {cell.value for cell in cells}
    about = {row[0]: row[1] for row in book["About"].iter_rows(min_row=2, values_only=True)}
    assert (about["revision"], about["moves"], about["extractors"]) == (len(FORMULAS), len(FORMULAS), "rules-test")


# --- the picture ----------------------------------------------------------------------------------------------------------
def test_the_timeline_has_a_mark_a_move_in_the_lane_of_its_vendor(told: Store) -> None:
    page = html.document_fromstring(build(reported(told), "html"))
    (svg,) = page.iter("svg")
    assert [text.text for text in svg.xpath(".//*[@class='name']")] == ["Xiaomi", "Huawei"]
    marks = svg.xpath(".//*[contains(@class, 'mark ')]")
    assert sorted(mark.findtext("text") for mark in marks) == ["≤▲ ch", "▲ ch"]  # Huawei's article has no date
    assert "<=2026-11-24" in page.xpath("string(//article[h3[contains(., 'goal')]])")
    assert "≤ of unknown date" in page.xpath("string(//figcaption)")
    titles = [mark.findtext("title") for mark in marks]
    assert any("小米将开设实体店。" in title and "雷军 (CEO)" in title for title in titles)
    targets = {link.get("href") for link in svg.iter("a")}
    assert targets == {f"#{article.get('id')}" for article in page.iter("article")}
    boxes = [(float(m.find("rect").get("x")), float(m.find("rect").get("y"))) for m in marks]
    assert boxes[0][1] != boxes[1][1]
    assert all(140 <= x <= 1160 for x, _ in boxes)


def test_marks_of_one_lane_do_not_cover_one_another(store: Store) -> None:
    for n in range(40):
        day = Moment.parse(f"2017-01-{n % 28 + 1:02}")
        store.save([analysed(f"k{n}", "Xiaomi opens stores.", shift(object=f"object{n}x"), published=day)])
    page = html.document_fromstring(build(reported(store), "html"))
    boxes = [(float(r.get("x")), float(r.get("y"))) for r in page.xpath("//svg//*[contains(@class, 'mark ')]/rect")]
    assert len(boxes) == 40
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if abs(a[0] - b[0]) < 40 and abs(a[1] - b[1]) < 18]


def test_every_kind_has_a_sign_of_its_own() -> None:
    assert set(KIND_SIGNS) == set(ShiftKind)
    assert len(set(KIND_SIGNS.values())) == len(ShiftKind)


# --- files of others ------------------------------------------------------------------------------------------------------
def mutated(change: Callable[[Any], object]) -> bytes:
    """A good jsonl export whose first move was changed by hand."""
    source: dict[str, Any] = dict.fromkeys(("from", "to", "speaker", "role", "event", "rule", "verdict"))
    source |= {"vendor": "x", "kind": "channel", "direction": "expand", "object": "o", "status": "done", "confidence": 0.5}
    source |= {"extractor": "r", "text_hash": "h", "evidence": [], "figures": []}
    article: dict[str, Any] = dict.fromkeys(("url", "outlet", "author", "lang", "published"))
    article |= {"source": "s", "key": "k", "title": "t", "first_seen": "2017-01-01T00:00:00Z", "version": 1}
    source["article"] = article
    move = {"sources": [source]}
    change(move)
    head = {"marketwatch_export": 1, "query": "", "exported_at": "2017-01-01T00:00:00Z", "revision": 1}
    return f"{json.dumps(head)}\n{json.dumps(move)}\n".encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.clear(), "line 2: no sources"),
        (lambda m: m.update(sources=[1]), "line 2, source 1: is no object"),
        (lambda m: m["sources"][0].update(kind="fashion"), "fashion"),
        (lambda m: m["sources"][0].pop("article"), "article"),
        (lambda m: m["sources"][0].update(confidence="sure"), "sure"),
        (lambda m: m["sources"][0].update(evidence=[{"text": "x", "start": "a", "end": 1}]), "'a'"),
        (lambda m: m["sources"][0].update(evidence=7), "source 1"),
        (lambda m: m["sources"][0]["article"].update(first_seen=7), "source 1"),
        (lambda m: m["sources"][0]["article"].update(published="soon"), "soon"),
    ],
)
def test_what_does_not_read_is_named(change: Callable[[Any], object], words: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(mutated(lambda m: None))
    assert len(read_report(tmp_path / "x.jsonl").report.moves) == 1
    (tmp_path / "x.jsonl").write_bytes(mutated(change))
    with pytest.raises(InputError, match="is no export of marketwatch that can be checked") as caught:
        read_report(tmp_path / "x.jsonl")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.md", b"# notes"),
        ("a.html", b"<html></html>"),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", b""),
        ("a.jsonl", b'{"id": 1}\n'),
        ("a.jsonl", b""),
        ("a.jsonl", b"[" * 100_000),
        ("a.jsonl", b'{"marketwatch_export": 2}\n'),
        ("a.xlsx", b"PK no archive"),
        ("a.md", b"\xff\xfe"),
    ],
)
def test_files_of_others_are_refused(name: str, body: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(InputError, match=name):
        read_report(tmp_path / name)


def test_other_endings_are_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.md, \.csv, \.jsonl, \.xlsx, \.html"):
        form_of(tmp_path / "x.pdf")
