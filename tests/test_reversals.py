"""Moves against what the vendor stood for: found when the thing is the same, and not made up when it is not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from marketwatch.domain import DIRECTIONS, Direction, Evidence, Moment, ShiftKind, Status
from marketwatch.export.report import gather
from marketwatch.listing import moves_under, reversals_of
from marketwatch.moves import group_moves
from marketwatch.opposites import OPPOSED
from marketwatch.query import parse
from marketwatch.reversals import Reversal, find_reversals, reversal_text
from store import Store

from builders import analysed, shift  # isort: skip
from conftest import NOW  # isort: skip

K, D, S = ShiftKind, Direction, Status
START, STOP, REDUCE, EXPAND = D.START, D.STOP, D.REDUCE, D.EXPAND
_OPENS: dict[str, Any] = {"direction": EXPAND, "name": "physical stores", "kind": K.CHANNEL}
_SHUTS: dict[str, Any] = {"direction": REDUCE, "name": "physical stores", "kind": K.CHANNEL}


def tell(store: Store, key: str, date: str, direction: Direction, name: str, kind: ShiftKind = K.MARKET, **changes: Any) -> None:
    text, lang = changes.pop("text", f"Oppo says {direction.value} of {name}."), changes.pop("lang", "en")
    said = shift(text, "oppo", kind=kind, direction=direction, object=name, **changes)
    store.save([analysed(key, text, said, published=Moment.parse(date), lang=lang)])


def found(store: Store, query: str = "") -> list[Reversal]:
    moves, _ = moves_under(store, parse(query, now=NOW))
    return list(dict.fromkeys(reversals_of(store, parse(query, now=NOW), moves).values()))


def pairs(store: Store, query: str = "") -> list[tuple[str, str, bool]]:
    return [(f"{r.earlier.first_at:%Y-%m}", f"{r.later.first_at:%Y-%m}", r.certain) for r in found(store, query)]


def test_a_return_to_a_country_is_a_pair_with_both_quotes_and_the_time_between(store: Store) -> None:
    tell(store, "a", "2022-08-01", REDUCE, "Germany", text="Oppo stops selling in Germany.")
    tell(store, "b", "2024-02-08", START, "Germany", text="Oppo vuelve a Alemania.")
    (one,) = found(store)
    assert (one.earlier.lead.shift.evidence[0].text, one.later.lead.shift.evidence[0].text) == (
        "Oppo stops selling in Germany.",
        "Oppo vuelve a Alemania.",
    )
    assert one.certain
    assert one.after == timedelta(days=556)
    assert reversal_text(one) == "reversal of 2022-08-01 (19 months before): “Oppo stops selling in Germany.”"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"direction": START, "name": "Germany"}, {"direction": STOP, "name": "France"}),
        ({"direction": START, "name": "market presence"}, {"direction": STOP, "name": "Germany"}),
        ({"direction": START, "name": "Germany", "status": S.RUMOURED}, {"direction": STOP, "name": "Germany"}),
        ({"direction": START, "name": "Germany"}, {"direction": STOP, "name": "Germany", "status": S.DENIED}),
        ({"direction": START, "name": "Germany", "confidence": 0.65}, {"direction": STOP, "name": "Germany"}),
        (
            {**_OPENS, "text": "Oppo opens shops in France.", "confidence": 0.55},
            {**_SHUTS, "text": "Oppo closes shops in France."},
        ),
        ({"direction": START, "name": "Germany"}, {"direction": EXPAND, "name": "Germany"}),
        (
            {"direction": START, "name": "own chips", "kind": K.TECHNOLOGY},
            {"direction": STOP, "name": "own technology", "kind": K.TECHNOLOGY},
        ),
        ({"direction": D.SET, "name": "units", "kind": K.TARGET}, {"direction": D.CUT, "name": "units", "kind": K.TARGET}),
        (
            {"direction": D.FACES, "name": "sanctions", "kind": K.PRESSURE},
            {"direction": D.EASES, "name": "sanctions", "kind": K.PRESSURE},
        ),
        (
            {"direction": EXPAND, "name": "physical stores", "kind": K.CHANNEL, "text": "Oppo opens shops in Brazil."},
            {"direction": REDUCE, "name": "physical stores", "kind": K.CHANNEL, "text": "Oppo closes shops in France."},
        ),
        (  # the first country is where it is
            {
                **_OPENS,
                "text": "In Spain. In France too.",
                "evidence": (Evidence("In Spain.", 0, 9), Evidence("In France too.", 10, 24)),
            },
            {**_SHUTS, "text": "Oppo closes shops in France."},
        ),
        (  # German writes every noun with a capital
            {**_OPENS, "text": "Oppo eröffnet einen Laden für Smartphones.", "lang": "de"},
            {**_SHUTS, "text": "Oppo schließt den letzten Laden für Smartphones.", "lang": "de"},
        ),
        (  # so does every language the first word of a sentence
            {**_OPENS, "text": "After years online Oppo opens a shop."},
            {**_SHUTS, "text": "After two years Oppo closes the shop."},
        ),
        ({**_OPENS, "text": "On Friday in March Oppo opens a shop."}, {**_SHUTS, "text": "Oppo closes it on Friday, in March."}),
        (
            {**_OPENS, "text": "We open shops, says Pete Lau.", "speaker": "Pete Lau"},
            {**_SHUTS, "text": "We close shops, says Pete Lau.", "speaker": "Pete Lau"},
        ),
        (
            {"direction": EXPAND, "name": "hiring", "kind": K.ORGANIZATION},
            {"direction": REDUCE, "name": "job cuts", "kind": K.ORGANIZATION},
        ),
    ],
)
def test_no_pair_is_made_up(store: Store, earlier: dict[str, Any], later: dict[str, Any]) -> None:
    tell(store, "a", "2022-08-01", **earlier)
    tell(store, "b", "2023-02-08", **later)
    assert pairs(store) == []


def test_a_position_of_a_month_has_no_day(store: Store) -> None:
    tell(store, "a", "2022-08", STOP, "Germany")
    tell(store, "b", "2024-02-08", START, "Germany")
    (one,) = found(store)
    assert reversal_text(one).startswith("reversal of 2022-08 (19 months before): ")


def test_sentences_that_both_name_the_partner_vouch_for_each_other(store: Store) -> None:
    partner: dict[str, Any] = {"name": "retail partners", "kind": K.CHANNEL, "confidence": 0.65}
    tell(store, "a", "2018-01-09", START, text="Oppo will sell it through Best Buy.", **partner)
    tell(store, "b", "2018-03-23", REDUCE, text="Its phones will be gone from Best Buy.", **partner)
    (one,) = found(store)
    assert (one.certain, one.why) == (True, "retail partners, both name Best")


def test_a_country_is_the_same_one_in_every_language(store: Store) -> None:
    stores: dict[str, Any] = {"name": "physical stores", "kind": K.CHANNEL}
    tell(store, "a", "2019-03-01", EXPAND, text="小米在西班牙开设直营店。", lang="zh", **stores)
    tell(store, "b", "2022-05-01", REDUCE, text="Oppo cierra tiendas en España.", lang="es", **stores)
    tell(store, "c", "2023-05-01", EXPAND, text="Oppo ouvre des boutiques en Italie.", lang="fr", **stores)
    (one,) = found(store)
    assert (one.earlier.lead.article.lang, one.later.lead.article.lang) == ("zh", "es")
    assert one.why == "physical stores, both name Spain"


@pytest.mark.parametrize(
    ("earlier", "later", "certain"),
    [
        (
            {"direction": START, "name": "own chips", "kind": K.TECHNOLOGY},
            {"direction": STOP, "name": "own chips", "kind": K.TECHNOLOGY},
            True,
        ),
        (
            {"direction": START, "name": "partnership", "kind": K.PARTNERSHIP, "text": "Oppo and Leica join forces."},
            {"direction": STOP, "name": "partnership", "kind": K.PARTNERSHIP, "text": "Leica sagt Oppo Adieu."},
            True,
        ),
        ({"direction": START, "name": "Europe"}, {"direction": STOP, "name": "Germany"}, False),
        ({**_SHUTS, "text": "Oppo ferme ses boutiques en France.", "lang": "fr"}, {**_OPENS, "text": "Shops in Europe."}, False),
        ({**_OPENS, "text": "Best Buy sells Oppo in America."}, {**_SHUTS, "text": "Oppo leaves Best Buy in the US."}, True),
        ({"direction": START, "name": "Germany"}, {"direction": STOP, "name": "Germany", "status": S.RUMOURED}, False),
        (
            {"direction": STOP, "name": "France", "status": S.DENIED},
            {"direction": STOP, "name": "France", "status": S.DONE},
            True,
        ),
    ],
)
def test_scopes_that_differ_and_unsure_news_make_a_possible_one(
    store: Store, earlier: dict[str, Any], later: dict[str, Any], certain: bool
) -> None:
    tell(store, "a", "2022-08-01", **earlier)
    tell(store, "b", "2023-02-08", **later)
    assert pairs(store) == [("2022-08", "2023-02", certain)]


def test_only_the_newest_position_is_turned_and_news_of_one_month_is_one(store: Store) -> None:
    for key, date, direction in (("a", "2020-01-01", START), ("b", "2021-01-01", STOP), ("c", "2022-01-01", START)):
        tell(store, key, date, direction, "Germany")
    tell(store, "d", "2022-01-20", STOP, "Germany")
    assert pairs(store) == [("2021-01", "2022-01", True), ("2020-01", "2021-01", True)]


def test_what_one_article_says_both_ways_is_no_position(store: Store) -> None:
    text = "Oppo starts and stops cars."
    both = [shift(text, "oppo", kind=K.DIVERSIFICATION, direction=d, object="cars") for d in (START, STOP)]
    store.save([analysed("a", text, *both, published=Moment.parse("2024-04-25"))])
    tell(store, "b", "2025-09-01", START, "cars", K.DIVERSIFICATION)
    assert pairs(store) == []


def test_without_a_date_nobody_knows_which_of_two_came_first(store: Store) -> None:
    tell(store, "a", "2017-01-12", D.STOP, "Germany")
    text = "It sells in Germany."
    back = shift(text, "oppo", kind=K.MARKET, direction=D.START, object="Germany", status=S.DONE)
    store.save([analysed("b", text, back, published=None)])
    assert pairs(store) == []
    store.save([analysed("c", text, back, published=Moment.parse("2018-01-12"))])
    assert len(pairs(store)) == 1


def test_the_order_of_arrival_does_not_matter(store: Store) -> None:
    for n in range(12):
        tell(store, str(n), f"20{10 + n}-0{n % 9 + 1}-01", (START, STOP)[n % 2], ("Germany", "France")[n % 3 == 0])
    moves = group_moves(store.shifts(parse(""))[0])
    shuffled = list(moves)
    random.Random(3).shuffle(shuffled)
    assert find_reversals(shuffled) == find_reversals(moves) != []


def test_a_query_finds_them_though_the_position_lies_outside_it(store: Store) -> None:
    tell(store, "a", "2022-08-01", REDUCE, "Germany")
    tell(store, "b", "2024-02-08", START, "Germany")
    tell(store, "c", "2024-03-08", START, "India")

    def objects(text: str) -> Sequence[str]:
        return [m.lead.shift.object for m in moves_under(store, parse(text, now=NOW))[0]]

    assert objects("date:2024..") == ["India", "Germany"]
    assert objects("date:2024.. is:reversal") == objects("vendor:oppo is:reversal") == ["Germany"]
    assert objects("is:reversal kind:channel") == []
    report = gather(store, parse("is:reversal", now=NOW), now=lambda: NOW, vendors={})
    assert [move.reversal for move in report.moves] == [reversal_text(found(store)[0])]


def test_each_pair_of_sides_is_of_directions_that_the_kind_has() -> None:
    for kind, (into, out) in OPPOSED.items():
        assert into <= DIRECTIONS[kind]
        assert out <= DIRECTIONS[kind]
        assert not into & out
    assert not {K.TARGET, K.PRESSURE} & OPPOSED.keys()


def test_evidence_offsets_are_kept(store: Store) -> None:
    tell(store, "a", "2022-08-01", REDUCE, "Germany", text="Gone.", evidence=(Evidence("Gone.", 0, 5),))
    tell(store, "b", "2024-02-08", START, "Germany")
    assert found(store)[0].earlier.lead.shift.evidence == (Evidence("Gone.", 0, 5),)
