"""Documents the user names, on disk or on the web, → drafts: .txt .html .md .jsonl .xml and pages."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marketwatch.domain import ArticleDraft, Entry, Moment
from marketwatch.drafts import text_hash
from marketwatch.errors import FetchError, InputError, ParseError
from marketwatch.poll.decode import decode
from marketwatch.poll.fetch import fetch, make_client
from marketwatch.poll.html import html_to_text
from marketwatch.poll.parse import parse_feed
from marketwatch.sanitise import canonical_link

MAX_DOCUMENT = 50_000_000
"""Bytes read of one file or page."""
_MAX_TITLE = 160
_DATE_LINE = re.compile(
    r"\s*(?:date\s*[:=]?\s*(?P<told>\d{4}(?:-\d{2}(?:-\d{2})?)?)(?=\s)|(?P<alone>\d{4}-\d{2}(?:-\d{2})?)(?=[ \t]*\n))[ \t]*",
    re.IGNORECASE,
)
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_FEED_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_MD_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_MD_MARKS = re.compile(r"^(?:#{1,6}\s+|>\s?|[-*+]\s+)|(\*\*|__|`)", re.MULTILINE)


def read_file(path: str) -> list[ArticleDraft]:
    """Return the articles in a file, `-` for standard input. Raises InputError that names file and line."""
    name, body = _read(path)
    suffix = Path(name).suffix.lower()
    text = decode(body, None)
    if suffix == ".jsonl":
        return [draft_of_record(record, f"{name}:{line}") for line, record in read_records(text, name)]
    if suffix == ".xml":
        return _feed(name, body)
    if suffix in (".html", ".htm", ".xhtml"):
        return [draft_of_page(text, name)]
    if suffix in (".md", ".markdown"):
        return [_draft_of_markdown(text, name)]
    if suffix in (".txt", ".text"):
        return [draft_of_text(text, name)]
    if suffix and path != "-":
        raise InputError(f"{path}: '{suffix}' is not read; .txt .html .md .jsonl .xml are")
    return _sniff(name, body, text)


def _sniff(name: str, body: bytes, text: str) -> list[ArticleDraft]:
    start = text.lstrip()[:2000]
    if start.startswith("<"):
        return _feed(name, body) if _FEED_ROOT.search(start) else [draft_of_page(text, name)]
    if start.startswith("{"):
        return [draft_of_record(record, f"{name}:{line}") for line, record in read_records(text, name)]
    return [draft_of_text(text, name)]


def _read(path: str) -> tuple[str, bytes]:
    if path == "-":
        name, body = "stdin", sys.stdin.buffer.read(MAX_DOCUMENT + 1)
    else:
        try:
            with Path(path).open("rb") as file:
                name, body = path, file.read(MAX_DOCUMENT + 1)
        except IsADirectoryError as error:
            raise InputError(f"{path}: is a folder; name a file") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(body) > MAX_DOCUMENT:
        raise InputError(f"{name}: is larger than {MAX_DOCUMENT // 1_000_000} MB")
    if not body.strip():
        raise InputError(f"{name}: is empty")
    return name, body


def draft_of_text(text: str, name: str) -> ArticleDraft:
    """A plain text; ` date 2017-01 Dans un communiqué ...` or a first line `2017-01-12` gives its date and is cut off."""
    published = None
    if match := _DATE_LINE.match(text.lstrip("\ufeff")):
        published = read_moment(match["told"] or match["alone"], name)
        text = text.lstrip("\ufeff")[match.end() :]
    text = text.strip()
    if not text:
        raise InputError(f"{name}: holds no text")
    return ArticleDraft("added", _key(text), _title_of(text), text, published=published, text_source="file")


def read_moment(text: str, name: str) -> Moment:
    """Read a date as a user writes it. Raises InputError."""
    try:
        return Moment.parse(text)
    except ValueError as error:
        raise InputError(f"{name}: '{text}' is no date; write 2017, 2017-01 or 2017-01-31") from error


def _title_of(text: str) -> str:
    """The first line when it stands alone like a headline, else the beginning of the first sentence."""
    first, _, rest = text.partition("\n")
    if rest.strip() and len(first) <= _MAX_TITLE:
        return first.strip()
    sentence = re.split(r"(?<=[.!?。！？])\s*", first.strip(), maxsplit=1)[0]
    return sentence if len(sentence) <= _MAX_TITLE else sentence[: _MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _draft_of_markdown(text: str, name: str) -> ArticleDraft:
    text = text.replace("\r\n", "\n").lstrip("\ufeff")
    head: dict[str, str] = {}
    if match := _FRONT_MATTER.match(text):
        pairs = (line.partition(":") for line in match[1].splitlines())
        head = {key.strip().lower(): value.strip().strip("\"'") for key, colon, value in pairs if colon}
        text = text[match.end() :]
    heading = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
    body = _MD_MARKS.sub("", _MD_LINK.sub(r"\1", text))
    draft = draft_of_text(body, name)
    return replace(
        draft,
        title=head.get("title") or (heading[1].strip() if heading else draft.title),
        url=head.get("url"),
        lang=head.get("lang"),
        outlet=head.get("outlet"),
        published=read_moment(head["date"], name) if "date" in head else draft.published,
    )


def draft_of_page(source: str, name: str, url: str | None = None) -> ArticleDraft:
    """A web page: its main text, title, author and date as trafilatura finds them."""
    import trafilatura  # a second of imports that no other command needs

    found = trafilatura.bare_extraction(source, url=url, with_metadata=True, include_comments=False, include_tables=False)
    page: dict[str, Any] = {} if found is None else found if isinstance(found, dict) else found.as_dict()
    text = str(page.get("text") or "") or html_to_text(source)
    if not text.strip():
        raise InputError(f"{name}: no text was found in this page")
    address = url or page.get("url")
    date = page.get("date")
    return ArticleDraft(
        source="added",
        key=canonical_link(address) or _key(text),
        title=str(page.get("title") or "") or _title_of(text.strip()),
        text=text,
        url=address,
        author=page.get("author"),
        outlet=page.get("sitename"),
        published=read_moment(str(date), name) if date else None,
        text_source="page" if url else "file",
    )


def read_records(text: str, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield (line number, object) of JSON Lines. Raises InputError that names the line."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, read_record(line, f"{name}:{number}")


def read_record(line: str, where: str) -> Mapping[str, Any]:
    """Read one line of JSON Lines. Raises InputError."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: is not JSON ({str(error)[:80]})") from error
    if not isinstance(record, dict):
        raise InputError(f"{where}: is {type(record).__name__}, not an object with id, title, text")
    return record


