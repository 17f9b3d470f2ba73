"""How articles are compared and grouped, and how well that works on labelled articles in eight languages."""

from __future__ import annotations

import json
import random
from itertools import permutations
from pathlib import Path

import pytest

from benchmarks.stories import MEANINGS, ONE_STORY, SETS, labelled, partition, scores
from marketwatch.domain import Bond
from marketwatch.extract import Document, Extractor
from marketwatch.stories.grouping import stories_in
from marketwatch.stories.likeness import Profile, likeness
from marketwatch.stories.origins import Member, origins_of

ROOT = Path(__file__).parent.parent
DAY = 86_400


def profile(
    number: int, names: str, *, day: int = 0, vendors: tuple[str, ...] = ("xiaomi",), meaning: int | None = None
) -> Profile:
    held = frozenset(f"n:{name}" for name in names.split())
    return Profile(number, day * DAY, day * DAY + DAY - 1, (day, str(number)), vendors, held, frozenset(), frozenset(), meaning)


def test_rare_names_tell_and_time_untells() -> None:
    near = likeness(profile(1, "zeku marisilicon"), profile(2, "zeku marisilicon", day=1))
    later = likeness(profile(1, "zeku marisilicon"), profile(2, "zeku marisilicon", day=5))
    assert (
        likeness(profile(1, "xiaomi china"), profile(2, "xiaomi china", day=1))
        < 0.5
        < likeness(profile(1, "zeku marisilicon tai ko"), profile(2, "zeku marisilicon tai ko"))
    )
    assert later < near
    assert likeness(profile(1, "zeku"), profile(2, "zeku", day=30)) == 0.0


def test_likeness_is_the_same_from_both_sides() -> None:
    one, other = profile(1, "a b c", meaning=7), profile(2, "b c d", day=2, vendors=("huawei",), meaning=12345)
    assert likeness(one, other) == likeness(other, one)


def test_a_group_needs_links_to_all_of_it_not_to_one() -> None:
    chain = {(1, 2): 0.9, (2, 3): 0.9, (3, 4): 0.9}
    assert set(stories_in([1, 2, 3, 4], chain, {})) == {frozenset({1, 2}), frozenset({3, 4})}
    assert set(stories_in([1, 2, 3], {(1, 2): 0.9, (2, 3): 0.8, (1, 3): 0.7}, {})) == {frozenset({1, 2, 3})}


def test_the_analyst_stands_above_the_links() -> None:
    links = {(1, 2): 0.9, (1, 3): 0.8, (2, 3): 0.9}
    apart = {(1, 3): Bond.APART}
    assert set(stories_in([1, 2, 3], links, apart)) == {frozenset({1, 2}), frozenset({3})}
    assert set(stories_in([1, 2, 3], {}, {(1, 3): Bond.SAME})) == {frozenset({1, 3}), frozenset({2})}


def test_origins_do_not_depend_on_the_order_of_members() -> None:
    copy = frozenset(f"#{n}" for n in range(10))

    def member(number: int, outlet: str, shingles: frozenset[str], *cites: str) -> Member:
        one = Profile(number, 0, 1, (number, ""), (), frozenset(), frozenset(), shingles)
        return Member(one, outlet, cites)

    members = [member(1, "Paper", copy), member(2, "Daily", copy, "Reuters"), member(3, "Blog", frozenset(), "Paper")]
    found = [origins_of(order) for order in permutations(members)]
    assert all(one == {1: "Reuters", 2: "Reuters", 3: "Paper"} for one in found)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Xiaomi will list in Hong Kong, according to the Financial Times.", "Financial Times"),
        ("Laut Harbour Finance will Xiaomi an die Börse.", "Harbour Finance"),
        ("Selon Les Échos, Xiaomi prépare son entrée en Bourse.", "Les Échos"),
        ("Xiaomi saldrá a bolsa, según El País.", "El País"),
        ("Xiaomi andrà in Borsa, secondo Milano Finanza.", "Milano Finanza"),
        ("A Xiaomi vai abrir o capital, segundo a Folha.", "Folha"),
        ("Xiaomi gaat naar de beurs, meldt persbureau Reuters.", "Reuters"),
        ("据彭博社报道,小米计划赴港上市。", "彭博社"),
    ],
)
def test_the_source_an_article_names_is_read_in_eight_languages(rules: Extractor, text: str, cited: str) -> None:
    lang = {"X": "en", "L": "de", "S": "fr", "A": "pt"}.get(text[0], "zh")
    lang = next((code for word, code in (("según", "es"), ("secondo", "it"), ("meldt", "nl")) if word in text), lang)
    assert cited in rules.fingerprint(Document(text, lang=lang)).cites


def test_names_and_numbers_are_the_same_keys_in_every_language(rules: Extractor) -> None:
    texts = {
        "en": "Lei Jun said in Beijing that Xiaomi will invest 13.6 billion euros in the Mate 60 Pro.",
        "fr": "Lei Jun a dit à Pékin que Xiaomi investira 13,6 milliards d'euros dans le Mate 60 Pro.",
        "zh": "雷军在北京表示,小米将投资136亿欧元用于Mate 60 Pro。",
    }
    for lang, text in texts.items():
        keys = set(rules.fingerprint(Document(text, lang=lang)).keys)
        assert {"n:leijun", "n:beijing", "n:mate60", "q:1.36e10"} <= keys, lang


@pytest.fixture(scope="module")
def rules() -> Extractor:
    from marketwatch.config_file import load_config, packaged_config

    return Extractor(list(load_config(packaged_config()).vendors.values()), reader=None)


@pytest.mark.parametrize(("name", "pairs", "b_cubed"), [("stories", 0.97, 0.98), ("corpus", 0.75, 0.93)])
def test_labelled_articles_are_grouped_as_well_as_they_were_in_any_order(name: str, pairs: float, b_cubed: float) -> None:
    rows = labelled(name)
    gold = {one.draft.key: ONE_STORY.get(story, story) for one, story in rows}
    articles = [one for one, _ in rows]
    found = partition(articles)
    reached = scores(found, gold)
    assert reached["pair_f1"] >= pairs
    assert reached["b3_f1"] >= b_cubed
    assert partition(random.Random(3).sample(articles, len(articles))) == found


def test_the_labelled_set_is_what_it_says() -> None:
    rows = [json.loads(line) for path in SETS["stories"] for line in path.read_text("utf-8").splitlines()]
    assert len(rows) >= 200
    assert {row["lang"] for row in rows} == {"en", "fr", "de", "es", "it", "pt", "nl", "zh"}
    assert len({row["id"] for row in rows}) == len(rows)
    assert set(json.loads(MEANINGS.read_text("utf-8"))) >= {row["id"] for row in rows}
