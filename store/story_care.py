"""Whether stories are what the texts give: what is kept of them against what their fingerprints say; made again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, select, update

from marketwatch.stories.grouping import pair
from marketwatch.stories.likeness import indexed
from store import stories
from store.tables import ARTICLE, STORY_KEY, STORY_LINK, STORY_PRINT

LOOKED_AT = 2000
"""Articles whose keys and links are made again to see whether they fit, spread over all: each costs some milliseconds."""
_CHUNK = 100


def out_of_step(connection: Connection, most: int | None = LOOKED_AT) -> list[str]:
    """What does not fit, a line each. Stories are looked at in full, keys and links of `most` articles (None: of all)."""
    numbers = list(connection.execute(select(STORY_PRINT.c.article_id).order_by(STORY_PRINT.c.article_id)).scalars())
    some = numbers if most is None else numbers[:: len(numbers) // most + 1]
    keys, links = _left_over(connection)
    for at in range(0, len(some), _CHUNK):
        found = _differences(connection, some[at : at + _CHUNK])
        keys, links = keys | found[0], links | found[1]
    unread = select(ARTICLE.c.id).where(ARTICLE.c.story.is_not(None), ARTICLE.c.id.not_in(select(STORY_PRINT.c.article_id)))
    placed = stories.misplaced(connection) + len(connection.execute(unread).all())
    named = {"keys of stories": len(keys), "links of stories": len(links), "stories": placed}
    return [f"{name}: {count} differ from the articles" for name, count in named.items() if count]


def _left_over(connection: Connection) -> tuple[set[int], set[int]]:
    """Articles with keys, and with links, that are not there or have nothing to be compared by, or are linked to such."""
    read = select(STORY_PRINT.c.article_id)
    keys = select(STORY_KEY.c.article_id).distinct().where(STORY_KEY.c.article_id.not_in(read))
    either = STORY_LINK.c.article_id.not_in(read) | STORY_LINK.c.other_id.not_in(read)
    links = select(STORY_LINK.c.article_id).distinct().where(either)
    return set(connection.execute(keys).scalars()), set(connection.execute(links).scalars())


def _differences(connection: Connection, ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """Those of these articles whose keys, and whose links, are other than their fingerprints give."""
    prints = {row.article_id: row for row in stories.prints_of(connection, ids)}
    placed = stories.profiles_of(connection, ids)
    keys = {n: indexed(stories.fingerprint_of(prints[n]), prints[n].vendors.split()) for n in placed}
    given = {(row["key"], row["place"], row["article_id"]) for row in stories.index_rows(connection, keys)}
    kept = {tuple(row) for row in connection.execute(select(STORY_KEY).where(STORY_KEY.c.article_id.in_(ids)))}
    wrong = {number for *_, number in given ^ kept}
    likely = stories.links_of(connection, keys, placed)
    between = STORY_LINK.c.article_id.in_(ids) | STORY_LINK.c.other_id.in_(ids)
    rows = {(row.article_id, row.other_id): row.weight for row in connection.execute(select(STORY_LINK).where(between))}
    both_ways = likely | {(other, one): weight for (one, other), weight in likely.items()}
    unlike = {pair(*p) for p in both_ways.keys() | rows.keys() if abs(both_ways.get(p, 0.0) - rows.get(p, 0.0)) > 1e-9}
    crowded = stories.crowded(connection, {number for p in unlike for number in p})
    return wrong, {number for p in unlike if crowded.isdisjoint(p) for number in p if number in placed}


def begin_again(connection: Connection) -> list[Sequence[int]]:
    """Clear what belongs to no fingerprint; return the articles to be made again, as many at a time as one transaction takes."""
    read = select(STORY_PRINT.c.article_id)
    connection.execute(delete(STORY_KEY).where(STORY_KEY.c.article_id.not_in(read)))
    connection.execute(delete(STORY_LINK).where(STORY_LINK.c.article_id.not_in(read) | STORY_LINK.c.other_id.not_in(read)))
    connection.execute(update(ARTICLE).where(ARTICLE.c.id.not_in(read)).values(story=None, origin=None))
    return list(_chunks(list(connection.execute(read.order_by(STORY_PRINT.c.article_id)).scalars())))


def make_again(connection: Connection, ids: Sequence[int]) -> None:
    """Keys, links and stories of these from their fingerprints, as if they had just come; the analyst's bonds are kept.

    Links look at two articles only, so those of articles still to be made again come right with these.
    """
    rows = stories.prints_of(connection, ids)
    stories.put(connection, {row.article_id: (stories.fingerprint_of(row), row.vendors.split()) for row in rows})


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK))
