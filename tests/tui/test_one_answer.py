"""One question has one answer: each view of the dashboard, what `E` writes from it, the command and the export say the same."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from marketwatch.cli import main
from marketwatch.config import Config
from marketwatch.domain import (
    AnalysedArticle,
    Direction,
    FigureRole,
    MarkChange,
    Metric,
    Moment,
    Move,
    ShiftKind,
    Status,
    Verdict,
)
from marketwatch.query import Query, parse
from marketwatch.tables.compare import rows_of
from marketwatch.tables.ledger import claim_object
from store import Store, open_store
from tui.app import MarketwatchApp
from tui.lanes import LaneRow
from tui.views.articles import ArticlesView
from tui.views.compare import CompareView
from tui.views.feeds import FeedsView
from tui.views.ledger import LedgerView
from tui.views.moves import MovesView
from tui.views.timeline import TimelineView

from builders import analysed, figure, shift  # isort: skip
from conftest import NOW  # isort: skip
from screens import press, running, type_filter  # isort: skip

K, D, S = ShiftKind, Direction, Status
QUERIES = [
    "",
    "vendor:xiaomi,huawei date:2016..2018",
    "vendor:xiaomi kind:channel -status:rumoured date:2017..",
    "kind:target dir:set,cut outlets:>=1",
    "outlets:>=2 langs:>=2",
    "origins:>=2 articles:<=3",
    "小米 开店",
    "opens sto",
    'speaker:"Lei Jun" has:figure',
    "is:reversal",
    "is:reversal vendor:oppo,huawei sort:date",
    "(is:starred OR tag:watch) -is:rejected",
    "conf:>=0.8 sort:date",
    "limit:5",
    "sort:date limit:7",
    "-(vendor:oppo OR kind:market) lang:fr,zh",
    "/open(s|ed)? sto/i",
    "title:watch text:india",
    "quote:stores object:physical",
    "scope:india metric:units",
    "metric:units period:2017 figrole:target",
    "value:>=50000000",
    "story:1",
    "has:versions",
    "is:background",
    "seen:2017-01",
    "asof:2017-06-01",
    "asof:2017-06-01 vendor:xiaomi -status:denied",
    "feed:second event:2017",
    "vendor:nokia",
]
"""Every field, and how fields go together."""
_MOVES = [
    (K.CHANNEL, D.EXPAND, "physical stores"), (K.CHANNEL, D.REDUCE, "physical stores"), (K.MARKET, D.START, "India"),
    (K.MARKET, D.STOP, "India"), (K.TARGET, D.SET, "units 2017"), (K.TARGET, D.CUT, "units 2017"),
    (K.PARTNERSHIP, D.START, "alliance"), (K.DISCLOSURE, D.STOP, "unit sales"),
]  # fmt: skip
_TEXTS = {"en": "{} opens stores in India.", "fr": "{} ouvre des magasins en Inde.", "zh": "{}在印度开店。"}
_OUTLETS = ("Example", "Journal", "观察")


def invented(chance: random.Random, number: int) -> AnalysedArticle:
    """An article of 2016 to 2018 that tells one move or two of a vendor, with a figure."""
    vendor, lang = chance.choice(["xiaomi", "huawei", "oppo"]), chance.choice(list(_TEXTS))
    name = "小米" if (vendor, lang) == ("xiaomi", "zh") else vendor.capitalize()
    text = _TEXTS[lang].format(name)
    day = Moment(datetime(2016, 1, 1, 8, tzinfo=UTC) + timedelta(days=chance.randrange(1000)))
    told = [
        shift(text, vendor, kind=kind, direction=direction, object=name_, status=chance.choice([S.RUMOURED, S.ANNOUNCED, S.DONE]),
              speaker=chance.choice([None, "Lei Jun"]), confidence=chance.choice([0.3, 0.75, 0.95]),
              background=chance.random() < 0.1, event=chance.choice([None, Moment.parse("2017")]))
        for kind, direction, name_ in chance.sample(_MOVES, k=chance.choice([1, 1, 2]))
    ]  # fmt: skip
    goal = figure(
        text, vendor=vendor, metric=Metric.UNITS, unit="devices", value=Decimal(chance.choice([40, 60, 90]) * 10**6),
        period=chance.choice(["2016", "2017"]), role=chance.choice([FigureRole.TARGET, FigureRole.ACTUAL]),
        scope=chance.choice([None, "India"]),
    )  # fmt: skip
    made = analysed(
        str(number), text, *told, lang=lang, outlet=chance.choice(_OUTLETS), published=day,
        source=chance.choice(["feed", "second"]), title=f"{chance.choice(['Watch', 'News'])} {number}",
    )  # fmt: skip
    return replace(made, extraction=replace(made.extraction, figures=(goal,)))


@dataclass
class Clock:
    at: datetime = datetime(2017, 1, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Half of its articles were seen in January 2017, the rest and some edits later; the analyst has said things of them."""
    chance, clock = random.Random(5), Clock()
    articles = [invented(chance, number) for number in range(60)]
    with open_store(tmp_path_factory.mktemp("answer") / "b.sqlite3", now=clock) as store:
        store.save(articles[:30])
        clock.at = NOW
        edited = [replace(one, draft=replace(one.draft, title=f"Edited {one.draft.title}")) for one in articles[:3]]
        store.save([*articles[30:], *edited])
        ids = [article.id for article in store.articles(Query())[0]]
        store.mark(ids[:4], MarkChange(starred=True))
        store.mark(ids[3:8], MarkChange(add_tags=("watch",)))
        shifts = [stored.id for stored in store.shifts(Query())[0]]
        store.judge(shifts[:2], Verdict.REJECTED)
        store.judge(shifts[4:6], Verdict.VERIFIED)
        store.merge_stories(ids[-3:])
        yield store


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where exports go


