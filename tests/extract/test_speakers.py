"""Who says it: by name, by what stands for a name, and who is nobody."""

from __future__ import annotations

import pytest

from marketwatch.config import Config
from marketwatch.extract import Document, extractor_of
from marketwatch.extract.speakers import Speaker, speaker_of


def speaker(config: Config, lang: str, text: str, vendor: str = "xiaomi") -> Speaker | None:
    """Of the last sentence of a text."""
    context = extractor_of(config, learned=False).read(Document(text=text, lang=lang))
    return speaker_of(context, context.sentences[-1], vendor)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Lei Jun came to Madrid. Xiaomi will open shops in Spain, he said."),
        ("en", "Lei Jun came to Madrid. Xiaomi will open shops in Spain, the founder predicted."),
        ("fr", "Lei Jun est venu à Paris. Xiaomi ouvrira des boutiques, concède ce dernier."),
        ("de", "Lei Jun kam nach Berlin. Xiaomi eröffne Läden, versichert der Gründer."),
        ("es", "Lei Jun viajó a Madrid. Señaló que abrirá tiendas."),
        ("pt", "Lei Jun foi a Lisboa. Garantiu que abrirá lojas."),
        ("it", "Lei Jun è arrivato a Roma. Ha promesso che aprirà negozi."),
        ("nl", "Lei Jun kwam naar Den Haag. Hij belooft winkels te openen."),
        ("zh", "雷军来到上海。他强调小米要开店。"),
    ],
)
def test_he_and_the_founder_are_the_person_named_before(config: Config, lang: str, text: str) -> None:
    found = speaker(config, lang, text)
    assert found is not None
    assert found.name in ("Lei Jun", "雷军")


def test_one_name_is_the_person_introduced_in_full(config: Config) -> None:
    introduced = "Xiaomi's managing director Ana Example met the press. "
    found = speaker(config, "en", introduced + "Phones will be sold in shops, said Example.")
    assert found is not None
    assert found.name == "Ana Example"
    told = speaker(config, "en", "Lei Jun met the press. Lei told reporters that Europe comes first.")
    assert told is not None
    assert told.name == "Lei Jun"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Xiaomi's phones will be gone, it is said, from the United States."),
        ("nl", "Xiaomi heeft de verkoop gestaakt, schrijft Het Voorbeeld."),
        ("de", "Xiaomi verkauft weniger, wie eine Seite schreibt, als die Millionen Geräte von einst."),
        ("en", "Contract maker Example Technologies told the exchange that Xiaomi is its partner."),
        ("en", "Xiaomi will open shops, he said."),
    ],
)
def test_a_place_a_paper_a_noun_and_a_company_are_no_speakers(config: Config, lang: str, text: str) -> None:
    assert speaker(config, lang, text) is None