def draft_of_record(record: Mapping[str, Any], where: str) -> ArticleDraft:
    """A record {id?, title?, text, date?, lang?, url?, outlet?} → draft; its id may be a number. Raises InputError."""
    if type(number := record.get("id")) is int:
        record = {**record, "id": str(number)}
    for name in ("id", "title", "text", "date", "lang", "url", "outlet"):
        if not isinstance(record.get(name, ""), str | None):
            raise InputError(f"{where}: {name}: must be text")
    text = record.get("text") or record.get("title")
    if not text:
        raise InputError(f"{where}: text: is missing")
    return ArticleDraft(
        source="added",
        key=record.get("id") or canonical_link(record.get("url")) or _key(text),
        title=record.get("title") or _title_of(text.strip()),
        text=text,
        url=record.get("url"),
        outlet=record.get("outlet"),
        lang=record.get("lang"),
        published=read_moment(record["date"], f"{where}: date") if record.get("date") else None,
        text_source="file",
    )


def _feed(name: str, body: bytes, charset: str | None = None) -> list[ArticleDraft]:
    try:
        parsed = parse_feed(body, charset=charset, now=datetime.now(UTC))
    except ParseError as error:
        raise InputError(f"{name}: {error}") from error
    return [_draft_of_entry(entry, parsed.title) for entry in parsed.entries]


def _draft_of_entry(entry: Entry, feed_title: str) -> ArticleDraft:
    return ArticleDraft(
        source="added",
        key=canonical_link(entry.url) or entry.key,
        title=entry.title,
        text=entry.text,
        url=entry.url,
        author=entry.author,
        outlet=feed_title or None,
        lang=entry.lang,
        published=entry.published,
        text_source="file",
    )


async def read_page(url: str, *, timeout_s: float, max_bytes: int) -> list[ArticleDraft]:
    """Fetch an address: the articles of a feed, or a page as one. Raises FetchError or InputError."""
    async with make_client(1) as client:
        fetched = await fetch(client, url, timeout_s=timeout_s, max_bytes=max_bytes)
    if fetched.status != 200:
        raise FetchError(f"{url}: the server answered {fetched.status}", status=fetched.status)
    text = decode(fetched.body, fetched.charset)
    if _FEED_ROOT.search(text[:2000]):
        return _feed(url, fetched.body, fetched.charset)
    return [draft_of_page(text, url, fetched.url)]


def _key(text: str) -> str:
    return f"text:{text_hash(text.strip())[:32]}"
