from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketwatch.config import Settings
from marketwatch.domain import Entry, Feed, FeedState, Moment, Outlet
from marketwatch.poll import decide
from marketwatch.poll.fetch import Fetched
from marketwatch.poll.parse import ParsedFeed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)


@given(
    st.integers(0, 10**9),
    st.one_of(st.none(), st.integers(0, 10**9)),
    st.integers(0, 100),
    st.integers(0, 2**32),
)
def test_the_next_poll_lies_ahead_and_within_bounds(interval: int, asked: int | None, failures: int, seed: int) -> None:
    state = FeedState("a", "u", failures=failures)
    rng = random.Random(seed)
    bad = decide.after_failure(state, "x", interval_s=interval, now=NOW, rng=rng, retry_after_s=asked)
    good = decide.after_success(state, Fetched(200, b"", "u", max_age_s=asked), interval_s=interval, now=NOW, rng=rng)
    for after in (bad, good):
        assert after.next_poll_at is not None
        assert NOW < after.next_poll_at <= NOW + 8 * DAY
    assert bad.failures == failures + 1
    assert good.failures == 0


def test_a_304_keeps_the_validators_and_another_address_voids_them() -> None:
    feed = Feed("a", "A", "https://example.org/new")
    state = FeedState("a", "https://example.org/old", etag='"1"', gone=True)
    assert decide.validators(feed, state).etag is None
    assert decide.is_due(feed, state, NOW)
    kept = decide.after_success(
        FeedState("a", "u", etag='"1"', body_hash="h"), Fetched(304, b"", "u"), interval_s=60, now=NOW, rng=random.Random(1)
    )
    assert (kept.etag, kept.body_hash) == ('"1"', "h")


def test_a_feed_that_broke_off_is_asked_for_whole_the_next_time() -> None:
    fetched = Fetched(200, b"<rss>", "u", etag='"2"', last_modified="Thu, 12 Jan 2017 08:00:00 GMT")
    for cut in (False, True):
        parsed = ParsedFeed("t", None, (), cut=cut)
        after = decide.after_success(FeedState("a", "u"), fetched, interval_s=60, now=NOW, rng=random.Random(1), parsed=parsed)
        assert (after.etag is None, after.last_modified is None) == (cut, cut)
        assert after.body_hash == decide.body_hash(b"<rss>")


def test_a_feed_of_which_entries_wait_is_read_again_even_when_it_stays_as_it_is() -> None:
    fetched = Fetched(200, b"<rss>", "u", etag='"2"')
    parsed = ParsedFeed("t", None, (), known=b"x" * 10, left=3)
    after = decide.after_success(FeedState("a", "u"), fetched, interval_s=60, now=NOW, rng=random.Random(1), parsed=parsed)
    assert (after.etag, after.body_hash, after.known_items) == (None, None, parsed.known)
    assert decide.unread(parsed) == "too many entries for one poll: 3 older ones wait for the next poll"
    assert decide.unread(ParsedFeed("t", None, (), left=3)) == "too many entries for one poll: 3 older ones are left out"
    assert "broke off" in str(decide.unread(ParsedFeed("t", None, (), cut=True)))
    assert decide.unread(ParsedFeed("t", None, ())) is None


def test_what_is_gone_is_not_due() -> None:
    feed = Feed("a", "A", "u")
    assert not decide.is_due(feed, FeedState("a", "u", gone=True), NOW)
    assert not decide.is_due(feed, FeedState("a", "u", next_poll_at=NOW + DAY), NOW)
    assert decide.is_due(feed, FeedState("a", "u", next_poll_at=NOW), NOW)


def entries(*ages_h: float) -> list[Entry]:
    return [Entry(str(n), None, "t", "x", published=Moment(NOW - timedelta(hours=age))) for n, age in enumerate(ages_h)]


def test_each_feed_has_its_own_rhythm_between_floor_and_ceiling() -> None:
    settings = Settings(interval_s=1800, slowest_s=21_600)
    feed = Feed("a", "A", "u")

    def pace(*ages_h: float, feed: Feed = feed) -> int:
        per_day, newest = decide.rhythm(entries(*ages_h), FeedState("a", "u"), NOW)
        return decide.pace_s(feed, FeedState("a", "u", per_day=per_day, newest_at=newest), settings, NOW)

    assert pace(*(n / 10 for n in range(50))) == 1800  # 10 an hour
    assert pace(*range(0, 200, 10)) == pytest.approx(10 * 3600 / 4, rel=0.1)  # one in ten hours
    assert pace(*range(0, 2000, 168)) == 21_600  # weekly
    assert pace(*range(500, 520)) == 21_600  # silent for three weeks
    assert pace() == 1800  # no dates
    assert pace(*range(0, 2000, 168), feed=replace(feed, interval_s=600)) == 600  # the user knows better
    assert pace(0, feed=replace(feed, outlet=Outlet("G", tier="discovery"))) == 3600


