"""Stories in the tables: what articles are compared by, the links that follow, and which story each article is in.

`put` is called with every extraction, in its transaction. It asks an inverted index for articles that share something rare
within a few days, links the like ones, and groups anew what these links join: a few statements an article, however many
there are. Links look at two texts only and groups at all their links, so the order in which articles come does not matter.
A story's id is the smallest id of its articles: it stays while the story grows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, literal, or_, select, update

from marketwatch.domain import Bond, Fingerprint
from marketwatch.stories.grouping import JOINS, KEPT, MOST, STEPS, Pair, bound, pair, stories_in
from marketwatch.stories.likeness import DAY, LOOK_BACK, MEANING_BITS, WINDOW, Profile, indexed, likeness
from marketwatch.stories.origins import Member, origins_of
from store.places import in_places
from store.tables import ARTICLE, STORY_BOND, STORY_KEY, STORY_LINK, STORY_PRINT

Printed = tuple[Fingerprint | None, Sequence[str]]
"""What an article is compared by, and the vendors it names."""
_LENGTHS = {"year": 0, "month": LOOK_BACK}
"""How long a date is, in seconds, where it is not a day: one that is only a year is compared with nothing."""
_COMPARED = 400
"""Articles that one is compared with at most: those that share most with it."""
_CHUNK = 500
_BYTES = MEANING_BITS // 8
_SHARING = select(STORY_KEY.c.article_id).where(
    STORY_KEY.c.key.in_(bindparam("keys", expanding=True)), STORY_KEY.c.place.between(bindparam("low"), bindparam("high"))
)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_JOINING = (
    select(STORY_LINK.c.article_id, STORY_LINK.c.other_id, STORY_LINK.c.weight).where(
        STORY_LINK.c.article_id.in_(_IDS), STORY_LINK.c.weight >= JOINS
    ),
    *(
        select(here, there, literal(1.0)).where(here.in_(_IDS), STORY_BOND.c.bond == bindparam("same"))
        for here, there in (
            (STORY_BOND.c.article_id, STORY_BOND.c.other_id),
            (STORY_BOND.c.other_id, STORY_BOND.c.article_id),
        )
    ),
)
"""Made once: to make a statement costs more than to ask it."""


def put(connection: Connection, printed: Mapping[int, Printed]) -> None:
    """Take in what articles are compared by now: their fingerprint and the vendors they name, most salient first.

    An article without a fingerprint waits for one (`waiting`): it is in no story until then.
    """
    ids = sorted(printed)
    touched = set(ids) | linked(connection, ids)
    forget(connection, ids)
    found = {n: (print_, vendors) for n, (print_, vendors) in printed.items() if print_ is not None}
    _insert(connection, STORY_PRINT, (_print_values(n, *both) for n, both in sorted(found.items())))
    placed = profiles_of(connection, found)
    keys = {number: indexed(*found[number]) for number in placed}
    _insert(connection, STORY_KEY, index_rows(connection, keys))
    both = [(one, other, w) for (one, other), w in sorted(links_of(connection, keys, placed).items())]
    rows = [{"article_id": a, "other_id": b, "weight": w} for one, other, w in both for a, b in ((one, other), (other, one))]
    _insert(connection, STORY_LINK, rows)
    regroup(connection, touched)


def _print_values(number: int, print_: Fingerprint, vendors: Sequence[str]) -> dict[str, Any]:
    return {
        "article_id": number,
        "version": print_.version,
        "keys": "\n".join(print_.keys),
        "meaning": None if print_.meaning is None else print_.meaning.to_bytes(_BYTES, "big"),
        "cites": "\n".join(print_.cites),
        "vendors": " ".join(vendors[:2]),
    }


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Take out what articles were compared by, and their links."""
    for chunk in _chunks(ids):
        connection.execute(delete(STORY_KEY).where(STORY_KEY.c.article_id.in_(chunk)))
        connection.execute(delete(STORY_PRINT).where(STORY_PRINT.c.article_id.in_(chunk)))
        connection.execute(delete(STORY_LINK).where(or_(STORY_LINK.c.article_id.in_(chunk), STORY_LINK.c.other_id.in_(chunk))))
        connection.execute(
            update(ARTICLE).where(ARTICLE.c.id.in_(chunk), ARTICLE.c.story.is_not(None)).values(story=None, origin=None)
        )


