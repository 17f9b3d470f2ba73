"""The scores of a small corpus, counted by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from marketwatch.commands.evaluate import evaluation_object, write_tables
from marketwatch.evaluation import evaluate_figures

STOPS = "Xiaomi will no longer publish how many phones it sells."
STORES = "The group moves from the web into physical shops."
GOAL = "Lei Jun wants 100 billion yuan of revenue, after missing the goal of 2015."
BAN = "华为受到美国制裁影响，海外业务下滑。"


def shift(name: str, evidence: str, confidence: float | None = None, **changes: Any) -> dict[str, Any]:
    vendor, kind, direction = name.split()
    values = {"status": "announced", "speaker": None, "background": False, "confidence": confidence}
    return {"vendor": vendor, "kind": kind, "direction": direction, "evidence": [evidence]} | values | changes


def figure(name: str, value: float, unit: str, **changes: Any) -> dict[str, Any]:
    vendor, metric = name.split()
    values = {"period": "2017", "role": "actual", "bound": "eq", "scope": None}
    return {"vendor": vendor, "metric": metric, "value": value, "unit": unit} | values | changes


GOLD: dict[str, dict[str, Any]] = {
    "letter": {
        "lang": "en",
        "shifts": [
            shift("xiaomi disclosure stop", STOPS, speaker="Lei Jun"),
            shift("xiaomi channel switch", STORES),
            shift("xiaomi target set", GOAL, speaker="Lei Jun", status="done"),
            shift("xiaomi target missed", GOAL, background=True),
            shift("xiaomi market expand", "It had gone to India in 2014.", background=True),
        ],
        "figures": [
            figure("xiaomi units", 70_000_000, "devices"),
            figure("xiaomi revenue", 100_000_000_000, "CNY", role="target", bound="gt", scope="China"),
        ],
    },
    "ban": {"lang": "zh", "shifts": [shift("huawei pressure faces", BAN)], "figures": [figure("huawei share", 10, "%")]},
    "review": {"lang": "zh", "shifts": [], "figures": []},
    "ranking": {"lang": "fr", "shifts": [], "figures": []},
    "history": {"lang": "fr", "shifts": [shift("honor deal reduce", "Honor was sold in 2020.", background=True)], "figures": []},
}
FOUND: dict[str, dict[str, Any]] = {
    "letter": {
        "shifts": [
            shift("xiaomi disclosure stop", STOPS[:30], 0.95, speaker="Lei"),
            shift("xiaomi channel start", "An unrelated sentence about weather.", 0.55, status="planned"),
            shift("xiaomi target set", GOAL, 0.9, status="done"),
            # Both are labelled background: not punished, though they are given for news.
            shift("xiaomi target missed", GOAL, 0.9),
            shift("xiaomi market expand", "It had gone to India in 2014.", 0.35),
        ],
        "figures": [
            figure("xiaomi units", 70_300_000, "devices", bound="gt"),
            figure("xiaomi units", 70_400_000, "devices"),
            figure("xiaomi revenue", 1e11, "cny", role="forecast", period="Q1 2017", bound="gt", scope="mainland China"),
        ],
    },
    "ban": {"shifts": [shift("huawei deal start", BAN[2:], 0.5)], "figures": [figure("huawei share", 10, "devices")]},
    "review": {"shifts": [], "figures": []},
    # Given for background, but where no shift is labelled that is a false alarm.
    "ranking": {"shifts": [shift("honor deal start", "Honor …", 0.8, background=True)], "figures": []},
    "history": {"shifts": [], "figures": []},
}


@pytest.fixture(scope="module")
def shape() -> dict[str, Any]:
    return evaluation_object([({"id": name} | record, FOUND[name]) for name, record in GOLD.items()])


def row(shape: Mapping[str, Any], group: str, name: str) -> tuple[float, float, float, int, int, int]:
    found = next(r for r in shape["rows"] if (r["group"], r["row"]) == (group, name))
    return found["precision"], found["recall"], found["f1"], found["hit"], found["false"], found["missed"]


def test_scores_of_shifts(shape: dict[str, Any]) -> None:
    # Hit: disclosure, channel, target. False: both deals. Missed: pressure.
    assert row(shape, "all", "loose") == (0.6, 0.75, 0.667, 3, 2, 1)
    # The channel goes the other way: false and missed.
    assert row(shape, "all", "strict") == (0.4, 0.5, 0.444, 2, 3, 2)
    assert row(shape, "kind", "deal") == (0.0, 0.0, 0.0, 0, 2, 0)
    assert row(shape, "kind", "channel") == (1.0, 1.0, 1.0, 1, 0, 0)
    assert row(shape, "lang", "en") == (1.0, 1.0, 1.0, 3, 0, 0)
    assert row(shape, "lang", "zh") == (0.0, 0.0, 0.0, 0, 1, 1)
    assert [r["row"] for r in shape["rows"] if r["group"] == "lang"] == ["en", "fr", "zh"]
    # `history` holds a shift, if an old one: it is not asked to be quiet.
    assert (shape["articles"], shape["quiet"], shape["evidence"]) == (5, 0.5, 0.667)


def test_scores_of_figures(shape: dict[str, Any]) -> None:
    # 70.3 million is within half a percent of 70, 70.4 is not; ten devices are not ten percent.
    assert row(shape, "all", "figures") == (0.5, 0.667, 0.571, 2, 2, 1)
    assert row(shape, "figure_metric", "units") == (0.5, 1.0, 0.667, 1, 1, 0)
    assert row(shape, "figure_lang", "zh") == (0.0, 0.0, 0.0, 0, 1, 1)
    assert (shape["figure_role"], shape["figure_period"], shape["figure_bound"]) == (0.5, 0.5, 0.5)


def test_fields_are_judged_on_the_closest_pair_of_a_hit(shape: dict[str, Any]) -> None:
    shares = {share["row"]: (share["right"], share["of"]) for share in shape["shares"]}
    assert shares["direction"] == (2, 3)
    assert shares["status"] == (2, 3)
    # `Lei` is Lei Jun; the goal's speaker is not found; the channel has none on either side.
    assert shares["speaker"] == (1, 2)
    assert shares["figure scope"] == (1, 1)


def test_confusion_calibration_and_the_worst_articles(shape: dict[str, Any]) -> None:
    assert shape["confusion"] == [{"missed": "pressure", "found": "deal", "count": 1}]
    bins = {share["row"]: (share["right"], share["of"]) for share in shape["calibration"] if share["of"]}
    # The market shift of 0.35 is neither right nor wrong.
    assert bins == {"0.5-0.6": (1, 2), "0.8-0.9": (0, 1), "0.9-1.0": (3, 3)}
    assert len(shape["calibration"]) == 10
    assert [(one["article"], one["count"]) for one in shape["worst"]] == [("ban", 2), ("ranking", 1)]
    assert shape["worst"][0]["missed"] == [{"vendor": "huawei", "kind": "pressure"}]
    assert shape["worst"][0]["false"] == [{"vendor": "huawei", "kind": "deal"}]


def test_the_report_fits_into_a_hundred_columns(shape: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    write_tables({"extractor": "test"} | shape, worst=1)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    assert "missed huawei pressure; false huawei deal" in text
    assert "ranking" not in text


def test_an_empty_corpus_and_one_without_figures_have_scores_too() -> None:
    assert evaluation_object([])["quiet"] is None
    assert evaluate_figures([({"shifts": []}, [figure("xiaomi units", 1, "devices")])]).all.false == 0
