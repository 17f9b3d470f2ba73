"""feeds.toml → Config: found, read, validated. Every complaint is `FILE:LINE: KEY: what is wrong and what is allowed`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from marketwatch.alert_settings import AlertSettingError, channel_of, quiet_hours
from marketwatch.config import Config, Settings, View
from marketwatch.domain import Alert, Feed, Outlet, Vendor
from marketwatch.errors import ConfigError, QueryError
from marketwatch.key_ids import wrong_key
from marketwatch.near import did_you_mean
from marketwatch.query import parse
from marketwatch.sanitise import clean_line, safe_url
from marketwatch.slugs import SLUG
from marketwatch.toml_file import read_toml

if TYPE_CHECKING:
    from marketwatch.extract.vocabulary import Vocabulary

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, None: 1}
_RETENTION = re.compile(r"(\d{1,4})\s*(d|w|y)")
_DAYS = {"d": 1, "w": 7, "y": 365}
_LEAST_DAYS = 30
_SETTINGS = (
    "interval", "slowest", "concurrency", "per_host", "timeout", "max_bytes", "full_text", "retention", "timezone", "theme",
    "min_confidence", "lanes", "packs",
)  # fmt: skip
_TIERS = ("vendor", "wire", "press", "trade", "blog", "research", "discovery")


def find_config(argument: str | None) -> Path:
    """Return the file to read: argument, MARKETWATCH_CONFIG, ./feeds.toml, the user's folder, the packaged one.

    Raises ConfigError when a file that was asked for is not there.
    """
    for source, value in (("--config", argument), ("MARKETWATCH_CONFIG", os.environ.get("MARKETWATCH_CONFIG"))):
        if value:
            path = Path(value).expanduser()
            if not path.is_file():
                raise ConfigError(f"{path}: no such file (from {source})")
            return path
    packaged = packaged_config()
    for path in (Path("feeds.toml"), user_config()):
        # In a clone the packaged file lies in the current folder: the user's own comes before it.
        if path.is_file() and not (packaged.is_file() and path.samefile(packaged)):
            return path
    return packaged


def user_config() -> Path:
    """Where the user's own feeds.toml belongs."""
    return Path(platformdirs.user_config_dir("marketwatch")) / "feeds.toml"


def packaged_config() -> Path:
    """The default list: in the package when installed, in the repository root when run from it."""
    packaged = Path(str(files("marketwatch").joinpath("feeds.toml")))
    return packaged if packaged.is_file() else Path(__file__).parent.parent / "feeds.toml"


def load_config(path: Path, *, packs: Path | None = None) -> Config:
    """Read and validate a file; `packs` takes the place of the pack folder it names. Raises ConfigError."""
    return _Reader(path, *read_toml(path)).config(packs)


def _vendors_of(folder: Path) -> tuple[Path, str, Mapping[str, Any]]:
    path = folder / "vendors.toml"
    return (path, *read_toml(path)) if path.is_file() else (path, "", {})


def joined_vendors(vendors: Mapping[str, Vendor], more: Mapping[str, Vendor]) -> dict[str, Vendor]:
    """Return all vendors of both; one that is in both has the names of both."""
    found = {**more, **vendors}
    for slug in vendors.keys() & more.keys():
        one, other = vendors[slug], more[slug]
        found[slug] = replace(
            one,
            aliases=one.aliases + other.aliases,
            people=one.people + other.people,
            sub_brands=one.sub_brands + other.sub_brands,
        )
    return {slug: found[slug] for slug in {**vendors, **more}}


def _no_vendor(slug: str, vendors: Collection[str]) -> str:
    hint = did_you_mean(slug, vendors)
    return f"no vendor '{slug}'" + (f", {hint}" if hint else "")


def settings_mistake(settings: Mapping[str, Any], vendors: Collection[str]) -> str | None:
    """What is wrong with these keys of `[settings]`, as it is to be said beside the field; None: nothing."""
    reader = _Reader(Path("settings"), "", {"settings": settings})
    try:
        reader.lanes(reader.settings(Path()), vendors)
    except ConfigError as error:
        return str(error).split(": ", 2)[2]
    return None


