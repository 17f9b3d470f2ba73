from __future__ import annotations

from marketwatch.domain import MarkChange, Marks, ShiftKind, Verdict
from marketwatch.query import Query, parse
from store import Store

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip


def saved(store: Store) -> tuple[int, int]:
    store.save([analysed("a"), analysed("b", "Huawei hires.", shift("Huawei hires.", "huawei", kind=ShiftKind.ORGANIZATION))])
    ids = {article.title: article.id for article in store.articles(Query())[0]}
    return ids["Title a"], ids["Title b"]


def titles(store: Store, text: str) -> set[str]:
    return {article.title for article in store.articles(parse(text, now=NOW))[0]}


def marks_of(store: Store, article_id: int) -> Marks:
    article = store.article(article_id)
    assert article is not None
    return article.marks


def test_marks_are_shown_and_found(store: Store) -> None:
    a, b = saved(store)
    assert store.mark([a], MarkChange(starred=True, add_tags=("India", "two words"))) == "star, tag india two-words on 1 article"
    store.mark([b], MarkChange(note="ask\x1b[31m them", read=True))
    assert marks_of(store, a) == Marks(starred=True, tags=("india", "two-words"))
    assert marks_of(store, b) == Marks(read=True, note="ask[31m them")
    for text, found in (
        ("is:starred", {"Title a"}),
        ("tag:india", {"Title a"}),
        ("has:note", {"Title b"}),
        ("is:unread", {"Title a"}),
    ):
        assert titles(store, text) == found, text
    assert titles(store, "-is:starred -tag:india") == {"Title b"}
    assert [s.article.title for s in store.shifts(parse("is:starred", now=NOW))[0]] == ["Title a"]


def test_undo_and_redo_walk_through_all_changes(store: Store) -> None:
    a, b = saved(store)
    (one,) = store.article_shifts(a)
    store.mark([a, b], MarkChange(starred=True))
    store.mark([a], MarkChange(note="first"))
    store.judge([one.id], Verdict.REJECTED)
    assert store.undo() == "rejected 1 shift"
    assert store.undo() == "note on 1 article"
    assert marks_of(store, a) == Marks(starred=True)
    assert store.redo() == "note on 1 article"
    assert marks_of(store, a).note == "first"
    store.mark([b], MarkChange(starred=False))
    assert store.redo() is None
    assert [store.undo() for _ in range(4)] == ["unstar 1 article", "note on 1 article", "star 2 articles", None]
    assert (marks_of(store, a), marks_of(store, b)) == (Marks(), Marks())


def test_a_verdict_outlives_a_new_extraction_that_says_the_same(store: Store) -> None:
    a, _ = saved(store)
    (one,) = store.article_shifts(a)
    store.judge([one.id], Verdict.VERIFIED)
    store.replace_extraction(a, analysed("a", "Xiaomi opens stores.", shift(object="own shops", confidence=0.5)).extraction)
    (again,) = store.article_shifts(a)
    assert (again.verdict, again.shift.object) == (Verdict.VERIFIED, "own shops")
    assert titles(store, "is:verified") == {"Title a"}
    assert titles(store, "is:rejected") == set()
    assert [s.shift.vendor for s in store.shifts(parse("-is:verified", now=NOW))[0]] == ["huawei"]


def test_two_shifts_that_differ_by_their_object_have_verdicts_of_their_own(store: Store) -> None:
    text = "Xiaomi opens stores."
    store.save([analysed("a", text, shift(text, object="stores"), shift(text, object="kiosks"))])
    stores, kiosks = store.shifts(Query())[0]
    store.judge([stores.id], Verdict.VERIFIED)
    store.judge([kiosks.id], Verdict.REJECTED)
    assert {s.shift.object: s.verdict for s in store.shifts(Query())[0]} == {
        stores.shift.object: Verdict.VERIFIED,
        kiosks.shift.object: Verdict.REJECTED,
    }
    assert [s.id for s in store.shifts(parse("is:rejected", now=NOW))[0]] == [kiosks.id]


