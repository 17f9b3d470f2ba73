"""`feeds health|coverage`: how each feed does by its own rhythm, and which vendors are heard in which languages."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from marketwatch.commands.asking import note
from marketwatch.commands.output import write_rows
from marketwatch.commands.setup import chosen_feeds, configuration, database
from marketwatch.config import Config
from marketwatch.coverage import WEEKS, Cell, Hearing, Pulse, age_of, cells, error_class, errors_of, full_share, gap_of, pulse_of
from marketwatch.domain import Feed, FeedHealth, PageResult
from marketwatch.extract.language import LANGUAGES
from marketwatch.tables.feeds import stamp

_HEALTH = {
    "feed": "feed",
    "state": "state",
    "lang": "lang",
    "a week": "per_week",
    "newest": "newest",
    "age": "age",
    "rhythm": "rhythm",
    "full text": "full_text",
    "last poll": "last_poll",
    "next poll": "next_poll",
    "last error": "last_error",
}
_SIGNS = {Hearing.QUIET: "0", Hearing.DEAF: "deaf", Hearing.BLIND: "-"}


def run(args: Namespace) -> int:
    config, now = configuration(args), datetime.now(UTC)
    chosen = chosen_feeds(config, args.feed)
    feeds = [feed for feed in config.feeds if (feed.enabled if chosen is None else feed.slug in chosen)]
    since = now - timedelta(weeks=WEEKS)
    with database(args) as store:
        health = store.feed_health([feed.slug for feed in feeds], now)
        pages = store.polls.page_counts(since) if args.action == "health" else {}
        articles = store.polls.coverage(since)
    found = cells(tuple(config.vendors), languages(config), feeds, health, articles, now)
    if args.action == "health":
        rows = [health_row(feed, one, pages.get(one.slug, {}), now) for feed, one in zip(feeds, health, strict=True)]
        write_rows(
            [_short(row) for row in rows] if args.format == "table" else rows, _HEALTH, args.format, empty="no feed is enabled"
        )
        blind = sum(cell.hearing in (Hearing.BLIND, Hearing.DEAF) for cell in found)
        if args.format == "table":
            note(
                f"{_pulses(rows)}; no feed that works for {blind} of {len(found)} pairs of vendor and language: "
                "see 'marketwatch feeds coverage'"
            )
    elif args.format == "table":
        write_rows(matrix(found), {"vendor": "vendor"} | {lang: lang for lang in languages(config)}, "table", empty="no vendors")
        note(
            f"articles of the last {WEEKS} weeks that name the vendor; 0: feeds work, no news; "
            "deaf: no feed works just now; -: no feed"
        )
    else:
        columns = {name: name for name in ("vendor", "lang", "state", "feeds", "well", "articles")}
        write_rows([_cell_row(cell) for cell in found], columns, args.format)
    return 0


def languages(config: Config) -> list[str]:
    """The languages that are read, then others that feeds are in."""
    others = {(feed.lang or "").partition("-")[0].lower() for feed in config.feeds if feed.enabled}
    return [*LANGUAGES, *sorted(others - {*LANGUAGES, ""})]


def health_row(feed: Feed, health: FeedHealth, pages: Mapping[PageResult, int], now: datetime) -> dict[str, Any]:
    """How a feed is doing, as JSON: ages in hours, shares from 0 to 1."""
    state, share = health.state, full_share(health, pages)
    return {
        "feed": health.slug,
        "state": pulse_of(health, now).value,
        "lang": feed.lang,
        "vendors": list(feed.vendors),
        "articles": health.articles,
        "per_week": round(health.per_week, 1),
        "newest": stamp(health.newest_at),
        "age_hours": _hours(age_of(health, now)),
        "rhythm_hours": _hours(gap_of(health)),
        "full_text": None if share is None else round(share, 2),
        "pages": {result.value: count for result, count in pages.items()},
        "last_poll": stamp(state.last_polled_at) if state else None,
        "next_poll": stamp(state.next_poll_at) if state and not state.gone else None,
        "failures": state.failures if state else 0,
        "last_error": state.last_error if state else None,
        "error": error_class(state.last_error) if state else None,
        "errors": errors_of(health.recent),
        "gone": state.gone if state else False,
        "moved_to": state.moved_to if state else None,
    }


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for a table: spans in words, shares in percent."""
    share, times = row["full_text"], f" ({row['failures']} times)" if row["failures"] > 1 else ""
    return {
        **row,
        "age": _span(row["age_hours"]),
        "rhythm": _span(row["rhythm_hours"]),
        "full_text": None if share is None else f"{share:.0%}",
        "last_error": f"{row['last_error']}{times}" if row["last_error"] else None,
    }


def _pulses(rows: Sequence[Mapping[str, Any]]) -> str:
    counts = {pulse.value: sum(row["state"] == pulse.value for row in rows) for pulse in Pulse}
    return f"{len(rows)} feeds: " + (", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none")


def matrix(found: Sequence[Cell]) -> list[dict[str, Any]]:
    """One row a vendor, one column a language."""
    rows: dict[str, dict[str, Any]] = {}
    for cell in found:
        rows.setdefault(cell.vendor, {"vendor": cell.vendor})[cell.lang] = _SIGNS.get(cell.hearing, str(cell.articles))
    return list(rows.values())


def _cell_row(cell: Cell) -> dict[str, Any]:
    return {
        "vendor": cell.vendor,
        "lang": cell.lang,
        "state": cell.hearing.value,
        "feeds": cell.feeds,
        "well": cell.well,
        "articles": cell.articles,
    }


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 3600, 1)


def _span(hours: float | None) -> str | None:
    if hours is None:
        return None
    return f"{hours * 60:.0f} min" if hours < 1 else f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"
