"""Feeds in every encoding that is still written, whether they say so, say nothing or say something else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketwatch.poll.decode import decode
from marketwatch.poll.parse import parse_feed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_KOREAN = "삼성전자가 인도 시장에 새 스마트폰을 출시한다"
_JAPANESE = "新型スマートフォンを日本市場で発売すると発表"
_SIMPLIFIED = "小米公司今天发布新款手机，在印度开设工厂"
_TRADITIONAL = "小米公司今天發布新款手機，並在印度開設工廠"
_RUSSIAN = "Компания представила новый смартфон на рынке"
_POLISH = "Spółka wprowadziła większy telefon, żółty"
_CASES = [
    (_KOREAN, "euc-kr"), (_KOREAN, "cp949"), (_JAPANESE, "shift_jis"), (_JAPANESE, "euc-jp"), (_JAPANESE, "iso-2022-jp"),
    (_SIMPLIFIED, "gbk"), (_SIMPLIFIED, "gb18030"), (_TRADITIONAL, "big5"), (_TRADITIONAL, "gbk"), (_RUSSIAN, "windows-1251"),
    (_RUSSIAN, "koi8-r"), (_RUSSIAN, "iso-8859-5"), ("Η εταιρεία παρουσίασε ένα νέο τηλέφωνο", "windows-1253"),
    ("أعلنت شركة شاومي عن هاتف جديد", "windows-1256"), ("החברה הכריזה על טלפון חדש", "windows-1255"), (_POLISH, "windows-1250"),
    (_POLISH, "iso-8859-2"), ("Şirket yeni akıllı telefonunu tanıttı", "windows-1254"),
    ("Un téléphone très léger, à Paris", "cp1252"),
    ("Größere Geräte für Österreich", "iso-8859-1"), ("บริษัทเปิดตัวโทรศัพท์รุ่นใหม่", "tis-620"), (_SIMPLIFIED, "utf-16-le"),
    (_KOREAN, "utf-16-be"), (_JAPANESE, "utf-32-be"), ("Plain words", "utf-16-le"), (_KOREAN, "utf-8"),
    (_RUSSIAN, "cp866"), (_SIMPLIFIED, "hz"),
]  # fmt: skip
"""A title and what it is written in."""


def titles(title: str, codec: str, said: str | None, http: str | None) -> list[str]:
    declaration = f"<?xml version='1.0' encoding='{said}'?>" if said else ""
    feed = f"{declaration}\n<rss version='2.0'><channel><title>News</title><item><title>{title}</title></item></channel></rss>"
    return [entry.title for entry in parse_feed(feed.encode(codec), charset=http, now=NOW).entries]


@pytest.mark.parametrize(("title", "codec"), _CASES, ids=[f"{codec} {n}" for n, (_, codec) in enumerate(_CASES)])
def test_a_title_is_read_whatever_is_said_of_its_encoding(title: str, codec: str) -> None:
    for said, http in [
        (None, None), (codec, None), (None, codec), ("utf-8", None), (None, "utf-8"), ("iso-8859-1", None), (None, "ISO-8859-1"),
        (codec, "iso-8859-1"), ("utf-8", codec), (None, "x-unknown"), ("undefined", "unicode_escape"), ("utf-16", None),
    ]:  # fmt: skip
        assert titles(title, codec, said, http) == [title], (said, http)


@pytest.mark.parametrize(
    ("name", "codec", "text"),
    [("x-sjis", "cp932", "①㈱"), ("Windows-31J", "cp932", "～"), ("EUC_JP", "euc_jis_2004", "①です"),
     ("ks_c_5601-1987", "cp949", "펲시콜라"),
     ("x-gbk", "gbk", "小米"), ("GB_2312-80", "gbk", "小米"), ("windows-874", "cp874", "ไทย"), ("latin2", "iso8859-2", "żółty"),
     ("hz-gb-2312", "hz", "小米"), ('"gbk"', "gbk", "华为")],
)  # fmt: skip
def test_the_names_of_browsers_count(name: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), name) == text


def test_one_damaged_byte_leaves_the_rest_of_a_document_as_it_is() -> None:
    for codec, said, title in [
        ("utf-8", "iso-8859-1", "Société à"),
        ("utf-8", None, _SIMPLIFIED),
        ("gbk", "gb2312", _SIMPLIFIED),
    ]:
        body = f"<?xml version='1.0' encoding='{said}'?><rss><item><title>{title * 5}</title></item></rss>".encode(codec)
        for cut in (body.replace(b"</title>", b"\xff</title>"), body.replace(b"<title>", b"<title>\xff ")):
            assert title * 4 in decode(cut)


def test_a_document_that_was_mangled_before_is_still_utf8() -> None:
    body = "\ufffd\ufffd小\ufffd\ufffd".encode()
    assert decode(body, "gbk") == "\ufffd\ufffd小\ufffd\ufffd"


def test_quotes_and_signs_of_english_are_not_taken_for_another_script() -> None:
    for text in ("It’s “new”", "109 mm²", "£ 200", "5 € more – soon", "Beyoncé’s", "a\xa0b", "~{HELLO WORLD~} ~{SMARTPHONES~}"):
        assert decode(text.encode("cp1252")) == text
