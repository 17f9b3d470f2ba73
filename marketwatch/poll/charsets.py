"""Which encoding bytes are in, when they do not say or say it wrongly: names → codecs, and a guess by the letters that come out.

Each candidate decodes a sample; a language's letters count for it, what stands in no text of that language counts against
it. Chinese read as Korean is half hanja, Korean read as Chinese has none of its frequent characters, and Cyrillic in the
wrong encoding is capitals and signs inside words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

_SAMPLE = 20_000
"""Bytes that are looked at."""
_SURE = 0.3
"""By how much the best guess must beat a declared encoding: declarations are mostly right."""

_HZ = re.compile(rb"~\{((?:[!-w][!-~]){2,500})~\}")
_HIGH = bytes(code | 128 for code in range(256))
_SURELY_HAN = 0.75
"""More than capital letters give that are read as Chinese."""

_NAMES = {
    "cp1252": "ascii us-ascii ansi-x3.4-1968 iso-8859-1 iso8859-1 iso88591 latin-1 latin1 l1 cp819 windows-1252 cp1252 x-cp1252",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 latin-2 l2",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i hebrew",
    "cp1254": "iso-8859-9 iso8859-9 latin5 latin-5 l5 windows-1254 cp1254 x-cp1254",
    "iso8859-10": "iso-8859-10 iso8859-10 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-14": "iso-8859-14 iso8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9 latin-9 l9",
    "iso8859-16": "iso-8859-16 iso8859-16",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251 win-1251",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp437": "cp437 ibm437",
    "cp850": "cp850 ibm850",
    "cp852": "cp852 ibm852",
    "cp866": "cp866 ibm866 866",
    "koi8-r": "koi8-r koi8 koi koi8r",
    "koi8-u": "koi8-u koi8-ru",
    "mac-roman": "macintosh mac-roman mac x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic mac-cyrillic",
    "cp874": "tis-620 windows-874 cp874 iso-8859-11 iso8859-11",
    "gb18030": "gb2312 gb-2312 gb-2312-80 gbk gb18030 x-gbk cp936 ms936 windows-936 chinese csgb2312 euc-cn",
    "hz": "hz hz-gb-2312",
    "cp950": "big5 big-5 big5-tw cp950 x-x-big5 csbig5 cn-big5",
    "big5hkscs": "big5-hkscs big5hkscs",
    "cp949": "euc-kr euckr cp949 ms949 uhc windows-949 x-windows-949 ks-c-5601-1987 ks-c-5601-1989 ksc5601 ksc-5601 korean",
    "iso2022_kr": "iso-2022-kr",
    "cp932": "shift-jis shiftjis sjis x-sjis ms-kanji windows-31j cp932 ms932 csshiftjis",
    "euc_jis_2004": "euc-jp eucjp x-euc-jp ujis",
    "iso2022_jp_2": "iso-2022-jp csiso2022jp",
    "utf-16-le": "utf-16 utf16 utf-16le unicode ucs-2 iso-10646-ucs-2",
    "utf-16-be": "utf-16be",
    "utf-32-le": "utf-32 utf-32le",
    "utf-32-be": "utf-32be",
}
"""Python's codecs by the names that documents give them, read as browsers do: the wider one of a family. No other name counts."""
_CODECS = {name: codec for codec, names in _NAMES.items() for name in names.split()}

_Scorer = Callable[[str], float]
"""How much a character that is not ASCII speaks for an encoding, -1 to 1."""
_INSIDE = re.compile(r"(?<=[^\W\d_])(?:[^\w\s\x00-\x7f’‘·–—…\u0300-\u036f\u0e00-\u0e7f]|(?<=[a-zà-ÿа-я])[À-ÞА-Я])(?=[^\W\d_])")
"""A sign, or a capital behind a small letter, inside a word."""
_COMMON = frozenset("\xa0«»·°§©®£–—‘’“”„…•€№、。「」『』（），：；？！《》〈〉【】・ー～　％")


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """A language and the encodings that it is written in."""

    codecs: tuple[str, ...]
    frequent: str
    """Small letters, of the alphabets that are not Latin only the most frequent."""
    other: str = ""

    def scorer(self) -> _Scorer:
        marks = dict.fromkeys(self.other.upper() + self.frequent.upper(), 0.3)
        marks |= dict.fromkeys(self.other, 0.6) | dict.fromkeys(_COMMON, 0.5) | dict.fromkeys(self.frequent, 1.0)
        return lambda character: marks.get(character, -1.0)


