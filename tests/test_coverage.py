"""How feeds do by their own rhythm, and what is heard where: values only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketwatch.coverage import Hearing, Pulse, cells, error_class, errors_of, full_share, pulse_of
from marketwatch.domain import Feed, FeedHealth, FeedState, PageResult, PollOutcome, PollResult

from conftest import NOW  # isort: skip


def health(slug: str = "a", *, age_d: float = 0, per_day: float = 1, failures: int = 0, gone: bool = False) -> FeedHealth:
    state = FeedState(slug, "u", last_polled_at=NOW, failures=failures, gone=gone, per_day=per_day)
    return FeedHealth(slug, state, articles=8, newest_at=NOW - timedelta(days=age_d), per_week=7 * per_day)


@pytest.mark.parametrize(
    ("one", "pulse"),
    [
        (health(age_d=2), Pulse.WELL),
        (health(age_d=2, per_day=20), Pulse.WELL),  # a long weekend
        (health(age_d=4, per_day=20), Pulse.SILENT),
        (health(age_d=4), Pulse.WELL),
        (health(age_d=6), Pulse.SILENT),
        (health(age_d=20, per_day=1 / 7), Pulse.WELL),
        (health(age_d=51, per_day=1 / 100), Pulse.SILENT),  # 51-day-old news is no news
        (health(failures=1), Pulse.FAILING),
        (health(gone=True, failures=1), Pulse.GONE),
        (FeedHealth("a", None), Pulse.NEVER),
    ],
)
def test_a_feed_is_measured_by_its_own_rhythm(one: FeedHealth, pulse: Pulse) -> None:
    assert pulse_of(one, NOW) is pulse


def test_no_news_is_told_from_no_feeds() -> None:
    feeds = [
        Feed("en", "", "u", lang="en"),
        Feed("fr", "", "u", lang="fr"),
        Feed("pt", "", "u", lang="pt-BR", vendors=("xiaomi",)),
        Feed("off", "", "u", lang="de", enabled=False),
    ]
    states = [health("en"), health("fr", failures=3), health("pt"), health("off")]
    found = cells(["xiaomi", "sony"], ["en", "fr", "pt", "de"], feeds, states, {("xiaomi", "en"): 4, ("xiaomi", "fr"): 9}, NOW)
    seen = {(cell.vendor, cell.lang): cell.hearing for cell in found}
    assert seen["xiaomi", "en"] is Hearing.HEARD
    assert seen["sony", "en"] is Hearing.QUIET
    assert seen["xiaomi", "fr"] is Hearing.DEAF
    assert seen["xiaomi", "pt"] is Hearing.QUIET
    assert seen["sony", "pt"] is Hearing.BLIND
    assert seen["xiaomi", "de"] is Hearing.BLIND


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("the host is not known", "network"),
        ("connection refused", "network"),
        ("timed out after 30 s", "slow"),
        ("HTTP 404: not found", "http 4xx"),
        ("HTTP 503: the server is not available", "http 5xx"),
        ("redirect loop", "http"),
        ("redirects to a private address: refused", "refused"),
        ("this is a web page, not a feed; it names the feed https://x", "not a feed"),
        ("reading it took longer than 10 s", "unreadable"),
        ("something else", "other"),
    ],
)
def test_faults_have_classes(reason: str, kind: str) -> None:
    assert error_class(reason) == kind
    poll = PollOutcome("a", "u", PollResult.FAILED, NOW, reason=reason)
    assert errors_of([poll, poll, PollOutcome("a", "u", PollResult.POLLED, NOW)]) == {kind: 2}


def test_the_share_with_full_text() -> None:
    one = health()  # 7 a week, so 56 in 8 weeks
    assert full_share(one, {}) == 1
    assert full_share(one, {PageResult.READ: 28, PageResult.PAYWALL: 14}) == 0.75
    assert full_share(FeedHealth("a", None), {}) is None
