"""Feeds with random damage: whatever arrives, parsing gives entries or a ParseError, and both readings agree.

More examples: MARKETWATCH_FUZZ=20000; over a folder of real feeds too: MARKETWATCH_CORPUS=FOLDER.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketwatch.domain import Feed
from marketwatch.drafts import clean_draft
from marketwatch.errors import ParseError
from marketwatch.pipeline import draft_of
from marketwatch.poll.decode import decode, prefilter
from marketwatch.poll.parse import parse_feed, read_any
from marketwatch.poll.plain import read_plain

from seeds import SEEDS, corpus, said  # isort: skip

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_PIECES = (
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE rss [<!ENTITY a 'b'>]>", b"&#xD800;", b"&#27;",
    b"&#99999999999;",
        b"\0", b"\x1b[31m", b"\xff\xfe", b"\xc3", b"<item>", b"</item>", b"<entry>", b"<title>", b"</title>", b"<link href='a'/>",
    b" xmlns='x'", b" xml:lang=''", b"<image>", b"<width>x</width>", b"<dc:creator>", b"<content:encoded>", b"<guid>", b"{", b"}",
    b'"', b"\\u001b", b"9" * 40, b"1" + b"0" * 400, b"\xef\xbb\xbf", b"encoding='undefined'", b"null", b"[[[[", b"1e999",
)  # fmt: skip
_edit = st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(_PIECES) | st.binary(max_size=6))
_small = [*SEEDS, *corpus(20_000)]


def damaged(seed: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """Each edit cuts some bytes out at a share of the length and puts others in."""
    for at, cut, new in edits:
        place = int(at * len(seed))
        seed = seed[:place] + new + seed[place + cut :]
    return seed


@settings(
    max_examples=int(os.environ.get("MARKETWATCH_FUZZ", "200")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.sampled_from(_small), st.lists(_edit, min_size=1, max_size=8), st.sampled_from([None, "gbk", "utf-16", "undefined"]))
def test_damage_gives_entries_or_a_parse_error(seed: bytes, edits: list[tuple[float, int, bytes]], charset: str | None) -> None:
    body = damaged(seed, edits)
    with suppress(ParseError):
        parsed = parse_feed(body, charset=charset, now=NOW)
        assert len({entry.key for entry in parsed.entries}) == len(parsed.entries)
        for entry in parsed.entries:
            draft = clean_draft(draft_of(Feed("f", "F", "https://example.org"), entry))
            assert not any(ord(c) < 32 and c != "\n" for c in draft.title + draft.text)
    document = prefilter(decode(body, charset))
    if (plain := read_plain(document)) is not None:
        assert said(plain) == said(read_any(document))