_ALPHABETS = (
    _Alphabet(("cp1252",), "éèàçêôûîâëïùüœæ"),
    _Alphabet(("cp1252",), "äöüß"),
    _Alphabet(("cp1252",), "áéíóúñü¿¡ºª"),
    _Alphabet(("cp1252",), "ãáçéõêíóâàúôªº"),
    _Alphabet(("cp1252",), "èàùòéìî"),
    _Alphabet(("cp1252",), "åäöøæé"),
    _Alphabet(("cp1252",), "áíóæð", "éúýþö"),
    _Alphabet(("cp1252",), "äöüõšž"),
    _Alphabet(("cp1250", "iso8859-2"), "łóążęśćńź"),
    _Alphabet(("cp1250", "iso8859-2"), "íáéěýřščžůúťďňôľĺŕä"),
    _Alphabet(("cp1250", "iso8859-2"), "áéőóöüíúű"),
    _Alphabet(("cp1250", "iso8859-2", "iso8859-16"), "ăşţâîșț"),
    _Alphabet(("cp1250", "iso8859-2"), "čšžćđ"),
    _Alphabet(("cp1254",), "ıüşöçğâî", "i̇"),
    _Alphabet(("cp1257", "iso8859-13"), "āēīūšžčļņķģėųįąę"),
    _Alphabet(("cp1251", "koi8-r", "iso8859-5", "cp866"), "оеаинтсрвлкм", "бгдёжзйпуфхцчшщъыьэюя"),
    _Alphabet(("cp1251", "koi8-u", "iso8859-5", "cp866"), "оаинетсрвлікї", "бгґджзєйймпуфхцчшщьюя"),
    _Alphabet(("cp1253", "iso8859-7"), "αοιετνσηυρπκς", "βγδζθλμξφχψωάέήίόύώϊϋΐΰ"),
    _Alphabet(("cp1256", "iso8859-6"), "اليمنوترهبةعدس", "أإآءئؤىحجخذزشصضطظغفقكپچژگ،؟ًٌٍَُِّْ"),
    _Alphabet(("cp1255", "iso8859-8"), "יוהלרתאבםמשנ", "גדזחטךכןסעףפץצק\u05b0\u05b4\u05b7\u05b8\u05bc"),
    _Alphabet(("cp874",), "านรกอเงมยลวดทส่้ีัิะ", "ขคจชซญณตถธบปผพฟภศษหฮำุูึืโแใไ็์"),
)
_HAN = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社事平"
    "这為個國時來們對會發動過說產種後學經進著電裡現實兩體機當點從業應開還無關係長間問題變條總數據視網線車場東軟硬體"
    "手机新公司市场品牌智能价格销量元万亿布款月今增出货份额米华星果售推"
)
"""Frequent characters of Chinese, in both ways of writing, and of news about our market."""


def codec_of(name: str | None) -> str | None:
    """Python's codec for a declared name; None where it is not on the list, as for UTF-8, which is always tried."""
    return _CODECS.get((name or "").strip(" \t\"'").lower().replace("_", "-"))


def choose(body: bytes, declared: list[str]) -> str:
    """The codec for bytes that are no UTF-8: a declared one, in their order, unless another reads clearly better."""
    sample = _sample(body)
    scores = {codec: _score(sample, codec) for codec in dict.fromkeys(["cp1252", *declared, *_candidates(sample)])}
    best = max(scores, key=lambda codec: scores[codec])
    for codec in sorted(declared, key=lambda codec: codec == "cp1252"):  # servers say Latin-1 of everything
        if scores[codec] >= scores[best] - _SURE or (codec not in _known_codecs() and _is_clean(sample, codec)):
            return codec
    return best if scores[best] > max(0.0, scores["cp1252"] + _SURE) else "cp1252"


def by_escapes(body: bytes, declared: list[str]) -> str | None:
    """The codec of bytes that are all ASCII and switch character sets by escapes."""
    if b"\x1b$)C" in body:
        return "iso2022_kr"
    if b"\x1b$" in body and (b"\x1b(B" in body or b"\x1b(J" in body):
        return "iso2022_jp_2"
    return "hz" if b"~{" in body and ("hz" in declared or (body.isascii() and _is_hz(body))) else None


