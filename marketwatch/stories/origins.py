"""Whose text an article has: its own outlet's, or another's that it copies or says it has its news from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketwatch.outlets import known_outlets, outlet_key
from marketwatch.stories.likeness import Profile, copied

SAME_TEXT = 0.5
"""Share of the shorter text that stands in the other, from which both are one text."""


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story."""

    profile: Profile
    publisher: str
    cites: tuple[str, ...] = ()


def origins_of(members: Sequence[Member]) -> dict[int, str | None]:
    """By article, the outlet that its news comes from; None when that is its own. The order of members does not matter.

    A name that an article cites counts when it is a known outlet, or one of the story's. Articles with the same text have
    the origin that one of them names, else the outlet that had the text first.
    """
    ordered = sorted(members, key=lambda m: (*m.profile.order, outlet_key(m.publisher)))
    here = {outlet_key(m.publisher): m.publisher for m in ordered}
    cited = {m.profile.id: _cited(m, here) for m in ordered}
    found: dict[int, str | None] = {}
    firsts: list[Member] = []
    for member in ordered:
        first = next((f for f in firsts if copied(f.profile, member.profile) >= SAME_TEXT), None)
        if first is None:
            firsts.append(member)
            same = [m for m in ordered if copied(m.profile, member.profile) >= SAME_TEXT]
            origin = cited[member.profile.id] or next((name for m in same if (name := cited[m.profile.id])), None)
        else:
            origin = cited[member.profile.id] or found[first.profile.id] or first.publisher
        found[member.profile.id] = None if origin and outlet_key(origin) == outlet_key(member.publisher) else origin
    return found


def _cited(member: Member, here: dict[str, str]) -> str | None:
    known = known_outlets()
    for name in member.cites:
        key = outlet_key(name)
        if key != outlet_key(member.publisher) and (key in here or key in known):
            return here.get(key) or known[key].name
    return None
