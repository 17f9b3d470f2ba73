"""Places in the order of dates: one whole number an article, so that one key orders every list and names every page.

A place is the article's date in sixteenths of a second, or the next one that is free. Places of neighbours lie close
together: the full-text index, whose entries are numbered so, stays small, and its newest hits are its last.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, exists, select

from store.tables import ARTICLE

SLOTS = 16
"""Places a second has."""
DRIFT_S = 86_400
"""How far a place may lie behind its date, in seconds: 1.4 million articles of one second."""
_BEHIND = ARTICLE.alias()
_PLACE = ARTICLE.c.place
# Made once: to make a statement costs more than to ask it.
_AMONG = select(_PLACE).where(_PLACE.in_(bindparam("places", expanding=True)))
_AT = select(ARTICLE.c.id).where(bindparam("place") == _PLACE)
_LAST_OF_RUN = (
    select(_PLACE)
    .where(bindparam("place") <= _PLACE, ~exists(select(_BEHIND.c.id).where(_BEHIND.c.place == _PLACE + 1)))
    .order_by(_PLACE)
    .limit(1)
)


def in_places(dated_at: int, is_end: bool) -> int:
    """A date as a bound of places that leaves out none of its side; the end of a range leaves room for drift."""
    return (dated_at + (DRIFT_S if is_end else 0)) * SLOTS


class FreePlaces:
    """Gives each new article of a transaction a place of its own."""

    def __init__(self, connection: Connection, dates: Collection[int] = ()) -> None:
        """`dates`: those that will be asked for, in seconds since 1970; their places are looked at together."""
        self._connection = connection
        wanted = [dated_at * SLOTS for dated_at in sorted(set(dates))]
        self._taken = set(connection.execute(_AMONG, {"places": wanted}).scalars()) if wanted else set()
        self._free = set(wanted) - self._taken
        self._given: set[int] = set()
        self._next: dict[int, int] = {}
        """Where to go on for a date that was asked for before."""

    def take(self, dated_at: int) -> int:
        """The first free place of a date, which is in seconds since 1970."""
        at = self._next.get(dated_at, dated_at * SLOTS)
        while at in self._given or (at := self._free_from(at)) in self._given:
            at += 1
        self._given.add(at)
        self._next[dated_at] = at + 1
        return at

    def _free_from(self, place: int) -> int:
        """The first place at or after this one that no stored article has."""
        if place in self._free:
            return place
        if place not in self._taken and self._connection.execute(_AT, {"place": place}).first() is None:
            return place
        return int(self._connection.execute(_LAST_OF_RUN, {"place": place}).scalar_one()) + 1