class _Reader:
    """Validation of one file; knows where its keys stand."""

    def __init__(self, path: Path, source: str, data: Mapping[str, Any]) -> None:
        self.path = path
        self.source = source
        self.lines = source.splitlines()
        self.data = data

    def config(self, packs: Path | None) -> Config:
        self.only(self.data, ("settings", "vendors", "feeds", "views", "alerts", "keys", "vocabulary"), "", 0)
        settings = self.settings(packs)
        vendors = {slug: self.vendor(slug, row) for slug, row in self.table(self.data, "vendors").items()}
        added = _Reader(*_vendors_of(settings.packs)).more_vendors(vendors) if settings.packs else {}
        vocabulary = self.vocabulary(settings.packs, tuple(added.values()))
        vendors = joined_vendors(vendors, added)
        vendors = {slug: vendors[slug] for slug in (*self.lanes(settings, vendors), *vendors)}
        feeds = tuple(self.feed(n, row, vendors) for n, row in enumerate(self.rows("feeds")))
        self.unique("feeds", "slug", [f.slug for f in feeds])
        views = tuple(self.view(n, row) for n, row in enumerate(self.rows("views")))
        self.unique("views", "name", [v.name for v in views])
        alerts = tuple(self.alert(n, row, views) for n, row in enumerate(self.rows("alerts")))
        self.unique("alerts", "name", [alert.name for alert in alerts])
        keys = self.table(self.data, "keys")
        if (wrong := wrong_key(keys)) is not None:
            self.fail(f"keys.{wrong[0]}", self.line_of("[keys]", 0, wrong[0]), wrong[1])
        return Config(settings, vendors, feeds, views, alerts, keys, vocabulary, self.path)

    # --- where things stand -----------------------------------------------------------------------------------------
    def line_of(self, header: str, occurrence: int, key: str | None = None) -> int:
        """The line of a key in the so-many-th table of this header; of the header itself without a key."""
        starts = [n for n, line in enumerate(self.lines) if line.replace(" ", "").startswith(header)]
        if occurrence >= len(starts):
            found = [
                n
                for n, line in enumerate(self.lines)
                if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.\]]|\[+{re.escape(key)}", line)
            ]
            return found[0] + 1 if found else 1
        start = starts[occurrence]
        for number in range(start + 1, len(self.lines)):
            if self.lines[number].lstrip().startswith("["):
                break
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.]", self.lines[number]):
                return number + 1
        return start + 1

    def fail(self, key: str, line: int, problem: str) -> NoReturn:
        raise ConfigError(f"{self.path}:{line}: {key}: {problem}")

    def only(self, row: Mapping[str, Any], known: Collection[str], header: str, occurrence: int) -> None:
        for key in row:
            if key not in known:
                hint = did_you_mean(key, known, f"there are: {' '.join(known)}")
                self.fail(key, self.line_of(header or f"[{key}", occurrence, key), f"unknown key; {hint}")

    def table(self, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = data.get(name, {})
        if not isinstance(value, dict):
            self.fail(name, self.line_of(f"[{name}", 0, name), "must be a table")
        return value

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.fail(name, self.line_of(f"[{name}", 0, name), f"must be written as [[{name}]]")
        return value

    def share(self, row: Mapping[str, Any], key: str, at: Callable[[str], int], default: float) -> float:
        value = row.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.fail(key, at(key), f"'{value}' is no share: write a number from 0 to 1, like 0.5")
        return float(value)

    def unique(self, section: str, key: str, values: list[str]) -> None:
        for n, value in enumerate(values):
            if value in values[:n]:
                self.fail(key, self.line_of(f"[[{section}]]", n, key), f"'{value}' stands here twice")

    # --- values -----------------------------------------------------------------------------------------------------
    def settings(self, packs: Path | None) -> Settings:
        row = self.table(self.data, "settings")
        self.only(row, _SETTINGS, "[settings]", 0)
        at: Callable[[str], int] = lambda key: self.line_of("[settings]", 0, key)  # noqa: E731
        zone = self.string(row, "timezone", at, "local")
        if zone != "local":
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self.fail("timezone", at("timezone"), f'\'{zone}\' is no IANA time zone: try "Europe/Paris" or "local"')
        named = self.string(row, "packs", at, "")
        if named and packs is None:
            packs = self.path.parent / Path(named).expanduser()
            if not packs.is_dir():
                self.fail("packs", at("packs"), f"no such folder: {packs}")
        base = Settings()
        return Settings(
            interval_s=self.duration(row, "interval", at) or base.interval_s,
            slowest_s=self.duration(row, "slowest", at) or base.slowest_s,
            concurrency=self.number(row, "concurrency", at, 1, 64, base.concurrency),
            per_host=self.number(row, "per_host", at, 1, 16, base.per_host),
            timeout_s=float(self.number(row, "timeout", at, 1, 600, int(base.timeout_s))),
            max_bytes=self.number(row, "max_bytes", at, 10_000, 500_000_000, base.max_bytes),
            full_text=self.or_auto(row, "full_text", at),
            timezone=zone,
            theme=self.string(row, "theme", at, base.theme),
            min_confidence=self.share(row, "min_confidence", at, base.min_confidence),
            lanes=self.strings(row, "lanes", at),
            retention_days=self.days(row, "retention", at),
            packs=packs,
        )

    def days(self, row: Mapping[str, Any], key: str, at: Callable[[str], int]) -> int | None:
        """A time of whole days, weeks or years; None for `never`, and where the key is missing."""
        value = row.get(key, "never")
        if value == "never":
            return None
        match = _RETENTION.fullmatch(value) if isinstance(value, str) else None
        if match is None or (days := int(match[1]) * _DAYS[match[2]]) < _LEAST_DAYS:
            self.fail(key, at(key), f'must be "never" or a time of {_LEAST_DAYS} days and more such as "90d", "26w" or "2y"')
        return days

    def lanes(self, settings: Settings, vendors: Collection[str]) -> tuple[str, ...]:
        for slug in settings.lanes:
            if slug not in vendors:
                self.fail("lanes", self.line_of("[settings]", 0, "lanes"), _no_vendor(slug, vendors))
        return settings.lanes

    def vocabulary(self, folder: Path | None, vendors: Sequence[Vendor]) -> Vocabulary | None:
        if folder is None and "vocabulary" not in self.data:
            return None
        # Extraction costs the first paint of a dashboard that adds nothing.
        from marketwatch.pack_files import folder_sources, inline_sources, read_vocabulary

        inline = inline_sources(self.path, self.source, self.data.get("vocabulary", {}))
        return read_vocabulary([inline, folder_sources(folder) if folder else {}], vendors)

    def more_vendors(self, known: Mapping[str, Vendor]) -> dict[str, Vendor]:
        """The vendors of a pack folder: new ones, and more names of known ones."""
        self.only(self.data, ("vendors",), "", 0)
        rows = self.table(self.data, "vendors")
        for slug, row in rows.items():
            header = f"[vendors.{slug}]"
            if isinstance(row, dict) and slug in known:
                self.only(row, ("aliases", "people", "sub_brands"), header, 0)
            elif isinstance(row, dict) and "name" not in row:
                hint = f"{did_you_mean(slug, known)} a new one needs 'name'".lstrip()
                self.fail(f"vendors.{slug}", self.line_of(header, 0), f"no such vendor; {hint}")
        return {slug: self.vendor(slug, row) for slug, row in rows.items()}

    def vendor(self, slug: str, row: Any) -> Vendor:
        header = f"[vendors.{slug}]"
        at: Callable[[str], int] = lambda key: self.line_of(header, 0, key)  # noqa: E731
        if not isinstance(row, dict) or not SLUG.fullmatch(slug):
            self.fail(f"vendors.{slug}", at(slug), "must be a table named by a slug: lower-case letters, digits, - and _")
        self.only(row, ("name", "aliases", "people", "sub_brands", "colour"), header, 0)
        colour = self.string(row, "colour", at, "")
        if colour and not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            self.fail("colour", at("colour"), f"'{colour}' is no colour: write #rrggbb")
        return Vendor(
            slug=slug,
            name=clean_line(self.string(row, "name", at, slug)),
            aliases=self.strings(row, "aliases", at),
            people=self.strings(row, "people", at),
            sub_brands=self.strings(row, "sub_brands", at),
            colour=colour,
        )

    def feed(self, number: int, row: Mapping[str, Any], vendors: Collection[str]) -> Feed:
        at: Callable[[str], int] = lambda key: self.line_of("[[feeds]]", number, key)  # noqa: E731
        known = ("slug", "title", "url", "lang", "outlet", "vendors", "tags", "interval", "full_text", "enabled")
        self.only(row, known, "[[feeds]]", number)
        slug = self.string(row, "slug", at, "")
        if not SLUG.fullmatch(slug):
            self.fail("slug", at("slug"), f"'{slug}' must be lower-case letters, digits, - and _")
        url = self.string(row, "url", at, "")
        if safe_url(url) is None:
            self.fail("url", at("url"), f"'{url}' is no http or https address")
        named = self.strings(row, "vendors", at)
        for vendor in named:
            if vendor not in vendors:
                self.fail("vendors", at("vendors"), _no_vendor(vendor, vendors))
        return Feed(
            slug=slug,
            title=clean_line(self.string(row, "title", at, slug)),
            url=url,
            lang=self.string(row, "lang", at, "") or None,
            outlet=self.outlet(row, at),
            vendors=named,
            tags=self.strings(row, "tags", at),
            interval_s=self.duration(row, "interval", at),
            full_text=self.or_auto(row, "full_text", at),
            enabled=self.flag(row, "enabled", at, default=True),
        )

    def outlet(self, row: Mapping[str, Any], at: Callable[[str], int]) -> Outlet | None:
        value = row.get("outlet")
        if value is None or isinstance(value, str):
            return Outlet(value) if value else None
        if not isinstance(value, dict) or not isinstance(value.get("name"), str):
            self.fail("outlet", at("outlet"), 'must be a name or { name = "...", owner = "...", country = "..", tier = "..." }')
        self.only(value, ("name", "owner", "country", "tier"), "[[feeds]]", 0)
        tier = str(value.get("tier", "press"))
        if tier not in _TIERS:
            self.fail("outlet", at("outlet"), f"tier '{tier}' is none of {' '.join(_TIERS)}")
        return Outlet(value["name"], str(value.get("owner", "")), str(value.get("country", "")), tier)

    def view(self, number: int, row: Mapping[str, Any]) -> View:
        at: Callable[[str], int] = lambda key: self.line_of("[[views]]", number, key)  # noqa: E731
        self.only(row, ("name", "query"), "[[views]]", number)
        name, query = self.string(row, "name", at, ""), self.string(row, "query", at, "")
        if not re.fullmatch(r"[\w-]+", name):
            self.fail("name", at("name"), f"'{name}' must be letters, digits, - and _")
        try:
            parse(query)
        except QueryError as error:
            self.fail("query", at("query"), str(error))
        return View(name, query)

    def alert(self, number: int, row: Mapping[str, Any], views: Sequence[View]) -> Alert:
        at: Callable[[str], int] = lambda key: self.line_of("[[alerts]]", number, key)  # noqa: E731
        self.only(row, ("name", "query", "notify", "quiet"), "[[alerts]]", number)
        name, query = self.string(row, "name", at, ""), self.string(row, "query", at, "")
        if not re.fullmatch(r"[\w-]+", name):
            self.fail("name", at("name"), f"'{name}' must be letters, digits, - and _")
        try:
            if parse(query, views={view.name: view.query for view in views}).as_of:
                self.fail("query", at("query"), "asof: looks back; nothing new can match it")
        except QueryError as error:
            self.fail("query", at("query"), str(error))
        channels = row.get("notify", ["toast"])
        if not isinstance(channels, list) or not channels:
            self.fail(
                "notify", at("notify"), 'must be a list: ["toast", "bell", "desktop", { command = [..] }, { webhook = "" }]'
            )
        quiet = self.string(row, "quiet", at, "")
        try:
            hours = quiet_hours(quiet) if quiet else None
            return Alert(name, query, tuple(channel_of(one) for one in channels), hours)
        except AlertSettingError as error:
            self.fail(error.key, at(error.key), str(error))

    def string(self, row: Mapping[str, Any], key: str, at: Callable[[str], int], default: str) -> str:
        value = row.get(key, default)
        if not isinstance(value, str):
            self.fail(key, at(key), "must be a text in quotation marks")
        return str(value)

    def strings(self, row: Mapping[str, Any], key: str, at: Callable[[str], int]) -> tuple[str, ...]:
        value = row.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fail(key, at(key), 'must be a list of texts: ["...", "..."]')
        return tuple(value)

    def flag(self, row: Mapping[str, Any], key: str, at: Callable[[str], int], *, default: bool) -> bool:
        value = row.get(key, default)
        if not isinstance(value, bool):
            self.fail(key, at(key), "must be true or false")
        return bool(value)

    def or_auto(self, row: Mapping[str, Any], key: str, at: Callable[[str], int]) -> bool | None:
        value = row.get(key, "auto")
        if value != "auto" and not isinstance(value, bool):
            self.fail(key, at(key), 'must be true, false or "auto"')
        return None if value == "auto" else bool(value)

    def number(self, row: Mapping[str, Any], key: str, at: Callable[[str], int], low: int, high: int, default: int) -> int:
        value = row.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fail(key, at(key), f"must be a whole number from {low} to {high}")
        return int(value)

    def duration(self, row: Mapping[str, Any], key: str, at: Callable[[str], int]) -> int | None:
        if key not in row:
            return None
        match = _DURATION.fullmatch(str(row[key]).strip())
        seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
        if not 60 <= seconds <= 31 * 86_400:
            self.fail(key, at(key), 'must be from one minute to a month: "30m", "6h", "1d"')
        return seconds
