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
        ("Thu, 12 Jan 17 08:00:00 GMT", "2017-01-12T08:00:00Z"),
        ("Thursday, 12-Jan-17 08:00:00 GMT", "2017-01-12T08:00:00Z"),
        ("Thu Jan 12 08:00:00 2017", "2017-01-12T08:00:00Z"),
        ("Thu Jan 12 08:00:00 CET 2017", "2017-01-12T07:00:00Z"),
        ("Thu Jan 12 2017 08:00:00 GMT+0800 (China Standard Time)", "2017-01-12T00:00:00Z"),
        ("2017-01-12 08:00:00 +0800 CST m=+0.01", "2017-01-12T00:00:00Z"),
        ("2017-01-12T08:00:00+08:00[Asia/Shanghai]", "2017-01-12T00:00:00Z"),
        ("2017-01-12T08:00:00[Asia/Shanghai]", None),
        ("20170112T080000Z", "2017-01-12T08:00:00Z"),
        ("1484208000", "2017-01-12T08:00:00Z"),
        ("1484208000000", "2017-01-12T08:00:00Z"),
        ("/Date(1484208000000)/", "2017-01-12T08:00:00Z"),
        ("January 12th, 2017 at 8:00 PM EST", "2017-01-13T01:00:00Z"),
        ("1/13/2017 12:30 AM", "2017-01-13T00:30:00Z"),
        ("13/01/2017 08:00", "2017-01-13T08:00:00Z"),
        ("1/12/2017 8:00 AM", None),
        ("12.01.2017 08:00", "2017-01-12T08:00:00Z"),
        ("jeu. 12 janv. 2017 08:00:00 +0100", "2017-01-12T07:00:00Z"),
        ("mar. 1 août 2017 à 08h30", "2017-08-01T08:30:00Z"),
        ("Do, 12. März 2015, 08:00 Uhr", "2015-03-12T08:00:00Z"),
        ("12 de enero de 2017", "2017-01-12"),
        ("qui, 12 out 2017 08:00:00 -0300", "2017-10-12T11:00:00Z"),
        ("12 mei 2017", "2017-05-12"),
        ("12 января 2017 г. 08:00", "2017-01-12T08:00:00Z"),
        ("12 Şubat 2017", "2017-02-12"),
        ("12. července 2017", "2017-07-12"),
        ("12 يناير 2017", "2017-01-12"),
        ("2017. január 12. 08:00", "2017-01-12T08:00:00Z"),
        ("2017년 1월 12일 오후 3:04", "2017-01-12T06:04:00Z"),
        ("2017年1月12日(木) 10:00", "2017-01-12T10:00:00Z"),
        ("2017年1月12日 星期四 下午3:04", "2017-01-12T15:04:00Z"),
        ("２０１７年１月１２日10时30分", "2017-01-12T10:30:00Z"),
        ("星期四, 12 一月 2017 08:00:00 +0800", "2017-01-12T00:00:00Z"),
        ("2016-06-30T23:59:60Z", "2016-07-01T00:00:00Z"),
        ("2017-W02-4", "2017-01-12"),
        ("2025/1/6 10:00:00", "2025-01-06T10:00:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 GMT+8", "2025-01-06T02:00:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 GMT+0800", "2025-01-06T02:00:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 +08:00", "2025-01-06T02:00:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 JST", "2025-01-06T01:00:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 BST", "2025-01-06T09:00:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 IST", "2025-01-06T04:30:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 MSK", "2025-01-06T07:00:00Z"),
        ("Mon, 06 Jan 2025 10:00:00 CST", "2025-01-06T16:00:00Z"),
        ("20250330T02:30:00Z", "2025-03-30T02:30:00Z"),
        ("2025", "2025"),
        ("0000-00-00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("30 Feb 2025", None),
        ("2025-02-30T25:61:00Z", None),
        ("2026-11-26T00:00:00Z", None),
        ("1994-12-31", None),
        ("2 hours ago", None),
        ("Thu, 12 Foo 2017 08:00:00 GMT", None),
        ("nonsense", None),
        ("", None),
        ("Thu, 12 Jan 1066 08:00:00 GMT", None),
    ],
)
def test_dates_of_feeds(raw: str, iso: str | None) -> None:
    got = read_date(raw, NOW)
    assert (str(got) if got else None) == iso


def test_a_zone_that_two_countries_have_is_read_by_the_language() -> None:
    assert str(read_date("Mon, 06 Jan 2025 10:00:00 CST", NOW, chinese=True)) == "2025-01-06T02:00:00Z"
