"""The base as it was known then: articles first seen by that day, in the version of then, with what was read in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from marketwatch.domain import AnalysedArticle, FigureRole, Moment, ShiftKind, Status, StoredShift
from marketwatch.drafts import text_hash
from marketwatch.export.report import gather
from marketwatch.ledger import read_ledger
from marketwatch.listing import moves_under
from marketwatch.query import Query, parse, to_text
from store import Store, lists, migrations, open_store
from store.engine import make_engine

from builders import analysed, figure, shift  # isort: skip
from plain_query import Row, article_matches, shift_matches  # isort: skip

START = datetime(2017, 1, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Clock:
    at: datetime = START

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Version:
    """What the base must know of an article from one look at it to the next."""

    made: AnalysedArticle
    since: datetime
    until: datetime | None = None

    @property
    def shown(self) -> int:
        return sum(not one.background for one in self.made.extraction.shifts)

    def row(self, shift_number: int | None = None) -> Row:
        found = None if shift_number is None else self.made.extraction.shifts[shift_number]
        return Row(self.made.draft, self.made.extraction.vendors, found, self.since, self.shown, self.until)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def base(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with open_store(tmp_path / "b.sqlite3", now=clock) as store:
        yield store


def asked(text: str) -> Query:
    return parse(text, now=NOW)


# --- one edited article ----------------------------------------------------------------------------------------------------
FIRST, SECOND = "Xiaomi opens stores.", "Xiaomi closes stores."


@pytest.fixture
def edited(base: Store, clock: Clock) -> Store:
    """Seen on January 10, edited on the 20th: the title, the text and what it says changed. Another one came on the 25th."""
    base.save([analysed("a", FIRST, shift(FIRST, object="opened"), published=Moment.parse("2016-05-01"))])
    clock.at = START + timedelta(days=10)
    base.save([analysed("a", SECOND, shift(SECOND, object="closed"), title="New title")])
    clock.at = START + timedelta(days=15)
    base.save([analysed("b", "Xiaomi stays.", shift("Xiaomi stays.", object="stayed"), published=Moment.parse("2016-06-01"))])
    clock.at = NOW
    return base


@pytest.mark.parametrize(
    ("day", "objects", "title"),
    [
        ("2017-01-09", [], None),
        ("2017-01-10", ["opened"], "Title a"),
        ("2017-01-19", ["opened"], "Title a"),
        ("2017-01-20", ["closed"], "New title"),
        ("2017-01", ["stayed", "closed"], "New title"),
    ],
)
def test_lists_counts_and_articles_are_those_of_the_day(edited: Store, day: str, objects: list[str], title: str | None) -> None:
    query = asked(f"asof:{day}")
    shifts, _ = edited.shifts(query)
    assert [s.shift.object for s in shifts] == objects
    assert [m.lead.shift.object for m in moves_under(edited, query)[0]] == objects
    articles, _ = edited.articles(query)
    assert len(articles) == len(objects)
    totals = edited.totals(query)
    assert totals.articles == len(objects)
    assert sum(count.shifts for count in edited.activity(query)) == len(objects)
    assert [s.shift.object for s in edited.article_shifts(1, as_of=query.as_of)] == [o for o in objects if o != "stayed"]
    if title is not None:
        article = articles[-1]
        version = 1 if title == "Title a" else 2
        text = FIRST if version == 1 else SECOND
        assert (article.title, article.version, article.text_hash, article.shifts) == (title, version, text_hash(text), 1)
        assert shifts[-1].article.title == title
        assert edited.provenance([1], as_of=query.as_of)[1].text_hash == text_hash(text)
        assert len(edited.figures(query)) == len(edited.article_figures(1, as_of=query.as_of)) + ("stayed" in objects)


def test_now_nothing_of_the_former_version_is_left_in_any_answer(edited: Store) -> None:
    assert [s.shift.object for s in edited.shifts(Query())[0]] == ["stayed", "closed"]
    assert [s.shift.object for s in edited.article_shifts(1)] == ["closed"]
    assert len(edited.article_figures(1)) == len(edited.figures_of([1])[1]) == 1
    assert edited.field_counts("object") == {"closed": 1, "stayed": 1}
    assert edited.articles(asked("object:opened"))[0] == []
    assert edited.integrity()[1] == "ok"
    edited.repair()
    assert [a.shifts for a in edited.articles(Query())[0]] == [1, 1]


def test_a_new_reading_leaves_what_held_then(edited: Store) -> None:
    made = analysed("a", SECOND, shift(SECOND, object="closed for good"))
    edited.replace_extraction(1, made.extraction)
    assert [s.shift.object for s in edited.article_shifts(1)] == ["closed for good"]
    assert [s.shift.object for s in edited.shifts(asked("asof:2017-01-19"))[0]] == ["opened"]
    assert [s.shift.object for s in edited.shifts(asked("asof:2017-01-20"))[0]] == ["closed for good"]


def test_patterns_look_into_the_version_of_then(edited: Store) -> None:
    assert len(edited.articles(asked("/opens/ asof:2017-01-15"))[0]) == 1
    assert edited.articles(asked("/opens/"))[0] == []
    assert edited.articles(asked("/New title/ asof:2017-01-15"))[0] == []
    assert edited.articles(asked("has:versions asof:2017-01-15"))[0] == []
    assert len(edited.articles(asked("has:versions asof:2017-01-20"))[0]) == 1


def test_words_are_those_of_the_version_of_then(edited: Store) -> None:
    for text, found in (("opens", 1), ("closes", 0), ("stores", 1), ("title:new", 0), ("-opens", 0), ("vendor:xiaomi ope", 1)):
        assert len(edited.articles(asked(f"{text} asof:2017-01-15"))[0]) == found, text
        assert edited.totals(asked(f"{text} asof:2017-01-15")).articles == found, text
    assert [s.shift.object for s in edited.shifts(asked("opens asof:2017-01-15"))[0]] == ["opened"]
    assert edited.articles(asked("opens asof:2017-01-20"))[0] == edited.articles(asked("opens"))[0] == []
    assert "former" in edited.explain(asked("opens asof:2017-01-15"))
    edited.repair()
    assert len(edited.articles(asked("opens asof:2017-01-15"))[0]) == 1


def test_vendors_are_those_that_the_version_of_then_named(base: Store, clock: Clock) -> None:
    def named(text: str) -> list[tuple[str, ...]]:
        return [a.vendors for a in base.articles(asked(text))[0]]

    for days, vendor in ((0, "xiaomi"), (10, "oppo"), (20, "huawei")):
        clock.at = START + timedelta(days=days)
        base.save([analysed("a", f"Store {days} opens.", shift("Store", vendor), published=Moment(START))])
    for day, vendor in ((5, "xiaomi"), (15, "oppo"), (25, "huawei")):
        then = f"asof:{(START + timedelta(days=day)).date()}"
        for other in ("xiaomi", "oppo", "huawei"):
            found = [(vendor,)] if other == vendor else []
            assert named(f"vendor:{other} {then}") == named(f"vendor:{other} store {then}") == found, (day, other)
            assert named(f"(vendor:{other} OR lang:xx) {then}") == found
            assert base.totals(asked(f"vendor:{other} {then}")).articles == len(found)
        assert named(f"-vendor:{vendor} {then}") == []
    assert named("vendor:xiaomi") == named("vendor:oppo") == []
    assert base.integrity()[1] == "ok"
    base.repair()
    assert named(f"vendor:oppo asof:{(START + timedelta(days=15)).date()}") == [("oppo",)]


def test_an_export_says_of_which_day_it_is(edited: Store) -> None:
    report = gather(edited, asked("vendor:xiaomi asof:2017-01-15"), now=lambda: NOW, vendors={})
    (move,) = report.moves
    assert report.about.query == "vendor:xiaomi asof:2017-01-15"
    assert (move.lead.shift.object, move.lead.article.version, move.lead.origin.text_hash) == ("opened", 1, text_hash(FIRST))


def test_the_ledger_knows_no_outcome_that_came_later(base: Store, clock: Clock) -> None:
    for key, days, value, role in (("a", 0, 80, FigureRole.TARGET), ("b", 400, 90, FigureRole.ACTUAL)):
        clock.at = START + timedelta(days=days)
        made = analysed(key, f"Xiaomi {value}.", published=Moment(clock.at))
        told = figure(f"Xiaomi {value}.", value=value, role=role)
        base.save([replace(made, extraction=replace(made.extraction, figures=(told,)))])

    def verdicts(text: str) -> list[str]:
        return [claim.verdict.value for claim in read_ledger(base, asked(text), NOW).claims]

    assert verdicts("") == ["met"]
    assert verdicts("asof:2017-06-01") == ["open"]
    assert verdicts("asof:2017-01-01") == []


# --- any query ---------------------------------------------------------------------------------------------------------------
QUERIES = (
    "", "vendor:xiaomi", "-kind:market", "status:rumoured OR vendor:oppo", "is:background", "store", "vendor:huawei store",
    "-store", "store OR vendor:oppo", '"stay shut"', "kind:market sto", "vendor:xiaomi date:2016.. store", "title:news",
    "store new", "-(store new)", "lang:en shut", "has:shift", "-has:shift", "conf:>=0.5 vendor:xiaomi,oppo", "object:1",
)  # fmt: skip


def history(store: Store, clock: Clock) -> list[Version]:
    """Articles seen day by day, a third of them edited: the edit says something else, mostly in other words."""
    chance = random.Random(5)
    versions: list[Version] = []

    def made(number: int) -> AnalysedArticle:
        """What is edited may be of another vendor."""
        text = chance.choice(["store open.", "stay shut.", "new store.", "shut store, new."]) + chance.choice(["", ".", "!"])
        vendor = chance.choice(["xiaomi", "huawei", "oppo"])
        shifts = [
            shift(
                text,
                vendor,
                kind=chance.choice([ShiftKind.CHANNEL, ShiftKind.MARKET]),
                status=chance.choice([Status.DONE, Status.RUMOURED]),
                confidence=chance.choice([0.4, 0.8]),
                background=chance.random() < 0.2,
                object=f"object {chance.randrange(3)} {n}",
            )
            for n in range(2)
        ]
        published = Moment(START + timedelta(days=chance.randrange(-400, 60)))
        return analysed(str(number), text, *shifts, published=published, title=chance.choice(["Old", "News"]))

    for day in range(36):
        clock.at = START + timedelta(days=day)
        found = [Version(made(day), clock.at)]
        if day % 3 == 2:
            old = chance.choice([v for v in versions if v.until is None])
            versions[versions.index(old)] = replace(old, until=clock.at)
            again = made(int(old.made.draft.key))
            while (again.draft.title, again.draft.text) == (old.made.draft.title, old.made.draft.text):
                again = made(int(old.made.draft.key))
            found.append(Version(replace(again, draft=replace(again.draft, published=old.made.draft.published)), clock.at))
        store.save([one.made for one in found])
        versions += found
    return versions


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Version]]]:
    clock = Clock()
    with open_store(tmp_path_factory.mktemp("lived") / "b.sqlite3", now=clock) as store:
        yield store, history(store, clock)


@pytest.mark.parametrize("few", [0, 300])
def test_every_list_holds_what_a_plain_reading_of_the_history_says(
    lived: tuple[Store, list[Version]], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    base, versions = lived
    monkeypatch.setattr(lists, "_FEW", few)
    for day in (None, 17, 31):
        for text in QUERIES:
            when = "" if day is None else f" asof:{(START + timedelta(days=day)).date()}"
            query = asked(text + when)
            expected = sorted(
                (v.made.draft.key, s.object)
                for v in versions
                for n, s in enumerate(v.made.extraction.shifts)
                if shift_matches(query, v.row(n))
            )
            shifts, _ = base.shifts(query, limit=1000)
            assert sorted((str(s.article.url).rpartition("/")[2], s.shift.object) for s in shifts) == expected, query.text
            wanted = sorted(
                v.made.draft.key
                for v in versions
                if v.row().held(query.as_of) and article_matches(query, v.row(), v.made.extraction.shifts)
            )
            articles, _ = base.articles(query, limit=1000)
            assert sorted(str(a.url).rpartition("/")[2] for a in articles) == wanted, query.text
            totals = base.totals(query)
            assert totals.articles == len(wanted), query.text
            assert pages(base, query) == sorted(shifts, key=lambda s: (s.article.dated_at, s.id)), query.text
            ranked, _ = base.articles(asked(text + when + " sort:rank"), limit=1000)
            assert sorted(str(a.url).rpartition("/")[2] for a in ranked) == wanted, query.text
            assert sum(count.shifts for count in base.activity(query)) == len(expected), query.text
    assert base.integrity()[1] == "ok"


def pages(store: Store, query: Query) -> list[StoredShift]:
    """All shifts, oldest first, a few at a time."""
    found: list[StoredShift] = []
    after: str | None = None
    while True:
        page, after = store.shifts(replace(query, oldest_first=True), limit=4, after=after)
        found += page
        if after is None:
            return found


@pytest.mark.parametrize("of", ["shifts", "articles"])
@pytest.mark.parametrize("text", ["", "vendor:xiaomi", "kind:market", "vendor:xiaomi kind:market", "lang:en", "sort:date"])
def test_no_list_is_scanned_or_sorted(lived: tuple[Store, list[Version]], of: str, text: str) -> None:
    base, _ = lived
    plan = base.explain(asked(f"{text} asof:2017-02-01"), of=of).partition("plan:")[2]
    assert "TEMP B-TREE" not in plan or "DISTINCT" in plan, plan
    assert "SCAN" not in plan or " INDEX " in plan.partition("SCAN")[2], plan


# --- the question and the file ------------------------------------------------------------------------------------------------
def test_what_was_stored_before_holds_since_its_version_was_seen(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "old.sqlite3"
    with closing(make_engine(path, writes=True, busy_s=1).raw_connection()):
        pass
    engine = make_engine(path, writes=True, busy_s=1)
    migrations.migrate(
        engine, path, migrations.MIGRATIONS[: next(n for n, sql in enumerate(migrations.MIGRATIONS) if "past_extraction" in sql)]
    )
    columns = "id, source, key, title, first_seen_at, dated_at, version, text_hash, content_hash, shifts, place"
    later = int((START + timedelta(days=10)).timestamp())
    with engine.begin() as connection:
        seen = int(START.timestamp())
        values = f"1, 'feed', 'a', 't', {seen}, {seen}, 2, 'h', 'c', 1, {seen * 16}"
        connection.exec_driver_sql(f"INSERT INTO article ({columns}) VALUES ({values})")
        for version, text, at in ((1, "Xiaomi opens", seen), (2, "Xiaomi closes", later)):
            values = f"1, {version}, 't', packed('{text}'), 'h', 'feed', {at}"
            connection.exec_driver_sql(f"INSERT INTO article_version VALUES ({values})")
        connection.exec_driver_sql(
            "INSERT INTO shift (article_id, dated_at, place, vendor, kind, direction, object, status, background, confidence, "
            f"rule) VALUES (1, {seen}, {seen * 16}, 'xiaomi', 'channel', 'start', 'stores', 'done', 0, 0.9, 'r')"
        )
    engine.dispose()
    with open_store(path, now=lambda: NOW) as store:
        assert len(store.shifts(asked("asof:2017-01-20"))[0]) == 1
        assert [a.version for a in store.articles(asked("opens asof:2017-01-10"))[0]] == [1]
        assert store.articles(asked("opens asof:2017-01-20"))[0] == []
        assert store.shifts(asked("asof:2017-01-09"))[0] == []
        assert len(store.shifts(Query())[0]) == 1


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("asof:2017-01-15", datetime(2017, 1, 16, tzinfo=UTC)),
        ("asof:2017", datetime(2018, 1, 1, tzinfo=UTC)),
        ("asof:2017Q1", datetime(2017, 4, 1, tzinfo=UTC)),
        ("vendor:xiaomi (channel asof:2017-02)", datetime(2017, 3, 1, tzinfo=UTC)),
        ("asof:7d", datetime(2026, 11, 18, tzinfo=UTC)),
        ("@then", datetime(2018, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_day_is_read_to_its_end_and_printed_again(text: str, instant: datetime) -> None:
    query = parse(text, now=NOW, views={"then": "kind:deal asof:2017"})
    assert query.as_of == instant
    assert parse(to_text(query), now=NOW).as_of == instant
