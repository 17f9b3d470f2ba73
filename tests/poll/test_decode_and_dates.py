from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketwatch.poll.dates import read_date
from marketwatch.poll.decode import decode

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("小米".encode("gb18030"), "gb2312", "小米"),
        (b'<?xml version="1.0" encoding="GBK"?>' + "华为".encode("gbk"), None, '<?xml version="1.0" encoding="GBK"?>华为'),
        ("écoles".encode("latin-1"), "iso-8859-1", "écoles"),
        ("écoles".encode(), "iso-8859-1", "écoles"),
        ("﻿écoles".encode(), None, "écoles"),
        ("<rss>小米</rss>".encode("utf-16"), None, "<rss>小米</rss>"),
        (b"\xff\xfe\x00", "no-such-charset", None),
    ],
)
def test_bytes_become_text_whatever_they_claim(body: bytes, charset: str | None, text: str | None) -> None:
    got = decode(body, charset)
    assert got == text if text is not None else isinstance(got, str)


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("Thu, 12 Jan 2017 08:00:00 GMT", "2017-01-12T08:00:00Z"),
        ("Thu, 12 Jan 2017 08:00:00 +0800", "2017-01-12T00:00:00Z"),
        ("2017-01-12T08:00:00+08:00", "2017-01-12T00:00:00Z"),
        ("2017-01-12", "2017-01-12"),
        ("2017年1月12日", "2017-01-12"),
        ("nonsense", None),
        ("", None),
        ("Thu, 12 Jan 1066 08:00:00 GMT", None),
    ],
)
def test_dates_of_feeds(raw: str, iso: str | None) -> None:
    got = read_date(raw, NOW)
    assert (str(got) if got else None) == iso
