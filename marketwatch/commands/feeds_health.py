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
from marketwatch.counted import counted
from marketwatch.coverage import WEEKS, Cell, Hearing, Pulse, cells
from marketwatch.extract.language import LANGUAGES
from marketwatch.tables.feeds import health_table

_SIGNS = {Hearing.QUIET: "0", Hearing.DEAF: "deaf", Hearing.UNPOLLED: "unpolled", Hearing.BLIND: "-"}


def run(args: Namespace) -> int:
    config, now = configuration(args), datetime.now(UTC)
    chosen = chosen_feeds(config, args.feed)
    feeds = [feed for feed in config.feeds if (feed.enabled if chosen is None else feed.slug in chosen)]
    since = now - timedelta(weeks=WEEKS)
    with database(args) as store:
        health = store.feed_health([feed.slug for feed in feeds], now)
        words = args.format in ("table", "md")
        table = health_table(store.polls, feeds, health, now, words=words) if args.action == "health" else None
        articles = store.polls.coverage(since)
    found = cells(tuple(config.vendors), languages(config), feeds, health, articles, now)
    if table is not None:
        write_rows(table.rows, table.columns_of(args.format), args.format, empty="no feed is enabled")
        blind = sum(cell.hearing in (Hearing.BLIND, Hearing.DEAF, Hearing.UNPOLLED) for cell in found)
        if args.format == "table":
            note(
                f"{_pulses(table.rows)}; no feed that works for {blind} of {len(found)} pairs of vendor and language: "
                "see 'marketwatch feeds coverage'"
            )
    elif args.format == "table":
        columns = {"vendor": "vendor"} | {lang: lang for lang in languages(config)}
        write_rows(matrix(found), columns, "table", empty="no vendors", layout="grid")
        note(
            f"articles of the last {WEEKS} weeks that name the vendor; 0: feeds work, no news; "
            "deaf: no feed works just now; unpolled: none was polled yet; -: no feed"
        )
    else:
        columns = {name: name for name in ("vendor", "lang", "state", "feeds", "well", "articles")}
        write_rows([_cell_row(cell) for cell in found], columns, args.format)
    return 0


def languages(config: Config) -> list[str]:
    """The languages that are read, then others that feeds are in."""
    others = {(feed.lang or "").partition("-")[0].lower() for feed in config.feeds if feed.enabled}
    return [*LANGUAGES, *sorted(others - {*LANGUAGES, ""})]


def _pulses(rows: Sequence[Mapping[str, Any]]) -> str:
    counts = {pulse.value: sum(row["state"] == pulse.value for row in rows) for pulse in Pulse}
    return f"{counted(len(rows), 'feed')}: " + (", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none")


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
