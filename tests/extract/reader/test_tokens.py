"""How a document is laid out for the network: names hidden, quantities found again, windows that fit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from marketwatch.domain import Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.reader.tokens import WINDOW, vendors_of, windows_of
from marketwatch.extract.reader.weights import load

TEXT = "Xiaomi sold 70 million phones in 2015. Rival Huawei opens stores in France, Richard Yu said."


def test_names_are_hidden_and_known(extractor: Extractor) -> None:
    weights = load()
    assert weights is not None
    context = extractor.read(Document(TEXT, "Huawei and Xiaomi", "en", Moment.parse("2016-02")))
    renamed = extractor.read(Document(TEXT.replace("Xiaomi", "Oppo"), "Huawei and Oppo", "en", Moment.parse("2016-02")))
    (window,), (other,) = windows_of(context, weights.pieces), windows_of(renamed, weights.pieces)
    assert vendors_of(context) == ("huawei", "xiaomi")
    assert window.pieces == other.pieces
    named = {m.vendor for m in window.mentions if m is not None}
    assert named == {"xiaomi", "huawei"}
    assert [m.vendor for m in window.mentions if m is not None and m.person] == ["huawei"] * 2


def test_quantities_are_found_at_their_pieces_and_dates_are_none(extractor: Extractor) -> None:
    weights = load()
    assert weights is not None
    (window,) = windows_of(extractor.read(Document(TEXT, "", "en", Moment.parse("2016-02"))), weights.pieces)
    ((sentence, index, piece),) = window.quantity_pieces
    assert (sentence, int(window.sentences[1].quantities[index].value)) == (1, 70_000_000)
    assert window.places[piece] == 1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from([*TEXT.split(), "小米关闭门店。", "1,5", "a" * 300, "\n\n", "."]), max_size=300))
def test_windows_fit_and_line_up(words: list[str]) -> None:
    extractor, weights = _extractor(), load()
    assert weights is not None
    for window in windows_of(extractor.read(Document(" ".join(words), "Xiaomi", "en")), weights.pieces):
        assert len(window.pieces) == len(window.places) == len(window.mentions) <= WINDOW + 2
        assert all(window.places[piece] == sentence for sentence, _, piece in window.quantity_pieces)


def _extractor() -> Extractor:
    from marketwatch.config_file import load_config, packaged_config

    return Extractor(tuple(load_config(packaged_config()).vendors.values()), reader=None)