def test_a_wait_that_no_clock_could_have_meant_is_none() -> None:
    feed = Feed("a", "A", "u")
    ahead = FeedState("a", "u", next_poll_at=NOW + 400 * DAY)  # the clock was ahead when it was polled
    assert decide.is_due(feed, ahead, NOW)
    assert not decide.is_due(feed, replace(ahead, next_poll_at=NOW + DAY), NOW)
    host = Feed("a", "A", "https://example.org/feed")
    assert not decide.is_due(host, None, NOW, {"example.org": (NOW + timedelta(hours=1), "429")})
    assert decide.is_due(host, None, NOW, {"example.org": (NOW + 400 * DAY, "429")})


def test_a_move_is_believed_after_equal_proofs_in_a_row_and_forgotten_when_it_fails() -> None:
    feed, rng = Feed("a", "A", "https://old.example/"), random.Random(1)
    state = decide.validators(feed, None)
    moved = Fetched(200, b"", "https://new.example/", moved_to="https://new.example/")

    def again(state: FeedState, fetched: Fetched) -> FeedState:
        return decide.after_success(state, fetched, interval_s=60, now=NOW, rng=rng, asked=decide.address(feed, state))

    for _ in range(4):
        state = again(state, moved)
        assert decide.address(feed, state) == "https://old.example/"
    elsewhere = again(state, replace(moved, moved_to="https://other.example/"))
    assert elsewhere.moved_times == 1
    assert again(state, replace(moved, moved_to=None)).moved_times == 0
    state = again(state, moved)
    assert decide.address(feed, state) == "https://new.example/"
    state = again(state, Fetched(200, b"", "https://new.example/"))
    assert decide.address(feed, state) == "https://new.example/"
    failed = decide.after_failure(state, "HTTP 404", interval_s=60, now=NOW, rng=rng)
    assert decide.address(feed, failed) == "https://old.example/"


def test_when_nothing_can_be_reached_feeds_do_not_slow_down() -> None:
    rng, state = random.Random(1), FeedState("a", "u")
    for _ in range(20):
        state = decide.after_failure(state, "the host is not known", interval_s=1800, now=NOW, rng=rng, offline=True)
    assert state.failures == 1
    assert state.next_poll_at is not None
    assert state.next_poll_at <= NOW + timedelta(minutes=6)


def test_how_long_a_host_is_left_alone() -> None:
    assert decide.pause_s(429, None) == 900
    assert decide.pause_s(429, 5) == 60
    assert decide.pause_s(503, 7200) == 7200
    assert decide.pause_s(429, 10**7) == 86_400
    assert decide.pause_s(503, None) is None
    assert decide.pause_s(500, 60) is None


def test_the_rhythm_follows_what_is_new_whether_the_rest_is_read_again_or_not() -> None:
    state = FeedState("a", "u")
    per_day, newest = decide.rhythm(entries(*range(0, 480, 24)), state, NOW)
    assert per_day == pytest.approx(1, rel=0.1)
    state = replace(state, per_day=per_day, newest_at=newest)
    hourly = [Entry(str(n), None, "t", "x", published=Moment(NOW + timedelta(hours=n))) for n in range(1, 61)]
    old = entries(*range(0, 480, 24))
    partly, whole = state, state
    for n, entry in enumerate(hourly, 1):
        now = NOW + timedelta(hours=n)
        per_day, newest = decide.rhythm([entry], partly, now)
        partly = replace(partly, per_day=per_day, newest_at=newest)
        per_day, newest = decide.rhythm([*hourly[:n], *old], whole, now)
        whole = replace(whole, per_day=per_day, newest_at=newest)
    assert partly == whole
    assert partly.per_day == pytest.approx(24, rel=0.6)
    assert decide.rhythm([], partly, NOW) == (partly.per_day, partly.newest_at)
