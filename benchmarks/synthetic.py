"""Made-up news of any number: realistic lengths, eight languages, words by Zipf's law, vendors as uneven as in the news."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from marketwatch.domain import (
    AnalysedArticle,
    ArticleDraft,
    Direction,
    Evidence,
    Extraction,
    Figure,
    Metric,
    Moment,
    Precision,
    Shift,
    ShiftKind,
    Status,
)

START = datetime(2016, 1, 1, tzinfo=UTC)
YEARS = 10
VENDORS = [
    "xiaomi", "huawei", "samsung", "apple", "oppo", "vivo", "honor", "google", "oneplus", "realme", "motorola", "nokia", "lenovo",
    "sony", "transsion", "zte", "lg", "htc", "nothing", "tcl", "hmd", "asus", "meizu", "microsoft", "blackberry", "leeco",
]  # fmt: skip
CHINESE = {
    "xiaomi": "小米",
    "huawei": "华为",
    "samsung": "三星",
    "apple": "苹果",
    "oppo": "欧珀",
    "honor": "荣耀",
    "vivo": "维沃",
}
LANGS = ("en", "zh", "de", "fr", "es", "pt", "it", "nl")
_LANG_SHARES = (0.4, 0.18, 0.1, 0.1, 0.08, 0.06, 0.04, 0.04)
_WORDS = 40_000
_SYLLABLES = [first + last for first in "bdfgklmnprstv" for last in "aeio"]
_MOVES = [(ShiftKind.CHANNEL, Direction.EXPAND), (ShiftKind.MARKET, Direction.START), (ShiftKind.PRESSURE, Direction.FACES),
          (ShiftKind.DEAL, Direction.START), (ShiftKind.ORGANIZATION, Direction.SWITCH), (ShiftKind.TARGET, Direction.SET),
          (ShiftKind.SUPPLY, Direction.EXPAND), (ShiftKind.PARTNERSHIP, Direction.START)]  # fmt: skip


class Newsroom:
    """Writes articles, the same ones for the same seed."""

    def __init__(self, seed: int = 0) -> None:
        self.numbers = np.random.default_rng(seed)
        self.chance = random.Random(seed)
        self.words = {lang: self._vocabulary(lang) for lang in LANGS}
        ranks = 1 / np.arange(1, _WORDS + 1) ** 1.05
        self.spread = np.cumsum(ranks / ranks.sum())
        shares = 1 / np.arange(1, len(VENDORS) + 1)
        self.fame = (shares / shares.sum()).tolist()

    def _vocabulary(self, lang: str) -> list[str]:
        if lang == "zh":
            return ["".join(chr(0x4E00 + self.chance.randrange(3000)) for _ in range(2)) for _ in range(_WORDS)]
        made = {self._word(lang) for _ in range(_WORDS * 2)}
        return sorted(made)[:: max(1, len(made) // _WORDS)][:_WORDS]

    def _word(self, lang: str) -> str:
        return lang[0] + "".join(self.chance.choices(_SYLLABLES, k=self.chance.randint(1, 5)))

    def _text(self, lang: str, names: list[str]) -> list[str]:
        """Sentences; the vendors are named in some of them."""
        vocabulary, join = self.words[lang], "" if lang == "zh" else " "
        picks = np.searchsorted(self.spread, self.numbers.random(int(np.clip(self.numbers.lognormal(5.6, 0.5), 60, 1500))))
        words = [vocabulary[n] for n in picks.tolist()]
        sentences = [words[n : n + 22] for n in range(0, len(words), 22)]
        for number, sentence in enumerate(sentences):
            if number % 3 == 0:
                sentence.insert(0, names[number % len(names)])
        return [join.join(sentence) + ("。" if lang == "zh" else ".") for sentence in sentences]

    def articles(self, count: int) -> Iterator[AnalysedArticle]:
        """`count` articles in the order of their dates but for one in ten, which a backfill brings late."""
        days = YEARS * 365
        for number in range(count):
            place = number / count if self.chance.random() < 0.9 else self.chance.random() * number / count
            at = START + timedelta(days=days * place, seconds=self.chance.randrange(86_400))
            yield self._article(number, at)

    def _article(self, number: int, at: datetime) -> AnalysedArticle:
        lang = self.chance.choices(LANGS, _LANG_SHARES)[0]
        vendors = list(dict.fromkeys(self.chance.choices(VENDORS, self.fame, k=self.chance.choice((1, 1, 2, 3)))))
        names = [CHINESE.get(v, v) if lang == "zh" else v.capitalize() for v in vendors]
        sentences = self._text(lang, names)
        text = " ".join(sentences)
        draft = ArticleDraft(
            source=f"feed{number % 60}",
            key=f"https://example.org/{number}",
            title=f"{names[0]} {sentences[-1][:70]}",
            text=text,
            url=f"https://example.org/{number}",
            outlet=f"Outlet {number % 60}",
            lang=lang,
            published=Moment(at, Precision.SECOND),
        )
        shifts = tuple(self._shift(text, sentences, vendor) for vendor in vendors if self.chance.random() < 0.19)
        figures = tuple(self._figure(sentences[0], vendors[0]) for _ in range(self.chance.random() < 0.25))
        return AnalysedArticle(draft, Extraction(lang, shifts, figures, "benchmark", tuple(vendors)))

    def _shift(self, text: str, sentences: list[str], vendor: str) -> Shift:
        kind, direction = self.chance.choice(_MOVES)
        words = self.chance.choice(sentences)
        start = text.index(words)
        return Shift(
            vendor=vendor, kind=kind, direction=direction, object=f"object {self.chance.randrange(200)}",
            status=self.chance.choice(list(Status)), evidence=(Evidence(words, start, start + len(words)),),
            rule="benchmark", confidence=round(self.chance.uniform(0.3, 1), 2),
        )  # fmt: skip

    def _figure(self, words: str, vendor: str) -> Figure:
        return Figure(
            vendor=vendor, metric=Metric.UNITS, value=Decimal(self.chance.randrange(1, 100) * 1_000_000), unit="devices",
            evidence=Evidence(words, 0, len(words)), period=str(2016 + self.chance.randrange(YEARS)),
        )  # fmt: skip
