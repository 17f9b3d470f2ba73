from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketwatch.config_file import load_config, packaged_config
from marketwatch.domain import DIRECTIONS, Bound, Moment
from marketwatch.extract import Document, Extractor
from marketwatch.extract.language import LANGUAGES

EXTRACTOR = Extractor(tuple(load_config(packaged_config()).vendors.values()))
_PIECES = """Xiaomi Huawei opens closes stores not will no longer publish 100 million billion yuan 1,5 2017 denies « » “ ” 小米
关闭 门店 亿元 n'ouvre pas de boutiques en France , . ; : 70 80 to 100 Lei Jun said % € $ sales target missed - – ( )"""
WORDS = st.sampled_from([*_PIECES.split(), "\n"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=60), st.sampled_from([None, *LANGUAGES]))
def test_any_text_gives_evidence_that_stands_where_it_says(words: list[str], lang: str | None) -> None:
    text = " ".join(words)
    document = Document(text, lang=lang, published=Moment.parse("2017-01"))
    extraction = EXTRACTOR.extract(document, trace=True)
    assert EXTRACTOR.extract(document, trace=True) == extraction
    for shift in extraction.shifts:
        assert shift.direction in DIRECTIONS[shift.kind]
        assert shift.evidence
        assert all(text[e.start : e.end] == e.text for e in shift.evidence)
    for figure in extraction.figures:
        assert text[figure.evidence.start : figure.evidence.end] == figure.evidence.text
        assert (figure.value_high is not None) == (figure.bound is Bound.RANGE)
        assert figure.value_high is None or figure.value_high >= figure.value


def test_a_shift_is_told_once_and_an_unrelated_paragraph_changes_nothing() -> None:
    rows = [json.loads(line) for line in (Path(__file__).parent.parent / "corpus/xiaomi.dev.jsonl").read_text().splitlines()[:12]]
    for row in rows:
        document = Document(
            row["text"], row.get("title") or "", row["lang"], Moment.parse(row["date"]) if row.get("date") else None
        )
        shifts = EXTRACTOR.extract(document).shifts
        keys = [(s.vendor, s.kind, s.direction, s.object) for s in shifts]
        assert len(keys) == len(set(keys))
