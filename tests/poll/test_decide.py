from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketwatch.domain import Feed, FeedState
from marketwatch.poll import decide
from marketwatch.poll.fetch import Fetched

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


def test_what_is_gone_is_not_due() -> None:
    feed = Feed("a", "A", "u")
    assert not decide.is_due(feed, FeedState("a", "u", gone=True), NOW)
    assert not decide.is_due(feed, FeedState("a", "u", next_poll_at=NOW + DAY), NOW)
    assert decide.is_due(feed, FeedState("a", "u", next_poll_at=NOW), NOW)