def test_reading_an_article_is_nothing_to_take_back(store: Store) -> None:
    a, _ = saved(store)
    store.mark([a], MarkChange(read=True), undoable=False)
    assert marks_of(store, a).read
    assert store.undo() is None


def test_what_changes_nothing_is_not_written_down(store: Store) -> None:
    a, _ = saved(store)
    store.mark([a], MarkChange(starred=True))
    store.mark([a], MarkChange(starred=True))
    assert [store.undo(), store.undo()] == ["star 1 article", None]


def test_new_is_what_was_first_seen_since_yesterday(store: Store) -> None:
    saved(store)
    assert titles(store, "is:new") == {"Title a", "Title b"}
    assert titles(store, "is:new,starred -is:unread") == set()
    assert titles(store, "age:>1y") == {"Title a", "Title b"}
    assert titles(store, "age:<30d") == set()


def test_a_verdict_stays_with_what_it_was_given_on(store: Store) -> None:
    text = "Xiaomi opens stores."
    said = {name: shift(text, object=name) for name in ("stores", "kiosks", "own shops", "service points")}
    store.save([analysed("a", text, said["stores"], said["kiosks"])])
    (article,) = store.articles(Query())[0]
    ids = {s.shift.object: s.id for s in store.shifts(Query())[0]}
    store.judge([ids["stores"]], Verdict.VERIFIED)
    store.judge([ids["kiosks"]], Verdict.REJECTED)

    def read_again(*names: str) -> dict[str, Verdict | None]:
        store.replace_extraction(article.id, analysed("a", text, *(said[name] for name in names)).extraction)
        return {s.shift.object: s.verdict for s in store.shifts(Query())[0]}

    assert read_again("stores") == {"stores": Verdict.VERIFIED}
    assert titles(store, "is:rejected") == set()
    assert read_again("stores", "kiosks") == {"stores": Verdict.VERIFIED, "kiosks": Verdict.REJECTED}
    assert read_again("own shops", "service points") == {"own shops": None, "service points": None}
    assert read_again("stores") == {"stores": Verdict.VERIFIED}
    assert read_again("own shops") == {"own shops": Verdict.VERIFIED}
    (one,) = store.shifts(parse("is:verified", now=NOW))[0]
    store.judge([one.id], None)
    assert titles(store, "is:verified") == set()
    assert [store.undo() for _ in range(3)] == ["no verdict on 1 shift", "rejected 1 shift", "verified 1 shift"]
    assert {s.verdict for s in store.shifts(Query())[0]} == {None}


def test_undo_leaves_alone_what_was_marked_since(store: Store) -> None:
    a, _ = saved(store)
    store.mark([a], MarkChange(starred=True, add_tags=("x",)))
    store.mark([a], MarkChange(read=True), undoable=False)
    assert store.undo() == "star, tag x on 1 article"
    assert marks_of(store, a) == Marks(read=True)
    assert store.redo() == "star, tag x on 1 article"
    assert marks_of(store, a) == Marks(starred=True, read=True, tags=("x",))


def test_a_tag_is_found_as_it_was_typed(store: Store) -> None:
    a, _ = saved(store)
    store.mark([a], MarkChange(add_tags=("India", "two words")))
    for text in ("tag:India", "tag:india", 'tag:"Two Words"', "tag:two-words"):
        assert titles(store, text) == {"Title a"}, text


def test_figures_know_the_verdicts_of_their_article(store: Store) -> None:
    a, _ = saved(store)
    (one,) = store.article_shifts(a)
    store.judge([one.id], Verdict.VERIFIED)
    assert [f.article.id for f in store.figures(parse("is:verified", now=NOW))] == [a]
    assert a not in [f.article.id for f in store.figures(parse("-is:verified", now=NOW))]
