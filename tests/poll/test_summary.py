from __future__ import annotations

import pytest

from marketwatch.config import Settings
from marketwatch.domain import Entry, Feed, Outlet, PageWish
from marketwatch.poll.summary import is_summary, page_wishes

LONG = "Xiaomi opens physical stores and says how many phones it sold in each region. " * 30
LONG_ZH = "小米在线下开设门店并公布每个地区的手机销量。" * 40


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Xiaomi opens stores.", True),
        (LONG, False),
        (LONG_ZH, False),
        ("小米线下开店。", True),
        (LONG + "…", True),
        (LONG + " [...]", True),
        (LONG + "\n\nRead more »", True),
        (LONG + "\n\nLire la suite", True),
        (LONG + "\n\n阅读全文", True),
        (LONG + "\n\nWeiterlesen […]\n\nDer Beitrag Xiaomi erschien zuerst auf Xiaomiblog.", True),
        (LONG + "\n\nThe post Xiaomi appeared first on Gizmochina.", False),
        (LONG * 3 + "…", False),
        ("", True),
    ],
)
def test_a_summary_is_told_by_its_length_and_its_end(text: str, summary: bool) -> None:
    assert is_summary(text, short_feed=True) is summary


def test_short_news_of_a_feed_with_whole_texts_are_whole() -> None:
    entries = [Entry(str(n), "https://example.org/", "t", LONG) for n in range(5)]
    entries.append(Entry("short", "https://example.org/", "t", "Xiaomi opens stores."))
    feed = Feed("a", "A", "u")
    assert set(page_wishes(feed, Settings(), entries)) == {PageWish.NONE}
    assert set(page_wishes(feed, Settings(full_text=True), entries)) == {PageWish.WANTED}


def test_what_the_user_says_of_a_feed_comes_before_the_setting_and_before_what_is_told() -> None:
    entries = [Entry("a", "https://example.org/", "t", "Short."), Entry("b", None, "t", "Without a page.")]
    search = Outlet("Google News", tier="discovery")

    def wishes(full_text: bool | None, setting: bool | None, outlet: Outlet | None = None) -> list[PageWish]:
        feed = Feed("a", "A", "u", full_text=full_text, outlet=outlet)
        return page_wishes(feed, Settings(full_text=setting), entries)

    wanted, off = [PageWish.WANTED, PageWish.NONE], [PageWish.OFF, PageWish.NONE]
    assert wishes(None, None) == wishes(True, False) == wishes(True, None, search) == wanted
    assert wishes(None, False) == wishes(False, True) == wishes(None, True, search) == off