Rows = list[dict[str, Any]]


def printed(base: Store, *words: str) -> Rows:
    """The rows that a command prints."""
    with redirect_stdout(io.StringIO()) as out:  # in the place of what textual catches
        assert main(["--db", str(base.path), *words, "--format", "json"]) == 0
    rows: Rows = json.loads(out.getvalue())
    return rows


def exported(base: Store, query: str) -> Rows:
    """The moves that `marketwatch export` writes."""
    with redirect_stdout(io.StringIO()):
        assert main(["--db", str(base.path), "export", query, "-o", "command.jsonl", "--force"]) == 0
    return rows_in(Path("command.jsonl"))[1:]


def rows_in(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def as_json(rows: Sequence[Any]) -> Any:
    return json.loads(json.dumps(rows))


ALL = ("--limit", "100000")
SAID = ("vendor", "kind", "direction", "object", "status", "confidence", "first", "articles", "outlets", "langs", "corroboration")
"""What both the list of moves and an export say of a move."""


VIEWED = [
    ["", "vendor:xiaomi,huawei date:2016..2018", "outlets:>=2 langs:>=2", "sort:date limit:7"],
    ["小米 开店", 'speaker:"Lei Jun" has:figure', "is:reversal", "conf:>=0.8 sort:date"],
    ["(is:starred OR tag:watch) -is:rejected", "scope:india metric:units", "asof:2017-06-01", "limit:5"],
]
"""The view of moves keeps an order that it was given: a query that gives one comes last."""


@pytest.mark.parametrize("query", QUERIES)
def test_an_export_has_the_moves_of_the_command(base: Store, query: str) -> None:
    both = (exported(base, query), printed(base, "moves", query, *ALL))
    from_file, listed = ([[move[name] for name in SAID] for move in moves] for moves in both)
    assert from_file == listed


@pytest.mark.parametrize("queries", VIEWED)
async def test_every_view_has_the_rows_of_its_command(config: Config, base: Store, queries: Sequence[str]) -> None:
    config = replace(config, settings=replace(config.settings, min_confidence=0.0))
    async with running(config, base) as (app, pilot):
        for query in queries:
            await press(app, pilot, "1")
            await type_filter(app, pilot, query)
            await press(app, pilot, "enter")
            assert app.dashboard.asked() == parse(query, now=NOW)
            moves = [move["shifts"] for move in printed(base, "moves", query, *ALL)]
            assert sorted(in_lanes(app)) == sorted(moves), query
            await press(app, pilot, "2")
            assert [told_by(move) for move in app.dashboard.query_one(MovesView).list.rows] == moves, query
            await press(app, pilot, "3")
            articles = [article["id"] for article in printed(base, "articles", query, *ALL)]
            assert [article.id for article in app.dashboard.query_one(ArticlesView).list.rows] == articles, query
            await press(app, pilot, "4")
            claims = app.dashboard.query_one(LedgerView).list.rows
            assert as_json([claim_object(claim) for claim in claims]) == printed(base, "ledger", query, *ALL), query
            await press(app, pilot, "5")
            compared = app.dashboard.query_one(CompareView).list.found
            if len(compared.vendors) > 1:
                assert as_json(rows_of(compared)) == printed(base, "compare", *compared.vendors, query, *ALL), query


def told_by(move: Move) -> list[int]:
    return [stored.id for stored in move.shifts]


def in_lanes(app: MarketwatchApp) -> list[list[int]]:
    """The moves that stand in the lanes, and those whose lane is beside the screen."""
    lanes = app.dashboard.query_one(TimelineView).lanes
    shown = [move for row in lanes.rows if isinstance(row, LaneRow) for move in row.moves if move is not None]
    others = [move for move in lanes._moves if move.lead.shift.vendor not in lanes._laid_out]
    return [told_by(move) for move in (*shown, *others)]


async def test_what_a_view_saves_are_the_rows_of_its_command(config: Config, base: Store) -> None:
    config = replace(config, settings=replace(config.settings, min_confidence=0.0))
    query = "vendor:xiaomi,huawei conf:>=0.5"
    commands = {"3": ("articles", query, *ALL), "4": ("ledger", query, *ALL), "5": ("compare", "xiaomi", "huawei", query, *ALL)}
    async with running(config, base) as (app, pilot):
        await type_filter(app, pilot, query)
        await press(app, pilot, "enter")
        assert (await saved(app, pilot))[1:] == exported(base, query)
        for key, words in commands.items():
            await press(app, pilot, key)
            assert await saved(app, pilot) == printed(base, *words)
        await press(app, pilot, "6")
        same = ("feed", "state", "articles", "newest")  # ages are of this moment
        health = [[row[name] for name in same] for row in printed(base, "feeds", "health")]
        assert [[row[name] for name in same] for row in await saved(app, pilot)] == health
        assert [row.slug for row in app.dashboard.query_one(FeedsView).list.rows] == [feed for feed, *_ in health]


async def saved(app: MarketwatchApp, pilot: Pilot[None]) -> Rows:
    """The rows that `E` writes from the view on the screen."""
    name = f"{app.dashboard.view}.jsonl"
    await press(app, pilot, "E")
    app.screen.query_one(Input).value = name
    await press(app, pilot, "enter")
    return rows_in(Path(name))


def test_the_queries_find_something(base: Store) -> None:
    """Only the last one finds nothing; the others would prove little by agreeing on that."""
    found = [bool(base.articles(parse(query, now=NOW))[0]) for query in QUERIES]
    assert found == [True] * (len(QUERIES) - 1) + [False]
