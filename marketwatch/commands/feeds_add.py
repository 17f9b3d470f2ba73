"""`feeds add`: look at an address, show what it is, and put it into feeds.toml."""

from __future__ import annotations

import asyncio
import re
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from marketwatch.commands.asking import confirmed, note
from marketwatch.commands.output import write_json, write_line
from marketwatch.config import Config, Settings
from marketwatch.config_file import load_config
from marketwatch.counted import counted
from marketwatch.domain import Feed, Outlet
from marketwatch.errors import FetchError, ParseError, UsageError
from marketwatch.extract.language import LANGUAGES, detect
from marketwatch.feed_list import edit_config, editable_config, with_feeds
from marketwatch.poll import paging
from marketwatch.poll.decide import status_reason
from marketwatch.poll.decode import decode
from marketwatch.poll.discovery import feed_links
from marketwatch.poll.fetch import Fetched, fetch, make_client
from marketwatch.poll.parse import ParsedFeed
from marketwatch.poll.worker import WorkerPool
from marketwatch.sanitise import canonical_link, clean_line, safe_url
from marketwatch.slugs import RESERVED, SLUG, make_slug

if TYPE_CHECKING:
    import httpx

_KINDS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed", "cdf": "CDF"}
_SAMPLE = 20
"""Entries whose words tell the language."""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed at an address, or named by the page there."""

    url: str
    parsed: ParsedFeed
    candidates: tuple[str, ...] = ()
    """Feeds that the page names; empty when the address is a feed itself."""


def run(args: Namespace) -> int:
    source, target = editable_config(args.config)
    config = load_config(source)
    url = _address(args.url)
    _check_wishes(args, config)
    _check_new(config, url)
    found = asyncio.run(_find(url, config))
    _check_new(config, found.url)
    feed = _feed(args, config, found)
    _show(found, feed)
    if not confirmed(args, f"add it to {target}?"):
        return 1
    edit_config(source, target, lambda text: with_feeds(text, [feed]))
    if source != target:
        note(f"your own list is now {target}, a copy of the packaged one")
    if args.format == "json":
        write_json(_object(found, feed) | {"config": str(target), "copied_from": str(source) if source != target else None})
    else:
        write_line(f"added {feed.slug}: {feed.url}{'' if feed.enabled else ' (disabled)'}")
    return 0


def _address(text: str) -> str:
    """The address that was typed; a bare host is taken for https. Raises UsageError."""
    url = safe_url(text if re.match("[A-Za-z][A-Za-z0-9+.-]*:", text) and "://" in text else f"https://{text}")
    if url is None:
        raise UsageError(f"{text}: is no http or https address")
    if "@" in text.partition("://")[2].partition("/")[0]:
        note("a name and password in the address are not kept")
    return url


def _check_wishes(args: Namespace, config: Config) -> None:
    slugs = {feed.slug for feed in config.feeds}
    if args.slug is not None and (not SLUG.fullmatch(args.slug) or args.slug in RESERVED):
        raise UsageError(
            f"--slug {args.slug}: must be lower-case letters, digits, - and _, and not {' or '.join(sorted(RESERVED))}"
        )
    if args.slug in slugs:
        raise UsageError(f"--slug {args.slug}: there is a feed of this name; 'marketwatch feeds list' shows it")
    for vendor in listed(args.vendors):
        if vendor not in config.vendors:
            raise UsageError(f"--vendors {vendor}: no such vendor in {config.path}; there are: {' '.join(config.vendors)}")


def _check_new(config: Config, url: str) -> None:
    known = {canonical_link(feed.url): feed for feed in config.feeds}
    if feed := known.get(canonical_link(url)):
        hint = "" if feed.enabled else f", but disabled: 'marketwatch feeds enable {feed.slug}'"
        raise UsageError(f"{url}: is already the feed '{feed.slug}' of {config.path}{hint}")


def listed(text: str | None) -> tuple[str, ...]:
    """Words of an option, separated by commas."""
    return tuple(dict.fromkeys(filter(None, (clean_line(part, 60) for part in (text or "").split(",")))))


async def _find(url: str, config: Config) -> Found:
    """The feed at an address, or the first of those its page names that can be read. Raises FetchError."""
    pool = WorkerPool(Config(), workers=1)
    try:
        async with make_client(2) as client:
            fetched = await _fetched(client, url, config.settings)
            try:
                return Found(url, await _parsed(pool, fetched))
            except ParseError as error:
                links = feed_links(decode(fetched.body, fetched.charset), fetched.url)
                if not links:
                    raise FetchError(f"{url}: {error}") from error
            note(f"{url} is a page; it names {counted(len(links), 'feed')}:")
            for link in links:
                note(f"{link.url} {link.title}", label="named")
            addresses = tuple(link.url for link in links)
            for address in addresses:
                try:
                    parsed = await _parsed(pool, await _fetched(client, address, config.settings, linked_from=fetched.url))
                except (FetchError, ParseError) as error:
                    note(str(error), label="not taken")
                    continue
                note(address, label="taken")
                return Found(address, parsed, addresses)
    finally:
        pool.close()
    raise FetchError(f"{url}: is a page, and none of the feeds it names can be read")


async def _fetched(client: httpx.AsyncClient, url: str, settings: Settings, *, linked_from: str | None = None) -> Fetched:
    try:
        fetched = await fetch(client, url, timeout_s=settings.timeout_s, max_bytes=settings.max_bytes, linked_from=linked_from)
    except FetchError as error:
        raise FetchError(f"{url}: {error}", status=error.status) from error
    if (reason := status_reason(fetched)) is not None:
        raise FetchError(f"{url}: {reason}", status=fetched.status)
    return fetched


async def _parsed(pool: WorkerPool, fetched: Fetched) -> ParsedFeed:
    return await pool.parse(fetched.body, charset=fetched.charset, now=datetime.now(UTC))


def _feed(args: Namespace, config: Config, found: Found) -> Feed:
    host = (urlsplit(found.url).hostname or "").removeprefix("www.")
    title = clean_line(args.title or found.parsed.title, 200) or host
    outlet = clean_line(args.outlet or "", 200)
    return Feed(
        slug=args.slug or make_slug(title, found.url, {feed.slug for feed in config.feeds}),
        title=title,
        url=found.url,
        lang=clean_line(args.lang, 12) if args.lang else language_of(found.parsed),
        outlet=Outlet(outlet) if outlet else None,
        vendors=listed(args.vendors),
        tags=listed(args.tags),
        enabled=not args.disabled,
    )


def language_of(parsed: ParsedFeed) -> str | None:
    """What the entries are written in; a language we cannot tell apart is as the feed says."""
    said = clean_line(parsed.lang or "", 12).lower().replace("_", "-")
    if said and said.partition("-")[0] not in LANGUAGES:
        return said
    words = "\n".join(f"{entry.title} {entry.text[:200]}" for entry in parsed.entries[:_SAMPLE])
    return detect(words, said or None) if words.strip() else said.partition("-")[0] or None


def kind_words(kind: str) -> str:
    """`rss20` → RSS 2.0."""
    match = re.fullmatch("([a-z]+)([0-9.]*)[a-z]?", kind)
    if match is None:
        return kind or "unknown"
    version = match[2] if "." in match[2] or len(match[2]) < 2 else f"{match[2][0]}.{match[2][1:]}"
    return f"{_KINDS.get(match[1], match[1])} {version}".strip()


def _object(found: Found, feed: Feed) -> dict[str, Any]:
    newest = paging.newest(found.parsed.entries)
    return {
        "feed": feed.slug,
        "title": feed.title,
        "url": feed.url,
        "kind": kind_words(found.parsed.kind),
        "entries": len(found.parsed.entries),
        "newest": newest.strftime("%Y-%m-%dT%H:%MZ") if newest else None,
        "lang": feed.lang,
        "outlet": feed.outlet.name if feed.outlet else None,
        "vendors": list(feed.vendors),
        "tags": list(feed.tags),
        "enabled": feed.enabled,
        "titles": _titles(found),
        "candidates": list(found.candidates),
    }


def _titles(found: Found) -> Sequence[str]:
    return [clean_line(entry.title, 100) or "(untitled)" for entry in found.parsed.entries[:3]]


def _show(found: Found, feed: Feed) -> None:
    shape = _object(found, feed)
    said = clean_line(found.parsed.lang or "", 12)
    note(f"{feed.slug}: {feed.title}", label="feed")
    note(feed.url, label="address")
    note(shape["kind"], label="kind")
    note(f"{shape['entries']}, newest {shape['newest'] or 'without a date'}", label="entries")
    note(f"{feed.lang or 'unknown'}{f' (it says {said})' if said and said != feed.lang else ''}", label="language")
    for title in _titles(found):
        note(title, label="·")