def _is_hz(body: bytes) -> bool:
    """Whether what stands in `~{` and `~}` is Chinese: code and drawings may stand there too."""
    marked = b"".join(islice((match[1] for match in _HZ.finditer(body)), 200))
    return len(marked) >= 8 and _score(marked.translate(_HIGH), "gb18030") > _SURELY_HAN


def _sample(body: bytes) -> bytes:
    """Pieces with bytes over 127: most of a document is markup."""
    found = bytearray()
    for match in re.finditer(rb"[^\x00-\x7f][^<>\n]{0,300}", body):
        found += match[0] + b"\n"
        if len(found) > _SAMPLE:
            break
    return bytes(found[:_SAMPLE])


def _candidates(sample: bytes) -> list[str]:
    """Letters of Latin languages stand alone among ASCII; those of others stand together."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    latin = sum(map(len, runs)) < 2 * len(runs)
    return [codec for codec in _known_codecs() if not latin or codec in _latin_codecs()]


@cache
def _known_codecs() -> tuple[str, ...]:
    return (*dict.fromkeys(codec for one in _ALPHABETS for codec in one.codecs), *_EASTERN)


@cache
def _latin_codecs() -> frozenset[str]:
    """With those two in which ASCII is the second half of a character."""
    return frozenset(codec for one in _ALPHABETS if one.frequent[0] < "\u0370" for codec in one.codecs) | {"cp932", "cp950"}


@cache
def _scorers(codec: str) -> tuple[_Scorer, ...]:
    if codec in _EASTERN:
        return (_EASTERN[codec],)
    return tuple(one.scorer() for one in _ALPHABETS if codec in one.codecs)


def _score(sample: bytes, codec: str) -> float:
    """The mean of what the characters say, for the language that fits best."""
    text = unicodedata.normalize("NFC", sample.decode(codec, "replace"))
    counts = Counter(character for character in text if character > "\x7f")
    total = sum(counts.values())
    if not total:
        return 0.0
    inside = len(_INSIDE.findall(text))
    lost = counts.pop("\ufffd", 0)
    scores = (sum(scorer(one) * count for one, count in counts.items()) for scorer in _scorers(codec))
    return max(scores, default=0.0) / total - (3 * lost + inside) / total


def _is_clean(sample: bytes, codec: str) -> bool:
    text = sample.decode(codec, "replace")
    return text.count("\ufffd") * 20 < sum(character > "\x7f" for character in text)


def _lead(character: str, codec: str) -> int:
    """The first byte of a character's code; 0 where it has one byte only."""
    code = character.encode(codec, "ignore")
    return code[0] if len(code) == 2 else 0


def _chinese(codec: str, first_class: range) -> _Scorer:
    """Of the two classes of a character set, the first holds what common texts are made of."""

    def score(character: str) -> float:
        if character in _COMMON:
            return 0.5
        if not "\u3400" <= character <= "\u9fff":
            return -0.5
        return 1.0 if character in _HAN else 0.7 if _lead(character, codec) in first_class else -0.2

    return score


def _japanese(codec: str, first_class: range) -> _Scorer:
    def score(character: str) -> float:
        if character in _COMMON:
            return 0.5
        if "\u3041" <= character <= "\u30fe":
            return 1.0
        if not "\u3400" <= character <= "\u9fff":
            return 0.0 if "\uff01" <= character <= "\uff60" else -0.5
        return 0.4 if _lead(character, codec) in first_class else -0.2

    return score


def _korean(character: str) -> float:
    if character in _COMMON:
        return 0.5
    return 1.0 if 0xB0 <= _lead(character, "euc_kr") <= 0xC8 else -0.3


_EASTERN: Mapping[str, _Scorer] = {
    "gb18030": _chinese("gbk", range(0xB0, 0xD8)),
    "cp950": _chinese("cp950", range(0xA4, 0xC7)),
    "cp949": _korean,
    "cp932": _japanese("cp932", range(0x88, 0x99)),
    "euc_jis_2004": _japanese("euc_jp", range(0xB0, 0xD0)),
}