def index_rows(connection: Connection, keys: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    """What stands in the index for articles with these keys."""
    places = {row.id: row.place for row in _rows(connection, select(ARTICLE.c.id, ARTICLE.c.place), ARTICLE.c.id, keys)}
    return [
        {"key": number, "place": places[n], "article_id": n}
        for n, held in sorted(keys.items())
        for number in sorted(set(map(_number, held)))
    ]


def _number(key: str) -> int:
    """A key as it stands in the index: 63 bits of its hash."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") >> 1


def links_of(connection: Connection, keys: Mapping[int, Sequence[str]], placed: Mapping[int, Profile]) -> dict[Pair, float]:
    """The links that articles have by what they say, to any article that is in the index."""
    near = {number: candidates(connection, placed[number], held) for number, held in sorted(keys.items())}
    profiles = profiles_of(connection, {n for others in near.values() for n in others} - placed.keys()) | dict(placed)
    links: dict[Pair, float] = {}
    for number, others in near.items():
        for other in others:
            if (one := pair(number, other)) in links or other not in profiles:
                continue
            if (found := likeness(placed[number], profiles[other])) >= KEPT:
                links[one] = found
    return links


def candidates(connection: Connection, profile: Profile, keys: Sequence[str]) -> list[int]:
    """Articles of about its time that share an indexed key, those that share most first."""
    if not keys:
        return []
    low, high = in_places(profile.start - WINDOW - LOOK_BACK, False), in_places(profile.end + WINDOW, True)
    asked = {"keys": [_number(key) for key in keys], "low": low, "high": high}
    shared = Counter(connection.execute(_SHARING, asked).scalars())
    shared.pop(profile.id, None)
    return sorted(shared, key=lambda n: (-shared[n], n))[:_COMPARED]


def crowded(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those of these articles that share keys with more than they are compared with: they have not all their links."""
    rows = prints_of(connection, ids)
    keys = {row.id: indexed(fingerprint_of(row), row.vendors.split()) for row in rows}
    return {row.id for row in rows if len(candidates(connection, _profile(row), keys[row.id])) == _COMPARED}


def profiles_of(connection: Connection, ids: Iterable[int]) -> dict[int, Profile]:
    """Profiles of those articles that have a fingerprint and a date that says more than a year."""
    return {row.id: _profile(row) for row in prints_of(connection, ids) if row.published_precision != "year"}


def prints_of(connection: Connection, ids: Iterable[int]) -> list[Any]:
    """What articles are compared by, with what of the articles is needed for it."""
    columns = (
        "id",
        "place",
        "dated_at",
        "published_at",
        "published_precision",
        "text_hash",
        "outlet",
        "source",
        "story",
        "origin",
    )
    wanted = select(STORY_PRINT, *(ARTICLE.c[name] for name in columns)).join(ARTICLE, ARTICLE.c.id == STORY_PRINT.c.article_id)
    return _rows(connection, wanted, STORY_PRINT.c.article_id, ids)


def _profile(row: Any) -> Profile:
    day = row.dated_at - row.dated_at % DAY
    known = row.published_at == row.dated_at
    end = day + (_LENGTHS.get(row.published_precision, DAY) if known else DAY) - 1
    return Profile.of(row.id, (day, end), row.text_hash, row.vendors.split(), fingerprint_of(row))


def fingerprint_of(row: Any) -> Fingerprint:
    meaning = None if row.meaning is None else int.from_bytes(row.meaning, "big")
    keys, cites = (tuple(filter(None, lines.split("\n"))) for lines in (row.keys, row.cites))
    return Fingerprint(keys, meaning, cites, row.version)


# --- grouping --------------------------------------------------------------------------------------------------------
def regroup(connection: Connection, ids: Iterable[int]) -> None:
    """Make the stories anew that these articles are in or come into."""
    todo = set(ids)
    near = _Near(connection)
    near.read(todo)
    looked_at: list[tuple[set[int], bool]] = []
    while todo:
        looked_at.append(_together(min(todo), near.linked))
        todo -= looked_at[-1][0]
    rows = {row.id: row for row in prints_of(connection, {number for together, _ in looked_at for number in together})}
    changed = [one for together, as_one in looked_at for one in _misplaced(connection, together, as_one, rows)]
    if changed:
        values = update(ARTICLE).where(ARTICLE.c.id == bindparam("of"))
        connection.execute(values.values(story=bindparam("now_in"), origin=bindparam("from_outlet")), changed)


def misplaced(connection: Connection) -> int:
    """How many articles are not in the story, or have not the origin, that links and bonds give."""
    todo = dict.fromkeys(connection.execute(select(STORY_PRINT.c.article_id).order_by(STORY_PRINT.c.article_id)).scalars())
    beside = _Beside(connection)
    wrong = 0
    while todo:
        some: list[tuple[set[int], bool]] = []
        while todo and sum(len(together) for together, _ in some) < _CHUNK:
            some.append(_together(next(iter(todo)), beside.linked))
            for number in some[-1][0]:
                todo.pop(number, None)
        rows = {row.id: row for row in prints_of(connection, {number for together, _ in some for number in together})}
        wrong += sum(len(_misplaced(connection, together, as_one, rows)) for together, as_one in some)
    return wrong


class _Beside:
    """Which articles all links and bonds lead to, held in memory: asked for one by one they would be read for minutes."""

    def __init__(self, connection: Connection) -> None:
        self._links: dict[int, list[tuple[int, float]]] = defaultdict(list)
        links = select(STORY_LINK.c.article_id, STORY_LINK.c.other_id, STORY_LINK.c.weight).where(STORY_LINK.c.weight >= JOINS)
        bonds = select(STORY_BOND.c.article_id, STORY_BOND.c.other_id).where(STORY_BOND.c.bond == Bond.SAME.value)
        for one, other, found in connection.execute(links):
            self._links[one].append((other, found))
        for one, other in connection.execute(bonds):
            self._links[one].append((other, 1.0))
            self._links[other].append((one, 1.0))

    def linked(self, ids: Collection[int], least: float) -> set[int]:
        return {other for number in ids for other, found in self._links.get(number, ()) if found >= least}


class _Near:
    """Which articles links and bonds lead to, each read once, when it is asked for at the latest."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._links: dict[int, list[tuple[int, float]]] = {}

    def read(self, ids: Iterable[int]) -> None:
        if not (unread := [number for number in ids if number not in self._links]):
            return
        self._links |= {number: [] for number in unread}
        for one, other, found in _joining(self._connection, unread):
            self._links[one].append((other, found))

    def linked(self, ids: Collection[int], least: float) -> set[int]:
        self.read(ids)
        return {other for number in ids for other, found in self._links[number] if found >= least}


def _together(start: int, linked: Callable[[Collection[int], float], set[int]]) -> tuple[set[int], bool]:
    """The articles that links and bonds lead to from one, by stronger links if they are too many; whether they still are."""
    for step in STEPS:
        found, edge = {start}, {start}
        while edge and len(found) <= MOST:
            edge = linked(sorted(edge), step) - found
            found |= edge
        if len(found) <= MOST:
            return found, False
    return found, True


def linked(connection: Connection, ids: Collection[int]) -> set[int]:
    """Articles that these are linked or bound to."""
    return {other for _, other, _ in _joining(connection, ids)}


def _joining(connection: Connection, ids: Collection[int]) -> Iterator[tuple[int, int, float]]:
    """Links and bonds that hold these articles together with others: (one of these, the other, weight), a bond's is 1."""
    for chunk in _chunks(list(ids)):
        for statement in _JOINING:
            yield from connection.execute(statement, {"ids": chunk, "same": Bond.SAME.value})


def _links_among(connection: Connection, ids: Sequence[int]) -> dict[Pair, float]:
    rows = _rows(connection, select(STORY_LINK), STORY_LINK.c.article_id, ids)
    here = set(ids)
    return {(r.article_id, r.other_id): r.weight for r in rows if r.other_id in here and r.article_id < r.other_id}


def _bonds_among(connection: Connection, ids: Sequence[int]) -> dict[Pair, Bond]:
    rows = _rows(connection, select(STORY_BOND), STORY_BOND.c.article_id, ids)
    return {(row.article_id, row.other_id): Bond(row.bond) for row in rows}


def _misplaced(connection: Connection, together: set[int], as_one: bool, rows: Mapping[int, Any]) -> list[dict[str, Any]]:
    """Of articles that are looked at together: those whose story or origin is to be another, with what it is to be.

    `rows` are their fingerprints, those of others may be among them.
    """
    order = sorted(together & rows.keys(), key=lambda n: (rows[n].dated_at, rows[n].text_hash, n))
    if as_one or len(order) < 2:
        groups = [frozenset(order)] if order else []
    else:
        groups = stories_in(order, _links_among(connection, order), _bonds_among(connection, order))
    changed = []
    for group in groups:
        members = [Member(_profile(r), r.outlet or r.source, fingerprint_of(r).cites) for n in group if (r := rows[n])]
        for number, origin in origins_of(members).items():
            if (rows[number].story, rows[number].origin) != (min(group), origin):
                changed.append({"of": number, "now_in": min(group), "from_outlet": origin})
    return changed


# --- the analyst's word ----------------------------------------------------------------------------------------------
def bonds_of(connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, Bond | None]:
    """What the analyst said of these pairs; None: nothing."""
    wanted = list(pairs)
    rows = _rows(connection, select(STORY_BOND), STORY_BOND.c.article_id, {one for one, _ in wanted})
    said = {(row.article_id, row.other_id): Bond(row.bond) for row in rows}
    return {one: said.get(one) for one in wanted}


def put_bonds(connection: Connection, bonds: Mapping[Pair, Bond | None]) -> None:
    """Bind articles together or set them apart, None for neither, and group them anew."""
    for one, other in bonds:
        connection.execute(delete(STORY_BOND).where(STORY_BOND.c.article_id == one, STORY_BOND.c.other_id == other))
    rows = [{"article_id": a, "other_id": b, "bond": bond.value} for (a, b), bond in sorted(bonds.items()) if bond is not None]
    _insert(connection, STORY_BOND, rows)
    regroup(connection, {number for both in bonds for number in both})


def groups(connection: Connection, story_ids: Iterable[int]) -> list[list[int]]:
    """The articles of stories, each named by any of its articles, each story once."""
    found: dict[tuple[int, ...], None] = {}
    for number in story_ids:
        if group := members(connection, number):
            found[tuple(group)] = None
    return [list(group) for group in found]


def merged(connection: Connection, stories: Sequence[Sequence[int]]) -> dict[Pair, Bond | None]:
    """The bonds that make one story of the articles of several; none when there is one alone."""
    if len(stories) < 2:
        return {}
    everyone = sorted({number for group in stories for number in group})
    anchor = stories[0][0]
    apart = {p for p, bond in _bonds_among(connection, everyone).items() if bond is Bond.APART and set(p) <= set(everyone)}
    return dict.fromkeys(sorted(apart)) | {pair(anchor, n): Bond.SAME for n in everyone if n != anchor}


def split(connection: Connection, article_ids: Sequence[int]) -> dict[Pair, Bond | None]:
    """The bonds that take articles out of their stories; several become one story of their own.

    Those that stay are bound to one another where they were bound by way of one that leaves. There are none when nothing
    would stay.
    """
    taken = sorted(set(article_ids))
    rest = {n for group in groups(connection, taken) for n in group} - set(taken)
    if not rest:
        return {}
    found: dict[Pair, Bond | None] = {pair(a, b): Bond.APART for a in taken for b in sorted(rest)}
    found |= {pair(taken[0], other): Bond.SAME for other in taken[1:]}
    for together in _bound_together(connection, rest | set(taken)):
        left = sorted(together & rest)
        found |= {pair(left[0], other): Bond.SAME for other in left[1:] if not together.isdisjoint(taken)}
    return found


def _bound_together(connection: Connection, ids: Collection[int]) -> list[set[int]]:
    """Which of these articles the analyst's bonds hold together, directly or by way of others of them."""
    same = [p for p, bond in _bonds_among(connection, sorted(ids)).items() if bond is Bond.SAME and set(p) <= set(ids)]
    return [set(group) for group in bound([[number] for number in ids], dict.fromkeys(same, Bond.SAME))]


def members(connection: Connection, article_id: int) -> list[int]:
    """Ids of the articles in the story of one, in the order of their dates; only itself when it is in none yet."""
    story = select(ARTICLE.c.story).where(ARTICLE.c.id == article_id).scalar_subquery()
    inside = or_(ARTICLE.c.story == story, ARTICLE.c.id == article_id)
    return list(connection.execute(select(ARTICLE.c.id).where(inside).order_by(ARTICLE.c.place)).scalars())


def _insert(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        connection.execute(insert(table), values)


def _rows(connection: Connection, wanted: Any, column: Any, ids: Iterable[int]) -> list[Any]:
    return [row for chunk in _chunks(sorted(ids)) for row in connection.execute(wanted.where(column.in_(chunk)))]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[n : n + _CHUNK] for n in range(0, len(ids), _CHUNK))
